"""What one team owes the other, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from report_helpers.teams.exchange import ASKS, Item, Team
from report_helpers.teams.fields import WAITING

ANSWERABLE = (*ASKS, "obstacle")
"""The kinds of item to which the other team owes an answer."""


def owed(items: Iterable[Item], team: Team, on: date) -> list[Item]:
    """Return what a team owes: answers to the other team, and its own open actions.

    Overdue items come first, then those due first, then the oldest.

    Parameters
    ----------
    items : what both teams wrote, in threads.
    team : the team that owes.
    on : the day by which something is overdue.
    """
    found = [item for item in items if item.is_open and _owes(item, team)]
    return sorted(found, key=lambda item: _urgency(item, on))


def awaited(items: Iterable[Item], team: Team, on: date) -> list[Item]:
    """Return what a team itself wrote that waits, its actions left out; ordered as `owed`."""
    kinds = [kind for kind in WAITING if kind != "action"]
    found = [item for item in items if item.is_open and item.team == team and item.kind in kinds]
    return sorted(found, key=lambda item: _urgency(item, on))


def is_answered(item: Item) -> bool:
    """Return whether the other team has answered an item."""
    return any(answer.team != item.team for answer in item.answers)


def _owes(item: Item, team: Team) -> bool:
    if item.team == team:
        return item.kind == "action"
    return item.kind in ANSWERABLE and not is_answered(item)


def _urgency(item: Item, on: date) -> tuple[bool, date, date]:
    return not item.overdue(on), item.due_on or date.max, item.written_on
