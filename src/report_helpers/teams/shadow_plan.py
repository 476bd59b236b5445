"""A month's visits: everybody spends a day with somebody of the other team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.periods import Period
from report_helpers.settings import Settings
from report_helpers.teams.cadence import Cadence, local
from report_helpers.teams.exchange import OTHER
from report_helpers.teams.pairing import Side, pair
from report_helpers.teams.presence import present, working_days
from report_helpers.teams.rota import TEAMS
from report_helpers.teams.shadowing import FIXED, Shadowing, due, identifier

REPEAT, MEMORY = 1_000, 120  # cost of meeting again; months until a visit is as good as forgotten
Meeting = tuple[str, datetime]


@dataclass(frozen=True)
class Month:
    """What a month's visits can be made of.

    Parameters
    ----------
    data : people, calendar and absences.
    settings : which meetings are worth a visit, public holidays, time zone.
    period : the month.
    after : the last day that is over; visits are planned for later days.
    past : all visits known.
    """

    data: Dataset
    settings: Settings
    period: Period
    after: date
    past: Sequence[Shadowing] = ()

    @cached_property
    def people(self) -> list[tuple[str, str]]:
        """Name and team of everybody in the month, by team and name."""
        return sorted(
            ((p.name, p.team) for p in due(self.data, self.period)), key=lambda p: p[::-1]
        )

    @cached_property
    def days(self) -> list[date]:
        """The working days of the month that are still to come."""
        found = working_days(Cadence.of(self.settings), self.period)
        return [day for day in found if day > self.after]

    @cached_property
    def there(self) -> NDArray[np.bool_]:
        """People x days: who is at work."""
        members = {p.name: p for p in due(self.data, self.period)}
        return present([members[name] for name, _ in self.people], self.days)

    @cached_property
    def fixed(self) -> list[Shadowing]:
        """The visits of the month that stay: agreed, done, or planned for a day that is over."""
        mine = [s for s in self.past if s.day in self.period]
        over = [s for s in mine if s.status == "planned" and s.day <= self.after]
        return [s for s in mine if s.status in FIXED] + over

    @cached_property
    def meetings(self) -> Mapping[tuple[str, date, str], Meeting]:
        """The first meeting worth a visit, by the team that holds it, day, and person or ''."""
        found: dict[tuple[str, date, str], Meeting] = {}
        for row in _worth(self.data, self.settings).to_dict(orient="records"):
            starts = pd.Timestamp(row["starts_at"]).to_pydatetime()
            on = local(starts, self.settings.meeting.time_zone).date()
            person = row.get("person")
            whose = "" if person is None or pd.isna(person) else str(person)
            found.setdefault((str(row["team"]), on, whose), (str(row["meeting"]), starts))
        return found

    def meeting(self, host: int, day: int) -> Meeting | None:
        """Return what a host has to show on a day: their own meeting, else their team's."""
        name, team = self.people[host]
        on = self.days[day]
        return self.meetings.get((team, on, name)) or self.meetings.get((team, on, ""))

    def shown(self, hosts: Sequence[int]) -> NDArray[np.bool_]:
        """Return, hosts x days, whether a host has something to show."""
        days = range(len(self.days))
        return self._table([[self.meeting(h, d) is not None for d in days] for h in hosts])

    def _table(self, rows: list[list[bool]]) -> NDArray[np.bool_]:
        return np.array(rows, dtype=bool).reshape(len(rows), len(self.days))

    def side(self, team: str) -> Side:
        """Return who of a team visits, whom and when they could."""
        placed = {s.guest for s in self.fixed}
        busy = {(s.guest, s.day) for s in self.fixed} | {(s.host, s.day) for s in self.fixed}
        names = [name for name, _ in self.people]
        guests = [n for n, (name, own) in enumerate(self.people) if own == team]
        guests = [n for n in guests if names[n] not in placed]
        hosts = [n for n, (_, own) in enumerate(self.people) if own != team]
        free = self.there & self._table([[(n, d) not in busy for d in self.days] for n in names])
        booked = [sum(s.host == names[h] for s in self.fixed) for h in hosts]
        return Side(
            tuple(guests),
            tuple(hosts),
            free[guests],
            free[hosts] & self.shown(hosts),
            self._repeats(guests, hosts),
            np.array([self._hosted.get(names[h], 0) for h in hosts], dtype=np.int64),
            np.array(booked, dtype=np.int64),
        )

    @cached_property
    def _hosted(self) -> Mapping[str, int]:
        since = self.period.start - timedelta(days=365)
        seen = [s for s in self.past if since <= s.day < self.period.start and s.status == "done"]
        return {host: sum(s.host == host for s in seen) for host in {s.host for s in seen}}

    @cached_property
    def _met(self) -> Mapping[tuple[str, str], date]:
        seen = (s for s in self.past if s.status in FIXED and s.day < self.period.start)
        return {(s.guest, s.host): s.day for s in sorted(seen, key=lambda s: s.day)}

    def _repeats(self, guests: Sequence[int], hosts: Sequence[int]) -> NDArray[np.float64]:
        """Return what each pair costs: 0 if it never met, less the longer ago it did."""
        cost = np.zeros((len(guests), len(hosts)))
        start, names = self.period.start, [name for name, _ in self.people]
        for row, guest in enumerate(guests):
            for column, host in enumerate(hosts):
                day = self._met.get((names[guest], names[host]))
                if day is not None:
                    months = (start.year - day.year) * 12 + start.month - day.month
                    cost[row, column] = REPEAT + max(MEMORY - months, 0)
        return cost

    def sides(self) -> tuple[Side, ...]:
        """Return both teams' sides."""
        return tuple(self.side(team) for team in TEAMS)


