"""Forms write through the same door as everything else; without ipywidgets a line says so."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.data.audit import Audit
from report_helpers.data.dataset import Dataset
from report_helpers.present import forms
from report_helpers.present.blocks import Callout
from report_helpers.present.forms import Pen
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


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Return data with one open note, and one that is closed."""
    day = pd.Timestamp("2026-10-01")
    deals = {"opportunity_id": ["1"], "created_on": [day], "outcome": ["open"], "segment": ["SMB"]}
    notes = {
        "note_id": ["n1", "n2"],
        "team": "marketing",
        "kind": "question",
        "body": ["Who calls?", "Done"],
        "written_on": day,
        "closed_on": [pd.NaT, day],
    }
    return load({"opportunities": pd.DataFrame(deals), "notes": pd.DataFrame(notes)})


def kept(store: Store) -> list[items.Values]:
    with store.read() as db:
        return items.find(db)


def test_without_ipywidgets_a_line_says_how_to_get_the_form(
    store: Store, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    pen = Pen(store, data, "Ada", "sales")
    for shown in (forms.entry(pen), forms.table(pen)):
        assert isinstance(shown, Callout)
        assert "pip install ipywidgets" in str(shown.text)


def test_a_filled_form_is_kept_and_a_refused_one_says_why(store: Store, data: Dataset) -> None:
    pytest.importorskip("ipywidgets", reason="ipywidgets is an optional extra")
    form = forms._Entry(Pen(store, data, "Bo", "marketing"))
    assert form.fields["about_segment"].options == (("–", ""), ("SMB", "SMB"))
    form.button.click()
    assert "Body is empty: say what is said." in form.said.value
    form.fields["body"].value = "<i>Because</i>"
    form.fields["kind"].value = "answer"
    form.button.click()
    assert "must say what it answers" in form.said.value.casefold()
    form.fields["answers"].value = kept(store)[0]["item_id"]
    for _ in range(2):  # a double click
        form.button.click()
        assert "revision 1" in form.said.value
    answer = next(row for row in kept(store) if row["kind"] == "answer")
    assert (answer["body"], answer["author"], answer["team"]) == (
        "<i>Because</i>",
        "Bo",
        "marketing",
    )
    assert form.fields["body"].value == ""


def test_a_note_of_the_data_is_answered_and_closed(store: Store, data: Dataset) -> None:
    pytest.importorskip("ipywidgets", reason="ipywidgets is an optional extra")
    pen = Pen(store, data, "Ada", "sales")
    assert [item.note_id for item in pen.waiting()] == ["n1", kept(store)[0]["item_id"]]
    form = forms._Entry(pen)
    form.fields["kind"].value, form.fields["answers"].value = "answer", "n1"
    form.fields["body"].value = "We do"
    form.button.click()
    line = forms._Line(pen, pen.waiting()[0])
    line.reason.value = "answered"
    line.button.click()
    (note,) = [row for row in kept(store) if row["item_id"] == "n1"]
    assert (note["closed_reason"], note["changed_by"], note["revision"]) == ("answered", "Ada", 2)
    assert {row["answers"] for row in kept(store)} == {None, "n1"}


def test_a_line_of_the_table_changes_and_closes_but_never_overwrites(store: Store) -> None:
    pytest.importorskip("ipywidgets", reason="ipywidgets is an optional extra")
    nothing = Dataset({}, Audit())
    pens = [Pen(store, nothing, name) for name in ("Ada", "Bo")]
    mine, theirs = (forms._Line(pen, pen.waiting()[0]) for pen in pens)
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
    assert forms.table(pens[0]).children[0].value == "Nothing is open."
