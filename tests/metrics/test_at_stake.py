"""Money at stake in each topic, recounted by hand; unknown where a table is missing."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.metrics.at_stake import Stake, at_stake
from report_helpers.periods import Period

PERIOD = Period(date(2026, 10, 19), date(2026, 11, 2))
FIRST, END = pd.Timestamp("2026-08-03"), pd.Timestamp("2026-11-02")


@pytest.fixture(scope="module")
def sample() -> dict[str, pd.DataFrame]:
    data = load("sample")
    return {name: data.frame(name) for name in ("leads", "opportunities", "campaigns")}


def test_leads_sent_back_are_counted_at_what_a_quality_lead_costs(
    sample: dict[str, pd.DataFrame],
) -> None:
    leads, campaigns = sample["leads"], sample["campaigns"]
    found = at_stake(load("sample"), PERIOD)["lead_quality"]
    assert found.n == leads["rejected_on"].between(FIRST, END, inclusive="left").sum()
    mqls = leads["mql_on"].between(FIRST, END, inclusive="left").sum()
    done = campaigns[campaigns["starts_on"] < END]
    cost = 0.0
    for row in done.to_dict("records"):
        days = pd.date_range(row["starts_on"], min(row["ends_on"], pd.Timestamp("2026-11-04")))
        inside = ((days >= FIRST) & (days < END)).sum()
        cost += row["cost"] * inside / len(days) if row["cost"] == row["cost"] else 0.0
    assert found.value == pytest.approx(found.n * cost / mqls, rel=0.05)


def test_every_stake_says_how_it_was_reckoned() -> None:
    found = at_stake(load("sample"), PERIOD)
    assert set(found) == {
        *("win_rate", "market", "cross_sell"),
        *("buying_process", "lead_quality", "commitments"),
    }
    assert all(stake.is_known and stake.value > 0 and "×" in stake.how for stake in found.values())


def test_what_the_data_lack_is_left_out_and_not_zero(sample: dict[str, pd.DataFrame]) -> None:
    found = at_stake(load({"opportunities": sample["opportunities"]}), PERIOD)
    assert set(found) <= {"win_rate", "cross_sell"}
    assert "win_rate" in found
    assert not Stake(float("nan"), "").is_known
