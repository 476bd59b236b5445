"""Items of the exchange, written: added, answered, edited, closed, reopened and found again.

Every function takes a connection of :meth:`report_helpers.teams.store.Store.write` or ``read``, so
that several changes can be one transaction. An item that is changed keeps its former self in
``past_items``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.errors import BadValue, Conflict, UnknownName
from report_helpers.teams.connection import alone
from report_helpers.teams.fields import FIELDS, WAITING, WRITTEN, Values, check, clean
from report_helpers.teams.schema import items, meetings, past_items

NAMES = tuple(column.name for column in items.columns)
EDITABLE = (*WRITTEN, "carried")


@dataclass(frozen=True)
class Signature:
    """Who changes something, and when.

    Parameters
    ----------
    by : the person.
    at : naive UTC time.
    """

    by: str
    at: datetime


@dataclass(frozen=True)
class Query:
    """Which items are wanted; what is empty does not restrict.

    Parameters
    ----------
    team, kind, owner, author, about_metric, about_segment, meeting_id : exactly this.
    state : ``open`` (of a kind that waits, and not closed), ``closed``, ``overdue`` (open, and due
        before `on`), or ``all``.
    on : the day by which something is overdue.
    """

    team: str = ""
    kind: str = ""
    owner: str = ""
    author: str = ""
    about_metric: str = ""
    about_segment: str = ""
    meeting_id: str = ""
    state: str = "all"
    on: date = date.max

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return the query as SQL conditions, all of which must hold."""
        names = [name for name in NAMES if getattr(self, name, "")]
        found = [items.c[name] == getattr(self, name) for name in names]
        if self.state in ("open", "overdue"):
            found += [items.c.closed_on.is_(None), items.c.kind.in_(WAITING)]
        if self.state == "overdue":
            found.append(items.c.due_on < self.on)
        if self.state == "closed":
            found.append(items.c.closed_on.is_not(None))
        return found


def find(db: Connection, query: Query | None = None) -> list[Values]:
    """Return the items wanted, oldest first, one dict of columns an item.

    Raises
    ------
    UnknownName
        For a team, kind or state that does not exist.
    """
    query = query or Query()
    states = ("open", "closed", "overdue", "all")
    for name, known in (
        ("team", FIELDS["team"].allowed),
        ("kind", FIELDS["kind"].allowed),
        ("state", states),
    ):
        value = getattr(query, name)
        if value and value not in known:
            raise UnknownName(name, value, known)
    order = (items.c.written_on, items.c.item_id)
    rows = db.execute(sa.select(items).where(*query.conditions()).order_by(*order))
    return [dict(row) for row in rows.mappings()]


def get(db: Connection, item_id: str, *, lock: bool = False) -> Values:
    """Return an item as it stands; with `lock` others wait to change it until we are done.

    Raises
    ------
    UnknownName
        When there is none of that id.
    """
    chosen = sa.select(items).where(items.c.item_id == item_id)
    row = db.execute(chosen.with_for_update() if lock else chosen).mappings().one_or_none()
    if row is None:
        known = db.execute(sa.select(items.c.item_id)).scalars()
        raise UnknownName("item", item_id, known)
    return dict(row)


def revision(db: Connection, item_id: str, number: int) -> Values | None:
    """Return an item as it stood at a revision; None when there was no such revision."""
    for table in (items, past_items):
        chosen = (table.c.item_id == item_id) & (table.c.revision == number)
        row = db.execute(sa.select(table).where(chosen)).mappings().one_or_none()
        if row is not None:
            return dict(row)
    return None


def add(db: Connection, draft: Mapping[str, Any], signed: Signature, key: str = "") -> Values:
    """Write a new item down and return it as kept, with its id.

    What a form with a key sends twice, as a second click or a reload does, is written once: the
    id ends with a digest of the key, who writes, and the words.

    Parameters
    ----------
    db : a connection that may write.
    draft : its fields; ``team``, ``kind``, ``body`` and ``written_on`` must be there.
    signed : who writes it, and when; who writes it is its author unless the draft names one.
    key : of the form it was typed into, another one each time the form is shown; empty for none.

    Raises
    ------
    UnknownName
        For a team, kind, metric or parent nobody knows.
    BadValue
        For an empty or overlong text, or days in the wrong order.
    """
    values = {"author": signed.by, **{k: v for k, v in clean(draft).items() if v is not None}}
    mark = _mark(values, signed.by, key) if key else ""
    sent = _sent_before(db, mark) if mark else None
    if sent is not None:
        return sent
    check(values)
    _check_links(db, "", values)
    item_id = _new_id(db, values["written_on"], signed.at, mark)
    return keep(db, {**values, "item_id": item_id}, signed)


def keep(db: Connection, values: Mapping[str, Any], signed: Signature) -> Values:
    """Insert an item that has its id already, without checking it, as its first revision."""
    row = {**values, "revision": 1, "changed_at": signed.at, "changed_by": signed.by}
    db.execute(sa.insert(items).values(row))
    return get(db, row["item_id"])


