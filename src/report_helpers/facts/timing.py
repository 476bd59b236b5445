"""How the engine counts time: ISO weeks, whole days, tenths of an hour, and what is not yet known.

Each function takes Ibis columns of naive timestamps and returns an Ibis column, so that the same
words compile to every engine.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import ibis


def midnight(day: date) -> Any:
    """Return the first instant of `day` as an Ibis timestamp."""
    return ibis.literal(datetime.combine(day, time()), type="timestamp")


def known(column: Any, until: date) -> Any:
    """Return whether a row existed before `until`: its date is earlier, or nobody wrote one."""
    return column.isnull() | (column < midnight(until))


def week(column: Any) -> Any:
    """Return the Monday on which the ISO week of a timestamp begins; Monday 00:00 is in it."""
    return column.truncate("W")


def day(column: Any) -> Any:
    """Return the midnight at which the day of a timestamp begins."""
    return column.truncate("D")


def days(start: Any, end: Any) -> Any:
    """Return the number of midnights from `start` to `end`; negative where `end` is earlier."""
    return end.date().delta(start.date(), unit="day")


def hours(start: Any, end: Any) -> Any:
    """Return the hours from `start` to `end`, rounded down to a tenth."""
    return (end.delta(start, unit="second") / 360).floor() / 10


def weekday_hours(start: Any, end: Any) -> Any:
    """Return the hours from `start` to `end` of which none fall on a Saturday or Sunday."""
    weeks = days(week(start), week(end)) / 7
    return weeks * 120 + _into_week(end) - _into_week(start)


def _into_week(moment: Any) -> Any:
    """Return the hours from Monday 00:00 to `moment`, at most to Saturday 00:00."""
    return (moment.delta(week(moment), unit="second") / 3600).clip(upper=120)
