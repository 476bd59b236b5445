"""Any metric of the glossary as a level with its interval, or week by week."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import EmptyPeriod
from report_helpers.glossary import metric
from report_helpers.metrics.actuals import FROM_BOOKS, months
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.projection import mean, ratio
from report_helpers.metrics.report import figures
from report_helpers.metrics.spans import Spans
from report_helpers.periods import WEEK, Period, monday
from report_helpers.settings import Settings

QUARTER = 13 * WEEK
MONTHS, MONTHS_OF_NOISE = 3, 12
Line = tuple[str, str]  # a metric and its basis


def level(
    data: Dataset,
    line: Line,
    until: date,
    settings: Settings | None = None,
    span: Period | None = None,
) -> dict[str, Any]:
    """Return a metric's value over the 13 weeks before a day, with the best interval there is.

    Parameters
    ----------
    data : the data set.
    line : metric and basis.
    until : the day the weeks end before, a Monday.
    settings : the company's settings.
    span : other weeks than those 13.

    Returns
    -------
    dict
        ``value``, ``n``, ``low``, ``high`` and ``reason``. A cost per lead gets the interval of a
        ratio of weekly sums; a metric of the books is the mean of its last 3 months, with an
        interval from the moving range of the last 12.

    Raises
    ------
    MissingData
        When no table carries the metric.
    """
    name, basis = line
    if name in FROM_BOOKS:
        return _of_books(data, name, until, span)
    weeks = span or Period(until - QUARTER, until)
    try:
        found = figures(data, weeks, (), settings, (name,))
    except EmptyPeriod as error:
        return {"value": np.nan, "n": np.nan, "reason": error.message}
    row = found[found["basis"] == basis].iloc[0]
    told = {str(n): row[n] for n in ("value", "n", "low", "high", "reason")}
    if metric(name).unit == "money" and not metric(name).additive and np.isnan(told["low"]):
        told |= _ratio_bounds(data, line, weeks)
    return told


def steps(data: Dataset, line: Line, span: tuple[date, date]) -> tuple[pd.Series, str]:
    """Return a metric that adds up, week by week, or month by month where the books give it.

    Parameters
    ----------
    data : the data set.
    line : metric and basis.
    span : first day wanted, and the day the last week ends before.

    Returns
    -------
    pandas.Series, str
        Values indexed by the Thursday of each week that lies in the span (a month by its first
        day); NaN where the data do not reach; and the reason of the first such gap.
    """
    first, end = span
    if line[0] in FROM_BOOKS:
        values = months(data, line[0], end)
        values = values[values.index >= pd.Timestamp(first)]
        return values.asfreq("MS") if len(values) else values, "months are missing in the books"
    last = monday(end)
    count = max((last - monday(first)).days // 7, 1)
    spans = Spans.of(Period(last - WEEK, last), count)
    found = MEASURES[line](data, spans, ())
    thursdays = pd.DatetimeIndex([p.start for p in spans.periods]) + pd.Timedelta(days=3)
    values = pd.Series(found["value"].to_numpy(float), index=thursdays)
    reasons = found.loc[found["value"].isna(), "reason"]
    kept = values[values.index >= pd.Timestamp(first)]
    return kept, str(reasons.iloc[0]) if len(reasons) else ""


def weekly(data: Dataset, line: Line, weeks: Period) -> pd.DataFrame:
    """Return ``value`` and ``n`` of a metric in each week of a period."""
    spans = Spans.of(Period(weeks.end - WEEK, weeks.end), weeks.days // 7)
    return MEASURES[line](data, spans, ())[["value", "n"]].reset_index(drop=True)


def _ratio_bounds(data: Dataset, line: Line, weeks: Period) -> dict[str, float]:
    """Return the interval of a cost per case, where the metric is one."""
    if line not in MEASURES:
        return {}
    found = weekly(data, line, weeks)
    _value, low, high = ratio(found["value"] * found["n"], found["n"])
    return {"low": max(low, 0.0) if np.isfinite(low) else low, "high": high}


def _of_books(data: Dataset, name: str, until: date, span: Period | None) -> dict[str, Any]:
    known = months(data, name, until)
    if span:
        inside = known[known.index >= pd.Timestamp(span.start)]
        value, low, high = mean(inside)
        reason = "" if len(inside) else "no whole month lies in the period"
        return {"value": value, "n": len(inside), "low": low, "high": high, "reason": reason}
    last = known.tail(MONTHS)
    if last.empty:
        return {"value": np.nan, "n": 0, "reason": f"no month of {name} is known by {until}"}
    noise = known.tail(MONTHS_OF_NOISE).diff().abs().mean() / 1.128
    value, reach = float(last.mean()), 1.96 * float(noise) / np.sqrt(len(last))
    return {
        "value": value, "n": len(last), "low": value - reach, "high": value + reach, "reason": "",
    }  # fmt: skip