def answer(
    db: Connection, parent_id: str, draft: Mapping[str, Any], signed: Signature, key: str = ""
) -> Values:
    """Write down an answer to an item; `draft` as for `add`, without ``kind`` and ``answers``."""
    return add(db, {**draft, "kind": "answer", "answers": parent_id}, signed, key)


def edit(
    db: Connection,
    item_id: str,
    changes: Mapping[str, Any],
    expected: int | None,
    signed: Signature,
) -> Values:
    """Change fields of an item and return it as it is now.

    Parameters
    ----------
    db : a connection that may write.
    item_id : the item.
    changes : new values by field; None or empty text empties a field.
    expected : the revision the changes start from; None for whichever it is now.
    signed : who changes it, and when.

    Raises
    ------
    Conflict
        When the item has another revision by now; says who changed what, and when.
    UnknownName, BadValue
        As for `add`.
    """
    now, wanted = get(db, item_id, lock=True), clean(changes)
    for name in wanted:
        if name not in EDITABLE:
            raise UnknownName("field that can be changed", name, EDITABLE, where=item_id)
    if expected is not None and expected != now["revision"]:
        raise Conflict(
            f"{_who_changed(db, now, expected)}; you started from revision {expected}, "
            f"it is now revision {now['revision']}",
            where=item_id,
            remedy="look at it as it is now, and make your change to that",
        )
    new = {name: value for name, value in wanted.items() if value != now[name]}
    if not new:
        return now
    check({**now, **new})
    _check_links(db, item_id, new)
    return _replace(db, now, new, signed)


def _replace(db: Connection, now: Values, new: Values, signed: Signature) -> Values:
    """Put the item's present self away and its new one in place."""
    db.execute(sa.insert(past_items).values(now))
    mark = {
        "revision": now["revision"] + 1,
        "changed_at": signed.at,
        "changed_by": signed.by,
    }
    db.execute(sa.update(items).where(items.c.item_id == now["item_id"]).values({**new, **mark}))
    return get(db, now["item_id"])


def close(db: Connection, item_id: str, reason: str, on: date, signed: Signature) -> Values:
    """Close an item for a reason, as of a day.

    Raises
    ------
    BadValue
        Without a reason, or when it is closed already.
    """
    now = get(db, item_id, lock=True)
    if now["closed_on"] is not None:
        raise BadValue(
            f"closed on {now['closed_on']} already: {now['closed_reason']}",
            where=item_id,
            remedy="reopen it first if it is to be closed anew",
        )
    return edit(db, item_id, {"closed_on": on, "closed_reason": reason}, None, signed)


def reopen(db: Connection, item_id: str, signed: Signature) -> Values:
    """Open a closed item again.

    Raises
    ------
    BadValue
        When it is open.
    """
    if get(db, item_id, lock=True)["closed_on"] is None:
        raise BadValue("is open already", where=item_id)
    return edit(db, item_id, {"closed_on": None, "closed_reason": None}, None, signed)


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return the fields people write in which two states of an item differ."""
    return [name for name in WRITTEN if one.get(name) != other.get(name)]


def _who_changed(db: Connection, now: Values, since: int) -> str:
    base = revision(db, now["item_id"], since)
    what = ", ".join(differing(base, now)) if base else ""
    when = f"{now['changed_at']:%Y-%m-%d %H:%M} UTC"
    return f"{now['changed_by']} changed {what or 'it'} on {when}"


def _check_links(db: Connection, item_id: str, values: Values) -> None:
    """Check that meeting and answered item exist, and that no item answers itself."""
    meeting = values.get("meeting_id")
    known = sa.select(meetings.c.meeting_id)
    if meeting and not db.execute(known.where(meetings.c.meeting_id == meeting)).first():
        raise UnknownName("meeting", meeting, db.execute(known).scalars(), where=item_id)
    parent, seen = values.get("answers"), {item_id}
    while parent:
        if parent in seen:
            raise BadValue("an item cannot answer itself", where="answers")
        seen.add(parent)
        parent = get(db, parent)["answers"]


def _mark(values: Values, by: str, key: str) -> str:
    """Return how the ids end of what `by` sends from a form; the day it arrives does not count."""
    said = sorted((name, str(value)) for name, value in values.items() if name != "written_on")
    told = repr((key, by, said)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=7).hexdigest()


def _sent_before(db: Connection, mark: str) -> Values | None:
    """Return the item whose id ends with a mark, once nobody else is about to write it."""
    alone(db, mark)
    row = db.execute(sa.select(items).where(items.c.item_id.endswith(mark))).mappings().first()
    return dict(row) if row else None


def _new_id(db: Connection, day: date, at: datetime, mark: str = "") -> str:
    """Return an unused id that sorts by the day written, then by the time it came in."""
    second = at.hour * 3600 + at.minute * 60 + at.second
    while True:
        found = f"{day:%Y%m%d}-{second:05x}{mark or token_hex(3)}"
        if not db.execute(sa.select(items.c.item_id).where(items.c.item_id == found)).first():
            return found
