"""The minutes of a meeting: who was there, what was decided, who does what, and what is owed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from report_helpers.errors import MissingData
from report_helpers.present import decisions, meeting
from report_helpers.present.blocks import Block, Callout, Finding, Findings, Masthead, Notes
from report_helpers.present.formats import day
from report_helpers.present.frozen import Frozen
from report_helpers.present.report import Report
from report_helpers.teams.actions import Owed
from report_helpers.teams.decisions import agreed, effects
from report_helpers.teams.exchange import Item
from report_helpers.teams.meetings import Meeting, find, held
from report_helpers.teams.preparation import Circle, next_meeting

ONE_DAY = timedelta(days=1)


class Minutes(Report):
    """The minutes of one regular meeting.

    Parameters
    ----------
    name : the meeting, by its identifier or its day; empty for the last one held.
    store : where meetings are recorded; empty for the settings' store, if there is one.
    where : the parameters of `report_helpers.present.report.Report`.

    Raises
    ------
    MissingData
        When no meeting was held.
    UnknownName
        When the meeting named is not on record.
    """

    name = "minutes"
    heading = "Minutes of the meeting"

    def __init__(self, name: str = "", store: str = "", **where: Any) -> None:
        super().__init__(**where)
        self.reading(store)
        until = self.as_of + ONE_DAY if where.get("as_of") else date.max
        zone = self.settings.meeting.time_zone
        past = held(self.whole, self.store, until, zone)
        if not past:
            raise MissingData(
                "no meeting is on record",
                where="meetings",
                remedy="record one with 'marsale meeting record', or give a table meetings",
            )
        self.meeting: Meeting = find(past, name) if name else past[-1]

    @property
    def weeks(self) -> int:
        """How many ISO weeks lie between two meetings."""
        return self.settings.calendar.brief_weeks

    @cached_property
    def circle(self) -> Circle:
        """The teams as they were when the meeting ended."""
        return Circle.of(self.whole, self.store, self.settings, self.meeting.day)

    def _of_this(self, kind: str) -> list[Item]:
        return agreed(self.circle.items, kind, self.meeting)

    def masthead(self) -> Masthead:
        """Show which meeting it was, and when."""
        return Masthead(
            report=self.heading,
            company=self.settings.company.name,
            period=day(self.meeting.day),
            dates=meeting.hours(self.meeting),
            key=self.meeting.meeting_id,
        )

    def attendees(self) -> Block:
        """Show who was there."""
        return meeting.attendees(self.meeting, self.circle.members)

    def topics(self) -> Block:
        """Show what was talked about, and what else is worth keeping."""
        told = [Finding(topic) for topic in self.meeting.topics]
        if self.meeting.notes:
            told.append(Finding(self.meeting.notes, lead="Noted"))
        if not told:
            return Callout("Nobody wrote down what was talked about.", tone="muted")
        return Findings(tuple(told))

    def decided(self) -> Notes:
        """Show what was decided, each beside the number it aims at."""
        return self.notes(self._of_this("decision"), empty="Nothing was decided.")

    def agreed(self) -> Block:
        """Show the actions agreed in the meeting, with owner and due date."""
        mine = {item.note_id for item in self._of_this("action")}
        return self._actions(
            [o for o in self._owed if o.item.note_id in mine], "Agreed in this meeting"
        )

    def carried(self) -> Block:
        """Show the actions of earlier meetings that are still open; escalated ones first."""
        mine = {item.note_id for item in self._of_this("action")}
        found = [one for one in self._owed if one.item.note_id not in mine]
        return self._actions(found, "Carried over")

    @cached_property
    def _owed(self) -> list[Owed]:
        return self.circle.owed()

    def _actions(self, owed: list[Owed], caption: str) -> Block:
        return meeting.actions(owed, self.meeting.day, caption)

    def previous(self) -> Block:
        """Show whether the numbers moved that earlier decisions aimed at."""
        mine = {item.note_id for item in self._of_this("decision")}
        earlier = [item for item in self.circle.decisions() if item.note_id not in mine]
        known = min(self.meeting.day, self.as_of)
        return decisions.previous(effects(self.whole, earlier, known), self.currency)

    def next(self) -> Findings:
        """Show when the next meeting is, and who comes."""
        found = next_meeting(self.circle, self.store, self.settings)
        return meeting.next_line(found, self.circle.members)

    def frozen(self) -> Frozen:
        """Freeze which meeting it was."""
        told = {"id": self.meeting.meeting_id, "attendees": list(self.meeting.attendees)}
        span = {"key": self.meeting.meeting_id, "start": str(self.meeting.day)}
        inputs = [{"name": i.name, "sha256": i.sha256, "bytes": i.bytes} for i in self.whole.inputs]
        content = {"report": "minutes", "period": span, "meeting": told, "figures": []}
        return Frozen({**content, "as_of": str(self.as_of), "inputs": inputs})
