"""How likely is it by chance: quantiles and tails of distributions, and tests of counts.

`scipy.special` has all that is needed; importing `scipy.stats` takes a good half of a second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, chdtrc, stdtrit

Floats = NDArray[np.float64]
ALIKE = 1 + 1e-7  # tables so nearly as likely count as just as likely, as in R


def student(freedom: ArrayLike) -> Floats:
    """Return the 97.5 % quantile of Student's t distribution.

    Examples
    --------
    >>> round(float(student(11)), 4)
    2.201
    """
    return np.asarray(stdtrit(freedom, 0.975), float)


def beta_bounds(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    """Return the 2.5 % and the 97.5 % quantile of beta distributions.

    Examples
    --------
    >>> [round(float(bound), 4) for bound in beta_bounds(1, 1)]
    [0.025, 0.975]
    """
    return betaincinv(a, b, 0.025), betaincinv(a, b, 0.975)


def chi2_tail(value: float) -> float:
    """Return how likely a χ² of one degree of freedom is to be greater.

    Examples
    --------
    >>> round(chi2_tail(3.841459), 6)
    0.05
    """
    return float(chdtrc(1, value))


def chi2_test(table: Floats) -> float:
    """Return the p-value of Pearson's χ² of a fourfold table, without correction.

    Examples
    --------
    >>> round(chi2_test(np.array([[12.0, 3.0], [17.0, 16.0]])), 4)
    0.0614
    """
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    return chi2_tail(float(((table - expected) ** 2 / expected).sum()))


def fisher(table: Floats) -> float:
    """Return the p-value of Fisher's exact test of a fourfold table of counts, two-sided.

    Of all tables with these sums, those count that are no likelier than the one seen. Each is a
    known number of times as likely as the one before it; where a row or a column is empty there is
    but one, and p is 1.

    Examples
    --------
    >>> round(fisher(np.array([[6, 2], [1, 4]])), 6), fisher(np.array([[3, 2], [0, 0]]))
    (0.102564, 1.0)
    """
    (seen, _), (below, rest) = np.asarray(table, float)
    row, column = float(np.sum(table[0])), float(seen + below)
    other = float(below + rest)
    least, most = max(0.0, column - other), min(row, column)
    k = np.arange(least, most)  # from k to k + 1
    grows = (row - k) * (column - k) / ((k + 1) * (other - column + k + 1))
    log = np.concatenate([[0.0], np.cumsum(np.log(grows))])
    likely = np.exp(log - log.max())
    rare = likely <= likely[int(seen - least)] * ALIKE
    return 1.0 if rare.all() else float(likely[rare].sum() / likely.sum())


def adjusted(p: ArrayLike) -> Floats:
    """Return p-values adjusted for the number of tests after Benjamini and Hochberg (1995).

    Of the tests whose adjusted p is below 0.05, one in twenty is expected to be mere chance.

    Examples
    --------
    >>> adjusted([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    found = np.asarray(p, float)
    order = np.argsort(found)[::-1]
    m = len(found)
    least = np.minimum.accumulate(found[order] * (m / np.arange(m, 0, -1.0)))
    result = np.empty(m)
    result[order] = least
    return np.clip(result, 0.0, 1.0)
