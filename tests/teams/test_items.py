"""Writing items: what was changed is known, and nobody's change is overwritten unseen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from report_helpers.errors import BadValue, Conflict, UnknownName
from report_helpers.teams import items
from report_helpers.teams.items import Query, Signature
from report_helpers.teams.store import Store, open_store

DAY = date(2026, 10, 29)
ADA = Signature("Ada", datetime(2026, 10, 29, 9))
BO = Signature("Bo", datetime(2026, 10, 30, 14, 3))
DRAFT: dict[str, Any] = {"team": "sales", "kind": "question", "body": "Why?", "written_on": DAY}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    with open_store(tmp_path / "marsale.db").write() as opened:
        yield opened


def found(db: Connection, **wanted: Any) -> list[str]:
    return [row["body"] for row in items.find(db, Query(**wanted))]


def test_who_writes_is_the_author_unless_the_draft_names_one(db: Connection) -> None:
    mine = items.add(db, DRAFT, ADA)
    other = items.add(db, DRAFT | {"author": "Cy"}, ADA)
    assert (mine["author"], mine["revision"], mine["changed_by"]) == ("Ada", 1, "Ada")
    assert (other["author"], other["changed_by"]) == ("Cy", "Ada")


def test_ids_sort_by_day_then_by_the_time_they_came_in(db: Connection) -> None:
    last = items.add(db, DRAFT | {"body": "later"}, Signature("Ada", datetime(2026, 10, 29, 23)))
    first = items.add(db, DRAFT | {"body": "sooner"}, ADA)
    old = items.add(db, DRAFT | {"body": "old", "written_on": date(2026, 10, 1)}, BO)
    ids = [old["item_id"], first["item_id"], last["item_id"]]
    assert ids == sorted(ids)
    assert found(db) == ["old", "sooner", "later"]


def test_an_answer_hangs_under_what_it_answers(db: Connection) -> None:
    question = items.add(db, DRAFT, ADA)
    draft = {"team": "marketing", "body": "Because", "written_on": DAY}
    answer = items.answer(db, question["item_id"], draft, BO)
    assert (answer["kind"], answer["answers"]) == ("answer", question["item_id"])
    with pytest.raises(UnknownName, match="unknown item 'gone'"):
        items.answer(db, "gone", draft, BO)


def test_no_item_answers_itself_over_any_number_of_steps(db: Connection) -> None:
    one = items.add(db, DRAFT, ADA)["item_id"]
    two = items.add(db, DRAFT | {"answers": one}, ADA)["item_id"]
    for parent in (one, two):
        with pytest.raises(BadValue, match="cannot answer itself"):
            items.edit(db, one, {"answers": parent}, None, ADA)


def test_a_change_raises_the_revision_and_keeps_the_former_self(db: Connection) -> None:
    first = items.add(db, DRAFT | {"owner": "Cy"}, ADA)
    second = items.edit(db, first["item_id"], {"body": "Why not?", "owner": ""}, 1, BO)
    assert (second["revision"], second["body"], second["owner"]) == (2, "Why not?", None)
    assert second["changed_at"] == BO.at
    assert items.revision(db, first["item_id"], 1) == first
    assert items.revision(db, first["item_id"], 2) == second
    assert items.revision(db, first["item_id"], 3) is None


def test_a_change_to_what_it_is_already_changes_nothing(db: Connection) -> None:
    first = items.add(db, DRAFT, ADA)
    assert items.edit(db, first["item_id"], {"body": "Why?"}, 1, BO) == first


def test_a_change_to_an_older_revision_is_refused_naming_who_what_and_when(
    db: Connection,
) -> None:
    item_id = items.add(db, DRAFT, ADA)["item_id"]
    items.edit(db, item_id, {"body": "Changed", "due_on": DAY}, 1, BO)
    with pytest.raises(Conflict) as error:
        items.edit(db, item_id, {"body": "Mine"}, 1, ADA)
    assert "Bo changed body, due_on on 2026-10-30 14:03 UTC" in str(error.value)
    assert "started from revision 1, it is now revision 2" in str(error.value)
    assert items.get(db, item_id)["body"] == "Changed"


@pytest.mark.parametrize("field", ["item_id", "revision", "changed_by"])
def test_what_the_kit_keeps_cannot_be_edited(db: Connection, field: str) -> None:
    item = items.add(db, DRAFT, ADA)
    with pytest.raises(UnknownName, match="unknown field that can be changed"):
        items.edit(db, item["item_id"], {field: item[field]}, 1, ADA)


def test_an_edit_keeps_the_rules(db: Connection) -> None:
    item_id = items.add(db, DRAFT, ADA)["item_id"]
    with pytest.raises(BadValue, match="before it was written"):
        items.edit(db, item_id, {"due_on": date(2026, 10, 1)}, None, ADA)
    with pytest.raises(UnknownName, match="unknown meeting"):
        items.edit(db, item_id, {"meeting_id": "2026-11-05"}, None, ADA)


def test_closing_needs_a_reason_and_reopening_takes_it_back(db: Connection) -> None:
    item_id = items.add(db, DRAFT, ADA)["item_id"]
    with pytest.raises(BadValue, match="closed_reason is empty"):
        items.close(db, item_id, " ", DAY, BO)
    closed = items.close(db, item_id, "solved", DAY, BO)
    assert (closed["closed_on"], closed["closed_reason"]) == (DAY, "solved")
    with pytest.raises(BadValue, match="already: solved"):
        items.close(db, item_id, "again", DAY, BO)
    assert items.reopen(db, item_id, ADA)["closed_reason"] is None
    with pytest.raises(BadValue, match="open already"):
        items.reopen(db, item_id, ADA)


def test_items_are_found_by_what_they_are_and_how_they_stand(db: Connection) -> None:
    items.add(db, DRAFT | {"body": "late", "due_on": DAY, "owner": "Cy"}, ADA)
    items.add(db, DRAFT | {"body": "today", "due_on": date(2026, 10, 30)}, ADA)
    items.add(db, DRAFT | {"body": "plan", "team": "marketing", "kind": "campaign_plan"}, BO)
    done = items.add(db, DRAFT | {"body": "done", "about_metric": "win_rate"}, BO)
    items.close(db, done["item_id"], "solved", DAY, BO)
    assert found(db, state="overdue", on=date(2026, 10, 30)) == ["late"]
    assert found(db, state="closed") == found(db, about_metric="win_rate") == ["done"]
    assert found(db, team="marketing") == found(db, kind="campaign_plan") == ["plan"]
    assert found(db, owner="Cy", state="open") == ["late"]
    assert len(found(db)) == 4
    items.add(db, DRAFT | {"body": "told", "kind": "success", "due_on": DAY}, ADA)
    assert "told" not in found(db, state="open") + found(db, state="overdue")
    with pytest.raises(UnknownName, match="did you mean 'overdue'"):
        items.find(db, Query(state="overdu"))


def written_by_six_clicks(store: Store) -> list[str]:
    def click(second: int) -> str:
        with store.write() as db:
            signed = Signature("Ada", datetime(2026, 10, 29, 23, 59, second))
            return str(items.add(db, DRAFT, signed, "a form's key")["item_id"])

    with ThreadPoolExecutor(6) as pool:
        told = set(pool.map(click, range(6)))
    with store.read() as db:
        assert {row["item_id"] for row in items.find(db)} == told
    return sorted(told)


def test_what_a_form_sends_at_once_is_written_once(tmp_path: Path) -> None:
    assert len(written_by_six_clicks(open_store(tmp_path / "marsale.db"))) == 1


@pytest.mark.postgres
def test_what_a_form_sends_at_once_is_written_once_on_postgresql(postgres: str) -> None:
    assert len(written_by_six_clicks(open_store(postgres))) == 1


def test_a_form_sent_again_after_a_change_finds_what_it_wrote(db: Connection) -> None:
    row = items.add(db, DRAFT, ADA, "key")
    items.edit(db, row["item_id"], {"body": "Why not?"}, 1, BO)
    assert items.add(db, DRAFT, ADA, "key")["body"] == "Why not?"
    assert items.add(db, DRAFT, BO, "key")["body"] == "Why?"  # another person's form is another
    assert len(items.find(db)) == 2
