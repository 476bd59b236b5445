"""From weekly facts to one value a period and group, with the reason where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.spans import Spans

Z = 1.959963984540054  # 97.5 % quantile of the normal distribution
_NOTHING = (np.nan, 0.0, np.nan, np.nan)


def total(
    frame: pd.DataFrame, week: str, spans: Spans, by: Sequence[str], value: str = "n"
) -> pd.Series:
    """Sum `value` by period and group; a period without rows is a true 0."""
    places = spans.place(frame[week]).to_numpy()
    inside = ~np.isnan(places)
    groups = [pd.Series(places[inside], name="p"), *(_rows(frame[name], inside) for name in by)]
    sums = _rows(frame[value], inside).groupby(groups, dropna=False).sum()
    return cast("pd.Series", sums.reindex(spans.grid(frame, by), fill_value=0).astype(float))


def _rows(column: pd.Series, wanted: NDArray[np.bool_]) -> pd.Series:
    return column[wanted].reset_index(drop=True)


def divide(top: pd.Series, bottom: pd.Series, reason: str) -> pd.DataFrame:
    """Return top ÷ bottom with ``n`` = bottom; a zero denominator is NA with `reason`."""
    bottom = bottom.reindex(top.index, fill_value=0.0)
    frame = pd.DataFrame({"value": top / bottom.where(bottom > 0), "n": bottom})
    return frame.assign(reason=np.where(bottom > 0, "", reason))


def share(hits: pd.Series, n: pd.Series, reason: str) -> pd.DataFrame:
    """Return hits ÷ n with its Wilson 95 % interval; a zero denominator is NA with `reason`."""
    frame = divide(hits, n, reason)
    low, high = wilson(hits.to_numpy(float), frame["n"].to_numpy(float))
    return frame.assign(low=low, high=high)


def median(frame: pd.DataFrame, value: str, index: pd.Index, reason: str) -> pd.DataFrame:
    """Return the median of `value` counted by ``n``, for each period and group of `index`.

    ``low`` and ``high`` are the order statistics that hold the median with 95 % confidence
    (normal approximation of the binomial ranks; Conover, Practical Nonparametric Statistics).
    A missing value means "longer than any seen" and takes the highest rank.
    """
    places = frame.groupby(list(index.names), dropna=False).indices
    values = frame[value].astype(float).fillna(np.inf).to_numpy(float)
    counts = frame["n"].to_numpy(float)
    rows = []
    for key in index:
        found = places.get(key)
        rows.append(_NOTHING if found is None else _median(values[found], counts[found]))
    result = pd.DataFrame(rows, index=index, columns=["value", "n", "low", "high"])
    late = result["value"].isna() & (result["n"] > 0)
    told = np.where(late, "more than half are still waiting", "")
    return result.assign(reason=np.where(result["n"] > 0, told, reason))


def _median(values: np.ndarray, counts: np.ndarray) -> tuple[float, float, float, float]:
    order = np.argsort(values)
    ranked, reach = values[order], counts[order].cumsum()
    count = float(reach[-1])

    def at(rank: float) -> float:
        found = float(ranked[int(np.searchsorted(reach, min(max(rank, 1.0), count)))])
        return found if np.isfinite(found) else np.nan

    middle = (at(np.floor((count + 1) / 2)) + at(np.ceil((count + 1) / 2))) / 2
    spread = Z * np.sqrt(count) / 2
    low, high = np.floor(count / 2 - spread), np.ceil(1 + count / 2 + spread)
    wide = count < 6  # no pair of ranks holds the median with 95 % confidence
    return middle, count, np.nan if wide else at(low), np.nan if wide else at(high)


def blank(frame: pd.DataFrame, gaps: dict[int, str]) -> pd.DataFrame:
    """Make the periods in `gaps` NA, each with its reason."""
    places = frame.index.get_level_values("p")
    missing = places.isin(list(gaps))
    out = frame.copy()
    if not missing.any():
        return out
    out.loc[missing, [c for c in ("value", "low", "high") if c in out]] = np.nan
    out.loc[missing, "n"] = np.nan
    out.loc[missing, "reason"] = [gaps[int(p)] for p in places[missing]]
    return out
