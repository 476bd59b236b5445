"""``marsale check``: what was read, repaired and rejected, and how fresh it is."""

from __future__ import annotations

import click

from report_helpers.commands import source
from report_helpers.commands.terminal import harmless
from report_helpers.errors import MissingData


@click.command("check")
@source.options
def command(
    data: str | None, mapping: str | None, as_of: str | None, settings_file: str | None
) -> None:
    """Read the data as a report would and say what was found.

    Exit code 0 when the data can carry a report, 3 when they cannot.
    """
    asked = source.find(data, mapping, as_of, settings_file)
    dataset = asked.load()
    for line in dataset.audit.lines(asked.as_of or dataset.last_day):
        click.echo(harmless(line))
    if not dataset.audit.tables["opportunities"].rows_kept:
        raise MissingData(
            "there is not one deal", where="opportunities", remedy="export deals, then check again"
        )
