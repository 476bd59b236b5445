"""The Wilson interval against published values and an independent implementation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from report_helpers.errors import BadValue
from report_helpers.metrics.intervals import wilson


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_agrees_with_statsmodels(counts):
    hits, n = counts
    low, high = wilson(hits, n)
    wanted = proportion_confint(hits, n, method="wilson")
    np.testing.assert_allclose((low, high), np.clip(wanted, 0, 1), rtol=1e-9, atol=1e-12)


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_holds_the_rate_and_stays_within_0_and_1(counts):
    hits, n = counts
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1


def test_nothing_known_gives_no_interval():
    low, high = wilson([0, np.nan, 3], [0, 5, np.nan])
    assert np.isnan(low).all()
    assert np.isnan(high).all()


@pytest.mark.parametrize(("hits", "n"), [(3, 2), (-1, 2), (0, -1)])
def test_counts_that_are_none_are_refused(hits, n):
    with pytest.raises(BadValue, match=f"{hits} of {n}"):
        wilson([1, hits], [2, n])
