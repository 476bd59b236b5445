"""What is due, from the command line: times on local clocks, what is overdue and missed."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from report_helpers import cli
from report_helpers.commands import office
from report_helpers.teams import heartbeat, issues, meetings
from report_helpers.teams.issues import Issue
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.store import Store, open_store

MONDAY = datetime(2026, 11, 2, 6)  # 07:00 in Berlin
SETTINGS = """
[schedule]
weekly = "monday 07:00"
brief = "16:00"
shadowing = "20 08:00"
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MARSALE_STORE", raising=False)
    (tmp_path / "marsale.toml").write_text(SETTINGS, encoding="utf-8")
    at(monkeypatch, MONDAY + timedelta(hours=1))
    return open_store(tmp_path / "marsale.db")


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(office, "now", lambda: now)


def issued(store: Store, **more: str) -> None:
    week = ("weekly", "2026-W44", date(2026, 10, 26))
    with store.write() as db:
        issues.enter(db, Issue(*week, **more))  # type: ignore[arg-type]


def rows(capsys: pytest.CaptureFixture[str], *words: str) -> list[tuple[str, str]]:
    assert cli.main(["due", "--format", "json", *words]) == 0
    return [(row["name"], row["state"]) for row in json.loads(capsys.readouterr().out)]


def test_what_comes_next_in_local_time(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["due", "--count", "4"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[:6] for line in lines[1:]] == [
        ["Wed", "2026-10-28", "16:00", "CET", "missed", "brief-2026-10-29"],
        ["Mon", "2026-11-02", "07:00", "CET", "overdue", "weekly-2026-W44"],
        ["Mon", "2026-11-09", "07:00", "CET", "to", "come"],
        ["Wed", "2026-11-11", "16:00", "CET", "to", "come"],
        ["Mon", "2026-11-16", "07:00", "CET", "to", "come"],
        ["Fri", "2026-11-20", "08:00", "CET", "to", "come"],
    ]


def test_json_tells_moments_with_their_offset(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["due", "--count", "2", "--format", "json"]) == 0
    *_, brief = json.loads(capsys.readouterr().out)
    assert brief == {
        "when": "Wed 2026-11-11 16:00 CET",
        "due_at": "2026-11-11T16:00:00+01:00",
        "state": "to come",
        "name": "brief-2026-11-12",
        "report": "brief",
        "as_of": "2026-11-11",
        "period": "2026-W44-W45",
        "what": "brief for the meeting of Thu 2026-11-12, on 2026-W44-W45",
    }


def test_what_was_issued_is_not_listed_and_what_is_held_is(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    brief = ("brief-2026-10-29", "missed")
    issued(store, state="held")
    assert rows(capsys, "--count", "0") == [brief, ("weekly-2026-W44", "held")]
    issued(store)
    assert rows(capsys, "--count", "0") == [brief]


def test_what_is_too_old_was_missed(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as db:
        heartbeat.beat(db, MONDAY)
    at(monkeypatch, MONDAY + timedelta(days=8))
    expected = [("brief-2026-10-29", "missed"), ("weekly-2026-W44", "missed")]
    assert rows(capsys, "--count", "0") == [*expected, ("weekly-2026-W45", "overdue")]


def test_what_is_due_this_very_moment_is_told_once(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MONDAY)
    found = rows(capsys, "--count", "1")
    assert [name for name, _ in found].count("weekly-2026-W44") == 1
    assert found[-1] == ("weekly-2026-W45", "to come")


def test_a_cancelled_meeting_has_no_brief(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert ("brief-2026-11-12", "to come") in rows(capsys)
    meeting = Meeting("2026-11-12", datetime(2026, 11, 12, 9), "Europe/Berlin", cancelled=True)
    with store.write() as db:
        meetings.save(db, meeting, MONDAY)
    assert "brief-2026-11-12" not in dict(rows(capsys))


def test_without_a_store_it_looks_all_the_same_and_makes_none(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--count", "1", "--store", str(tmp_path / "other.db")]
    assert rows(capsys, *words)[-1] == ("weekly-2026-W45", "to come")
    assert not (tmp_path / "other.db").exists()


def test_nothing_scheduled_is_said(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "marsale.toml").write_text("", encoding="utf-8")
    assert cli.main(["due"]) == 0
    assert capsys.readouterr().out.startswith("Nothing is scheduled")
    assert rows(capsys) == []
