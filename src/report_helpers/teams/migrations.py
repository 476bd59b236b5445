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


def _with_ledger(db: Connection) -> None:
    """Version 3: which report was issued when, what was mailed to whom, and what came back."""
    content = "BYTEA" if db.dialect.name == "postgresql" else "BLOB"
    tables = (
        "issues (issue_id TEXT NOT NULL CONSTRAINT pk_issues PRIMARY KEY, "
        "report TEXT NOT NULL, period TEXT NOT NULL, starts_on DATE NOT NULL, segment TEXT, "
        "number INTEGER NOT NULL, "
        "state TEXT NOT NULL CONSTRAINT ck_issues_state CHECK (state IN ('held', 'issued')), "
        "data_hash TEXT NOT NULL, parameters JSON NOT NULL, facts JSON NOT NULL, "
        "folder TEXT NOT NULL, due_at TIMESTAMP, made_at TIMESTAMP NOT NULL)",
        "letters (letter_id TEXT NOT NULL CONSTRAINT pk_letters PRIMARY KEY, "
        "kind TEXT NOT NULL, about TEXT NOT NULL, "
        "issue_id TEXT CONSTRAINT fk_letters_issue_id REFERENCES issues (issue_id), "
        "address TEXT NOT NULL, message_id TEXT NOT NULL, subject TEXT NOT NULL, "
        f"content {content}, digest TEXT NOT NULL, state TEXT NOT NULL "
        "CONSTRAINT ck_letters_state CHECK (state IN ('queued', 'sending', 'sent', 'failed')), "
        "attempts INTEGER NOT NULL, next_at TIMESTAMP NOT NULL, error TEXT, "
        "queued_at TIMESTAMP NOT NULL, sent_at TIMESTAMP)",
        "replies (reply_id TEXT NOT NULL CONSTRAINT pk_replies PRIMARY KEY, "
        "sender TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL "
        "CONSTRAINT ck_replies_state CHECK (state IN ('added', 'quarantined', 'refused')), "
        "reason TEXT, "
        "issue_id TEXT CONSTRAINT fk_replies_issue_id REFERENCES issues (issue_id), "
        "item_id TEXT CONSTRAINT fk_replies_item_id REFERENCES items (item_id), "
        "taken_at TIMESTAMP NOT NULL)",
    )
    for table in tables:
        db.execute(sa.text(f"CREATE TABLE {table}"))
    for table, column in (("letters", "issue_id"), ("replies", "issue_id"), ("replies", "item_id")):
        db.execute(sa.text(f"CREATE INDEX ix_{table}_{column} ON {table} ({column})"))


def _with_cancelled(db: Connection) -> None:
    """Version 4: meetings that are cancelled."""
    db.execute(sa.text("ALTER TABLE meetings ADD COLUMN cancelled BOOLEAN DEFAULT false NOT NULL"))


def _with_heartbeats(db: Connection) -> None:
    """Version 5: when the clockwork ran first and last."""
    db.execute(
        sa.text(
            "CREATE TABLE heartbeats (name TEXT NOT NULL CONSTRAINT pk_heartbeats PRIMARY KEY, "
            "first_at TIMESTAMP NOT NULL, last_at TIMESTAMP NOT NULL)"
        )
    )


STEPS: tuple[Step, ...] = (_with_tokens, _with_ledger, _with_cancelled, _with_heartbeats)
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
