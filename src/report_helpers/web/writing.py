"""Pages to write: a new item, an answer, an edit, a close, a reopen.

What was typed is never lost, and what is sent twice, by a second click or a reload, is done once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from report_helpers.errors import BadValue, Conflict, MarsaleError, UnknownName
from report_helpers.present.forms import told
from report_helpers.teams import exchange, items
from report_helpers.teams.exchange import Item
from report_helpers.teams.fields import check_segment
from report_helpers.web.drawing import KINDS, LABELS, draw
from report_helpers.web.guard import LETTERS, Refused
from report_helpers.web.site import Visit

TYPED = tuple(LABELS)

WRONG = (BadValue, UnknownName)


def new(visit: Visit) -> Response:
    """Show an empty form, or write down what was typed into it."""
    if visit.request.method != "POST":
        kind = visit.request.query_params.get("kind", "")
        typed = {"kind": kind if kind in KINDS else "obstacle"}
        return draw(visit, "write", typed=_form(typed), wrong="")
    try:
        draft = {"written_on": visit.site.today(), **_draft(visit), "team": visit.team}
        with visit.site.store.write() as db:
            row = items.add(db, draft, visit.signature(), visit.fields.get("key", ""))
    except WRONG as error:
        return draw(visit, "write", 422, typed=_form(visit.fields), wrong=told(error))
    return _see(row["item_id"])


def answer(visit: Visit) -> Response:
    """Write down an answer to a thread."""
    _, root = visit.thread(visit.fields.get("id", ""))
    try:
        body = _measured(visit.fields.get("body", ""))
        draft = {"team": visit.team, "body": body, "written_on": visit.site.today()}
        with _changing(visit, root) as db:
            key = visit.fields.get("key", "")
            items.answer(db, root.note_id, draft, visit.signature(), key)
    except WRONG as error:
        return _again(visit, root, error)
    return _see(root.note_id)


def close(visit: Visit) -> Response:
    """Close a thread for a reason."""
    root = _closable(visit)
    try:
        reason = _measured(visit.fields.get("closed_reason", ""))
        with _changing(visit, root) as db:
            if items.get(db, root.note_id, lock=True)["closed_reason"] != reason.strip():
                items.close(db, root.note_id, reason, visit.site.today(), visit.signature())
    except WRONG as error:
        return _again(visit, root, error)
    return _see(root.note_id)


def reopen(visit: Visit) -> Response:
    """Open a closed thread again."""
    root = _closable(visit)
    with _changing(visit, root) as db:
        if items.get(db, root.note_id, lock=True)["closed_on"]:
            items.reopen(db, root.note_id, visit.signature())
    return _see(root.note_id)


def _closable(visit: Visit) -> Item:
    """Return the thread a form speaks of, if they may close it and open it again."""
    _, root = visit.thread(visit.fields.get("id", ""))
    if not visit.may_close(root):
        raise Refused(403, "The team that wrote it does that, or the person who must act.")
    return root


def edit(visit: Visit) -> Response:
    """Show a form with an item as it stands, or change it unless somebody else has meanwhile."""
    sent = visit.fields or visit.request.query_params
    item, root = visit.thread(sent.get("id", ""))
    if not visit.may_edit(item):
        raise Refused(403, "The team that wrote it changes it.")
    now, revision = _standing(visit, item)
    if visit.request.method != "POST":
        return _editing(visit, item, _form(now), revision)
    started = visit.fields.get("revision", "")
    if not (started.isascii() and started.isdigit() and len(started) < 10):
        raise Refused(400, "The form could not be read.")
    try:
        with _changing(visit, item) as db:
            items.edit(db, item.note_id, _draft(visit), int(started), visit.signature())
    except Conflict:
        return _conflict(visit, item, root, int(started))
    except WRONG as error:
        return _editing(visit, item, _form(visit.fields), int(started), told(error))
    return _see(root.note_id)


def _conflict(visit: Visit, item: Item, root: Item, started: int) -> Response:
    """Show both wordings, if they differ; what was not touched since `started` is as it is now."""
    with visit.site.store.read() as db:
        now = items.get(db, item.note_id)
        base = _form(items.revision(db, item.note_id, started) or {})
    theirs, sent = _form(now), _form(visit.fields)
    touched = [name for name in TYPED if name in visit.fields and sent[name] != base[name]]
    typed = {name: sent[name] if name in touched else theirs[name] for name in TYPED}
    differs = [name for name in TYPED if typed[name] != theirs[name]]
    if not differs:
        return _see(root.note_id)
    given = {"item": item, "now": now, "theirs": theirs, "typed": typed, "differs": differs}
    return draw(visit, "conflict", 409, **given)


def _editing(
    visit: Visit, item: Item, typed: dict[str, str], revision: int, wrong: str = ""
) -> Response:
    given = {"item": item, "typed": typed, "revision": revision, "wrong": wrong}
    return draw(visit, "edit", 422 if wrong else 200, **given)


def _again(visit: Visit, root: Item, error: MarsaleError) -> Response:
    """Show a thread once more with what was typed, and what is wrong with it."""
    return draw(visit, "thread", 422, root=root, wrong=told(error), typed=visit.fields)


def _standing(visit: Visit, item: Item) -> tuple[dict[str, Any], int]:
    """Return an item's fields and revision; a note of the data becomes revision 1 when changed."""
    with visit.site.store.read() as db:
        kept = items.find(db)
    row = next((row for row in kept if row["item_id"] == item.note_id), None)
    return (row, row["revision"]) if row else (vars(item), 1)


def _form(values: dict[str, Any]) -> dict[str, str]:
    """Return the fields of an item as text to edit."""
    return {name: str(values.get(name) or "") for name in TYPED}


def _draft(visit: Visit) -> dict[str, Any]:
    """Return the fields sent, of those that people write here.

    Raises
    ------
    BadValue
        For a day that is none, or a text too long.
    UnknownName
        For a kind that is not written here, or a segment nobody knows.
    """
    sent = {name: _measured(visit.fields[name]) for name in TYPED if name in visit.fields}
    if "kind" in sent and sent["kind"] not in KINDS:
        raise UnknownName("kind", sent["kind"], KINDS)
    check_segment(sent.get("about_segment"), visit.site.data)
    return {**sent, **({"due_on": _day(sent["due_on"])} if "due_on" in sent else {})}


def _measured(text: str) -> str:
    if len(text) > LETTERS:
        raise BadValue(f"the text has {len(text):,} letters", remedy=f"at most {LETTERS:,} fit")
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadValue(f"'{text[:40]}' is not a date", remedy="write it as 2026-11-04") from error


@contextmanager
def _changing(visit: Visit, item: Item) -> Iterator[Connection]:
    """Open a transaction to change an item; a note of the data is first taken into the store."""
    with visit.site.store.write() as db:
        exchange.adopt(db, visit.site.data, item.note_id, visit.signature())
        yield db


def _see(item_id: str) -> Response:
    return RedirectResponse(f"/thread?id={quote(item_id, safe='')}", 303)
