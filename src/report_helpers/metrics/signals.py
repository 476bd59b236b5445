"""Is it a signal or noise? Limits and rules of the XmR chart (individuals and moving range).

A series of weekly values wanders by itself. The chart learns from the series how far, as the mean
difference between neighbouring values (the moving range), and calls only what goes beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from report_helpers.errors import ConfigurationError

MEAN_FACTOR = 3 / 1.128  # 2.66: three sigma, from the mean moving range of normal noise
MEDIAN_FACTOR = 3 / 0.954  # 3.14: three sigma, from the median moving range
ENOUGH = 12  # fewer points than this are too few to tell
BASELINE = 26  # at most this many points make the limits: half a year of weeks
RUN = 8  # this many in a row on one side of the centre are a shift
NEAR, NEAR_OF = 3, 4  # 3 of 4 nearer a limit than the centre are a shift

Kind = Literal["none", "outside", "run", "near_limit", "too_few", "missing"]
Direction = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Limits:
    """The natural limits of a series.

    Parameters
    ----------
    centre : mean (or median) of the baseline.
    lower, upper : natural limits, cut at what the unit allows.
    moving_range : mean (or median) absolute difference of neighbouring points.
    reach : distance from the centre to either limit before it is cut.
    """

    centre: float
    lower: float
    upper: float
    moving_range: float
    reach: float


@dataclass(frozen=True)
class Signal:
    """What the last point of a series says.

    Parameters
    ----------
    kind : ``none``, ``outside`` the limits, ``run`` (8 in a row on one side), ``near_limit``
        (3 of 4 nearer a limit than the centre), ``too_few`` points, or the last is ``missing``.
    direction : which way it went.
    centre, lower, upper : the limits it was judged by; NaN when there are too few points.
    n : points present in the series, the last included.
    missing : points of the series that are missing and were skipped.
    since : place in the series (missing points counted) where the signal began; None without one.
    """

    kind: Kind
    direction: Direction
    centre: float
    lower: float
    upper: float
    n: int
    missing: int
    since: int | None

    @property
    def is_signal(self) -> bool:
        """Whether the last point is more than noise."""
        return self.kind in ("outside", "run", "near_limit")


def limits(
    values: Sequence[float] | NDArray[np.float64],
    form: Literal["mean", "median"] = "mean",
    floor: float | None = None,
    ceiling: float | None = None,
) -> Limits:
    """Return centre and natural limits of a series: centre ± 2.66 mean moving ranges.

    Parameters
    ----------
    values : the series, oldest first; NaN is missing and skipped.
    form : ``mean``, or ``median`` (centre ± 3.14 median moving ranges), which one wild point
        hardly moves. If more than half the moving ranges are 0 the median form has no width,
        and the mean moving range is taken instead.
    floor, ceiling : the least and most the unit allows, if any: 0 for counts, 0 and 1 for shares.

    Raises
    ------
    ConfigurationError
        When `form` is neither, or fewer than two points are present.

    References
    ----------
    W. A. Shewhart (1931); D. J. Wheeler, Understanding Variation (1993), appendix: scaling
    factors 3/1.128 and 3/0.954.

    Examples
    --------
    >>> found = limits([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> round(found.centre, 2), round(found.lower, 3), round(found.upper, 3)
    (50.81, 45.816, 55.804)
    """
    if form not in ("mean", "median"):
        raise ConfigurationError(f"unknown form of limits '{form}'", remedy="use mean or median")
    series = np.asarray(values, float)
    present = series[~np.isnan(series)]
    if len(present) < 2:
        raise ConfigurationError("limits need at least two points", remedy="use a longer series")
    ranges = np.abs(np.diff(present))
    moving = float(np.median(ranges)) if form == "median" else float(ranges.mean())
    factor = MEDIAN_FACTOR if form == "median" else MEAN_FACTOR
    if moving == 0:
        moving, factor = float(ranges.mean()), MEAN_FACTOR
    centre = float(np.median(present)) if form == "median" else float(present.mean())
    centre = float(present[0]) if moving == 0 else centre  # a constant: free of rounding
    reach = factor * moving
    lower = centre - reach if floor is None else max(centre - reach, floor)
    upper = centre + reach if ceiling is None else min(centre + reach, ceiling)
    return Limits(centre, lower, upper, moving, reach)


def verdict(
    values: Sequence[float] | NDArray[np.float64],
    form: Literal["mean", "median"] = "mean",
    floor: float | None = None,
    ceiling: float | None = None,
) -> Signal:
    """Say whether the last point of a series is a signal.

    The last eight points are judged by limits made of up to 26 points before them, so that a shift
    cannot widen the limits that should reveal it; after half a year the new level is the baseline.
    A series of 12 to 19 points keeps its first 11 or more for the limits and judges the rest, so
    the longer rules come in as it grows. The first rule that holds is returned: a point outside
    the limits; 8 in a row on one side of the centre; 3 of the last 4, the last among them, nearer
    the same limit than the centre (measured to the limit before `floor` or `ceiling` cut it).

    Parameters
    ----------
    values : the series, oldest first, for which the last point is judged; NaN is missing: skipped,
        and counted in the answer. A last point that is missing cannot be judged.
    form, floor, ceiling : as for `limits`.

    Notes
    -----
    How often independent normal noise is called a signal at its last point (100,000 simulated
    series of each length, mean form):

    ======  =======  =====  ==========  =====
    points  outside  run    near limit  any
    ======  =======  =====  ==========  =====
    12      2.1 %    --     --          2.1 %
    20      1.9 %    2.3 %  1.0 %       5.2 %
    27      1.2 %    1.6 %  0.7 %       3.4 %
    34 up   0.9 %    1.4 %  0.5 %       2.7 %
    ======  =======  =====  ==========  =====

    The rest is the error of limits made of few points; limits known exactly would give 0.3 %
    outside. Values that lean on the week before (autocorrelation) are called more often.

    Examples
    --------
    >>> calm = [10, 12, 11, 9, 10, 11, 12, 10, 9, 11, 10, 12, 11, 10]
    >>> verdict([*calm, 11]).kind, verdict([*calm, 19]).kind, verdict(calm[:5]).kind
    ('none', 'outside', 'too_few')
    >>> signal = verdict([*calm, *[12] * 8])
    >>> signal.kind, signal.direction, signal.since
    ('run', 'up', 14)
    """
    series = np.asarray(values, float)
    places = np.flatnonzero(~np.isnan(series))
    points, n = series[places], len(places)
    gaps = len(series) - n
    if n < ENOUGH or np.isnan(series[-1]):
        kind: Kind = "too_few" if n < ENOUGH else "missing"
        return Signal(kind, "none", np.nan, np.nan, np.nan, n, gaps, None)
    judged = min(RUN, n - ENOUGH + 1)
    found = limits(points[-(judged + BASELINE) : -judged], form, floor, ceiling)
    kind, length = _rule(points - found.centre, judged, found)
    ways: tuple[Direction, Direction] = ("up", "down")
    way: Direction = ways[int(points[-1] < found.centre)] if length else "none"
    since = int(places[-length]) if length else None
    return Signal(kind, way, found.centre, found.lower, found.upper, n, gaps, since)


def _rule(offsets: NDArray[np.float64], judged: int, found: Limits) -> tuple[Kind, int]:
    """Return the first rule that the last point fulfils, and how many points back it began."""
    last = offsets[-1]
    same_side = np.sign(offsets) == np.sign(last)
    low, high = found.lower - found.centre, found.upper - found.centre
    outside = same_side & ((offsets < low) | (offsets > high))
    if last != 0 and outside[-1]:
        return "outside", _streak(outside)
    if last != 0 and judged >= RUN and _streak(same_side) >= RUN:
        return "run", _streak(same_side)
    near = (same_side & (np.abs(offsets) > found.reach / 2))[-NEAR_OF:]
    if judged >= NEAR_OF and last != 0 and near[-1] and near.sum() >= NEAR:
        return "near_limit", NEAR_OF - int(np.argmax(near))
    return "none", 0


def _streak(flags: NDArray[np.bool_]) -> int:
    """Return how many flags at the end are set without a break."""
    return int(np.argmin(np.append(flags[::-1], False)))
