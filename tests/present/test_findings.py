"""Sentences: a change is only what the rules call a signal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from report_helpers.glossary import metric
from report_helpers.metrics.scorecard import Line
from report_helpers.metrics.signals import verdict
from report_helpers.periods import Period
from report_helpers.present import charts, findings, scoreboard
from report_helpers.present.blocks import Findings

WEEK = Period(date(2026, 10, 26), date(2026, 11, 2))
CALM = [10.0, 12.0, 11.0, 9.0, 10.0, 11.0, 12.0, 10.0, 9.0, 11.0, 10.0, 12.0, 11.0, 10.0] * 2


def line(name: str, history: list[float], basis: str = "", **changes: object) -> Line:
    made = Line(
        metric=metric(name),
        basis=basis,
        by=(),
        group="all",
        value=history[-1],
        n=history[-1],
        low=np.nan,
        high=np.nan,
        reason="",
        prior=history[-2],
        year_ago=np.nan,
        target=None,
        history=tuple(history),
        signal=verdict(history, floor=0.0),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_noise_is_never_called_a_change() -> None:
    found = findings.changes([line("inquiries", [*CALM, 12.0])], [])
    assert [(f.lead, f.tone) for f in found] == [("No signal", "muted")]
    assert "1 figure within the usual range" in found[0].text


@pytest.mark.parametrize(
    ("name", "tone"), [("inquiries", "good"), ("speed_to_lead", "bad"), ("cost_per_mql", "bad")]
)
def test_a_rise_is_good_or_bad_as_the_metric_says(name: str, tone: str) -> None:
    found = findings.changes([line(name, [*CALM, 30.0])], [])
    assert found[0].tone == tone
    assert "above the limit of" in found[0].text


def test_a_run_says_how_long_it_is() -> None:
    found = findings.signal(line("inquiries", [*CALM * 2, *[10.9] * 8]))
    assert found.text == "8 in a row above the usual 11."


def test_a_group_that_repeats_the_whole_is_named_not_told_again() -> None:
    whole = line("speed_to_lead", [*CALM, 30.0])
    part = replace(whole, by=("segment",), group="Enterprise")
    other = line("inquiries", [*CALM, 30.0], by=("source",), group="Referral")
    found = findings.changes([whole], [part, other])
    assert [f.lead for f in found] == ["Speed to lead 30.0 h", "Inquiries, Referral 30"]
    assert found[0].text.endswith("; seen in Enterprise.")


def test_many_signals_are_counted_not_listed() -> None:
    names = [
        *("inquiries", "responses", "mqls", "accepted", "opportunities", "won_amount"),
        *("cost_per_mql", "cost_per_sql", "cost_per_inquiry"),
    ]
    found = findings.changes([line(name, [*CALM, 40.0]) for name in names], [])
    assert found[findings.SHOWN].text.startswith("2, drawn under")
    assert [f.tone for f in found[:3]] == ["bad"] * 3


def test_short_histories_are_too_few_to_tell() -> None:
    found = findings.changes([line("inquiries", CALM[:5]), line("mqls", CALM[:5])], [])
    assert found[0].text == (
        "fewer than 12 independent periods of inquiries and quality leads (MQL)."
    )


def test_targets_met_and_missed_in_one_sentence() -> None:
    lines = [
        line("inquiries", CALM, target=9.0),
        line("cost_per_mql", CALM, target=9.0),
        line("mqls", CALM),
    ]
    assert findings.against_target(lines, "marketing") == (
        "Marketing meets 1 of 2 targets; missed: cost per MQL."
    )
    assert "no target" in findings.against_target(lines, "sales")


def test_a_rate_says_what_it_rests_on() -> None:
    rate = line("win_rate", [0.2, 0.4], "closed", n=12.0, low=0.1, high=0.6)
    assert findings.title(rate) == "Win rate (closed basis)"
    assert findings.rests_on(rate) == "12 closed deals, 95% 10–60%"


def test_the_scorecard_shows_every_state_without_colour_alone() -> None:
    lines = [
        line("inquiries", [*CALM, 30.0], target=9.0),
        line("mqls", CALM, target=99.0),
        line("cost_per_mql", CALM, value=np.nan, n=np.nan, reason="no quality lead in the period"),
        line("responses", CALM, reason="the data end on 2026-10-30"),
        line("opportunities", CALM),
    ]
    table = scoreboard.compact(lines, "marketing", "week", "EUR")
    assert [row.cells[0].text for row in table.rows] == [
        *("Inquiries", "Quality leads (MQL)", "Cost per MQL", "Responses"),
    ]
    assert [row.cells[1].mark for row in table.rows] == ["▲", "", "○", "○"]
    assert [row.cells[3].mark for row in table.rows] == ["✓", "✗", "", ""]
    assert table.rows[2].cells[1].text == "–"
    assert "no quality lead in the period" in table.footnotes[0]
    assert "Inquiries 30" in table.alt


def test_a_control_chart_says_its_numbers() -> None:
    calm, wild = line("inquiries", [*CALM, 11.0]), line("inquiries", [*CALM, 30.0])
    chart = charts.control_chart(calm, WEEK)
    assert "No signal." in chart.alt
    assert not chart.footnotes
    loud = charts.control_chart(wild, WEEK)
    assert "highest 30" in loud.alt
    assert "The last points make a signal." in loud.alt
    assert loud.svg.startswith("<svg")
    assert "upper limit" in loud.svg


def test_a_chart_of_the_same_numbers_has_the_same_bytes() -> None:
    made = [charts.control_chart(line("inquiries", [*CALM, 30.0]), WEEK).svg for _ in range(2)]
    assert made[0] == made[1]
    assert "<metadata>" not in made[0]


def test_a_chart_without_values_says_so() -> None:
    empty = line("inquiries", [np.nan] * 14)
    assert charts.control_chart(empty, WEEK).alt == "Inquiries: no values."


def test_findings_as_plain_text() -> None:
    block = Findings((findings.Finding("so it is", lead="Lead"), findings.Finding("and so")))
    assert block.plain() == "- Lead: so it is\n- and so"
