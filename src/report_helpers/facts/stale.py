"""Facts about open deals that are older than any deal ever closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset
from report_helpers.facts.deals import aged_deals, deal_days
from report_helpers.facts.reduction import need, opened
from report_helpers.facts.timing import midnight


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


def stale_deals_query(data: Dataset, until: date, longest: int | None) -> Any:
    """Return the query of all open deals older than `longest` days, with count and sum of all."""
    need(data, "opportunities", "closed_on")
    older = ibis.literal(False)
    if longest is not None:  # said of the day itself, files are read from that day back alone
        older = _.created_on < midnight(until - timedelta(days=longest + 1))
    stale = aged_deals(data, until).filter(older, _.outcome == "open")
    return stale.mutate(all_stale=stale.count().over(), all_amount=stale.amount.sum().over())


def _stale(data: Dataset, until: date, limit: int) -> pd.DataFrame:
    ages = deal_days(data, until)
    found = ages.loc[ages["outcome"] != "open", "days"].max()
    longest = None if pd.isna(found) else int(found)
    order = [ibis.desc("amount", nulls_first=False), ibis.desc("days"), "opportunity_id"]
    top = answer(stale_deals_query(data, until, longest).order_by(order).limit(limit))
    totals = top[["all_stale", "all_amount"]].max()
    listed = top.drop(columns=totals.index)
    listed.attrs = {
        "count": 0 if listed.empty else int(totals["all_stale"]),
        "amount": round(float(totals["all_amount"]), 4),
        "longest": float(found),
    }
    return listed
