"""Keys from the command line, and what stops the page before it is served."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from report_helpers import cli


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("STORE", "SECRET"):
        monkeypatch.delenv(f"MARSALE_{name}", raising=False)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert cli.main(["serve", *words]) == 0
    return capsys.readouterr().out


def test_keys_are_made_listed_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    link = run(capsys, "token", "Ada Prinz", "--team", "sales", "--url", "https://m.example/")
    assert re.fullmatch(r"https://m\.example/in/[0-9a-f]{12}\.[\w-]{32}\n", link)
    run(capsys, "token", "Ada Prinz", "--team", "sales")
    assert run(capsys, "list").count("sales      Ada Prinz") == 2
    assert "2 revoked of Ada Prinz" in run(capsys, "revoke", "Ada Prinz")
    assert run(capsys, "list") == ""
    assert cli.main(["serve", "revoke", "Ada Prinz"]) == 2


def test_the_team_is_that_of_the_data_or_must_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "token", "Katrin Oberländer", "--data", "sample")
    assert "sales      Katrin Oberländer" in run(capsys, "list")
    assert cli.main(["serve", "token", "Katrin Oberlander", "--data", "sample"]) == 2
    assert "did you mean 'Katrin Oberländer'" in capsys.readouterr().err
    assert cli.main(["serve", "token", "Ada"]) == 2
    assert "give it with --team" in capsys.readouterr().err
    assert cli.main(["serve", "token", "Ada", "--team", "finance"]) == 2
    assert cli.main(["serve", "token", "\n", "--team", "sales"]) == 3


def test_a_port_in_use_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert cli.main(["serve", "--port", port]) == 2
    assert "choose another --port" in capsys.readouterr().err


def test_a_short_secret_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MARSALE_SECRET", "short")
    assert cli.main(["serve", "--port", "0"]) == 2
    assert "fewer than 32" in capsys.readouterr().err


def test_listing_makes_no_store(tmp_path: Path) -> None:
    assert cli.main(["serve", "list"]) == 3
    assert list(tmp_path.iterdir()) == []


def test_serve_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from report_helpers.cli import main; main(['serve', '--help']); "
        "print(sorted({'starlette', 'uvicorn', 'sqlalchemy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"
