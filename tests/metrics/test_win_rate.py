"""The win rate beyond the scenarios: shrunk columns, refusals, totals."""

import numpy as np
import pandas as pd
import pytest

from report_helpers.data import load
from report_helpers.errors import ConfigurationError, MissingData, UnknownName
from report_helpers.metrics.shrinkage import shrink
from report_helpers.metrics.win_rate import win_rate


@pytest.fixture(scope="module")
def deals():
    draw = np.random.default_rng(3)
    created = pd.Timestamp("2026-01-05") + pd.to_timedelta(draw.integers(0, 60, 300), unit="D")
    outcome = draw.choice(["won", "lost", "open"], 300, p=[0.4, 0.4, 0.2])
    closed = created + pd.to_timedelta(draw.integers(1, 30, 300), unit="D")
    frame = pd.DataFrame(
        {
            "opportunity_id": [f"D{number}" for number in range(300)],
            "segment": draw.choice(["A", "B", "C", "D"], 300, p=[0.5, 0.3, 0.19, 0.01]),
            "created_on": created,
            "closed_on": pd.Series(closed).where(outcome != "open"),
            "outcome": outcome,
            "amount": 100.0,
        }
    )
    return frame


def test_groups_add_up_to_the_whole_and_by_value_equal_amounts_agree_with_counts(deals):
    data = load({"opportunities": deals})
    whole, parts = win_rate(data), win_rate(data, by="segment")
    assert parts["n"].sum() == whole["n"].item()
    assert (parts["value"] * parts["n"]).sum() == pytest.approx(
        (whole["value"] * whole["n"]).item()
    )
    by_value = win_rate(data, basis="value")
    assert by_value["value"].item() == pytest.approx(whole["value"].item())
    assert by_value[["low", "high"]].isna().all(axis=None)


def test_shrunk_columns_follow_the_figures(deals):
    rates = win_rate(deals, by="segment", shrunk=True)
    closed = deals[deals["outcome"] != "open"]
    counts = closed.assign(won=closed["outcome"] == "won").groupby("segment")["won"]
    wanted = shrink(counts.sum().to_numpy(), counts.size().to_numpy())
    pd.testing.assert_frame_equal(rates[wanted.columns], wanted)


def test_refusals_name_what_is_known(deals):
    with pytest.raises(UnknownName, match="did you mean 'created'"):
        win_rate(deals, basis="create")
    with pytest.raises(ConfigurationError, match="cannot be shrunk"):
        win_rate(deals, basis="value", shrunk=True)
    with pytest.raises(MissingData, match="region"):
        win_rate(deals, by="region")
