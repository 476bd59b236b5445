"""Outcomes against the own baseline: regular companies whose change is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.metrics.differences import difference, rate_ratio
from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.outcomes import outcomes
from report_helpers.periods import Period
from report_helpers.settings import Goals, Settings

STARTS = pd.date_range("2025-01-06", periods=78, freq="7D")  # 78 weeks up to 5 July 2026
WEEK = Period(date(2026, 6, 29), date(2026, 7, 6))


def company(later: int = 3, actuals: bool = True) -> Any:
    """Two deals won and four lost a week, `later` won in the last 26; half of the leads are SQL."""
    new = np.arange(78) >= 52
    won = STARTS.repeat(np.where(new, later, 2))
    deals = pd.DataFrame({"closed_on": [*won, *STARTS.repeat(4)]})
    deals["created_on"] = deals["closed_on"]
    deals["outcome"] = ["won"] * len(won) + ["lost"] * (78 * 4)
    noise = np.where(np.arange(len(deals)) % 2, 90.0, 110.0)
    deals["amount"] = noise
    deals["opportunity_id"] = deals.index.astype("str")
    leads = pd.DataFrame({"created_on": STARTS.repeat(4)})
    leads["lead_id"] = leads.index.astype("str")
    leads["mql_on"] = leads["created_on"]
    leads["sql_on"] = leads["mql_on"].where(leads.index % 2 == 0)
    leads["first_touch_at"] = pd.to_datetime(["2026-07-05"] + [None] * (len(leads) - 1))
    campaigns = pd.DataFrame({"campaign_id": ["c"], "name": ["All"], "starts_on": [STARTS[0]]})
    campaigns = campaigns.assign(ends_on=pd.Timestamp("2026-07-05"), cost=78 * 70.0)
    tables = {"opportunities": deals, "leads": leads, "campaigns": campaigns}
    if actuals:
        months = pd.date_range("2025-01-01", periods=18, freq="MS")
        value = np.where(np.arange(18) % 2, 0.1, 0.12) + np.where(np.arange(18) > 11, 0.1, 0)
        tables["actuals"] = pd.DataFrame({"month": months, "value": value})
        tables["actuals"]["metric"] = "profitability"
    return rh.load(tables)


def found(data: Any, settings: Settings | None = None) -> Any:
    return outcomes(data, WEEK, settings).set_index("metric")


@pytest.fixture(scope="module")
def grown() -> Any:
    return found(company())


def test_the_baseline_is_the_first_half_year(grown: Any) -> None:
    assert set(grown["baseline"]) == {"2025-01-06 to 2025-07-06"}
    assert set(grown["period"]) == {"2026-W02-W27"}


def test_rates_differ_by_newcombes_interval(grown: Any) -> None:
    row = grown.loc["win_rate"]
    rates = [(k / n, *(float(x) for x in wilson(k, n))) for k, n in ((78, 182), (52, 156))]
    assert (row["change"], row["change_low"], row["change_high"]) == pytest.approx(
        difference(rates[0], rates[1])  # type: ignore[arg-type]
    )
    assert (row["n"], row["before_n"]) == (182, 156)
    assert row["verdict"] == "no clear difference"


def test_counts_are_compared_as_rates_of_events(grown: Any) -> None:
    row = grown.loc["sqls"]
    assert (row["value"], row["before"], row["compared"]) == (2, 2, "ratio")
    assert (row["change"], row["change_low"]) == pytest.approx(rate_ratio(52, 26, 52, 26)[:2])
    assert row["verdict"] == "no clear difference"


def test_amounts_grow_by_half(grown: Any) -> None:
    row = grown.loc["won_amount"]
    assert row["change"] == pytest.approx(1.5, rel=0.02)
    assert row["change_low"] > 1.4
    assert row["verdict"] == "better"


def test_less_cost_is_better_and_no_change_is_none(grown: Any) -> None:
    row = grown.loc["cost_per_sql"]
    assert row["value"] == pytest.approx(35)
    assert row["change"] == pytest.approx(0, abs=1e-9)
    assert row["verdict"] == "no clear difference"


def test_the_books_are_compared_by_their_months(grown: Any) -> None:
    row = grown.loc["profitability"]
    assert row["change"] == pytest.approx(0.1, abs=0.01)
    assert row["verdict"] == "better"


def test_what_is_not_there_is_not_known(grown: Any) -> None:
    assert grown.loc["gross_revenue_retention", "verdict"] == "not known"
    bare = found(company(actuals=False))
    assert "no table 'actuals'" in bare.loc["profitability", "reason"]


def test_fewer_wins_are_worse() -> None:
    row = found(company(later=1)).loc["won_amount"]
    assert row["change"] == pytest.approx(0.5, rel=0.02)
    assert row["verdict"] == "worse"


def test_the_settings_set_the_baseline() -> None:
    own = Goals(baseline_from=date(2025, 9, 30), baseline_to=date(2025, 12, 31))
    rows = found(company(), Settings(goals=own))
    assert set(rows["baseline"]) == {"2025-10-06 to 2025-12-28"}  # whole weeks within
    assert rows.loc["sqls", "before_n"] == 12


def test_a_baseline_that_is_not_over_compares_nothing() -> None:
    own = Goals(baseline_from=date(2026, 1, 5), baseline_to=date(2026, 6, 28))
    rows = found(company(), Settings(goals=own))
    assert rows["change"].isna().all()
    assert set(rows["reason"]) == {"the baseline is not over by the period compared with it"}


def test_a_baseline_before_the_data_says_so() -> None:
    own = Goals(baseline_from=date(2024, 12, 2), baseline_to=date(2025, 1, 19))
    rows = found(company(), Settings(goals=own))
    assert rows.loc["won_amount", "reason"] == "baseline: 5 weeks without data"
    assert "baseline: closed deals begin" in rows.loc["win_rate", "reason"]
