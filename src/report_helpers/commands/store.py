"""``marsale store``: where what the teams write is kept; its backups; its spreadsheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from report_helpers.commands import guided, place
from report_helpers.commands.terminal import harmless
from report_helpers.errors import Conflict, DataError

if TYPE_CHECKING:
    from report_helpers.teams.sync import Line

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("store")
def command() -> None:
    """Say where the store is, check it, back it up, and exchange it with a spreadsheet."""


@command.command("path")
@place.where
def path(store: str | None, settings_file: str | None) -> None:
    """Print where the store is, without a password; it need not be there yet."""
    from report_helpers.teams.connection import shown

    click.echo(shown(place.find(store, settings_file).url))


@command.command("check")
@place.where
def check(store: str | None, settings_file: str | None) -> None:
    """Check that the store is sound and say what it holds."""
    found = place.find(store, settings_file).open(create=False)
    for name, count in found.check().items():
        click.echo(f"  {name:<11} {count:>7,}")
    click.echo(f"{found.path or found.url} is sound")


@command.command("backup")
@click.argument("file", type=_FILE)
@place.where
def backup(file: Path, store: str | None, settings_file: str | None) -> None:
    """Copy the store to FILE while others go on using it; an older FILE is replaced."""
    place.find(store, settings_file).open(create=False).backup(file)
    click.echo(f"  {file}")


@command.command("restore")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Also when the store is newer than the backup.")
@place.where
def restore(file: Path, force: bool, store: str | None, settings_file: str | None) -> None:
    """Put a backup in the store's place."""
    found = place.find(store, settings_file).open()
    found.restore(file, force=force)
    click.echo(f"{found.path} is as it was in {file}")


@command.command("export")
@click.argument("file", type=_FILE)
@place.where
def export(file: Path, store: str | None, settings_file: str | None) -> None:
    """Write all items to FILE, a .csv or .xlsx, to be edited and imported again."""
    from report_helpers.teams import items, sheet

    with place.find(store, settings_file).open(create=False).read() as db:
        rows = items.find(db)
    sheet.write(file, rows)
    click.echo(f"  {file}  {len(rows):,} items")


@command.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@place.where
@place.who
def import_(file: Path, dry_run: bool, **given: str | None) -> None:
    """Take the changes made in FILE, an edited export, into the store.

    Exit code 3 when some rows could not be taken; all others are.
    """
    from report_helpers.teams import sheet, sync

    asked = guided.required(given, (("person", "--as"),))
    defaults = {"author": asked["person"], "team": asked["team"], "written_on": date.today()}
    rows, signed = sheet.read(file), place.signature(asked["person"])
    with place.find(asked["store"], asked["settings_file"]).open().write() as db:
        trial = db.begin_nested()
        lines = sync.take(db, rows, defaults, signed)
        if dry_run:
            trial.rollback()
    for line in lines:
        if line.verdict != "unchanged":
            click.echo(harmless(line.told()))
    click.echo(f"{'would be: ' if dry_run else ''}{sync.summary(lines)}")
    _refuse([line for line in lines if line.verdict in sync.REFUSED], file)


def _refuse(left: list[Line], file: Path) -> None:
    """Raise when rows were left out, so that no script takes them for taken."""
    if left:
        kind = Conflict if all(line.verdict == "conflict" for line in left) else DataError
        rows = "row was" if len(left) == 1 else "rows were"
        raise kind(
            f"{len(left)} {rows} not taken; all others are in order",
            where=str(file),
            remedy="export again, and make these changes in the new file",
        )
