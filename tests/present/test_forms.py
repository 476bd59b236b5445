"""Forms write through the same door as everything else; without ipywidgets a line says so."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import pytest

from report_helpers.present import forms
from report_helpers.present.blocks import Callout
from report_helpers.teams import items
from report_helpers.teams.store import Store, open_store

ADA = items.Signature("Ada", datetime(2026, 10, 29, 9))
DRAFT = {
    "team": "sales",
    "kind": "question",
    "body": "<b>Why</b>?",
    "written_on": date(2026, 10, 29),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(tmp_path / "marsale.db")
    with opened.write() as db:
        items.add(db, DRAFT, ADA)
    return opened


def kept(store: Store) -> list[items.Values]:
    with store.read() as db:
        return items.find(db)


def test_without_ipywidgets_a_line_says_how_to_get_the_form(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    for shown in (forms.entry(store, "Ada", "sales", []), forms.table(store, "Ada")):
        assert isinstance(shown, Callout)
        assert "pip install ipywidgets" in str(shown.text)


def test_a_filled_form_is_kept_and_a_refused_one_says_why(store: Store) -> None:
    pytest.importorskip("ipywidgets", reason="ipywidgets is an optional extra")
    form = forms._Entry(store, "Bo", "marketing", ["Enterprise"])
    form.fields["body"].value = "<i>Because</i>"
    form.fields["kind"].value = "answer"
    form.button.click()
    assert "must say what it answers" in form.said.value
    form.fields["answers"].value = kept(store)[0]["item_id"]
    form.button.click()
    assert "revision 1" in form.said.value
    answer = next(row for row in kept(store) if row["kind"] == "answer")
    assert (answer["body"], answer["author"], answer["team"]) == (
        "<i>Because</i>",
        "Bo",
        "marketing",
    )
    assert form.fields["body"].value == ""


def test_a_line_of_the_table_changes_and_closes_but_never_overwrites(store: Store) -> None:
    pytest.importorskip("ipywidgets", reason="ipywidgets is an optional extra")
    mine, theirs = (forms._Line(store, name, kept(store)[0]) for name in ("Ada", "Bo"))
    assert "&lt;b&gt;Why&lt;/b&gt;?" in mine.box.children[0].value
    mine.owner.value = "Cy"
    mine.button.click()
    assert kept(store)[0]["owner"] == "Cy"
    theirs.owner.value = "Di"
    theirs.button.click()
    assert "Ada changed owner" in theirs.said.value
    mine.reason.value = "solved"
    mine.button.click()
    assert kept(store)[0]["closed_reason"] == "solved"
    assert forms.table(store, "Ada").children[0].value == "Nothing is open."
