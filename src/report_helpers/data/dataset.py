"""A loaded data set: canonical tables, what is known of them, and where they came from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from report_helpers.data import cache
from report_helpers.data.audit import Audit
from report_helpers.data.narrow import narrow
from report_helpers.data.rules import EVENTS
from report_helpers.data.tables import Tables
from report_helpers.errors import EmptyPeriod, MissingData, UnknownName

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from report_helpers.data.held import Held
    from report_helpers.data.partitions import Partitions
    from report_helpers.data.source import Input

T = TypeVar("T")


class Dataset:
    """The tables a report is made from.

    Parameters
    ----------
    tables : canonical tables, typed; only those that are there.
    audit : what was read, mapped, repaired and rejected.
    inputs : name and checksum of everything read.
    settings_file : ``marsale.toml`` found beside the data.
    last : latest time at which anything happened.

    Attributes
    ----------
    partitions : the tables that are in Parquet files, None where nobody has said.
    """

    def __init__(
        self,
        tables: Mapping[str, ibis.Table | Held],
        audit: Audit,
        *,
        inputs: tuple[Input, ...] = (),
        settings_file: Path | None = None,
        last: datetime | None = None,
    ) -> None:
        self.tables = Tables(tables)
        self.audit, self.inputs, self.settings_file = audit, inputs, settings_file
        self._last = last
        self.partitions: Partitions | None = None
        self._scope: dict[str, str] = {}
        self._narrowed: tuple[tuple[str, str], ...] = ()
        self._memo: dict[Hashable, Any] = {}

    @property
    def last_day(self) -> date:
        """The latest day on which anything happened; plans for later days do not count.

        It is the day of the whole data set, also where :meth:`where` has narrowed it.

        Raises
        ------
        EmptyPeriod
            When no row of any table has a date.
        """
        if self._last is None:
            raise EmptyPeriod(
                "nothing in the data has a date", remedy="map created_on of the opportunities"
            )
        return self._last.date()

    def on(self, day: date) -> Dataset:
        """Return the data set as known on a day: dates after it do not count for `last_day`.

        A single mistyped year would otherwise make it look as if the data covered every week.
        The rows stay: every fact leaves out by itself what had not happened yet.
        """
        if self._last is None or self._last.date() <= day:
            return self
        return self._copy(self.tables, self.remember(("last", day), lambda: self._last_on(day)))

    def has(self, table: str, *columns: str) -> bool:
        """Return whether a table is there and each of the columns holds at least one value."""
        filled = self._filled(table)
        return table in self.tables and all(filled.get(name, 0) > 0 for name in columns)

    def values(self, column: str, *tables: str) -> list[str]:
        """Return the values a text column takes in tables that have it, all or some, sorted."""
        among = tables or tuple(self.tables)
        return list(self.remember(("values", column, among), lambda: self._values(column, among)))

    def frame(self, name: str) -> pd.DataFrame:
        """Return a (small) table as a pandas frame.

        Raises
        ------
        MissingData
            When the table is not there.
        """
        if name not in self.tables:
            raise MissingData(
                f"there is no table '{name}'",
                remedy=f"add {name}.csv to the data; present: {', '.join(self.tables)}",
            )
        frame: pd.DataFrame = self.remember(("frame", name), lambda: self.tables.frame(name))
        return frame.copy()

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` made when it was first asked for under `key`."""
        if key not in self._memo:
            self._memo[key] = make()
        found: T = self._memo[key]
        return found

    def keep(self, key: Hashable, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return what `remember` does; if files were read, the next process finds it, too.

        Only for what depends on nothing but the data, the key and the code of `data` and `facts`;
        :mod:`.cache` says where it is kept. Of a database nobody knows whether it has changed.
        """
        return self.remember(key, lambda: self._kept(key, make))

    def _kept(self, key: Hashable, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        described = f"{self._made_from()}\n{key!r}"
        known = self.inputs and all(one.sha256 for one in self.inputs)
        return cache.frame(described, make) if known and " at 0x" not in described else make()

    def _made_from(self) -> str:
        read = sorted((one.name, one.sha256) for one in self.inputs)
        folders = self.partitions.folders() if self.partitions else []
        return f"{read!r}\n{folders!r}\n{self._narrowed!r}\n{self._last!r}"

    def where(self, **equals: str) -> Dataset:
        """Return the data set with only the rows that have the values given.

        Every table with such a column keeps the rows that equal it. Campaigns, targets and notes
        keep the rows without a value too: they speak of the whole company. Stage events
        follow their deal, orders their account, and a response follows its lead, or its campaign
        where no lead is known.

        Where deals have the column and leads or accounts lack it, these are left out, with what
        follows them, and so are the costs of campaigns that lack it: nobody knows which of them are
        the group's.

        Parameters
        ----------
        equals : column = value, such as ``segment="Enterprise"``.

        Raises
        ------
        UnknownName
            When no row has the value.
        """
        tables = dict(self.tables)
        for column, value in equals.items():
            if value not in self.values(column):
                raise UnknownName(column, value, self.values(column))
            tables = narrow(tables, column, value)
        kept = self._copy(tables, self._last)
        kept._scope |= equals
        kept._narrowed += tuple(equals.items())
        return kept

    @property
    def scope(self) -> dict[str, str]:
        """What the data set was narrowed to by :meth:`where`."""
        return dict(self._scope)

    def _copy(self, tables: Mapping[str, ibis.Table], last: datetime | None) -> Dataset:
        copy = Dataset(
            tables, self.audit, inputs=self.inputs, settings_file=self.settings_file, last=last
        )
        copy.partitions = self.partitions
        copy._scope, copy._narrowed = dict(self._scope), self._narrowed
        return copy

    def _last_on(self, day: date) -> datetime | None:
        """Return the latest time up to the end of a day at which anything happened."""
        end, found = datetime.combine(day + timedelta(days=1), time()), []
        for name in EVENTS.keys() & self.tables.keys():
            table = self.tables[name]
            columns = [table[column] for column in EVENTS[name] if column in table.columns]
            latest = {column.get_name(): column.max(where=column < end) for column in columns}
            if latest:
                found += table.aggregate(**latest).to_pandas().iloc[0].dropna().tolist()
        return max(found, default=self._last)  # all of it later: it begins after the day

    def _filled(self, table: str) -> dict[str, int]:
        if table not in self.tables:
            return {}
        if not self._scope and table in self.audit.tables:
            return self.audit.tables[table].filled
        return self.remember(("filled", table), lambda: _count(self.tables[table]))

    def _values(self, column: str, among: Sequence[str]) -> list[str]:
        found: set[str] = set()
        for table in (self.tables[name] for name in among if name in self.tables):
            if column in table.columns and table[column].type().is_string():
                distinct = table.select(column).distinct().to_pandas()[column]
                found |= set(distinct.dropna())
        return sorted(found)


def _count(table: ibis.Table) -> dict[str, int]:
    row = table.aggregate(**{name: table[name].count() for name in table.columns}).to_pandas()
    return {name: int(row[name].iloc[0]) for name in table.columns}
