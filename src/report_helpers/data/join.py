"""Columns of another file, added to the rows whose key it shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from report_helpers.data.mapping import Join
from report_helpers.data.spelling import find, suggest
from report_helpers.errors import BadValue, MissingData

if TYPE_CHECKING:
    import ibis

    from report_helpers.data.reader import Reader


def joined(table: ibis.Table, join: Join, reader: Reader) -> ibis.Table:
    """Return the table with the columns of another file; all its rows are kept.

    A column whose heading is taken already is called ``file.heading``.

    Raises
    ------
    MissingData
        When the file, or a heading to join by, is not there.
    BadValue
        When the other file holds one key twice: rows would be multiplied.
    """
    name = reader.only(join.file, "a join in the mapping")
    raw = reader.raw(name)
    other = reader.table(raw).select(*raw.headings)
    ours = [heading_of(heading, table.columns, "the mapping's file") for heading in join.on]
    theirs = [heading_of(heading, raw.headings, raw.file) for heading in join.on.values()]
    _check_unique(other, theirs, raw.file)
    names = {h: f"{name}.{h}" if h in table.columns else h for h in raw.headings}
    other = other.filter([other[key].notnull() for key in theirs])
    other = other.rename({new: old for old, new in names.items()})
    pairs = zip(ours, theirs, strict=True)
    return table.left_join(other, [table[a] == other[names[b]] for a, b in pairs])


def heading_of(wanted: str, present: Sequence[str], file: str) -> str:
    """Return a heading the mapping names as it is spelt in the file.

    Raises
    ------
    MissingData
        When it is not there.
    """
    found = find([wanted], present)
    if found is None:
        raise MissingData(
            f"the mapping names the heading '{wanted}', which is not there",
            where=file,
            remedy=f"{suggest([wanted], present)}The headings are: {', '.join(present)}",
        )
    return found


def _check_unique(table: ibis.Table, keys: list[str], file: str) -> None:
    counts = table.group_by(keys).agg(rows=table.count())
    known = [counts[key].notnull() for key in keys]
    twice = counts.filter([counts.rows > 1, *known]).order_by(keys).to_pandas()
    if len(twice):
        first = twice.iloc[0]
        shown = ", ".join(f"{key} '{first[key]}'" for key in keys)
        raise BadValue(
            f"{shown} is on {first['rows']} rows, and a join needs each key once "
            f"({len(twice):,} such keys)",
            where=file,
            remedy="keep one row for each key, or join by a column that is unique",
        )
