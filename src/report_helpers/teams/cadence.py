"""When the regular meeting is: every two or three weeks, moved by rule when offices are closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import holidays

from report_helpers.errors import ConfigurationError
from report_helpers.periods import WEEK
from report_helpers.settings import Settings

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Slot:
    """One meeting of the rhythm.

    Parameters
    ----------
    regular : its day in the rhythm, which names the meeting whatever day it is held on.
    held_on : the day it is held on: another one when the regular one is a holiday.
    why : the name of the holiday it had to move for; empty when it did not move.
    """

    regular: date
    held_on: date
    why: str = ""


@dataclass(frozen=True)
class Cadence:
    """The rhythm of the regular meeting.

    Parameters
    ----------
    anchor : any day of the rhythm; it gives the weekday, too.
    weeks : weeks from one meeting to the next.
    at : the hour on the clocks of the time zone.
    time_zone : IANA name, such as ``Europe/Berlin``.
    country, subdivision : whose public holidays count; no country, no holidays.
    skips : leave a meeting on a holiday out, instead of holding it on the next working day.

    Examples
    --------
    >>> cadence = Cadence(date(2026, 1, 8), country="DE")
    >>> slot = cadence.next(date(2026, 5, 7))
    >>> str(slot.regular), str(slot.held_on), slot.why
    ('2026-05-14', '2026-05-15', 'Ascension Day')
    """

    anchor: date
    weeks: int = 2
    at: time = time(10)
    time_zone: str = "Europe/Berlin"
    country: str = ""
    subdivision: str = ""
    skips: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Cadence:
        """Return the rhythm that is set under ``[meeting]`` and ``[calendar]``.

        Raises
        ------
        ConfigurationError
            When nobody knows the holidays of the country or its part.
        """
        meeting, calendar = settings.meeting, settings.calendar
        made = cls(
            anchor=meeting.anchor,
            weeks=calendar.brief_weeks,
            at=time.fromisoformat(meeting.hour),
            time_zone=meeting.time_zone,
            country=calendar.country,
            subdivision=calendar.subdivision,
            skips=meeting.on_holiday == "skip",
        )
        _ = made.holidays  # an unknown country is told now, not at the first meeting
        return made

    @cached_property
    def holidays(self) -> holidays.HolidayBase | dict[date, str]:
        """Public holidays by day; years are added as they are asked for."""
        if not self.country:
            return {}
        try:
            return holidays.country_holidays(
                self.country, subdiv=self.subdivision or None, language="en_US"
            )
        except NotImplementedError as error:
            place = " ".join(part for part in (self.country, self.subdivision) if part)
            raise ConfigurationError(
                f"the public holidays of '{place}' are not known",
                where="[calendar] country, subdivision",
                remedy="use codes such as DE and BY, or leave them empty for no holidays",
            ) from error

    def is_working_day(self, day: date) -> bool:
        """Return whether it is a weekday and no public holiday."""
        return day.weekday() < SATURDAY and day not in self.holidays

    def slot(self, regular: date) -> Slot | None:
        """Return the meeting of a day of the rhythm, moved by rule; None when it is skipped."""
        if regular not in self.holidays:
            return Slot(regular, regular)
        if self.skips:
            return None
        held_on = regular + ONE_DAY
        while not self.is_working_day(held_on):
            held_on += ONE_DAY
        return Slot(regular, held_on, self.holidays.get(regular) or "")

    def slots(self, first: date) -> Iterator[Slot]:
        """Yield the meetings held on or after `first`, in order, without end."""
        step = self.weeks * WEEK
        regular = self.anchor + (first - self.anchor) // step * step - step
        while True:
            found = self.slot(regular)
            if found and found.held_on >= first:
                yield found
            regular += step

    def next(self, first: date) -> Slot:
        """Return the first meeting held on or after `first`."""
        return next(self.slots(first))

    def starts_at(self, day: date) -> datetime:
        """Return when the meeting of a day starts, as a naive UTC moment.

        Examples
        --------
        >>> cadence = Cadence(date(2026, 1, 8))
        >>> [cadence.starts_at(date(2026, 10, d)).hour for d in (24, 25, 26)]
        [8, 9, 9]
        """
        return moment(day, self.at, self.time_zone)


def moment(day: date, at: time, time_zone: str) -> datetime:
    """Return an hour of a day on the clocks of a time zone as a naive UTC moment.

    The clock keeps its hour when summer time begins or ends. An hour that the clocks skip that
    night is read by the time before the change, one that comes twice is its first.
    """
    there = datetime.combine(day, at, ZoneInfo(time_zone))
    return there.astimezone(UTC).replace(tzinfo=None)


def local(moment: datetime, time_zone: str) -> datetime:
    """Return a naive UTC moment on the clocks of a time zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone))
