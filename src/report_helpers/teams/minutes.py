"""What a meeting decided and who does what: read from a file and recorded in the store."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue, ConfigurationError, UnknownName
from report_helpers.teams import exchange, items
from report_helpers.teams.actions import carries
from report_helpers.teams.fields import Values, check_segment
from report_helpers.teams.items import Query, Signature
from report_helpers.teams.meetings import Meeting, held, save
from report_helpers.teams.rota import Person, people
from report_helpers.teams.store import Store

Words = Annotated[str, Field(min_length=1)]
LISTS = {"attendee": "attendees", "topic": "topics"}


class Part(BaseModel):
    """Base of what minutes are made of: unknown names are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Decision(Part):
    """What was decided, the metric and segment it aims at, which way, and by when."""

    what: Words
    owner: str = ""
    team: Literal["", "marketing", "sales"] = ""
    metric: str = ""
    segment: str = ""
    expected: Literal["", "up", "down"] = ""
    by: date | None = None


class Action(Part):
    """What somebody does, who, and by when."""

    what: Words
    owner: Words
    due: date
    team: Literal["", "marketing", "sales"] = ""


class Closed(Part):
    """An earlier item that is done, by its identifier, and what came of it."""

    item: Words
    reason: Words


class Minutes(Part):
    """What a meeting leaves behind.

    Examples
    --------
    >>> action = {"what": "Call them", "owner": "Ada", "due": date(2026, 11, 12)}
    >>> Minutes(attendees=("Ada",), actions=(action,)).actions[0].owner
    'Ada'
    """

    meeting: str = ""
    attendees: tuple[Words, ...] = ()
    topics: tuple[Words, ...] = ()
    notes: str = ""
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    closed: tuple[Closed, ...] = ()


