"""What the two teams tell and ask each other, and what is still owed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast

import pandas as pd
from sqlalchemy import Connection

from report_helpers.data.dataset import Dataset
from report_helpers.periods import Period
from report_helpers.teams.connection import alone
from report_helpers.teams.items import NAMES, Signature, find, keep
from report_helpers.teams.store import Store

Team = Literal["marketing", "sales"]
OTHER: dict[Team, Team] = {"marketing": "sales", "sales": "marketing"}
ASKS = ("question", "request")
TOLD = ("success", "obstacle")
Values = dict[Hashable, Any]


@dataclass(frozen=True)
class Item:
    """One thing a team tells or asks.

    Parameters
    ----------
    note_id, team, kind, body : what it is and who says it.
    written_on : when.
    author, owner : who said it, who must act.
    due_on : when an answer or act is due, if it is.
    closed_on, closed_reason : when and why it was closed, if it was.
    about_metric, about_segment : the number it speaks of.
    about_campaign, about_deal : the campaign and the deal it speaks of.
    expected : ``up`` or ``down``: which way a decision is to move its number; empty when not said.
    meeting_id : the meeting it came out of, where that is on record.
    carried : how many meetings it was carried over.
    answers : the answers given, oldest first.
    """

    note_id: str
    team: Team
    kind: str
    body: str
    written_on: date
    author: str = ""
    owner: str = ""
    due_on: date | None = None
    closed_on: date | None = None
    closed_reason: str = ""
    about_metric: str = ""
    about_segment: str = ""
    about_campaign: str = ""
    about_deal: str = ""
    expected: str = ""
    meeting_id: str = ""
    carried: int = 0
    answers: tuple[Item, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        """Whether it still waits: nothing drops out until it is closed."""
        return self.closed_on is None

    def overdue(self, on: date) -> bool:
        """Whether it is open and was due before `on`."""
        return self.is_open and self.due_on is not None and self.due_on < on


def threads(
    data: Dataset, until: date, store: Store | None = None, segment: str = ""
) -> list[Item]:
    """Return what was written before `until`, each with its answers, oldest first.

    What was closed on or after `until` is still open: a report rendered again later shows what
    was open then.

    Parameters
    ----------
    data : its table ``notes``, where there is one.
    until : the first day that is not known yet.
    store : where the teams write; of an item that is in both, the store's words count.
    segment : leave out what speaks of another segment; all segments when empty.
    """
    known_rows = _rows(data, store).values()
    rows = sorted((row for row in known_rows if _speaks_of(row, segment)), key=_age)
    items = [_item(row, until) for row in rows if _known(row, until)]
    replies: dict[str, list[Item]] = {}
    for item, parent in items:
        if parent:
            replies.setdefault(parent, []).append(item)
    known = {item.note_id for item, _ in items}
    roots = [item for item, parent in items if not parent or parent not in known]
    return [_with_answers(item, replies) for item in roots]


def adopt(db: Connection, data: Dataset, item_id: str, signed: Signature) -> None:
    """Take a note of the data, and what it answers, into the store, so that it can be changed.

    What is in the store already, and an id the data do not know, are left alone.

    Parameters
    ----------
    db : a connection to the store that may write.
    data : its table ``notes``, where there is one.
    item_id : the note's id.
    signed : who adopts it, and when.
    """
    notes = _noted(data)
    chain: list[Values] = []
    while item_id in notes and notes[item_id] not in chain:
        chain.append(notes[item_id])
        item_id = _text(notes[item_id].get("answers"))
    if chain:
        alone(db, "adopt")
    kept = {row["item_id"] for row in find(db)}
    for row in reversed(chain):
        if row["note_id"] not in kept:
            keep(db, _adopted(row, notes), signed)


def _adopted(row: Values, notes: dict[str, Values]) -> dict[str, Any]:
    """Return a note of the data as the store keeps it."""
    item, parent = _item(row, date.max)
    named = {name: value or None for name, value in item.__dict__.items() if name in NAMES}
    return {
        **named,
        "item_id": item.note_id,
        "author": item.author,
        "carried": 0,
        "closed_reason": (item.closed_reason or "no reason given") if item.closed_on else None,
        "answers": parent if parent in notes else None,
    }


def _rows(data: Dataset, store: Store | None) -> dict[str, Values]:
    """Return the rows of both places by id."""
    found = _noted(data)
    if store is not None:
        with store.read() as db:
            kept = find(db)
        found |= {row["item_id"]: {**row, "note_id": row["item_id"]} for row in kept}
    return found


def _speaks_of(row: Values, segment: str) -> bool:
    """Return whether a row speaks of the segment, or of none in particular."""
    return not segment or _text(row.get("about_segment")) in ("", segment)


def _noted(data: Dataset) -> dict[str, Values]:
    if not data.has("notes", "note_id"):
        return {}
    rows = data.frame("notes").to_dict(orient="records")
    return {_text(row["note_id"]): row for row in rows}


def _age(row: Values) -> tuple[pd.Timestamp, str]:
    """Return what rows are sorted by; a row without a day is no note yet and comes last."""
    written = row.get("written_on")
    missing = written is None or pd.isna(written)
    return pd.Timestamp.max if missing else pd.Timestamp(written), _text(row["note_id"])


def _known(row: Values, until: date) -> bool:
    written = _day(row.get("written_on"))
    return written is not None and written < until


def _with_answers(item: Item, replies: dict[str, list[Item]]) -> Item:
    """Return the item with every answer of its thread, answers to answers included."""
    found, queue = [], list(replies.get(item.note_id, []))
    while queue:
        answer = queue.pop(0)
        found.append(answer)
        queue += replies.get(answer.note_id, [])
    ordered = sorted(found, key=lambda answer: (answer.written_on, answer.note_id))
    return Item(**{**item.__dict__, "answers": tuple(ordered)})


def _item(row: Values, until: date) -> tuple[Item, str]:
    closed = _day(row.get("closed_on"))
    if closed is None and _text(row.get("status")) == "closed":
        closed = _day(row.get("written_on"))
    if closed is not None and closed >= until:
        closed = None
    item = Item(
        note_id=_text(row["note_id"]),
        team=cast("Team", _text(row["team"])),
        kind=_text(row["kind"]),
        body=_text(row["body"]),
        written_on=cast("date", _day(row["written_on"])),
        author=_text(row.get("author")),
        owner=_text(row.get("owner")),
        due_on=_day(row.get("due_on")),
        closed_on=closed,
        closed_reason=_text(row.get("closed_reason")) if closed else "",
        about_metric=_text(row.get("about_metric")),
        about_segment=_text(row.get("about_segment")),
        about_campaign=_text(row.get("about_campaign")),
        about_deal=_text(row.get("about_deal")),
        expected=_text(row.get("expected")),
        meeting_id=_text(row.get("meeting_id")),
        carried=row.get("carried") or 0,
    )
    return item, _text(row.get("answers"))


def _day(value: object) -> date | None:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    return pd.Timestamp(value).date()  # type: ignore[arg-type]


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def told(items: list[Item], team: Team, period: Period) -> list[Item]:
    """Return the successes and obstacles a team wrote in the period, and its open obstacles.

    Obstacles come first, the oldest of them first: they wait for the other team.
    """
    mine = [i for i in items if i.team == team and i.kind in TOLD]
    shown = [i for i in mine if i.written_on in period or (i.kind == "obstacle" and i.is_open)]
    return sorted(shown, key=lambda i: (i.kind != "obstacle", i.written_on))


def asks(items: list[Item], team: Team) -> list[Item]:
    """Return what a team asks the other and has not yet been answered and closed, oldest first."""
    return [i for i in items if i.team == team and i.kind in ASKS and i.is_open]


def answered(items: list[Item], team: Team, period: Period) -> list[Item]:
    """Return what a team asked or complained of and the other answered or closed in the period."""
    return [
        i
        for i in items
        if i.team == team
        and i.kind in (*ASKS, *TOLD)
        and (
            (i.closed_on is not None and i.closed_on in period)
            or any(a.written_on in period and a.team != team for a in i.answers)
        )
    ]


def plans(items: list[Item], period: Period) -> list[Item]:
    """Return the campaign plans written in the period or still open."""
    mine = [i for i in items if i.kind == "campaign_plan"]
    return [i for i in mine if i.written_on in period or i.is_open]


def actions(items: list[Item]) -> list[Item]:
    """Return the open actions of both teams, those due first on top."""
    open_ones = [i for i in items if i.kind == "action" and i.is_open]
    return sorted(open_ones, key=lambda i: (i.due_on or date.max, i.written_on))


def decisions(items: list[Item], period: Period) -> list[Item]:
    """Return the decisions taken in the period."""
    return [i for i in items if i.kind == "decision" and i.written_on in period]
