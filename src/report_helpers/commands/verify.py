"""``marsale verify``: make an issue again from what was kept, and prove that nothing differs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from report_helpers.commands import office, place
from report_helpers.commands.terminal import harmless
from report_helpers.errors import DataError

if TYPE_CHECKING:
    from report_helpers.teams.issues import Issue

SHOWN = 50


@click.command("verify")
@click.argument("period")
@click.option("--report", default="weekly", show_default=True, help="weekly, brief or a notebook.")
@click.option("--segment", default="", help="The issue on one segment.")
@office.options
def command(
    period: str,
    report: str,
    segment: str,
    output: Path | None,
    **where: str | None,
) -> int:
    """Make the issue of PERIOD, such as 2026-W44, again from its frozen inputs.

    Every figure must come out as it was told. Lists what differs; exit code 3 when anything does.
    """
    from report_helpers.delivery import verify
    from report_helpers.publish.progress import Progress

    here = place.find(where["store"], where["settings_file"])
    folder = (output or Path(here.settings.output.folder)).absolute()
    issue = _issue(here, report, period, segment)
    found = verify.verify(issue, folder, Progress(sys.stderr))
    for difference in found[:SHOWN]:
        click.echo(f"  {harmless(difference.line())}")
    if len(found) > SHOWN:
        click.echo(f"  and {len(found) - SHOWN:,} more")
    for remark in verify.remarks(issue, folder):
        click.echo(f"  {harmless(remark)}")
    differs = f"{len(found):,} facts differ" if len(found) != 1 else "1 fact differs"
    name = harmless(issue.issue_id)
    click.echo(f"{name}: {differs if found else 'every fact is as it was told'}")
    return DataError.exit_code if found else 0


def _issue(here: place.Place, report: str, period: str, segment: str) -> Issue:
    """Return the newest issue of a period.

    Raises
    ------
    DataError
        When the ledger has none.
    """
    from report_helpers.teams import issues
    from report_helpers.teams.connection import shown

    with here.open(create=False).read() as db:
        found = issues.find(db, report, period, segment)
        known = [issue.period for issue in issues.listed(db, report)]
    if found is None:
        latest = f"; the newest there is {known[0]}" if known else ""
        of = f" on {segment}" if segment else ""
        raise DataError(
            f"no {report} report{of} was issued for {period}{latest}",
            where=shown(here.url),
            remedy="write the period as its folder is called, such as 2026-W44",
        )
    return found
