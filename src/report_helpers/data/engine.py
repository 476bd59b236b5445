"""The database inside the process that tables are read and put into."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from weakref import ref

from report_helpers.errors import DataError

if TYPE_CHECKING:
    import ibis
    import pandas as pd


MEMORY = "5GB"
"""What each engine may take of the memory, when nothing else is said."""

_open: list[tuple[ref[Any], int]] = []  # engines, and what each takes by itself
_wanted = [MEMORY]
_sharers = [1]  # processes with an engine that are at work on this machine at a time


def limit(memory: str = MEMORY) -> None:
    """Say how much memory each engine of this process may take, those already open included.

    Parameters
    ----------
    memory : such as ``5GB``. An engine takes at most four fifths of the machine's all the same, or
        its part of them, see `share`; what does not fit goes to files in the system's folder for
        such, for as long as it is needed.
    """
    _wanted[:] = [memory]
    _set()


def share(processes: int) -> None:
    """Say how many processes with an engine are at work at a time: each takes its part at most.

    Parameters
    ----------
    processes : this one included.
    """
    _sharers[:] = [processes]
    _set()


def _set() -> None:
    _open[:] = [(there, most) for there, most in _open if there() is not None]
    for there, most in _open:
        if (engine := there()) is not None:
            wanted = _bytes(engine.con, f"'{_wanted[0]}'")
            engine.con.execute(f"SET memory_limit = '{min(most // _sharers[0], wanted)}B'")


class Engine:
    """One DuckDB connection, in UTC, and Ibis on top of it; it works on every core."""

    def __init__(self) -> None:
        import duckdb
        from ibis.backends.duckdb import Backend

        spill = Path(tempfile.gettempdir()) / f"marsale-{os.getpid()}-{uuid4().hex}"
        self.raw = duckdb.connect(config={"temp_directory": str(spill)})
        self.raw.execute("SET TimeZone = 'UTC'")
        self.ibis = Backend.from_connection(self.raw)
        _open.append((ref(self.ibis), _bytes(self.raw, "current_setting('memory_limit')")))
        _set()
        self._count = 0
        self.files: dict[str, list[Path]] = {}
        self._views: dict[Any, Any] = {}  # of Ibis: the operation that stands for each
        self._parts: dict[str, dict[Path, ibis.Table]] = {}

    def put(self, frame: pd.DataFrame, name: str) -> ibis.Table:
        """Store a frame and return it as an Ibis table; missing values become null."""
        import pyarrow as pa

        stored = self._name(name)
        incoming = f"{stored} incoming"
        self.raw.register(incoming, pa.Table.from_pandas(frame, preserve_index=False))
        self.raw.execute(f'CREATE TABLE "{stored}" AS SELECT * FROM "{incoming}"')
        self.raw.unregister(incoming)
        return self.ibis.table(stored)

    def store(self, table: ibis.Table, name: str) -> ibis.Table:
        """Work a table out once and return what came of it."""
        import ibis

        stored = self._name(name)
        query = ibis.to_sql(table, dialect="duckdb")
        self.raw.execute(f'CREATE TABLE "{stored}" AS {query}')
        return self.ibis.table(stored)

    def view(self, table: ibis.Table, name: str) -> ibis.Table:
        """Give what a table is made by a name of its own, so that queries on it stay short.

        It is not worked out. A table of another engine, or that has a name, is returned as it is.
        """
        import ibis.expr.operations as ops

        if isinstance(table.op(), ops.PhysicalTable) or table.get_backend() is not self.ibis:
            return table
        stored = self._name(name)
        self.raw.execute(f'CREATE VIEW "{stored}" AS {self.ibis.compile(table)}')
        found = self.ibis.table(stored)
        self._views[found.op()] = table.op()
        return found

    def plain(self, query: ibis.Table) -> ibis.Table:
        """Return a query with its views spelt out."""
        return query.op().replace(self._views).to_expr()

    def parquet(self, files: list[Path], name: str) -> ibis.Table:
        """Return Parquet files of one shape as one Ibis table, read only when asked for."""
        stored = self._name(name)
        self.files[stored] = files
        return self._read(files, stored)

    def parts(self, stored: str) -> dict[Path, ibis.Table]:
        """Return each file of a table of Parquet files as a table; none for any other table."""
        if stored not in self._parts:
            files = enumerate(self.files.get(stored, []), 1)
            self._parts[stored] = {file: self._read([file], f"{stored}_{n}") for n, file in files}
        return self._parts[stored]

    def _read(self, files: list[Path], stored: str) -> ibis.Table:
        with _opening(files[0]):
            return self.ibis.read_parquet([str(file) for file in files], table_name=stored)

    def attach(self, file: Path) -> dict[str, ibis.Table]:
        """Return the tables of a DuckDB file's main schema; the file is never written to."""
        catalog = self._name("file")
        place = str(file).replace("'", "''")
        with _opening(file):
            self.raw.execute(f"ATTACH '{place}' AS \"{catalog}\" (READ_ONLY)")
        database = (catalog, "main")
        names = self.ibis.list_tables(database=database)
        return {name: self.ibis.table(name, database=database) for name in names}

    def _name(self, name: str) -> str:
        self._count += 1
        return f"{name.replace(chr(34), '')}_{self._count}"


def _bytes(connection: Any, amount: str) -> int:
    (found,) = connection.execute(f"SELECT parse_formatted_bytes({amount})").fetchone()
    return int(found)


@contextmanager
def _opening(file: Path) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise DataError(
            f"the file cannot be opened ({reason})",
            where=file.name,
            remedy="close the program that holds it, or write the file again",
        ) from error
