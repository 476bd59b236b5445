"""Totals to come, means and ratios: by hand, against statsmodels, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.weightstats import DescrStatsW

from report_helpers.metrics.projection import mean, ratio, total_to_come


def test_the_mean_has_statsmodels_interval() -> None:
    values = [3.0, 4.5, 2.0, 5.0, 4.0]
    assert mean(values)[1:] == pytest.approx(DescrStatsW(values).tconfint_mean())


def test_the_total_of_one_step_has_the_prediction_interval_of_statsmodels() -> None:
    values = np.random.default_rng(1).normal(50, 9, 26)
    fit = sm.OLS(values, np.ones(26)).fit().get_prediction([[1.0]]).summary_frame(alpha=0.05)
    expected = fit[["mean", "obs_ci_lower", "obs_ci_upper"]].iloc[0].tolist()
    assert total_to_come(values, 1) == pytest.approx(expected)


def test_95_of_100_totals_lie_in_their_intervals() -> None:
    rng, inside = np.random.default_rng(2), 0
    for _ in range(2000):
        _, low, high = total_to_come(rng.normal(10, 3, 26), 9)
        inside += low <= rng.normal(10, 3, 9).sum() <= high
    assert 0.935 < inside / 2000 < 0.965


def test_missing_values_are_skipped_and_few_have_no_interval() -> None:
    few = total_to_come([10, np.nan, 12], 4)
    assert few[0] == 44
    assert np.isnan(few[1:]).all()
    assert np.isnan(total_to_come([], 4)).all()


def test_a_ratio_of_sums_is_the_weighted_mean() -> None:
    cost, leads = np.array([100.0, 90, 240, np.nan]), np.array([2.0, 3, 4, 9])
    value, low, high = ratio(cost, leads)
    assert value == pytest.approx(430 / 9)
    assert low < value < high


def test_ratio_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng, inside = np.random.default_rng(3), 0
    for _ in range(1000):
        n = rng.poisson(20, 26)
        cost = 50 * n + rng.normal(0, 200, 26)
        _, low, high = ratio(cost, n)
        inside += low <= 50 <= high
    assert 0.92 < inside / 1000 < 0.97


@pytest.mark.parametrize(("top", "bottom"), [([], []), ([5.0], [0.0])])
def test_nothing_gives_nothing(top: list[float], bottom: list[float]) -> None:
    assert np.isnan(ratio(top, bottom)).all()


def test_one_value_has_no_interval() -> None:
    assert mean([4.0])[0] == ratio([8.0], [2.0])[0] == 4
    assert np.isnan([*mean([4.0])[1:], *ratio([8.0], [2.0])[1:]]).all()
    assert np.isnan(mean([])).all()
