"""Rows that were read as text and stand in memory: checked there, stored when they are asked for.

A :class:`Held` answers what a :class:`.Stored` does, at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from report_helpers.data.grid import FILE, ROW
from report_helpers.data.rules import EARLIEST, LATEST

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from report_helpers.data.engine import Engine

_BLANKS = re.compile(r"[\t\n\f\r _-]+")


class Held:
    """Rows in memory.

    Parameters
    ----------
    cells : canonical names and types, and ``_file`` and ``_row`` while they are checked.
    engine : where they are stored when they are asked for as a table.
    name : what they are called there.
    """

    numbered = True

    def __init__(self, cells: pd.DataFrame, engine: Engine, name: str) -> None:
        self.cells, self._engine, self._name = cells, engine, name

    @property
    def columns(self) -> list[str]:
        """Names of the columns, without those that say where a row was read."""
        return [name for name in self.cells.columns if name not in (FILE, ROW)]

    @cached_property
    def table(self) -> ibis.Table:
        """The rows as a table of the engine."""
        return self._engine.put(self.cells, self._name)

    def frame(self) -> pd.DataFrame:
        """Return the rows as a table would: yes or no as such, or as objects where some lack."""
        flags = self.cells.select_dtypes("boolean")
        plain = {
            str(name): column.astype(object).where(column.notna(), None)
            if column.hasnans
            else column.astype(bool)
            for name, column in flags.items()
        }
        return self.cells.assign(**plain)

    def __getitem__(self, name: str) -> pd.Series[Any]:
        return self.cells[name]

    def answer(self, _stage: str, figures: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what figures come to."""
        return figures()

    def size(self) -> int:
        """Count the rows."""
        return len(self.cells)

    def filled(self, name: str) -> int:
        """Count the values of a column."""
        return int(self.cells[name].count())

    def count(self, condition: pd.Series[bool]) -> int:
        """Count the rows for which a condition holds."""
        return int(condition.sum())

    def first(self, name: str) -> Any:
        """Return the earliest time of a column that can be meant."""
        times = self.cells[name]
        return times[times >= EARLIEST].min()

    def last(self, name: str) -> Any:
        """Return the latest time of a column that can be meant."""
        times = self.cells[name]
        return times[times < LATEST].max()

    def unique(self, name: str) -> bool:
        """Return whether no value of a column is there twice."""
        return bool(self.cells[name].dropna().is_unique)

    def dirty(self, _name: str) -> None:
        """Return nothing: text was stripped when it was read."""
        return

    def clean(self, _name: str) -> Held:
        """Return the rows as they are."""
        return self

    def blank(self, name: str, condition: pd.Series[bool]) -> Held:
        """Return the rows with a column emptied where a condition holds."""
        return self._with(self.cells.assign(**{name: self.cells[name].mask(condition)}))

    def replace(self, name: str, values: pd.Series[Any]) -> Held:
        """Return the rows with other values in a column."""
        return self._with(self.cells.assign(**{name: values}))

    def keep(self, condition: pd.Series[bool]) -> Held:
        """Return the rows for which a condition holds."""
        return self._with(self.cells[condition])

    def distinct(self) -> Held:
        """Return the rows without repetitions; the first of equal ones stays."""
        return self._with(self.cells.drop_duplicates(self.columns))

    def spelt(self, name: str) -> pd.Series[Any]:
        """Return a column in the spelling of fixed words: lower case, ``_`` between words."""
        text = self.cells[name]
        words = {word: _BLANKS.sub("_", word.lower()) for word in text.dropna().unique()}
        return text.map(words).astype(text.dtype)

    def tally(self, name: str, condition: pd.Series[bool]) -> pd.DataFrame:
        """Return the values of a column where a condition holds, the most frequent first."""
        rows = self.cells.loc[condition, name].value_counts().rename_axis("value")
        return rows.reset_index(name="rows").sort_values(["rows", "value"], ascending=[False, True])

    def twins(self, key: str) -> pd.DataFrame:
        """Return the values of a column that are on several rows, in order."""
        rows = self.cells[key].value_counts().rename_axis(key).reset_index(name="rows")
        return rows[rows["rows"] > 1].sort_values(key, ignore_index=True)

    def examples(
        self, condition: pd.Series[bool], order: Sequence[str], columns: Sequence[str], limit: int
    ) -> list[dict[str, Any]]:
        """Return the first rows for which a condition holds, of the columns named."""
        rows = self.cells[condition].sort_values(list(order)).head(limit)
        shown = rows[list(columns)].to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in shown]

    def done(self, order: Sequence[str]) -> Held:
        """Return the columns named alone, rows numbered anew."""
        return self._with(self.cells[list(order)].reset_index(drop=True))

    def _with(self, cells: pd.DataFrame) -> Held:
        return Held(cells, self._engine, self._name)


def stack(parts: Sequence[Held]) -> Held | None:
    """Return parts one below the other; None when a column is not of one type in all of them.

    A column that one of them lacks is empty there.
    """
    import pandas as pd

    if len(parts) == 1:
        return parts[0]
    types: dict[str, Any] = {}
    for part in parts:
        kinds = {str(name): kind for name, kind in part.cells.dtypes.items()}
        if any(types.get(name, kind) != kind for name, kind in kinds.items()):
            return None
        types |= kinds
    cells = [part.cells.reindex(columns=list(types)).astype(types) for part in parts]
    return parts[0]._with(pd.concat(cells, ignore_index=True))
