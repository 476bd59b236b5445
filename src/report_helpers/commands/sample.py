"""``marsale sample``: write the invented company's data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click


@click.command("sample")
@click.argument("folder", default="sample", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=7, show_default=True, help="Another seed, another company.")
@click.option("--weeks", type=click.IntRange(min=1), default=104, show_default=True)
@click.option("--deals", type=click.IntRange(min=1), default=2000, show_default=True)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2026-11-04",
    show_default=True,
    metavar="DATE",
    help="The last day of the data.",
)
def command(folder: Path, seed: int, weeks: int, deals: int, until: datetime) -> None:
    """Write an invented company's data as CSV into FOLDER; the same options, the same bytes."""
    from report_helpers.data.sample import generate, write

    frames = generate(seed=seed, weeks=weeks, deals=deals, until=until.date())
    write(folder, frames)
    for name, frame in frames.items():
        click.echo(f"  {folder / name}.csv  {len(frame):,} rows")
