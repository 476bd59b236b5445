"""Cumulative incidence against an independent implementation and by hand."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from report_helpers.metrics.incidence import at, curves, end

STATUS = ["open", "won", "lost"]


def counts(deals):
    frame = pd.DataFrame(deals, columns=["days", "status"])
    frame["outcome"] = [STATUS[status] for status in frame["status"]]
    return frame.groupby(["days", "outcome"], as_index=False).size().rename(columns={"size": "n"})


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), min_size=1, max_size=80))
def test_it_agrees_with_statsmodels(deals):
    deals = [*deals, (5, 2)]  # the oracle needs to see both causes
    curve = curves(counts(deals))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the oracle divides by 0 where the last deal closes
        oracle = CumIncidenceRight(*np.array(deals).T)
    assert curve["days"].tolist() == oracle.times.tolist()
    for place, name in enumerate(("win", "loss")):
        np.testing.assert_allclose(curve[name], oracle.cinc[place], atol=1e-12)
        error, known = oracle.cinc_se[place], np.isfinite(oracle.cinc_se[place])
        np.testing.assert_allclose(curve[f"{name}_se"][known], error[known], atol=1e-7)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=60))
def test_shares_grow_within_0_and_1_and_their_intervals_hold_them(deals):
    curve = curves(counts(deals))
    assert (curve["win"] + curve["loss"] <= 1 + 1e-12).all()
    for name in ("win", "loss"):
        assert (curve[name].diff().dropna() >= 0).all()
        low, high = curve[f"{name}_low"].dropna(), curve[f"{name}_high"].dropna()
        assert ((low >= 0) & (low <= curve[name][low.index])).all()
        assert ((high <= 1) & (high >= curve[name][high.index])).all()


def test_without_open_deals_it_is_the_plain_share_with_the_binomial_error():
    frame = pd.DataFrame({"days": [3, 3, 8], "outcome": ["won", "lost", "lost"], "n": [6, 3, 1]})
    last = curves(frame).iloc[-1]
    assert (last["win"], last["loss"]) == (pytest.approx(0.6), pytest.approx(0.4))
    assert last["win_se"] == pytest.approx(np.sqrt(0.6 * 0.4 / 10))


def test_it_is_not_one_minus_kaplan_meier():
    frame = pd.DataFrame({"days": [1, 2], "outcome": ["lost", "won"], "n": [5, 5]})
    assert curves(frame)["win"].tolist() == [0, 0.5]  # Kaplan-Meier would say everything is won


def test_wrong_and_missing_ages_are_left_out():
    frame = pd.DataFrame({"days": [-2, np.nan, 4], "outcome": ["won"] * 3, "n": [1, 1, 2]})
    assert curves(frame)[["days", "at_risk"]].values.tolist() == [[4, 2]]


def test_an_age_is_looked_up_where_it_was_followed_and_only_there():
    frame = pd.DataFrame({"days": [10, 20, 30], "outcome": ["won", "lost", "open"], "n": 1})
    curve = curves(frame)
    assert at(curve, 5)["win"] == 0
    assert at(curve, 25)["win"] == pytest.approx(1 / 3)
    assert np.isnan(at(curve, 31)["win"])
    assert at(curves(frame[:2]), 31)["win"] == pytest.approx(1 / 2)
    assert end(curve)["days"] == 20


def test_no_deals_have_no_curve():
    none = curves(pd.DataFrame({"days": [], "outcome": [], "n": []}))
    assert len(none) == 0
    assert np.isnan(at(none, 30)["win"])
    assert np.isnan(end(none)["win"])
