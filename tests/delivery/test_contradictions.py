"""What readers are told, in the order in which it reaches them, never contradicts itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import tick_process
from tick_process import stand_in, tick

from report_helpers.delivery import issue
from report_helpers.delivery.smtp import Temporary
from report_helpers.errors import DataError
from report_helpers.publish.run import Job, Result
from report_helpers.teams import issues, letters
from report_helpers.teams.issues import Issue
from report_helpers.teams.store import open_store

MONDAY = datetime(2026, 11, 2, 6)  # 07:00 in Berlin
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

RED = stand_in(lambda: "red")
BROKEN = stand_in(fault=lambda: DataError("the table is empty"))


class Greylisting(tick_process.Post):
    """A mail server that takes nothing yet."""

    def send(self, content: bytes, address: str) -> None:
        """Ask to come back later."""
        raise Temporary("451 greylisted")


def kinds(folder: Path, address: str = "ann@example.com") -> list[str]:
    """Return what a reader has got, by the first word of each subject."""
    lines = (folder / "post.txt").read_text(encoding="utf-8").splitlines()
    mine = [line.split("\t")[2] for line in lines if line.startswith(address)]
    return [subject.split()[0].strip(":").capitalize() for subject in mine]


@pytest.mark.parametrize(("fault", "hours"), [(RED, 0), (BROKEN, 5)])
def test_a_notice_that_was_put_off_does_not_come_after_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: object, hours: int
) -> None:
    at = MONDAY + hours * HOUR
    with monkeypatch.context() as patched:
        patched.setattr(tick_process, "Post", Greylisting)
        for minutes in (0, 6, 17):  # tried at once, after 5 and after 10 minutes
            tick(tmp_path, at + minutes * MINUTE, run=fault)
    assert tick(tmp_path, at + 31 * MINUTE).issued == ["weekly-2026-W44"]
    tick(tmp_path, at + 8 * HOUR)
    assert kinds(tmp_path) == ["Week"]


def test_readers_of_a_held_report_are_not_told_that_it_is_late(tmp_path: Path) -> None:
    tick(tmp_path, MONDAY, run=RED)
    tick(tmp_path, MONDAY + 6 * HOUR, run=BROKEN)
    tick(tmp_path, MONDAY + 7 * HOUR)
    assert kinds(tmp_path) == ["Held", "Week"]


def test_what_another_machine_has_issued_is_not_told_to_be_late(tmp_path: Path) -> None:
    def overtaken(job: Job, *_: object) -> Result:
        other = Issue("weekly", "2026-W44", MONDAY.date() - timedelta(days=7), made_at=MONDAY)
        with open_store(tmp_path / "marsale.db").write() as db:
            issues.enter(db, other)
        raise DataError("our own data are broken")

    outcome = tick(tmp_path, MONDAY + 6 * HOUR, run=overtaken)
    assert (outcome.exit_code, (tmp_path / "post.txt").is_file()) == (3, False)


def test_a_correction_that_was_held_is_issued_as_the_correction(tmp_path: Path) -> None:
    assert tick(tmp_path, MONDAY).issued == ["weekly-2026-W44"]
    press = tick_process.clockwork(tmp_path, lambda: MONDAY).press
    with press.store.read() as db:
        first = issues.named(db, "weekly-2026-W44")
    correction = Issue(
        first.report, first.period, first.starts_on, number=2, state="held", made_at=MONDAY
    )
    assert issue.enter(press, correction, [], MONDAY)
    assert tick(tmp_path, MONDAY + HOUR).issued == ["weekly-2026-W44#2"]
    assert tick(tmp_path, MONDAY + 2 * HOUR).issued == []


def test_a_report_tried_while_the_clock_was_years_ahead_is_tried_again(tmp_path: Path) -> None:
    tick(tmp_path, MONDAY, run=RED)
    with open_store(tmp_path / "marsale.db").write() as db:
        tick_process.ticking.heartbeat.beat(db, MONDAY.replace(year=2030), "try/weekly-2026-W44")
    assert tick(tmp_path, MONDAY + MINUTE).issued == ["weekly-2026-W44"]


def test_a_report_that_was_put_off_does_not_come_after_its_correction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(tick_process, "Post", Greylisting)
        tick(tmp_path, MONDAY)
    press = tick_process.clockwork(tmp_path, lambda: MONDAY).press
    with press.store.read() as db:
        first = issues.named(db, "weekly-2026-W44")
    assert issue.enter(press, replace(first, number=2), [], MONDAY)
    with press.store.read() as db:
        assert letters.listed(db) == []
