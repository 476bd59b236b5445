"""The regular meetings of both teams: those held, and the next one, moved or cancelled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection

from report_helpers.data.dataset import Dataset
from report_helpers.errors import ConfigurationError, UnknownName
from report_helpers.settings import Settings
from report_helpers.teams import schema
from report_helpers.teams.cadence import Cadence, local
from report_helpers.teams.rota import Person, representatives
from report_helpers.teams.store import Store

BETWEEN = "|"


@dataclass(frozen=True)
class Meeting:
    """One meeting of both teams.

    Parameters
    ----------
    meeting_id : its day in the rhythm, ``YYYY-MM-DD``; it stays when the meeting is moved.
    starts_at : when it starts, naive UTC.
    time_zone, minutes, place : on whose clocks, how long, and where.
    attendees : who is to come or was there, by name.
    topics : what is to be or was talked about.
    held : whether it has taken place.
    sequence : how often a planned meeting was changed after it was first planned.
    notes : what else is worth keeping; of a cancelled meeting, why.
    changed_at : when it was last changed, naive UTC; None for a meeting not kept in a store.
    cancelled : whether it does not take place.
    """

    meeting_id: str
    starts_at: datetime
    time_zone: str
    minutes: int = 50
    place: str = ""
    attendees: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    held: bool = False
    sequence: int = 0
    notes: str = ""
    changed_at: datetime | None = None
    cancelled: bool = False

    @property
    def is_ahead(self) -> bool:
        """Whether it is still to take place."""
        return not (self.held or self.cancelled)

    @property
    def local(self) -> datetime:
        """When it starts, on the clocks of its time zone."""
        return local(self.starts_at, self.time_zone)

    @property
    def day(self) -> date:
        """The day it is held on, where it is held."""
        return self.local.date()


def plan(
    settings: Settings,
    members: Sequence[Person],
    past: Sequence[Meeting],
    on: date,
    absent: Collection[str] = (),
) -> Meeting:
    """Return the next meeting on or after a day, with who comes in turn and no topics yet.

    Parameters
    ----------
    settings : ``[meeting]`` and ``[calendar]`` give the rhythm.
    members : everybody of both teams.
    past : the meetings held, which say whose turn it is; later ones than the next do not count.
    on : the day from which to look.
    absent : who cannot come.

    Raises
    ------
    UnknownName
        When somebody said to be absent is in neither team.
    """
    for name in absent:
        if name not in (known := [person.name for person in members]):
            raise UnknownName("person", name, known)
    cadence, meeting = Cadence.of(settings), settings.meeting
    slot = cadence.next(on)
    found = Meeting(
        meeting_id=slot.regular.isoformat(),
        starts_at=cadence.starts_at(slot.held_on),
        time_zone=cadence.time_zone,
        minutes=meeting.minutes,
        place=meeting.place,
    )
    return called(found, members, past, absent, meeting.members)


def called(
    meeting: Meeting,
    members: Sequence[Person],
    past: Sequence[Meeting],
    absent: Collection[str],
    each: int,
) -> Meeting:
    """Return a meeting with who comes in turn; the parameters are those of `plan`."""
    before = sorted((m for m in past if m.starts_at < meeting.starts_at), key=lambda m: m.starts_at)
    there = [m.attendees for m in before]
    names = representatives(members, there, meeting.day, absent, each=each)
    return replace(meeting, attendees=tuple(names))


def missing(meeting: Meeting, members: Sequence[Person]) -> list[str]:
    """Return who is to come to a meeting and is not at work on its day."""
    away = {person.name for person in members if not person.is_at_work(meeting.day)}
    return [name for name in meeting.attendees if name in away]


def held(
    data: Dataset, store: Store | None, until: date, time_zone: str = "Europe/Berlin"
) -> list[Meeting]:
    """Return the meetings held before a day, oldest first, from the data and the store.

    A meeting that is in both is told as the store has it.

    Parameters
    ----------
    data : its table ``meetings``, where there is one.
    store : where meetings are recorded.
    until : the first day that does not count.
    time_zone : on whose clocks the meetings of the data were held.
    """
    known = {m.meeting_id: m for m in _from_data(data, time_zone)}
    known |= {m.meeting_id: m for m in kept(store) if m.held}
    past = [m for m in known.values() if m.day < until]
    return sorted(past, key=lambda m: (m.starts_at, m.meeting_id))


def _from_data(data: Dataset, time_zone: str) -> Iterable[Meeting]:
    if not data.has("meetings", "meeting_id"):
        return
    for row in data.frame("meetings").to_dict(orient="records"):
        yield Meeting(
            meeting_id=str(row["meeting_id"]),
            starts_at=pd.Timestamp(row["starts_at"]).to_pydatetime(),
            time_zone=time_zone,
            attendees=parted(row.get("attendees")),
            topics=parted(row.get("topics")),
            held=True,
            notes=_text(row.get("notes")),
        )


def parted(text: Any) -> tuple[str, ...]:
    """Return the parts of a text that ``|`` separates.

    Examples
    --------
    >>> parted("Kim| Ada |"), parted(None)
    (('Kim', 'Ada'), ())
    """
    return tuple(part.strip() for part in _text(text).split(BETWEEN) if part.strip())


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def kept(store: Store | None) -> list[Meeting]:
    """Return the meetings of the store, planned and held, in order; none without a store."""
    if store is None:
        return []
    table = schema.meetings
    with store.read() as db:
        rows = db.execute(sa.select(table).order_by(table.c.starts_at)).mappings().all()
    return [_meeting(row) for row in rows]


def _meeting(row: Any) -> Meeting:
    same = ("meeting_id", "starts_at", "time_zone", "minutes", "held", "cancelled")
    return Meeting(
        **{name: row[name] for name in same},
        place=row["place"] or "",
        attendees=tuple(row["attendees"]),
        topics=tuple(row["topics"]),
        sequence=row["sequence"],
        notes=row["notes"] or "",
        changed_at=row["changed_at"],
    )


def find(meetings: Iterable[Meeting], name: str) -> Meeting:
    """Return the meeting of that identifier, or held on that day.

    Raises
    ------
    UnknownName
        When there is none.
    """
    known = list(meetings)
    by_name = {str(m.day): m for m in known} | {m.meeting_id: m for m in known}
    if name not in by_name:
        raise UnknownName("meeting", name, by_name)
    return by_name[name]


def save(db: Connection, meeting: Meeting, now: datetime | None = None) -> Meeting:
    """Keep a meeting and return it as kept.

    Its sequence rises when an invitation would change: the moment, the length, the place, who
    comes, what about, or that it is cancelled. Saving what is already there changes nothing.

    Parameters
    ----------
    db : a connection inside a transaction that may write.
    meeting : what to keep.
    now : the moment of the change, naive UTC; the present one when left out.
    """
    table = schema.meetings
    where = table.c.meeting_id == meeting.meeting_id
    row = db.execute(sa.select(table).where(where)).mappings().first()
    before = _meeting(row) if row else None
    sequence = 0 if before is None else before.sequence + _invites_anew(before, meeting)
    changed_at = before.changed_at if before else None
    made = replace(meeting, sequence=sequence, changed_at=changed_at)
    if made == before:
        return made
    made = replace(made, changed_at=now or datetime.now(UTC).replace(tzinfo=None, microsecond=0))
    values = {name: getattr(made, name) for name in Meeting.__dataclass_fields__}
    values |= {"attendees": list(made.attendees), "topics": list(made.topics)}
    values |= {"place": made.place or None, "notes": made.notes or None}
    if row is None:
        db.execute(sa.insert(table).values(**values, revision=1))
    else:
        db.execute(sa.update(table).where(where).values(**values, revision=row["revision"] + 1))
    return made


def _invites_anew(before: Meeting, after: Meeting) -> bool:
    names = ("starts_at", "time_zone", "minutes", "place", "attendees", "topics", "cancelled")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def cancel(db: Connection, meeting: Meeting, why: str, now: datetime) -> Meeting:
    """Cancel a meeting and return it as kept; whose turn it was keeps it.

    Parameters
    ----------
    db : a connection inside a transaction that may write.
    meeting : the meeting, kept or not.
    why : a reason for those invited; empty for none.
    now : the moment of the change, naive UTC.

    Raises
    ------
    ConfigurationError
        When it was held.
    """
    return _changed(db, meeting, replace(meeting, cancelled=True, notes=why or meeting.notes), now)


def move(db: Connection, meeting: Meeting, to: datetime, now: datetime) -> Meeting:
    """Move a meeting to another moment, naive UTC, and return it as kept.

    It keeps its name. A cancelled meeting takes place again; otherwise as for `cancel`.
    """
    return _changed(db, meeting, replace(meeting, starts_at=to, cancelled=False), now)


def _changed(db: Connection, before: Meeting, after: Meeting, now: datetime) -> Meeting:
    if before.held:
        raise ConfigurationError(
            "the meeting was held",
            where=before.meeting_id,
            remedy="only a meeting that is still to come can be moved or cancelled",
        )
    save(db, before, now)  # one not kept yet may have been sent out: the change comes after it
    return save(db, after, now)
