"""``marsale sample``: write the invented company's data."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import click

MOST_AT_ONCE = 200_000  # deals that are drawn in one go, as the small company is
ENDS = (".parquet", ".csv")


@click.command("sample")
@click.argument("folder", default="sample", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=click.IntRange(min=0), help="Another seed, another company.")
@click.option("--weeks", type=click.IntRange(min=1), help="Complete weeks before the last day.")
@click.option(
    "--deals",
    type=click.IntRange(min=1),
    help="Deals, such as 2_000_000; all else in proportion.",
)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day of the data."
)
def command(folder: Path, until: datetime | None, **asked: int | None) -> None:
    """Write an invented company's data into FOLDER (./sample when left out).

    Tables of more than 5,000 rows become Parquet files, all others CSV. The same options give the
    same data. Without options it is the company of '--data sample'. A company of more than 200,000
    deals is made in blocks, so that memory does not grow with it.
    """
    from report_helpers.data.sample import generate, write

    given: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if until is not None:
        given["until"] = until.date()
    if given.get("deals", 0) > MOST_AT_ONCE:
        rows = _in_blocks(folder, given)
    else:
        frames = generate(**given)
        write(folder, frames)
        rows = {name: len(frame) for name, frame in frames.items()}
    for name, count in rows.items():
        path = next(p for p in (folder / f"{name}{end}" for end in ENDS) if p.exists())
        click.echo(f"  {path}  {count:,} rows")


def _in_blocks(folder: Path, given: dict[str, Any]) -> dict[str, int]:
    """Write a large company block by block, with a bar in a terminal and plain lines elsewhere."""
    from report_helpers.data.sample import blocks

    rows: dict[str, int] = {}
    said, deals = 0, given["deals"]
    bar = click.progressbar(length=deals, label="deals", file=sys.stderr)
    with bar if sys.stderr.isatty() else nullcontext() as drawn:
        for rows in blocks.write(folder, blocks.blocks(**given)):
            made = rows["opportunities"]
            if drawn is not None:
                drawn.update(made - said)
                said = made
            elif made - said >= deals / 10:
                click.echo(f"{made:,} of {deals:,} deals", err=True)
                said = made
    return rows
