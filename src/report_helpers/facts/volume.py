"""How many rows each table that records events got, week by week, and how far each goes."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.contracts import TABLES
from report_helpers.data.dataset import Dataset
from report_helpers.data.rules import EVENTS
from report_helpers.facts.reduction import By, offers, reduce
from report_helpers.facts.timing import midnight, week

FLOWS = ("opportunities", "leads", "stage_events", "responses", "touches")
"""Tables that systems fill day by day; what people write or plan comes when it comes."""


def row_counts(data: object, until: date) -> pd.DataFrame:
    """Count the rows of each table of `FLOWS` by the week in which they came to be.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``week`` (a Monday) and ``n`` rows. A table that is not there, or a week without
        a row, has no row here.

    Examples
    --------
    >>> deals = pd.DataFrame({
    ...     "opportunity_id": ["D1", "D2", "D3"], "outcome": "open",
    ...     "created_on": pd.to_datetime(["2026-01-05", "2026-01-11", "2026-01-12"]),
    ... })
    >>> print(row_counts({"opportunities": deals}, date(2026, 2, 1)).to_string(index=False))
            table       week  n
    opportunities 2026-01-05  2
    opportunities 2026-01-12  1
    """
    return reduce(row_counts_query, data, until, ())


def row_counts_query(data: Dataset, until: date, by: By = ()) -> Any:
    """Return the query of :func:`row_counts`, not yet run: one small aggregate a table, united."""
    parts = [
        data.tables[name]
        .select(at=_[TABLES[name].fresh_by].cast("timestamp"))
        .filter(_["at"] < midnight(until))
        .group_by(week=week(_["at"]))
        .aggregate(n=_.count())
        .select("week", "n", table=ibis.literal(name))
        for name in _there(data)
    ]
    return ibis.union(*parts, distinct=False).select("table", "week", "n")


def latest_events(data: object, until: date) -> pd.DataFrame:
    """Return the latest time at which each kind of event happened in each table of `FLOWS`.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet: one mistyped year does not make old data
        look new.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``event`` (the column, such as ``closed_on``) and ``latest``, ``NaT`` where it
        never happened.
    """
    return reduce(latest_events_query, data, until, ())


def latest_events_query(data: Dataset, until: date, by: By = ()) -> Any:
    """Return the query of :func:`latest_events`, not yet run."""
    parts = [
        data.tables[name]
        .aggregate(latest=_[event].max(where=_[event] < midnight(until)).cast("timestamp"))
        .select("latest", table=ibis.literal(name), event=ibis.literal(event))
        for name in _there(data)
        for event in EVENTS.get(name, (TABLES[name].fresh_by,))
        if offers(data, name, event)
    ]
    return ibis.union(*parts, distinct=False).select("table", "event", "latest")


def _there(data: Dataset) -> list[str]:
    return [name for name in FLOWS if offers(data, name, TABLES[name].fresh_by)]
