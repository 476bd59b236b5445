"""Has everything arrived that should have? For a monitor that runs elsewhere, and only reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import Connection

from report_helpers.delivery.arrivals import Arrival, arrivals
from report_helpers.settings import Settings
from report_helpers.teams import heartbeat, letters
from report_helpers.teams.store import Store

Json = dict[str, Any]

MEMORY = timedelta(days=14)
"""Letters older than this are a matter for ``marsale outbox``, and no alarm any more."""
SAID = {
    "queued": "still to be sent",
    "sending": "still to be sent",
    "failed": "given up: marsale outbox list --failed",
}


@dataclass(frozen=True)
class Alarm:
    """One thing that is not as it should be.

    Parameters
    ----------
    kind : the ``tick`` does not run; a ``report`` did not come, or is ``held``; ``mail`` of one
        was not sent.
    name : of what: an occasion, or what the letters are about.
    since : since when, naive UTC; None for never.
    text : what is wrong.
    """

    kind: Literal["tick", "report", "held", "mail"]
    name: str
    since: datetime | None
    text: str


def alarms(settings: Settings, store: Store | None, now: datetime) -> list[Alarm]:
    """Return what is wrong, and has been for ``alert_after_hours``; nothing when all has arrived.

    A report that never came is an alarm until a later one of its kind has come.

    Parameters
    ----------
    settings : the schedule, and who gets what.
    store : where the ledger and the outbox are; None when there is no store yet.
    now : naive UTC time.
    """
    before = now - timedelta(hours=settings.schedule.alert_after_hours)
    found = list(_unarrived(arrivals(settings, store, now), before))
    if store is None:
        return [_never(), *found]
    with store.read() as db:
        return [*_stopped(db, before), *found, *_unsent(db, before, now)]


def _never() -> Alarm:
    return Alarm("tick", "tick", None, "marsale tick has never run on this store")


def _stopped(db: Connection, before: datetime) -> Iterator[Alarm]:
    alive = heartbeat.last(db)
    if alive is None:
        yield _never()
    elif alive.last_at <= before:
        yield Alarm("tick", "tick", alive.last_at, "marsale tick has not run since")


def _unarrived(due: list[Arrival], before: datetime) -> Iterator[Alarm]:
    """Yield, of each report and segment, those since the last that arrived."""
    late = (a for a in due if a.occasion.due_at <= before or a.state == "issued")
    for _, group in groupby(sorted(late, key=_series), key=_series):
        since = list[Arrival]()
        for arrival in group:
            since = [] if arrival.state == "issued" else [*since, arrival]
        yield from map(_alarm, since)


def _series(arrival: Arrival) -> tuple[str, str]:
    return arrival.occasion.report, arrival.segment


def _alarm(arrival: Arrival) -> Alarm:
    due_at, issue = arrival.occasion.due_at, arrival.issue
    if issue is not None:
        return Alarm("held", arrival.name, due_at, f"held: {_reasons(issue.facts)}")
    told = "and is too late to be made up for" if arrival.final else "and is tried at each tick"
    return Alarm("report", arrival.name, due_at, f"has not arrived, {told}")


def _reasons(facts: Json) -> str:
    checks = facts.get("trust", {}).get("checks", [])
    return "; ".join(c["text"] for c in checks if c["state"] == "red") or "no reason was kept"


def _unsent(db: Connection, before: datetime, now: datetime) -> Iterator[Alarm]:
    """Yield what waits for long, or was given up; one alarm for all letters about the same."""
    left = [
        (letter["about"], SAID[letter["state"]], letter["queued_at"])
        for letter in letters.listed(db, SAID)
        if now - MEMORY <= letter["queued_at"] <= (now if letter["state"] == "failed" else before)
    ]
    for (about, said), group in groupby(sorted(left), key=lambda row: row[:2]):
        queued = [at for *_, at in group]
        count = f"{len(queued)} letter{'s' if len(queued) > 1 else ''}"
        yield Alarm("mail", about, queued[0], f"{count} {said}")
