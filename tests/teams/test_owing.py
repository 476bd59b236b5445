"""What a team owes and what it waits for."""

from __future__ import annotations

from datetime import date

from report_helpers.teams.exchange import Item
from report_helpers.teams.owing import awaited, is_answered, owed

ON = date(2026, 11, 4)
REPLY = Item("r", "sales", "answer", "yes", ON)


def item(name: str, team: str = "marketing", kind: str = "question", **more: object) -> Item:
    return Item(name, team, kind, name, **{"written_on": date(2026, 10, 1), **more})  # type: ignore[arg-type]


def names(items: list[Item]) -> list[str]:
    return [one.note_id for one in items]


def test_answers_to_the_other_team_and_ones_own_actions_are_owed() -> None:
    told = [
        item("asked"),
        item("praise", kind="success"),
        item("plan", kind="campaign_plan"),
        item("blocked", kind="obstacle"),
        item("answered", answers=(REPLY,)),
        item("closed", closed_on=ON),
        item("own act", team="sales", kind="action"),
        item("their act", kind="action"),
        item("own question", team="sales"),
    ]
    assert names(owed(told, "sales", ON)) == ["asked", "blocked", "own act"]
    assert names(awaited(told, "marketing", ON)) == ["asked", "plan", "blocked", "answered"]
    assert names(awaited(told, "sales", ON)) == ["own question"]


def test_what_is_overdue_comes_first_then_what_is_due_first_then_the_oldest() -> None:
    told = [
        item("no day, newer", written_on=date(2026, 10, 2)),
        item("no day, older"),
        item("next", due_on=date(2026, 11, 5)),
        item("today", due_on=ON),
        item("late", due_on=date(2026, 11, 3)),
        item("later", due_on=date(2026, 11, 1)),
    ]
    wanted = ["later", "late", "today", "next", "no day, older", "no day, newer"]
    assert names(owed(told, "sales", ON)) == wanted


def test_words_of_the_own_team_are_no_answer() -> None:
    own = Item("r", "marketing", "answer", "ping", ON)
    assert not is_answered(item("asked", answers=(own,)))
    assert is_answered(item("asked", answers=(own, REPLY)))
