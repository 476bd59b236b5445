"""What the teams tell and ask each other: nothing drops out until it is closed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.periods import Period
from report_helpers.teams import exchange
from report_helpers.teams.items import Signature, add, edit, find
from report_helpers.teams.items import answer as add_answer
from report_helpers.teams.store import Store, open_store

WEEK = Period(date(2026, 10, 26), date(2026, 11, 2))
DEALS = pd.DataFrame(
    {
        "opportunity_id": ["1"],
        "created_on": pd.to_datetime(["2026-10-01"]),
        "outcome": ["open"],
    }
)


def written(*rows: dict[str, Any]) -> Any:
    columns = {"answers": None, "due_on": None, "closed_on": None, "closed_reason": None}
    base = {"status": "open", "author": "Ada", **columns}
    notes = pd.DataFrame([base | row for row in rows])
    for name in ("written_on", "due_on", "closed_on"):
        notes[name] = pd.to_datetime(notes[name])
    return rh.load({"opportunities": DEALS, "notes": notes})


def note(note_id: str, day: str, kind: str, team: str = "sales", **more: Any) -> dict[str, Any]:
    return {
        "note_id": note_id,
        "written_on": day,
        "kind": kind,
        "team": team,
        "body": f"body of {note_id}",
        **more,
    }


@pytest.fixture(scope="module")
def items() -> list[exchange.Item]:
    data = written(
        note("n1", "2026-10-05", "obstacle"),
        note("n2", "2026-10-06", "obstacle", closed_on="2026-10-20", closed_reason="solved"),
        note("n3", "2026-10-27", "success"),
        note("n4", "2026-10-12", "question", due_on="2026-10-19"),
        note("n5", "2026-10-28", "answer", "marketing", answers="n4"),
        note("n6", "2026-10-29", "answer", answers="n5"),
        note("n7", "2026-11-02", "success"),
        note("n8", "2026-10-08", "action", owner="Bo", due_on="2026-11-20"),
        note("n9", "2026-10-09", "action", owner="Cy", due_on="2026-10-30"),
        note("p1", "2026-09-01", "campaign_plan", "marketing"),
        note("p2", "2026-09-01", "campaign_plan", "marketing", closed_on="2026-10-01"),
        note("d1", "2026-10-30", "decision"),
        note("x1", "2026-10-30", "answer", "marketing", answers="gone"),
    )
    return exchange.threads(data, WEEK.end)


def ids(found: list[exchange.Item]) -> list[str]:
    return [item.note_id for item in found]


def test_what_is_written_later_is_not_known_yet(items: list[exchange.Item]) -> None:
    assert "n7" not in ids(items)


def test_answers_hang_under_what_they_answer_to_any_depth(items: list[exchange.Item]) -> None:
    question = next(item for item in items if item.note_id == "n4")
    assert ids(list(question.answers)) == ["n5", "n6"]


def test_an_answer_to_nothing_is_not_lost(items: list[exchange.Item]) -> None:
    assert "x1" in ids(items)


def test_an_open_obstacle_comes_back_before_this_weeks_successes(
    items: list[exchange.Item],
) -> None:
    assert ids(exchange.told(items, "sales", WEEK)) == ["n1", "n3"]


def test_an_answered_question_stays_until_it_is_closed(items: list[exchange.Item]) -> None:
    assert ids(exchange.asks(items, "sales")) == ["n4"]
    assert ids(exchange.answered(items, "sales", WEEK)) == ["n4"]
    assert ids(exchange.answered(items, "marketing", WEEK)) == []


def test_closing_after_the_cut_has_not_happened_yet() -> None:
    data = written(note("n1", "2026-10-05", "obstacle", closed_on="2026-11-03"))
    assert exchange.threads(data, WEEK.end)[0].is_open
    assert not exchange.threads(data, date(2026, 11, 4))[0].is_open


def test_closed_without_a_day_counts_as_closed_when_written() -> None:
    data = written(note("n1", "2026-10-05", "obstacle", status="closed"))
    assert exchange.threads(data, WEEK.end)[0].closed_on == date(2026, 10, 5)


def test_overdue_means_open_and_due_before_the_day(items: list[exchange.Item]) -> None:
    action = exchange.actions(items)
    assert ids(action) == ["n9", "n8"]
    assert [item.overdue(date(2026, 10, 31)) for item in action] == [True, False]
    assert not action[0].overdue(date(2026, 10, 30))


def test_plans_and_decisions(items: list[exchange.Item]) -> None:
    assert ids(exchange.plans(items, WEEK)) == ["p1"]
    assert ids(exchange.decisions(items, WEEK)) == ["d1"]


def test_no_table_is_no_notes() -> None:
    assert exchange.threads(rh.load({"opportunities": DEALS}), WEEK.end) == []


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


SIGNED = Signature("Bo", datetime(2026, 10, 29, 9))


def test_threads_come_from_the_data_and_the_store_together(store: Store) -> None:
    data = written(note("n1", "2026-10-05", "obstacle"), note("n2", "2026-10-06", "question"))
    with store.write() as db:
        exchange.adopt(db, data, "n2", SIGNED)
        reply = {"team": "marketing", "body": "Because", "written_on": date(2026, 10, 7)}
        add_answer(db, "n2", reply, SIGNED)
        edit(db, "n2", {"body": "new words", "about_deal": "D7", "carried": 2}, 1, SIGNED)
    found = exchange.threads(data, WEEK.end, store)
    assert ids(found) == ["n1", "n2"]
    assert (found[1].body, found[1].about_deal, found[1].carried) == ("new words", "D7", 2)
    assert [answer.body for answer in found[1].answers] == ["Because"]
    assert ids(exchange.threads(data, date(2026, 10, 6), store)) == ["n1"]


def test_adopting_takes_along_what_is_answered_and_closed_as_it_was(store: Store) -> None:
    closed = {"closed_on": "2026-10-20", "status": "closed"}
    data = written(
        note("n1", "2026-10-05", "question", **closed),
        note("n2", "2026-10-06", "answer", "marketing", answers="n1"),
    )
    before = exchange.threads(data, WEEK.end)
    for _ in range(2):
        with store.write() as db:
            exchange.adopt(db, data, "n2", SIGNED)
            exchange.adopt(db, data, "nobody", SIGNED)
    with store.read() as db:
        kept = find(db)
    assert [(row["item_id"], row["answers"]) for row in kept] == [("n1", None), ("n2", "n1")]
    assert kept[0]["closed_reason"] == "no reason given"
    after = exchange.threads(data, WEEK.end, store)
    assert ids(after) == ids(before)
    assert after[0].closed_on == before[0].closed_on


def test_a_report_on_one_segment_leaves_out_what_speaks_of_others(store: Store) -> None:
    data = rh.load({"opportunities": DEALS})
    base = {"team": "sales", "kind": "success", "written_on": date(2026, 10, 27)}
    with store.write() as db:
        for segment in ("Enterprise", "SMB", None):
            add(db, {**base, "body": str(segment), "about_segment": segment}, SIGNED)
    found = exchange.threads(data, WEEK.end, store, "SMB")
    assert sorted(item.body for item in found) == ["None", "SMB"]
