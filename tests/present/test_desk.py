"""The exchange in a notebook shows the store's items beside those of the data."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import pytest

import report_helpers as rh
from report_helpers.present.blocks import Callout
from report_helpers.teams import items
from report_helpers.teams.store import open_store

SIGNED = items.Signature("Ada", datetime(2026, 10, 29, 9))
DRAFT = {"team": "sales", "kind": "request", "body": "A case study", "about_deal": "D7"}


def test_what_is_open_comes_from_the_data_and_the_store(tmp_path: Path) -> None:
    desk = rh.Desk("sample", store=str(tmp_path / "marsale.db"))
    old, other = desk.open("sales").items, desk.open("marketing")
    with open_store(tmp_path / "marsale.db").write() as db:
        items.add(db, {**DRAFT, "written_on": date(2030, 1, 1)}, SIGNED)
    new = desk.open("sales").items  # the same desk: its cell alone is run again
    assert len(new) == len(old) + 1 > 1
    assert new[-1].body == "A case study"
    assert "deal D7" in new[-1].meta
    assert desk.open("marketing") == other


def test_looking_makes_no_store(tmp_path: Path) -> None:
    desk = rh.Desk("sample", store=str(tmp_path / "marsale.db"))
    assert desk.open("sales").items
    assert list(tmp_path.iterdir()) == []


def test_without_ipywidgets_the_threads_are_shown_and_the_forms_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    desk = rh.Desk("sample", store=str(tmp_path / "marsale.db"))
    for shown in (desk.form("Ada", "sales"), desk.table("Ada")):
        assert isinstance(shown, Callout)
        assert shown.title == "No form here"


def test_a_form_asks_first_who_writes_and_where_it_is_kept() -> None:
    pytest.importorskip("ipywidgets", reason="ipywidgets is an optional extra")
    assert rh.Desk("sample").form("", "sales").title == "Who writes?"
