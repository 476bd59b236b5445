"""From weekly facts to one value a period and group, with the reason where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.spans import Spans

Z = 1.959963984540054  # 97.5 % quantile of the normal distribution
Floats = NDArray[np.float64]
_NOTHING = (np.nan, 0.0, np.nan, np.nan)


@dataclass(frozen=True)
class Cells:
    """Each period crossed with each group of a fact, and which of its rows fall where.

    Parameters
    ----------
    frame : the fact.
    spans : the periods.
    index : the cells: place of the period, and the groups there are, in order.
    groups : the number of each row's group.

    Examples
    --------
    >>> from datetime import date
    >>> flow = pd.DataFrame({"segment": ["B", "A"], "week": pd.to_datetime(["2026-01-05"] * 2),
    ...                      "n": [3, 4]})
    >>> Cells.of(flow, Spans.everything(date(2026, 2, 2)), ["segment"]).total("week").tolist()
    [4.0, 3.0]
    """

    frame: pd.DataFrame
    spans: Spans
    index: pd.Index
    groups: NDArray[np.intp]

    @classmethod
    def of(cls, frame: pd.DataFrame, spans: Spans, by: Sequence[str]) -> Cells:
        """Return the cells of a fact, split by dimensions."""
        places = np.arange(len(spans), dtype=float)
        if not by:
            whole: pd.Index = pd.Index(places, name="p")
            return cls(frame, spans, whole, np.zeros(len(frame), dtype=np.intp))
        rows = pd.MultiIndex.from_frame(frame[list(by)])
        mixed = np.zeros(len(frame), dtype=np.intp)
        for own, level in zip(rows.codes, rows.levels, strict=True):
            mixed = mixed * len(level) + own
        _, first, groups = np.unique(mixed, return_index=True, return_inverse=True)
        levels: list[Any] = [places, *rows.levels]
        codes: list[Any] = [np.repeat(np.arange(len(spans)), len(first))]
        codes += [np.tile(own[first], len(spans)) for own in rows.codes]
        index = pd.MultiIndex(levels=levels, codes=codes, names=["p", *by])
        return cls(frame, spans, index, groups)

    def total(self, week: str, value: str = "n", rows: pd.Series | None = None) -> pd.Series:
        """Sum `value` by period and group, over some rows; a cell without rows is a true 0."""
        places = self.spans.place(self.frame[week])
        wanted = ~np.isnan(places)
        if rows is not None:
            wanted &= rows.to_numpy(bool)
        cells = places[wanted].astype(np.intp) * self._groups + self.groups[wanted]
        return self._sums(cells, self._values(value)[wanted])

    def running(self, rows: Sequence[NDArray[np.bool_]], value: str = "n") -> pd.Series:
        """Sum `value` by period and group, over the rows told of each period."""
        values, first = self._values(value), np.arange(len(rows)) * self._groups
        cells = [self.groups[one] + start for one, start in zip(rows, first, strict=True)]
        return self._sums(np.concatenate(cells), np.concatenate([values[one] for one in rows]))

    @property
    def _groups(self) -> int:
        return len(self.index) // len(self.spans)

    def _values(self, value: str) -> Floats:
        values: NDArray[np.float64] = np.nan_to_num(self.frame[value].to_numpy(float))
        return values

    def _sums(self, cells: NDArray[np.intp], values: NDArray[np.float64]) -> pd.Series:
        return pd.Series(np.bincount(cells, values, len(self.index)), index=self.index)


def divide(top: pd.Series, bottom: pd.Series, reason: str) -> pd.DataFrame:
    """Return top ÷ bottom with ``n`` = bottom; a zero denominator is NA with `reason`."""
    return pd.DataFrame(_divided(top, bottom, reason), index=top.index)


def share(hits: pd.Series, n: pd.Series, reason: str) -> pd.DataFrame:
    """Return hits ÷ n with its Wilson 95 % interval; a zero denominator is NA with `reason`."""
    found = _divided(hits, n, reason)
    low, high = wilson(hits.to_numpy(float), found["n"])
    return pd.DataFrame(found | {"low": low, "high": high}, index=hits.index)


def _divided(top: pd.Series, bottom: pd.Series, reason: str) -> dict[str, NDArray[Any]]:
    n = bottom.reindex(top.index, fill_value=0.0).to_numpy(float)
    known = n > 0
    value = np.divide(top.to_numpy(float), n, out=np.full(len(n), np.nan), where=known)
    return {"value": value, "n": n, "reason": np.where(known, "", reason)}


def median(frame: pd.DataFrame, value: str, index: pd.Index, reason: str) -> pd.DataFrame:
    """Return the median of `value` counted by ``n``, for each period and group of `index`.

    ``low`` and ``high`` are the order statistics that hold the median with 95 % confidence
    (normal approximation of the binomial ranks; Conover, Practical Nonparametric Statistics).
    A missing value means "longer than any seen" and takes the highest rank.
    """
    keys = frame[list(index.names)]
    own = pd.MultiIndex.from_frame(keys) if index.nlevels > 1 else pd.Index(keys.iloc[:, 0])
    cells, values = index.get_indexer(own), frame[value].to_numpy(float)
    order = np.lexsort((values, cells))
    ends = np.searchsorted(cells[order], np.arange(len(index) + 1))
    ranked = np.where(np.isnan(values), np.inf, values)[order]
    counts = frame["n"].to_numpy(float)[order]
    rows = [
        _median(ranked[start:end], counts[start:end]) if end > start else _NOTHING
        for start, end in pairwise(ends)
    ]
    result = pd.DataFrame(rows, index=index, columns=["value", "n", "low", "high"])
    late = result["value"].isna() & (result["n"] > 0)
    told = np.where(late, "more than half are still waiting", "")
    return result.assign(reason=np.where(result["n"] > 0, told, reason))


def _median(ranked: Floats, counts: Floats) -> tuple[float, float, float, float]:
    reach = counts.cumsum()
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
    told = [gaps.get(int(place), "") for place in frame.index.get_level_values("p")]
    missing = np.array([bool(reason) for reason in told])
    if not missing.any():
        return frame
    numbers = [name for name in ("value", "n", "low", "high") if name in frame]
    columns: dict[str, Any] = {
        name: np.where(missing, np.nan, frame[name].to_numpy(float)) for name in numbers
    }
    reasons = np.where(missing, told, frame["reason"].to_numpy(object))
    return frame.assign(**columns, reason=pd.array(reasons, dtype="str"))
