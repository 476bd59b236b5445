"""One way from big tables to a small frame: build a query, run it once, remember the result."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import wraps
from typing import Any, Protocol

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.contracts import TABLES
from report_helpers.data.dataset import Dataset
from report_helpers.data.loading import load
from report_helpers.errors import MissingData, UnknownName
from report_helpers.facts.merging import added, merged

DIMENSIONS = ("segment", "region", "source", "owner", "product")
NONE = "(none)"
SPLIT = "segment"  # reports ask for most facts with it and without
MEASURES = ("n", "amount", "n_amount", "squares", "both", "cost", "n_cost")

By = tuple[str, ...]
Query = Callable[[Dataset, date, By], Any]


class Fact(Protocol):
    """A function that returns a fact of the data up to a day, by dimensions."""

    __name__: str

    def __call__(self, data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
        """Return the fact."""
        ...


def reduce(
    query: Query, data: object, until: date, by: str | Iterable[str], adds: str = ""
) -> pd.DataFrame:
    """Run `query` on `data` once and return its rows, sorted, as a frame of the caller's own.

    Parameters
    ----------
    query : builds the Ibis table to run from a data set, `until` and dimensions.
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions that come first among the columns.
    adds : the one table the query asks, when its rows add up over the files of that table, and
        a later `until` changes nothing where everything has already happened.

    Raises
    ------
    MissingData
        If the data lack a table, a column or a dimension the query needs.
    UnknownName
        If `by` holds something that is no dimension.
    """
    dataset, dims = opened(data), dimensions(by)
    key = (query.__name__, until, dims)

    def run() -> pd.DataFrame:
        return tidy(merged(dataset, lambda day: query(dataset, day, dims), until, adds, MEASURES))

    return dataset.keep(key, run).copy()


def from_segments(table: str) -> Callable[[Fact], Fact]:
    """Let a fact without dimensions be summed from that by `SPLIT`: one query serves both.

    Parameters
    ----------
    table : the one whose rows have the dimension; without it in the data, the fact asks for itself.
    """

    def decorate(fact: Fact) -> Fact:
        @wraps(fact)
        def found(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
            dataset, dims = opened(data), dimensions(by)
            if dims or not offers(dataset, table, SPLIT):
                return fact(dataset, until, dims)

            def run() -> pd.DataFrame:
                return tidy(added(fact(dataset, until, SPLIT).drop(columns=SPLIT), MEASURES))

            return dataset.remember((fact.__name__, until), run).copy()

        return found

    return decorate


def kept(data: Dataset, key: Hashable, query: Callable[[], Any]) -> pd.DataFrame:
    """Return the rows of a query, sorted, as `reduce` does; it is built only to be run."""
    return data.keep(key, lambda: tidy(answer(query()))).copy()


def opened(data: object) -> Dataset:
    """Return `data` as a data set, loading it when it is not one yet."""
    return data if isinstance(data, Dataset) else load(data)


def dimensions(by: str | Iterable[str]) -> By:
    """Return the dimensions named by `by`, each checked.

    Examples
    --------
    >>> dimensions("segment"), dimensions(["segment", "source"])
    (('segment',), ('segment', 'source'))
    """
    names = (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))
    for name in names:
        if name not in DIMENSIONS:
            raise UnknownName("dimension", name, DIMENSIONS)
    return names


def need(data: Dataset, table: str, *columns: str) -> Any:
    """Return one table, after making sure that it has `columns`.

    Raises
    ------
    MissingData
        If it is not there, or lacks one of them.
    """
    contract = TABLES[table]
    _need_of_group(data, table, columns)
    if table not in data.tables:
        raise MissingData(
            f"the data have no table '{table}'",
            remedy=f"add one (each row is {contract.row}), or leave the section out",
        )
    for name in columns:
        if name not in data.tables.columns(table):
            raise MissingData(
                f"table '{table}' has no column '{name}'",
                remedy=f"add the column, or name it in the mapping: {_meaning(table, name)}",
            )
    return data.tables[table]


def _need_of_group(data: Dataset, table: str, columns: Iterable[str]) -> None:
    """Make sure that what was read was not left out because nobody knows which group it is of."""
    if not data.scope or table not in data.audit.tables:
        return
    there = data.tables.columns(table) if table in data.tables else ()
    read = data.audit.tables[table].columns
    gone = [name for name in columns if there and name in read and name not in there]
    if table not in data.tables or gone:
        what = f"{', '.join(gone)} of table '{table}'" if gone else f"table '{table}'"
        raise MissingData(
            f"{what} cannot be told apart by {' and '.join(data.scope)}: there is no such column",
            remedy="map it, too, or report on the whole company",
        )


def offers(data: Dataset, table: str, *columns: str) -> bool:
    """Return whether the data have `table` with these columns, be they filled or not."""
    return table in data.tables and set(columns) <= set(data.tables.columns(table))


def split(data: Dataset, table: str, by: By) -> dict[str, Any]:
    """Return an Ibis expression for each dimension of `table`; an empty value is ``(none)``.

    Raises
    ------
    MissingData
        If the table has no such column. A campaign's ``source`` is its channel.
    """
    columns = {dim: "channel" if (table, dim) == ("campaigns", "source") else dim for dim in by}
    need(data, table, *columns.values())
    return {dim: _[column].fill_null(NONE) for dim, column in columns.items()}


def optional(table: Any, column: str, kind: str) -> Any:
    """Return a column of `table`, or nothing but nulls when it has no such column."""
    return table[column] if column in table.columns else ibis.null(kind)


def _meaning(table: str, column: str) -> str:
    contract = TABLES[table]
    return contract[column].meaning if column in contract.names else f"{column} of {contract.row}"


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort by everything that is no measure; drop the digits that depend on adding order.

    Engines put text in orders of their own, and nulls first or last: rows are sorted here alone.
    """
    keys = [name for name in frame.columns if name not in MEASURES]
    return frame.sort_values(keys, ignore_index=True).round({"amount": 4, "cost": 4})
