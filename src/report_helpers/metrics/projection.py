"""What the past says of a total to come, a mean, or a ratio of sums: each with its interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from report_helpers.metrics.chance import student

Floats = NDArray[np.float64]
Estimate = tuple[float, float, float]  # value, low, high; NaN where nothing can be said
ENOUGH = 12  # from fewer values no interval of a total is given


def total_to_come(values: ArrayLike, steps: int) -> Estimate:
    """Return the expected total of the next `steps` values with its 95 % prediction interval.

    ``steps · mean ± t · s · √(steps + steps²/m)`` with Student's t on m − 1 degrees of freedom:
    the noise of the values to come, and the error of a mean known from m values only. It supposes
    that the values to come are like those seen, and independent: no season, no trend.

    Parameters
    ----------
    values : one value a week (or month), such as the last 26; missing ones are skipped.
    steps : how many weeks (or months) are still to come.

    Returns
    -------
    tuple of float
        Expected total, low, high; without an interval where fewer than 12 values are known.

    References
    ----------
    G. J. Hahn, W. Q. Meeker, Statistical Intervals (1991), section 4.8 (mean of m future values).

    Examples
    --------
    >>> [round(x, 1) for x in total_to_come([9, 11] * 6, 4)]
    [40.0, 34.7, 45.3]
    """
    known = _known(values)
    m = len(known)
    if m == 0:
        return np.nan, np.nan, np.nan
    expected = steps * float(known.mean())
    if m < ENOUGH:
        return expected, np.nan, np.nan
    spread = float(known.std(ddof=1)) * np.sqrt(steps + steps**2 / m)
    return _around(expected, spread, m - 1)


def mean(values: ArrayLike) -> Estimate:
    """Return the mean of values with its Student's t 95 % interval.

    Examples
    --------
    >>> [round(x, 2) for x in mean([4, 5, 3, 4])]
    [4.0, 2.7, 5.3]
    """
    known = _known(values)
    if len(known) < 2:
        return (float(known[0]) if len(known) else np.nan), np.nan, np.nan
    spread = float(known.std(ddof=1)) / np.sqrt(len(known))
    return _around(float(known.mean()), spread, len(known) - 1)


def ratio(top: ArrayLike, bottom: ArrayLike) -> Estimate:
    """Return the ratio of two sums, such as cost ÷ leads, with its 95 % interval.

    The weeks are the sample: ``R = Σ top ÷ Σ bottom``, standard error
    ``√(m/(m−1) · Σ (top − R·bottom)²) ÷ Σ bottom``, Student's t on m − 1 degrees of freedom.

    Parameters
    ----------
    top, bottom : one value a week each; weeks in which either is missing are skipped.

    References
    ----------
    W. G. Cochran, Sampling Techniques (3rd ed. 1977), section 6.3.

    Examples
    --------
    >>> [round(x, 2) for x in ratio([100, 220, 190, 130], [1, 2, 2, 1])]
    [106.67, 85.65, 127.69]
    """
    a, b = np.asarray(top, float), np.asarray(bottom, float)
    both = np.isfinite(a) & np.isfinite(b)
    a, b, m = a[both], b[both], int(both.sum())
    if m == 0 or b.sum() <= 0:
        return np.nan, np.nan, np.nan
    found = float(a.sum() / b.sum())
    if m < 2:
        return found, np.nan, np.nan
    spread = float(np.sqrt(m / (m - 1) * ((a - found * b) ** 2).sum()) / b.sum())
    return _around(found, spread, m - 1)


def _known(values: ArrayLike) -> Floats:
    found = np.asarray(values, float)
    kept: Floats = found[np.isfinite(found)]
    return kept


def _around(middle: float, spread: float, freedom: int) -> Estimate:
    reach = float(student(freedom)) * spread
    return middle, float(middle - reach), float(middle + reach)
