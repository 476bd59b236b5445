"""Items from the command line: with options, or guided at a terminal."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from report_helpers import cli
from report_helpers.commands import guided

WHO = ["--as", "Ada", "--team", "sales"]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, with nothing set in the environment and nobody at the terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(guided, "on_terminal", lambda: False)
    for name in ("STORE", "PERSON", "TEAM"):
        monkeypatch.delenv(f"MARSALE_{name}", raising=False)


def run(*words: str) -> int:
    return cli.main(["note", *words])


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run("list", "--state", "all", "--format", "json", *words) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def add(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert run("add", *WHO, "--kind", "question", "--body", "Why?", *words) == 0
    return capsys.readouterr().out.split()[0]


def test_an_item_goes_from_written_to_closed_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    item_id = add(capsys, "--metric", "win_rate", "--due", "2099-01-01")
    assert run("answer", item_id, "--as", "Bo", "--team", "marketing", "--body", "Because") == 0
    assert run("edit", item_id, *WHO, "--owner", "Bo", "--due", "") == 0
    assert run("close", item_id, *WHO, "--reason", "known now", "--on", "2099-01-02") == 0
    question, answer = sorted(listed(capsys), key=lambda row: row["kind"] == "answer")
    assert (question["owner"], question["due_on"]) == ("Bo", None)
    assert (question["closed_on"], question["closed_reason"]) == ("2099-01-02", "known now")
    assert (answer["answers"], answer["team"]) == (item_id, "marketing")
    assert run("reopen", item_id, *WHO) == 0
    assert listed(capsys, "--kind", "question")[0]["closed_on"] is None


def test_an_edit_of_an_older_revision_ends_with_3_and_names_who_changed_what(
    capsys: pytest.CaptureFixture[str],
) -> None:
    item_id = add(capsys)
    assert run("edit", item_id, "--as", "Bo", "--body", "Changed", "--revision", "1") == 0
    assert run("edit", item_id, *WHO, "--body", "Mine", "--revision", "1") == 3
    assert "Bo changed body" in capsys.readouterr().err


def test_wrong_words_end_with_2_and_say_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", *WHO, "--kind", "questoin", "--body", "Why?") == 2
    assert "did you mean 'question'" in capsys.readouterr().err
    assert run("add", *WHO, "--kind", "question") == 2
    assert "Missing option '--body'" in capsys.readouterr().err
    assert run("add", *WHO, "--kind", "question", "--body", "x", "--due", "soon") == 2
    assert "write it as YYYY-MM-DD" in capsys.readouterr().err


def test_a_list_makes_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 3
    assert "there is no store yet" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_change_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    item_id = add(capsys)
    assert run("edit", item_id, *WHO) == 2
    assert "Nothing to change" in capsys.readouterr().err


def test_a_segment_is_checked_where_data_are_given(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--kind", "success", "--body", "x", "--segment", "Enterprize")
    assert run("add", *WHO, *words, "--data", "sample") == 2
    assert "did you mean 'Enterprise'" in capsys.readouterr().err
    assert run("add", *WHO, *words) == 0


def test_a_note_of_the_data_can_be_closed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("answer", "N01", *WHO, "--body", "Thanks", "--data", "sample") == 0
    assert run("close", "N01", *WHO, "--reason", "seen") == 0
    kept = {row["item_id"]: row for row in listed(capsys)}
    assert kept["N01"]["author"] == "Freya Johansen"
    assert kept["N01"]["closed_reason"] == "seen"


def test_what_is_overdue_stands_out(capsys: pytest.CaptureFixture[str]) -> None:
    add(capsys, "--written", "2026-01-01", "--due", "2026-01-02")
    add(capsys, "--due", date.today().isoformat())
    assert sorted(row["overdue"] for row in listed(capsys)) == [False, True]
    assert run("list", "--state", "overdue") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "OVERDUE" in lines[1]


def test_the_environment_says_who_and_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MARSALE_STORE", "elsewhere.db")
    monkeypatch.setenv("MARSALE_PERSON", "Cy")
    monkeypatch.setenv("MARSALE_TEAM", "marketing")
    assert run("add", "--kind", "success", "--body", "x") == 0
    assert Path("elsewhere.db").is_file()
    assert [(row["author"], row["team"]) for row in listed(capsys)] == [("Cy", "marketing")]


def test_the_settings_say_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "marsale.toml").write_text("", encoding="utf-8")
    add(capsys, "--settings", "company/marsale.toml")
    assert (tmp_path / "company" / "marsale.db").is_file()


def test_a_person_at_a_terminal_is_asked_again_until_it_can_be_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guided, "on_terminal", lambda: True)
    answers = ["sales", "Ada", "questoin", "question", "Why?", "win_rte", "win_rate", "", "", ""]
    typed = "\n".join(answers) + "\n"
    result = CliRunner().invoke(cli.marsale, ["note", "add"], input=typed)
    assert result.exit_code == 0, result.output
    assert "did you mean 'question'" in result.output
    (row,) = listed(capsys)
    assert (row["team"], row["author"], row["kind"]) == ("sales", "Ada", "question")
    assert (row["body"], row["about_metric"], row["due_on"]) == ("Why?", "win_rate", None)


def test_a_body_can_be_piped_in(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["note", "add", *WHO, "--kind", "success", "--body", "-"]
    assert CliRunner().invoke(cli.marsale, words, input="zwei\nZeilen ü\n").exit_code == 0
    assert listed(capsys)[0]["body"] == "zwei\nZeilen ü"
