"""Whom each guest visits on which day: the best plan there is, and whether that is proven.

A plan is judged by five counts in this order; a later one never costs an earlier one anything:

1. as many guests as possible have a day;
2. as few visits as possible beyond a host's even share (guests / hosts, rounded up);
3. the pairs that met last, or at all, do not meet again;
4. those host who hosted least;
5. the days are early.

Without regard to pairs, guests choose days and hosts open days: guests x days + hosts x days
yes-or-no variables, tied by one sum a day, since any guest can meet any host on a day on which both
are there. That small model (mixed-integer programming by HiGHS) is solved count by count. Then a
linear assignment gives the guests the open days so that the least pairs repeat. If none repeats,
nothing better exists. If some do, and the teams are small enough, the model is solved again with a
variable for each guest, host and day.

In large teams the last two counts are weighed together and brought within a hundredth of the best
there can be; a plan says how many of the five are proven.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from report_helpers.teams.lexicographic import Model

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
LARGEST = 4_000
"""Possible visits (guest, host, day) up to which all five counts are proven."""
MIDDLE = 40_000
"""Possible visits up to which the first three counts are proven, also when pairs must repeat."""
ROUGHLY = 0.01
"""How far, as a share, the last counts of a larger plan may be from the best."""
NEVER = 1e9


@dataclass(frozen=True)
class Side:
    """Guests of one team and their hosts of the other.

    Parameters
    ----------
    guests, hosts : which people, as numbers.
    visits : guests x days, whether the guest can visit on the day.
    hosting : hosts x days, whether the host can have a guest on the day.
    repeats : guests x hosts, what it costs that they meet: 0 when they never did.
    hosted : how often each host has had a guest before, in other months.
    booked : how many guests each host has already in this month, on fixed days.
    """

    guests: tuple[int, ...]
    hosts: tuple[int, ...]
    visits: Flags
    hosting: Flags
    repeats: Floats
    hosted: NDArray[np.int64]
    booked: NDArray[np.int64]

    @property
    def even_share(self) -> int:
        """Most guests a host has when all hosts have as many, give or take one."""
        return -(-(len(self.guests) + int(self.booked.sum())) // max(len(self.hosts), 1))

    @property
    def possible(self) -> int:
        """How many visits could be: of a guest to a host on a day."""
        return int((self.visits.sum(axis=0) * self.hosting.sum(axis=0)).sum())


@dataclass(frozen=True)
class Pairing:
    """A plan.

    Parameters
    ----------
    visits : guest, host, day, as numbers; in the order of guests.
    proven : how many of the five counts no plan could better: 5 in small teams, 3 in larger ones,
        2 in the largest when a pair repeats.
    """

    visits: tuple[tuple[int, int, int], ...]
    proven: int


def pair(sides: tuple[Side, ...]) -> Pairing:
    """Return the best plan for both teams at once: nobody hosts and visits on the same day.

    Parameters
    ----------
    sides : who visits whom; a person of one side may be a host of the other.
    """
    possible = sum(side.possible for side in sides)
    small = possible <= LARGEST
    found = _plan(_Schedule(sides, exact=small))
    repeat = any(cost for _, cost in found)
    if repeat and possible <= MIDDLE:
        found, repeat = _plan(_Schedule(sides, pairs=True, exact=small)), False
    visits = sorted(visit for part, _ in found for visit in part)
    return Pairing(tuple(visits), proven=5 if small else 2 if repeat else 3)


def _plan(schedule: _Schedule) -> list[tuple[list[tuple[int, int, int]], float]]:
    planned = schedule.solve()
    hosting = {
        (side.hosts[host], int(day))
        for side, (_, opened) in zip(schedule.sides, planned, strict=True)
        for host, day in np.argwhere(opened)
    }
    found = []
    for side, (going, opened) in zip(schedule.sides, planned, strict=True):
        days = range(opened.shape[1])
        free = [[(guest, day) not in hosting for day in days] for guest in side.guests]
        able = side.visits & np.array(free, dtype=bool).reshape(side.visits.shape)
        found.append(_assigned(replace(side, visits=able), going, opened))
    return found


def most(sides: tuple[Side, ...]) -> int:
    """Return how many guests can have a day at all."""
    schedule = _Schedule(sides)
    return round(schedule.model.best(schedule.placed()))


def _assigned(side: Side, going: Flags, opened: Flags) -> tuple[list[tuple[int, int, int]], float]:
    """Return who takes which open day so that the least pairs repeat, and what that costs.

    Guests may trade days on which they can go and do not host themselves: the open days stay the
    same, and with them all other counts.
    """
    hosts, days = np.nonzero(opened)
    guests = np.flatnonzero(going.any(axis=1))
    cost = side.repeats[np.ix_(guests, hosts)] + np.where(side.visits[guests][:, days], 0.0, NEVER)
    rows, columns = linear_sum_assignment(cost)
    visits = [
        (side.guests[guests[row]], side.hosts[hosts[column]], int(days[column]))
        for row, column in zip(rows, columns, strict=True)
    ]
    return visits, float(cost[rows, columns].sum())


class _Schedule:
    """The model: on which day each guest goes, and on which days each host has a guest."""

    def __init__(self, sides: tuple[Side, ...], *, pairs: bool = False, exact: bool = True) -> None:
        self.sides, self.model, self.exact = sides, Model(), exact
        self.going = [self.model.yes_or_no(side.visits) for side in sides]
        self.open = [self.model.yes_or_no(side.hosting) for side in sides]
        self.loads = [self._loads(n) for n in range(len(sides))]
        for n in range(len(sides)):
            self._tie(n)
        self.pairs = [self._pair(n) for n in range(len(sides))] if pairs else []
        self._one_thing_a_day()

    def _loads(self, n: int) -> NDArray[np.int64]:
        """Return, hosts x 1, 2, ... the variables that are 1 from so many guests on."""
        side = self.sides[n]
        most = max(int(side.hosting.sum(axis=1).max(initial=0)), 1)
        return self.model.shares(np.ones((len(side.hosts), most), dtype=bool))

    def _tie(self, n: int) -> None:
        going, opened, loads = self.going[n], self.open[n], self.loads[n]
        for guest in going:
            self.model.row((guest, 1.0), low=-np.inf, high=1)
        for day in range(going.shape[1]):
            self.model.row((going[:, day], 1.0), (opened[:, day], -1.0))
        for host, load in zip(opened, loads, strict=True):
            self.model.row((host, 1.0), (load, -1.0))

    def _pair(self, n: int) -> NDArray[np.int64]:
        """Return the variables of each guest, host and day."""
        side = self.sides[n]
        there = side.visits[:, None, :] & side.hosting[None, :, :]
        met = self.model.shares(there, whole=True)
        for guest, day in zip(*np.nonzero(side.visits), strict=True):
            self.model.row((met[guest, :, day], 1.0), (self.going[n][guest, day : day + 1], -1.0))
        for host, day in zip(*np.nonzero(side.hosting), strict=True):
            self.model.row((met[:, host, day], 1.0), (self.open[n][host, day : day + 1], -1.0))
        return met

    def _one_thing_a_day(self) -> None:
        """Nobody hosts and visits on the same day."""
        visiting = {p: row for n, s in enumerate(self.sides) for p, row in self._rows(s.guests, n)}
        for n, side in enumerate(self.sides):
            for person, row in zip(side.hosts, self.open[n], strict=True):
                for day in np.flatnonzero((row >= 0) & (visiting.get(person, row * 0 - 1) >= 0)):
                    both = np.array([row[day], visiting[person][day]])
                    self.model.row((both, 1.0), low=-np.inf, high=1)

    def _rows(self, people: tuple[int, ...], n: int) -> zip[tuple[int, NDArray[np.int64]]]:
        return zip(people, self.going[n], strict=True)

    def placed(self) -> Floats:
        """Count the guests who have a day, as a cost."""
        return self.model.weigh(*((going, -1.0) for going in self.going))

    def solve(self) -> list[tuple[Flags, Flags]]:
        """Return for each side, guests x days and hosts x days, who goes and who is visited."""
        beyond, fair, early = [], [], []
        for side, loads, going in zip(self.sides, self.loads, self.going, strict=True):
            nth = side.booked[:, None] + np.arange(1, loads.shape[1] + 1)
            beyond.append((loads, (nth > side.even_share).astype(float)))
            fair.append((loads, (nth + side.hosted[:, None]).astype(float)))
            early.append((going, np.broadcast_to(np.arange(going.shape[1]) + 0.0, going.shape)))
        counts = [self.placed(), self.model.weigh(*beyond)]
        if self.pairs:
            met = zip(self.sides, self.pairs, strict=True)
            costs = ((p, np.broadcast_to(s.repeats[:, :, None], p.shape)) for s, p in met)
            counts.append(self.model.weigh(*costs))
        last = [self.model.weigh(*fair), self.model.weigh(*early)]
        if self.exact:
            values = self.model.solve([*counts, *last])
        else:
            days = max(going.shape[1] for going in self.going)
            values = self.model.solve([*counts, days * last[0] + last[1]], gap=ROUGHLY)
        return [
            (_chosen(values, going), _chosen(values, opened))
            for going, opened in zip(self.going, self.open, strict=True)
        ]


def _chosen(values: Floats, variables: NDArray[np.int64]) -> Flags:
    return (variables >= 0) & (values[variables] > 0.5)
