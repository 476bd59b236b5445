"""How sure a rate is: the Wilson score interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from report_helpers.errors import BadValue

Z95 = 1.959963984540054  # 97.5 % quantile of the normal distribution
Floats = NDArray[np.float64]


def wilson(hits: ArrayLike, n: ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """Return the Wilson score interval of the rate hits ÷ n, for one rate or many.

    The bounds are the rates p at which the observed share lies exactly `z` standard errors away,
    the error being that of p itself:
    ``(hits + z²/2 ± z √(hits·(n - hits)/n + z²/4)) / (n + z²)``.
    They never leave 0-1, and hold up at 0 of n and n of n, where the textbook interval
    (share ± z standard errors) has no width.

    Parameters
    ----------
    hits : how many of the n did it, such as deals won.
    n : how many could have, such as deals closed; 0 or missing gives NaN: nothing is known.
    z : how many standard errors wide; the default makes a 95 % interval.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper bounds, as fractions 0-1.

    Raises
    ------
    BadValue
        When there are more hits than n, or either is negative.

    References
    ----------
    E. B. Wilson (1927), JASA 22:209-212; L. D. Brown, T. T. Cai, A. DasGupta (2001),
    Statistical Science 16:101-133, who recommend it over the textbook interval.

    Examples
    --------
    >>> low, high = wilson([81, 0, 0], [263, 20, 0])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.2553, 0.0, nan], [0.3662, 0.1611, nan])
    """
    k, size = np.broadcast_arrays(np.asarray(hits, float), np.asarray(n, float))
    if np.any((k < 0) | (size < 0) | (k > size)):
        raise BadValue(
            "a rate needs 0 ≤ hits ≤ n",
            where=_first_bad(k, size),
            remedy="count hits only among the n they are measured against",
        )
    known = np.where(size > 0, size, np.nan)
    middle = (k + z**2 / 2) / (known + z**2)
    reach = z * np.sqrt(k * (known - k) / known + z**2 / 4) / (known + z**2)
    low = np.where(k == 0, middle * 0, middle - reach)
    high = np.where(k == known, middle * 0 + 1, middle + reach)
    return low, high


def _first_bad(hits: Floats, n: Floats) -> str:
    place = int(np.argmax((hits < 0) | (n < 0) | (hits > n)))
    return f"{hits.ravel()[place]:g} of {n.ravel()[place]:g}"
