"""What the next meeting needs: when, who comes, what to decide, what is owed, what moved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from report_helpers.data.dataset import Dataset
from report_helpers.metrics.at_stake import at_stake
from report_helpers.metrics.scorecard import scorecard
from report_helpers.metrics.watch import watch
from report_helpers.periods import Period
from report_helpers.settings import Settings
from report_helpers.teams import exchange, topics
from report_helpers.teams.actions import Owed, owed
from report_helpers.teams.decisions import Effect, effects
from report_helpers.teams.exchange import Item
from report_helpers.teams.meetings import Meeting, called, held, kept, plan
from report_helpers.teams.rota import Person, people
from report_helpers.teams.store import Store

ONE_DAY = timedelta(days=1)
REMEMBERED = timedelta(weeks=12)  # a decision is judged after eight weeks, then soon forgotten


@dataclass(frozen=True)
class Circle:
    """The teams as they meet: people, items and meetings known on a day.

    Parameters
    ----------
    members : everybody of both teams.
    items : what they wrote, up to and on the day.
    past : the meetings held, up to and on the day, oldest first.
    on : the day.
    """

    members: Sequence[Person]
    items: Sequence[Item]
    past: Sequence[Meeting]
    on: date

    @classmethod
    def of(cls, data: Dataset, store: Store | None, settings: Settings, on: date) -> Circle:
        """Return what the data and the store know on a day."""
        until = on + ONE_DAY
        return cls(
            people(data),
            exchange.threads(data, until, store),
            held(data, store, until, settings.meeting.time_zone),
            on,
        )

    def owed(self) -> list[Owed]:
        """Return the open actions, how often they were carried over, and who hears of it."""
        return owed(self.items, self.past, self.members, self.on)

    def decisions(self) -> list[Item]:
        """Return the decisions of the last twelve weeks, the latest first."""
        since = self.on - REMEMBERED
        found = [i for i in self.items if i.kind == "decision" and i.written_on >= since]
        return sorted(found, key=lambda i: (i.written_on, i.note_id), reverse=True)

    def effects(self, data: Dataset, until: date) -> list[Effect]:
        """Return what became of the metrics these decisions aimed at, as the data know on a day."""
        return effects(data, self.decisions(), min(until, self.on))


def next_meeting(
    circle: Circle, store: Store | None, settings: Settings, absent: Collection[str] = ()
) -> Meeting:
    """Return the next meeting: as planned in the store, else as the rhythm and the rota have it.

    Parameters
    ----------
    circle : the teams on the day from which to look; a meeting of that day counts until it is held.
    store : where meetings are planned, moved and cancelled.
    settings : the rhythm.
    absent : who cannot come; somebody's absence calls who comes in turn anew.
    """
    known = kept(store)
    names = {meeting.meeting_id for meeting in (*circle.past, *known)}
    found = plan(settings, circle.members, circle.past, circle.on, absent)
    while found.meeting_id in names:
        after = found.day + ONE_DAY
        found = plan(settings, circle.members, circle.past, after, absent)
    ahead = [meeting for meeting in known if meeting.is_ahead and meeting.day >= circle.on]
    first = min([*ahead, found], key=lambda meeting: meeting.starts_at)
    if first is found or not absent:
        return first
    return called(first, circle.members, circle.past, absent, settings.meeting.members)


def candidates(
    data: Dataset, circle: Circle, settings: Settings, until: date
) -> list[topics.Candidate]:
    """Return the topics the evidence calls for, best ranked first.

    Parameters
    ----------
    data : the whole data set.
    circle : the teams on the day of looking, which says how long obstacles have waited.
    settings : how many weeks a brief covers, and what was promised.
    until : the day up to which the data are known; the complete weeks before it are looked at.
    """
    calendar = settings.calendar
    period = Period.weeks_before(until, calendar.brief_weeks)
    lines = scorecard(data, period, "", calendar.fiscal_year_starts)[0]
    stakes = at_stake(data, period, settings.commitments)
    found = topics.candidates(watch(data, period), lines, stakes, circle.items, circle.on)
    return topics.rank(found)
