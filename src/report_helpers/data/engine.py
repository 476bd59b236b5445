"""The database inside the process that tables are read and put into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from report_helpers.errors import DataError

if TYPE_CHECKING:
    import ibis
    import pandas as pd


class Engine:
    """One DuckDB connection, in UTC, and Ibis on top of it."""

    def __init__(self) -> None:
        import duckdb
        import ibis

        self.raw = duckdb.connect()
        self.raw.execute("SET TimeZone = 'UTC'")
        self.ibis = ibis.duckdb.from_connection(self.raw)
        self._count = 0

    def put(self, frame: pd.DataFrame, name: str) -> ibis.Table:
        """Store a frame and return it as an Ibis table; missing values become null."""
        import pyarrow as pa

        stored = self._name(name)
        self.raw.register("incoming", pa.Table.from_pandas(frame, preserve_index=False))
        self.raw.execute(f'CREATE TABLE "{stored}" AS SELECT * FROM incoming')
        self.raw.unregister("incoming")
        return self.ibis.table(stored)

    def store(self, table: ibis.Table, name: str) -> ibis.Table:
        """Work a table out once and return what came of it."""
        import ibis

        stored = self._name(name)
        query = ibis.to_sql(table, dialect="duckdb")
        self.raw.execute(f'CREATE TABLE "{stored}" AS {query}')
        return self.ibis.table(stored)

    def parquet(self, files: list[Path], name: str) -> ibis.Table:
        """Return Parquet files of one shape as one Ibis table, read only when asked for."""
        with _opening(files[0]):
            names = [str(file) for file in files]
            return self.ibis.read_parquet(names, table_name=self._name(name))

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
