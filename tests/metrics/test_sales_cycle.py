"""The sales cycle: what counts as one, and the interval of its median."""

import numpy as np
import pandas as pd
import pytest

from report_helpers.errors import UnknownName
from report_helpers.metrics.sales_cycle import sales_cycle
from report_helpers.metrics.tally import median


def deals(days, outcome="won"):
    created = pd.Timestamp("2026-01-05")
    return pd.DataFrame(
        {
            "opportunity_id": [f"D{number}" for number in range(len(days))],
            "outcome": outcome,
            "created_on": created,
            "closed_on": [created + pd.Timedelta(days=day) for day in days],
        }
    )


def test_median_and_mean_are_those_of_the_won_deals():
    days = [3, 8, 8, 20, 41, 100]
    won, lost = (
        deals(days),
        deals([1] * 50, "lost").assign(opportunity_id=[f"L{n}" for n in range(50)]),
    )
    both = pd.concat([won, lost], ignore_index=True)
    assert sales_cycle(both)["value"].item() == np.median(days)
    assert sales_cycle(both, basis="mean")["value"].item() == pytest.approx(np.mean(days))
    assert sales_cycle(both)["n"].item() == 6


def test_a_deal_without_a_cycle_is_left_out():
    odd = deals([5, 7, 9, -4])
    odd.loc[1, "created_on"] = pd.NaT
    found = sales_cycle(odd)
    assert (found["value"].item(), found["n"].item()) == (7, 2)


def test_the_interval_of_the_median_holds_it_as_often_as_it_says():
    draw = np.random.default_rng(5)
    held = 0
    for _ in range(300):
        days = pd.DataFrame({"p": 0.0, "days": draw.exponential(60, 41).round(), "n": 1})
        found = median(days, "days", pd.Index([0.0], name="p"), "").iloc[0]
        held += found["low"] <= 60 * np.log(2) <= found["high"]
    assert 0.92 <= held / 300 <= 0.99


def test_an_unknown_basis_is_refused():
    with pytest.raises(UnknownName, match="mean"):
        sales_cycle(deals([1]), basis="average")
