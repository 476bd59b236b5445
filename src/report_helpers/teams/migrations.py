"""How a store made by an earlier version of the kit is brought up to date.

A step, once released, is never edited: it is what older stores have been through. A change to the
tables in :mod:`report_helpers.teams.schema` comes with one more step here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.errors import ConfigurationError
from report_helpers.teams import schema

Step = Callable[[Connection], None]


def _with_tokens(db: Connection) -> None:
    """Version 2: keys with which people sign in to the teams' page."""
    db.execute(
        sa.text(
            "CREATE TABLE tokens ("
            "token_id TEXT NOT NULL CONSTRAINT pk_tokens PRIMARY KEY, "
            "person TEXT NOT NULL, "
            "team TEXT NOT NULL CONSTRAINT ck_tokens_team CHECK (team IN ('marketing', 'sales')), "
            "digest TEXT NOT NULL, "
            "made_at TIMESTAMP NOT NULL, "
            "revoked_at TIMESTAMP)"
        )
    )
    db.execute(sa.text("CREATE INDEX ix_tokens_person ON tokens (person)"))


STEPS: tuple[Step, ...] = (_with_tokens,)
"""The first step leads from version 1 to version 2, the next from 2 to 3, and so on."""

NEWEST = 1 + len(STEPS)
_LOCK = 20261029  # any number, as long as every version of the kit takes the same


def migrate(db: Connection, steps: Sequence[Step] = STEPS) -> int:
    """Make the tables of a new store, or bring an older one up to date; return its version.

    Parameters
    ----------
    db : a connection inside a transaction, so that a step that fails leaves the store as it was.
    steps : what leads from one version to the next.

    Raises
    ------
    ConfigurationError
        When the store was made by a newer version of the kit.
    """
    if db.dialect.name == "postgresql":  # SQLite has locked the whole file already
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    newest, found = 1 + len(steps), version(db)
    if found is None:
        schema.metadata.create_all(db)
        db.execute(sa.insert(schema.version).values(version=newest))
        return newest
    if found > newest:
        raise ConfigurationError(
            f"the store has version {found}; this version of the kit knows versions up to {newest}",
            remedy="update the kit (pip install --upgrade marsale-report-kit)",
        )
    for step in steps[found - 1 :]:
        step(db)
    if found < newest:
        db.execute(sa.update(schema.version).values(version=newest))
    return newest


def version(db: Connection) -> int | None:
    """Return the version of the store's schema, or None when it has no tables yet."""
    if not sa.inspect(db).has_table(schema.version.name):
        return None
    found: int = db.execute(sa.select(schema.version.c.version)).scalar_one()
    return found
