"""When is which report due: the schedule of the settings, laid over a calendar.

Nothing here looks at a clock or remembers anything: the same settings and the same span of time
give the same occasions, however the span is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Literal

from report_helpers.periods import WEEK, Period, monday
from report_helpers.settings import Settings
from report_helpers.teams.cadence import Cadence, moment
from report_helpers.teams.meetings import Meeting

Report = Literal["weekly", "brief", "shadowing"]

ONE_DAY = timedelta(days=1)
REACH = timedelta(days=45)
"""The farthest a day is ever moved: five working days, and the longest run of public holidays."""
STEP, HORIZON = timedelta(days=91), timedelta(days=20 * 365)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Occasion:
    """One report that is due.

    Parameters
    ----------
    report : ``weekly``, ``brief``, or ``shadowing``, the plan of the month after.
    due_at : when it is due, naive UTC.
    as_of : the day it is made for.
    about : its name, which no other occasion has: ``weekly-2026-W44`` by the week it reports,
        ``brief-2026-11-05`` by the meeting's day in the rhythm, ``shadowing-2026-12``.
    period : the key of its period in the ledger: ``2026-W44``, ``2026-W43-W44``, ``2026-12``.
    useful_until : the moment, naive UTC, from which on nobody needs it any more: a brief when its
        meeting has begun. None where there is no such moment.
    """

    report: Report
    due_at: datetime
    as_of: date
    about: str
    period: str
    useful_until: datetime | None = None


def zone(settings: Settings) -> str:
    """Return the name of the time zone whose clocks the schedule means."""
    return settings.schedule.time_zone or settings.meeting.time_zone


def segments(settings: Settings, report: str) -> list[str]:
    """Return what a report is made on: always the whole company (''), and each reader's segment.

    A plan of visits is made for all.
    """
    asked = {r.segment for r in settings.mail.recipients if report in r.reports}
    return ["", *sorted(asked - {""})] if report != "shadowing" else [""]


def between(
    settings: Settings, start: datetime, end: datetime, planned: Sequence[Meeting] = ()
) -> list[Occasion]:
    """Return what is due from `start` on and before `end`, in order.

    Parameters
    ----------
    settings : ``[schedule]``, ``[meeting]`` and ``[calendar]``.
    start, end : naive UTC moments, the first included, the last not.
    planned : meetings kept in the store; one that was moved or cancelled there moves or cancels
        its brief.

    Raises
    ------
    ConfigurationError
        When nobody knows the holidays of the country.

    Examples
    --------
    >>> settings = Settings.model_validate({"schedule": {"weekly": "monday 07:00"}})
    >>> [found] = between(settings, datetime(2026, 11, 1), datetime(2026, 11, 8))
    >>> found.about, str(found.due_at), str(found.as_of)
    ('weekly-2026-W44', '2026-11-02 06:00:00', '2026-11-02')
    """
    return _between(_Almanac(settings, tuple(planned)), start, end)


def upcoming(
    settings: Settings, now: datetime, count: int, planned: Sequence[Meeting] = ()
) -> list[Occasion]:
    """Return the next `count` occasions due at `now`, a naive UTC moment, or later.

    There are fewer only when nothing is scheduled.
    """
    almanac, found, start = _Almanac(settings, tuple(planned)), list[Occasion](), now
    while almanac.is_in_use and len(found) < count and start < now + HORIZON:
        found += _between(almanac, start, start + STEP)
        start += STEP
    return found[:count]


def _between(almanac: _Almanac, start: datetime, end: datetime) -> list[Occasion]:
    days = Period((start - REACH).date(), (max(start, end) + REACH).date())
    found = [o for o in almanac.occasions(days) if start <= o.due_at < end]
    return sorted(found, key=lambda o: (o.due_at, o.about))


@dataclass(frozen=True)
class _Almanac:
    """The schedule, with what is asked of it again and again."""

    settings: Settings
    planned: tuple[Meeting, ...]

    @cached_property
    def cadence(self) -> Cadence:
        return Cadence.of(self.settings)

    @property
    def is_in_use(self) -> bool:
        schedule = self.settings.schedule
        return bool(schedule.weekly or schedule.brief or schedule.shadowing)

    def occasions(self, days: Period) -> Iterator[Occasion]:
        """Yield what the days of a period bring, some of it on other days."""
        schedule = self.settings.schedule
        if schedule.weekly:
            yield from self._weeklies(days, *schedule.weekly.split())
        if schedule.brief:
            yield from self._briefs(days, schedule.brief)
        if schedule.shadowing:
            yield from self._plans(days, *schedule.shadowing.split())

    def _weeklies(self, days: Period, weekday: str, clock: str) -> Iterator[Occasion]:
        day = monday(days.start) + _WEEKDAYS.index(weekday) * ONE_DAY
        while day < days.end:
            due_on = self._by_rule(day)
            if due_on is not None:
                as_of = min(due_on, monday(day) + WEEK - ONE_DAY)  # moved or not, the week is one
                key = Period.weeks_before(as_of, 1).key
                yield self._occasion("weekly", (due_on, clock), as_of, key, f"weekly-{key}")
            day += WEEK

    def _briefs(self, days: Period, clock: str) -> Iterator[Occasion]:
        for name, (held_on, starts_at) in self._meetings(days).items():
            as_of = self._working_days_before(held_on)
            key = Period.weeks_before(as_of, self.settings.calendar.brief_weeks).key
            found = self._occasion("brief", (as_of, clock), as_of, key, f"brief-{name}")
            yield replace(found, useful_until=starts_at)

    def _meetings(self, days: Period) -> dict[str, tuple[date, datetime]]:
        """Return the meetings by name: the day they are held on, and when they start."""
        found = dict[str, tuple[date, datetime]]()
        for slot in self.cadence.slots(days.start):
            if slot.held_on >= days.end:
                break
            starts_at = self.cadence.starts_at(slot.held_on)
            found[slot.regular.isoformat()] = slot.held_on, starts_at
        for meeting in self.planned:
            if meeting.cancelled:
                found.pop(meeting.meeting_id, None)
            else:
                found[meeting.meeting_id] = meeting.day, meeting.starts_at
        return found

    def _plans(self, days: Period, day: str, clock: str) -> Iterator[Occasion]:
        first = days.start.replace(day=1)
        while first < days.end:
            after = (first + timedelta(days=31)).replace(day=1)
            due_on = self._by_rule(first.replace(day=int(day)))
            if due_on is not None:
                month = after.isoformat()[:7]
                at = (due_on, clock)
                yield self._occasion("shadowing", at, due_on, month, f"shadowing-{month}")
            first = after

    def _by_rule(self, day: date) -> date | None:
        """Return the day on which is due what was to be on `day`; None when it is left out."""
        rule = self.settings.schedule.on_holiday
        if rule == "as ever" or day not in self.cadence.holidays:
            return day
        if rule == "skip":
            return None
        while not self.cadence.is_working_day(day):
            day += ONE_DAY
        return day

    def _working_days_before(self, day: date) -> date:
        for _ in range(self.settings.schedule.brief_days_before):
            day -= ONE_DAY
            while not self.cadence.is_working_day(day):
                day -= ONE_DAY
        return day

    def _occasion(
        self, report: Report, at: tuple[date, str], as_of: date, period: str, about: str
    ) -> Occasion:
        day, clock = at
        due_at = moment(day, time.fromisoformat(clock), zone(self.settings))
        return Occasion(report, due_at, as_of, about, period)
