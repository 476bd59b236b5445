"""What was known when a report was made: its series, rows and definitions, small enough to freeze.

The next report is compared with it (:mod:`.restatement`). Nothing is computed again: the series are
those of the scorecard, the counts come from facts it has already reduced.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from report_helpers import __version__, facts
from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.facts.volume import row_counts
from report_helpers.glossary import METRICS
from report_helpers.metrics.scorecard import Line
from report_helpers.periods import Period, monday
from report_helpers.settings import Settings

Json = dict[str, Any]

WEEKS = 26
FIGURE_SETTINGS = {
    "company": ("currency",),
    "calendar": ("fiscal_year_starts", "brief_weeks"),
    "goals": ("baseline_from", "baseline_to"),
    "commitments": ("first_touch_hours", "attempts", "attempts_days"),
    "stages": ("order",),
}
"""Settings, by section, that change what a figure means."""
_STAGES = ("mql", "accepted", "rejected", "sql")
_OUTCOMES = ("won", "lost")


def history(data: Dataset, period: Period, lines: Iterable[Line]) -> Json:
    """Return the series of the last 26 weeks as they are known, and the rows behind them.

    Parameters
    ----------
    data : the data set the lines were computed from.
    period : the period reported.
    lines : the scorecard.

    Returns
    -------
    dict
        ``weeks`` a period of the series has; ``starts``, the first day of each period, oldest
        first; ``series`` by metric and basis: ``value`` and ``n`` for each start (None where
        missing) and the ``signal`` of the last; ``mondays``; ``counts`` for each Monday: rows of
        each table by the week they came to be, leads by the week they reached a stage, deals by the
        week they were closed, first touches, and sums of money.
    """
    weeks = period.days // 7
    starts = [str(p.start) for p in period.history(WEEKS // weeks)]
    mondays = pd.date_range(end=monday(period.last_day), periods=WEEKS, freq="7D")
    return {
        "weeks": weeks,
        "starts": starts,
        "series": {key(line): _series(line, len(starts)) for line in lines},
        "mondays": [str(day.date()) for day in mondays],
        "counts": _counts(data, period, mondays),
    }


def definitions(data: Dataset, settings: Settings, shown: Iterable[str]) -> Json:
    """Return what the figures mean: formulas, settings, mapping and the version of the kit.

    Parameters
    ----------
    data : the data set, with the mapping it was read by.
    settings : the company's settings.
    shown : names of the metrics the report shows.
    """
    names = set(shown)
    all_of_them = settings.model_dump(mode="json")
    mapped = "".join(i.sha256 or "" for i in data.inputs if i.kind == "mapping")
    return {
        "formulas": {m.name: m.formula for m in METRICS if m.name in names},
        "settings": {
            f"{section}.{name}": _text(all_of_them[section][name])
            for section, chosen in FIGURE_SETTINGS.items()
            for name in chosen
        },
        "mapping": hashlib.sha256(mapped.encode()).hexdigest() if mapped else "",
        "version": __version__,
    }


def _text(value: Any) -> str:
    """Return a setting as people write it; one that is not set is ``none``."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value or "none")


def key(line: Line) -> str:
    """Return the name of a line's series: its metric, and its basis where it has one."""
    return f"{line.metric.name} {line.basis}".strip()


def _series(line: Line, count: int) -> Json:
    return {
        "value": [_plain(value) for value in line.history[-count:]],
        "n": [_plain(n) for n in line.sizes[-count:]],
        "signal": line.signal.kind,
        "direction": line.signal.direction,
    }


def _plain(value: float) -> float | None:
    return float(f"{value:.12g}") if math.isfinite(value) else None


def _counts(data: Dataset, period: Period, mondays: pd.DatetimeIndex) -> dict[str, list[float]]:
    """Return every count the data can tell, one number a Monday."""
    found: dict[str, pd.Series] = {}
    for count in (_rows, _stages, _touches, _outcomes, _cost):
        try:
            found |= count(data, period)
        except MissingData:  # a table that is not there has no rows to count
            continue
    return {
        name: [_plain(n) or 0.0 for n in weekly.reindex(mondays, fill_value=0)]
        for name, weekly in found.items()
    }


Weekly = dict[str, pd.Series]
Count = Callable[[Dataset, Period], Weekly]


def _weekly(frame: pd.DataFrame, week: str, value: str = "n") -> pd.Series:
    sums: pd.Series = frame.dropna(subset=[week]).groupby(week)[value].sum()
    return sums


def _rows(data: Dataset, period: Period) -> Weekly:
    frame = row_counts(data, period.end)
    return {str(table): _weekly(rows, "week") for table, rows in frame.groupby("table")}


def _stages(data: Dataset, period: Period) -> Weekly:
    flow = facts.lead_flow(data, period.end)
    return {name: _weekly(flow[flow["stage"] == name], "reached_week") for name in _STAGES}


def _touches(data: Dataset, period: Period) -> Weekly:
    return {"touched": _weekly(facts.touch_hours(data, period.end).dropna(), "mql_week")}


def _outcomes(data: Dataset, period: Period) -> Weekly:
    flow = facts.deal_flow(data, period.end)
    parts = {name: flow[flow["outcome"] == name] for name in _OUTCOMES}
    counts = {name: _weekly(part, "closed_week") for name, part in parts.items()}
    sums = {f"{n}_amount": _weekly(part, "closed_week", "amount") for n, part in parts.items()}
    return counts | sums


def _cost(data: Dataset, period: Period) -> Weekly:
    return {"campaign_cost": _weekly(facts.spend(data, period.end), "week", "cost")}
