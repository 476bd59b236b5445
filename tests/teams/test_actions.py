"""Actions carried over, and who hears of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from report_helpers.teams.actions import carries, escalation, owed
from report_helpers.teams.exchange import Item
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.rota import Person

FIRST = datetime(2026, 10, 1, 8)
MEETINGS = [
    Meeting(str((FIRST + timedelta(days=d)).date()), FIRST + timedelta(days=d), "UTC", held=True)
    for d in (0, 14, 28)
]
PEOPLE = [
    Person("Kim", "sales"),
    Person("Ada", "sales", manager="Kim"),
    Person("Lou", "marketing"),
    Person("Dee", "marketing", manager="Lou"),
    Person("Eli", "marketing", manager="Max"),
]
DAY = date(2026, 10, 29)


def action(name: str, on: date, owner: str = "Ada", due: date | None = None) -> Item:
    return Item(name, "sales", "action", name, on, owner=owner, due_on=due)


def test_an_action_is_carried_to_each_meeting_after_the_one_that_agreed_it() -> None:
    assert carries(date(2026, 10, 1), MEETINGS, DAY) == 2
    assert carries(date(2026, 10, 1), MEETINGS, date(2026, 10, 28)) == 1
    assert carries(date(2026, 10, 14), MEETINGS, DAY) == 2
    assert carries(DAY, MEETINGS, DAY) == 0


def test_a_meeting_only_planned_carries_nothing() -> None:
    planned = Meeting("2026-11-12", datetime(2026, 11, 12, 9), "UTC")
    assert carries(date(2026, 10, 15), [*MEETINGS, planned], date(2026, 11, 13)) == 1


def test_it_is_escalated_after_two_carries_and_then_shown_first() -> None:
    soon = action("soon", date(2026, 10, 15), due=date(2026, 10, 20))
    late = action("late", date(2026, 10, 1), due=date(2026, 11, 20))
    done = Item(**{**late.__dict__, "note_id": "done", "closed_on": DAY})
    found = owed([soon, late, done], MEETINGS, PEOPLE, DAY)
    assert [(o.item.note_id, o.carried, o.escalated_to) for o in found] == [
        ("late", 2, ("Kim",)),
        ("soon", 1, ()),
    ]


def test_it_goes_to_the_manager_or_else_to_the_heads() -> None:
    assert escalation("Dee", PEOPLE, DAY) == ("Lou",)
    assert escalation("Kim", PEOPLE, DAY) == ("Lou",)
    assert escalation("Eli", PEOPLE, DAY) == ("Lou", "Kim")  # his manager is not in the teams
    assert escalation("Nobody", PEOPLE, DAY) == ("Lou", "Kim")
