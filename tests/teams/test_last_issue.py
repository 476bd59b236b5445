from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from report_helpers.errors import MissingData
from report_helpers.teams import issues
from report_helpers.teams.issues import Issue
from report_helpers.teams.last_issue import Wanted, last_facts
from report_helpers.teams.store import Store, open_store

NOW = Wanted("weekly", date(2026, 10, 26))


def put(folder: Path, start: str, key: str, segment: str = "") -> None:
    facts = {"period": {"start": start, "key": key}, "segment": segment}
    place = folder / "weekly" / key / segment.lower()
    place.mkdir(parents=True, exist_ok=True)
    (place / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "2026-10-12", "2026-W42")
    put(tmp_path, "2026-10-19", "2026-W43")
    put(tmp_path, "2026-10-12", "2026-W42", "Enterprise")
    put(tmp_path, "2026-10-26", "2026-W44")
    return tmp_path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(tmp_path / "marsale.db")
    issue = Issue("weekly", "2026-W42", date(2026, 10, 12), facts={"from": "ledger"})
    held = Issue("weekly", "2026-W43", date(2026, 10, 19), state="held")
    with store.write() as db:
        for entry in (issue, held):
            issues.enter(db, Issue(**{**entry.__dict__, "made_at": datetime(2026, 10, 20)}))
    return store


def test_the_latest_earlier_period_of_the_folder(folder: Path) -> None:
    facts = last_facts(NOW, None, folder)
    assert facts is not None
    assert facts["period"]["key"] == "2026-W43"


def test_a_segment_has_a_line_of_its_own(folder: Path) -> None:
    facts = last_facts(Wanted("weekly", NOW.start, "Enterprise"), None, folder)
    assert facts is not None
    assert (facts["period"]["key"], facts["segment"]) == ("2026-W42", "Enterprise")
    assert last_facts(Wanted("weekly", NOW.start, "SMB"), None, folder) is None


def test_the_ledger_counts_before_the_folder_and_what_was_held_was_not_told(
    folder: Path, store: Store
) -> None:
    assert last_facts(NOW, store, folder) == {"from": "ledger"}


def test_a_ledger_without_an_issue_leaves_it_to_the_folder(folder: Path, store: Store) -> None:
    brief = folder / "brief" / "2026-W41-W42"
    brief.mkdir(parents=True)
    facts = '{"period": {"start": "2026-10-05"}}'
    (brief / "facts.json").write_text(facts, encoding="utf-8")
    assert last_facts(Wanted("brief", NOW.start), store, folder) == json.loads(facts)


def test_none_before(tmp_path: Path) -> None:
    assert last_facts(NOW, None, None) is None
    assert last_facts(NOW, None, tmp_path) is None


def test_a_folder_that_is_being_replaced_is_passed_over(folder: Path) -> None:
    (folder / "weekly" / "2026-W43").rename(folder / "weekly" / ".2026-W43.old")
    facts = last_facts(NOW, None, folder)
    assert facts is not None
    assert facts["period"]["key"] == "2026-W42"


def test_figures_that_cannot_be_read_are_told(folder: Path) -> None:
    (folder / "weekly" / "2026-W43" / "facts.json").write_text("{", encoding="utf-8")
    with pytest.raises(MissingData, match=r"2026-W43.*cannot be read"):
        last_facts(NOW, None, folder)
