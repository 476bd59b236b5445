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


def addressed(text: str, item_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return what a text says to which item: the words from each item's mark to the next mark.

    What stands before the first mark belongs to it; marks one beside the other share the words.
    Nothing comes back when no item's mark stands there.

    Examples
    --------
    >>> mark, other = reference("N01"), reference("N02")
    >>> addressed(f"Hello, {mark} is done. {other}: on Friday.", ["N01", "N02", "N03"])
    [('N01', 'Hello, is done.'), ('N02', 'on Friday.')]
    """
    known = {reference(item_id)[2:10]: item_id for item_id in item_ids}
    found = [mark for mark in MARK.finditer(text) if mark[1].lower() in known]
    ends = [*(mark.start() for mark in found[1:]), len(text)]
    said: dict[str, str] = {}
    for mark, end in zip(found, ends, strict=False):
        item_id, words = known[mark[1].lower()], text[mark.end() : end].strip(" :\t\n")
        before = said.get(item_id, "") if said else text[: mark.start()].strip(" \t")
        gap = "" if before.endswith("\n") else " "
        said[item_id] = f"{before}{gap}{words}".strip()
    whole = " ".join(MARK.sub("", text).split())
    return [(item_id, words or whole) for item_id, words in said.items()]


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


def quarantined(db: Connection, reply_id: str) -> Reply:
    """Return a reply that is in quarantine.

    Raises
    ------
    UnknownName
        When no reply of that name is.
    """
    found = find(db, reply_id)
    if found is None or found.state != "quarantined":
        known = [reply.reply_id for reply in listed(db, ("quarantined",))]
        raise UnknownName("quarantined reply", reply_id, known)
    return found


def settle(db: Connection, reply_id: str, item_id: str, reason: str | None = None) -> None:
    """Note that a quarantined reply became an item.

    Parameters
    ----------
    reason : what of the mail was left out, if anything was.

    Raises
    ------
    UnknownName
        When no reply of that name is in quarantine.
    """
    kept = replies.c.state == "quarantined"
    change = sa.update(replies).where(replies.c.reply_id == reply_id, kept)
    if db.execute(change.values(state="added", item_id=item_id, reason=reason)).rowcount == 0:
        quarantined(db, reply_id)


def listed(db: Connection, states: Iterable[str] = ()) -> list[Reply]:
    """Return the replies, all or those in some states, the newest first."""
    wanted = [replies.c.state.in_(tuple(states))] if states else []
    order = (replies.c.taken_at.desc(), replies.c.reply_id)
    rows = db.execute(sa.select(replies).where(*wanted).order_by(*order)).mappings()
    return [Reply(**row) for row in rows]
