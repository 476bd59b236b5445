"""Both reports section by section: on the sample, and on data that can carry little."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import ConfigurationError, EmptyPeriod, UnknownName
from report_helpers.present.blocks import Block, Callout, Columns, Findings, Notes, Table
from report_helpers.present.brief import Brief
from report_helpers.present.weekly import Weekly
from report_helpers.teams import items
from report_helpers.teams.exchange import OTHER, adopt
from report_helpers.teams.items import Signature
from report_helpers.teams.store import open_store

SECTIONS: dict[str, Callable[[Weekly], Any]] = {
    "masthead": lambda r: r.masthead(),
    "changes": lambda r: r.changes(),
    "scorecards": lambda r: r.scorecards(),
    "asks": lambda r: r.asks(),
    "told": lambda r: r.told("sales"),
    "still_open": lambda r: r.still_open("sales"),
    "targets": lambda r: r.targets("marketing"),
    "questions": lambda r: r.questions("sales"),
    "answered": lambda r: r.answered("marketing"),
    "rejections": lambda r: r.rejections(),
    "plans": lambda r: r.plans(),
    "campaigns_to_come": lambda r: r.campaigns_to_come(),
    "campaigns_run": lambda r: r.campaigns_run(),
    "funnel": lambda r: r.funnel(),
    "deals_by_age": lambda r: r.deals_by_age(),
    "cohorts": lambda r: r.cohorts(),
    "win_rates": lambda r: r.win_rates("segment"),
    "losses": lambda r: r.losses(),
    "stale": lambda r: r.stale(),
    "signal_charts": lambda r: r.signal_charts(),
    "data_notes": lambda r: r.data_notes(),
    "definitions": lambda r: r.definitions(),
}
NEEDS_MORE = {
    *("rejections", "campaigns_to_come", "campaigns_run", "funnel", "cohorts", "win_rates"),
    "losses",
}


@pytest.fixture(scope="module")
def weekly() -> Weekly:
    return Weekly("sample")


@pytest.fixture(scope="module")
def brief() -> Brief:
    return Brief(data="sample")


@pytest.fixture(scope="module")
def bare() -> dict[str, pd.DataFrame]:
    days = pd.date_range("2026-08-03", periods=60, freq="D")
    outcome = ["won", "lost", "open"] * 20
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"{i}" for i in range(60)],
            "created_on": days,
            "closed_on": (days + pd.Timedelta(days=1)).where(pd.Series(outcome) != "open"),
            "outcome": outcome,
        }
    )
    return {"opportunities": deals}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_of_the_sample_says_something(weekly: Weekly, name: str) -> None:
    block = SECTIONS[name](weekly)
    assert isinstance(block, Block)
    assert not (isinstance(block, Callout) and block.text.startswith("Not shown"))
    assert block.plain().strip()


@pytest.mark.parametrize("name", SECTIONS)
def test_deals_alone_carry_a_report_that_says_what_it_lacks(
    bare: dict[str, pd.DataFrame], name: str
) -> None:
    block = SECTIONS[name](Weekly(bare))
    lacks = isinstance(block, Callout) and block.text.startswith("Not shown")
    assert lacks == (name in NEEDS_MORE)
    if isinstance(block, Callout) and lacks:
        assert "To bring it" in block.text


def test_the_planted_signals_are_found(weekly: Weekly) -> None:
    bad = [(item.lead, item.text) for item in weekly.changes().items if item.tone == "bad"]
    assert any(lead.startswith("Speed to lead") for lead, _ in bad)
    assert any(lead.startswith("Quality share") and "Webinar" in text for lead, text in bad)


def test_a_note_stands_beside_the_number_it_speaks_of(weekly: Weekly) -> None:
    shown = [
        note
        for team in ("sales", "marketing")
        for block in weekly.told(team).blocks
        for note in block.items  # type: ignore[attr-defined]
    ]
    assert shown
    assert any(note.figure for note in shown)


def test_the_frozen_figures_are_those_of_the_scorecard(weekly: Weekly) -> None:
    figures = {(f["metric"], f["basis"]): f for f in weekly.frozen().content["figures"]}
    for line in weekly.lines:
        value = figures[line.metric.name, line.basis]["value"]
        assert value == pytest.approx(line.value, nan_ok=True) or (
            value is None and line.value != line.value
        )


def test_the_day_after_a_week_and_any_day_of_the_next_show_the_same_week() -> None:
    keys = {Weekly(as_of=day).period.key for day in ("2026-10-26", "2026-10-30", "2026-11-01")}
    assert keys == {"2026-W43"}


def test_a_part_week_is_said_to_be_provisional(
    bare: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    file = tmp_path / "marsale.toml"
    file.write_text("[trust]\nstale_days = 5\n", encoding="utf-8")  # the gate bears it
    report = Weekly(bare, as_of="2026-10-05", settings=str(file))
    assert report.changes().items[0].lead == "Not all data are in"
    figures = report.frozen().content["figures"]
    assert {f["status"] for f in figures if f["metric"] == "opportunities"} == {"provisional"}


@pytest.mark.parametrize(
    ("where", "error", "message"),
    [
        ({"as_of": "26-10-2026"}, ConfigurationError, "is not a date"),
        ({"as_of": "2019-01-01"}, EmptyPeriod, "nothing happened in week 52 of 2018"),
        ({"segment": "Enterprize"}, UnknownName, "did you mean 'Enterprise'"),
    ],
)
def test_bad_questions_are_refused(where: dict[str, str], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        Weekly(**where)  # type: ignore[arg-type]


def test_a_segment_shows_only_itself() -> None:
    part, whole = Weekly(segment="Enterprise"), Weekly()
    assert part.masthead().scope == "Segment: Enterprise"
    mine = next(line for line in part.lines if line.metric.name == "opportunities")
    all_of_it = next(line for line in whole.lines if line.metric.name == "opportunities")
    assert mine.value < all_of_it.value


def test_the_brief_covers_a_fortnight(brief: Brief) -> None:
    assert brief.period.days == 14
    assert brief.span == "fortnight"


def test_the_brief_has_its_parts(brief: Brief) -> None:
    assert len(brief.five_sentences().items) == 5
    agenda = brief.agenda()
    minutes = [int(row.cells[3].text) for row in agenda.rows]
    assert sum(minutes[:-1]) == minutes[-1]
    assert isinstance(brief.decisions(), Notes)
    assert isinstance(brief.actions(), Table)
    assert isinstance(brief.decided(), Table)
    assert "Next meeting" in brief.next_meeting().plain()
    assert isinstance(brief.ranking(), Table)
    assert isinstance(brief.shadowing(), Table)
    assert brief.learnt().items
    assert isinstance(brief.scorecards(), Columns)


@pytest.mark.parametrize("topic", ["lead_quality", "win_rate", "market", "commitments"])
def test_each_topic_has_its_reason_and_three_exhibits(topic: str) -> None:
    brief = Brief(topic, data="sample")
    assert brief.topic.key == topic
    assert isinstance(brief.topic_title(), Findings)
    assert len(brief.options().items) >= 2
    assert all(not isinstance(brief.exhibit(place), Callout) for place in (1, 2, 3))
    assert isinstance(brief.exhibit(4), Callout)


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(UnknownName, match="did you mean 'win_rate'"):
        Brief("win_rates")


def test_a_brief_of_deals_alone_still_works(bare: dict[str, pd.DataFrame]) -> None:
    brief = Brief(data=bare)
    assert brief.topic.key == "win_rate"
    assert "Not known" in brief.five_sentences().items[2].text
    assert isinstance(brief.actions(), Callout)
    assert [isinstance(brief.exhibit(place), Callout) for place in (1, 2)] == [False, True]


def test_the_front_door_knows_its_names() -> None:
    assert set(rh.__all__) <= set(dir(rh))
    assert all(getattr(rh, name) for name in rh.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = rh.nothing


@pytest.fixture(scope="module")
def lonely() -> Weekly:
    data = rh.load("sample")
    tables = {name: data.frame(name) for name in ("opportunities", "leads", "campaigns")}
    only = tables["opportunities"].query("outcome == 'open'").tail(1)
    new = only.assign(opportunity_id="new", segment="Solo", account_id=None, lead_id=None)
    tables["opportunities"] = pd.concat([tables["opportunities"], new])
    return Weekly(tables, segment="Solo")


@pytest.mark.parametrize("section", list(SECTIONS))
def test_a_segment_of_one_open_deal_has_every_section(lonely: Weekly, section: str) -> None:
    shown = SECTIONS[section](lonely)
    if section in ("funnel", "deals_by_age"):
        assert isinstance(shown, Callout)
        assert shown.text.startswith("Not shown: ")


def test_what_the_teams_keep_is_in_the_next_report(tmp_path: Path) -> None:
    with open_store(tmp_path / "kept.db").write() as db:
        said = {"team": "sales", "kind": "obstacle", "body": "The demo room has no window."}
        items.add(
            db,
            {**said, "written_on": date(2026, 10, 28)},
            Signature("Ada", datetime(2026, 10, 28, 9)),
        )
    report = Weekly("sample").reading(str(tmp_path / "kept.db"))
    shown = [note.body for block in report.told("sales").blocks for note in block.items]  # type: ignore[attr-defined]
    assert "The demo room has no window." in shown
    other = report.also(Brief)
    assert other.store is not None


def test_the_exhibit_on_obstacles_reads_what_the_teams_keep_beside_the_notes(
    tmp_path: Path,
) -> None:
    before = Brief("obstacle", data="sample").exhibit(1)
    assert isinstance(before, Table)
    of_the_data = before.rows[0].cells[0].text
    store, signed = open_store(tmp_path / "kept.db"), Signature("Ada", datetime(2026, 10, 28, 9))
    said = {"team": "sales", "written_on": date(2026, 10, 28)}
    note = next(i for i in Brief().items if i.body == of_the_data)
    with store.write() as db:
        items.add(db, {**said, "kind": "obstacle", "body": "No window."}, signed)
        adopt(db, rh.load("sample"), note.note_id, signed)
        reply = {**said, "team": OTHER[note.team], "body": "Here it is."}
        items.answer(db, note.note_id, reply, signed)
    after = Brief("obstacle", data="sample").reading(str(tmp_path / "kept.db")).exhibit(1)
    assert isinstance(after, Table)
    shown = [row.cells[0].text for row in after.rows]
    assert "No window." in shown
    assert of_the_data not in shown  # it has an answer now
    assert len(shown) == len(before.rows)
