"""Facts about leads: which stages they reached and when, how fast Sales called, what came back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.dataset import Dataset
from report_helpers.facts.deals import deals_at
from report_helpers.facts.reduction import NONE, By, from_segments, need, offers, reduce, split
from report_helpers.facts.timing import hours, known, midnight, week

LEAD_DATES = {
    "inquiry": "created_on",
    "mql": "mql_on",
    "accepted": "accepted_on",
    "rejected": "rejected_on",
    "sql": "sql_on",
}
STAGES = (*LEAD_DATES, "opportunity", "won")


@from_segments("leads")
def lead_flow(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count leads by the week they arrived and the week they reached each stage.

    A lead counts once in every stage it reached before `until`, so the rows of one stage add up
    to the leads that reached it. ``opportunity`` is the first deal that names the lead, ``won``
    the first of its deals that was won; both are ``NaT`` weeks where the deal has no date. A stage
    the data cannot tell of (a column or the deals' ``lead_id`` is not there) has no rows.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``stage`` (one of `STAGES`), ``created_week``, ``reached_week``
        (Mondays) and ``n`` leads.

    Raises
    ------
    MissingData
        If there are no leads, or they lack a dimension.
    """
    return reduce(lead_flow_query, data, until, by)


def lead_flow_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`lead_flow`, not yet run: one small aggregate a stage, united."""
    dims = split(data, "leads", by)
    names = [name for name in LEAD_DATES.values() if offers(data, "leads", name)]
    leads = _leads(data, until).select("lead_id", *names, **dims)
    reached = _own_stages(leads, until) | _deal_stages(data, leads, until)
    parts = [
        rows.group_by(*by, created_week=week(_.created_on), reached_week=week(_[column]))
        .aggregate(n=_.count())
        .select(*by, ibis.literal(stage).name("stage"), "created_week", "reached_week", "n")
        for stage, (rows, column) in reached.items()
    ]
    return ibis.union(*parts, distinct=False)


@from_segments("leads")
def touch_hours(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count marketing-qualified leads (MQL) by the hours Sales took to call or write first.

    Hours run around the clock, from ``mql_on`` to ``first_touch_at``, rounded down to a tenth;
    they are negative where Sales was faster than Marketing's date.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``mql_week``, ``hours`` (NaN while untouched) and ``n`` leads.

    Raises
    ------
    MissingData
        If the leads lack ``mql_on``, ``first_touch_at`` or a dimension.
    """
    return reduce(touch_hours_query, data, until, by, adds="leads")


def touch_hours_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`touch_hours`, not yet run."""
    need(data, "leads", "mql_on", "first_touch_at")
    touched = ibis.ifelse(
        _.first_touch_at < midnight(until), _.first_touch_at, ibis.null("timestamp")
    )
    return (
        _leads(data, until)
        .filter(_.mql_on < midnight(until))
        .group_by(
            **split(data, "leads", by), mql_week=week(_.mql_on), hours=hours(_.mql_on, touched)
        )
        .aggregate(n=_.count())
    )


def rejections(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count leads that Sales sent back, by week and reason.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``rejected_week``, ``reason`` (``(none)`` where nobody gave one) and
        ``n`` leads.

    Raises
    ------
    MissingData
        If the leads lack ``rejected_on``, ``rejection_reason`` or a dimension.
    """
    return reduce(rejections_query, data, until, by, adds="leads")


def rejections_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`rejections`, not yet run."""
    need(data, "leads", "rejected_on", "rejection_reason")
    return (
        _leads(data, until)
        .filter(_.rejected_on < midnight(until))
        .group_by(
            **split(data, "leads", by),
            rejected_week=week(_.rejected_on),
            reason=_.rejection_reason.fill_null(NONE),
        )
        .aggregate(n=_.count())
    )


def _leads(data: Dataset, until: date) -> Any:
    return need(data, "leads", "created_on").filter(known(_.created_on, until))


def _own_stages(leads: Any, until: date) -> dict[str, tuple[Any, str]]:
    """Return, for each stage the leads have a date for, the leads that reached it, and when."""
    found = {
        stage: (leads.filter(leads[column] < midnight(until)), column)
        for stage, column in LEAD_DATES.items()
        if stage != "inquiry" and column in leads.columns
    }
    return {"inquiry": (leads, "created_on")} | found


def _deal_stages(data: Dataset, leads: Any, until: date) -> dict[str, tuple[Any, str]]:
    """Return the leads that became a deal and those that were won; nothing without ``lead_id``."""
    if not offers(data, "opportunities", "lead_id"):
        return {}
    won = _.outcome == "won"
    first = deals_at(data, until).group_by("lead_id").aggregate(
        deal_on=_.created_on.min(), won_on=_.closed_on.min(where=won), deals_won=_.count(where=won)
    )  # fmt: skip
    dealt = leads.inner_join(first, "lead_id")
    return {"opportunity": (dealt, "deal_on"), "won": (dealt.filter(_.deals_won > 0), "won_on")}
