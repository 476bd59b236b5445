"""The sales cycle: how long winning a deal takes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from report_helpers.errors import UnknownName
from report_helpers.metrics import figures
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.question import Question, Source, When

BASES = ("median", "mean")


def sales_cycle(
    data: Source,
    period: When = "all",
    by: str | Sequence[str] = (),
    basis: str = "median",
) -> pd.DataFrame:
    """Return the days from opening to winning of the deals won in the period.

    Parameters
    ----------
    data : a data set, a table of opportunities or a dict of tables.
    period : a period of whole weeks, or ``all``.
    by : dimensions, such as ``"segment"``.
    basis : ``median`` (with the order statistics that hold it with 95 % confidence), or ``mean``,
        which a few very long deals can double.

    Returns
    -------
    DataFrame
        Figures in days, one row a group; ``n`` the deals won. Deals without one of the dates, or
        won before they were opened, are left out: their cycle is not known.

    Raises
    ------
    UnknownName
        When the basis is neither.
    MissingData
        When the deals have no closing dates, or lack a dimension.
    """
    if basis not in BASES:
        raise UnknownName("basis", basis, BASES)
    asked = Question.of(data, period, by)
    values = MEASURES["sales_cycle", basis](asked.data, asked.spans, asked.by).reset_index()
    fixed = {"basis": basis, "unit": "days", "period": asked.key}
    return figures.make(values, "sales_cycle", by=asked.by, **fixed)
