"""An edited spreadsheet: what was changed is taken, what collides is shown, nothing is lost."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_helpers.teams import items, sheet, sync
from report_helpers.teams.items import Signature
from report_helpers.teams.sheet import SheetRow
from report_helpers.teams.store import Store, open_store

DAY = date(2026, 10, 29)
ADA = Signature("Ada", datetime(2026, 10, 29, 9))
BO = Signature("Bo", datetime(2026, 10, 30, 14, 3))
LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
)
TEXTS = st.text(LETTERS | st.sampled_from("\n\t\r=<'"), min_size=1).filter(str.strip)
DEFAULTS = {"author": "Bo", "team": "marketing", "written_on": DAY}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(tmp_path / "marsale.db")
    draft = {"team": "sales", "kind": "question", "written_on": DAY}
    with opened.write() as db:
        for body in ("first", "second"):
            items.add(db, {**draft, "body": body}, ADA)
    return opened


def exported(store: Store, folder: Path) -> list[SheetRow]:
    with store.read() as db:
        sheet.write(folder / "items.xlsx", items.find(db))
    return sorted(sheet.read(folder / "items.xlsx"), key=lambda row: str(row.values["body"]))


def take(store: Store, rows: list[SheetRow]) -> list[sync.Line]:
    with store.write() as db:
        return sync.take(db, rows, DEFAULTS, BO)


def verdicts(lines: list[sync.Line]) -> list[str]:
    return [line.verdict for line in lines]


def state(store: Store) -> list[dict[str, Any]]:
    with store.read() as db:
        return items.find(db)


def change(store: Store, item_id: str, **fields: Any) -> None:
    with store.write() as db:
        items.edit(db, item_id, fields, None, Signature("Cy", datetime(2026, 10, 31, 8)))


def test_an_export_taken_back_changes_nothing(store: Store, tmp_path: Path) -> None:
    before = state(store)
    assert verdicts(take(store, exported(store, tmp_path))) == ["unchanged", "unchanged"]
    assert state(store) == before


def test_a_changed_cell_changes_its_field_alone(store: Store, tmp_path: Path) -> None:
    rows = exported(store, tmp_path)
    rows[0].values["owner"] = "Di"
    first, second = take(store, rows)
    assert (first.verdict, first.message, second.verdict) == ("changed", "owner", "unchanged")
    row = next(row for row in state(store) if row["body"] == "first")
    assert (row["owner"], row["revision"], row["changed_by"]) == ("Di", 2, "Bo")


def test_a_row_nobody_edited_leaves_a_newer_store_alone(store: Store, tmp_path: Path) -> None:
    rows = exported(store, tmp_path)
    change(store, rows[0].values["item_id"], owner="Cy")
    assert verdicts(take(store, rows)) == ["unchanged", "unchanged"]
    assert [row["owner"] for row in state(store)].count("Cy") == 1


def test_a_row_changed_on_both_sides_is_shown_twice_and_not_taken(
    store: Store, tmp_path: Path
) -> None:
    rows = exported(store, tmp_path)
    change(store, rows[0].values["item_id"], body="theirs")
    rows[0].values["body"] = "mine"
    before = state(store)
    conflict = take(store, rows)[0]
    assert conflict.verdict == "conflict"
    assert "Cy changed it in the store on 2026-10-31 08:00 UTC" in conflict.message
    assert "file:  'mine'" in conflict.message
    assert "store: 'theirs'" in conflict.message
    assert state(store) == before


def test_a_long_text_is_shown_from_where_it_differs(store: Store, tmp_path: Path) -> None:
    rows = exported(store, tmp_path)
    change(store, rows[0].values["item_id"], body="a" * 5_000 + "theirs")
    rows[0].values["body"] = "a" * 5_000 + "mine"
    message = take(store, rows)[0].message
    assert "mine" in message
    assert "theirs" in message
    assert len(message) < 1_000


def test_both_sides_changed_to_the_same_is_no_conflict(store: Store, tmp_path: Path) -> None:
    rows = exported(store, tmp_path)
    change(store, rows[0].values["item_id"], owner="Di")
    rows[0].values["owner"] = "Di"
    assert verdicts(take(store, rows))[0] == "unchanged"


def test_a_new_row_gets_an_id_and_defaults_and_is_added_once(store: Store) -> None:
    row = SheetRow(2, {"item_id": None, "revision": None, "kind": "success", "body": "won"})
    line = take(store, [row])[0]
    assert line.verdict == "new"
    added = next(row for row in state(store) if row["item_id"] == line.item_id)
    assert (added["author"], added["team"], added["written_on"]) == ("Bo", "marketing", DAY)
    again = take(store, [row])[0]
    assert (again.verdict, again.item_id) == ("unchanged", line.item_id)


def test_a_deleted_row_deletes_nothing(store: Store, tmp_path: Path) -> None:
    take(store, exported(store, tmp_path)[:1])
    assert len(state(store)) == 2


def test_edited_unknown_and_duplicate_ids_are_reported(store: Store, tmp_path: Path) -> None:
    one, two = exported(store, tmp_path)
    unknown = SheetRow(4, {**one.values, "item_id": "20261029-nobody"})
    edited = SheetRow(5, {**two.values, "revision": 7, "body": "mine"})
    twice = [SheetRow(n, {**one.values, "body": f"copy {n}"}) for n in (6, 7)]
    before = state(store)
    lines = take(store, [unknown, edited, *twice])
    assert verdicts(lines) == ["unknown", "invalid", "duplicate", "duplicate"]
    assert "never had the revision '7'" in lines[1].message
    assert state(store) == before


def test_a_row_that_breaks_a_rule_does_not_hold_up_the_others(store: Store, tmp_path: Path) -> None:
    rows = exported(store, tmp_path)
    rows[0].values["about_metric"] = "win_rte"
    rows[1].values["owner"] = "Di"
    faulty = SheetRow(4, {}, "due_on: 'soon' is not a date")
    lines = take(store, [*rows, faulty])
    assert verdicts(lines) == ["invalid", "changed", "invalid"]
    assert "did you mean 'win_rate'" in lines[0].message
    assert sync.summary(lines) == "1 changed, 2 invalid"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(bodies=st.lists(TEXTS, min_size=1, max_size=5, unique=True))
def test_texts_go_from_sheet_to_store_and_back_to_the_letter(
    store: Store, tmp_path: Path, kind: str, bodies: list[str]
) -> None:
    path = tmp_path / f"items.{kind}"
    blank: dict[str, Any] = {"item_id": None, "revision": None, "kind": "success"}
    sheet.write(path, [{**blank, "body": body} for body in bodies])
    taken = take(store, sheet.read(path))
    assert set(verdicts(taken)) <= {"new", "unchanged"}
    with store.read() as db:
        kept = [items.get(db, line.item_id) for line in taken]
    assert [row["body"] for row in kept] == bodies
    sheet.write(path, kept)
    assert set(verdicts(take(store, sheet.read(path)))) == {"unchanged"}
