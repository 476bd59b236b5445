from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest

from report_helpers import __version__, cli, errors

HEAVY = {
    *("pandas", "numpy", "pyarrow", "scipy", "ibis", "sqlglot", "duckdb", "sqlalchemy"),
    *("matplotlib", "papermill", "nbclient", "nbconvert", "nbformat", "jupyter_client", "zmq"),
    *("ipykernel", "IPython", "pydantic", "jinja2", "typst", "pypdfium2", "fontTools", "openpyxl"),
    *("starlette", "uvicorn", "icalendar", "asyncio", "multiprocessing"),
}
LIGHT = 300  # modules; half of them come with Python's own start


def raising(error: BaseException) -> click.Command:
    @click.command("raise")
    def command() -> None:
        raise error

    return command


@pytest.fixture
def failing(monkeypatch, capsys):
    """Add a command that raises an error; return its exit code and what it said."""

    def _failing(error: BaseException, *words: str) -> tuple[int, str]:
        monkeypatch.setitem(cli.marsale.commands, "raise", raising(error))
        code = cli.main([*words, "raise"])
        said = capsys.readouterr()
        assert said.out == ""
        return code, said.err

    return _failing


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.MarsaleError, 1),
        (errors.ConfigurationError, 2),
        (errors.DataError, 3),
        (errors.MissingData, 3),
        (errors.NotebookError, 4),
        (errors.RenderError, 5),
        (errors.DeliveryError, 6),
    ],
)
def test_each_branch_of_the_error_tree_has_its_exit_code(failing, kind, code):
    error = kind("is wrong", where="deals.csv, row 7", remedy="mend it")
    assert failing(error) == (code, "error: deals.csv, row 7: is wrong\n  → mend it\n")


def test_anything_else_is_short_and_exits_with_1(failing, monkeypatch):
    monkeypatch.delenv("MARSALE_DEBUG", raising=False)
    code, said = failing(KeyError("week"))
    assert code == 1
    assert said.startswith("error: unexpected KeyError: 'week'\n")
    assert "Traceback" not in said


def test_debug_shows_where_it_arose(failing, monkeypatch):
    assert "Traceback" in failing(KeyError("week"), "--debug")[1]
    monkeypatch.setenv("MARSALE_DEBUG", "1")
    assert "Traceback" in failing(errors.DataError("bad"))[1]
    monkeypatch.setenv("MARSALE_DEBUG", "0")
    assert "Traceback" not in failing(errors.DataError("bad"))[1]


def test_an_interrupted_run_says_so(failing):
    code, said = failing(KeyboardInterrupt())
    assert code == 130
    assert "interrupted" in said


@pytest.mark.parametrize(
    ("words", "proposal"),
    [
        (["rum"], "'run'"),
        (["run", "weekly", "--as-off", "x"], "'--as-of'"),
        (["metrics", "--formt", "json"], "'--format'"),
        (["run", "weekyl"], "'weekly'"),
        (["run", "weekly", "--formats", "htm"], "'html'"),
        (["metrics", "--period", "weak"], "'week'"),
    ],
)
def test_a_word_nobody_knows_gets_a_proposal(words, proposal, capsys):
    assert cli.main(words) == 2
    assert proposal in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["run"], ["metrics", "--format", "xml"], ["run", "weekly", "--param", "topic"], ["init"]],
)
def test_wrong_usage_exits_with_2(words, capsys):
    assert cli.main(words) == 2
    assert "Usage: marsale" in capsys.readouterr().err


def test_every_command_has_help(capsys):
    for name in cli.marsale.commands:
        assert cli.main([name, "--help"]) == 0
        assert f"Usage: marsale {name}" in capsys.readouterr().out


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "report_helpers", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"marsale, version {__version__}\n"


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom report_helpers.cli import main\nmain(['--help'])\n"
        "main(['run', '--help'])\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert loaded & HEAVY == set()
    assert "click" in loaded
    assert len(loaded) < LIGHT


def test_the_package_alone_loads_nothing_heavy():
    code = "import sys, report_helpers, report_helpers.data.cache\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & (HEAVY | {"click"}) == set()


def test_what_goes_into_a_pipe_is_utf8_everywhere():
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    words = [sys.executable, "-m", "report_helpers", "run", "weekly", "--as-of", "Größe"]
    done = subprocess.run(words, capture_output=True, env=env)
    assert done.returncode == 2
    assert "error: 'Größe' is not a date\n  → write it" in done.stderr.decode("utf-8").replace(
        "\r\n", "\n"
    )
