"""Goals, roles and commitments as blocks: on the sample, and on data that can carry little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import UnknownName
from report_helpers.present.blocks import Callout, Chart, Findings, Table
from report_helpers.present.teamwork import Teamwork

SECTIONS: dict[str, Callable[[Teamwork], Any]] = {
    "goals": lambda r: r.goals(),
    "goal_chart": lambda r: r.goal_chart(),
    "our_part": lambda r: r.our_part("marketing"),
    "outcomes": lambda r: r.outcomes(),
    "roles": lambda r: r.roles(),
    "perception": lambda r: r.perception(),
    "lead_need": lambda r: r.lead_need(),
    "quality_leads": lambda r: r.quality_leads(),
    "follow_up": lambda r: r.follow_up(),
    "missed": lambda r: r.missed(),
}


@pytest.fixture(scope="module")
def look() -> Teamwork:
    return Teamwork("sample")


def bare(**tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    days = pd.date_range("2026-08-03", periods=91, freq="D")
    deals = pd.DataFrame({"opportunity_id": days.astype("str"), "created_on": days})
    deals = deals.assign(
        closed_on=days, outcome=["won", "lost", "lost"] * 30 + ["won"], amount=10.0
    )
    return {"opportunities": deals} | tables


@pytest.fixture(scope="module")
def deals_only() -> Teamwork:
    return Teamwork(bare())


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_of_the_sample_says_something(look: Teamwork, name: str) -> None:
    block = SECTIONS[name](look)
    assert isinstance(block, Table | Chart | Findings)
    assert block.plain().strip()
    if isinstance(block, Table):
        assert block.alt.endswith(".")
        assert len(block.columns) <= 6
        widths = {len(row.cells) for row in block.rows if row.role != "group"}
        assert widths == {len(block.columns)}


@pytest.mark.parametrize("name", sorted(set(SECTIONS) - {"outcomes"}))
def test_deals_alone_say_what_is_lacking(deals_only: Teamwork, name: str) -> None:
    block = SECTIONS[name](deals_only)
    assert isinstance(block, Callout)
    assert block.text.startswith("Not shown")
    assert "To bring it" in block.text


def test_outcomes_of_deals_alone_are_those_of_deals(deals_only: Teamwork) -> None:
    table = deals_only.outcomes()
    assert isinstance(table, Table)
    verdicts = {row.cells[0].text: row.cells[4].text for row in table.rows}
    assert verdicts["Cost per SQL"] == "not known"
    assert any("baseline is not over" in note for note in table.footnotes)


def test_a_tone_never_stands_without_a_mark(look: Teamwork) -> None:
    tables = [SECTIONS[name](look) for name in ("goals", "outcomes", "roles", "perception")]
    cells = [cell for table in tables for row in table.rows for cell in row.cells]
    assert any(cell.tone in ("good", "bad", "watch") for cell in cells)
    assert all(cell.mark for cell in cells if cell.tone in ("good", "bad", "watch"))


def test_a_goal_says_where_it_stands_and_what_it_needs(look: Teamwork) -> None:
    table = look.goals()
    assert isinstance(table, Table)
    cells = {row.cells[0].text: row.cells for row in table.rows}
    money = cells["Win 7.0 million of new business"]
    assert [cell.text for cell in money[1:4]] == ["€5.35M", "€7.00M", "€6.50M"]
    assert money[1].note == "plan €5.81M"
    assert money[4].note.startswith("needs €183k a week, has €127k")
    assert cells["Win three deals in ten"][4].note == "needs +0.4 points"


def test_the_chart_says_its_numbers(look: Teamwork) -> None:
    chart = look.goal_chart("740 sales-qualified leads")
    assert isinstance(chart, Chart)
    assert "613 so far" in chart.alt
    assert "against 740" in chart.alt
    with pytest.raises(UnknownName, match="unknown goal"):
        look.goal_chart("Win three deals in ten")


def test_a_team_is_told_of_its_own_metrics(look: Teamwork) -> None:
    for team, mine, other in (("marketing", "quality share", "speed"), ("sales", "speed", "MQL")):
        block = look.our_part(team)  # type: ignore[arg-type]
        assert isinstance(block, Findings)
        said = " ".join(item.text for item in block.items)
        assert mine in said
        assert other not in said
        assert "a signal for the worse" in said


def test_the_chain_ends_with_the_weeks_leads_and_the_target(look: Teamwork) -> None:
    table = look.lead_need()
    assert isinstance(table, Table)
    assert [row.cells[1].text for row in table.rows[-2:]] == ["36", "33"]
    assert table.rows[-2].role == "total"
    assert table.alt == "The goal needs 36 quality leads a week (29–44)."


def test_the_missed_add_up(look: Teamwork) -> None:
    table = look.missed()
    assert isinstance(table, Table)
    assert table.alt.startswith(f"{len(table.rows)} quality leads")
    marks = [row.cells[-1].mark for row in table.rows]
    assert marks == sorted(marks, reverse=True)  # those still waiting come first


def test_segments_show_what_is_theirs() -> None:
    part = Teamwork(segment="Enterprise")
    goals = part.goals()
    assert isinstance(goals, Callout)
    assert "whole company" in goals.text
    assert isinstance(part.lead_need(), Table)  # the segment's own target for won amount
    assert isinstance(part.follow_up(), Table)


def leads(**dates: Any) -> pd.DataFrame:
    days = pd.date_range("2026-08-03", periods=91, freq="D")
    frame = pd.DataFrame({"lead_id": days.astype("str"), "created_on": days, "mql_on": days})
    return frame.assign(**{name: days + pd.Timedelta(hours=h) for name, h in dates.items()})


def test_without_attempts_the_first_touches_are_shown() -> None:
    look = Teamwork(bare(leads=leads(first_touch_at=1)))
    table = look.follow_up()
    assert isinstance(table, Table)
    assert table.rows[1].cells[0].note == "the data have no table 'touches'"
    done = look.missed()
    assert isinstance(done, Callout)
    assert done.tone == "good"


def test_nothing_to_show_is_said() -> None:
    goals = pd.DataFrame(
        {
            "goal": ["Win more"],
            "metric": ["win_rate"],
            "target": [0.5],
            "starts_on": pd.to_datetime(["2026-01-01"]),
            "due_on": pd.to_datetime(["2026-12-31"]),
        }
    )
    pulse = pd.DataFrame({"rated_on": pd.to_datetime(["2026-01-05"]), "score": [3.0]})
    pulse = pulse.assign(team="sales", metric="mqls")
    targets = goals.assign(per="level", metric="mqls")[["metric", "target", "per", "starts_on"]]
    look = Teamwork(bare(goals=goals, pulse=pulse, targets=targets))
    texts = {name: SECTIONS[name](look).plain() for name in ("goal_chart", "perception", "roles")}
    assert "No goal adds up week by week" in texts["goal_chart"]
    assert "Nobody rated" in texts["perception"]
    assert "No metric of the period has a target" in texts["roles"]
    assert "No goal names a metric of Marketing" in look.our_part("marketing").plain()


def test_a_chain_without_customers_draws_no_chart() -> None:
    deals = bare()["opportunities"].assign(lead_id=None)
    targets = pd.DataFrame({"metric": ["won_amount"], "target": [500.0], "per": ["quarter"]})
    targets["starts_on"] = pd.Timestamp("2026-01-01")
    look = Teamwork({"opportunities": deals, "leads": leads(), "targets": targets})
    block = look.quality_leads()
    assert isinstance(block, Callout)
    assert "no lead is known to have become a customer" in block.text


def test_campaigns_say_what_they_had_a_part_in() -> None:
    table = rh.Weekly("sample").campaigns_run()
    assert isinstance(table, Table)
    assert any("part in €" in row.cells[0].note for row in table.rows)
    assert any(note.startswith("Context, not a verdict") for note in table.footnotes)
