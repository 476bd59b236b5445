"""Every figure of a period as one tidy table, for commands, files and notebooks alike."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import EmptyPeriod, MissingData, UnknownName
from report_helpers.glossary import METRICS, Metric, metric
from report_helpers.metrics import cohort
from report_helpers.metrics import figures as tidy
from report_helpers.metrics.scorecard import measure
from report_helpers.metrics.spans import Spans
from report_helpers.periods import Period
from report_helpers.settings import Settings

DIMENSIONS = ("segment", "region", "source", "owner", "product")


def figures(
    data: Dataset,
    period: Period | Literal["all"],
    by: tuple[str, ...] = (),
    settings: Settings | None = None,
    only: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the figures of a period, for the whole and for each group.

    Parameters
    ----------
    data : the data set.
    period : a period of whole ISO weeks, or ``all`` for everything up to the data's last day.
    by : dimensions; two or more are crossed.
    settings : the company's settings.
    only : names of the metrics wanted; all of the glossary when empty.

    Returns
    -------
    DataFrame
        One figure a row, in the columns of :mod:`report_helpers.metrics.figures`. A metric that
        the data cannot carry is one NA row that says which table would bring it.

    Raises
    ------
    UnknownName
        For a dimension or a metric that does not exist.
    EmptyPeriod
        When the data end before the period begins, or begin after it ends.
    """
    for name in by:
        if name not in DIMENSIONS:
            raise UnknownName("dimension", name, DIMENSIONS)
    wanted = [metric(name) for name in only] or list(METRICS)
    spans = _spans(data, period)
    first_month = settings.calendar.fiscal_year_starts if settings else 1
    found = [
        _figures(data, spans, (what, basis), dims, first_month)
        for what in wanted
        for basis in what.bases
        for dims in ([(), by] if by else [()])
    ]
    return tidy.join(found)


def _spans(data: Dataset, period: Period | Literal["all"]) -> Spans:
    if isinstance(period, Period):
        check_period(data, period)
        return Spans.of(period)
    return Spans.everything((pd.Timestamp(data.last_day) + pd.Timedelta(days=1)).date())


def check_period(data: Dataset, period: Period) -> None:
    """Raise EmptyPeriod when the data hold nothing of the period.

    Raises
    ------
    EmptyPeriod
        Naming the period and the days the data cover.
    """
    first = min((t.first.date() for t in data.audit.tables.values() if t.first), default=date.max)
    if data.last_day < period.start or first >= period.end:
        raise EmptyPeriod(
            f"nothing happened in {period.label} ({period.start} to {period.last_day}); "
            f"the data run from {first} to {data.last_day}",
            remedy="choose a day for --as-of that follows weeks the data cover",
        )


def unfinished(data: Dataset, period: Period) -> str:
    """Return why a period's figures are not final; empty when the data cover all of it.

    Data that end on a Friday cover their week if nothing was ever recorded later than they end:
    only weekend days may be missing.
    """
    days = pd.bdate_range(pd.Timestamp(data.last_day) + pd.Timedelta(days=1), period.last_day)
    return f"the data end on {data.last_day}, before the period does" if len(days) else ""


def _figures(
    data: Dataset,
    spans: Spans,
    line: tuple[Metric, str],
    by: tuple[str, ...],
    first_month: int,
) -> pd.DataFrame:
    what, basis = line
    period = spans.keys[0]
    fixed = {"basis": basis, "unit": what.unit, "period": period}
    try:
        if what.name == "cohort_win_rate":
            return cohort.figures_of(data, spans.until, by, period)
        values = measure(what.name, basis, first_month)(data, spans, by).reset_index()
    except MissingData as error:
        gone = pd.DataFrame({"value": [np.nan], "reason": [error.message]})
        return tidy.make(gone, what.name, **fixed).assign(by=", ".join(by))
    if values.empty:
        return tidy.none()
    late = unfinished(data, spans.periods[0]) if spans.periods else ""
    values["reason"] = values["reason"].where(values["reason"] != "", late)
    return tidy.make(values, what.name, by=by, **fixed)
