"""Who represents the teams at a meeting: both heads always, the others in turn.

Who is away on the day, or never works on that weekday, is passed over and keeps their turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue

TEAMS = ("marketing", "sales")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Days = tuple[date, date]


@dataclass(frozen=True)
class Person:
    """One member of either team.

    Parameters
    ----------
    name, team, role, email, manager : as in the table ``people``.
    starts_on, ends_on : first and last day in the team, where known.
    works_on : weekdays of somebody who works part of the week, Monday is 0; empty for all.
    away : first and last day of each absence.
    """

    name: str
    team: str
    role: str = ""
    email: str = ""
    manager: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    works_on: tuple[int, ...] = ()
    away: tuple[Days, ...] = ()

    def is_there(self, on: date) -> bool:
        """Return whether the person is in the team on a day."""
        return (self.starts_on is None or self.starts_on <= on) and (
            self.ends_on is None or on <= self.ends_on
        )

    def is_at_work(self, on: date) -> bool:
        """Return whether the person is in the team, works on that weekday, and is not away."""
        works = not self.works_on or on.weekday() in self.works_on
        return self.is_there(on) and works and not any(a <= on <= b for a, b in self.away)


def people(data: Dataset) -> list[Person]:
    """Return the members of both teams; none when there is no table of people.

    Weekdays of part-timers are in ``people.works_on``, days away in ``absences``.

    Raises
    ------
    BadValue
        When ``works_on`` holds a word that is no weekday.
    """
    if not data.has("people", "person"):
        return []
    rows = data.frame("people").to_dict(orient="records")
    names = ("team", "role", "email", "manager")
    away = _absences(data)
    return [
        Person(
            str(row["person"]),
            **{name: _text(row.get(name)) for name in names},
            starts_on=_day(row.get("starts_on")),
            ends_on=_day(row.get("ends_on")),
            works_on=_weekdays(_text(row.get("works_on")), str(row["person"])),
            away=tuple(away.get(str(row["person"]), ())),
        )
        for row in rows
    ]


def _weekdays(text: str, person: str) -> tuple[int, ...]:
    """Return the weekdays a text names.

    Examples
    --------
    >>> _weekdays("Mon, Thursday", "Ada")
    (0, 3)
    """
    short = {word: word.casefold()[:3] for word in text.replace(",", " ").split()}
    for word, day in short.items():
        if day not in WEEKDAYS:
            raise BadValue(
                f"'{word}' is no weekday",
                where=f"people, works_on of {person}",
                remedy="write weekdays as Mon Tue Wed Thu Fri, separated by spaces",
            )
    return tuple(WEEKDAYS.index(day) for day in short.values())


def _absences(data: Dataset) -> dict[str, list[Days]]:
    """Return the absences of each person; one without an end is of a single day."""
    found: dict[str, list[Days]] = {}
    if not data.has("absences", "person", "starts_on"):
        return found
    for row in data.frame("absences").to_dict(orient="records"):
        first = _day(row["starts_on"])
        if first and _text(row["person"]):
            days = (first, _day(row.get("ends_on")) or first)
            found.setdefault(_text(row["person"]), []).append(days)
    return found


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _day(value: object) -> date | None:
    missing = value is None or pd.isna(value)  # type: ignore[call-overload]
    return None if missing else pd.Timestamp(value).date()  # type: ignore[arg-type]


def heads(members: Iterable[Person], on: date) -> list[Person]:
    """Return the heads of both teams on a day, Marketing's first.

    The head of a team is whom others of the team report to and who reports to nobody in it; where
    no manager is on record, whose role begins with Head.
    """
    there = [person for person in members if person.is_there(on)]
    return [head for team in TEAMS for head in _heads([p for p in there if p.team == team])]


def _heads(team: list[Person]) -> list[Person]:
    names = {person.name for person in team}
    managers = {person.manager for person in team}
    top = [p for p in team if p.name in managers and p.manager not in names - {p.name}]
    return top or [p for p in team if p.role.casefold().startswith("head")]


def representatives(
    members: Sequence[Person],
    past: Sequence[Collection[str]],
    on: date,
    absent: Collection[str] = (),
    each: int = 2,
) -> list[str]:
    """Return who represents the teams at a meeting.

    Both heads, then of each team those who were there longest ago; who never was comes first.
    Where two were there equally long ago it is who came less often, then by name: the same past
    always gives the same people.

    Parameters
    ----------
    members : everybody of both teams.
    past : who attended each earlier meeting, oldest first.
    on : the day of the meeting; who has left, not begun, or is not at work is passed over.
    absent : who else cannot come that day; passed over, and first in turn next time.
    each : how many of each team besides the heads.

    Examples
    --------
    >>> team = [Person(name, "sales", manager="Kim") for name in ("Ada", "Bo", "Cy")]
    >>> both = [Person("Kim", "sales"), *team]
    >>> representatives(both, [["Kim", "Ada"], ["Kim", "Bo"]], date(2026, 1, 8))
    ['Kim', 'Cy', 'Ada']
    """
    able = [p for p in members if p.is_at_work(on) and p.name not in absent]
    leading = [p.name for p in heads(members, on)]
    chosen = [name for name in leading if name in [p.name for p in able]]
    for team in TEAMS:
        others = [p.name for p in able if p.team == team and p.name not in leading]
        chosen += sorted(others, key=lambda name: _turn(name, past))[:each]
    return chosen


def _turn(name: str, past: Sequence[Collection[str]]) -> tuple[int, int, str]:
    """Return the place of the last meeting attended, how many were, and the name."""
    attended = [place for place, there in enumerate(past) if name in there]
    return (attended[-1] if attended else -1, len(attended), name)
