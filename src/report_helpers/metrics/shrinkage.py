"""Small groups, drawn towards the whole: empirical-Bayes shrinkage.

The best and the worst of many small groups are mostly the luckiest and the unluckiest. Each
group's rate is drawn towards the rate of the whole, the more the smaller the group and the less
the groups differ beyond chance.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betaln
from scipy.stats import beta

from report_helpers.errors import BadValue
from report_helpers.metrics.intervals import wilson

Floats = NDArray[np.float64]
FEWEST = 3  # from fewer groups nothing can be learnt about how much groups differ


def shrink(hits: ArrayLike, n: ArrayLike) -> pd.DataFrame:
    """Return the rates of groups, shrunk to the rate of the whole.

    The groups' true rates are taken to follow a beta distribution around the rate of the whole;
    how closely (the prior weight w, in cases) is what makes the observed counts likeliest (the
    beta-binomial likelihood). A group then has the rate ``(hits + w · whole) / (n + w)``.
    `w` is at most the number of all cases, the precision with which the whole itself is known: so
    groups that do not differ at all get the whole's rate and about the whole's interval.

    Parameters
    ----------
    hits : how many of each group did it, such as deals won.
    n : how many of each group could have; a group of 0 gets the rate of the whole.

    Returns
    -------
    DataFrame
        One row a group: ``shrunk`` (rate, 0-1), ``shrunk_low`` and ``shrunk_high`` (95 % credible
        interval), ``weight`` (the share of the group's own rate in the shrunk one, n / (n + w)).
        With fewer than three groups that have cases, rates and Wilson intervals are returned as
        they are, with weight 1: two groups say nothing about how much groups differ.

    Raises
    ------
    BadValue
        When the counts are no counts: negative, missing, or more hits than n.

    Notes
    -----
    The interval takes `w` and the whole's rate as known, which makes it a little too narrow when
    groups are few (C. N. Morris, 1983, JASA 78:47-55).

    References
    ----------
    B. Efron, Large-Scale Inference (2010), chapter 1; D. Robinson, Introduction to Empirical
    Bayes (2017), for the beta-binomial case.

    Examples
    --------
    >>> shrink([4, 60, 33], [5, 200, 100])["shrunk"].round(3).tolist()
    [0.326, 0.311, 0.321]
    """
    k, size = np.asarray(hits, float), np.asarray(n, float)
    low, high = wilson(k, size)
    if np.isnan(k).any() or np.isnan(size).any():
        raise BadValue("a group without counts cannot be shrunk", remedy="leave it out")
    if (size > 0).sum() < FEWEST:
        own = np.divide(k, size, out=np.full_like(k, np.nan), where=size > 0)
        frame = {"shrunk": own, "shrunk_low": low, "shrunk_high": high, "weight": 1.0}
        return pd.DataFrame(frame, index=range(len(k)))
    whole = (k.sum() + 0.5) / (size.sum() + 1)  # never 0 or 1 exactly (Jeffreys)
    w = _prior_weight(k, size, whole)
    a, b = k + w * whole, size - k + w * (1 - whole)
    return pd.DataFrame(
        {
            "shrunk": a / (a + b),
            "shrunk_low": beta.ppf(0.025, a, b),
            "shrunk_high": beta.ppf(0.975, a, b),
            "weight": size / (size + w),
        }
    )


def _prior_weight(hits: Floats, n: Floats, whole: float) -> float:
    """Return the likeliest prior weight, between 1 case and all cases."""

    def unlikelihood(log_weight: float) -> float:
        a, b = np.exp(log_weight) * whole, np.exp(log_weight) * (1 - whole)
        return -float(np.sum(betaln(hits + a, n - hits + b) - betaln(a, b)))

    most = float(np.log(n.sum()))
    found = minimize_scalar(unlikelihood, bounds=(0.0, most), method="bounded")
    ends = (0.0, most, float(found.x))  # the search never tries its bounds
    return float(np.exp(min(ends, key=unlikelihood)))


def james_stein(values: ArrayLike, variance: float) -> tuple[Floats, float]:
    """Return measured values, each of the same variance, drawn towards their mean.

    ``mean + c (value - mean)`` with ``c = 1 - (k - 3) variance / Σ (value - mean)²``, at least 0.
    For three and fewer values nothing is drawn (c = 1).

    Parameters
    ----------
    values : one measured value a group.
    variance : the known sampling variance of each value.

    Returns
    -------
    numpy.ndarray, float
        The shrunk values and the factor c.

    References
    ----------
    B. Efron, C. Morris (1975), JASA 70:311-319; (1977), Scientific American 236(5):119-127, whose
    18 batting averages give c = .212 and a squared error that falls from .077 to .022.

    Examples
    --------
    >>> shrunk, factor = james_stein([0.1, 0.2, 0.3, 0.4, 0.5], 0.01)
    >>> round(factor, 2), shrunk.round(2).tolist()
    (0.8, [0.14, 0.22, 0.3, 0.38, 0.46])
    """
    measured = np.asarray(values, float)
    mean = measured.mean()
    spread = float(((measured - mean) ** 2).sum())
    surplus = max(len(measured) - 3, 0) * variance
    factor = max(0.0, 1 - surplus / spread) if spread > 0 else 1.0
    return mean + factor * (measured - mean), factor
