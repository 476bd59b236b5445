"""What came back: every mail that answered a letter, and what became of it.

A reply has one name for ever, so that a mail that is seen twice is taken once. Its words are kept
as an item, or stay in the mailbox; here is only what was done with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from report_helpers.errors import UnknownName
from report_helpers.teams.schema import replies

State = Literal["added", "quarantined", "refused"]
MARK = re.compile(r"\[?#([0-9a-f]{8})\b\]?", re.IGNORECASE)
"""The reference to an item, wherever it stands in a text."""


@dataclass(frozen=True)
class Reply:
    """One mail that came back.

    Parameters
    ----------
    reply_id : its name.
    sender : the address it says it comes from.
    subject : what it is called.
    state : ``added`` to the exchange, ``quarantined`` until somebody says where it belongs, or
        ``refused``.
    taken_at : when it was read, naive UTC.
    reason : why it was quarantined or refused, or what of it was left out.
    issue_id : the issue of the report it answers, if it does.
    item_id : the item it became, if it did.
    """

    reply_id: str
    sender: str
    subject: str
    state: State
    taken_at: datetime
    reason: str | None = None
    issue_id: str | None = None
    item_id: str | None = None


def reference(item_id: str) -> str:
    """Return the mark that a mail prints beside an item, and that an answer carries back.

    It is the same length for every id, and nothing in it can be broken by a mail program.

    Examples
    --------
    >>> reference("20261102-0a1b2c3d4e5")
    '[#c27a0c96]'
    """
    return f"[#{hashlib.sha256(item_id.encode()).hexdigest()[:8]}]"


def referred(text: str, item_ids: Iterable[str]) -> list[str]:
    """Return the items whose marks stand in a text; a mark of two items names both.

    Examples
    --------
    >>> referred("done #C27A0C96", ["20261102-0a1b2c3d4e5", "N01"])
    ['20261102-0a1b2c3d4e5']
    """
    marks = {f"[#{mark.lower()}]" for mark in MARK.findall(text)}
    return [item_id for item_id in item_ids if reference(item_id) in marks] if marks else []


def find(db: Connection, reply_id: str) -> Reply | None:
    """Return a reply by its name, or None when it never came."""
    chosen = sa.select(replies).where(replies.c.reply_id == reply_id)
    row = db.execute(chosen).mappings().one_or_none()
    return None if row is None else Reply(**row)


def enter(db: Connection, reply: Reply) -> bool:
    """Write a reply down; return False, and change nothing, if it is there already.

    Of two that enter the same one at once, the second waits and is told False.
    """
    try:
        with db.begin_nested():
            db.execute(sa.insert(replies).values(asdict(reply)))
    except IntegrityError:
        if find(db, reply.reply_id) is None:
            raise
        return False
    return True


def settle(db: Connection, reply_id: str, item_id: str) -> None:
    """Note that a quarantined reply became an item after all.

    Raises
    ------
    UnknownName
        When no reply of that name is in quarantine.
    """
    kept = replies.c.state == "quarantined"
    change = sa.update(replies).where(replies.c.reply_id == reply_id, kept)
    if db.execute(change.values(state="added", item_id=item_id, reason=None)).rowcount == 0:
        known = db.execute(sa.select(replies.c.reply_id).where(kept)).scalars()
        raise UnknownName("quarantined reply", reply_id, known)


def listed(db: Connection, states: Iterable[str] = ()) -> list[Reply]:
    """Return the replies, all or those in some states, the newest first."""
    wanted = [replies.c.state.in_(tuple(states))] if states else []
    order = (replies.c.taken_at.desc(), replies.c.reply_id)
    rows = db.execute(sa.select(replies).where(*wanted).order_by(*order)).mappings()
    return [Reply(**row) for row in rows]
