"""A tick issues what is due, once; a crash at any step loses nothing and doubles nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tick_process import stand_in, tick

from report_helpers.errors import DataError, NotebookError
from report_helpers.teams import issues, letters
from report_helpers.teams.letters import LEASE
from report_helpers.teams.store import open_store

MONDAY = datetime(2026, 11, 2, 6)  # 07:00 in Berlin
HOUR = timedelta(hours=1)
SCRIPT = Path(__file__).with_name("tick_process.py")


def post(folder: Path) -> list[tuple[str, str, str]]:
    file = folder / "post.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [tuple(line.split("\t")) for line in lines]  # type: ignore[misc]


def readers(folder: Path) -> list[str]:
    return sorted(address for address, _, _ in post(folder))


def ledger(folder: Path) -> list[tuple[str, str]]:
    with open_store(folder / "marsale.db").read() as db:
        return [(issue.issue_id, issue.state) for issue in issues.listed(db)]


def test_before_its_hour_nothing_is_due(tmp_path: Path) -> None:
    outcome = tick(tmp_path, MONDAY - timedelta(seconds=1))
    assert (outcome.issued, outcome.exit_code, post(tmp_path)) == ([], 0, [])


def test_at_its_hour_a_report_goes_to_its_readers(tmp_path: Path) -> None:
    outcome = tick(tmp_path, MONDAY)
    assert (outcome.issued, outcome.exit_code) == (["weekly-2026-W44"], 0)
    assert readers(tmp_path) == ["ann@example.com", "ben@example.com"]
    assert ledger(tmp_path) == [("weekly-2026-W44", "issued")]


def test_ticking_again_does_nothing_twice(tmp_path: Path) -> None:
    for minutes in range(0, 60, 10):
        tick(tmp_path, MONDAY + timedelta(minutes=minutes))
    assert len(post(tmp_path)) == 2


def test_what_was_missed_is_made_up_for_within_the_days_set(tmp_path: Path) -> None:
    assert tick(tmp_path, MONDAY + timedelta(days=4)).issued == ["weekly-2026-W44"]


def test_what_is_too_old_is_left(tmp_path: Path) -> None:
    assert tick(tmp_path, MONDAY + timedelta(days=6)).issued == []


def test_a_year_of_ticks_sends_each_week_once(tmp_path: Path) -> None:
    for hours in range(0, 52 * 7 * 24, 36):
        tick(tmp_path, MONDAY + timedelta(hours=hours))
    sent = Counter(name for _, name, _ in post(tmp_path))
    assert len(ledger(tmp_path)) == 52
    assert len(sent) == 2 * 52
    assert set(sent.values()) == {1}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no SIGKILL")
@pytest.mark.parametrize("step", ["run", "entering", "entered", "taken", "sent"])
def test_a_tick_killed_at_any_step_is_made_good(tmp_path: Path, step: str) -> None:
    words = [sys.executable, str(SCRIPT), str(tmp_path), MONDAY.isoformat(), step]
    killed = subprocess.run(words, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before = post(tmp_path)
    for later in (timedelta(minutes=1), LEASE + timedelta(minutes=1)):
        tick(tmp_path, MONDAY + later)
    assert set(readers(tmp_path)) == {"ann@example.com", "ben@example.com"}
    names = Counter(name for _, name, _ in post(tmp_path))
    doubled = [name for name, count in names.items() if count > 1]
    assert doubled == [name for _, name, _ in before]  # taken by the server, and nobody was told
    assert ledger(tmp_path) == [("weekly-2026-W44", "issued")]


def test_data_that_fail_the_gate_hold_the_report(tmp_path: Path) -> None:
    outcome = tick(tmp_path, MONDAY, run=stand_in(lambda: "red"))
    assert (outcome.held, outcome.issued) == (["weekly-2026-W44"], [])
    assert readers(tmp_path) == ["ann@example.com", "ben@example.com", "ops@example.com"]
    assert all(
        "W44" not in subject or "held" in subject.lower() for _, _, subject in post(tmp_path)
    )


def test_a_held_report_is_told_once_and_issued_when_the_data_are_right(tmp_path: Path) -> None:
    for hours in range(3):
        tick(tmp_path, MONDAY + hours * HOUR, run=stand_in(lambda: "red"))
    assert len(post(tmp_path)) == 3
    outcome = tick(tmp_path, MONDAY + 3 * HOUR)
    assert outcome.issued == ["weekly-2026-W44"]
    assert len(post(tmp_path)) == 5
    assert ledger(tmp_path) == [("weekly-2026-W44", "issued")]


def test_a_failure_is_told_to_the_owner_once_and_its_code_is_given(tmp_path: Path) -> None:
    broken = stand_in(fault=lambda: NotebookError("a cell raised", where="weekly"))
    for hours in range(3):
        outcome = tick(tmp_path, MONDAY + hours * HOUR, run=broken)
        assert (outcome.exit_code, list(outcome.failed)) == (4, ["weekly-2026-W44"])
    assert readers(tmp_path) == ["ops@example.com"]
    assert ledger(tmp_path) == []


def test_readers_hear_once_that_a_report_is_late(tmp_path: Path) -> None:
    broken = stand_in(fault=lambda: DataError("the table is empty"))
    for hours in range(0, 8, 2):
        tick(tmp_path, MONDAY + hours * HOUR, run=broken)
    assert readers(tmp_path) == ["ann@example.com", "ben@example.com", "ops@example.com"]
    assert tick(tmp_path, MONDAY + 8 * HOUR).issued == ["weekly-2026-W44"]
    assert len(post(tmp_path)) == 5


def test_an_unexpected_error_is_told_and_harms_no_other(tmp_path: Path) -> None:
    def explode() -> None:
        raise ZeroDivisionError("oops")

    outcome = tick(tmp_path, MONDAY, run=stand_in(fault=explode))
    assert outcome.exit_code == 1
    assert readers(tmp_path) == ["ops@example.com"]


def test_letters_of_an_issue_are_kept_with_it(tmp_path: Path) -> None:
    tick(tmp_path, MONDAY)
    with open_store(tmp_path / "marsale.db").read() as db:
        found = letters.listed(db)
    assert {row["issue_id"] for row in found} == {"weekly-2026-W44"}
    assert {row["state"] for row in found} == {"sent"}
