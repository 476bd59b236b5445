"""How many rows each table that records events got, week by week, and how far each goes."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.contracts import TABLES
from report_helpers.data.dataset import Dataset
from report_helpers.data.rules import EVENTS
from report_helpers.facts.reduction import By, offers, opened, reduce, tidy
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
    parts = []
    for name in _there(data):
        rows = data.tables[name]
        came = rows[TABLES[name].fresh_by].cast("timestamp")
        weeks = rows.filter(came < midnight(until)).group_by(week=week(came)).aggregate(n=_.count())
        parts.append(weeks.select(ibis.literal(name).name("table"), "week", "n"))
    return ibis.union(*parts, distinct=False)


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
    dataset = opened(data)

    def make() -> pd.DataFrame:
        found = answer(latest_events_query(dataset, until)).set_index("table")
        rows = [
            (name, event, found.at[name, f"at_{place}"])
            for name in found.index
            for place, event in enumerate(_events(dataset, name))
        ]
        listed = pd.DataFrame(rows, columns=["table", "event", "latest"])
        return tidy(listed.astype({"latest": "datetime64[us]"}))

    return dataset.keep(("latest_events", until), make).copy()


def latest_events_query(data: Dataset, until: date) -> Any:
    """Return the query of :func:`latest_events`, not yet run: a row a table, a column an event."""
    events = {name: _events(data, name) for name in _there(data)}
    most, parts = max(map(len, events.values()), default=0), []
    for name, columns in events.items():
        table = data.tables[name]
        happened = [table[column].cast("timestamp") for column in columns]
        latest = [at.max(where=at < midnight(until)) for at in happened]
        latest += [ibis.null("timestamp")] * (most - len(latest))
        found = table.aggregate(**{f"at_{place}": at for place, at in enumerate(latest)})
        parts.append(found.mutate(table=ibis.literal(name)))
    return ibis.union(*parts, distinct=False)


def _events(data: Dataset, name: str) -> list[str]:
    found = EVENTS.get(name, (TABLES[name].fresh_by,))
    return [event for event in found if offers(data, name, event)]


def _there(data: Dataset) -> list[str]:
    return [name for name in FLOWS if offers(data, name, TABLES[name].fresh_by)]
