"""``marsale schedule``: files that make the scheduler people have call ``marsale tick``."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_helpers import __version__, assets
from report_helpers.commands.office import Office
from report_helpers.errors import ConfigurationError

if TYPE_CHECKING:
    from report_helpers.delivery.schedulers import Setup

_KINDS = {
    "cron": "A line for crontab.",
    "systemd": "A service and a timer of systemd, for one user.",
    "windows": "A task of the Windows Task Scheduler.",
    "airflow": "A DAG for Airflow 3.",
    "github": "A workflow for GitHub Actions; needs a store on PostgreSQL.",
    "container": "Dockerfile, compose.yaml and requirements.txt.",
}
_SETTINGS = click.option(
    "--settings", "settings_file", metavar="FILE", help="Settings. [default: ./marsale.toml]"
)
ACTIVATED = ("cron", "systemd")


def kinds(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each kind of scheduler; one of them has to be given."""
    for kind, told in reversed(_KINDS.items()):
        command = click.option(f"--{kind}", kind, is_flag=True, help=told)(command)
    return command


def chosen(flags: dict[str, bool]) -> str:
    """Return the one kind that was asked for."""
    asked = [kind for kind, is_on in flags.items() if is_on]
    if len(asked) != 1:
        raise click.UsageError(f"Give one of {', '.join(f'--{kind}' for kind in _KINDS)}.")
    return asked[0]


@click.group("schedule")
def command() -> None:
    """Have cron, systemd, Windows, Airflow, GitHub or a container call marsale tick."""


@command.command("show")
@kinds
@_SETTINGS
def show(settings_file: str | None, **flags: bool) -> None:
    """Print what install would write; nothing is written."""
    from report_helpers.delivery.schedulers import files

    for name, content in files(chosen(flags), _setup(settings_file)).items():
        text = content.decode("utf-16" if name.endswith(".xml") else "utf-8")
        click.echo(f"--- {name}\n{text}")


@command.command("install")
@kinds
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("schedule"),
    show_default=True,
    help="Where to write the files.",
)
@click.option("--activate", is_flag=True, help="Run the commands, too; cron and systemd only.")
@_SETTINGS
def install(folder: Path, activate: bool, settings_file: str | None, **flags: bool) -> None:
    """Write the files into a folder, and print the commands that put them to use.

    With --activate these commands are run: for cron, the line is put into your own crontab, in
    place of its former self; for systemd, the units are linked and started for your own user.
    """
    from report_helpers.delivery.schedulers import files, steps

    kind, setup = chosen(flags), _setup(settings_file)
    if activate and kind not in ACTIVATED:
        raise click.UsageError("--activate goes with --cron and --systemd only.")
    folder = folder.absolute()
    made = files(kind, setup)
    _write(folder, made)
    todo = steps(kind, folder, setup)
    if activate:
        _activate(kind, made, todo)
        return
    click.echo("To put it to use:")
    for step in todo:
        click.echo(f"  {step}")


def _activate(kind: str, made: dict[str, bytes], todo: list[str]) -> None:
    """Do what people would do by hand, and say what was done."""
    from report_helpers.delivery.schedulers import merged

    if kind == "cron":
        before = _run(["crontab", "-l"], fails="no crontab")
        _run(["crontab", "-"], merged(before, made["marsale.cron"].decode()))
        click.echo("Your crontab has the line now; everything else in it stays. See: crontab -l")
        return
    for step in todo:
        _run(shlex.split(step))
        click.echo(f"  done: {step}")


def _setup(settings_file: str | None) -> Setup:
    from report_helpers.delivery.schedulers import Setup

    settings = Office.of(settings_file, None, None).settings_file.resolve()
    return Setup(_marsale(), str(settings), str(settings.parent), __version__, _source())


def _marsale() -> tuple[str, ...]:
    """Return the words that call this very marsale, from anywhere."""
    windowless = Path(sys.executable).with_name("pythonw.exe")
    if os.name == "nt" and windowless.is_file():
        return str(windowless), "-m", "report_helpers"
    script = Path(sysconfig.get_path("scripts")) / "marsale"
    return (str(script),) if script.is_file() else (sys.executable, "-m", "report_helpers")


def _source() -> str:
    """Return what a wheel of the kit can be made from."""
    try:
        return str(assets.path("pyproject.toml").parent)
    except FileNotFoundError:
        return f"marsale-report-kit=={__version__}"


def _write(folder: Path, made: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (folder / name).write_bytes(content)
            click.echo(f"  {folder / name}")
    except OSError as error:
        raise ConfigurationError(
            f"cannot write there: {error.strerror}",
            where=str(folder),
            remedy="choose another --folder, or ask for the right to write",
        ) from error


def _run(words: Sequence[str], given: str = "", fails: str = "") -> str:
    """Run a command and return what it printed; it may fail with the words of `fails`."""
    try:
        done = subprocess.run(words, input=given, capture_output=True, encoding="utf-8")
    except OSError as error:
        said = error.strerror
    else:
        if done.returncode == 0:
            return done.stdout
        said = done.stderr.strip()
        if fails and fails in said:
            return ""
    raise ConfigurationError(
        f"'{shlex.join(words)}' failed: {said}",
        remedy="leave out --activate, and run the commands shown by hand",
    )
