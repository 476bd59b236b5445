"""Days spent with the other team: planned, agreed, done or missed, and what was learnt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from report_helpers.data.dataset import Dataset
from report_helpers.errors import ConfigurationError, UnknownName
from report_helpers.periods import Period
from report_helpers.teams import schema
from report_helpers.teams.rota import TEAMS, Person, people
from report_helpers.teams.store import Store

FIXED = ("agreed", "done")
OPEN = ("planned", "agreed")
BEFORE = {"agreed": ("planned", "agreed"), "done": (*OPEN, "missed"), "missed": OPEN}
BEFORE["cancelled"] = OPEN


@dataclass(frozen=True)
class Shadowing:
    """One day that a member of one team spends with somebody of the other.

    Parameters
    ----------
    shadowing_id : stable: made of month, guest and host.
    guest, host : who visits whom.
    day : when.
    meeting, starts_at : what there is to see; naive UTC, None where only the day is known.
    status : planned, agreed, done, missed or cancelled.
    learnt : what the guest learnt.
    sequence : rises with each change that calendars must hear of.
    changed_at : when it was last changed in the store, naive UTC; None in a table.
    """

    shadowing_id: str
    guest: str
    host: str
    day: date
    meeting: str = ""
    starts_at: datetime | None = None
    status: str = "planned"
    learnt: str = ""
    sequence: int = 0
    changed_at: datetime | None = field(default=None, compare=False)


def identifier(guest: str, host: str, day: date) -> str:
    """Return the identifier of a visit: its month, and a digest of who visits whom.

    Examples
    --------
    >>> identifier("Ada", "Bo", date(2026, 11, 9)) == identifier("Ada", "Bo", date(2026, 11, 16))
    True
    """
    digest = hashlib.blake2b(f"{guest}\0{host}".encode(), digest_size=4).hexdigest()
    return f"{day:%Y%m}-{digest}"


def shadowings(data: Dataset, store: Store | None = None) -> list[Shadowing]:
    """Return all visits of the table ``shadowings`` and of the store, oldest first.

    What the store says of a visit counts more than the table.
    """
    found = {item.shadowing_id: item for item in _of_table(data)}
    if store is not None:
        with store.read() as db:
            rows = db.execute(sa.select(schema.shadowings)).mappings().all()
        found |= {item.shadowing_id: item for item in map(_of_row, rows)}
    return sorted(found.values(), key=lambda s: (s.day, s.guest, s.host))


def _of_table(data: Dataset) -> list[Shadowing]:
    if not data.has("shadowings", "guest", "host", "day"):
        return []
    rows = data.frame("shadowings").dropna(subset=["guest", "host", "day"])
    return [
        Shadowing(
            identifier(row["guest"], row["host"], row["day"].date()),
            row["guest"],
            row["host"],
            row["day"].date(),
            _text(row.get("meeting")),
            status=_text(row.get("status")) or "planned",
            learnt=_text(row.get("learnt")),
        )
        for row in rows.to_dict(orient="records")
    ]


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _of_row(row: Any) -> Shadowing:
    names = (
        "shadowing_id",
        "guest",
        "host",
        "day",
        "starts_at",
        "status",
        "sequence",
        "changed_at",
    )
    known = {name: row[name] for name in names}
    return Shadowing(**known, meeting=row["meeting"] or "", learnt=row["learnt"] or "")


def as_known(found: Iterable[Shadowing], until: date) -> list[Shadowing]:
    """Return visits as known before a day: what lies on or after it has not happened yet."""
    return [
        replace(s, status="agreed", learnt="")
        if s.day >= until and s.status in ("done", "missed")
        else s
        for s in found
    ]


def learnt(found: Iterable[Shadowing], period: Period) -> list[Shadowing]:
    """Return the visits done in a period of which the guest wrote what they learnt."""
    return [s for s in found if s.day in period and s.status == "done" and s.learnt]


def month_of(day: date) -> Period:
    """Return the calendar month that holds a day.

    Examples
    --------
    >>> month_of(date(2026, 12, 31)).end
    datetime.date(2027, 1, 1)
    """
    first = day.replace(day=1)
    return Period(first, date(first.year + first.month // 12, first.month % 12 + 1, 1))


def due(data: Dataset, month: Period) -> list[Person]:
    """Return everybody who is in either team on any day of a month."""
    return [
        p
        for p in people(data)
        if p.team in TEAMS
        and (p.starts_on is None or p.starts_on < month.end)
        and (p.ends_on is None or p.ends_on >= month.start)
    ]


def coverage(data: Dataset, found: Sequence[Shadowing], month: Period) -> pd.DataFrame:
    """Return how far each team is with its visits of a month.

    Each member counts once, by the best that became of their visits: done, agreed, planned,
    missed, else none.

    Returns
    -------
    DataFrame
        One row a team: ``team``, ``due`` (members in the month), ``done``, ``agreed``,
        ``planned``, ``missed``, ``none``, and ``waiting``: names of those without a day.
    """
    ranks = ("done", "agreed", "planned", "missed", "none")
    best: dict[str, str] = {}
    for visit in found:
        if visit.day in month and visit.status in ranks:
            known = best.get(visit.guest, "none")
            best[visit.guest] = min(visit.status, known, key=ranks.index)
    rows = []
    for team in TEAMS:
        members = [p.name for p in due(data, month) if p.team == team]
        states = [best.get(name, "none") for name in members]
        waiting = [n for n, s in zip(members, states, strict=True) if s in ("none", "missed")]
        counts = {rank: states.count(rank) for rank in ranks}
        rows.append({"team": team, "due": len(members), **counts, "waiting": waiting})
    return pd.DataFrame(rows)


def keep(store: Store, wanted: Sequence[Shadowing], month: Period, after: date) -> list[Shadowing]:
    """Put a plan in place of what was planned for a month, and return the visits it cancels.

    Agreed, done and missed visits stay as they are, and so does what was planned for a day up to
    `after`: it waits to be told done or missed. A planned visit that is still wanted keeps its
    sequence.
    """
    plan = {s.shadowing_id: s for s in wanted}
    with store.write() as db:
        rows = db.execute(sa.select(schema.shadowings)).mappings().all()
        before = {s.shadowing_id: s for s in map(_of_row, rows)}
        dropped = [
            replace(s, status="cancelled", sequence=s.sequence + 1)
            for s in before.values()
            if s.status == "planned" and s.day in month and s.day > after
            if s.shadowing_id not in plan
        ]
        for visit in (*plan.values(), *dropped):
            _put(db, visit, before.get(visit.shadowing_id))
    return dropped


def _put(db: sa.Connection, visit: Shadowing, known: Shadowing | None) -> None:
    table = schema.shadowings
    values = {
        "guest": visit.guest,
        "host": visit.host,
        "day": visit.day,
        "meeting": visit.meeting or None,
        "starts_at": visit.starts_at,
        "status": visit.status,
        "learnt": visit.learnt or None,
        "changed_at": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
    }
    if known is None:
        row = table.insert().values(shadowing_id=visit.shadowing_id, **values)
        db.execute(row.values(sequence=visit.sequence))
    elif replace(visit, sequence=known.sequence) != known:
        here = table.c.shadowing_id == visit.shadowing_id
        rise = {"sequence": known.sequence + 1, "revision": table.c.revision + 1}
        db.execute(table.update().where(here).values(**values, **rise))


def change(data: Dataset, store: Store, shadowing_id: str, to: tuple[str, str]) -> Shadowing:
    """Set how a visit stands, and return it.

    Parameters
    ----------
    data : a visit of its table is taken into the store when it changes.
    store : where the change is kept.
    shadowing_id : which visit.
    to : its new status (agreed, done, missed or cancelled), and what the guest learnt; empty
        words leave those that are there.

    Raises
    ------
    UnknownName
        When there is no such visit.
    ConfigurationError
        When it cannot go from how it stands to that status.
    """
    status, words = to
    known = {s.shadowing_id: s for s in _of_table(data)}
    here = schema.shadowings.c.shadowing_id == shadowing_id
    with store.write() as db:
        rows = db.execute(sa.select(schema.shadowings)).mappings().all()
        kept = {s.shadowing_id: s for s in map(_of_row, rows)}
        visit = (known | kept).get(shadowing_id)
        if visit is None:
            raise UnknownName("visit", shadowing_id, known | kept)
        if visit.status not in BEFORE[status] and not status == "done" == visit.status:
            raise ConfigurationError(
                f"the visit is {visit.status}, it cannot become {status}",
                where=shadowing_id,
                remedy=f"only a visit that is {' or '.join(BEFORE[status])} can",
            )
        made = replace(visit, status=status, learnt=words.strip() or visit.learnt)
        _put(db, made, kept.get(shadowing_id))
        return _of_row(db.execute(sa.select(schema.shadowings).where(here)).mappings().one())
