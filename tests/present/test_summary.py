"""What a mail says of a report: taken from its own objects, and nothing but data."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

from report_helpers.present.brief import Brief
from report_helpers.present.summary import HEADLINES, ITEMS, LETTERS, summary, thawed
from report_helpers.present.weekly import Weekly

Json = dict[str, Any]


@pytest.fixture(scope="module")
def weekly() -> Weekly:
    return Weekly("sample")


@pytest.fixture(scope="module")
def said(weekly: Weekly) -> Json:
    return summary(weekly)


def test_it_is_frozen_with_the_figures_as_plain_data(weekly: Weekly, said: Json) -> None:
    frozen = weekly.frozen().content["summary"]
    assert json.loads(json.dumps(frozen)) == said


def test_the_head_is_that_of_page_one(weekly: Weekly, said: Json) -> None:
    head = weekly.masthead()
    assert said["head"]["report"] == head.report == "Weekly two-way report"
    assert (said["head"]["period"], said["head"]["company"]) == (head.period, head.company)


def test_figures_are_the_scorecards_with_its_verdict(weekly: Weekly, said: Json) -> None:
    assert tuple(figure["metric"] for figure in said["figures"]) == HEADLINES
    lines = {(line.metric.name, line.basis): line for line in weekly.lines}
    for figure in said["figures"]:
        line = lines[figure["metric"], figure["basis"]]
        assert (figure["verdict"] == "signal") == line.signal.is_signal
        assert figure["improved"] == line.improved
        assert figure["n"] == line.n
        if figure["verdict"] == "none":
            assert figure["said"].startswith("usually ")


def test_the_planted_signal_is_told_and_noise_is_not(said: Json) -> None:
    verdicts = {figure["metric"]: figure["verdict"] for figure in said["figures"]}
    assert (verdicts["speed_to_lead"], verdicts["won_amount"]) == ("signal", "none")
    signals = [change["lead"] for change in said["changes"] if change["tone"] in ("good", "bad")]
    assert any(lead.startswith("Speed to lead") for lead in signals)
    assert not any(lead.startswith("Won amount") for lead in signals)


def test_changes_are_those_of_the_report(weekly: Weekly, said: Json) -> None:
    shown = [(item.lead, item.text, item.tone) for item in weekly.changes().items]
    assert [(c["lead"], c["text"], c["tone"]) for c in said["changes"]] == shown


def test_what_a_team_owes_is_counted_and_the_late_come_first(weekly: Weekly, said: Json) -> None:
    owes = said["owes"]["sales"]
    asks = ("question", "request", "obstacle", "action")
    late = [item for item in weekly.items if item.kind in asks and item.overdue(weekly.as_of)]
    in_total = sum(said["owes"][team]["overdue"] for team in ("marketing", "sales"))
    assert in_total == len(late) > 0
    flags = [bool(item["overdue"]) for item in owes["items"]]
    assert flags == sorted(flags, reverse=True)
    first = owes["items"][0]
    asked = next(item for item in weekly.items if item.note_id == first["id"])
    assert first["figure"] == weekly.figure(asked) != ""
    assert first["overdue"] == f"{(weekly.as_of - asked.due_on).days} days"


def test_a_weekly_report_prepares_no_meeting(said: Json) -> None:
    assert said["meeting"] is None


def test_the_meeting_of_a_brief_comes_back_as_it_was() -> None:
    brief = Brief(data="sample")
    kept = json.loads(json.dumps(summary(brief)["meeting"]))
    meeting, agenda = thawed(kept)
    assert (meeting, agenda) == brief.coming()
    assert sum(slot.minutes for slot in agenda) == meeting.minutes
    assert isinstance(meeting.starts_at, datetime)


def note(number: int, body: str, **more: Any) -> Json:
    row = {"note_id": f"N{number:02}", "written_on": pd.Timestamp("2026-10-26"), "team": "sales"}
    return {**row, "author": "Ann", "kind": "question", "body": body, **more}


def test_of_many_and_long_notes_it_keeps_a_few_and_counts_the_rest() -> None:
    day = pd.Timestamp("2026-10-27")
    deal = {"opportunity_id": "D1", "account_id": "A1", "created_on": day, "outcome": "open"}
    tables = {
        "opportunities": pd.DataFrame([deal]),
        "notes": pd.DataFrame([note(n, "word " * 900) for n in range(30)]),
    }
    owes = summary(Weekly(tables, as_of="2026-11-02"))["owes"]
    assert (owes["marketing"]["count"], len(owes["marketing"]["items"])) == (30, ITEMS)
    assert max(len(item["text"]) for item in owes["marketing"]["items"]) <= LETTERS
    assert owes["marketing"]["asked"] == {"count": 30, "overdue": 0}
    nothing = {"count": 0, "overdue": 0}
    assert owes["sales"] == {**nothing, "asked": nothing, "items": []}


def test_a_figure_that_is_missing_says_why_and_is_not_zero() -> None:
    lost = {"opportunity_id": "D1", "account_id": "A1", "outcome": "open", "amount": 5.0}
    rows = [{**lost, "created_on": pd.Timestamp(date(2026, 10, 27))}]
    figures = summary(Weekly({"opportunities": pd.DataFrame(rows)}, as_of="2026-11-02"))["figures"]
    rate = next(figure for figure in figures if figure["metric"] == "win_rate")
    assert (rate["value"], rate["verdict"]) == ("–", "missing")
    assert rate["said"] != ""
    assert {figure["metric"] for figure in figures}.isdisjoint({"mqls", "speed_to_lead"})
