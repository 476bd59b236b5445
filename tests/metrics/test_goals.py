"""Goals on a company whose weeks are so regular that every figure can be worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import MissingData, UnknownName
from report_helpers.metrics.goals import course, goals
from report_helpers.metrics.levels import level, steps
from report_helpers.periods import Period

END = date(2026, 7, 6)  # a Monday; the year's 27 weeks before it have their Thursdays in 2026
WEEK = Period(date(2026, 6, 29), END)
MONDAYS = pd.date_range("2025-12-29", periods=27, freq="7D")  # the weeks of 2026 up to END


def company(goal: dict[str, Any], actuals: list[float] | None = None) -> Any:
    """Each week three deals or one of 100 are won, two lost; 5 leads cost 500, one becomes SQL."""
    days = MONDAYS + pd.Timedelta(days=1)
    extra = [1 if week % 2 else 3 for week in range(len(days))]
    rows = [(day, "won", 100.0) for day, n in zip(days, extra, strict=True) for _ in range(n)]
    rows += [(day, "lost", 50.0) for day in days for _ in range(2)]
    deals = pd.DataFrame(rows, columns=["closed_on", "outcome", "amount"])
    deals["created_on"] = deals["closed_on"] - pd.Timedelta(days=1)
    deals["opportunity_id"] = deals.index.astype("str")
    leads = pd.DataFrame({"created_on": days.repeat(5), "mql_on": days.repeat(5)})
    leads["lead_id"] = leads.index.astype("str")
    leads["sql_on"] = leads["mql_on"].where(leads.index % 5 == 0)
    campaigns = pd.DataFrame(
        {
            "campaign_id": ["c"],
            "name": ["All year"],
            "starts_on": [MONDAYS[0]],
            "cost": [27 * 500.0],
        }
    ).assign(ends_on=pd.Timestamp("2026-07-05"))
    base = {"goal": "it", "starts_on": date(2026, 1, 1), "due_on": date(2026, 12, 31)}
    tables = {"opportunities": deals, "leads": leads, "campaigns": campaigns}
    tables["goals"] = pd.DataFrame([base | goal]).astype(
        {"starts_on": "datetime64[s]", "due_on": "datetime64[s]"}
    )
    if actuals is not None:
        months = pd.date_range("2026-01-01", periods=len(actuals), freq="MS")
        tables["actuals"] = pd.DataFrame(
            {"metric": goal["metric"], "month": months, "value": actuals}
        )
    return rh.load(tables)


def stands(*args: Any, period: Any = WEEK, **more: Any) -> Any:
    return goals(company(*args, **more), period).iloc[0]


def test_a_total_is_summed_over_the_weeks_of_the_year() -> None:
    row = stands({"metric": "won_amount", "target": 10_600.0})
    assert row["value"] == 14 * 300 + 13 * 100  # weeks 1, 3, ... bring 300, the others 100
    assert row["n"] == 27
    assert row["plan"] == pytest.approx(10_600 * 27 / 53)  # 2026 has 53 Thursdays
    assert row["ahead"] == pytest.approx(row["value"] - row["plan"])
    assert row["left"] == 26
    assert row["needed"] == pytest.approx((10_600 - 5_500) / 26)
    assert row["recent"] == pytest.approx(200)  # of the last 26 weeks
    assert row["projection"] == pytest.approx(5_500 + 26 * 200)
    assert row["verdict"] == "on plan"


@pytest.mark.parametrize(
    ("target", "verdict"),
    [(5_500, "reached"), (10_700, "on plan"), (11_000, "behind"), (13_000, "out of reach")],
)
def test_a_total_is_judged_by_rule(target: float, verdict: str) -> None:
    row = stands({"metric": "won_amount", "target": float(target)})
    assert row["verdict"] == verdict
    assert (row["projected_high"] < target) == (verdict == "out of reach")


@pytest.mark.parametrize(("target", "verdict"), [(4_000, "reached"), (6_000, "missed")])
def test_a_total_past_its_day_is_final(target: float, verdict: str) -> None:
    goal = {"metric": "won_amount", "target": float(target), "due_on": date(2026, 5, 31)}
    row = stands(goal)
    assert row["value"] == 11 * 300 + 11 * 100  # 22 Thursdays up to 28 May
    assert row["verdict"] == verdict
    assert row["left"] == 0
    assert row["projection"] == row["projected_low"] == row["projected_high"] == row["value"]


def test_a_goal_to_come_waits() -> None:
    goal = {"metric": "won_amount", "target": 1.0, "starts_on": date(2026, 8, 1)}
    row = stands(goal)
    assert row["verdict"] == "not begun"
    assert row["reason"] == "the goal begins on 2026-08-01"


def test_weeks_without_data_are_not_zeros() -> None:
    row = stands({"metric": "won_amount", "target": 9e9, "starts_on": date(2025, 12, 1)})
    assert row["status"] == "provisional"
    assert "closed deals begin in the week of 2025-12-29" in row["reason"]
    assert row["n"] == 27


def test_a_level_is_that_of_13_weeks_between_baseline_and_target() -> None:
    goal = {"metric": "win_rate", "basis": "closed", "baseline": 0.3, "target": 0.5}
    row = stands(goal)
    won = 7 * 3 + 6 * 1  # the last 13 weeks begin and end with three
    assert (row["value"], row["n"]) == (won / (won + 26), won + 26)
    assert row["plan"] == pytest.approx(0.3 + 0.2 * 186 / 365)  # 186 days of 365 are over
    assert row["needed"] == 0
    assert row["projection"] == row["value"]
    assert (row["projected_low"], row["projected_high"]) == (row["low"], row["high"])
    assert row["verdict"] == "on plan"  # above the target, but not with its whole interval


@pytest.mark.parametrize(
    ("target", "baseline", "verdict"),
    [(0.3, 0.1, "reached"), (0.6, 0.55, "behind"), (0.9, 0.3, "out of reach")],
)
def test_a_level_is_judged_by_its_interval(target: float, baseline: float, verdict: str) -> None:
    row = stands({"metric": "win_rate", "target": target, "baseline": baseline})
    assert row["verdict"] == verdict
    assert row["basis"] == "closed"


def test_without_a_baseline_the_plan_of_a_level_is_its_target() -> None:
    assert stands({"metric": "win_rate", "target": 0.6})["plan"] == 0.6


def test_less_can_be_better() -> None:
    goal = {"metric": "cost_per_sql", "baseline": 700.0, "target": 400.0}
    row = stands(goal)
    cost = 13_500 / 184 * 86 / 13  # 184 days to 30 June, 86 of them in the 13 weeks of 13 SQLs
    assert row["value"] == pytest.approx(cost)
    assert row["low"] < cost < row["high"]
    assert row["needed"] == pytest.approx(400 - cost)
    assert row["ahead"] > 0  # half the year is over, two thirds of the way are done
    assert row["verdict"] == "out of reach"  # as it is now
    assert stands(goal | {"target": 600.0})["verdict"] == "reached"


def test_levels_of_the_books_are_means_of_three_months() -> None:
    row = stands(
        {"metric": "profitability", "target": 0.2, "baseline": 0.1},
        actuals=[0.1, 0.12, 0.1, 0.12, 0.1, 0.14, 0.9],  # July is not over
    )
    assert row["value"] == pytest.approx(0.12)
    assert row["n"] == 3
    reach = 1.96 * np.mean([0.02, 0.02, 0.02, 0.02, 0.04]) / 1.128 / np.sqrt(3)
    assert row["high"] == pytest.approx(0.12 + reach)
    assert row["verdict"] == "out of reach"


def test_totals_of_the_books_go_month_by_month() -> None:
    row = stands({"metric": "revenue", "target": 120.0}, actuals=[10.0] * 7)
    assert (row["value"], row["n"], row["left"]) == (60, 6, 6)
    assert row["plan"] == 60
    assert row["needed"] == 10
    assert row["projection"] == 120
    assert np.isnan(row["projected_low"])  # six months are too few for an interval
    assert row["verdict"] == "on plan"


def test_a_month_missing_in_the_books_is_said() -> None:
    data = company({"metric": "revenue", "target": 120.0}, actuals=[10.0] * 6)
    rows = data.frame("actuals")
    tables = {name: data.frame(name) for name in data.tables} | {"actuals": rows.drop(index=2)}
    row = goals(rh.load(tables), WEEK).iloc[0]
    assert row["value"] == 50
    assert row["reason"] == "months are missing in the books"


def test_what_no_table_carries_is_not_known() -> None:
    row = stands({"metric": "profitability", "target": 0.2})
    assert row["verdict"] == "not known"
    assert "no table 'actuals'" in row["reason"]


def test_goals_before_the_data_are_not_known() -> None:
    data = company({"metric": "win_rate", "target": 0.5})
    found = level(data, ("win_rate", "closed"), date(2025, 1, 6))
    assert np.isnan(found["value"])
    assert "nothing happened" in found["reason"]


def test_the_course_adds_up_to_the_value() -> None:
    data = company({"metric": "sqls", "target": 60.0})
    row = goals(data, WEEK).iloc[0]
    weeks = course(data, row, END)
    assert row["value"] == weeks.sum() == 27
    assert len(weeks) == 27


def test_steps_belong_to_the_day_their_thursday_is() -> None:
    data = company({"metric": "sqls", "target": 60.0})
    values, reason = steps(data, ("sqls", ""), (date(2026, 1, 2), date(2026, 1, 19)))
    assert values.index.tolist() == [pd.Timestamp("2026-01-08"), pd.Timestamp("2026-01-15")]
    assert reason == ""


def test_all_ends_with_the_last_complete_week() -> None:
    row = stands({"metric": "sqls", "target": 60.0}, period="all")
    assert row["value"] == 26  # the data end on a Tuesday


def test_only_known_metrics_can_be_goals() -> None:
    with pytest.raises(UnknownName, match="unknown metric 'win_rat'"):
        stands({"metric": "win_rat", "target": 0.5})


def test_goals_are_of_the_whole_company() -> None:
    data = rh.load("sample")
    with pytest.raises(MissingData, match="whole company"):
        goals(data.where(segment="Enterprise"), WEEK)
    with pytest.raises(MissingData, match="no table 'goals'"):
        goals(pd.DataFrame(company({"metric": "sqls", "target": 1.0}).frame("opportunities")))
