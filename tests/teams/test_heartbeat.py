"""A sign of life is kept, the first and the last."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from report_helpers.teams.heartbeat import Heartbeat, beat, last
from report_helpers.teams.store import open_store

NOW = datetime(2026, 11, 2, 6)


def test_what_never_ran_has_none(tmp_path: Path) -> None:
    with open_store(tmp_path / "marsale.db").read() as db:
        assert last(db) is None


def test_the_first_stays_and_the_last_moves(tmp_path: Path) -> None:
    store, later = open_store(tmp_path / "marsale.db"), NOW + timedelta(minutes=10)
    for at in (NOW, NOW + timedelta(minutes=5), later):
        with store.write() as db:
            beat(db, at)
    with store.read() as db:
        assert last(db) == Heartbeat(NOW, later)
        assert last(db, "collect") is None


def test_a_clock_that_was_set_back_leaves_no_first_in_the_future(tmp_path: Path) -> None:
    store, earlier = open_store(tmp_path / "marsale.db"), NOW - timedelta(days=365)
    for at in (NOW, earlier):
        with store.write() as db:
            beat(db, at)
    with store.read() as db:
        assert last(db) == Heartbeat(earlier, earlier)
