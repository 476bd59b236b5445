"""A sign of life: when something that runs again and again did so first and last.

Whoever watches from another machine sees by it that a scheduler has stopped, long before a report
is missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.teams.connection import alone
from report_helpers.teams.schema import heartbeats

TICK = "tick"


@dataclass(frozen=True)
class Heartbeat:
    """When something ran first and last, naive UTC."""

    first_at: datetime
    last_at: datetime


def beat(db: Connection, at: datetime, name: str = TICK) -> None:
    """Note that something runs at `at`, naive UTC; a clock set back moves the first."""
    alone(db, "heartbeats")
    found = last(db, name)
    if found is None:
        db.execute(sa.insert(heartbeats).values(name=name, first_at=at, last_at=at))
        return
    values = {"first_at": min(found.first_at, at), "last_at": at}
    db.execute(sa.update(heartbeats).where(heartbeats.c.name == name).values(values))


def last(db: Connection, name: str = TICK) -> Heartbeat | None:
    """Return when something ran; None when it never did."""
    row = db.execute(sa.select(heartbeats).where(heartbeats.c.name == name)).first()
    return None if row is None else Heartbeat(row.first_at, row.last_at)
