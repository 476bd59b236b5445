"""Rows that a database holds, while they are checked: whatever is asked of them is a query.

Figures are asked for many at a time, in one pass (:meth:`Stored.answer`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from report_helpers.data.grid import FILE, ROW
from report_helpers.data.rules import EARLIEST, LATEST, Rule

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from report_helpers.data.partitions import Partitions


class Stored:
    """Rows of an Ibis table.

    Parameters
    ----------
    table : canonical names and types; ``_file`` and ``_row`` where some of it was read as text.
    partitions : knows what was asked of the same files before.
    null_words : words, in lower case, that mean "no value".
    made : all that the table is made by, besides the files it is read from.
    """

    def __init__(
        self, table: ibis.Table, partitions: Partitions, null_words: frozenset[str], made: str
    ) -> None:
        self.table, self._partitions = table, partitions
        self._null_words, self._made = null_words, made

    @property
    def columns(self) -> list[str]:
        """Names of the columns, without those that say where a row was read."""
        return [name for name in self.table.columns if name not in (FILE, ROW)]

    @property
    def numbered(self) -> bool:
        """Whether rows can be named by their number."""
        return ROW in self.table.columns

    def __getitem__(self, name: str) -> Any:
        return self.table[name]

    def answer(self, stage: str, figures: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what figures come to, asked in one query unless they are known of the files.

        Parameters
        ----------
        stage : tells this question from others asked of rows made in the same way.
        figures : makes them.
        """
        found = self._partitions.survey(self.table, f"{self._made}\n{stage}", figures)
        times = {name for name, value in found.items() if isinstance(value, datetime | None)}
        return {name: found[name] if name in times else int(found[name]) for name in found}

    def size(self) -> Any:
        """Count the rows."""
        return self.table.count()

    def filled(self, name: str) -> Any:
        """Count the values of a column."""
        return self.table[name].count()

    def count(self, condition: Any) -> Any:
        """Count the rows for which a condition holds.

        With ``FILTER`` DuckDB would pick, for each such count, the rows of every column.
        """
        import ibis

        return ibis.cases((condition, 1)).count()

    def first(self, name: str) -> Any:
        """Return the earliest time of a column that can be meant."""
        import ibis

        times = self.table[name]
        return ibis.cases((times >= EARLIEST, times)).min()

    def last(self, name: str) -> Any:
        """Return the latest time of a column that can be meant."""
        import ibis

        times = self.table[name]
        return ibis.cases((times < LATEST, times)).max()

    def unique(self, name: str) -> bool:
        """Return whether no value of a column is there twice.

        Values of which each is greater than the one before are told apart in one quick pass;
        DuckDB reads files in their order, and most systems number what they write.
        """
        import ibis

        alone = self.table.select(value=name)

        def breaks() -> ibis.Table:
            steps = alone.select(up=alone.value > alone.value.lag())
            return steps.aggregate(n=steps.count() - ibis.cases((steps.up, 1)).count())

        def surplus() -> ibis.Table:
            return alone.aggregate(n=alone.value.count() - alone.value.nunique())

        if self._in_duckdb() and self._number(f"breaks of {name}", breaks) <= 1:
            return True
        return self._number(f"surplus of {name}", surplus) == 0

    def dirty(self, name: str) -> Rule | None:
        """Return the rule that a column holds blanks around text, words for "nothing", or NaN.

        None where it cannot, and where rows were read as text, which was stripped then.
        """
        column = self.table[name]
        if column.type().is_floating():
            what = f"values of {name} that are NaN, left empty"
            return Rule(what, (name,), lambda t: t[name].isnan())
        if not column.type().is_string() or self.numbered:
            return None
        what = f"values of {name} stripped of blanks, or words for 'nothing' left empty"
        return Rule(what, (name,), lambda t: self._dirty(t[name]))

    def clean(self, name: str) -> Stored:
        """Return the rows with a column's text stripped, and words for "nothing" and NaN null."""
        import ibis

        column = self.table[name]
        if column.type().is_string():
            found = ibis.cases((self._null(column.strip()), ibis.null(str)), else_=column.strip())
        else:
            found = ibis.cases((column.isnan(), ibis.null(float)), else_=column)
        return self.replace(name, found)

    def blank(self, name: str, condition: Any) -> Stored:
        """Return the rows with a column emptied where a condition holds."""
        import ibis

        column = self.table[name]
        return self.replace(name, ibis.cases((condition, ibis.null(column.type())), else_=column))

    def replace(self, name: str, values: Any) -> Stored:
        """Return the rows with other values in a column."""
        return self._with(self.table.mutate(**{name: values}))

    def keep(self, condition: Any) -> Stored:
        """Return the rows for which a condition holds."""
        return self._with(self.table.filter(condition))

    def distinct(self) -> Stored:
        """Return the rows without repetitions; the first of equal ones stays."""
        if self.numbered:
            return self._with(self.table.distinct(on=self.columns, keep="first"))
        return self._with(self.table.distinct())

    def spelt(self, name: str) -> Any:
        """Return a column in the spelling of fixed words: lower case, ``_`` between words."""
        return self.table[name].lower().re_replace(r"[\s_-]+", "_")

    def tally(self, name: str, condition: Any) -> pd.DataFrame:
        """Return the values of a column where a condition holds, the most frequent first."""
        import ibis

        rows = self.table.filter(condition)
        counts = rows.group_by(value=rows[name]).agg(rows=rows.count())
        found: pd.DataFrame = counts.order_by([ibis.desc("rows"), "value"]).to_pandas()
        return found

    def twins(self, key: str) -> pd.DataFrame:
        """Return the values of a column that are on several rows, in order."""
        counts = self.table.group_by(key).agg(rows=self.table.count())
        found: pd.DataFrame = counts.filter(counts.rows > 1).order_by(key).to_pandas()
        return found

    def examples(
        self, condition: Any, order: Sequence[str], columns: Sequence[str], limit: int
    ) -> list[dict[str, Any]]:
        """Return the first rows for which a condition holds, of the columns named."""
        rows = self.table.filter(condition).order_by(order).limit(limit)
        shown = self._partitions.answer(rows.select(*columns))
        return [{str(name): v for name, v in row.items()} for row in shown.to_dict("records")]

    def done(self, order: Sequence[str]) -> Stored:
        """Return the columns named alone."""
        return self._with(self.table.select(*order))

    def _dirty(self, column: Any) -> Any:
        return column.startswith(" ") | column.endswith(" ") | self._null(column)

    def _null(self, column: Any) -> Any:
        """Return whether a text means nothing.

        DuckDB looks each different text up in a list once, as columns of Parquet files come as
        dictionaries; elsewhere the length goes first, as that is quick to tell.
        """
        import ibis

        if self._in_duckdb():
            return self._list.contains(column.lower())
        short = column.length() <= max(map(len, self._null_words))
        return ibis.ifelse(short, column.lower().isin(sorted(self._null_words)), False)

    @cached_property
    def _list(self) -> Any:
        import ibis

        return ibis.array(sorted(self._null_words))

    def _in_duckdb(self) -> bool:
        return bool(self.table.get_backend().name == "duckdb")

    def _number(self, stage: str, query: Callable[[], ibis.Table]) -> int:
        words = f"{self._made}\n{stage}"
        return int(self._partitions.whole(self.table, words, query).to_numpy()[0, 0])

    def _with(self, table: ibis.Table) -> Stored:
        return Stored(table, self._partitions, self._null_words, self._made)
