"""Who represents the teams at a meeting: both heads always, the others in turn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from report_helpers.data.dataset import Dataset

TEAMS = ("marketing", "sales")


@dataclass(frozen=True)
class Person:
    """One member of either team.

    Parameters
    ----------
    name, team, role, email, manager : as in the table ``people``.
    starts_on, ends_on : first and last day in the team, where known.
    """

    name: str
    team: str
    role: str = ""
    email: str = ""
    manager: str = ""
    starts_on: date | None = None
    ends_on: date | None = None

    def is_there(self, on: date) -> bool:
        """Return whether the person is in the team on a day."""
        return (self.starts_on is None or self.starts_on <= on) and (
            self.ends_on is None or on <= self.ends_on
        )


def people(data: Dataset) -> list[Person]:
    """Return the members of both teams; none when there is no table of people."""
    if not data.has("people", "person"):
        return []
    rows = data.frame("people").to_dict(orient="records")
    names = ("team", "role", "email", "manager")
    return [
        Person(
            str(row["person"]),
            **{name: _text(row.get(name)) for name in names},
            starts_on=_day(row.get("starts_on")),
            ends_on=_day(row.get("ends_on")),
        )
        for row in rows
    ]


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
    on : the day of the meeting; who has left, or not begun, is passed over.
    absent : who cannot come that day; passed over, and first in turn next time.
    each : how many of each team besides the heads.

    Examples
    --------
    >>> team = [Person(name, "sales", manager="Kim") for name in ("Ada", "Bo", "Cy")]
    >>> both = [Person("Kim", "sales"), *team]
    >>> representatives(both, [["Kim", "Ada"], ["Kim", "Bo"]], date(2026, 1, 8))
    ['Kim', 'Cy', 'Ada']
    """
    able = [p for p in members if p.is_there(on) and p.name not in absent]
    leading = [p.name for p in heads(members, on)]
    chosen = [name for name in leading if name not in absent]
    for team in TEAMS:
        others = [p.name for p in able if p.team == team and p.name not in leading]
        chosen += sorted(others, key=lambda name: _turn(name, past))[:each]
    return chosen


def _turn(name: str, past: Sequence[Collection[str]]) -> tuple[int, int, str]:
    """Return the place of the last meeting attended, how many were, and the name."""
    attended = [place for place, there in enumerate(past) if name in there]
    return (attended[-1] if attended else -1, len(attended), name)
