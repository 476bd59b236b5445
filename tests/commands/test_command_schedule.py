"""Files for schedulers, from the command line; --activate, with a crontab that is a mere file."""

from __future__ import annotations

import json
import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from report_helpers import __version__, cli

CRONTAB = """#!{python}
import sys
from pathlib import Path
kept = Path({kept!r})
if sys.argv[1:] == ["-l"]:
    if not kept.exists():
        sys.exit("no crontab for ann")
    sys.stdout.write(kept.read_text())
elif sys.argv[1:] == ["-"]:
    kept.write_text(sys.stdin.read())
else:
    sys.exit("unexpected")
"""
SYSTEMCTL = """#!{python}
import json, sys
with open({kept!r}, "a") as file:
    print(json.dumps(sys.argv[1:]), file=file)
sys.exit({fails!r} if "enable" in sys.argv and {fails!r} else 0)
"""
needs_scripts = pytest.mark.skipif(os.name == "nt", reason="a script is no program there")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "our company"
    folder.mkdir()
    (folder / "marsale.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def tool(folder: Path, name: str, text: str, **more: str) -> Path:
    """Make a program of the test's own and return the file in which it keeps what it is told."""
    kept = folder / f"{name}.kept"
    program = folder / name
    text = text.format(python=sys.executable, kept=str(kept), **more)
    program.write_text(text, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return kept


def run(*words: str) -> int:
    return cli.main(["schedule", *words])


def test_show_prints_and_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind in ("cron", "windows"):
        assert run("show", f"--{kind}") == 0
        out = capsys.readouterr().out
        assert str(here / "marsale.toml") in out
        assert "tick" in out
    assert [file.name for file in here.iterdir()] == ["marsale.toml"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("cron", ["marsale.cron"]),
        ("systemd", ["marsale-tick.service", "marsale-tick.timer"]),
        ("windows", ["marsale-tick.xml"]),
        ("airflow", ["marsale_tick.py"]),
        ("github", ["marsale.yml"]),
        ("container", ["Dockerfile", "compose.yaml", "requirements.txt"]),
    ],
)
def test_install_writes_files_and_says_how_to_use_them(
    here: Path, tools: Path, kind: str, names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("install", f"--{kind}") == 0
    assert sorted(file.name for file in (here / "schedule").iterdir()) == names
    written, said = capsys.readouterr().out.split("To put it to use:\n")
    assert written.splitlines() == [f"  {here / 'schedule' / name}" for name in names]
    assert str(here / "schedule") in said.replace("\\\\", "\\")
    assert list(tools.iterdir()) == []


@needs_scripts
def test_the_words_call_this_very_marsale(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "--cron") == 0
    [line] = [x for x in capsys.readouterr().out.splitlines() if x.startswith("*/10")]
    program = shlex.split(line.rpartition(" && ")[2].partition(" tick ")[0])
    done = subprocess.run([*program, "--version"], cwd="/", capture_output=True, text=True)
    assert done.stdout.strip() == f"marsale, version {__version__}"


@needs_scripts
def test_activate_puts_the_line_into_the_crontab_once(
    tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tool(tools, "crontab", CRONTAB)
    assert run("install", "--cron", "--activate") == 0
    first = kept.read_text(encoding="utf-8")
    assert first.count("*/10 * * * *") == 1
    kept.write_text(f"MAILTO=ann\n{first}5 4 * * * true\n", encoding="utf-8")
    assert run("install", "--cron", "--activate") == 0
    assert kept.read_text(encoding="utf-8") == f"MAILTO=ann\n5 4 * * * true\n{first}"
    assert "everything else in it stays" in capsys.readouterr().out


@needs_scripts
def test_a_crontab_that_cannot_be_read_is_left_alone(
    tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tool(tools, "crontab", CRONTAB.replace("no crontab for ann", "not allowed"))
    assert run("install", "--cron", "--activate") == 2
    assert "'crontab -l' failed: not allowed" in capsys.readouterr().err
    assert not kept.exists()


@needs_scripts
def test_activate_links_and_starts_the_timer_of_systemd(
    here: Path, tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tool(tools, "systemctl", SYSTEMCTL, fails="")
    assert run("install", "--systemd", "--activate") == 0
    units = [str(here / "schedule" / f"marsale-tick.{kind}") for kind in ("service", "timer")]
    told = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert told == [
        ["--user", "link", "--force", *units],
        ["--user", "enable", "--now", "marsale-tick.timer"],
    ]
    assert capsys.readouterr().out.count("done: systemctl --user") == 2


@needs_scripts
def test_what_fails_is_said_with_its_words(tools: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool(tools, "systemctl", SYSTEMCTL, fails="no bus")
    assert run("install", "--systemd", "--activate") == 2
    assert "marsale-tick.timer' failed: no bus" in capsys.readouterr().err
    (tools / "systemctl").unlink()
    assert run("install", "--systemd", "--activate") == 2
    assert "by hand" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("install",),
        ("show", "--cron", "--systemd"),
        ("install", "--github", "--activate"),
    ],
)
def test_what_is_not_clear_is_refused(here: Path, words: tuple[str, ...]) -> None:
    assert run(*words) == 2
    assert not (here / "schedule").exists()


def test_without_settings_there_is_nothing_to_schedule(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "marsale.toml").unlink()
    assert run("show", "--cron") == 2
    assert "there are no settings here" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "taken").write_text("", encoding="utf-8")
    assert run("install", "--cron", "--folder", str(here / "taken" / "inner")) == 2
    assert "cannot write there" in capsys.readouterr().err
