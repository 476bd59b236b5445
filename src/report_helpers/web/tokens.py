"""The keys with which people sign in: made, checked and revoked.

A key is shown once, when it is made. The store keeps a salted digest of it, from which nobody gets
it back. A key has 192 random bits, so a fast digest is as good as a slow one.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex, token_urlsafe
from typing import cast

import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.errors import BadValue, UnknownName
from report_helpers.teams.exchange import Team
from report_helpers.teams.schema import TEAMS, tokens

LONGEST_NAME = 200


@dataclass(frozen=True)
class Bearer:
    """Somebody who holds a key.

    Parameters
    ----------
    token_id : which key it is; no secret.
    person, team : who they are, and the team they speak for.
    """

    token_id: str
    person: str
    team: Team


def make(db: Connection, person: str, team: str, at: datetime) -> str:
    """Make a key for a person and return it; earlier keys go on working until they are revoked.

    Parameters
    ----------
    db : a connection to the store that may write.
    person, team : whom it is for, and the team they speak for.
    at : naive UTC time.

    Raises
    ------
    UnknownName
        For a team that does not exist.
    BadValue
        When the person's name is empty, longer than 200 letters, or cannot be shown.
    """
    if team not in TEAMS:
        raise UnknownName("team", team, TEAMS)
    name = person.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadValue(f"{person!r} is no name", where="person", remedy="give the person's name")
    token_id, secret, salt = token_hex(6), token_urlsafe(24), token_hex(16)
    db.execute(
        sa.insert(tokens).values(
            token_id=token_id,
            person=name,
            team=team,
            digest=f"{salt}${_digest(salt, secret)}",
            made_at=at,
        )
    )
    return f"{token_id}.{secret}"


def check(db: Connection, token: str) -> Bearer | None:
    """Return whose key it is; None when it is wrong or revoked."""
    token_id, _, secret = token.strip().partition(".")
    row = _live(db, token_id)
    salt, _, digest = (row.digest if row else "$").partition("$")
    right = hmac.compare_digest(_digest(salt, secret), digest)
    return _bearer(row) if row and right else None


def holder(db: Connection, token_id: str) -> Bearer | None:
    """Return who holds a key that was checked before; None when it has been revoked since."""
    row = _live(db, token_id)
    return _bearer(row) if row else None


def revoke(db: Connection, person: str, at: datetime) -> int:
    """Revoke all keys of a person and return how many there were; their sessions end at once.

    Raises
    ------
    UnknownName
        When the person holds none.
    """
    held = (tokens.c.person == person.strip()) & tokens.c.revoked_at.is_(None)
    count = db.execute(sa.update(tokens).where(held).values(revoked_at=at)).rowcount
    if not count:
        known = sa.select(tokens.c.person).where(tokens.c.revoked_at.is_(None)).distinct()
        raise UnknownName("person with a token", person, db.execute(known).scalars())
    return count


def held(db: Connection) -> list[tuple[str, str, datetime]]:
    """Return person, team and day of making of every key that works, by name."""
    live = tokens.c.revoked_at.is_(None)
    chosen = sa.select(tokens.c.person, tokens.c.team, tokens.c.made_at).where(live)
    order = (tokens.c.person, tokens.c.made_at)
    return [(r.person, r.team, r.made_at) for r in db.execute(chosen.order_by(*order))]


def _live(db: Connection, token_id: str) -> sa.Row[tuple[object, ...]] | None:
    chosen = (tokens.c.token_id == token_id) & tokens.c.revoked_at.is_(None)
    return db.execute(sa.select(tokens).where(chosen)).one_or_none()


def _bearer(row: sa.Row[tuple[object, ...]]) -> Bearer:
    return Bearer(str(row.token_id), str(row.person), cast("Team", row.team))


def _digest(salt: str, secret: str) -> str:
    return hashlib.sha256(f"{salt}{secret}".encode("utf-8", "surrogatepass")).hexdigest()
