"""``--log-format`` and ``--log-file``, as the commands that run by themselves have them."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner, Result

from report_helpers.commands import journal

if TYPE_CHECKING:
    from report_helpers.delivery.journal import Tail

SECRET = "k4tz&maus"


@click.command()
@click.option("--name", default="weekly")
@journal.options
def command(name: str, tail: Tail) -> None:
    """Log one event, and print what is kept of it."""
    logging.getLogger("report_helpers.delivery.tick").info("issued", extra={"issue": name})
    logging.getLogger("report_helpers.delivery.tick").error("signed in with %s", SECRET)
    click.echo(f"{len(tail.lines)} kept")


def called(*words: str) -> Result:
    result = CliRunner(env={"MARSALE_MAIL_PASSWORD": SECRET}).invoke(command, words)
    assert result.exit_code == 0, result.output
    assert result.stdout == "2 kept\n"
    return result


def test_plain_lines_go_to_the_error_stream() -> None:
    first, second = called("--name", "brief").stderr.splitlines()
    assert first.endswith("INFO tick: issued issue=brief")
    assert second.endswith("ERROR tick: signed in with ***")


def test_json_lines_go_to_the_end_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "marsale.jsonl"
    for name in ("weekly", "brief"):
        said = called("--name", name, "--log-format", "json", "--log-file", str(file))
        assert said.stderr == ""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["issue"] for line in lines if line["event"] == "issued"] == ["weekly", "brief"]
    assert SECRET not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [("--log-format", "xml"), ("--log-file", ".")])
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(command, words).exit_code == 2


def test_its_options_stand_in_the_help() -> None:
    shown = CliRunner().invoke(command, ["--help"]).output
    assert "--log-format" in shown
    assert "--log-file FILE" in shown
