from __future__ import annotations

import os
from pathlib import Path

import pytest

from report_helpers.errors import ConfigurationError, DeliveryError
from report_helpers.publish import promote


def folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "report.html").write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> str:
    return (path / "report.html").read_text(encoding="utf-8")


def everything(path: Path) -> list[str]:
    return sorted(p.relative_to(path).as_posix() for p in path.rglob("*"))


def test_the_new_folder_takes_the_last_ones_place(tmp_path):
    target = folder(tmp_path / "weekly" / "2026-W44", "last")
    (target / "report.pdf").touch()
    promote.promote(folder(tmp_path / "new", "new"), target)
    assert read(target) == "new"
    assert everything(tmp_path) == ["weekly", "weekly/2026-W44", "weekly/2026-W44/report.html"]


def test_reports_of_segments_inside_are_carried_over(tmp_path):
    target = folder(tmp_path / "2026-W44", "last")
    folder(target / "smb", "of a segment")
    promote.promote(folder(tmp_path / "new", "new"), target)
    assert read(target / "smb") == "of a segment"
    assert everything(tmp_path) == [
        "2026-W44",
        "2026-W44/report.html",
        "2026-W44/smb",
        "2026-W44/smb/report.html",
    ]


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_crash_at_any_step_leaves_one_complete_report(tmp_path, monkeypatch, done):
    """`done` renames succeed, then the process dies; the next run finds one whole report."""
    target = folder(tmp_path / "2026-W44", "last")
    folder(target / "smb", "of a segment")
    new = folder(tmp_path / "new", "new")
    left, rename = [done], Path.rename

    def dying(self: Path, other: Path) -> Path:
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", dying)
    with pytest.raises(KeyboardInterrupt):
        promote.promote(new, target)
    monkeypatch.undo()
    promote.recover(tmp_path)
    assert read(target) == ("new" if done == 2 else "last")
    assert read(target / "smb") == "of a segment"
    assert not list(tmp_path.rglob(".*.old"))


def test_when_the_system_refuses_the_last_report_stays(tmp_path, monkeypatch):
    target = folder(tmp_path / "2026-W44", "last")
    new = folder(tmp_path / "new", "new")
    rename = Path.rename

    def refuse(self: Path, other: Path) -> Path:
        if self == new:
            raise PermissionError(13, "open in another program")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", refuse)
    monkeypatch.setattr(promote.time, "sleep", lambda _: None)
    with pytest.raises(DeliveryError, match="open in another program"):
        promote.promote(new, target)
    assert read(target) == "last"


def test_a_moment_of_refusal_is_waited_for(tmp_path, monkeypatch):
    target, new = folder(tmp_path / "2026-W44", "last"), folder(tmp_path / "new", "new")
    refusals, rename = [1], Path.rename

    def once(self: Path, other: Path) -> Path:
        if self == new and refusals and refusals.pop():
            raise PermissionError(13, "busy")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", once)
    promote.promote(new, target)
    assert read(target) == "new"


def test_a_staging_folder_is_gone_at_the_end_even_after_an_error(tmp_path):
    def fail_inside() -> None:
        with promote.staged(tmp_path / "output") as stage:
            assert stage.parent == tmp_path / "output"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_inside()
    assert everything(tmp_path) == ["output"]


def test_what_a_killed_run_left_is_swept_after_a_day(tmp_path):
    dead, alive = tmp_path / ".new-dead", tmp_path / ".new-alive"
    for path in (dead, alive):
        path.mkdir()
    old = alive.stat().st_mtime - promote.DAY - 60
    os.utime(dead, (old, old))
    with promote.staged(tmp_path):
        assert not dead.exists()
        assert alive.exists()


def test_an_output_that_cannot_be_written_to_is_said(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(ConfigurationError, match="cannot write there"),
        promote.staged(tmp_path / "file" / "output"),
    ):
        pytest.fail("no folder can be made inside a file")
