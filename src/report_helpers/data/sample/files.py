"""Writes tables as CSV files, the same bytes on every platform."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd


def write(folder: str | Path, frames: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write each table to ``<folder>/<name>.csv`` and return the files.

    UTF-8, comma-separated, ``\\n`` at line ends, ISO dates (with minutes where a column has
    times of day), ``yes`` and ``no`` for flags, nothing for missing values. A file is complete or
    not there: it is written beside its place and moved into it.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    return [_write_one(place / f"{name}.csv", frame) for name, frame in frames.items()]


def _write_one(path: Path, frame: pd.DataFrame) -> Path:
    text = frame.apply(_as_text)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        text.to_csv(
            partial, index=False, encoding="utf-8", lineterminator="\n", float_format="%.10g"
        )
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def _as_text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(column):
        return column.map({True: "yes", False: "no"})
    if pd.api.types.is_datetime64_any_dtype(column):
        known = column.dropna()
        dates_only = bool((known == known.dt.normalize()).all())
        column = column.dt.strftime("%Y-%m-%d" if dates_only else "%Y-%m-%d %H:%M")
    return column
