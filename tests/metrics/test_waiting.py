"""Waiting times against statsmodels: the curve, its quantiles and intervals, the log-rank test."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight, survdiff
from statsmodels.stats.multitest import multipletests

from report_helpers.metrics.waiting import holm, logrank, quantile, quantile_interval, survival


def stays(seed, size=80, mean=20, open_share=0.3):
    draw = np.random.default_rng(seed)
    days = np.ceil(draw.exponential(mean, size))
    return pd.DataFrame({"days": days, "n": 1, "over": draw.random(size) > open_share})


def repeated(frame):
    """The same stays with equal ones counted, as the facts give them."""
    return frame.groupby(["days", "over"], as_index=False)["n"].sum()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("size", [6, 40, 300])
def test_the_curve_and_its_quantiles_are_those_of_statsmodels(seed, size):
    frame = stays(seed, size)
    oracle = SurvfuncRight(frame["days"], frame["over"].astype(int))
    curve = survival(repeated(frame))
    steps = curve[curve["ended"] > 0]
    assert steps["days"].tolist() == oracle.surv_times.tolist()
    assert steps["share"].to_numpy() == pytest.approx(oracle.surv_prob)
    last = oracle.surv_prob > 1e-12  # at 0 statsmodels divides 0 by 0
    assert steps["se"].to_numpy()[last] == pytest.approx(oracle.surv_prob_se[last])
    for share in (0.5, 0.9):
        assert quantile(curve, share) == pytest.approx(oracle.quantile(share), nan_ok=True)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # statsmodels takes the logarithm of 0
def test_the_interval_of_the_median_is_that_of_statsmodels(seed):
    frame = stays(seed, 70)
    low, high = SurvfuncRight(frame["days"], frame["over"].astype(int)).quantile_ci(0.5)
    ours = quantile_interval(survival(repeated(frame)))
    assert ours == pytest.approx((low, np.nan if np.isinf(high) else high), nan_ok=True)


def test_the_interval_holds_the_true_median_as_often_as_it_says():
    truth = np.ceil(20 / 0.7 * np.log(2))  # three in ten leave unseen, at a rate of their own
    hits = 0
    for seed in range(400):
        low, high = quantile_interval(survival(repeated(stays(1000 + seed, 60))))
        hits += (low <= truth) and not (high < truth)
    assert 0.92 < hits / 400 <= 0.99


@pytest.mark.parametrize("seed", range(12))
def test_the_test_is_that_of_statsmodels(seed):
    now, before = stays(seed, 50, 26), stays(seed + 100, 70, 18)
    both = pd.concat([now, before], ignore_index=True)
    group = np.repeat([1, 0], [50, 70])
    chi2, p = survdiff(both["days"], both["over"].astype(int), group)
    z, ours = logrank(repeated(now), repeated(before))
    assert z**2 == pytest.approx(chi2)
    assert ours == pytest.approx(p)
    assert (z > 0) == (quantile(survival(now)) > quantile(survival(before))) or abs(z) < 1


def test_noise_is_called_a_change_as_seldom_as_it_should_be():
    calls = [logrank(stays(s, 40), stays(s + 5000, 60))[1] < 0.05 for s in range(600)]
    assert 0.02 < np.mean(calls) < 0.085


def test_holm_is_that_of_statsmodels_and_skips_what_is_missing():
    p = pd.Series([0.004, np.nan, 0.03, 0.2, 0.011, 0.9], index=list("abcdef"))
    wanted = multipletests(p.dropna(), method="holm")[1]
    assert holm(p).dropna().to_numpy() == pytest.approx(wanted)
    assert np.isnan(holm(p)["b"])


def test_waits_below_zero_are_left_out_and_nothing_gives_nothing():
    none = pd.DataFrame({"days": [-3.0], "n": [4], "over": [True]})
    curve = survival(none)
    assert curve.empty
    assert np.isnan(quantile(curve))
    assert np.isnan(quantile_interval(curve)).all()
    assert np.isnan(logrank(none, none)).all()


def test_while_all_wait_nothing_is_reached():
    curve = survival(pd.DataFrame({"days": [5.0, 9.0], "n": [3, 3], "over": False}))
    assert np.isnan(quantile(curve))
    assert np.isnan(quantile_interval(curve)).all()
