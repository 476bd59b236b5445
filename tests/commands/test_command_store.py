"""The store from the command line: where it is, its backups and its spreadsheet."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from report_helpers import cli
from report_helpers.teams.fields import FIELDS


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("STORE", "PERSON", "TEAM"):
        monkeypatch.delenv(f"MARSALE_{name}", raising=False)


def run(*words: str) -> int:
    return cli.main(["store", *words])


def write(body: str) -> None:
    words = ["--as", "Ada", "--team", "sales", "--kind", "question", "--body", body]
    assert cli.main(["note", "add", *words]) == 0


def changed(file: Path, heading: str, value: str) -> None:
    book = openpyxl.load_workbook(file)
    book["Items"].cell(2, list(FIELDS).index(heading) + 1, value)
    book.save(file)


def test_path_prints_where_it_is_without_a_password_and_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("path") == 0
    assert run("path", "--store", "postgresql://ada:secret@host/db") == 0
    first, second = capsys.readouterr().out.split()
    assert Path(first) == tmp_path / "marsale.db"
    assert second == "postgresql+psycopg://ada:***@host/db"
    assert list(tmp_path.iterdir()) == []


def test_check_counts_and_a_missing_store_ends_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 3
    write("x")
    assert run("check") == 0
    assert "is sound" in capsys.readouterr().out


def test_a_lost_store_comes_back_from_its_backup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("kept")
    assert run("backup", "one.db") == 0
    for file in tmp_path.glob("marsale.db*"):
        file.unlink()
    assert run("restore", "one.db") == 0
    assert cli.main(["note", "list"]) == 0
    assert "kept" in capsys.readouterr().out


def test_a_newer_store_is_kept_unless_forced(capsys: pytest.CaptureFixture[str]) -> None:
    write("old")
    assert run("backup", "one.db") == 0
    write("new")
    assert run("restore", "one.db") == 3
    assert "--force" in capsys.readouterr().err
    assert run("restore", "one.db", "--force") == 0


@pytest.mark.parametrize("file", ["items.csv", "items.xlsx"])
def test_an_export_can_be_imported(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("=1+1")
    assert run("export", file) == 0
    assert run("import", file, "--as", "Bo") == 0
    assert capsys.readouterr().out.endswith("1 unchanged\n")


def test_a_dry_run_says_what_would_be_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write("old")
    assert run("export", "items.xlsx") == 0
    changed(Path("items.xlsx"), "body", "new")
    assert run("import", "items.xlsx", "--as", "Bo", "--dry-run") == 0
    assert "would be: 1 changed" in capsys.readouterr().out
    assert run("import", "items.xlsx", "--as", "Bo", "--dry-run") == 0
    assert run("import", "items.xlsx", "--as", "Bo") == 0
    assert run("import", "items.xlsx", "--as", "Bo") == 0
    assert capsys.readouterr().out.endswith("1 unchanged\n")


def test_rows_that_collide_end_with_3_and_show_both_versions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write("old")
    assert run("export", "mine.xlsx") == 0
    assert run("export", "theirs.xlsx") == 0
    changed(Path("mine.xlsx"), "body", "mine")
    changed(Path("theirs.xlsx"), "body", "theirs")
    assert run("import", "theirs.xlsx", "--as", "Bo") == 0
    assert run("import", "mine.xlsx", "--as", "Ada") == 3
    told = capsys.readouterr()
    assert "file:  'mine'" in told.out
    assert "store: 'theirs'" in told.out
    assert "1 row was not taken" in told.err
