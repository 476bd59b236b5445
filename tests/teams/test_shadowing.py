"""Visits in table and store: what becomes of them, how far each team is, what was learnt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import ConfigurationError, UnknownName
from report_helpers.periods import Period
from report_helpers.teams import shadowing
from report_helpers.teams.shadowing import Shadowing, identifier, month_of
from report_helpers.teams.store import Store, open_store

DAY = date(2026, 11, 9)
NOVEMBER = month_of(DAY)
BEFORE = date(2026, 11, 1)
DEALS = pd.DataFrame(
    {"opportunity_id": ["1"], "created_on": pd.to_datetime(["2026-10-01"]), "outcome": ["open"]}
)
PEOPLE = pd.DataFrame(
    {
        "person": ["Ada", "Bo", "Cy", "Old"],
        "team": ["marketing", "marketing", "sales", "sales"],
        "ends_on": pd.to_datetime([None, None, None, "2026-10-30"]),
    }
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


def told(*rows: tuple[str, str, str, str, str | None]) -> object:
    table = pd.DataFrame(rows, columns=["guest", "host", "day", "status", "learnt"])
    table["day"] = pd.to_datetime(table["day"])
    return rh.load({"opportunities": DEALS, "people": PEOPLE, "shadowings": table})


@pytest.fixture
def data() -> object:
    return told(("Ada", "Cy", "2026-10-12", "done", "Drift"))


def visit(guest: str = "Ada", host: str = "Cy", day: date = DAY) -> Shadowing:
    starts = datetime(day.year, day.month, day.day, 9)
    return Shadowing(identifier(guest, host, day), guest, host, day, "Pipeline", starts)


def test_a_plan_is_kept_and_read_again_with_the_table(data: object, store: Store) -> None:
    assert shadowing.keep(store, [visit()], NOVEMBER, BEFORE) == []
    found = shadowing.shadowings(data, store)
    assert [s.learnt for s in found] == ["Drift", ""]
    assert found[1] == visit()
    assert shadowing.shadowings(data) == found[:1]


def test_planning_again_keeps_moves_and_cancels(data: object, store: Store) -> None:
    agreed, kept, moved, dropped = (visit(g) for g in ("Ada", "Bo", "Di", "Ed"))
    shadowing.keep(store, [agreed, kept, moved, dropped], NOVEMBER, BEFORE)
    shadowing.change(data, store, agreed.shadowing_id, ("agreed", ""))
    later = visit("Di", day=date(2026, 11, 16))
    cancelled = shadowing.keep(store, [kept, later], NOVEMBER, BEFORE)
    found = {s.guest: s for s in shadowing.shadowings(data, store) if s.day in NOVEMBER}
    assert [s.guest for s in cancelled] == ["Ed"]
    assert {g: (s.status, s.sequence, s.day.day) for g, s in found.items()} == {
        "Ada": ("agreed", 1, 9),
        "Bo": ("planned", 0, 9),
        "Di": ("planned", 1, 16),
        "Ed": ("cancelled", 1, 9),
    }
    revived = shadowing.keep(store, [kept, later, dropped], NOVEMBER, BEFORE)
    again = {s.guest: s for s in shadowing.shadowings(data, store) if s.day in NOVEMBER}["Ed"]
    assert (revived, again.status, again.sequence) == ([], "planned", 2)


def test_a_visit_planned_for_a_day_that_is_over_waits_to_be_told(
    data: object, store: Store
) -> None:
    shadowing.keep(store, [visit()], NOVEMBER, BEFORE)
    assert shadowing.keep(store, [visit("Bo", day=date(2026, 11, 16))], NOVEMBER, DAY) == []
    found = {s.guest: s.status for s in shadowing.shadowings(data, store) if s.day in NOVEMBER}
    assert found == {"Ada": "planned", "Bo": "planned"}


def test_a_visit_is_done_once_and_its_words_may_be_replaced(data: object, store: Store) -> None:
    shadowing.keep(store, [visit()], NOVEMBER, BEFORE)
    name = visit().shadowing_id
    for words, kept in (("One thing", "One thing"), ("", "One thing"), ("Other", "Other")):
        made = shadowing.change(data, store, name, ("done", words))
        assert (made.status, made.learnt) == ("done", kept)
    with pytest.raises(ConfigurationError, match="done, it cannot become cancelled"):
        shadowing.change(data, store, name, ("cancelled", ""))
    with pytest.raises(UnknownName, match="visit 'none'"):
        shadowing.change(data, store, "none", ("done", ""))


def test_a_visit_of_the_table_is_taken_into_the_store(store: Store) -> None:
    data = told(("Ada", "Cy", "2026-11-09", "planned", None))
    name = identifier("Ada", "Cy", DAY)
    shadowing.change(data, store, name, ("missed", ""))
    assert [(s.shadowing_id, s.status) for s in shadowing.shadowings(data, store)] == [
        (name, "missed")
    ]


def test_each_member_counts_once_by_the_best_that_happened() -> None:
    data = told(
        ("Ada", "Cy", "2026-11-02", "missed", None),
        ("Ada", "Old", "2026-11-09", "done", None),
        ("Cy", "Bo", "2026-11-10", "missed", None),
        ("Bo", "Cy", "2026-10-12", "done", None),
        ("Bo", "Cy", "2026-11-16", "cancelled", None),
    )
    found = shadowing.coverage(data, shadowing.shadowings(data), NOVEMBER).set_index("team")
    assert found.loc["marketing", ["due", "done", "missed", "none"]].tolist() == [2, 1, 0, 1]
    assert found.loc["sales", ["due", "done", "missed", "none"]].tolist() == [1, 0, 1, 0]
    assert found["waiting"].tolist() == [["Bo"], ["Cy"]]


def test_what_happens_later_is_not_known_yet() -> None:
    done = replace(visit(), status="done", learnt="Drift")
    early, late = (shadowing.as_known([done], date(2026, 11, day))[0] for day in (9, 10))
    assert (early.status, early.learnt) == ("agreed", "")
    assert late == done


def test_learnt_are_the_words_of_visits_done_in_the_period() -> None:
    done = replace(visit(), status="done", learnt="Drift")
    silent, other = replace(done, learnt=""), replace(done, status="missed")
    assert shadowing.learnt([done, silent, other], NOVEMBER) == [done]
    assert shadowing.learnt([done], Period(date(2026, 11, 10), date(2026, 11, 17))) == []