def _worth(data: Dataset, settings: Settings) -> pd.DataFrame:
    """Return the meetings worth a visit of the other team, in order of time."""
    rows = data.frame("calendar").dropna(subset=["team", "meeting", "starts_at"])
    visited = {
        "sales": settings.shadowing.marketing_visits,
        "marketing": settings.shadowing.sales_visits,
    }
    kinds = {team: {kind.casefold() for kind in named} for team, named in visited.items()}
    if "kind" in rows:
        pairs = zip(rows["team"], rows["kind"].fillna("").str.casefold(), strict=True)
        rows = rows[[kind in kinds.get(team, ()) for team, kind in pairs]]
    if "shadowing_ok" in rows:
        rows = rows[rows["shadowing_ok"].fillna(True).astype(bool)]
    return rows.sort_values(["starts_at", "meeting"], kind="stable")


@dataclass(frozen=True)
class Plan:
    """A month's plan.

    Parameters
    ----------
    month : what it was made of.
    visits : the visits newly planned, by day, guest.
    proven : how many of the five counts of `teams.pairing` no other plan could better.
    """

    month: Month
    visits: tuple[Shadowing, ...]
    proven: int

    @property
    def unplaced(self) -> list[int]:
        """Who has no day, as places in the month's people."""
        placed = {s.guest for s in (*self.visits, *self.month.fixed)}
        return [n for n, (name, _) in enumerate(self.month.people) if name not in placed]


def plan(month: Month) -> Plan:
    """Return the best plan for a month, by the counts of `teams.pairing`.

    Raises
    ------
    MissingData
        Without the tables ``people`` and ``calendar``.
    """
    for table, column in (("people", "person"), ("calendar", "meeting")):
        if not month.data.has(table, column):
            raise MissingData(
                f"the data have no table '{table}'", remedy=f"add {table}.csv to plan visits"
            )
    found = pair(month.sides())
    visits = sorted((_visit(month, *v) for v in found.visits), key=lambda s: (s.day, s.guest))
    return Plan(month, tuple(visits), found.proven)


def _visit(month: Month, guest: int, host: int, day: int) -> Shadowing:
    seen = month.meeting(host, day)
    if seen is None:
        raise ValueError(f"{month.people[host][0]} has nothing to show on {month.days[day]}")
    visitor, visited, on = month.people[guest][0], month.people[host][0], month.days[day]
    again = [s for s in month.past if s.guest == visitor and s.host == visited]
    missed = sum(s.day in month.period and s.status == "missed" for s in again)
    name = identifier(visitor, visited, on) + (f"-{missed + 1}" if missed else "")
    return Shadowing(name, visitor, visited, on, *seen)


def other(team: str) -> str:
    """Return the other team."""
    return OTHER["marketing" if team == "marketing" else "sales"]
