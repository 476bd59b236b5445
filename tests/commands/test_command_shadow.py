"""``marsale shadow`` from plan to what was learnt, on the sample."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from report_helpers.cli import main

ID = re.compile(r"202611-[0-9a-f]{8}")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MARSALE_STORE", raising=False)
    return tmp_path


def test_a_months_visits_from_plan_to_words(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shadow", "plan", "--month", "2026-11"]) == 0
    planned = capsys.readouterr().out
    names = ID.findall(planned)
    assert len(names) == len(set(names)) == 21
    assert planned.endswith("- Everybody has a day.\n- No other plan is better.\n")
    assert main(["shadow", "agree", names[0]]) == 0
    assert main(["shadow", "done", names[0], "--learnt", "Drift"]) == 0
    assert main(["shadow", "cancel", names[1]]) == 0
    assert main(["shadow", "missed", names[2]]) == 0
    capsys.readouterr()
    assert main(["shadow", "list", "--month", "2026-11"]) == 0
    listed = capsys.readouterr().out
    assert names[1] not in listed
    assert re.search(rf"done +{names[0]}", listed)
    assert main(["shadow", "ics", "--month", "2026-11", "--output", "out"]) == 0
    files = {path.stem for path in (here / "out").iterdir()}
    assert files == set(names) - {names[0], names[2]}
    assert b"METHOD:CANCEL" in (here / "out" / f"{names[1]}.ics").read_bytes()


def test_planning_twice_changes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for _ in range(2):
        assert main(["shadow", "plan", "--month", "2026-11"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]


def test_a_dry_run_keeps_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shadow", "plan", "--month", "2026-12", "--dry-run"]) == 0
    assert len(re.findall(r"202612-", capsys.readouterr().out)) == 21
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", "--month", "2026-13"], "'2026-13' is not a month"),
        (["agree", "202611-00000000"], "unknown visit"),
    ],
)
def test_wrong_usage_is_told(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["shadow", *words]) == 2
    assert said in capsys.readouterr().err
