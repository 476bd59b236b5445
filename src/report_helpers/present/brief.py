"""The MarSale meeting brief: what happened, what to talk about, what to decide, what is owed."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from report_helpers.errors import UnknownName
from report_helpers.metrics.scorecard import Line
from report_helpers.present import decisions, evidence, findings, meeting
from report_helpers.present.blocks import Block, Callout, Finding, Findings, Notes, Table
from report_helpers.present.formats import count_of, number
from report_helpers.present.report import Report
from report_helpers.present.section import section
from report_helpers.teams import exchange, preparation, topics
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.topics import Candidate, Slot


class Brief(Report):
    """The brief for the regular meeting of both teams.

    Parameters
    ----------
    topic : the evidence topic to talk about; empty for the one the data call for.
    where : the parameters of `report_helpers.present.report.Report`.
    """

    name = "brief"
    heading = "MarSale meeting brief"
    explained = (
        *("definition_precision", "definition_recall", "definition_lift"),
        *("definition_agreement", "definition_kappa", "step_wait_median", "revenue_growth"),
    )

    def __init__(self, topic: str = "", **where: Any) -> None:
        super().__init__(**where)
        if topic and topic not in topics.TOPICS:
            raise UnknownName("topic", topic, topics.TOPICS, where="parameter topic")
        self._asked_for = topic

    @property
    def weeks(self) -> int:
        """How many ISO weeks the brief covers, as set under ``[calendar] brief_weeks``."""
        return self.settings.calendar.brief_weeks

    @property
    def span(self) -> str:  # type: ignore[override]
        """What one period is called."""
        return {1: "week", 2: "fortnight"}.get(self.weeks, "three weeks")

    def five_sentences(self) -> Findings:
        """Show the period in five sentences."""
        items = (
            self._sentence("won_amount", "Money"),
            self._sentence("opportunities", "Deals"),
            self._sentence("mqls", "Leads"),
            self._signals(),
            self._owed(),
        )
        return Findings(items)

    def _line(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.metric.name == name), None)

    def _sentence(self, name: str, lead: str) -> Finding:
        line = self._line(name)
        if line is None or line.value != line.value:
            reason = line.reason if line else "the data have no table for it"
            return Finding(f"Not known: {reason}.", lead=lead, tone="muted")
        unit = line.metric.unit
        value, prior = (number(v, unit, self.currency) for v in (line.value, line.prior))
        verdict = "a signal" if line.signal.is_signal else "no signal, so no change to explain"
        text = f"{line.metric.label} {value} against {prior} in the {self.span} before: {verdict}"
        if line.target is not None:
            goal = number(line.target, unit, self.currency)
            text += f"; it {'meets' if line.met else 'misses'} the target of {goal}"
        return Finding(f"{text}.", lead=lead)

    def _signals(self) -> Finding:
        found = [line for line in [*self.lines, *self.watched] if line.signal.is_signal]
        if not found:
            return Finding("No metric left its usual range.", lead="Signals", tone="good")
        worse = [line for line in found if not line.improved]
        first = findings.signal((worse or found)[0], self.currency)
        count = f"{count_of(len(found), 'signal')}, {len(worse)} for the worse"
        text = f"{count}. {first.lead}: {first.text}"
        return Finding(text, lead="Signals", tone="bad" if worse else "good")

    def _owed(self) -> Finding:
        asked = self._asked()
        todo = exchange.actions(self.items)
        late = [item for item in [*asked, *todo] if item.overdue(self.as_of)]
        text = (
            f"{count_of(len(asked), 'question or request', 'questions and requests')} between the "
            f"teams and {count_of(len(todo), 'action')} are open, {len(late)} of them overdue."
        )
        return Finding(text, lead="Promises", tone="bad" if late else "good")

    def _asked(self) -> list[exchange.Item]:
        return [item for team in exchange.OTHER for item in exchange.asks(self.items, team)]

    @cached_property
    def candidates(self) -> list[Candidate]:
        """The topics the evidence calls for, best ranked first; a topic asked for comes first."""
        found = preparation.candidates(self.data, self.circle, self.settings, self.period.end)
        if not self._asked_for:
            return found or [Candidate("win_rate")]
        mine = [c for c in found if c.key == self._asked_for] or [Candidate(self._asked_for)]
        return [*mine, *(c for c in found if c.key != self._asked_for)]

    @property
    def topic(self) -> Candidate:
        """The topic whose evidence the brief shows."""
        return self.candidates[0]

    def agenda(self) -> Table:
        """Show the agenda as questions to decide, each with who leads it and minutes."""
        return meeting.agenda(self._slots)

    @cached_property
    def _slots(self) -> list[Slot]:
        minutes = self.settings.meeting.minutes
        return topics.agenda(self.candidates, self.items, minutes, self.as_of)

    @cached_property
    def _next(self) -> Meeting:
        return preparation.next_meeting(self.circle, self.store, self.settings)

    def coming(self) -> tuple[Meeting, list[Slot]]:
        """Return the next meeting, and its agenda."""
        return self._next, self._slots

    @section("Next meeting")
    def next_meeting(self) -> Block:
        """Show when the next meeting is and who comes."""
        return meeting.next_line(self._next, self.circle.members)

    def topic_title(self) -> Findings:
        """Say which topic the data call for, and why."""
        return meeting.reasons(self.topic, self.currency)

    def options(self) -> Findings:
        """Show the ways to decide on the topic."""
        return meeting.options(self.topic)

    def ranking(self) -> Table:
        """Show all topics something speaks for, in the order they deserve the time."""
        return meeting.ranking(self.candidates, self.currency)

    def exhibit(self, place: int) -> Block:
        """Show one exhibit of the topic: 1, 2 or 3."""
        shown = evidence.exhibits(self.topic.key, self)
        if place > len(shown):
            return Callout("The data carry no further exhibit.", tone="muted")
        return shown[place - 1]

    def decisions(self) -> Notes:
        """Show what waits for a decision: questions and requests of both teams."""
        asked = self._asked()
        ordered = sorted(asked, key=lambda item: (item.due_on or date.max, item.written_on))
        return self.notes(ordered, empty="Nothing waits for a decision.")

    def decided(self) -> Block:
        """Show the decisions of the last twelve weeks, and whether their metric moved."""
        return decisions.previous(self.circle.effects(self.data, self.as_of), self.currency)

    def actions(self) -> Block:
        """Show the open actions: owner, due, and how many meetings they were carried over."""
        return meeting.actions(self.circle.owed(), self.as_of)
