"""Quantiles, tails and tests of counts: against scipy.stats, which reports do without."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from report_helpers.metrics.chance import (
    adjusted,
    beta_bounds,
    chi2_tail,
    chi2_test,
    fisher,
    student,
)

DRAW = np.random.default_rng(7)
TABLES = [
    *DRAW.integers(0, 12, (60, 2, 2)),
    *DRAW.integers(0, 400, (20, 2, 2)),
    *(DRAW.integers(1, 9, (10, 2, 2)) * [[1, 40], [1, 4000]]),
    np.array([[5, 5], [5, 5]]),  # two tables are as likely as each other
    np.array([[8, 2], [2, 8]]),
    np.array([[0, 0], [3, 4]]),
    np.array([[3, 0], [4, 0]]),
    np.array([[0, 900], [1100, 100_000]]),
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: "-".join(map(str, table.ravel())))
def test_exact_tests_are_those_of_scipy(table):
    assert fisher(table) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("table", [t for t in TABLES if t.sum(0).all() and t.sum(1).all()][:30])
def test_chi_squared_tests_are_those_of_scipy(table):
    oracle = stats.chi2_contingency(table, correction=False).pvalue
    assert chi2_test(table.astype(float)) == oracle


def test_quantiles_and_tails_are_those_of_scipy():
    freedom = np.array([1.0, 2.5, 11, 200, np.nan])
    assert student(freedom).tolist() == pytest.approx(stats.t.ppf(0.975, freedom), nan_ok=True)
    a, b = np.array([0.5, 3, 40]), np.array([2, 0.1, 60])
    expected = stats.beta.ppf([[0.025], [0.975]], a, b)
    assert np.array(beta_bounds(a, b)).tolist() == expected.tolist()
    assert chi2_tail(2.5) == stats.chi2.sf(2.5, 1)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_adjusted_p_values_are_those_of_scipy(count):
    p = DRAW.random(count).round(1)  # some are equal
    assert adjusted(p).tolist() == stats.false_discovery_control(p).tolist()


def test_reports_do_without_the_slow_parts_of_scipy():
    code = (
        "import sys, report_helpers.present.weekly, report_helpers.present.brief\n"
        "print(*(f'scipy.{part}' in sys.modules for part in ('special', 'stats', 'optimize')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]
