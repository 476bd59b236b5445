"""Shrinkage: what it does to luck, to size and to real differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_helpers.errors import BadValue
from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.shrinkage import james_stein, shrink


def groups(seed, weight, count=40):
    """Return hits, sizes and true rates of groups that differ as a beta of this weight."""
    draw = np.random.default_rng(seed)
    true = draw.beta(0.3 * weight, 0.7 * weight, count)
    n = draw.integers(3, 120, count)
    return draw.binomial(n, true), n, true


@given(
    st.lists(
        st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=3,
        max_size=20,
    )
)
def test_a_shrunk_rate_lies_between_its_own_and_the_whole(counts):
    hits, n = np.array(counts, float).T
    found = shrink(hits, n)
    whole = (hits.sum() + 0.5) / (n.sum() + 1)
    between = np.sort([hits / n, np.full(len(n), whole)], axis=0)
    assert (found["shrunk"] >= between[0] - 1e-12).all()
    assert (found["shrunk"] <= between[1] + 1e-12).all()
    assert (
        (found["shrunk_low"] < found["shrunk"]) & (found["shrunk"] < found["shrunk_high"])
    ).all()


@pytest.mark.parametrize("weight", [5, 30, 200])
def test_shrunk_rates_are_nearer_the_truth_and_their_intervals_hold_it(weight):
    raw_error = shrunk_error = held = total = 0.0
    for seed in range(50):
        hits, n, true = groups(seed, weight)
        found = shrink(hits, n)
        raw_error += ((hits / n - true) ** 2).sum()
        shrunk_error += ((found["shrunk"] - true) ** 2).sum()
        held += ((found["shrunk_low"] <= true) & (true <= found["shrunk_high"])).sum()
        total += len(n)
    assert shrunk_error < raw_error
    assert 0.92 <= held / total <= 0.99


def test_groups_that_do_not_differ_get_the_rate_of_the_whole_and_a_narrow_interval():
    found = shrink([30] * 10, [100] * 10)
    (whole_low, own_low), _ = wilson([300, 30], [1000, 100])
    assert found["shrunk"].to_numpy() == pytest.approx(0.3, abs=1e-3)
    assert found["shrunk_low"].between((whole_low + own_low) / 2, whole_low).all()


def test_groups_that_differ_widely_keep_their_own_rates():
    found = shrink([50, 500, 950], [1000, 1000, 1000])
    assert found["shrunk"].to_numpy() == pytest.approx([0.05, 0.5, 0.95], abs=0.01)


def test_a_group_without_cases_gets_the_whole_and_two_groups_stay_as_they_are():
    assert shrink([0, 30, 40, 20], [0, 100, 100, 100])["shrunk"][0] == pytest.approx(0.3, abs=2e-3)
    two = shrink([1, 0], [4, 0])
    assert two["shrunk"].to_numpy() == pytest.approx([0.25, np.nan], nan_ok=True)
    assert two["shrunk_low"][0] == pytest.approx(float(wilson(1, 4)[0]))
    assert (two["weight"] == 1).all()


@pytest.mark.parametrize("hits", [0, 10])
def test_all_won_and_none_won_stay_within_0_and_1(hits):
    found = shrink([hits] * 4, [10] * 4)
    assert found["shrunk"].between(0, 1, inclusive="neither").all()
    assert ((found >= 0) & (found <= 1)).all(axis=None)


def test_missing_counts_are_refused():
    with pytest.raises(BadValue, match="without counts"):
        shrink([1, np.nan, 2], [3, 4, 5])


def test_james_stein_leaves_too_few_and_equal_values_alone_and_never_overshoots():
    assert james_stein([0.1, 0.2, 0.6], 0.5)[1] == 1
    assert james_stein([0.4] * 5, 0.1)[0].tolist() == [0.4] * 5
    values, factor = james_stein([0.1, 0.2, 0.3, 0.4], 5.0)
    assert factor == 0
    assert values == pytest.approx([0.25] * 4)
