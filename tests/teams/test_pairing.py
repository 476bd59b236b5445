"""The plan of pairing against every plan there is, on small made-up teams."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_helpers.teams import pairing
from report_helpers.teams.pairing import Side, most, pair

Visit = tuple[int, int, int]
Both = tuple[Side, Side]


@st.composite
def teams(draw: st.DrawFn) -> Both:
    """Two teams of one to three people, one to three days: all of it by chance."""
    sizes, days = draw(st.tuples(st.integers(1, 3), st.integers(1, 3))), draw(st.integers(1, 3))
    first, second = range(sizes[0]), range(sizes[0], sum(sizes))
    flags, small = st.booleans(), st.integers(0, 2)

    def side(guests: range, hosts: range) -> Side:
        def table(rows: range, columns: int, values: st.SearchStrategy) -> np.ndarray:
            row = st.lists(values, min_size=columns, max_size=columns)
            shape = (len(rows), columns)
            return np.array([draw(row) for _ in rows]).reshape(shape)

        return Side(
            tuple(guests),
            tuple(hosts),
            table(guests, days, flags).astype(bool),
            table(hosts, days, flags).astype(bool),
            table(guests, len(hosts), small).astype(float),
            table(hosts, 1, small)[:, 0],
            table(hosts, 1, st.integers(0, 1))[:, 0],
        )

    return side(first, second), side(second, first)


def every_plan(sides: Both) -> list[tuple[Visit, ...]]:
    """Return every plan that keeps the rules, found by trying all."""
    choices = [
        [None, *((g, h, d) for h, d in np.argwhere(s.visits[i] & s.hosting))]
        for s in sides
        for i, g in enumerate(s.guests)
    ]
    names = [s.hosts for s in sides for _ in s.guests]
    plans = []
    for chosen in product(*choices):
        visits = [
            (g, hosts[h], int(d))
            for hosts, (g, h, d) in (
                (hosts, c) for hosts, c in zip(names, chosen, strict=True) if c is not None
            )
        ]
        busy = [(p, d) for g, h, d in visits for p in (g, h)]
        if len(set(busy)) == len(busy):
            plans.append(tuple(visits))
    return plans


def counts(sides: Both, visits: tuple[Visit, ...]) -> tuple[float, ...]:
    """Return the five counts of a plan, written down once more from what they mean."""
    beyond = repeats = fair = 0.0
    for s in sides:
        for place, host in enumerate(s.hosts):
            guests = [g for g, h, _ in visits if h == host]
            for nth in range(s.booked[place] + 1, s.booked[place] + 1 + len(guests)):
                beyond += nth > s.even_share
                fair += nth + s.hosted[place]
            repeats += sum(s.repeats[s.guests.index(g), place] for g in guests)
    return -len(visits), beyond, repeats, fair, sum(d for *_, d in visits)


@settings(max_examples=100, deadline=None)
@given(teams())
def test_no_plan_is_better(sides: Both) -> None:
    found = pair(sides)
    plans = every_plan(sides)
    assert found.proven == 5
    assert tuple(sorted(found.visits)) in {tuple(sorted(p)) for p in plans}
    assert counts(sides, found.visits) == pytest.approx(min(counts(sides, p) for p in plans))
    assert most(sides) == len(found.visits)


@settings(max_examples=40, deadline=None)
@given(teams(), st.sampled_from([-1, 1_000]))
def test_a_large_teams_plan_claims_no_more_than_holds(sides: Both, middle: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairing, "LARGEST", -1)
        patch.setattr(pairing, "MIDDLE", middle)
        found = pair(sides)
    best = min(counts(sides, p) for p in every_plan(sides))
    proven = counts(sides, found.visits)[: found.proven]
    assert tuple(sorted(found.visits)) in {tuple(sorted(p)) for p in every_plan(sides)}
    assert found.proven in ((2, 3) if middle < 0 else (3,))
    assert proven == pytest.approx(best[: found.proven])


def test_who_trades_days_does_not_host_on_the_new_one() -> None:
    first, second = open_teams(3, 2, 2)
    first.visits[:] = [[True, True], [False, False], [True, True]]
    first.hosting[:] = [[False, True], [True, False]]
    second.visits[:] = [[False, False], [False, True]]
    second.hosting[:] = [[False, True], [False, False], [False, False]]
    visits = pair((first, second)).visits
    busy = [(p, day) for guest, host, day in visits for p in (guest, host)]
    assert len(visits) == 3
    assert len(set(busy)) == len(busy)


def open_teams(guests: int, hosts: int, days: int) -> Both:
    people = range(guests), range(guests, guests + hosts)

    def side(mine: range, others: range) -> Side:
        return Side(
            tuple(mine),
            tuple(others),
            np.ones((len(mine), days), dtype=bool),
            np.ones((len(others), days), dtype=bool),
            np.zeros((len(mine), len(others))),
            np.zeros(len(others), dtype=np.int64),
            np.zeros(len(others), dtype=np.int64),
        )

    return side(*people), side(*people[::-1])


def test_hosts_share_evenly() -> None:
    sides = open_teams(13, 8, 12)
    visits = pair(sides).visits
    loads = [sum(h == host for _, h, _ in visits) for host in sides[0].hosts]
    assert len(visits) == 21
    assert max(loads) == 2


def test_nobody_to_visit_and_no_days_are_empty_plans() -> None:
    assert pair(open_teams(3, 0, 4)).visits == ()
    assert pair(open_teams(2, 2, 0)).visits == ()
    assert most(open_teams(2, 2, 0)) == 0


def test_the_same_teams_give_the_same_plan() -> None:
    assert pair(open_teams(5, 4, 6)) == pair(open_teams(5, 4, 6))
