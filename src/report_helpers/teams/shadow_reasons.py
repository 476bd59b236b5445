"""Why somebody has no visit in a month's plan, and what would bring one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from report_helpers.teams.pairing import Side, most
from report_helpers.teams.rota import TEAMS
from report_helpers.teams.shadow_plan import Month, Plan, other

NAMES = {"marketing": "Marketing", "sales": "Sales"}
TRIED = 5  # days looked at for one more meeting


@dataclass(frozen=True)
class Reason:
    """Why one person has no visit."""

    person: str
    team: str
    why: str


def reasons(plan: Plan) -> list[Reason]:
    """Return for each person without a visit why that is so, in the order of teams and names."""
    sides = dict(zip(TEAMS, plan.month.sides(), strict=True))
    found = []
    for number in plan.unplaced:
        name, team = plan.month.people[number]
        found.append(Reason(name, team, _why(plan.month, sides[team], number)))
    return found


def _why(month: Month, side: Side, guest: int) -> str:
    host_team = NAMES[other(month.people[guest][1])]
    if not month.days:
        return "no working day of the month is left"
    if not side.hosts:
        return f"{host_team} has nobody to visit"
    if not month.there[guest].any():
        return "away on every working day that is left"
    shown = month.shown(side.hosts)
    if not shown.any():
        return f"{host_team} has no meeting worth a visit that is left in the month"
    mine = side.visits[side.guests.index(guest)]
    if not (shown.any(axis=0) & mine).any():
        return f"no meeting of {host_team} on a day they are in and free"
    if not (side.hosting.any(axis=0) & mine).any():
        return f"nobody of {host_team} is in and free on the days they could go"
    return f"all hosts of {host_team} are taken on the days they could go"


def remedies(plan: Plan) -> list[str]:
    """Return, a team, the one more meeting that would bring a visit to the most people.

    One day is tried after the other among those on which most of the people without a visit are
    in and the other team shows nothing yet: each time the plan is made again, its first count only.
    """
    sides = plan.month.sides()
    placed = len(plan.visits)
    lines = []
    for place, team in enumerate(TEAMS):
        waiting = [n for n in plan.unplaced if plan.month.people[n][1] == team]
        days = _candidates(plan.month, sides[place], waiting)
        gains = [(most(_with_meeting(plan.month, sides, place, d)) - placed, -d) for d in days]
        gain, day = max(gains, default=(0, 0))
        if gain > 0:
            week = plan.month.days[-day].isocalendar().week
            host = NAMES[other(team)]
            lines.append(f"one more meeting of {host} in week {week} would place {gain}")
    return lines


def _candidates(month: Month, side: Side, waiting: Sequence[int]) -> list[int]:
    there = month.there[list(waiting)].sum(axis=0) * ~side.hosting.any(axis=0)
    days = [int(day) for day in np.argsort(-there, kind="stable") if there[day] > 0]
    return days[:TRIED]


def _with_meeting(month: Month, sides: tuple[Side, ...], place: int, day: int) -> tuple[Side, ...]:
    """Return the sides as they would be if one team had a meeting on one more day."""
    hosting = sides[place].hosting.copy()
    hosting[:, day] = month.there[list(sides[place].hosts), day]
    changed = replace(sides[place], hosting=hosting)
    return tuple(changed if n == place else side for n, side in enumerate(sides))
