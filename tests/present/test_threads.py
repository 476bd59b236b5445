"""Notes as blocks: the person's words, when they are due, and what was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from report_helpers.present import threads
from report_helpers.teams.exchange import Item

TODAY = date(2026, 11, 4)
ASKED = Item("n1", "sales", "request", "Call them first.", date(2026, 10, 28), author="Ada")


@pytest.mark.parametrize(
    ("change", "status", "tone"),
    [
        ({}, "open", ""),
        ({"due_on": date(2026, 11, 4)}, "open, due Wed 4 Nov", ""),
        ({"due_on": date(2026, 11, 3)}, "overdue by 1 day, was due Tue 3 Nov", "bad"),
        ({"due_on": date(2026, 11, 1)}, "overdue by 3 days, was due Sun 1 Nov", "bad"),
        ({"kind": "success"}, "", "good"),
        ({"kind": "obstacle"}, "open", "watch"),
        (
            {"closed_on": date(2026, 11, 2), "closed_reason": "solved", "kind": "obstacle"},
            "closed Mon 2 Nov: solved",
            "",
        ),
    ],
)
def test_status_and_tone(change: dict[str, object], status: str, tone: str) -> None:
    note = threads.notes([replace(ASKED, **change)], TODAY).items[0]  # type: ignore[arg-type]
    assert (note.status, note.tone) == (status, tone)


def test_answers_follow_with_who_and_when() -> None:
    answer = Item("n2", "marketing", "answer", "We do.", date(2026, 10, 30), author="Bo")
    note = threads.notes([replace(ASKED, answers=(answer,))], TODAY).items[0]
    assert note.meta == "Ada, Sales, Wed 28 Oct"
    assert note.answers == (("Bo, Fri 30 Oct", "We do."),)


def test_a_note_in_short_is_cut_at_a_word() -> None:
    long = replace(ASKED, body="word " * 60)
    short = threads.short(long, TODAY)
    assert short.lead == "Request, open"
    assert short.text.endswith("word …")
    assert len(short.text) <= 120


def test_one_endless_word_is_cut_all_the_same() -> None:
    assert threads.short(replace(ASKED, body="x" * 5000), TODAY).text == "x" * 120 + "…"


def test_campaign_deal_and_meetings_stand_beside_who_and_when() -> None:
    item = Item("n1", "sales", "obstacle", "No case", date(2026, 10, 26), author="Ada")
    tagged = replace(item, about_campaign="C3", about_deal="D7", carried=2)
    plain, said = (threads.notes([i], date(2026, 10, 30)).items[0].meta for i in (item, tagged))
    assert said == f"{plain} · campaign C3 · deal D7 · carried over 2 times"
    once = threads.notes([replace(item, carried=1)], date(2026, 10, 30)).items[0].meta
    assert once.endswith("carried over once")
