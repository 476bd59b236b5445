"""How a store is reached: its URL read, its engine set up so that a change is one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from report_helpers.errors import ConfigurationError

PATIENCE = 30_000
"""Milliseconds a writer waits for another one to finish."""
_FORMS = "write a file's path, sqlite:///path, or postgresql+psycopg://user@host/database"


def shown(url: str) -> str:
    """Return where a store is, without a password, whether it is there or not."""
    place = parsed(url)
    if place.get_backend_name() == "sqlite":
        return str(place.database)
    return place.render_as_string(hide_password=True)


def parsed(url: str | Path) -> sa.URL:
    """Return where a store is as a URL; a path is that of a SQLite file.

    Raises
    ------
    ConfigurationError
        When it is neither a path nor the URL of a SQLite or PostgreSQL database.
    """
    if isinstance(url, Path) or "://" not in url:
        return sa.URL.create("sqlite", database=str(Path(url).expanduser()))
    try:
        found = sa.make_url(url)
    except ArgumentError as error:
        raise ConfigurationError("the store's URL cannot be read", remedy=_FORMS) from error
    if found.drivername in ("postgres", "postgresql"):
        found = found.set(drivername="postgresql+psycopg")
    if found.get_backend_name() not in ("sqlite", "postgresql") or not found.database:
        named = found.render_as_string(hide_password=True)
        raise ConfigurationError(f"'{named}' is no store", remedy=_FORMS)
    return found


def engine_of(url: sa.URL) -> Engine:
    """Return SQLAlchemy's engine for a store; each transaction has a connection of its own.

    Raises
    ------
    ConfigurationError
        When the driver of the database is not installed.
    """
    try:
        engine = sa.create_engine(url, poolclass=NullPool)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"the driver for '{url.drivername}' is not installed ({error})",
            remedy="pip install 'marsale-report-kit[postgres]', or use a SQLite file",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: Any, _: Any) -> None:
    """Set up a new SQLite connection; transactions are begun by `_begin`, not by the driver."""
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA synchronous = FULL")  # a change once told as kept outlives a power cut


def _begin(db: Connection) -> None:
    writes = db.get_execution_options().get("writes", False)
    db.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def isolation(db: Connection, writes: bool) -> dict[str, Any]:
    """Return the options of a transaction: a writer locks, a reader sees one state throughout."""
    if db.dialect.name == "sqlite" or writes:
        return {"writes": writes}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def alone(db: Connection, name: str) -> None:
    """Let others who ask for the same name wait until this writing transaction has ended."""
    if db.dialect.name == "postgresql":  # SQLite has locked the whole file already
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))
