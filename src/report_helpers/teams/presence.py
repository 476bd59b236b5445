"""Who is at work on which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue
from report_helpers.periods import Period
from report_helpers.teams.cadence import Cadence
from report_helpers.teams.rota import Person

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def working_days(cadence: Cadence, period: Period) -> list[date]:
    """Return the days from Monday to Friday of a period that are no public holiday."""
    days = (period.start + timedelta(days=n) for n in range(period.days))
    return [day for day in days if cadence.is_working_day(day)]


def present(data: Dataset, members: Sequence[Person], days: Sequence[date]) -> NDArray[np.bool_]:
    """Return, members x days, who is in the team and at work.

    Weekdays of part-timers are in ``people.works_on``, days away in ``absences``.

    Raises
    ------
    BadValue
        When ``works_on`` holds a word that is no weekday.
    """
    weekdays = _weekdays(data)
    there = np.array(
        [
            [p.is_there(d) and d.weekday() in weekdays.get(p.name, range(7)) for d in days]
            for p in members
        ],
        dtype=bool,
    ).reshape(len(members), len(days))
    rows = {person.name: row for row, person in enumerate(members)}
    for name, first, last in _absences(data):
        if name in rows:
            there[rows[name]] &= [not first <= day <= last for day in days]
    return there


def _weekdays(data: Dataset) -> dict[str, set[int]]:
    if not data.has("people", "works_on"):
        return {}
    part = data.frame("people").dropna(subset=["works_on"])
    return {
        name: {_weekday(word, name) for word in str(text).replace(",", " ").split()}
        for name, text in zip(part["person"], part["works_on"], strict=True)
    }


def _weekday(word: str, person: str) -> int:
    short = word.casefold()[:3]
    if short not in WEEKDAYS:
        raise BadValue(
            f"'{word}' is no weekday",
            where=f"people, works_on of {person}",
            remedy="write weekdays as Mon Tue Wed Thu Fri, separated by spaces",
        )
    return WEEKDAYS.index(short)


def _absences(data: Dataset) -> list[tuple[str, date, date]]:
    if not data.has("absences", "person", "starts_on"):
        return []
    away = data.frame("absences").dropna(subset=["person", "starts_on"])
    ends = away["ends_on"].fillna(away["starts_on"]) if "ends_on" in away else away["starts_on"]
    return [
        (str(name), pd.Timestamp(first).date(), pd.Timestamp(last).date())
        for name, first, last in zip(away["person"], away["starts_on"], ends, strict=True)
    ]
