"""Seconds it takes to plan a month's visits for two teams of any size.

    python benchmarks/shadowing.py --people 500 --meetings 8

Each person is in on 85 % of 20 working days and has had a visit a month for two years. Half of the
people are in either team, which meets on so many days.
"""

import argparse
import time

import numpy as np

from report_helpers.teams.pairing import Side, pair

DAYS, PRESENT, VISITS, SEED = 20, 0.85, 24, 7


def sides(people: int, meetings: int) -> tuple[Side, Side]:
    rng = np.random.default_rng(SEED)
    half = people // 2
    there = rng.random((2 * half, DAYS)) < PRESENT

    def side(guests: np.ndarray, hosts: np.ndarray) -> Side:
        meets = np.zeros(DAYS, dtype=bool)
        meets[rng.choice(DAYS, meetings, replace=False)] = True
        met = rng.random((half, half)) < min(VISITS / half, 1)
        return Side(
            tuple(map(int, guests)),
            tuple(map(int, hosts)),
            there[guests] & meets,
            there[hosts] & meets,
            np.where(met, 1_000.0 + rng.integers(0, VISITS, met.shape), 0.0),
            rng.integers(0, 13, half),
            np.zeros(half, dtype=np.int64),
        )

    first, second = np.arange(half), np.arange(half, 2 * half)
    return side(first, second), side(second, first)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--meetings", type=int, default=8, help="days on which a team meets")
    asked = parser.parse_args()
    made = sides(asked.people, asked.meetings)
    began = time.perf_counter()
    plan = pair(made)
    seconds = time.perf_counter() - began
    placed = f"{len(plan.visits)} of {asked.people} placed"
    print(f"{placed}, {plan.proven} of 5 counts proven, {seconds:.1f} s")


if __name__ == "__main__":
    main()
