"""Why deals are lost, and why Sales sends leads back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.metrics import figures
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.tally import share


def loss_reasons(data: Source, period: When = "all", by: str | Sequence[str] = ()) -> pd.DataFrame:
    """Return the reasons Sales gave for the deals lost in the period, the most frequent first.

    Parameters
    ----------
    data : a data set, a table of opportunities or a dict of tables.
    period : a period of whole weeks, or ``all``.
    by : dimensions, such as ``"segment"``; reasons are counted within each group.

    Returns
    -------
    DataFrame
        Figures ``loss_reason_share``: the share of the group's lost deals, ``n`` all of them, with
        the Wilson 95 % interval. The reason is the last part of ``group`` and has a column of its
        own, ``loss_reason``; ``count`` is the deals lost for it. No lost deal makes one NA figure.

    Raises
    ------
    MissingData
        When the deals have no loss reasons, or lack a dimension.
    """
    asked = Question.of(data, period, by)
    found = facts.losses(asked.data, asked.until, asked.by)
    counted = found[asked.within(found["closed_week"])]
    return _shares(counted, asked, "loss_reason", "no deal lost in the period")


def rejection_reasons(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the reasons Sales gave for the leads sent back in the period, most frequent first.

    As `loss_reasons`, in figures ``rejection_reason_share`` with the column ``rejection_reason``;
    dimensions are those of the lead.

    Raises
    ------
    MissingData
        When the leads have no rejection dates or reasons, or lack a dimension.
    """
    asked = Question.of(data, period, by)
    found = facts.rejections(asked.data, asked.until, asked.by)
    counted = found[asked.within(found["rejected_week"])]
    return _shares(counted, asked, "rejection_reason", "no lead sent back in the period")


def _shares(counted: pd.DataFrame, asked: Question, dimension: str, nothing: str) -> pd.DataFrame:
    metric, by = f"{dimension}_share", [*asked.by, dimension]
    hits = counted.rename(columns={"reason": dimension}).groupby(by)["n"].sum().astype(float)
    if hits.empty:
        fixed = {"unit": "share", "period": asked.key, "n": 0, "reason": nothing}
        none = figures.one(metric, np.nan, **fixed).assign(by=", ".join(by))
        return none.assign(count=0.0).assign(**{dimension: ""})
    whole = hits.groupby(list(asked.by)).transform("sum") if asked.by else hits * 0 + hits.sum()
    rates = share(hits, whole, nothing).assign(count=hits).reset_index()
    order = [*asked.by, "count", dimension]
    rates = rates.sort_values(order, ascending=[name != "count" for name in order])
    made = figures.make(rates, metric, by=by, unit="share", period=asked.key)
    return made.join(rates[[dimension, "count"]].reset_index(drop=True))
