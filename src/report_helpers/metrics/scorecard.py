"""The scorecard: each team's metrics with their past, their target and what is a signal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.glossary import Metric, metric
from report_helpers.metrics import pipeline
from report_helpers.metrics.measures import MEASURES, Measure
from report_helpers.metrics.signals import BASELINE, RUN, Signal, verdict
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.targets import target
from report_helpers.periods import Period

HISTORY = BASELINE + RUN  # the points judged and the half year before them that makes the limits
TREND = 6
LINES: tuple[tuple[str, str], ...] = (
    ("inquiries", ""),
    ("responses", ""),
    ("mqls", ""),
    ("quality_share", "created"),
    ("cost_per_inquiry", ""),
    ("cost_per_mql", ""),
    ("cost_per_sql", ""),
    ("accepted", ""),
    ("acceptance_rate", "closed"),
    ("speed_to_lead", "median"),
    ("opportunities", ""),
    ("win_rate", "closed"),
    ("win_rate", "created"),
    ("win_rate", "value"),
    ("sales_cycle", "median"),
    ("sales_velocity", ""),
    ("pipeline_coverage", ""),
    ("won_amount", ""),
)


@dataclass(frozen=True)
class Line:
    """One line of the scorecard.

    Parameters
    ----------
    metric, basis : what it is.
    by, group : dimensions and the part of the company; ``all`` for the whole.
    value, n, low, high : the period's figure, what it rests on, its 95 % interval.
    reason : why the figure is missing; empty otherwise.
    prior, year_ago : the figure of the period before and of the same weeks a year ago.
    target : the value agreed for the period, or None.
    history : values of the last periods, oldest first, this one last; NaN where missing.
    signal : what the process-behaviour rules say of the last value.
    sizes : what each value of `history` rests on.
    """

    metric: Metric
    basis: str
    by: tuple[str, ...]
    group: str
    value: float
    n: float
    low: float
    high: float
    reason: str
    prior: float
    year_ago: float
    target: float | None
    history: tuple[float, ...]
    signal: Signal
    sizes: tuple[float, ...] = ()

    @property
    def trend(self) -> tuple[float, ...]:
        """The last six values."""
        return self.history[-TREND:]

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target or a value."""
        if self.target is None or np.isnan(self.value):
            return None
        up = self.metric.better == "up"
        return self.value >= self.target if up else self.value <= self.target

    @property
    def improved(self) -> bool | None:
        """Whether a signal is for the better; None where there is no signal."""
        if not self.signal.is_signal:
            return None
        return (self.signal.direction == "up") == (self.metric.better == "up")


def measure(name: str, basis: str, first_month: int = 1) -> Measure:
    """Return the function that computes a metric on a basis."""
    if name == "pipeline_coverage":
        return partial(pipeline.coverage, first_month=first_month)
    return MEASURES[name, basis]


def scorecard(
    data: Dataset, period: Period, segment: str = "", first_month: int = 1
) -> tuple[list[Line], dict[str, str]]:
    """Return the scorecard of a period, and why metrics that cannot be shown are left out.

    Parameters
    ----------
    data : the data set, already limited to `segment` if one is given.
    period : the period reported.
    segment : the segment whose targets count; empty for the company's.
    first_month : month in which the fiscal year begins.

    Returns
    -------
    list of Line, dict of metric name to reason
        A metric whose table is not there is left out, with the reason.
    """
    key = ("scorecard", period, segment, first_month)
    lines, missing = data.remember(key, lambda: _scored(data, period, segment, first_month))
    return list(lines), dict(missing)


def _scored(
    data: Dataset, period: Period, segment: str, first_month: int
) -> tuple[list[Line], dict[str, str]]:
    lines: list[Line] = []
    missing: dict[str, str] = {}
    for name, basis in LINES:
        goal = target(data, name, period, segment) if basis in metric(name).bases[:1] else None
        try:
            found = series(data, period, (name, basis), first_month=first_month)
        except MissingData as error:
            missing[name] = error.message
            continue
        lines += [replace(line, target=goal) for line in found]
    return lines, missing


def series(
    data: Dataset,
    period: Period,
    line: tuple[str, str],
    by: tuple[str, ...] = (),
    first_month: int = 1,
) -> list[Line]:
    """Return one scorecard line a group for one metric and basis, without targets."""
    key = ("series", period, line, by, first_month)
    return list(data.remember(key, lambda: _series(data, period, line, by, first_month)))


def history(
    data: Dataset,
    period: Period,
    line: tuple[str, str],
    by: tuple[str, ...] = (),
    first_month: int = 1,
) -> pd.DataFrame:
    """Return a metric in the last periods, by place and dimensions: for reading, not to change."""
    compute = measure(*line, first_month)
    key = ("history", period, line, by, first_month)
    return data.remember(key, lambda: compute(data, Spans.of(period, HISTORY), by))


def latest(
    data: Dataset,
    period: Period,
    line: tuple[str, str],
    by: tuple[str, ...] = (),
    first_month: int = 1,
) -> pd.DataFrame:
    """Return a metric in the period itself, the last of its `history`."""
    found = history(data, period, line, by, first_month)
    return found.iloc[len(found) - len(found) // HISTORY :]


def _series(
    data: Dataset, period: Period, line: tuple[str, str], by: tuple[str, ...], first_month: int
) -> list[Line]:
    now = history(data, period, line, by, first_month)
    year_ago = Spans.of(period.year_ago(), until=period.end)
    then = measure(*line, first_month)(data, year_ago, by)["value"]
    groups = [key[1:] for key in now.index[: len(now) // HISTORY]] if by else [()]
    rows = now.reindex(columns=["value", "n", "low", "high", "reason"])
    return [
        replace(
            _line(line, rows.iloc[place :: len(groups)], period.days // 7),
            by=by,
            group=", ".join(group) or "all",
            year_ago=_year_ago(then, by, group),
        )
        for place, group in enumerate(groups)
    ]


def _year_ago(then: pd.Series, by: tuple[str, ...], group: tuple[str, ...]) -> float:
    key = (0.0, *group) if by else 0.0
    return float(then.get(key, np.nan))


def _judge(what: Metric, history: tuple[float, ...], weeks: int) -> Signal:
    """Apply the process-behaviour rules to values that do not share weeks with each other."""
    step = max(1, what.memory // weeks)
    apart = history[::-1][::step][::-1]
    return verdict(apart, floor=0.0, ceiling=1.0 if what.unit == "share" else None)


def _line(line: tuple[str, str], rows: pd.DataFrame, weeks: int) -> Line:
    """Return the line of the whole, without target and year ago."""
    what = metric(line[0])
    history, sizes = (tuple(rows[name].astype(float).tolist()) for name in ("value", "n"))
    return Line(
        metric=what,
        basis=line[1],
        by=(),
        group="all",
        value=history[-1],
        n=sizes[-1],
        low=float(rows["low"].iloc[-1]),
        high=float(rows["high"].iloc[-1]),
        reason=str(rows["reason"].iloc[-1]),
        prior=history[-2],
        year_ago=np.nan,
        target=None,
        history=history,
        signal=_judge(what, history, weeks),
        sizes=sizes,
    )
