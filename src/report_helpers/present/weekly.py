"""The weekly two-way report, section by section."""

from __future__ import annotations

from report_helpers import facts
from report_helpers.metrics import incidence
from report_helpers.present import breakdown, charts, findings, leads, threads
from report_helpers.present.blocks import Block, Callout, Columns, Finding, Findings, Notes
from report_helpers.present.campaigns import campaigns_run, campaigns_to_come
from report_helpers.present.report import Report, soon
from report_helpers.present.section import section
from report_helpers.teams import exchange
from report_helpers.teams.exchange import Team

ASKS_SHOWN = 3


class Weekly(Report):
    """The weekly two-way report: what each team tells and asks the other, beside the numbers.

    Parameters are those of `report_helpers.present.report.Report`.
    """

    name = "weekly"
    heading = "Weekly two-way report"
    span = "week"
    explained = (
        *("cohort_win_rate", "cohort_loss_rate", "funnel_rate", "loss_reason_share"),
        *("rejection_reason_share", "first_touch_kept", "attempts_kept", "mqls_needed"),
        *("definition_agreement", "definition_kappa", "step_wait_median"),
    )

    def asks(self) -> Columns:
        """Show in short what each team asks of the other, the oldest first."""
        return self.side_by_side(self._asks("marketing"), self._asks("sales"))

    def _asks(self, team: Team) -> Findings:
        asked = exchange.asks(self.items, team)
        name, other = findings.TEAM_NAMES[team], findings.TEAM_NAMES[exchange.OTHER[team]]
        shown = [threads.short(item, self.as_of) for item in asked[:ASKS_SHOWN]]
        if len(asked) > ASKS_SHOWN:
            shown.append(Finding(f"{len(asked) - ASKS_SHOWN} more below.", tone="muted"))
        none = Finding(f"{name} asks nothing this week.", tone="muted")
        return Findings(tuple(shown or [none]), title=f"{name} asks {other}")

    def told(self, team: Team) -> Columns:
        """Show a team's successes and obstacles of the week, each beside its number."""
        items = exchange.told(self.items, team, self.period)
        new = [item for item in items if item.written_on >= self.period.start]
        name = findings.TEAM_NAMES[team]
        good = [item for item in new if item.kind == "success"]
        bad = [item for item in new if item.kind == "obstacle"]
        return self.side_by_side(
            self.notes(good, "Successes", f"{name} reports no success this week."),
            self.notes(bad, "Obstacles", f"{name} reports no new obstacle this week."),
        )

    def still_open(self, team: Team) -> Block:
        """Show a team's obstacles of earlier weeks that nobody has closed, the oldest first."""
        items = exchange.told(self.items, team, self.period)
        old = [item for item in items if item.written_on < self.period.start]
        if not old:
            return Callout("No obstacle of an earlier week is open.", tone="good")
        caption = "Obstacles of earlier weeks, still open"
        return threads.waiting(old, self.as_of, caption, self.figure)

    def targets(self, team: Team) -> Findings:
        """Say which of a team's targets are met and missed."""
        text = findings.against_target(self.lines, team)
        return Findings((Finding(text, lead="Against target", tone="info"),))

    def questions(self, team: Team) -> Notes:
        """Show everything a team asks the other and is still owed."""
        other = findings.TEAM_NAMES[exchange.OTHER[team]]
        title = f"{other} owes an answer"
        return self.notes(exchange.asks(self.items, team), title, "Nothing is waiting.")

    def answered(self, team: Team) -> Notes:
        """Show what a team asked and the other answered this week."""
        found = exchange.answered(self.items, team, self.period)
        return self.notes(found, "Answered or closed this week", "Nothing was answered this week.")

    @section("Rejected leads")
    def rejections(self) -> Block:
        """Show which leads Sales sent back, and why."""
        return leads.rejections(self.data, self.period)

    def plans(self) -> Notes:
        """Show what Marketing wrote about campaigns to come."""
        found = exchange.plans(self.items, self.period)
        return self.notes(found, "Marketing's plans", "Marketing wrote of no plan.")

    @section("Campaigns to come")
    def campaigns_to_come(self) -> Block:
        """Show the campaigns that start or run in the next two weeks."""
        return campaigns_to_come(self.data, soon(self.period), self.currency)

    @section("Campaigns")
    def campaigns_run(self) -> Block:
        """Show the campaigns of the last 13 weeks, judged by response."""
        return campaigns_run(self.data, self.quarter, self.currency)

    @section("Lead funnel")
    def funnel(self) -> Block:
        """Show the lead funnel of the last 13 weeks' inquiries."""
        return leads.funnel(self.data, self.quarter)

    @section("Deals by age")
    def deals_by_age(self) -> Block:
        """Show the share of deals won and lost by age."""
        days = facts.deal_days(self.data, self.period.end)
        return charts.incidence_chart(incidence.curves(days), "Deals won and lost by age")

    @section("Cohorts")
    def cohorts(self) -> Block:
        """Show the funnel by the month in which inquiries arrived."""
        return leads.cohorts(self.data, self.period)

    @section("Win rates")
    def win_rates(self, by: str) -> Block:
        """Show win rates by segment, source, region or owner over the last 13 weeks."""
        return breakdown.win_rates(self.data, self.quarter, by)

    @section("Loss reasons")
    def losses(self) -> Block:
        """Show why deals were lost over the last 13 weeks."""
        return breakdown.losses(self.data, self.quarter, self.currency)

    @section("Stale deals")
    def stale(self) -> Block:
        """Show the largest open deals older than any that ever closed."""
        return breakdown.stale(self.data, self.period.end, self.currency)

    def signal_charts(self) -> Block:
        """Draw the history of every metric in which a signal stands, at most six."""
        signals = [line for line in [*self.lines, *self.watched] if line.signal.is_signal][:6]
        if not signals:
            return Callout("No metric shows a signal this week.", title="Signals", tone="muted")
        return Columns(
            tuple(charts.control_chart(line, self.period, self.currency) for line in signals)
        )
