"""What only the books can tell: monthly values of the table ``actuals``, and revenue growth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.glossary import metric
from report_helpers.metrics import figures
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.spans import Spans
from report_helpers.periods import YEAR, Period, monday

FROM_BOOKS = ("revenue", "profitability")


def months(data: Dataset, name: str, until: date) -> pd.Series:
    """Return a metric's monthly values, indexed by first day, of months over before `until`.

    Raises
    ------
    MissingData
        When there are no actuals, or none of this metric, or the data are of one part of the
        company: actuals are the whole company's.
    """
    if not data.has("actuals", "metric", "month", "value"):
        raise MissingData(
            "the data have no table 'actuals'", remedy="add one, a row a metric and month"
        )
    if data.scope:
        raise MissingData("actuals are of the whole company", remedy="ask for all segments")
    rows = data.frame("actuals")
    rows = rows[rows["metric"] == name]
    if rows.empty:
        raise MissingData(
            f"the table 'actuals' holds no {name}", remedy="add a row a month, by that name"
        )
    values = rows.assign(month=rows["month"].dt.normalize()).groupby("month")["value"].last()
    known: pd.Series = values[_ends(values) <= pd.Timestamp(until)].astype(float)
    return known


def _ends(values: pd.Series) -> pd.DatetimeIndex:
    """Return the day after each month of `values`."""
    return pd.DatetimeIndex(values.index).shift(1, freq="MS")


def actual(name: str, data: Source, period: When = "all", by: Sequence[str] = ()) -> pd.DataFrame:
    """Return a metric the books give, for the months of a period.

    Parameters
    ----------
    name : a metric of the table ``actuals``, such as ``profitability``.
    data : a data set or a dict of tables with ``actuals``.
    period : a period of whole weeks, or ``all``.
    by : must be empty: the books are of the whole company.

    Returns
    -------
    DataFrame
        One figure. A metric that adds up: the sum of the months that lie wholly in the period.
        Any other: the mean of the months that end in it; where none does, the last month known by
        then, which is provisional. ``n`` counts the months.

    Raises
    ------
    MissingData
        As `months` does, and when `by` is not empty.
    """
    asked = Question.of(data, period, by)
    if asked.by:
        raise MissingData(f"{name} is known of the whole company only", remedy="leave the split")
    known = months(asked.data, name, asked.until)
    value, n, reason = _inside(known, name, asked)
    told = {"n": float(n), "unit": metric(name).unit, "period": asked.key, "reason": reason}
    return figures.one(name, value, **told)


def _inside(known: pd.Series, name: str, asked: Question) -> tuple[float, int, str]:
    """Return the value of a period's months, how many they are, and what is to be said of it."""
    additive = metric(name).additive
    if known.empty:
        return np.nan, 0, f"no month of {name} is known by {asked.until}"
    if not asked.spans.periods:
        return float(known.sum() if additive else known.mean()), len(known), ""
    start = pd.Timestamp(asked.spans.periods[0].start)
    inside = known[known.index >= start] if additive else known[_ends(known) > start]
    if len(inside):
        return float(inside.sum() if additive else inside.mean()), len(inside), ""
    if additive:
        return np.nan, 0, "no whole month lies in the period"
    return (
        float(known.iloc[-1]),
        1,
        f"no month ends in the period; {known.index[-1]:%B %Y} is shown",
    )


def revenue_growth(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the amount won in the 52 weeks to the period's end against the 52 weeks before.

    Parameters
    ----------
    data : a data set, a table of opportunities or a dict of tables.
    period : a period of whole weeks; ``all`` ends with the last complete week.
    by : dimensions, such as ``"segment"``.

    Returns
    -------
    DataFrame
        Figures (``percent``: 0.1 is ten percent more); ``n`` counts the deals of the later year.
        NA where closed deals are not on record for both years: a short record looks like growth.

    Examples
    --------
    >>> deals = pd.DataFrame({
    ...     "opportunity_id": ["1", "2", "3"], "outcome": "won",
    ...     "created_on": pd.to_datetime(["2023-01-02", "2023-01-02", "2025-01-06"]),
    ...     "closed_on": pd.to_datetime(["2023-01-03", "2024-06-04", "2025-06-03"]),
    ...     "amount": [10.0, 100.0, 130.0]})
    >>> year = Period(date(2025, 12, 29), date(2026, 1, 5))
    >>> revenue_growth(deals, year)["value"].round(2).tolist()
    [0.3]
    """
    asked = Question.of(data, period, by)
    end = monday(asked.until)
    years = Spans.of(Period(end - YEAR, end), 2)
    won = MEASURES["won_amount", ""](asked.data, years, asked.by).reset_index()
    before, after = (won[won["p"] == p].reset_index(drop=True) for p in (0, 1))
    base = before["value"].where(before["value"] > 0)
    reason = before["reason"].mask(before["reason"] == "", after["reason"])
    reason = reason.mask((reason == "") & base.isna(), "nothing was won in the year before")
    grown = after.assign(value=after["value"] / base - 1, reason=reason)
    fixed = {"unit": "percent", "period": asked.key}
    return figures.make(grown, "revenue_growth", by=asked.by, **fixed)
