"""``marsale collect``: what it says, what it changes, how it ends."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from report_helpers.cli import main
from report_helpers.teams import items
from report_helpers.teams.store import open_store

TOML = """
[data]
location = "data"
[store]
url = "marsale.db"
[replies]
mailbox = "box"
"""
MAIL = """From: {sender}
To: replies@b.example
Message-ID: <{n}@b.example>
Subject: {subject}

{words}
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("MARSALE_STORE", "MARSALE_REPLIES_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "data").mkdir()
    deals = {"opportunity_id": ["D1"], "created_on": ["2026-10-01"], "outcome": ["open"]}
    notes = {
        "note_id": ["N07"],
        "team": ["sales"],
        "author": ["Ann"],
        "kind": ["request"],
        "body": ["The list, please."],
        "written_on": ["2026-10-20"],
    }
    people = {"person": ["Max"], "team": ["marketing"], "email": ["max@b.example"]}
    for name, table in (("opportunities", deals), ("notes", notes), ("people", people)):
        pd.DataFrame(table).to_csv(tmp_path / "data" / f"{name}.csv", index=False)
    (tmp_path / "marsale.toml").write_text(TOML, encoding="utf-8")
    for sub in ("new", "cur", "tmp"):
        (tmp_path / "box" / sub).mkdir(parents=True)
    return tmp_path


def deliver(folder: Path, n: int, words: str, subject: str, sender: str = "max@b.example") -> None:
    text = MAIL.format(n=n, words=words, subject=subject, sender=sender)
    (folder / "box" / "new" / str(n)).write_text(text, encoding="utf-8")


def bodies(folder: Path) -> list[str]:
    with open_store(folder / "marsale.db").read() as db:
        return [row["body"] for row in items.find(db) if row["kind"] == "answer"]


def test_replies_are_collected_listed_and_assigned(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from report_helpers.teams.replies import reference

    deliver(workspace, 1, f"{reference('N07')} Sent.", "Re: the list")
    deliver(workspace, 2, "It has 40 lines.", "the list")
    deliver(workspace, 3, "Buy.", "\x1b[2Joffer", "eve@x.example")
    assert main(["collect"]) == 0
    said = capsys.readouterr().out
    assert said.endswith("1 added, 1 quarantined, 1 refused\n")
    assert "\x1b" not in said
    assert main(["collect", "--list"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "taken", "sender", "subject", "reason"]
    assert "answers no report of ours" in row
    assert main(["collect", "--assign", row.split()[0], "--to", "N07"]) == 0
    assert sorted(bodies(workspace)) == ["It has 40 lines.", "Sent."]
    assert main(["collect", "--list"]) == 0
    assert capsys.readouterr().out.endswith("Nothing is in quarantine.\n")


def test_a_dry_run_changes_nothing(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_store(workspace / "marsale.db")
    deliver(workspace, 1, "Hello.", "x", "eve@x.example")
    for _ in range(2):
        assert main(["collect", "--dry-run"]) == 0
        assert capsys.readouterr().out.endswith("0 added, 0 quarantined, 1 refused\n")
    assert [file.name for file in (workspace / "box" / "new").iterdir()] == ["1"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--assign", "abc"], 2, "--assign and --to go together"),
        (["--to", "N07"], 2, "--assign and --to go together"),
        (["--assign", "abc", "--to", "N07"], 2, "unknown quarantined reply 'abc'"),
        (["--settings", "nowhere.toml"], 2, "there is no settings file"),
    ],
)
def test_what_is_wrong_is_said(
    workspace: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    assert main(["collect", *words]) == code
    assert told in capsys.readouterr().err


def test_a_mailbox_that_cannot_be_reached_is_a_matter_of_delivery(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = TOML.replace('"box"', '"imaps://ann@localhost:9/INBOX"')
    (workspace / "marsale.toml").write_text(toml, encoding="utf-8")
    assert main(["collect"]) == 2
    assert "MARSALE_REPLIES_PASSWORD" in capsys.readouterr().err
    monkeypatch.setenv("MARSALE_REPLIES_PASSWORD", "geheim")
    assert main(["collect"]) == 6
    assert "geheim" not in capsys.readouterr().err
