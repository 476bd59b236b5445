"""Goals, roles and commitments in a notebook that analysts change."""

from __future__ import annotations

from report_helpers.metrics.scorecard import Line, scorecard
from report_helpers.present import commitments, goals, outcomes, roles
from report_helpers.present.blocks import Block
from report_helpers.present.report import Report
from report_helpers.teams.exchange import Team


class Teamwork(Report):
    """A look at what both teams work towards, answer for, and owe each other.

    Parameters are those of `report_helpers.present.report.Report`.
    """

    name = "teamwork"
    heading = "Goals, roles and commitments"

    @property
    def quarter_lines(self) -> list[Line]:
        """The scorecard of the last 13 weeks: a target is not missed for one poor week."""
        first_month = self.settings.calendar.fiscal_year_starts
        return scorecard(self.data, self.quarter, self.segment, first_month)[0]

    def goals(self) -> Block:
        """Show where each goal stands, what is needed, and where it is heading."""
        return goals.goals(self.data, self.period, self.settings)

    def goal_chart(self, goal: str = "") -> Block:
        """Draw a goal that adds up against its plan; the first one when none is named."""
        return goals.goal_chart(self.data, self.period, self.settings, goal)

    def our_part(self, team: Team) -> Block:
        """Say where the metrics stand with which a team drives the goals."""
        return goals.our_part(self.data, self.period, team, self.lines, self.settings)

    def outcomes(self) -> Block:
        """Show what changed in each outcome since the company's own baseline."""
        return outcomes.outcomes(self.data, self.period, self.settings)

    def roles(self) -> Block:
        """Show who answers for which metric, and whether its target is met over 13 weeks."""
        return roles.roles(self.data, self.quarter, self.currency, self.quarter_lines)

    def perception(self) -> Block:
        """Show what each team thinks of the other's work, beside the figures of 13 weeks."""
        return roles.perception(self.data, self.quarter, self.currency)

    def lead_need(self) -> Block:
        """Show how many quality leads the revenue goal needs, step by step."""
        return commitments.lead_need(self.data, self.period, self.currency)

    def quality_leads(self) -> Block:
        """Draw the quality leads of 13 weeks against what the goal needs."""
        return commitments.quality_leads(self.data, self.period)

    def follow_up(self) -> Block:
        """Show how many quality leads of 13 weeks Sales followed up as promised."""
        return commitments.follow_up(self.data, self.quarter, self.settings.commitments)

    def missed(self) -> Block:
        """Show the period's quality leads that were touched late or not yet."""
        return commitments.missed(self.data, self.period, self.settings.commitments)
