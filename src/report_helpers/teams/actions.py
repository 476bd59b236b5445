"""Actions carried from one meeting to the next, and who hears of those carried too often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from report_helpers.teams import exchange
from report_helpers.teams.exchange import Item
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.rota import Person, heads

TOO_OFTEN = 2  # carried over so often, an action is escalated


@dataclass(frozen=True)
class Owed:
    """An open action and how long the meetings have known it.

    Parameters
    ----------
    item : the action.
    carried : meetings held since the day it was agreed, at each of which it was still open.
    escalated_to : who is told, once it was carried :data:`TOO_OFTEN`; empty before.
    """

    item: Item
    carried: int
    escalated_to: tuple[str, ...] = ()

    @property
    def is_escalated(self) -> bool:
        """Whether it was carried too often."""
        return self.carried >= TOO_OFTEN


def owed(
    items: Sequence[Item], meetings: Sequence[Meeting], members: Sequence[Person], on: date
) -> list[Owed]:
    """Return the open actions, escalated ones first, then those due first.

    Parameters
    ----------
    items : what the teams wrote.
    meetings : the meetings held.
    members : everybody of both teams.
    on : the day of looking; meetings after it do not count.
    """
    found = []
    for item in exchange.actions(list(items)):
        times = carries(item.written_on, meetings, on)
        to = escalation(item.owner, members, on) if times >= TOO_OFTEN else ()
        found.append(Owed(item, times, to))
    return sorted(found, key=lambda one: not one.is_escalated)


def carries(agreed_on: date, meetings: Sequence[Meeting], on: date) -> int:
    """Return how often an action still open was carried over: the meetings held since its day."""
    return sum(agreed_on < meeting.day <= on for meeting in meetings if meeting.held)


def escalation(owner: str, members: Sequence[Person], on: date) -> tuple[str, ...]:
    """Return who hears of an action that is carried too often.

    It is the owner's manager if there; else the heads of both teams, the owner left out.

    Examples
    --------
    >>> both = [Person("Kim", "sales"), Person("Ada", "sales", manager="Kim")]
    >>> escalation("Ada", both, date(2026, 11, 4)), escalation("Kim", both, date(2026, 11, 4))
    (('Kim',), ())
    """
    there = {person.name: person for person in members if person.is_there(on)}
    person = there.get(owner)
    if person and person.manager in there:
        return (person.manager,)
    return tuple(head.name for head in heads(members, on) if head.name != owner)
