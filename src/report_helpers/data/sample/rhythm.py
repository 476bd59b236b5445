"""When things happen: the year's rhythm, working days and working hours."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OPENS, CLOSES = 8, 18  # office hours
HOURS = CLOSES - OPENS
GROWTH = 0.10  # a year
WEEKDAY_WEIGHTS = np.array([1.05, 1.1, 1.05, 1.0, 0.8, 0.12, 0.14])
_CLOSED = ("01-01", "05-01", "12-24", "12-25", "12-26", "12-31")
_HOLIDAYS = [np.datetime64(f"{year}-{day}") for year in range(1990, 2100) for day in _CLOSED]
_ALL_DAYS = np.arange("1990-01-01", "2100-01-01", dtype="datetime64[D]")
OFFICE_DAYS: Days = _ALL_DAYS[np.is_busday(_ALL_DAYS, holidays=_HOLIDAYS)]


def days(start: date, until: date) -> Days:
    """Return every day from `start` to `until`, both included."""
    return np.arange(np.datetime64(start, "D"), np.datetime64(until, "D") + 1)


def demand(calendar: Days, *, weekends: bool = True) -> Floats:
    """Return how busy each day is, relative to an ordinary day at the start.

    Demand grows by :data:`GROWTH` a year and dips in August and over Christmas.
    """
    weekday = (calendar.astype(np.int64) + 3) % 7
    into_year = (calendar - calendar.astype("datetime64[Y]")).astype(np.int64)
    growth = (1 + GROWTH) ** ((calendar - calendar[0]).astype(np.int64) / 365.25)
    august = np.where((into_year >= 212) & (into_year < 236), 0.84, 1.0)
    christmas = np.where((into_year >= 355) | (into_year < 4), 0.4, 1.0)
    weights = WEEKDAY_WEIGHTS[weekday] * growth * august * christmas
    return weights if weekends else np.where(is_office_day(calendar), weights, 0.0)


def clock_times(rng: np.random.Generator, calendar: Days) -> Days:
    """Return a moment of each day, most of them late in the morning, to the minute."""
    minutes = np.clip(rng.normal(11.2 * 60, 3.4 * 60, len(calendar)), 5, 1434).astype(np.int64)
    moments: Days = calendar.astype("datetime64[m]") + minutes.astype("timedelta64[m]")
    return moments


def after_hours(moments: Days, hours: Floats) -> Days:
    """Return the moments `hours` office hours after `moments`, to the minute.

    Examples
    --------
    >>> friday = np.array(["2026-10-30T17:00"], dtype="datetime64[m]")
    >>> after_hours(friday, np.array([2.0])).astype(str).tolist()
    ['2026-11-02T09:00']
    """
    day = moments.astype("datetime64[D]")
    into_day = (moments - day).astype("timedelta64[m]").astype(np.int64) / 60 - OPENS
    position = office_day(day) * HOURS + hours
    position += np.where(is_office_day(day), np.clip(into_day, 0, HOURS), 0)
    whole_after = np.floor(position / HOURS).astype(np.int64)
    minutes = np.floor((position - whole_after * HOURS + OPENS) * 60 + 1e-6).astype(np.int64)
    moved: Days = OFFICE_DAYS[whole_after].astype("datetime64[m]") + minutes.astype(
        "timedelta64[m]"
    )
    return moved


def after_days(day: Days, working_days: Ints) -> Days:
    """Return the days `working_days` working days after `day`, or after the next working day."""
    moved: Days = OFFICE_DAYS[office_day(day) + working_days]
    return moved


def office_day(day: Days) -> Ints:
    """Return the place in OFFICE_DAYS of each day, or of the next one when offices open."""
    return np.searchsorted(OFFICE_DAYS, day)


def is_office_day(day: Days) -> Flags:
    """Return whether offices are open on each day."""
    open_: Flags = OFFICE_DAYS[office_day(day)] == day
    return open_
