"""Facts about open deals that are older than any deal ever closed."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.dataset import Dataset
from report_helpers.facts.deals import aged_deals
from report_helpers.facts.reduction import need, opened


def stale_deals(data: object, until: date, limit: int = 20) -> pd.DataFrame:
    """List the largest open deals that are older than any deal that was ever won or lost.

    Such deals are rarely worked on: they swell the pipeline and hide in every average.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day at which ages are taken.
    limit : how many to list at most; largest amount first, then the oldest.

    Returns
    -------
    pandas.DataFrame
        The deals' own columns and ``days``, their age. ``attrs`` holds ``count`` and ``amount``
        of all of them (NaN where none has an amount), and ``longest``, the age in days none of
        the closed deals exceeded (NaN, and no stale deals, where none was ever closed).

    Raises
    ------
    MissingData
        If the deals lack ``closed_on``.
    """
    dataset = opened(data)
    key = ("stale_deals", until, limit)
    found: pd.DataFrame = dataset.keep(key, lambda: _stale(dataset, until, limit))
    return found.copy()


def longest_query(data: Dataset, until: date) -> Any:
    """Return the query of the longest time in days a closed deal took, not yet run."""
    need(data, "opportunities", "closed_on")
    return aged_deals(data, until).filter(_.outcome != "open").days.max()


def stale_deals_query(data: Dataset, until: date, longest: int | None) -> Any:
    """Return the query of all open deals older than `longest` days, not yet run."""
    return aged_deals(data, until).filter(
        _.outcome == "open", _.days > ibis.literal(longest, "int64")
    )


def _stale(data: Dataset, until: date, limit: int) -> pd.DataFrame:
    found = longest_query(data, until).execute()
    longest = None if pd.isna(found) else int(found)
    stale = stale_deals_query(data, until, longest)
    total = stale.aggregate(count=_.count(), amount=_.amount.sum()).execute().iloc[0]
    order = [ibis.desc("amount", nulls_first=False), ibis.desc("days"), "opportunity_id"]
    top: pd.DataFrame = stale.order_by(order).limit(limit).execute()
    top.attrs = {
        "count": int(total["count"]),
        "amount": round(float(total["amount"]), 4),
        "longest": float("nan") if longest is None else float(longest),
    }
    return top
