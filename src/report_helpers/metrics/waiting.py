"""How long deals wait, those still waiting included: Kaplan-Meier, and the log-rank test.

The median of the waits that ended flatters: the longest are still going on. Here a deal that still
waits counts for as long as it has waited (it is censored).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers.metrics.chance import chi2_tail
from report_helpers.metrics.intervals import Z95

Floats = NDArray[np.float64]
Stays = pd.DataFrame | Mapping[str, NDArray[Any]]
Table = tuple[Floats, Floats, Floats]
SLACK = 1e-9  # rounding never decides whether half have left


def survival(stays: Stays) -> pd.DataFrame:
    """Return the share still waiting after each number of days.

    S(d) = Π over s ≤ d of 1 - ended(s) ÷ at_risk(s) (Kaplan and Meier, 1958); standard error by
    Greenwood. A deal that was last seen waiting on day d was at risk of leaving on it.

    Parameters
    ----------
    stays : ``days``, ``n`` and ``over`` (whether the wait ended, or still went on when last seen).
        Negative days are wrong dates and are left out.

    Returns
    -------
    DataFrame
        One row for each number of days: ``days``, ``at_risk``, ``ended``, ``share``, ``se``.

    Examples
    --------
    >>> stays = pd.DataFrame({"days": [1, 2, 3, 4], "n": [1, 1, 1, 1],
    ...                       "over": [True, False, True, True]})
    >>> survival(stays)["share"].tolist()
    [0.75, 0.75, 0.375, 0.0]
    """
    days, at_risk, ended = _counted(stays)
    share = np.cumprod(1 - ended / at_risk)
    left = at_risk * (at_risk - ended)
    hazard = np.divide(ended, left, out=np.zeros_like(left), where=left > 0)
    se = share * np.sqrt(np.cumsum(hazard))
    columns = {"days": days, "at_risk": at_risk, "ended": ended, "share": share, "se": se}
    return pd.DataFrame(columns)


def quantile(curve: pd.DataFrame, share: float = 0.5) -> float:
    """Return the days after which `share` of the waits have ended; NaN while fewer have.

    Where exactly that share has ended on one day, and the next wait ends on a later one, the
    later one is returned, as in SAS and statsmodels.

    Examples
    --------
    >>> stays = pd.DataFrame({"days": [3, 5, 8], "n": [1, 1, 1], "over": [True, True, False]})
    >>> quantile(survival(stays)), quantile(survival(stays), 0.9)
    (5.0, nan)
    """
    days, left, ended = (curve[name].to_numpy() for name in ("days", "share", "ended"))
    reached = days[(left < 1 - share - SLACK) & (ended > 0)]
    return float(reached[0]) if len(reached) else np.nan


def quantile_interval(curve: pd.DataFrame, share: float = 0.5) -> tuple[float, float]:
    """Return the 95 % interval of `quantile`; NaN where it has no bound.

    It holds the days at which the curve does not differ from 1 - `share`, tested on the scale
    log(-log) (Brookmeyer and Crowley, 1982; Klein and Moeschberger, 2003, 4.5).
    """
    there = curve["ended"].to_numpy() > 0
    days, left, se = (curve[name].to_numpy(float)[there] for name in ("days", "share", "se"))
    level = np.log(-np.log(1 - share))
    known = np.flatnonzero((left >= SLACK) & (left <= 1 - SLACK) & (se > 0))
    inner = left[known]
    size = np.abs(inner * np.log(inner))
    far = np.abs(np.log(-np.log(inner)) - level) * size / se[known]
    near = known[far <= Z95]
    if not len(near):
        return np.nan, np.nan
    return float(days[near[0]]), float(days[near[-1] + 1]) if near[-1] + 1 < len(days) else np.nan


def logrank(now: Stays, before: Stays) -> tuple[float, float]:
    """Return z and p of the log-rank test that two groups wait equally long; z > 0: now longer.

    On each day the waits that ended are compared with those expected if both groups left at one
    rate: z = Σ (expected - ended) ÷ √(Σ variance), z² is χ² with one degree of freedom (Mantel,
    1966). NaN where nothing can be compared.

    Parameters
    ----------
    now, before : stays, as for `survival`.

    Examples
    --------
    >>> quick = pd.DataFrame({"days": [1, 2, 3], "n": [9, 9, 9], "over": True})
    >>> z, p = logrank(quick.assign(days=[4, 5, 6]), quick)
    >>> z > 5, p < 0.001, logrank(quick, quick)
    (True, True, (0.0, 1.0))
    """
    ours, theirs = _counted(now), _counted(before)
    days = np.union1d(ours[0], theirs[0])
    ended, risk = _at(ours, days)
    other_ended, other_risk = _at(theirs, days)
    all_ended, all_risk = ended + other_ended, risk + other_risk
    share = risk / all_risk
    spread = np.where(all_risk > 1, (all_risk - all_ended) / np.maximum(all_risk - 1, 1), 0.0)
    variance = float((all_ended * share * (1 - share) * spread).sum())
    if variance <= 0:
        return np.nan, np.nan
    z = float((all_ended * share - ended).sum()) / variance**0.5
    return z, chi2_tail(z**2)


def holm(p: pd.Series) -> pd.Series:
    """Return p-values adjusted for the number of tests (Holm, 1979); missing ones stay missing.

    Examples
    --------
    >>> holm(pd.Series([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    ranked = p.dropna().sort_values()
    left = np.arange(len(ranked), 0, -1)
    adjusted = (ranked * left).cummax().clip(upper=1.0)
    return adjusted.reindex(p.index)


def _counted(stays: Stays) -> Table:
    """Return the different days, and how many were at risk and ended on each."""
    days, n = np.asarray(stays["days"], float), np.asarray(stays["n"], float)
    known = days >= 0
    each, place = np.unique(days[known], return_inverse=True)
    over = np.where(np.asarray(stays["over"], bool), n, 0.0)
    left, ended = (np.bincount(place, one[known], len(each)).astype(float) for one in (n, over))
    return each, left[::-1].cumsum()[::-1], ended


def _at(table: Table, days: Floats) -> tuple[Floats, Floats]:
    """Return how many ended, and how many were at risk, on each of the days."""
    each, at_risk, ended = table
    here = np.zeros(len(days))
    here[np.searchsorted(days, each)] = ended
    return here, np.append(at_risk, 0.0)[np.searchsorted(each, days)]
