"""Typed tables (Parquet, databases, frames) brought to the canonical types, lazily."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from report_helpers.data.contracts import Kind, Table
from report_helpers.data.grid import Grid
from report_helpers.errors import BadValue

if TYPE_CHECKING:
    import ibis
    import pandas as pd

TYPES = {Kind.TEXT: "string", Kind.WHEN: "timestamp", Kind.NUMBER: "float64", Kind.FLAG: "boolean"}

MICROSECONDS = 6  # digits of a second that every time has


def textual(table: ibis.Table, contract: Table) -> list[str]:
    """Return the columns that hold text where the contract wants dates, numbers or flags."""
    return [
        name
        for name in table.columns
        if name in contract.names
        and contract[name].kind is not Kind.TEXT
        and table[name].type().is_string()
    ]


def refuse(columns: list[str], contract: Table, file: str) -> BadValue:
    """Return the error for text columns in a remote table, which is never pulled to be parsed."""
    first = columns[0]
    return BadValue(
        f"the column is text, and '{first}' ({contract[first].meaning}) must be a "
        f"{contract[first].kind}",
        where=f"{file}, column {', '.join(columns)}",
        remedy="cast it in a view of the database and map the view",
    )


def pull(table: ibis.Table, file: str, words: frozenset[str]) -> Grid:
    """Return a typed table as text, rows numbered from 1, with the `words` for nothing empty."""
    cells: pd.DataFrame = table.select(**{n: _as_text(table[n]) for n in table.columns}).to_pandas()
    texts = {
        str(name): column.astype("str").str.strip().astype(object).where(column.notna(), None)
        for name, column in cells.items()
    }
    columns = {name: text.tolist() for name, text in texts.items()}
    return Grid.of(columns, range(1, len(cells) + 1), file, words)


def cast(table: ibis.Table, contract: Table, file: str) -> ibis.Table:
    """Return the table with its canonical columns cast: text, timestamp, float64, boolean.

    Raises
    ------
    BadValue
        When a column's type cannot mean what the contract asks for.
    """
    import ibis

    changed = {}
    for name in table.columns:
        kind = contract[name].kind if name in contract.names else _natural(table[name])
        column = _CASTS[kind](table[name])
        if column is None and not int(table[name].count().execute()):
            column = ibis.null(TYPES[kind])  # an empty column has whatever type its writer chose
        if column is None:
            raise BadValue(
                f"the column is of type {table[name].type()}, and '{name}' must be a {kind}",
                where=f"{file}, column {name}",
                remedy="cast it at the source, or map another column",
            )
        changed[name] = column
    return table.select(**changed)


def _natural(column: Any) -> Kind:
    """Return the kind a free attribute has by its own type."""
    kind = column.type()
    if kind.is_boolean():
        return Kind.FLAG
    if kind.is_numeric():
        return Kind.NUMBER
    return Kind.WHEN if kind.is_temporal() and not kind.is_time() else Kind.TEXT


def _as_text(column: Any) -> Any:
    kind = column.type()
    return column if kind.is_string() else column.cast("string")


def _to_text(column: Any) -> Any:
    """Cast to text; whole numbers kept as floats (ids with gaps) lose their ``.0``."""
    import ibis

    kind = column.type()
    if kind.is_string():
        return column
    if kind.is_floating():
        whole = column.floor() == column
        return ibis.ifelse(whole, column.cast("int64").cast("string"), column.cast("string"))
    return column.cast("string") if not kind.is_nested() else None


def _to_when(column: Any) -> Any:
    kind = column.type()
    if kind.is_timestamp() and kind.timezone is None and kind.scale in (None, MICROSECONDS):
        return column
    fits = kind.is_timestamp() or kind.is_date() or kind.is_null()
    return column.cast("timestamp") if fits else None


def _to_number(column: Any) -> Any:
    kind = column.type()
    return column.cast("float64") if kind.is_numeric() or kind.is_null() else None


def _to_flag(column: Any) -> Any:
    kind = column.type()
    if kind.is_floating():
        column = column.cast("int64")
    fits = kind.is_boolean() or kind.is_numeric() or kind.is_null()
    return column.cast("boolean") if fits else None


_CASTS = {
    Kind.TEXT: _to_text,
    Kind.WHEN: _to_when,
    Kind.NUMBER: _to_number,
    Kind.FLAG: _to_flag,
}
