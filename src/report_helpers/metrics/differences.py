"""How far two figures lie apart: differences and ratios with their 95 % intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from report_helpers.metrics.chance import student
from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.projection import Estimate

NOTHING: Estimate = (math.nan, math.nan, math.nan)


def difference(now: Estimate, before: Estimate) -> Estimate:
    """Return now − before, its interval made of the two intervals (MOVER).

    ``low = d − √((now − now_low)² + (before_high − before)²)``, ``high`` likewise. With two Wilson
    intervals this is Newcombe's interval for two proportions (his method 10). Without both
    intervals there is a difference and no interval.

    Parameters
    ----------
    now, before : value, low and high of two independent figures.

    References
    ----------
    R. G. Newcombe (1998), Statistics in Medicine 17:873-890; G. Y. Zou, A. Donner (2008),
    Statistics in Medicine 27:1693-1702.

    Examples
    --------
    Newcombe's example (a), 56 of 70 against 48 of 80: .0524 to .3339.

    >>> rates = [(k / n, *(float(x) for x in wilson(k, n))) for k, n in ((56, 70), (48, 80))]
    >>> [round(x, 4) for x in difference(*rates)]
    [0.2, 0.0524, 0.3339]
    """
    (v, low, high), (v0, low0, high0) = now, before
    apart = v - v0
    return apart, apart - math.hypot(v - low, high0 - v0), apart + math.hypot(high - v, v0 - low0)


def rate_ratio(now: float, weeks: float, before: float, weeks_before: float) -> Estimate:
    """Return the ratio of two counts a week, now ÷ before, as counts of independent events.

    Given their sum, the later count is binomial with share ``p = r·weeks ÷ (r·weeks +
    weeks_before)``; the Wilson interval of p is turned into one of the ratio r.

    Parameters
    ----------
    now, before : the counts.
    weeks, weeks_before : over how many weeks each was counted.

    Returns
    -------
    tuple of float
        Ratio, low, high; all NaN where nothing was counted before.

    References
    ----------
    J. Przyborowski, H. Wilenski (1940), Biometrika 31:313-323 (conditioning on the sum);
    L. D. Brown, X. Li (2005), Journal of Statistical Planning and Inference 130:359-375.

    Examples
    --------
    >>> [round(x, 3) for x in rate_ratio(60, 26, 40, 26)]
    [1.5, 1.008, 2.232]
    """
    if before <= 0:
        return NOTHING
    low, high = (float(bound) for bound in wilson(now, now + before))
    scale = weeks_before / weeks
    upper = math.inf if high >= 1 else high / (1 - high) * scale
    return now / before * scale, low / (1 - low) * scale, upper


def mean_ratio(now: ArrayLike, before: ArrayLike) -> Estimate:
    """Return the ratio of two means of weekly sums, now ÷ before.

    On the log scale by the delta method, ``var = s²/(m·mean²)`` each, Welch's degrees of freedom.

    Parameters
    ----------
    now, before : one value a week, independent; missing ones are skipped.

    Examples
    --------
    >>> [round(x, 2) for x in mean_ratio([12, 10, 11, 13], [10, 9, 11, 10])]
    [1.15, 0.97, 1.37]
    """
    samples = [x[np.isfinite(x)] for x in (np.asarray(v, float) for v in (now, before))]
    means = [float(x.mean()) if len(x) else math.nan for x in samples]
    if not (means[0] > 0 and means[1] > 0):
        return NOTHING
    found = means[0] / means[1]
    sizes = [len(x) for x in samples]
    if min(sizes) < 2:
        return found, math.nan, math.nan
    parts = [float(x.var(ddof=1)) / len(x) / m**2 for x, m in zip(samples, means, strict=True)]
    if sum(parts) == 0:
        return found, found, found
    freedom = sum(parts) ** 2 / sum(p**2 / (n - 1) for p, n in zip(parts, sizes, strict=True))
    reach = math.exp(float(student(freedom)) * math.sqrt(sum(parts)))
    return found, found / reach, found * reach


def product(top: Sequence[Estimate], bottom: Sequence[Estimate]) -> Estimate:
    """Return a product of figures, divided by others, with the interval theirs make.

    Their intervals are added as squares on the log scale (MOVER for ratios). A figure without an
    interval counts as known exactly; a product of 0 has no interval.

    Parameters
    ----------
    top, bottom : independent figures, not below 0: value, low, high.

    References
    ----------
    G. Y. Zou, A. Donner (2008), Statistics in Medicine 27:1693-1702, on log means.

    Examples
    --------
    >>> [round(x) for x in product([(100, 80, 125)], [(0.5, 0.4, 0.625)])]
    [200, 146, 274]
    """
    value, down, up = 1.0, 0.0, 0.0
    turned = [(1 / v, 1 / high, 1 / low if low > 0 else math.inf) for v, low, high in bottom if v]
    if len(turned) < len(bottom):
        return NOTHING
    for v, low, high in [*top, *turned]:
        value *= v
        if v > 0 and (math.isfinite(low + high) or math.isinf(high)):
            down += math.log(v / low) ** 2 if low > 0 else math.inf
            up += math.log(high / v) ** 2 if math.isfinite(high) else math.inf
    if not value > 0:
        return value, math.nan, math.nan
    return value, value * math.exp(-math.sqrt(down)), value * math.exp(math.sqrt(up))
