from __future__ import annotations

import hashlib
import json
import os
from datetime import date, datetime
from pathlib import Path

import pytest

from report_helpers.delivery.retention import prune
from report_helpers.errors import DataError
from report_helpers.teams.issues import Issue

NOW = datetime(2026, 11, 9, 8)
OLD, NEW = "a" * 64, "b" * 64


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def put(output: Path, where: str, end: str, digest: str) -> Path:
    """Write a report's folder: a page, its manifest, facts, and the input it needs."""
    folder = output / where
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(where, encoding="utf-8")
    (folder / "facts.json").write_text("{}", encoding="utf-8")
    outputs = {"page.html": {"sha256": sha(where)}, "facts.json": {"sha256": sha("{}")}}
    manifest = {"period": {"end": end}, "outputs": outputs}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    files = json.dumps({"files": [{"sha256": digest}]})
    (folder / "inputs.json").write_text(files, encoding="utf-8")
    return folder


@pytest.fixture
def output(tmp_path: Path) -> Path:
    put(tmp_path, "weekly/2026-W40", "2026-10-05", OLD)
    put(tmp_path, "weekly/2026-W40/enterprise", "2026-10-05", OLD)
    put(tmp_path, "weekly/2026-W45", "2026-11-09", NEW)
    inputs = tmp_path / "archive" / "inputs"
    inputs.mkdir(parents=True)
    for name in (OLD, NEW, "readme.txt"):
        (inputs / name).write_text("input", encoding="utf-8")
        os.utime(inputs / name, (0, 0))
    return tmp_path


def names(output: Path) -> set[str]:
    return {p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_file()}


def test_what_is_old_goes_with_the_inputs_nobody_needs(output: Path) -> None:
    gone = prune(output, 4, NOW)
    assert {removal.path.name for removal in gone} == {
        *("page.html", "facts.json", "manifest.json", "inputs.json"),
        OLD,
    }
    assert not (output / "weekly" / "2026-W40").exists()
    left = {f"weekly/2026-W45/{n}" for n in ("page.html", "facts.json", "manifest.json")}
    own = {"weekly/2026-W45/inputs.json", "archive/inputs/readme.txt", f"archive/inputs/{NEW}"}
    assert names(output) == left | own


def test_a_dry_run_says_the_same_and_removes_nothing(output: Path) -> None:
    before = names(output)
    would = prune(output, 4, NOW, dry=True)
    assert names(output) == before
    assert would == prune(output, 4, NOW)


def test_zero_weeks_keep_all(output: Path) -> None:
    assert prune(output, 0, NOW) == []


def test_what_somebody_changed_or_added_stays(output: Path) -> None:
    folder = output / "weekly" / "2026-W40"
    (folder / "page.html").write_text("with remarks", encoding="utf-8")
    (folder / "minutes.docx").write_text("ours", encoding="utf-8")
    prune(output, 4, NOW)
    assert {path.name for path in folder.iterdir()} == {"page.html", "minutes.docx"}


def test_a_folder_of_somebody_else_is_not_looked_at(output: Path) -> None:
    other = output / "weekly" / "notes"
    other.mkdir()
    (other / "facts.json").write_text("not ours", encoding="utf-8")
    prune(output, 4, NOW)
    assert (other / "facts.json").is_file()


def test_inputs_of_an_issue_in_the_ledger_stay(output: Path) -> None:
    kept = {"inputs": {"files": [{"sha256": OLD}]}}
    recent = Issue("brief", "2026-W44", date(2026, 10, 26), parameters=kept)
    prune(output, 4, NOW, [recent])
    assert (output / "archive" / "inputs" / OLD).is_file()
    long_ago = Issue("brief", "2026-W30", date(2026, 7, 20), parameters=kept)
    prune(output, 4, NOW, [long_ago])
    assert not (output / "archive" / "inputs" / OLD).exists()


def test_an_input_used_today_stays_as_its_issue_may_be_in_the_making(output: Path) -> None:
    file = output / "archive" / "inputs" / OLD
    today = datetime(2026, 11, 9, 7, 30).timestamp()
    os.utime(file, (today, today))
    prune(output, 4, datetime(2026, 11, 9, 8))
    assert file.is_file()


def test_a_manifest_that_cannot_be_read_stops_everything(output: Path) -> None:
    (output / "weekly" / "2026-W45" / "manifest.json").write_text("{", encoding="utf-8")
    before = names(output)
    with pytest.raises(DataError, match="cannot be read"):
        prune(output, 4, NOW)
    assert names(output) == before
