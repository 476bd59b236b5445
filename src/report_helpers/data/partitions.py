"""Tables kept in Parquet files: what was once asked of a file is known until the file changes.

A table may be one file, or a folder of them: a file a month, or folders such as ``week=2026-W44``.
Counts and sums of the files add up, so that of a folder in which one file is new that one alone is
read. What does not add up (distinct values) is asked of all files together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from report_helpers.data import cache
from report_helpers.data.answer import answer

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from report_helpers.data.engine import Engine


SMALL = 2_000_000  # bytes of a file on average


class Part(NamedTuple):
    """A query on a file of a table, or on all: what they hold, by checksum, and the query."""

    holds: str
    query: ibis.Table

    def answer(self, words: str) -> pd.DataFrame:
        """Return what came of the query, of which `words` say all but the content of the file."""
        return cache.frame(f"{self.holds}\n{words}", lambda: answer(self.query))


class Partitions:
    """The tables of an engine that are read from Parquet files.

    Parameters
    ----------
    engine : what reads them.
    sha256 : returns the checksum of a file.
    """

    def __init__(self, engine: Engine, sha256: Callable[[Path], str]) -> None:
        self._engine, self._sha256 = engine, sha256

    def of(self, query: ibis.Table) -> list[Part]:
        """Return the query for each file of the one table that it asks.

        It is one query for all files together when they are small (less than :data:`SMALL` bytes
        on average: asking many takes longer than reading them), not all of one shape, or when
        repetitions are removed, which may be in different files. There is none when nothing is
        kept (see :func:`.cache.use`), and of several tables or one that is in no Parquet files.
        """
        import ibis.expr.operations as ops

        if not cache.in_use():
            return []
        query = self._engine.plain(query)
        sources = set(query.op().find(ops.PhysicalTable))
        if len(sources) != 1:
            return []
        (source,) = sources
        files = self._engine.files.get(source.name, [])
        if not files:
            return []
        together = [Part("\n".join(map(self._holds, files)), query)]
        small = sum(file.stat().st_size for file in files) < SMALL * len(files)
        if small or len(files) == 1 or query.op().find(ops.Distinct):
            return together
        parts = self._engine.parts(source.name)
        if any(table.schema() != source.schema for table in parts.values()):
            return together
        return [
            Part(self._holds(file), query.op().replace({source: table.op()}).to_expr())
            for file, table in parts.items()
        ]

    def folders(self) -> list[str]:
        """Return what each file in a folder such as ``segment=A`` holds, the name included."""
        files = [file for files in self._engine.files.values() for file in files]
        return [self._holds(file) for file in files if any("=" in name for name in file.parts)]

    def _holds(self, file: Path) -> str:
        """Return the checksum of a file and what the names of its folders add to its rows."""
        return " ".join([self._sha256(file), *(name for name in file.parts[:-1] if "=" in name)])

    def survey(
        self, table: ibis.Table, words: str, figures: Callable[[], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Return figures of a table: counts, and the earliest and latest times, file by file.

        Parameters
        ----------
        table : the table; all that is asked of it follows from its files and from `words`.
        words : what is asked, and how the table is made of its files.
        figures : makes the expressions, when they are not known; a name that begins with
            ``first`` is the least of its kind, as ``last`` is the greatest.
        """
        import pandas as pd

        known = [part.holds for part in self.of(table)]
        if not known:
            return _first(answer(table.aggregate(**figures())))
        asked = lru_cache(lambda: self.of(table.aggregate(**figures())))
        rows = [
            cache.frame(f"{holds}\n{words}", lambda n=n: answer(asked()[n].query))  # type: ignore[misc]
            for n, holds in enumerate(known)
        ]
        return {str(name): _added(column) for name, column in pd.concat(rows).items()}

    def whole(self, table: ibis.Table, words: str, query: Callable[[], ibis.Table]) -> pd.DataFrame:
        """Return what comes of a query on all files of a table together.

        Parameters
        ----------
        table, words : as of :meth:`survey`.
        query : makes the query, when the answer is not known.
        """
        holds = "\n".join(part.holds for part in self.of(table))
        return (
            cache.frame(f"{holds}\n{words}", lambda: answer(query())) if holds else answer(query())
        )

    def answer(self, query: ibis.Table) -> pd.DataFrame:
        """Return what comes of a query on all files of a table together, known by its SQL."""
        return (
            self.whole(query, self.words(query), lambda: query) if self.of(query) else answer(query)
        )

    def words(self, query: ibis.Table) -> str:
        """Return a query as SQL that says all but the content of the files."""
        import ibis

        return str(ibis.to_sql(self._engine.plain(query), dialect="duckdb"))

    def settled(self, table: ibis.Table, until: date) -> list[bool]:
        """Return, for each file of a table, whether every date in it is before `until`."""
        dated = [name for name, kind in table.schema().items() if kind.is_timestamp()]
        end = datetime.combine(until, time())
        rows = self._answers(table.aggregate(**{name: table[name].max() for name in dated}))
        return (rows.isna() | (rows < end)).all(axis=1).tolist()

    def _answers(self, query: ibis.Table) -> pd.DataFrame:
        """Return the answer of each file to a query of one row, one below the other."""
        import pandas as pd

        words = self.words(query)
        return pd.concat([part.answer(words) for part in self.of(query)], ignore_index=True)


def _added(column: pd.Series[Any]) -> Any:
    """Return what the figures of several files come to."""
    if column.dtype.kind != "M":
        return column.sum()
    return column.min() if str(column.name).startswith("first") else column.max()


def _first(rows: pd.DataFrame) -> Mapping[str, Any]:
    return {str(name): value for name, value in rows.iloc[0].items()}
