"""What was due and what became of it, over the first weeks of a company."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from report_helpers.delivery.arrivals import arrivals
from report_helpers.settings import Settings
from report_helpers.teams import heartbeat, issues
from report_helpers.teams.issues import Issue
from report_helpers.teams.store import Store, open_store

MONDAY = datetime(2026, 11, 2, 6)  # 07:00 in Berlin
WEEK, DAY = timedelta(days=7), timedelta(days=1)
COMPANY = Settings.model_validate(
    {
        "schedule": {"weekly": "monday 07:00"},
        "mail": {"recipients": [{"address": "a@b.c", "segment": "SMB"}]},
    }
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = open_store(tmp_path / "marsale.db")
    with made.write() as db:
        heartbeat.beat(db, MONDAY - 2 * WEEK)
    return made


def issued(store: Store, week: str, starts_on: date, **more: str) -> None:
    with store.write() as db:
        issues.enter(db, Issue("weekly", week, starts_on, **more))  # type: ignore[arg-type]


def states(store: Store | None, now: datetime) -> dict[str, str]:
    return {a.name: a.state for a in arrivals(COMPANY, store, now)}


def test_each_segment_is_looked_up_by_itself(store: Store) -> None:
    issued(store, "2026-W43", date(2026, 10, 19))
    issued(store, "2026-W44", date(2026, 10, 26))
    issued(store, "2026-W44", date(2026, 10, 26), segment="SMB", state="held")
    found = states(store, MONDAY)
    assert found.pop("weekly-2026-W42") == "missed"
    assert found.pop("weekly-2026-W42/SMB") == "missed"
    assert found == {
        "weekly-2026-W43": "issued",
        "weekly-2026-W43/SMB": "missed",
        "weekly-2026-W44": "issued",
        "weekly-2026-W44/SMB": "held",
    }


def test_what_can_still_be_made_up_for_is_overdue_and_then_missed(store: Store) -> None:
    assert states(store, MONDAY - timedelta(seconds=1)).get("weekly-2026-W44") is None
    assert states(store, MONDAY)["weekly-2026-W44"] == "overdue"
    assert states(store, MONDAY + 5 * DAY)["weekly-2026-W44"] == "overdue"
    assert states(store, MONDAY + 5 * DAY + timedelta(seconds=1))["weekly-2026-W44"] == "missed"


def test_nothing_counts_from_before_the_first_tick(store: Store) -> None:
    assert "weekly-2026-W41" not in states(store, MONDAY)


def test_without_a_tick_or_a_store_only_the_last_days_count(tmp_path: Path) -> None:
    now = MONDAY + DAY
    expected = {"weekly-2026-W44": "overdue", "weekly-2026-W44/SMB": "overdue"}
    assert states(None, now) == expected
    assert states(open_store(tmp_path / "marsale.db"), now) == expected


def test_a_brief_is_of_no_use_once_its_meeting_has_begun() -> None:
    company = Settings.model_validate({"schedule": {"brief": "16:00"}})
    begins = datetime(2026, 11, 12, 9)  # 10:00 in Berlin
    for now, state in ((begins - timedelta(seconds=1), "overdue"), (begins, "missed")):
        [found] = arrivals(company, None, now)
        assert (found.name, found.state) == ("brief-2026-11-12", state)
