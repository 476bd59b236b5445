"""One source of data: a file, a sheet, a database table or a frame, as it is."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from report_helpers.data.audit import Remark
from report_helpers.data.grid import FILE, ROW

if TYPE_CHECKING:
    import ibis
    import pandas as pd


@dataclass(frozen=True)
class Input:
    """One thing that was read: its name, and checksum and size in bytes when it is a file.

    ``kind`` tells the data from the mapping they were read by.
    """

    name: str
    sha256: str | None = None
    bytes: int | None = None
    kind: Literal["data", "mapping"] = "data"

    @classmethod
    def of(cls, file: Path, kind: Literal["data", "mapping"] = "data") -> Input:
        """Return the input a file is."""
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(file.name, digest, file.stat().st_size, kind)


@dataclass
class Raw:
    """A table as it is at its source.

    Parameters
    ----------
    file : what to call it in messages.
    frame : its cells as text, when the source is text (see :mod:`.grid`).
    table : the table with its types, when the source has any.
    local : whether it may be pulled into memory to read its text.
    nulls, remarks : what reading it left out.
    """

    file: str
    frame: pd.DataFrame | None = None
    table: ibis.Table | None = None
    local: bool = True
    nulls: Counter[tuple[str, str]] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def headings(self) -> list[str]:
        """Names of its columns."""
        names = self.frame.columns if self.frame is not None else self.columns
        return [name for name in names if name not in (FILE, ROW)]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of a typed table."""
        return tuple(self.table.columns) if self.table is not None else ()
