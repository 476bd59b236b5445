from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from report_helpers import cli
from report_helpers.delivery import verify
from report_helpers.delivery.verify import Difference
from report_helpers.teams import issues
from report_helpers.teams.issues import Issue
from report_helpers.teams.store import open_store


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a store that knows one issue."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MARSALE_STORE", raising=False)
    kept = {"inputs": {"kept": True, "files": [], "given": {}, "remarks": ["the store is gone"]}}
    when = datetime(2025, 1, 13, 7)
    issue = Issue("weekly", "2025-W02", date(2025, 1, 6), parameters=kept, made_at=when)
    with open_store(tmp_path / "marsale.db").write() as db:
        issues.enter(db, issue)
    return tmp_path


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([], 0, "every fact is as it was told"),
        ([Difference("figures/mqls/value", 37.0, 38.0)], 3, "1 fact differs"),
        ([Difference(f"figures/{n}", 1, 2) for n in range(60)], 3, "60 facts differ"),
    ],
)
def test_verify_lists_what_differs(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: list[Difference],
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr(verify, "verify", lambda *_: found)
    assert cli.main(["verify", "2025-W02"]) == code
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == f"weekly-2025-W02: {said}"
    assert "  the store is gone" in out
    assert all(difference.line() in out for difference in found[:50])
    assert ("and 10 more" in out) == (len(found) == 60)


def test_verify_names_the_newest_period_there_is(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["verify", "2025-W09", "--segment", "SMB"]) == 3
    said = capsys.readouterr().err
    assert "no weekly report on SMB was issued for 2025-W09; the newest there is 2025-W02" in said


def test_verify_without_a_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["verify", "2025-W09"]) == 3
    assert "there is no store yet" in capsys.readouterr().err


@pytest.mark.postgres
def test_what_was_not_issued_is_told_without_the_password_of_the_store(
    here: Path, postgres: str, capsys: pytest.CaptureFixture[str]
) -> None:
    password = sa.make_url(postgres).password
    assert cli.main(["verify", "2025-W02", "--store", postgres]) == 3
    told = capsys.readouterr().err
    assert "no weekly report was issued for 2025-W02" in told
    assert f":{password}@" not in told
