"""What was due, and what became of it, as the ledger tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from report_helpers.delivery.occasions import Occasion, between, segments
from report_helpers.settings import Settings
from report_helpers.teams import heartbeat, issues
from report_helpers.teams.issues import Issue
from report_helpers.teams.meetings import kept
from report_helpers.teams.store import Store

LOOKBACK = timedelta(days=60)
"""What was due longer ago is history; it is as long as anything can be made up for."""


@dataclass(frozen=True)
class Arrival:
    """A report that was due, for the whole company or a segment of it.

    Parameters
    ----------
    occasion : which report, and when.
    segment : the segment it is on; empty for the whole company.
    issue : its newest issue in the ledger; None when there is none.
    final : whether it is too late to make up for it.
    """

    occasion: Occasion
    segment: str
    issue: Issue | None
    final: bool

    @property
    def name(self) -> str:
        """Its occasion's name, with the segment where there is one."""
        return "/".join(part for part in (self.occasion.about, self.segment) if part)

    @property
    def state(self) -> Literal["issued", "held", "overdue", "missed"]:
        """What became of it; ``overdue`` is still to be made up for, ``missed`` is not."""
        if self.issue is not None:
            return self.issue.state
        return "missed" if self.final else "overdue"


def is_final(settings: Settings, occasion: Occasion, now: datetime) -> bool:
    """Return whether it is too late for an occasion: too old, or of no use any more."""
    made_up = timedelta(days=settings.schedule.catch_up_days)
    of_no_use = occasion.useful_until is not None and occasion.useful_until <= now
    return occasion.due_at < now - made_up or of_no_use


def arrivals(settings: Settings, store: Store | None, now: datetime) -> list[Arrival]:
    """Return what was due up to now, the oldest first, and what became of it.

    Nothing counts that was due before the first tick could have made it.

    Parameters
    ----------
    settings : the schedule, and who gets what.
    store : where the ledger is; None when there is no store yet.
    now : naive UTC time.
    """
    made_up = timedelta(days=settings.schedule.catch_up_days)
    if store is None:
        due = between(settings, now - made_up, now + datetime.resolution)
        return [Arrival(o, s, None, is_final(settings, o, now)) for o, s in _each(settings, due)]
    planned = kept(store)
    with store.read() as db:
        alive = heartbeat.last(db)
        begun = (alive.first_at if alive else now) - made_up
        start = max(begun, now - LOOKBACK)
        due = between(settings, start, now + datetime.resolution, planned)
        return [
            Arrival(o, s, issues.find(db, o.report, o.period, s), is_final(settings, o, now))
            for o, s in _each(settings, due)
        ]


def _each(settings: Settings, due: list[Occasion]) -> list[tuple[Occasion, str]]:
    return [(o, segment) for o in due for segment in segments(settings, o.report)]
