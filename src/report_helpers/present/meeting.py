"""The regular meeting as blocks: when and with whom, the agenda, its topics, what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from report_helpers.present import findings
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Finding,
    Findings,
    Row,
    Table,
    TableColumn,
)
from report_helpers.present.formats import count_of, day, joined, money
from report_helpers.teams.actions import Owed
from report_helpers.teams.cadence import local
from report_helpers.teams.meetings import Meeting, missing
from report_helpers.teams.rota import Person
from report_helpers.teams.topics import Candidate, Slot

SIGNALS_SHOWN = 3


def when(meeting: Meeting) -> str:
    """Say the day, hours and place of a meeting, and whether it is cancelled."""
    state = ", cancelled" if meeting.cancelled else ""
    return f"{day(meeting.day)}, {hours(meeting)}{state}"


def hours(meeting: Meeting) -> str:
    """Say from when to when a meeting is, on the clocks there, and where."""
    ends = local(meeting.starts_at + timedelta(minutes=meeting.minutes), meeting.time_zone)
    where = f", {meeting.place}" if meeting.place else ""
    return f"{meeting.local:%H:%M} to {ends:%H:%M} ({meeting.time_zone}){where}"


def next_line(meeting: Meeting, members: Sequence[Person] = ()) -> Findings:
    """Return when the next meeting is and who comes.

    Parameters
    ----------
    meeting : the next meeting.
    members : everybody of both teams; of those who are to come it is said who is away.
    """
    who = joined(list(meeting.attendees)) or "nobody is in the table people"
    items = [Finding(f"{when(meeting)}.", lead="Next meeting"), Finding(f"{who}.", lead="Who")]
    away = missing(meeting, members)
    if away:
        text = f"{joined(away)} not at work that day; plan again to call who comes in turn."
        items.append(Finding(text, lead="Away", tone="watch"))
    if meeting.meeting_id != str(meeting.day):
        text = f"Moved from {day(date.fromisoformat(meeting.meeting_id))}."
        items.append(Finding(text, tone="info"))
    return Findings(tuple(items))


def attendees(meeting: Meeting, members: Sequence[Person]) -> Block:
    """Return who comes to a meeting, or was there, with team and role."""
    if not meeting.attendees:
        return Callout("Nobody wrote down who was there.", title="Attendees", tone="muted")
    known = {person.name: person for person in members}
    columns = (
        TableColumn("name", "Name"),
        TableColumn("team", "Team"),
        TableColumn("role", "Role", width=1),
    )
    rows = []
    for name in meeting.attendees:
        person = known.get(name, Person(name, ""))
        team = findings.TEAM_NAMES.get(person.team, "–")
        rows.append(Row((Cell(name), Cell(team), Cell(person.role or "–"))))
    alt = f"{'There were' if meeting.held else 'There will be'} {joined(list(meeting.attendees))}."
    return Table(columns, tuple(rows), alt=alt)


def agenda(slots: Sequence[Slot]) -> Table:
    """Return an agenda as questions to decide, each with who leads it and minutes."""
    columns = (
        TableColumn("number", "", "right"),
        TableColumn("question", "Question to decide", width=1),
        TableColumn("owner", "Led by"),
        TableColumn("minutes", "Minutes", "right"),
    )
    body = [
        Row((Cell(str(place)), Cell(slot.question), Cell(slot.owner), Cell(str(slot.minutes))))
        for place, slot in enumerate(slots, 1)
    ]
    minutes = sum(slot.minutes for slot in slots)
    total = Row((Cell(""), Cell("Together"), Cell(""), Cell(str(minutes))), role="total")
    alt = f"Agenda of {len(slots)} questions, {minutes} minutes together."
    return Table(columns, (*body, total), "", alt)


def reasons(candidate: Candidate, currency: str = "EUR") -> Findings:
    """Say why a topic is on the agenda: its signals, what waits, and the money at stake."""
    found = [findings.signal(line, currency) for line in candidate.calls[:SIGNALS_SHOWN]]
    more = len(candidate.calls) - len(found)
    if more > 0:
        found.append(Finding(f"{count_of(more, 'more signal')} for the worse.", tone="muted"))
    if candidate.waiting:
        oldest = candidate.waiting[0]
        text = (
            f"{count_of(len(candidate.waiting), 'obstacle')} without an answer, the oldest since "
            f"{day(oldest.written_on)}."
        )
        found.append(Finding(text, lead="Unanswered", tone="watch"))
    if not found:
        found.append(Finding("No signal calls for this topic.", tone="muted"))
    return Findings((*found, _stake(candidate, currency)), title=candidate.topic.title)


def _stake(candidate: Candidate, currency: str) -> Finding:
    stake = candidate.stake
    if not stake.is_known:
        return Finding(f"{stake.how.capitalize()}.", lead="At stake", tone="muted")
    n = f", n = {stake.n:,.0f}" if stake.n == stake.n else ""
    return Finding(f"{money(stake.value, currency)} ({stake.how}{n}).", lead="At stake")


def options(candidate: Candidate) -> Findings:
    """Return the two or three ways to decide on a topic."""
    letters = "ABC"
    found = [
        Finding(text, lead=letters[place]) for place, text in enumerate(candidate.topic.options)
    ]
    return Findings(tuple(found), title=candidate.topic.question)


def ranking(candidates: Sequence[Candidate], currency: str = "EUR") -> Table:
    """Return all topics that something speaks for, in the order they deserve the time."""
    columns = (
        TableColumn("topic", "Topic", width=1),
        TableColumn("points", "Signals", "right"),
        TableColumn("stake", "At stake", "right"),
        TableColumn("how", "Reckoned as", width=1),
    )
    rows = tuple(
        Row(
            (
                Cell(c.topic.title),
                Cell(str(c.points)),
                Cell(money(c.stake.value, currency) if c.stake.is_known else "–"),
                Cell(c.stake.how),
            )
        )
        for c in candidates
    )
    note = (
        "Signals for the worse: two points each in a group, one in the whole company. Points lead, "
        "then money; money that may come and money already spent are both told as they are."
    )
    alt = f"{len(rows)} topics; first: {candidates[0].topic.title if candidates else 'none'}."
    return Table(columns, rows, "Topics the evidence calls for", alt, (note,))


def actions(owed: Sequence[Owed], on: date, caption: str = "Open actions") -> Block:
    """Return open actions with owner, due date, and how many meetings they were carried over.

    Parameters
    ----------
    owed : the actions, in the order to show.
    on : the day by which something is overdue.
    caption : the table's title.
    """
    if not owed:
        return Callout("No action is open.", title=caption, tone="good")
    columns = (
        TableColumn("action", "Action", width=1),
        TableColumn("owner", "Owner"),
        TableColumn("due", "Due"),
        TableColumn("carried", "Carried over"),
    )
    rows = tuple(
        Row(
            (
                Cell(one.item.body, note=f"since {day(one.item.written_on)}"),
                Cell(one.item.owner or findings.TEAM_NAMES[one.item.team]),
                _due(one, on),
                _carried(one),
            )
        )
        for one in owed
    )
    late = sum(one.item.overdue(on) for one in owed)
    escalated = sum(one.is_escalated for one in owed)
    alt = f"{count_of(len(owed), 'open action')}, {late} overdue, {escalated} escalated."
    return Table(columns, rows, caption, alt)


def _due(one: Owed, on: date) -> Cell:
    text = day(one.item.due_on, year=False)
    if one.item.due_on and one.item.overdue(on):
        late = count_of((on - one.item.due_on).days, "day")
        return Cell(text, f"{late} overdue", "bad", "▼")
    return Cell(text)


def _carried(one: Owed) -> Cell:
    if not one.carried:
        return Cell("new")
    times = count_of(one.carried, "time")
    if not one.is_escalated:
        return Cell(times)
    to = joined(list(one.escalated_to)) or "nobody above the owner"
    return Cell(times, f"escalated to {to}", "bad", "▲")
