"""What was read, how it was mapped, what was repaired or rejected, and how fresh it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

REPEATED = "exact repetitions of a row removed"
"""What is said of rows that were there more than once."""


@dataclass(frozen=True)
class Remark:
    """One thing that was found in a table.

    Parameters
    ----------
    what : what it is.
    count : how many rows or values it concerns.
    examples : the first of them, with row numbers where the source has any.
    """

    what: str
    count: int
    examples: tuple[str, ...] = ()

    def line(self) -> str:
        """Return the remark as one line.

        Examples
        --------
        >>> Remark("open deals without an account", 1425, ("row 3",)).line()
        '1,425 × open deals without an account (row 3; …)'
        """
        more = "; …" if self.examples and self.count > len(self.examples) else ""
        shown = f" ({'; '.join(self.examples)}{more})" if self.examples else ""
        return f"{self.count:,} × {self.what}{shown}"


@dataclass
class TableAudit:
    """What is known of one canonical table.

    Parameters
    ----------
    files : files, sheets or database tables it was read from.
    rows_read, rows_kept : rows before and after the checks.
    columns : for each canonical column, the heading (or constant) it was made from.
    filled : for each canonical column, how many kept rows have a value.
    dropped : headings that no canonical column is made from.
    absent : columns the mapping names whose headings the source does not have.
    translated : values the mapping translates, such as two spellings of one product.
    repaired : values read in spite of a fault, or set right.
    rejected : rows left out, and values that could not be read and are left empty.
    observed : what looks odd and was kept as it is.
    first : earliest time in the column that says when a row came to be.
    freshest : latest time at which anything happened to a row.
    """

    files: tuple[str, ...] = ()
    rows_read: int = 0
    rows_kept: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    translated: list[Remark] = field(default_factory=list)
    repaired: list[Remark] = field(default_factory=list)
    rejected: list[Remark] = field(default_factory=list)
    observed: list[Remark] = field(default_factory=list)
    first: datetime | None = None
    freshest: datetime | None = None

    def lines(self, as_of: date | None = None) -> list[str]:
        """Return the table's part of the report, without its name."""
        text = [f"read {self.rows_read:,} rows, kept {self.rows_kept:,}"]
        if self.first and self.freshest:
            days = f", {_apart(self.freshest.date(), as_of)}" if as_of else ""
            text.append(f"from {self.first.date()} to {self.freshest.date()}{days}")
        renamed = [f"{name} ← {old}" for name, old in self.columns.items() if name != old]
        empty = [name for name in self.columns if not self.filled.get(name)]
        for label, names in (
            ("mapped", renamed),
            ("without any value", empty),
            ("not used", self.dropped),
            ("not found", self.absent),
        ):
            if names:
                text.append(f"{label}: {', '.join(names)}")
        for label in ("translated", "repaired", "rejected", "observed"):
            text.extend(f"{label}: {remark.line()}" for remark in getattr(self, label))
        return text


@dataclass
class Audit:
    """What is known of a data set.

    Parameters
    ----------
    tables : one entry for each canonical table read.
    unused : files that were there and not used.
    """

    tables: dict[str, TableAudit] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    def lines(self, as_of: date | None = None) -> list[str]:
        """Return the audit as plain text, table by table.

        Parameters
        ----------
        as_of : day to count the age of the data from; without it no age is said.
        """
        text: list[str] = []
        for name, table in self.tables.items():
            text.append(f"{name} ({', '.join(table.files)})")
            text.extend(f"  {line}" for line in table.lines(as_of))
        if self.unused:
            text.append(f"not used: {', '.join(self.unused)}")
        return text

    def to_json(self) -> dict[str, Any]:
        """Return the audit as plain JSON data; times as ISO text."""
        return {
            "tables": {name: _json(asdict(table)) for name, table in self.tables.items()},
            "unused": list(self.unused),
        }


def _apart(day: date, as_of: date) -> str:
    """Return how far a day is from the day of the report.

    Examples
    --------
    >>> _apart(date(2026, 10, 30), date(2026, 11, 2))
    '3 days before 2026-11-02'
    >>> _apart(date(2027, 1, 1), date(2026, 11, 2))
    '60 days after 2026-11-02, where nothing counts yet'
    """
    days = (as_of - day).days
    number = f"{abs(days):,} {'day' if abs(days) == 1 else 'days'}"
    return (
        f"{number} before {as_of}"
        if days >= 0
        else f"{number} after {as_of}, where nothing counts yet"
    )


def _json(value: Any) -> Any:
    match value:
        case dict():
            return {key: _json(item) for key, item in value.items()}
        case list() | tuple():
            return [_json(item) for item in value]
        case datetime():
            return value.isoformat()
        case _:
            return value
