"""The MarSale meeting brief: what happened, what to talk about, what to decide, what is owed."""

from __future__ import annotations

from datetime import date
from typing import Any

from report_helpers.errors import UnknownName
from report_helpers.metrics.scorecard import Line
from report_helpers.present import evidence, findings
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Finding,
    Findings,
    Notes,
    Row,
    Table,
    TableColumn,
)
from report_helpers.present.formats import count_of, day, number
from report_helpers.present.report import Report
from report_helpers.teams import exchange


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
        if topic and topic not in evidence.TOPICS:
            raise UnknownName("topic", topic, evidence.TOPICS, where="parameter topic")
        self.topic = topic or evidence.choose(self.watched, self.lines)

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

    def agenda(self) -> Table:
        """Show the agenda as questions to decide, each with owner and minutes."""
        todo = exchange.actions(self.items)
        asked = self._asked()
        late = sum(item.overdue(self.as_of) for item in todo)
        topic = evidence.TOPICS[self.topic]
        open_actions = count_of(len(todo), "open action")
        open_asks = count_of(len(asked), "open question or request", "open questions and requests")
        rows = [
            (
                f"Which of {open_actions} close today, and what frees {late} overdue?",
                "Both heads",
                10,
            ),
            (topic.question, topic.owner, 25),
            (f"Who answers {open_asks}, and by when?", "Both heads", 10),
            ("What have we decided, who does it, and when do we meet again?", "Chair", 5),
        ]
        minutes = sum(row[2] for row in rows)
        columns = (
            TableColumn("number", "", "right"),
            TableColumn("question", "Question to decide", width=1),
            TableColumn("owner", "Led by"),
            TableColumn("minutes", "Minutes", "right"),
        )
        body = [
            Row((Cell(str(place)), Cell(question), Cell(owner), Cell(str(length))))
            for place, (question, owner, length) in enumerate(rows, 1)
        ]
        total = Row((Cell(""), Cell("Together"), Cell(""), Cell(str(minutes))), role="total")
        alt = f"Agenda of {len(rows)} questions, {minutes} minutes together."
        return Table(columns, (*body, total), "", alt)

    def topic_title(self) -> Findings:
        """Say which topic the data call for, and why."""
        return evidence.reason(self.topic, self.watched, self.lines, self.currency)

    def exhibit(self, place: int) -> Block:
        """Show one exhibit of the topic: 1, 2 or 3."""
        shown = evidence.exhibits(self.topic, self.data, self.period, self.watched, self.currency)
        if place > len(shown):
            return Callout("The data carry no further exhibit.", tone="muted")
        return shown[place - 1]

    def decisions(self) -> Notes:
        """Show what waits for a decision: questions and requests of both teams."""
        asked = self._asked()
        ordered = sorted(asked, key=lambda item: (item.due_on or date.max, item.written_on))
        return self.notes(ordered, empty="Nothing waits for a decision.")

    def decided(self) -> Notes:
        """Show what was decided in the period."""
        return self.notes(
            exchange.decisions(self.items, self.period),
            empty="Nothing was decided since last time.",
        )

    def actions(self) -> Block:
        """Show the open actions with owner and due date, those due first on top."""
        todo = exchange.actions(self.items)
        if not todo:
            return Callout("No action is open.", title="Actions", tone="good")
        columns = (
            TableColumn("action", "Action", width=1),
            TableColumn("owner", "Owner"),
            TableColumn("due", "Due"),
            TableColumn("since", "Open since"),
        )
        rows = [
            Row(
                (
                    Cell(item.body),
                    Cell(item.owner or findings.TEAM_NAMES[item.team]),
                    self._due(item),
                    Cell(day(item.written_on, year=False)),
                )
            )
            for item in todo
        ]
        late = sum(item.overdue(self.as_of) for item in todo)
        alt = f"{count_of(len(todo), 'open action')}, {late} overdue."
        return Table(columns, tuple(rows), "Open actions", alt)

    def _due(self, item: exchange.Item) -> Cell:
        if item.overdue(self.as_of) and item.due_on:
            late = (self.as_of - item.due_on).days
            return Cell(
                day(item.due_on, year=False), f"{count_of(late, 'day')} overdue", "bad", "▼"
            )
        return Cell(day(item.due_on, year=False))
