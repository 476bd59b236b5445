"""The outbox: every mail that is to go out, and what became of it.

A letter is kept, whole, before anything is sent, in the same transaction as what it speaks of. So
no crash loses one. A letter has one name for ever: to queue it again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.errors import UnknownName
from report_helpers.teams.connection import alone
from report_helpers.teams.schema import letters

Kind = Literal["report", "held", "late", "failure", "receipt"]
LEASE = timedelta(minutes=15)
"""So long a sender may take over one letter; then it is taken for dead, and another one tries."""
FAR = timedelta(days=1)
"""Nothing is put off so far: where it seems to be, the clock was wrong then, and it is due now."""


@dataclass(frozen=True)
class Letter:
    """One mail to one person.

    Parameters
    ----------
    kind : a ``report``; a notice that one is ``held`` or ``late``; of a ``failure``; or the
        ``receipt`` of a reply.
    about : what it speaks of, such as the name of an issue; with kind and address its own name.
    address : whom it goes to.
    message_id : its Message-ID, the same at every attempt, so that mail programs drop a double.
    subject : what it is called.
    content : the mail as it travels.
    issue_id : the issue it hands over, or says to be held; None when it is about none.

    Examples
    --------
    >>> letter = Letter("report", "weekly-2026-W44", "a@b.c", "<1@b.c>", "Weekly", b"...")
    >>> letter.letter_id
    '4ab8f35fb6c92e1f'
    """

    kind: Kind
    about: str
    address: str
    message_id: str
    subject: str
    content: bytes
    issue_id: str | None = None

    @property
    def letter_id(self) -> str:
        """Its name."""
        words = "\n".join((self.kind, self.about, self.address.casefold()))
        return hashlib.sha256(words.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Waiting:
    """A letter that is to be sent: its name, its content, and how often it was tried before."""

    letter_id: str
    address: str
    content: bytes
    attempts: int


def queue(db: Connection, new: Iterable[Letter], at: datetime) -> int:
    """Put letters into the outbox and return how many; those that were ever there stay as they are.

    Parameters
    ----------
    db : a connection to the store that may write.
    at : naive UTC time.
    """
    alone(db, "letters")
    wanted = dict[str, Letter]()
    for letter in new:
        wanted.setdefault(letter.letter_id, letter)
    names = letters.c.letter_id.in_(wanted)
    known = set(db.execute(sa.select(letters.c.letter_id).where(names)).scalars())
    rows = [_row(letter, at) for name, letter in wanted.items() if name not in known]
    if rows:
        db.execute(sa.insert(letters), rows)
    return len(rows)


def due(db: Connection, at: datetime) -> list[str]:
    """Return the names of the letters to be sent now, the oldest first.

    Those are the queued ones whose time has come, and those whose sender died over them.
    """
    order = (letters.c.queued_at, letters.c.letter_id)
    query = sa.select(letters.c.letter_id).where(_ready(at)).order_by(*order)
    return list(db.execute(query).scalars())


def take(db: Connection, letter_id: str, at: datetime) -> Waiting | None:
    """Take a letter to send it, or return None when another sender has it or it is done.

    It counts as an attempt. The taker has `LEASE` to say what became of it.
    """
    change = sa.update(letters).where(letters.c.letter_id == letter_id, _ready(at))
    values = {"state": "sending", "attempts": letters.c.attempts + 1, "next_at": at + LEASE}
    if db.execute(change.values(values)).rowcount == 0:
        return None
    row = db.execute(sa.select(letters).where(letters.c.letter_id == letter_id)).one()
    return Waiting(row.letter_id, row.address, row.content, row.attempts)


def withdraw(db: Connection, issue_id: str, kinds: Iterable[Kind] = ("held", "late")) -> int:
    """Take back what was not sent yet of an issue, and return how many letters.

    It has come, or been corrected: what reached a reader after it would contradict it.
    """
    waits = letters.c.kind.in_(tuple(kinds)) & (letters.c.state == "queued")
    of_it = (letters.c.issue_id == issue_id) | (letters.c.about == issue_id)
    return db.execute(sa.delete(letters).where(waits, of_it)).rowcount


def sent(db: Connection, letter_id: str, at: datetime) -> None:
    """Note that the server has taken a letter; its content is no longer needed."""
    _note(db, letter_id, state="sent", sent_at=at, content=None, error=None)


def put_off(db: Connection, letter_id: str, until: datetime, error: str) -> None:
    """Note that a letter could not be sent for now, and when to try again."""
    _note(db, letter_id, state="queued", next_at=until, error=error)


def give_up(db: Connection, letter_id: str, error: str) -> None:
    """Note that a letter cannot be sent; its content stays for whoever mends the fault."""
    _note(db, letter_id, state="failed", error=error)


def bounced(db: Connection, letter_id: str, error: str) -> bool:
    """Note that a letter that was sent came back; return False when no such letter was sent."""
    gone = letters.c.state == "sent"
    change = sa.update(letters).where(letters.c.letter_id == letter_id, gone)
    return db.execute(change.values(state="failed", error=error)).rowcount == 1


def retry(db: Connection, letter_id: str, at: datetime) -> None:
    """Queue anew a letter that was given up.

    Raises
    ------
    UnknownName
        When no letter of that name was given up, or it came back and its content is gone.
    """
    failed = (letters.c.state == "failed") & letters.c.content.is_not(None)
    values = {"state": "queued", "next_at": at, "attempts": 0}
    change = sa.update(letters).where(letters.c.letter_id == letter_id, failed).values(values)
    if db.execute(change).rowcount == 0:
        known = db.execute(sa.select(letters.c.letter_id).where(failed)).scalars()
        raise UnknownName("failed letter", letter_id, known)


def find(db: Connection, letter_id: str) -> dict[str, Any] | None:
    """Return a letter by its name, without its content, or None when there is none."""
    shown = [column for column in letters.columns if column.name != "content"]
    chosen = sa.select(*shown).where(letters.c.letter_id == letter_id)
    row = db.execute(chosen).mappings().one_or_none()
    return None if row is None else dict(row)


def listed(db: Connection, states: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return the letters, all or those in some states, newest first, without their content."""
    shown = [column for column in letters.columns if column.name != "content"]
    wanted = [letters.c.state.in_(tuple(states))] if states else []
    order = (letters.c.queued_at.desc(), letters.c.letter_id)
    rows = db.execute(sa.select(*shown).where(*wanted).order_by(*order))
    return [dict(row) for row in rows.mappings()]


def _ready(at: datetime) -> sa.ColumnElement[bool]:
    waits = letters.c.state.in_(("queued", "sending"))
    return waits & ((letters.c.next_at <= at) | (letters.c.next_at > at + FAR))


def _row(letter: Letter, at: datetime) -> dict[str, Any]:
    names = ("kind", "about", "issue_id", "address", "message_id", "subject", "content")
    return {
        **{name: getattr(letter, name) for name in names},
        "letter_id": letter.letter_id,
        "digest": hashlib.sha256(letter.content).hexdigest(),
        "state": "queued",
        "attempts": 0,
        "next_at": at,
        "queued_at": at,
    }


def _note(db: Connection, letter_id: str, **values: Any) -> None:
    db.execute(sa.update(letters).where(letters.c.letter_id == letter_id).values(**values))
