"""Goals, the average deal and outcomes on public data nobody here wrote."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.metrics.differences import difference
from report_helpers.metrics.intervals import wilson
from report_helpers.periods import Period
from report_helpers.settings import Goals, Settings

HERE = Path(__file__).parent
QUARTER = Period(date(2017, 10, 2), date(2018, 1, 1))
pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def maven(real: Path) -> Any:
    return rh.load(real / "maven_crm", mapping=HERE / "maven_crm.toml")


@pytest.fixture(scope="module")
def pipeline(real: Path) -> pd.DataFrame:
    rows = pd.read_csv(real / "maven_crm" / "sales_pipeline.csv")
    return rows.assign(close_date=pd.to_datetime(rows["close_date"]))


def test_the_average_deal_is_the_published_one(maven: Any) -> None:
    """4,238 deals won for $10,005,534: $2,361 each."""
    row = rh.average_deal(maven).iloc[0]
    assert (round(row["value"]), row["n"]) == (2361, 4238)
    assert row["low"] < 2361 < row["high"]


def test_deals_alone_make_no_growth_of_a_year(maven: Any) -> None:
    row = rh.revenue_growth(maven, QUARTER).iloc[0]
    assert row["status"] == "na"
    assert "closed deals begin in the week of 2017-02-27" in row["reason"]


def test_a_goal_adds_up_to_what_plain_pandas_says(maven: Any, pipeline: pd.DataFrame) -> None:
    goal = pd.DataFrame(
        {
            "goal": ["Five millions in the second half"],
            "metric": ["won_amount"],
            "target": [5_000_000.0],
            "starts_on": pd.to_datetime(["2017-07-03"]),
            "due_on": pd.to_datetime(["2017-12-31"]),
        }
    )
    deals = maven.frame("opportunities")
    found = rh.goals({"opportunities": deals, "goals": goal}, QUARTER).iloc[0]
    won = pipeline[pipeline["deal_stage"] == "Won"]
    inside = won["close_date"].between("2017-07-03", "2017-12-31")
    assert found["value"] == won.loc[inside, "close_value"].sum()
    assert found["n"] == 26
    assert found["left"] == 0


def test_the_win_rate_changed_as_newcombe_says(maven: Any, pipeline: pd.DataFrame) -> None:
    settings = baseline("2017-03-06", "2017-06-04")
    row = rh.outcomes(maven, QUARTER, settings).set_index("metric").loc["win_rate"]
    rates = []
    for first, last in (("2017-10-02", "2017-12-31"), ("2017-03-06", "2017-06-04")):
        closed = pipeline[pipeline["close_date"].between(first, last)]
        won, n = int((closed["deal_stage"] == "Won").sum()), len(closed)
        low, high = wilson(won, n)
        rates.append((won / n, float(low), float(high)))
    assert (row["change"], row["change_low"], row["change_high"]) == pytest.approx(
        difference(rates[0], rates[1])
    )


def baseline(first: str, last: str) -> Any:
    own = Goals(baseline_from=date.fromisoformat(first), baseline_to=date.fromisoformat(last))
    return Settings(goals=own)
