"""The meeting as blocks: nothing unknown shown as known, nothing noisy shown as moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from report_helpers.metrics.at_stake import Stake
from report_helpers.present import decisions, meeting
from report_helpers.present.blocks import Callout, Table
from report_helpers.teams.actions import Owed
from report_helpers.teams.decisions import Effect
from report_helpers.teams.exchange import Item
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.rota import Person
from report_helpers.teams.topics import TOPICS, Candidate, Slot

DAY = date(2026, 11, 12)
MEETING = Meeting("2026-11-12", datetime(2026, 11, 12, 9), "Europe/Berlin", attendees=("Kim", "Bo"))
ACTION = Item("1", "sales", "action", "<b>Call</b>", date(2026, 10, 1), due_on=date(2026, 11, 10))


def test_the_next_meeting_is_told_on_the_clocks_there() -> None:
    told = meeting.next_line(replace(MEETING, place="Room 1")).plain()
    assert "Thu 12 Nov 2026, 10:00 to 10:50 (Europe/Berlin), Room 1." in told
    assert "Kim and Bo" in told
    assert "Moved" not in told


def test_a_moved_meeting_says_from_where() -> None:
    moved = Meeting("2026-05-14", datetime(2026, 5, 15, 8), "Europe/Berlin")
    told = meeting.next_line(moved).plain()
    assert "Moved from Thu 14 May 2026." in told
    assert "nobody is in the table people" in told


def test_attendees_are_shown_with_team_and_role() -> None:
    table = meeting.attendees(MEETING, [Person("Kim", "sales", "Head of Sales")])
    assert isinstance(table, Table)
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert texts == [["Kim", "Sales", "Head of Sales"], ["Bo", "–", "–"]]
    assert isinstance(meeting.attendees(replace(MEETING, attendees=()), []), Callout)


def test_the_agenda_adds_up() -> None:
    table = meeting.agenda([Slot("Why?", "Kim", 30), Slot("Who?", "Bo", 20)])
    assert [row.cells[3].text for row in table.rows] == ["30", "20", "50"]


def test_actions_show_when_they_are_late_and_who_hears_of_them() -> None:
    owed = [Owed(ACTION, 3, ("Kim",)), Owed(replace(ACTION, owner="Bo", due_on=None), 0)]
    table = meeting.actions(owed, DAY)
    assert isinstance(table, Table)
    first, second = table.rows
    assert (first.cells[2].note, first.cells[2].mark) == ("2 days overdue", "▼")
    assert (first.cells[3].text, first.cells[3].note) == ("3 times", "escalated to Kim")
    assert [cell.text for cell in second.cells[1:]] == ["Bo", "–", "new"]
    assert table.alt == "2 open actions, 1 overdue, 1 escalated."
    assert "&lt;b&gt;Call" in table._repr_mimebundle_()["text/html"]
    assert isinstance(meeting.actions([], DAY), Callout)


def test_a_topic_says_what_is_at_stake_or_that_nobody_knows() -> None:
    known = Candidate("market", stake=Stake(1.2e6, "accounts × rate", 40))
    assert "€1.20M (accounts × rate, n = 40)" in meeting.reasons(known).plain()
    assert "No signal calls" in meeting.reasons(known).plain()
    obstacle = replace(ACTION, kind="obstacle")
    waiting = meeting.reasons(Candidate("obstacle", waiting=(obstacle,))).plain()
    assert "1 obstacle without an answer, the oldest since Thu 1 Oct 2026" in waiting
    assert "Not known in money" in waiting


@pytest.mark.parametrize("name", TOPICS)
def test_every_topic_offers_its_options(name: str) -> None:
    shown = meeting.options(Candidate(name))
    assert [item.lead for item in shown.items] == list("ABC")[: len(shown.items)]
    assert shown.title == TOPICS[name].question


def test_the_ranking_leaves_unknown_money_open() -> None:
    table = meeting.ranking([Candidate("market", 3), Candidate("win_rate", 0, Stake(10, "x"))])
    assert [row.cells[2].text for row in table.rows] == ["–", "€10"]


@pytest.mark.parametrize("verdict", decisions.VERDICTS)
def test_only_moves_are_marked_good_or_bad(verdict: str) -> None:
    item = replace(ACTION, kind="decision", about_metric="win_rate", about_segment="Enterprise")
    table = decisions.previous([Effect(item, verdict, "up", 3)])  # type: ignore[arg-type]
    assert isinstance(table, Table)
    _, aim, now, since = table.rows[0].cells
    assert (aim.text, now.text) == ("Win rate, Enterprise", "–")
    assert (since.tone in ("good", "bad")) == (verdict in ("moved", "against"))


def test_no_decision_is_said() -> None:
    assert isinstance(decisions.previous([]), Callout)
