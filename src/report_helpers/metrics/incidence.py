"""How many deals are won, and how many lost, by each age: Aalen-Johansen cumulative incidence.

Won ÷ closed flatters or slanders while deals are open: quick outcomes are known first. Here open
deals count for as long as they were followed (they are censored), and losing competes with
winning: a lost deal can no longer be won. One minus Kaplan-Meier, which takes lost deals for
undecided ones, would overstate the share won.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers.metrics.intervals import Z95

Floats = NDArray[np.float64]
OUTCOMES = ("won", "lost", "open")
TINY = 1e-12  # a share so near to 0 or 1 is 0 or 1, but for rounding


def curves(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of deals won and lost by each age.

    With S(d) the share still undecided just before age d, and n(d) the deals followed that far,
    the share won grows at each age by S(d) · won(d) ÷ n(d), and so does the share lost; S falls
    by both. Where closing and censoring share an age, closing comes first.

    Parameters
    ----------
    counts : ``days`` (age when closed, or at the end when open), ``outcome`` (won, lost or open)
        and ``n``, as in the fact ``deal_days``. Rows without an age, or with a negative one (the
        deal closed before it was opened: a wrong date), cannot be placed and are left out.

    Returns
    -------
    DataFrame
        One row an age: ``days``, ``at_risk``, ``won``, ``lost``, ``open`` (closed or censored at
        that age), and for ``win`` and ``loss`` the share, its standard error and pointwise 95 %
        interval, such as ``win``, ``win_se``, ``win_low``, ``win_high``. The interval is made on
        the scale log(-log) so that it stays within 0-1; NaN where the share is 0 or 1.

    References
    ----------
    O. O. Aalen, S. Johansen (1978), Scandinavian Journal of Statistics 5:141-150. Variance by the
    delta method: G. E. Dinse, M. G. Larson (1986), Biometrika 73:379-386; E. Marubini,
    M. G. Valsecchi (1995), chapter 10, the same as in Stata's stcompet and statsmodels.

    Examples
    --------
    >>> deals = pd.DataFrame({"days": [1, 2, 3, 4], "outcome": ["won", "open", "lost", "won"],
    ...                       "n": [1, 1, 1, 1]})
    >>> curves(deals)[["at_risk", "win", "loss"]].T.values.tolist()
    [[4.0, 3.0, 2.0, 1.0], [0.25, 0.25, 0.25, 0.625], [0.0, 0.0, 0.375, 0.375]]
    """
    placed = counts[counts["days"] >= 0].astype({"days": "float64", "outcome": "object"})
    table = placed.pivot_table(index="days", columns="outcome", values="n", aggfunc="sum")
    table = table.reindex(columns=pd.Index(OUTCOMES)).fillna(0.0).astype(float).sort_index()
    leaving = table.sum(axis=1).to_numpy()
    at_risk = leaving[::-1].cumsum()[::-1]
    closed = (table["won"] + table["lost"]).to_numpy()
    undecided = np.concatenate([[1.0], np.cumprod(1 - closed / at_risk)[:-1]])
    out = table.reset_index().rename_axis(columns=None)
    out.insert(1, "at_risk", at_risk)
    for name, outcome in (("win", "won"), ("loss", "lost")):
        hits = table[outcome].to_numpy()
        share = np.cumsum(undecided * hits / at_risk)
        error = _standard_error(share, hits, closed, at_risk, undecided)
        out[name], out[f"{name}_se"] = share, error
        out[f"{name}_low"], out[f"{name}_high"] = _bounds(share, error)
    return out


def at(curve: pd.DataFrame, day: float) -> pd.Series:
    """Return the row of `curves` that holds at an age; NaN beyond what was followed.

    Beyond the last age the shares stand still if every deal is decided; while some were still
    undecided when last seen, nothing is known.

    Examples
    --------
    >>> deals = pd.DataFrame({"days": [1, 2], "outcome": ["won", "open"], "n": [1, 1]})
    >>> float(at(curves(deals), 1.5)["win"]), float(at(curves(deals), 3)["win"])
    (0.5, nan)
    """
    nothing = pd.Series(np.nan, index=curve.columns)
    if curve.empty:
        return nothing
    last = curve.iloc[-1]
    if day > last["days"] and last["open"] > 0:
        return nothing
    before = curve[curve["days"] <= day]
    if before.empty:
        return nothing.where(~nothing.index.isin(["win", "loss"]), 0.0)
    return before.iloc[-1]


def end(curve: pd.DataFrame) -> pd.Series:
    """Return the row of the greatest age at which a deal was won or lost; NaN if none ever was."""
    closed = curve[curve["won"] + curve["lost"] > 0]
    return closed.iloc[-1] if len(closed) else pd.Series(np.nan, index=curve.columns)


def _standard_error(
    share: Floats, hits: Floats, closed: Floats, at_risk: Floats, undecided: Floats
) -> Floats:
    """Return the delta-method standard error of a cumulative incidence at each age.

    Var I(t) = Σ (I(t) - I(s))² d(s) / (n(s)(n(s) - d(s))) + Σ S(s)² h(s)(n(s) - h(s)) / n(s)³
    - 2 Σ (I(t) - I(s)) S(s) h(s) / n(s)², over ages s ≤ t; d all closings, h those of the cause.
    """
    left = at_risk * (at_risk - closed)
    hazard = np.divide(closed, left, out=np.zeros_like(left), where=left > 0)  # I(t) - I(s) is 0
    step = undecided * hits / at_risk**2
    variance = (
        share**2 * hazard.cumsum()
        - 2 * share * (share * hazard).cumsum()
        + (share**2 * hazard).cumsum()
        + (undecided**2 * hits * (at_risk - hits) / at_risk**3).cumsum()
        - 2 * share * step.cumsum()
        + 2 * (share * step).cumsum()
    )
    return np.asarray(np.sqrt(np.clip(variance, 0.0, None)))


def _bounds(share: Floats, error: Floats) -> tuple[Floats, Floats]:
    inside = np.where((share > TINY) & (share < 1 - TINY), share, np.nan)
    spread = np.exp(Z95 * error / np.abs(inside * np.log(inside)))
    return inside**spread, inside ** (1 / spread)
