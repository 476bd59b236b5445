"""Where the teams' items, meetings and visits are kept: one SQLite file, or a PostgreSQL database.

A change is one transaction: it is there wholly or not at all, also after a crash, and writers wait
for each other.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from report_helpers.errors import ConfigurationError, DataError
from report_helpers.teams import schema
from report_helpers.teams.connection import engine_of, isolation, parsed
from report_helpers.teams.migrations import NEWEST, migrate, version

_TIMED = (schema.items, schema.meetings, schema.shadowings)


class Store:
    """The teams' store, open for reading and writing.

    Parameters
    ----------
    engine : SQLAlchemy's engine for it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = open_store(Path(folder) / "marsale.db")
    ...     with store.read() as db:
    ...         db.execute(sa.select(sa.func.count()).select_from(schema.items)).scalar_one()
    0
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __repr__(self) -> str:
        return f"Store({self.url!r})"

    @property
    def url(self) -> str:
        """Where it is, as a URL without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The SQLite file it is in; None for a database server."""
        name = self._engine.url.database
        return Path(name) if self._engine.dialect.name == "sqlite" and name else None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that may change things: all of it is kept, or nothing of it.

        Raises
        ------
        DataError
            When the store cannot be reached, written or locked.
        """
        with self._transaction(writes=True) as db:
            yield db

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the store, whatever others write meanwhile."""
        with self._transaction(writes=False) as db:
            yield db

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        try:
            with self._engine.connect() as plain:
                db = plain.execution_options(**isolation(plain, writes))
                with db.begin():
                    yield db
        except DatabaseError as error:
            if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
                raise  # a broken constraint or wrong SQL is a fault of the code, not of the store
            raise DataError(
                f"the store cannot be used: {str(error.orig).strip()}",
                where=self.url,
                remedy="check the path or URL, that it may be written, and that the disk has room",
            ) from error

    def changed_at(self, db: Connection) -> Any:
        """Return when anything in the store was last changed, or None when it is empty."""
        found = [db.execute(sa.select(sa.func.max(t.c.changed_at))).scalar() for t in _TIMED]
        return max((at for at in found if at is not None), default=None)

    def check(self) -> dict[str, int]:
        """Return the schema's version and how many rows each table holds.

        Raises
        ------
        DataError
            When SQLite finds the file damaged or a reference broken.
        """
        with self.read() as db:
            if db.dialect.name == "sqlite":
                _sound(db, self.url)
            counts = {
                table.name: db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in schema.metadata.sorted_tables
                if table is not schema.version
            }
            return {"version": version(db) or 0, **counts}

    def backup(self, path: Path) -> None:
        """Copy the store to a file while others go on using it; a file that is there is replaced.

        Raises
        ------
        ConfigurationError
            When the store is not a SQLite file.
        DataError
            When the copy cannot be written.
        """
        draft = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _copy(self._file("backed up", "pg_dump"), draft)
            os.replace(draft, path)
        except (OSError, sqlite3.Error) as error:
            draft.unlink(missing_ok=True)
            raise DataError(
                f"the backup cannot be written: {error}", where=str(path), remedy="check the folder"
            ) from error

    def restore(self, path: Path, *, force: bool = False) -> None:
        """Put the state of a backup in place of the store's own.

        Parameters
        ----------
        path : a file written by `backup`.
        force : also when the store was changed later than the backup.

        Raises
        ------
        ConfigurationError
            When the store is not a SQLite file.
        DataError
            When there is no such backup, it is damaged, or the store is newer than it.
        """
        file = self._file("restored", "pg_restore")
        saved = open_store(path, create=False)
        saved.check()
        with self.read() as here, saved.read() as there:
            mine, its = self.changed_at(here), self.changed_at(there)
        if mine and not force and (its is None or mine > its):
            raise DataError(
                f"the store was changed at {mine:%Y-%m-%d %H:%M:%S} UTC, later than the backup "
                f"({f'{its:%Y-%m-%d %H:%M:%S} UTC' if its else 'which is empty'})",
                where=self.url,
                remedy="back it up first, then add --force to give up what is newer",
            )
        try:
            _copy(path, file)
        except sqlite3.Error as error:
            raise DataError(
                f"the backup cannot be put back: {error}",
                where=str(file),
                remedy="end what else uses the store, then try again",
            ) from error

    def _file(self, done: str, tool: str) -> Path:
        if self.path is None:
            raise ConfigurationError(
                f"a PostgreSQL store is not {done} by marsale",
                where=self.url,
                remedy=f"use {tool}, as the database's administrator does",
            )
        return self.path


def open_store(url: str | Path, *, create: bool = True) -> Store:
    """Open a store, bringing its tables up to date.

    Parameters
    ----------
    url : path of a SQLite file, ``sqlite:///…``, or ``postgresql+psycopg://…`` (its password may
        come from ``PGPASSWORD`` or a password file).
    create : make a SQLite file that is not there; otherwise that is an error.

    Raises
    ------
    ConfigurationError
        When the URL is wrong, a driver is missing, or a newer version of the kit made the store.
    DataError
        When the store cannot be reached, or is not there and may not be made.
    """
    store = Store(engine_of(parsed(url)))
    if store.path is not None:
        if not create and not store.path.is_file():
            raise DataError(
                "there is no store yet",
                where=str(store.path),
                remedy="check the path; the first 'marsale note add' makes one",
            )
        _make(store.path)
    with store.read() as db:
        current = version(db) == NEWEST
    if not current:
        with store.write() as db:
            migrate(db)
    return store


def existing(url: str | Path) -> Store | None:
    """Return the store, or None when `url` is empty or its SQLite file has not been made yet."""
    if not str(url):
        return None
    return None if _is_unmade(parsed(url)) else open_store(url)


def reading(url: str | Path) -> Store | None:
    """Return a store as it is, only to be read; its tables are neither made nor brought up to date.

    None when there is no store yet.

    Raises
    ------
    ConfigurationError
        When the URL is wrong, a driver is missing, or another version of the kit made the store.
    DataError
        When the store cannot be reached.
    """
    if _is_unmade(parsed(url)):
        return None
    store = Store(engine_of(parsed(url)))
    with store.read() as db:
        found = version(db)
    if found not in (None, NEWEST):
        raise ConfigurationError(
            f"the store has version {found}, and this version of the kit reads {NEWEST}",
            where=store.url,
            remedy="use the version of the kit here that makes the reports there",
        )
    return None if found is None else store


def _is_unmade(url: sa.URL) -> bool:
    """Return whether a store is a SQLite file that is not there yet."""
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()


def _make(path: Path) -> None:
    """Make the SQLite file unless it is there; let readers and a writer work side by side."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("PRAGMA journal_mode = WAL")
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            return  # another process is at it this moment, and the store works meanwhile
        raise DataError(
            f"the store cannot be opened: {error}",
            where=str(path),
            remedy="check the path, and that its folder may be written",
        ) from error


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _sound(db: Connection, where: str) -> None:
    found = [str(row[0]) for row in db.exec_driver_sql("PRAGMA integrity_check")]
    broken = db.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if found != ["ok"] or broken:
        said = "; ".join([x for x in found if x != "ok"][:3] + [f"{tuple(b)}" for b in broken[:3]])
        raise DataError(
            f"the store is damaged: {said}", where=where, remedy="restore the last good backup"
        )
