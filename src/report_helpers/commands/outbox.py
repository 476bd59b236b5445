"""``marsale outbox``: what was mailed, what waits, what failed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import office
from report_helpers.commands.office import Office
from report_helpers.commands.terminal import aligned
from report_helpers.errors import DeliveryError

if TYPE_CHECKING:
    from report_helpers.delivery.smtp import Server
    from report_helpers.teams.store import Store

_SHOWN = ("letter_id", "state", "kind", "about", "address", "attempts", "queued_at", "error")


@click.group("outbox")
def command() -> None:
    """See what was mailed, what waits and what failed; send it, or try it anew."""


@command.command("list")
@click.option("--failed", is_flag=True, help="Only what was given up.")
@click.option("--waiting", is_flag=True, help="Only what is still to be sent.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@office.options
def list_(failed: bool, waiting: bool, form: str, settings_file: str | None, **where: Any) -> None:
    """List the letters, the newest first."""
    from report_helpers.teams import letters

    states = ("failed",) * failed + ("queued", "sending") * waiting
    with Office.of(settings_file, **where).open(create=False).read() as db:
        found = letters.listed(db, states)
    if form == "json":
        click.echo(json.dumps(found, indent=1, default=str))
        return
    rows = [[_cell(letter[name]) for name in _SHOWN] for letter in found]
    click.echo(aligned([list(_SHOWN), *rows]) if rows else "Nothing.")


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str("" if value is None else value).replace("\n", " ")[:100]


@command.command("retry")
@click.argument("letter_id", metavar="LETTER")
@office.options
def retry(letter_id: str, settings_file: str | None, **where: Any) -> None:
    """Queue a LETTER anew that was given up; the next tick sends it."""
    from report_helpers.teams import letters

    with Office.of(settings_file, **where).open(create=False).write() as db:
        letters.retry(db, letter_id, office.now())
    click.echo(f"{letter_id} is queued")


@command.command("flush")
@office.options
def flush(settings_file: str | None, **where: Any) -> int:
    """Send now what waits and is due."""
    here = Office.of(settings_file, **where)
    server = here.server()
    if server is None:
        click.echo("No mail server is set.")
        return 0
    return send(here.open(), server, here.company.mail.attempts)


def send(store: Store, server: Server, attempts: int) -> int:
    """Send what is due, say what became of it, and return the exit code."""
    from report_helpers.delivery import outbox

    tally = outbox.flush(store, server, office.now, attempts)
    click.echo(told(tally))
    return DeliveryError.exit_code if tally.failed else 0


def told(tally: Any) -> str:
    """Return what became of the letters of a round, in one line.

    Examples
    --------
    >>> from report_helpers.delivery.outbox import Tally
    >>> told(Tally(sent=["a@b.c", "d@e.f"], put_off=["x@y.z"]))
    '2 sent, 1 put off, 0 given up'
    """
    return f"{len(tally.sent)} sent, {len(tally.put_off)} put off, {len(tally.failed)} given up"


def spool(written: Any, folder: Path) -> list[Path]:
    """Write letters as .eml files, for people to open, and return the files."""
    from report_helpers.publish.reports import slug

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for letter in written:
        name = slug(f"{letter.about} {letter.address.replace('@', ' at ')}")
        file = folder / f"{name}.eml"
        file.write_bytes(letter.content)
        files.append(file)
    return files
