"""The ledger: which issue readers had, and that what was issued stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from report_helpers.teams import issues
from report_helpers.teams.issues import Issue
from report_helpers.teams.store import Store, open_store

WEEK_44 = Issue(
    report="weekly",
    period="2026-W44",
    starts_on=date(2026, 10, 26),
    data_hash="ab12",
    parameters={"segment": ""},
    facts={"figures": [{"metric": "win_rate", "value": 0.25}]},
    folder="weekly/2026-W44",
    due_at=datetime(2026, 11, 2, 6),
    made_at=datetime(2026, 11, 2, 6, 1),
)
WEEK_45 = replace(WEEK_44, period="2026-W45", starts_on=date(2026, 11, 2))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "marsale.db")


def test_an_issue_comes_back_as_it_was_entered(store: Store) -> None:
    with store.write() as db:
        assert issues.enter(db, WEEK_44)
        assert issues.find(db, "weekly", "2026-W44") == WEEK_44
        assert issues.find(db, "weekly", "2026-W44", "SMB") is None
        assert issues.find(db, "brief", "2026-W44") is None


def test_what_was_issued_stays_as_it_was(store: Store) -> None:
    with store.write() as db:
        issues.enter(db, WEEK_44)
        assert not issues.enter(db, replace(WEEK_44, data_hash="other", state="held"))
        assert issues.listed(db) == [WEEK_44]


def test_what_was_held_may_be_issued_later(store: Store) -> None:
    with store.write() as db:
        assert issues.enter(db, replace(WEEK_44, state="held"))
        assert issues.enter(db, replace(WEEK_44, state="held", data_hash="second"))
        assert issues.enter(db, WEEK_44)
        assert issues.listed(db) == [WEEK_44]


def test_the_newest_number_of_a_period_is_found(store: Store) -> None:
    again = replace(WEEK_44, number=2, data_hash="cd34")
    with store.write() as db:
        assert issues.enter(db, again)
        assert issues.enter(db, WEEK_44)
        assert issues.find(db, "weekly", "2026-W44") == again


def test_the_last_issue_before_a_period(store: Store) -> None:
    with store.write() as db:
        for issue in (WEEK_44, WEEK_45, replace(WEEK_45, segment="SMB")):
            issues.enter(db, issue)
        issues.enter(db, replace(WEEK_45, report="brief", period="2026-W44+2"))
        assert issues.before(db, "weekly", date(2026, 11, 9)) == WEEK_45
        assert issues.before(db, "weekly", date(2026, 11, 2)) == WEEK_44
        assert issues.before(db, "weekly", date(2026, 10, 26)) is None
        assert issues.before(db, "weekly", date(2026, 11, 2), "SMB") is None


def test_a_held_issue_is_not_what_readers_had(store: Store) -> None:
    with store.write() as db:
        issues.enter(db, replace(WEEK_44, state="held"))
        assert issues.before(db, "weekly", date(2026, 11, 2)) is None


def test_the_newest_comes_first(store: Store) -> None:
    with store.write() as db:
        for issue in (WEEK_44, WEEK_45):
            issues.enter(db, issue)
        assert [issue.period for issue in issues.listed(db, "weekly")] == ["2026-W45", "2026-W44"]
        assert issues.listed(db, "brief") == []


def test_a_segment_called_by_a_number_is_not_taken_for_a_correction(store: Store) -> None:
    with store.write() as db:
        assert issues.enter(db, WEEK_44)
        assert issues.enter(db, replace(WEEK_44, segment="2"))
        assert issues.enter(db, replace(WEEK_44, number=2))
