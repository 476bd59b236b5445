"""The canonical tables of a database as Parquet files: a database does not keep what it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from report_helpers.data import load

if TYPE_CHECKING:
    import ibis

ROWS = 50_000  # rows held in memory at a time


def export(location: str, mapping: str | Path | None, folder: Path, room: int) -> list[Path] | None:
    """Write the tables of a data set as Parquet files.

    Parameters
    ----------
    location, mapping : as :func:`report_helpers.data.load` takes them.
    folder : where the files go; it is made.
    room : the most bytes all files may have.

    Returns
    -------
    list of Path or None
        None when the tables have more than that; nothing is read beyond it.

    Raises
    ------
    DataError
        When the database cannot be read.
    """
    folder.mkdir(parents=True)
    files: list[Path] = []
    for name, table in load(location, mapping or None).tables.items():
        room -= _write(table, folder / f"{name}.parquet", room)
        files.append(folder / f"{name}.parquet")
        if room < 0:
            return None
    return files


def _write(table: ibis.Table, file: Path, room: int) -> int:
    """Write one table until it is done or has more than `room` bytes; return its bytes."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(file, table.schema().to_pyarrow()) as writer:
        for batch in table.to_pyarrow_batches(chunk_size=ROWS):
            writer.write_batch(batch)
            if file.stat().st_size > room:
                break
    return file.stat().st_size
