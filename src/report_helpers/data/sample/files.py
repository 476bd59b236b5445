"""Writes tables as CSV or, long ones, as Parquet files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET_ABOVE = 5_000  # rows; text of longer tables would be large, and nobody would read it


def write(folder: str | Path, frames: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write each table to ``<folder>/<name>.csv``, or ``.parquet``, and return the files.

    Tables of more than :data:`PARQUET_ABOVE` rows become Parquet: typed columns, moments in
    microseconds without a time zone, the same bytes for the same pyarrow. All others become CSV:
    UTF-8, comma-separated, ``\\n`` at line ends, ISO dates (with minutes where a column has times
    of day), ``yes`` and ``no`` for flags, nothing for missing values, the same bytes everywhere.

    A file is complete or not there: it is written beside its place and moved into it. A file of
    the same table in the other format is removed.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    return [_write_one(place / name, frame) for name, frame in frames.items()]


@contextmanager
def appending(path: Path) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Give a function that appends rows to a Parquet file; each call writes one row group.

    The columns and types are those of the first rows. The file takes its place, and that of a CSV
    file of the same table, when all are written; it holds what :func:`write` would have written,
    compressed less closely, as it is large.
    """
    import pyarrow.parquet as pq

    writers: list[pq.ParquetWriter] = []

    def append(frame: pd.DataFrame) -> None:
        table = _arrow(frame)
        if not writers:
            options = {"compression": "zstd", "compression_level": 3, "store_schema": False}
            writers.append(pq.ParquetWriter(partial, table.schema, **options))
        writers[0].write_table(table)

    with _replacing(path) as partial:
        try:
            yield append
        finally:
            for writer in writers:
                writer.close()
    path.with_suffix(".csv").unlink(missing_ok=True)


def _write_one(stem: Path, frame: pd.DataFrame) -> Path:
    csv, parquet = (stem.with_name(stem.name + end) for end in (".csv", ".parquet"))
    path, twin = (parquet, csv) if len(frame) > PARQUET_ABOVE else (csv, parquet)
    with _replacing(path) as partial:
        _write_parquet(partial, frame) if path is parquet else _write_csv(partial, frame)
    twin.unlink(missing_ok=True)
    return path


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a file to write to, which takes the place of another one when it is complete."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _write_csv(path: Path, frame: pd.DataFrame) -> None:
    text = frame.apply(_as_text)
    text.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", float_format="%.10g")


def _as_text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(column):
        return column.map({True: "yes", False: "no"})
    if pd.api.types.is_datetime64_any_dtype(column):
        known = column.dropna()
        dates_only = bool((known == known.dt.normalize()).all())
        column = column.dt.strftime("%Y-%m-%d" if dates_only else "%Y-%m-%d %H:%M")
    return column


def _write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write one row group (up to a million rows) without pandas' or Arrow's own metadata."""
    import pyarrow.parquet as pq

    pq.write_table(
        _arrow(frame),
        path,
        compression="zstd",
        compression_level=9,
        use_dictionary=True,
        row_group_size=1_000_000,
        store_schema=False,
    )


def _arrow(frame: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    return table.cast(pa.schema([pa.field(f.name, _stored(f.type)) for f in table.schema]))


def _stored(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return pa.timestamp("us") if pa.types.is_timestamp(kind) else kind
