"""Where in the company something changed: the process-behaviour rules on each group."""

from __future__ import annotations

import numpy as np

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics.scorecard import Line, series
from report_helpers.periods import Period

WATCHED: tuple[tuple[str, str, str], ...] = (
    ("inquiries", "", "source"),
    ("quality_share", "created", "source"),
    ("acceptance_rate", "closed", "source"),
    ("speed_to_lead", "median", "segment"),
    ("opportunities", "", "segment"),
    ("win_rate", "closed", "segment"),
    ("sales_cycle", "median", "segment"),
)
TYPICAL_N = 5  # a group whose typical period rests on fewer says nothing week by week


def watch(data: Dataset, period: Period) -> list[Line]:
    """Return the lines of groups (by source or segment) in which a signal stands.

    Groups whose typical value rests on fewer than five cases are not watched: with so few, a
    share jumps by itself. Counts are watched when a typical period holds at least five.
    """
    return list(data.remember(("watch", period), lambda: _watched(data, period)))


def _watched(data: Dataset, period: Period) -> list[Line]:
    found = []
    for name, basis, dimension in WATCHED:
        try:
            lines = series(data, period, (name, basis), by=(dimension,))
        except MissingData:  # a data set without this table or dimension has nothing to watch here
            continue
        found += [line for line in lines if line.signal.is_signal and is_large(line)]
    return found


def is_large(line: Line) -> bool:
    """Return whether a group's typical period rests on enough cases to be judged week by week."""
    sizes = np.array(line.history if line.metric.unit == "count" else [line.n], dtype=float)
    return bool(np.nanmedian(sizes) >= TYPICAL_N) if np.isfinite(sizes).any() else False
