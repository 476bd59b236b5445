"""Two machines with one store at the same moment: each thing is written once, and nobody fails."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier

import pytest
from sqlalchemy import Connection

from report_helpers.teams import heartbeat, issues, letters
from report_helpers.teams.issues import Issue
from report_helpers.teams.letters import Letter
from report_helpers.teams.store import open_store

NOW = datetime(2026, 11, 2, 6)
ISSUE = Issue("weekly", "2026-W44", date(2026, 10, 26), made_at=NOW)
LETTER = Letter("failure", "weekly-2026-W44", "ops@example.com", "<1@x>", "Failed", b"one")

pytestmark = pytest.mark.postgres


def at_once(url: str, write: Callable[[Connection], object], count: int = 4) -> list[object]:
    """Return what a change gives in so many transactions that are open at the same time."""
    barrier = Barrier(count, timeout=60)

    def one(_: int) -> object:
        with open_store(url).write() as db:
            barrier.wait()
            return write(db)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_one_of_them_enters_an_issue(postgres: str) -> None:
    entered = at_once(postgres, lambda db: issues.enter(db, ISSUE))
    assert sorted(entered, key=bool) == [False, False, False, True]


def test_one_of_them_queues_a_letter(postgres: str) -> None:
    queued = at_once(postgres, lambda db: letters.queue(db, [LETTER], NOW))
    assert sorted(map(str, queued)) == ["0", "0", "0", "1"]


def test_all_of_them_give_a_sign_of_life(postgres: str) -> None:
    at_once(postgres, lambda db: heartbeat.beat(db, NOW))
    with open_store(postgres).read() as db:
        assert heartbeat.last(db) == heartbeat.Heartbeat(NOW, NOW)
