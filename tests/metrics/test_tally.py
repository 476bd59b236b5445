"""Sums, shares and medians by period and group: true zeros, and reasons where nothing is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_helpers.metrics.spans import Spans
from report_helpers.metrics.tally import Cells, blank, divide, median, share
from report_helpers.periods import Period

WEEK = Period(date(2026, 10, 26), date(2026, 11, 2))


def index(count: int = 1) -> pd.Index:
    return pd.Index(np.arange(count, dtype=float), name="p")


def test_a_week_without_rows_is_a_true_zero() -> None:
    flow = pd.DataFrame({"week": pd.to_datetime(["2026-10-12", "2026-10-26"]), "n": [3, 4]})
    assert Cells.of(flow, Spans.of(WEEK, 3), ()).total("week").tolist() == [3.0, 0.0, 4.0]


def test_totals_by_group_add_up_to_the_whole() -> None:
    flow = pd.DataFrame(
        {
            "segment": ["A", "B", "A"],
            "week": pd.to_datetime(["2026-10-19", "2026-10-26", "2026-10-26"]),
            "n": [3, 4, 5],
        }
    )
    spans = Spans.of(WEEK, 2)
    whole, parts = (Cells.of(flow, spans, by).total("week") for by in ((), ("segment",)))
    assert parts.groupby("p").sum().tolist() == whole.tolist() == [3.0, 9.0]
    assert parts[(0.0, "B")] == 0.0


def test_cells_are_periods_crossed_with_the_groups_that_exist_together() -> None:
    flow = pd.DataFrame({"segment": ["B", "A", "B"], "region": ["N", "S", "N"], "n": [1, 2, 4]})
    cells = Cells.of(flow, Spans.of(WEEK, 2), ("segment", "region"))
    assert cells.index.tolist() == [(0, "A", "S"), (0, "B", "N"), (1, "A", "S"), (1, "B", "N")]
    first, all_rows = np.array([True, False, False]), np.ones(3, dtype=bool)
    assert cells.running([first, all_rows]).tolist() == [0.0, 1.0, 2.0, 5.0]


def test_some_rows_can_be_summed_and_what_is_missing_is_no_part_of_a_sum() -> None:
    flow = pd.DataFrame({"week": pd.to_datetime(["2026-10-26"] * 3), "cost": [1.0, np.nan, 4.0]})
    cells = Cells.of(flow, Spans.of(WEEK), ())
    assert cells.total("week", "cost").tolist() == [5.0]
    assert cells.total("week", "cost", flow["cost"] > 1).tolist() == [4.0]


def test_without_rows_there_are_no_groups() -> None:
    empty = pd.DataFrame({"segment": [], "week": pd.to_datetime([]), "n": []})
    assert Cells.of(empty, Spans.of(WEEK, 2), ("segment",)).total("week").empty
    assert Cells.of(empty, Spans.of(WEEK, 2), ()).total("week").tolist() == [0.0, 0.0]


def test_a_zero_denominator_is_missing_with_its_reason() -> None:
    rate = divide(pd.Series([0.0, 1.0]), pd.Series([0.0, 4.0]), "no deal closed")
    assert np.isnan(rate["value"][0])
    assert rate["reason"].tolist() == ["no deal closed", ""]
    assert rate["value"][1] == 0.25


def test_a_share_carries_its_wilson_interval() -> None:
    rate = share(pd.Series([81.0]), pd.Series([263.0]), "")
    assert rate[["low", "high"]].round(4).values.tolist() == [[0.2553, 0.3662]]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_the_median_of_counts_is_the_median_of_the_values(values: list[int]) -> None:
    counts = pd.Series(values).value_counts().rename_axis("days").rename("n").reset_index()
    found = median(counts.assign(p=0.0), "days", index(), "none").iloc[0]
    assert found["value"] == np.median(values)
    assert found["n"] == len(values)
    if len(values) >= 6:
        assert min(values) <= found["low"] <= found["value"] <= found["high"] <= max(values)
    else:
        assert np.isnan(found["low"])


def test_the_median_interval_holds_the_median_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        values = pd.Series(rng.exponential(10, 40).round(1))
        counts = values.value_counts().rename_axis("days").rename("n").reset_index()
        found = median(counts.assign(p=0.0), "days", index(), "").iloc[0]
        held += found["low"] <= 10 * np.log(2) <= found["high"]
    assert held / 400 >= 0.92


def test_the_median_is_missing_while_most_still_wait() -> None:
    waiting = pd.DataFrame({"p": 0.0, "hours": [2.0, np.nan], "n": [1, 2]})
    found = median(waiting, "hours", index(2), "no quality lead")
    assert found["reason"].tolist() == ["more than half are still waiting", "no quality lead"]
    assert found["value"].isna().all()


def test_blank_takes_value_and_n_away_and_says_why() -> None:
    frame = pd.DataFrame({"value": [1.0, 2.0], "n": [1.0, 2.0], "reason": ""}, index=index(2))
    out = blank(frame, {1: "leads end in the week of 2026-10-19"})
    assert out["value"].tolist() == pytest.approx([1.0, np.nan], nan_ok=True)
    assert out["n"].tolist() == pytest.approx([1.0, np.nan], nan_ok=True)
    assert out["reason"].tolist() == ["", "leads end in the week of 2026-10-19"]
    assert frame["value"].tolist() == [1.0, 2.0]