def read(file: Path) -> Minutes:
    """Return the minutes in a TOML file or a CSV file.

    In a CSV file a row is one thing, its ``kind`` one of attendee, topic, note, decision, action
    and closed; the other columns are those of the TOML file (``by`` and ``due``, ``item`` and
    ``what`` may stand for each other).

    Raises
    ------
    ConfigurationError
        When the file cannot be read, is neither, or says something minutes do not know.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"cannot be read: {error}", where=str(file), remedy="give a TOML or CSV file in UTF-8"
        ) from error
    if file.suffix.lower() == ".csv":
        return parse(_rows(text, str(file)), str(file))
    try:
        return parse(tomllib.loads(text), str(file))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"is not valid TOML: {error}",
            where=str(file),
            remedy="put text in quotes, and write days as 2026-11-12 without them",
        ) from error


def parse(raw: Values, where: str) -> Minutes:
    """Return minutes from plain values.

    Raises
    ------
    ConfigurationError
        For a part that is missing, unknown or not allowed; names it.
    """
    try:
        return Minutes.model_validate(raw)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = " ".join(str(part + 1 if isinstance(part, int) else part) for part in fault["loc"])
        raise ConfigurationError(
            f"{name}: {fault['msg']}", where=where, remedy="see docs/meeting.md for what it may say"
        ) from error


def together(one: Minutes, other: Minutes) -> Minutes:
    """Return the minutes of both; what is no list is taken from `other` where it says something."""
    both = {
        name: (*mine, *its) if isinstance(mine, tuple) else its or mine
        for name, mine in one
        for its in [getattr(other, name)]
    }
    return Minutes.model_validate(both)


def _rows(text: str, where: str) -> Values:
    """Return the rows of a CSV file as the parts of minutes."""
    found: Values = {"attendees": [], "topics": [], "decisions": [], "actions": [], "closed": []}
    notes = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        given = {str(k).strip(): v.strip() for k, v in row.items() if isinstance(v, str)}
        given = {k: v for k, v in given.items() if v}
        kind = given.pop("kind", "")
        what = given.get("what", "")
        if kind in LISTS:
            found[LISTS[kind]].append(what)
        elif kind == "note":
            notes.append(what)
        elif kind in ("decision", "action", "closed"):
            old, new = {"decision": ("due", "by"), "action": ("by", "due")}.get(
                kind, ("what", "item")
            )
            found["closed" if kind == "closed" else f"{kind}s"].append(
                {new if k == old else k: v for k, v in given.items()}
            )
        else:
            known = (*LISTS, "note", "decision", "action", "closed")
            raise UnknownName("kind", kind, known, where=f"{where}, row {number}")
    return {**found, "notes": "\n".join(notes)}


def record(
    store: Store, meeting: Meeting, minutes: Minutes, data: Dataset, signed: Signature
) -> Meeting:
    """Keep a meeting as held, with its decisions and actions, all of it or nothing.

    Actions of earlier meetings that are still open are counted as carried over once more.
    Recording a meeting again changes what is there and adds what is new; nothing comes twice.

    Parameters
    ----------
    store : where it is kept.
    meeting : the meeting, planned or not.
    minutes : what it left behind; without attendees, those who were invited.
    data : the table ``people``, and the notes that may be closed.
    signed : who records it, and when.

    Raises
    ------
    UnknownName
        For a person, metric or item nobody knows.
    BadValue
        For a day before the meeting, or an owner whose team is not known.
    """
    members = people(data)
    _know((*minutes.attendees, *_owners(minutes)), members)
    for decision in minutes.decisions:
        check_segment(decision.segment, data)
    made = replace(
        meeting,
        held=True,
        cancelled=False,
        attendees=minutes.attendees or meeting.attendees,
        topics=minutes.topics or meeting.topics,
        notes=minutes.notes or meeting.notes,
    )
    past = held(data, store, made.day, made.time_zone)
    with store.write() as db:
        kept = save(db, made, signed.at)
        for draft in _drafts(minutes, made, members):
            _keep(db, draft, signed)
        for done in minutes.closed:
            exchange.adopt(db, data, done.item, signed)
            _close(db, done, made.day, signed)
        _carry(db, [*past, kept], signed)
    return kept


def _owners(minutes: Minutes) -> list[str]:
    owners = [d.owner for d in minutes.decisions] + [a.owner for a in minutes.actions]
    return [owner for owner in owners if owner]


def _know(names: Collection[str], members: Sequence[Person]) -> None:
    known = [person.name for person in members]
    for name in names:
        if known and name not in known:
            raise UnknownName("person", name, known, where="minutes")


def _drafts(minutes: Minutes, meeting: Meeting, members: Sequence[Person]) -> list[Values]:
    """Return the decisions and actions as items of the exchange."""
    teams = {person.name: person.team for person in members}
    fixed = {"written_on": meeting.day, "meeting_id": meeting.meeting_id}
    decided = [
        {
            "kind": "decision",
            "due_on": d.by,
            "about_metric": d.metric,
            "about_segment": d.segment,
            "expected": d.expected,
        }
        for d in minutes.decisions
    ]
    agreed: list[Values] = [{"kind": "action", "due_on": a.due} for a in minutes.actions]
    parts: list[Decision | Action] = [*minutes.decisions, *minutes.actions]
    return [
        {
            **fixed,
            **draft,
            **({"author": part.owner} if part.owner else {}),
            "body": part.what,
            "owner": part.owner,
            "team": _team(part, teams),
        }
        for part, draft in zip(parts, [*decided, *agreed], strict=True)
    ]


def _team(part: Decision | Action, teams: dict[str, str]) -> str:
    """Return the team a part speaks for: as said, else its owner's."""
    team = part.team or teams.get(part.owner, "")
    if not team:
        raise BadValue(
            f"whose it is cannot be told: '{part.what}'",
            where="minutes",
            remedy="give its team, marketing or sales, or an owner who is in the table people",
        )
    return team


def _keep(db: Connection, draft: Values, signed: Signature) -> None:
    """Add an item, or bring the one of the same words and meeting up to date."""
    wanted = Query(kind=draft["kind"], meeting_id=draft["meeting_id"])
    rows = items.find(db, wanted)
    found = next((row for row in rows if row["body"] == draft["body"]), None)
    if found is None:
        items.add(db, draft, signed)
    else:
        items.edit(db, found["item_id"], draft, None, signed)


def _close(db: Connection, done: Closed, on: date, signed: Signature) -> None:
    now = items.get(db, done.item)
    if (now["closed_on"], now["closed_reason"]) != (on, done.reason):
        items.close(db, done.item, done.reason, on, signed)


def _carry(db: Connection, meetings: Sequence[Meeting], signed: Signature) -> None:
    """Note on each open action how many meetings, up to the last of them, it was carried over."""
    on = meetings[-1].day
    for row in items.find(db, Query(kind="action", state="open")):
        times = carries(row["written_on"], meetings, on)
        if times != row["carried"]:
            items.edit(db, row["item_id"], {"carried": times}, None, signed)
