"""``marsale archive``: the list of all reports, and how long they are kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from report_helpers.commands import office, place
from report_helpers.commands.terminal import harmless
from report_helpers.present.formats import count_of, size

if TYPE_CHECKING:
    from report_helpers.teams.issues import Issue


@click.group("archive")
def command() -> None:
    """List the reports there are on one page, and remove what is older than is kept."""


@command.command("index")
@office.options
def index(output: Path | None, settings_file: str | None, store: str | None) -> None:
    """Write index.html in the output folder: every report, with its state, figures and files."""
    from report_helpers.delivery.archive import write_index

    here = place.find(store, settings_file)
    folder = _folder(here, output)
    folder.mkdir(parents=True, exist_ok=True)
    click.echo(f"  {write_index(folder, _issues(here), here.settings.company.name)}")


@command.command("prune")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@office.options
def prune(dry_run: bool, output: Path | None, settings_file: str | None, store: str | None) -> None:
    """Remove reports older than [archive] keep_weeks, and inputs that no issue needs any more."""
    from report_helpers.delivery import archive, retention
    from report_helpers.delivery.lock import exclusive

    here = place.find(store, settings_file)
    folder, weeks, told = _folder(here, output), here.settings.archive.keep_weeks, _issues(here)
    with exclusive(folder):
        gone = retention.prune(folder, weeks, office.now(), told, dry=dry_run)
        if gone and not dry_run:
            archive.write_index(folder, told, here.settings.company.name)
    for removal in gone:
        name = harmless(removal.path.relative_to(folder).as_posix())
        click.echo(f"  {name}  {size(removal.bytes)}")
    verb = "would be removed" if dry_run else "removed"
    total = size(sum(removal.bytes for removal in gone))
    click.echo(f"{count_of(len(gone), 'file')} {verb}, {total}")


def _folder(here: place.Place, output: Path | None) -> Path:
    return (output or Path(here.settings.output.folder)).absolute()


def _issues(here: place.Place) -> list[Issue]:
    """Return the ledger; empty where there is no store yet."""
    from report_helpers.teams import issues
    from report_helpers.teams.store import existing

    store = existing(here.url)
    if store is None:
        return []
    with store.read() as db:
        return issues.listed(db)
