"""Differences and ratios against statsmodels, published examples, and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.rates import confint_poisson_2indep

from report_helpers.metrics.differences import difference, mean_ratio, product, rate_ratio
from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.projection import Estimate

NAN = math.nan


def rate(hits: int, n: int) -> Estimate:
    low, high = wilson(hits, n)
    return hits / n, float(low), float(high)


@pytest.mark.parametrize(
    "counts", [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (5, 56, 0, 29)]
)
def test_two_rates_have_newcombes_interval(counts: tuple[int, int, int, int]) -> None:
    k, n, k0, n0 = counts
    found = difference(rate(k, n), rate(k0, n0))
    expected = confint_proportions_2indep(k, n, k0, n0, method="newcomb", compare="diff")
    assert found[1:] == pytest.approx(expected, abs=1e-12)


def test_newcombes_published_example() -> None:
    """Newcombe (1998), table II, method 10, example (a): .0524, .3339."""
    assert difference(rate(56, 70), rate(48, 80)) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_without_an_interval_there_is_only_a_difference() -> None:
    value, low, high = difference((3.0, NAN, NAN), (2.0, 1.0, 3.0))
    assert value == 1
    assert math.isnan(low)
    assert math.isnan(high)


@pytest.mark.parametrize("counts", [(60, 26, 40, 26), (3, 13, 9, 26), (200, 26, 150, 13)])
def test_two_counts_have_the_score_interval(counts: tuple[int, int, int, int]) -> None:
    found = rate_ratio(*counts)
    expected = confint_poisson_2indep(*counts, method="score", compare="ratio")
    assert found[1:] == pytest.approx(expected)


def test_counts_of_nothing() -> None:
    assert all(math.isnan(x) for x in rate_ratio(5, 26, 0, 26))
    value, low, high = rate_ratio(0, 26, 5, 26)
    assert (value, low) == (0, 0)
    assert 0 < high < 1


def test_ratios_of_means_hold_the_truth_as_often_as_they_say() -> None:
    rng, inside = np.random.default_rng(5), 0
    for _ in range(1500):
        now, before = rng.gamma(4, 30, 26), rng.gamma(4, 20, 26)
        _, low, high = mean_ratio(now, before)
        inside += low <= 1.5 <= high
    assert 0.93 < inside / 1500 < 0.97


def test_ratios_of_means_at_the_edges() -> None:
    assert all(math.isnan(x) for x in mean_ratio([1, 2], [0, 0]))
    assert all(math.isnan(x) for x in mean_ratio([], [1, 2]))
    assert mean_ratio([3, 3], [2, 2]) == (1.5, 1.5, 1.5)
    value, low, high = mean_ratio([3], [2, 2])
    assert value == 1.5
    assert math.isnan(low + high)


def test_products_of_lognormal_figures_hold_the_truth() -> None:
    rng, inside, z, s = np.random.default_rng(6), 0, 1.96, 0.2
    for _ in range(2000):
        a, b = np.exp(rng.normal(0, s, 2)) * [100, 0.5]
        around = [(x, x * math.exp(-z * s), x * math.exp(z * s)) for x in (a, b)]
        _, low, high = product([around[0]], [around[1]])
        inside += low <= 200 <= high
    assert 0.935 < inside / 2000 < 0.965


def test_known_exactly_adds_no_doubt_and_zero_divides_nothing() -> None:
    exact = (6.0, 6.0, 6.0)
    assert product([exact, (2.0, NAN, NAN)], [(3.0, 3.0, 3.0)]) == pytest.approx((4, 4, 4))
    assert all(math.isnan(x) for x in product([exact], [(0.0, 0.0, 0.2)]))
    value, low, high = product([exact], [(0.1, 0.0, 0.3)])
    assert value == pytest.approx(60)
    assert (low, high) == (pytest.approx(20), math.inf)


def test_a_product_of_nothing_has_no_interval() -> None:
    value, low, high = product([(0.0, 0.0, 0.1)], [(2.0, 1.0, 3.0)])
    assert value == 0
    assert math.isnan(low)
    assert math.isnan(high)
