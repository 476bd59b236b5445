"""What the commands about meetings work with: the data, the store, the teams on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import place, source

if TYPE_CHECKING:
    from report_helpers.data.dataset import Dataset
    from report_helpers.teams.meetings import Meeting
    from report_helpers.teams.preparation import Circle
    from report_helpers.teams.store import Store
    from report_helpers.teams.topics import Slot

_STORE = click.option(
    "--store",
    metavar="WHERE",
    envvar="MARSALE_STORE",
    help="SQLite file or database URL. [default: MARSALE_STORE, the settings', ./marsale.db]",
)


def where(command: Any) -> Any:
    """Add ``--store`` and the options of the data to a command."""
    return source.options(_STORE(command))


@dataclass(frozen=True)
class Room:
    """What a command about meetings works with.

    Parameters
    ----------
    found : data and settings asked for.
    data : the data.
    url : where the store is.
    until : the day up to which the data are known: that asked for, else their last.
    """

    found: source.Source
    data: Dataset
    url: str
    until: date

    @classmethod
    def of(cls, store: str | None, **asked: str | None) -> Room:
        """Return the room the options ask for."""
        found = source.find(**asked)
        data = found.load()
        url = place.find(store, asked["settings_file"]).url
        return cls(found, data, url, found.as_of or data.last_day)

    @cached_property
    def on(self) -> date:
        """The day of looking: that asked for, else the data's last or that of the last meeting."""
        from report_helpers.teams.meetings import kept

        held = [] if self.found.as_of else [m.day for m in kept(self.store) if m.held]
        return max([self.until, *held])

    @cached_property
    def store(self) -> Store | None:
        """The store, if there is one yet."""
        from report_helpers.teams.store import existing

        return existing(self.url)

    def circle(self, on: date | None = None) -> Circle:
        """Return the teams as they are known on a day."""
        from report_helpers.teams.preparation import Circle

        return Circle.of(self.data, self.store, self.found.settings, on or self.on)

    def next(self, on: date | None = None, absent: tuple[str, ...] = ()) -> Meeting:
        """Return the next meeting on or after a day."""
        from report_helpers.teams.preparation import next_meeting

        return next_meeting(self.circle(on), self.store, self.found.settings, absent)

    def named(self, name: str) -> Meeting:
        """Return the meeting of that name, held or planned; the next one for an empty name."""
        from report_helpers.teams.meetings import find, held, kept

        if not name:
            return self.next()
        zone = self.found.settings.meeting.time_zone
        known = [self.next(), *held(self.data, self.store, date.max, zone), *kept(self.store)]
        return find(known, name)

    def agenda(self, meeting: Meeting) -> list[Slot]:
        """Return the agenda the evidence calls for."""
        from report_helpers.teams.preparation import candidates
        from report_helpers.teams.topics import agenda

        circle = self.circle()
        found = candidates(self.data, circle, self.found.settings, self.until)
        return agenda(found, circle.items, meeting.minutes, meeting.day)
