"""Targets by period, and the pipeline that must cover what is left of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import BadValue
from report_helpers.metrics import pipeline
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.targets import target
from report_helpers.periods import Period, quarter

WEEK = Period(date(2026, 10, 26), date(2026, 11, 2))


def company(*rows: dict[str, Any]) -> Any:
    deals = pd.DataFrame(
        {
            "opportunity_id": ["w", "o", "x"],
            "created_on": pd.to_datetime(["2026-09-28", "2026-10-05", "2026-10-05"]),
            "closed_on": pd.to_datetime(["2026-10-02", None, "2026-09-29"]),
            "outcome": ["won", "open", "won"],
            "segment": ["A", "A", "B"],
            "amount": [300.0, 900.0, 50.0],
        }
    )
    base = {"segment": None, "starts_on": pd.Timestamp("2026-01-01"), "ends_on": pd.NaT}
    targets = pd.DataFrame([base | row for row in rows])
    return rh.load({"opportunities": deals} | ({"targets": targets} if rows else {}))


def test_a_weekly_target_scales_with_the_weeks() -> None:
    data = company({"metric": "inquiries", "target": 50.0, "per": "week"})
    assert target(data, "inquiries", WEEK) == 50
    assert target(data, "inquiries", Period(WEEK.start, date(2026, 11, 9))) == 100


def test_a_quarter_has_13_weeks_and_its_whole_target() -> None:
    data = company({"metric": "won_amount", "target": 1300.0, "per": "quarter"})
    assert target(data, "won_amount", WEEK) == 100
    assert target(data, "won_amount", quarter(date(2026, 10, 1))) == 1300


def test_a_level_holds_for_any_period() -> None:
    data = company({"metric": "win_rate", "target": 0.3, "per": "level"})
    assert target(data, "win_rate", WEEK) == 0.3


def test_the_latest_target_in_force_counts() -> None:
    data = company(
        {"metric": "mqls", "target": 10.0, "per": "week"},
        {"metric": "mqls", "target": 12.0, "per": "week", "starts_on": pd.Timestamp("2026-07-01")},
        {"metric": "mqls", "target": 99.0, "per": "week", "starts_on": pd.Timestamp("2026-12-01")},
    )
    assert target(data, "mqls", WEEK) == 12


def test_an_ended_target_no_longer_counts() -> None:
    data = company(
        {"metric": "mqls", "target": 10.0, "per": "week", "ends_on": pd.Timestamp("2026-10-31")}
    )
    assert target(data, "mqls", WEEK) is None


def test_a_segment_has_its_own_target_and_not_the_companys() -> None:
    data = company(
        {"metric": "mqls", "target": 10.0, "per": "week"},
        {"metric": "mqls", "target": 4.0, "per": "week", "segment": "A"},
    )
    assert target(data, "mqls", WEEK) == 10
    assert target(data, "mqls", WEEK, "A") == 4
    assert target(data, "mqls", WEEK, "B") is None


def test_a_rate_per_week_is_refused_with_the_remedy() -> None:
    data = company({"metric": "win_rate", "target": 0.3, "per": "week"})
    with pytest.raises(BadValue, match="state it per level"):
        target(data, "win_rate", WEEK)


def test_without_a_table_there_is_no_target() -> None:
    assert target(company(), "mqls", WEEK) is None


def test_coverage_divides_by_what_is_left_of_the_quarter() -> None:
    data = company({"metric": "won_amount", "target": 1200.0, "per": "quarter"})
    found = pipeline.coverage(data, Spans.of(WEEK)).iloc[0]
    assert found["value"] == 900 / (1200 - 300)  # the deal won on 29 September is last quarter's
    assert found["n"] == 1


def test_coverage_follows_the_fiscal_calendar() -> None:
    data = company({"metric": "won_amount", "target": 1250.0, "per": "quarter"})
    found = pipeline.coverage(data, Spans.of(WEEK), first_month=9).iloc[0]
    assert found["value"] == 900 / (1250 - 350)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((), "no target for won amount covers the period's end"),
        (
            ({"metric": "won_amount", "target": 200.0, "per": "quarter"},),
            "the quarter's target is already reached",
        ),
    ],
)
def test_coverage_is_missing_with_a_reason(rows: Any, reason: str) -> None:
    found = pipeline.coverage(company(*rows), Spans.of(WEEK)).iloc[0]
    assert pd.isna(found["value"])
    assert found["reason"] == reason


def test_coverage_by_segment_needs_the_segments_own_target() -> None:
    data = company(
        {"metric": "won_amount", "target": 1200.0, "per": "quarter", "segment": "A"},
    )
    found = pipeline.coverage(data, Spans.of(WEEK), ("segment",))
    assert found.loc[(0.0, "A"), "value"] == 1.0
    assert "no target" in found.loc[(0.0, "B"), "reason"]
