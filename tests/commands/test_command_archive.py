from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from report_helpers import cli
from report_helpers.teams import issues
from report_helpers.teams.issues import Issue
from report_helpers.teams.store import open_store

PERIOD = {"key": "2025-W02", "start": "2025-01-06", "end": "2025-01-13"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with settings, a store with one issue, and its files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MARSALE_STORE", raising=False)
    text = '[company]\nname = "Ours"\n[archive]\nkeep_weeks = 2\n'
    (tmp_path / "marsale.toml").write_text(text, encoding="utf-8")
    folder = tmp_path / "output" / "weekly" / "2025-W02"
    folder.mkdir(parents=True)
    facts = {"report": "weekly", "segment": "", "period": PERIOD, "as_of": "2025-01-13"}
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    manifest = {"period": PERIOD, "outputs": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    issue = Issue("weekly", "2025-W02", date(2025, 1, 6), facts=facts)
    with open_store(tmp_path / "marsale.db").write() as db:
        issues.enter(db, Issue(**{**issue.__dict__, "made_at": datetime(2025, 1, 13, 7)}))
    return tmp_path


def test_the_index_reads_the_ledger(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["archive", "index"]) == 0
    assert capsys.readouterr().out == f"  {here / 'output' / 'index.html'}\n"
    text = (here / "output" / "index.html").read_text(encoding="utf-8")
    assert "Mon 13 Jan 2025, 07:00 UTC" in text
    assert "Ours" in text


def test_the_index_needs_neither_settings_nor_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["archive", "index", "--output", "new"]) == 0
    assert (tmp_path / "new" / "index.html").is_file()
    assert not (tmp_path / "marsale.db").exists()


def test_prune_says_what_would_go_and_then_what_went(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["archive", "prune", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "  weekly/2025-W02/manifest.json  " in said
    assert "1 file would be removed" in said
    assert (here / "output" / "weekly" / "2025-W02" / "manifest.json").is_file()
    assert cli.main(["archive", "prune"]) == 0
    assert "1 file removed" in capsys.readouterr().out
    assert not (here / "output" / "weekly" / "2025-W02" / "manifest.json").exists()
    assert (here / "output" / "index.html").is_file()
    assert cli.main(["archive", "prune"]) == 0
    assert "0 files removed" in capsys.readouterr().out
