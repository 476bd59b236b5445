"""``marsale sample``: write the invented company's data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click


@click.command("sample")
@click.argument("folder", default="sample", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=click.IntRange(min=0), help="Another seed, another company.")
@click.option("--weeks", type=click.IntRange(min=1), help="Complete weeks before the last day.")
@click.option("--deals", type=click.IntRange(min=1), help="Deals; all else is in proportion.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day of the data."
)
def command(folder: Path, until: datetime | None, **asked: int | None) -> None:
    """Write an invented company's data into FOLDER (./sample when left out).

    Tables of more than 5,000 rows become Parquet files, all others CSV. The same options give the
    same data. Without options it is the company of '--data sample'.
    """
    from report_helpers.data.sample import generate, write

    given: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if until is not None:
        given["until"] = until.date()
    frames = generate(**given)
    for path in write(folder, frames):
        click.echo(f"  {path}  {len(frames[path.stem]):,} rows")
