"""The books, and revenue growth."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import report_helpers as rh
from report_helpers.errors import MissingData
from report_helpers.metrics.actuals import actual, months, revenue_growth
from report_helpers.periods import Period


def company(**values: list[float]) -> Any:
    rows = [
        (name, month, value)
        for name, own in values.items()
        for month, value in zip(
            pd.date_range("2026-01-01", periods=9, freq="MS"), own, strict=False
        )
    ]
    deals = pd.DataFrame(
        {
            "opportunity_id": ["1", "2"],
            "created_on": pd.to_datetime(["2026-06-01", "2026-09-28"]),
            "outcome": ["open", "open"],
            "segment": ["A", "B"],
        }
    )
    actuals = pd.DataFrame(rows, columns=["metric", "month", "value"])
    return rh.load(
        {"opportunities": deals, "actuals": actuals} if rows else {"opportunities": deals}
    )


FIVE = Period(date(2026, 4, 27), date(2026, 6, 1))  # holds May, and the end of April
ONE = Period(date(2026, 5, 11), date(2026, 5, 18))


def test_a_level_is_the_mean_of_the_months_that_end_in_the_period() -> None:
    data = company(profitability=[0.1, 0.2, 0.3, 0.4, 0.6])
    row = actual("profitability", data, FIVE).iloc[0]
    assert (row["value"], row["n"], row["unit"]) == (0.5, 2, "percent")


def test_between_months_the_last_one_is_shown_as_provisional() -> None:
    row = actual("profitability", company(profitability=[0.1, -0.2, 0.3, 0.4]), ONE).iloc[0]
    assert (row["value"], row["status"]) == (0.4, "provisional")
    assert "April 2026 is shown" in row["reason"]


def test_a_sum_needs_whole_months() -> None:
    data = company(revenue=[1, 2, 3, 4, 5])
    assert actual("revenue", data, FIVE)["value"].item() == 5
    assert actual("revenue", data)["value"].item() == 15
    assert actual("revenue", data, ONE)["reason"].item() == "no whole month lies in the period"


def test_months_not_over_are_not_known() -> None:
    data = company(revenue=[1, 2, 3, 4, 5])
    assert months(data, "revenue", date(2026, 3, 31)).tolist() == [1, 2]
    early = actual("revenue", data, Period(date(2026, 1, 5), date(2026, 1, 12)))
    assert "no month of revenue is known" in early["reason"].item()


def test_the_books_are_of_the_whole_company() -> None:
    data = company(revenue=[1, 2])
    with pytest.raises(MissingData, match="whole company"):
        actual("revenue", data.where(segment="A"))
    with pytest.raises(MissingData, match="whole company"):
        actual("revenue", data, by=("segment",))
    with pytest.raises(MissingData, match="no table 'actuals'"):
        actual("revenue", company())
    with pytest.raises(MissingData, match="holds no profitability"):
        actual("profitability", data)


def yearly(before: float, after: float, first: str = "2024-01-01") -> pd.DataFrame:
    weeks = pd.date_range(first, "2025-12-22", freq="7D")
    amount = np.where(weeks < pd.Timestamp("2024-12-30"), before, after)
    frame = pd.DataFrame({"created_on": weeks, "closed_on": weeks, "amount": amount})
    frame["opportunity_id"] = frame.index.astype("str")
    return frame.assign(outcome="won", segment="A")


NEW_YEAR = Period(date(2025, 12, 22), date(2025, 12, 29))


def test_growth_is_this_year_against_the_last() -> None:
    found = revenue_growth(yearly(100, 130), NEW_YEAR, "segment").iloc[0]
    assert found["value"] == pytest.approx(0.3)
    assert (found["group"], found["n"]) == ("A", 52)


def test_a_short_record_is_no_growth() -> None:
    row = revenue_growth(yearly(100, 130, "2024-03-04"), NEW_YEAR).iloc[0]
    assert row["status"] == "na"
    assert row["reason"] == "closed deals begin in the week of 2024-03-04"


def test_growth_from_nothing_is_not_known() -> None:
    assert revenue_growth(yearly(0, 130), NEW_YEAR)["reason"].item() == (
        "nothing was won in the year before"
    )
