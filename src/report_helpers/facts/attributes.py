"""Facts about quality: which leads became sales-ready, and what was known of them beforehand.

A lead is *of quality* when Sales qualified it (SQL), or a deal that names it was won.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.contracts import LEADS
from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.facts.conditions import Condition, all_met
from report_helpers.facts.deals import closed_deals
from report_helpers.facts.reduction import By, dimensions, kept, need, offers, opened, split
from report_helpers.facts.timing import day, days, midnight

OUTCOME = "qualified by Sales (SQL) or won"
EARLY = ("source", "segment", "region")  # canonical columns known when a lead arrives
JUDGED_BY = ("lead_id", "created_on", "mql_on", "sql_on")

Own = Callable[[Any], dict[str, Any]]
Conditions = tuple[Condition, ...]


def lead_quality(
    data: object, until: date, conditions: Conditions = (), by: str | Iterable[str] = ()
) -> pd.DataFrame:
    """Count leads by the day they arrived, the conditions they meet and what became of them.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    conditions : what is asked of each lead.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, ``created_day``, one true-or-false column a condition under its name,
        ``quality``, ``handed_over`` (Marketing called it a quality lead; missing where the data
        cannot tell) and ``n`` leads. Leads without a date are left out.

    Raises
    ------
    MissingData
        If there are no leads, they lack a dimension, or nothing says what became of them.
    UnknownName
        If a condition asks for an attribute the leads do not have.
    """
    dataset, dims = opened(data), dimensions(by)
    key = ("lead_quality", until, conditions, dims)
    found = kept(dataset, key, lambda: lead_quality_query(dataset, until, conditions, dims))
    return found if "handed_over" in found else found.assign(handed_over=np.nan)


def lead_quality_query(data: Dataset, until: date, conditions: Conditions, by: By) -> Any:
    """Return the query of :func:`lead_quality`, not yet run."""
    marks = [condition.name for condition in conditions]
    leads = judged_leads(
        data, until, lambda rows: split(data, "leads", by) | all_met(rows, conditions)
    )
    told = [name for name in ("quality", "handed_over") if name in leads.columns]
    dated = leads.mutate(created_day=day(leads.created_on))
    return dated.group_by([*by, "created_day", *marks, *told]).aggregate(n=_.count())


def quality_days(data: object, until: date) -> pd.DataFrame:
    """Count the leads of quality by the days from their arrival until they were.

    Returns
    -------
    pandas.DataFrame
        ``days`` (whole days to the SQL, or to the deal won where there was none) and ``n`` leads.

    Raises
    ------
    MissingData
        As `lead_quality`.
    """
    dataset = opened(data)
    return kept(dataset, ("quality_days", until), lambda: quality_days_query(dataset, until))


def quality_days_query(data: Dataset, until: date) -> Any:
    """Return the query of :func:`quality_days`, not yet run."""
    ready = judged_leads(data, until, lambda rows: {}).filter(_.ready_on.notnull())
    return ready.group_by(days=days(_.created_on, _.ready_on)).aggregate(n=_.count())


def attribute_profile(data: object, until: date) -> pd.DataFrame:
    """Say of each attribute that might predict quality how often it is filled, and on which leads.

    Attributes are the free columns of the leads, and `EARLY`.

    Returns
    -------
    pandas.DataFrame
        One row an attribute: ``attribute``, ``kind`` (``text``, ``number``, ``flag``, ``date``),
        ``n`` leads, ``quality`` leads, ``filled``, ``filled_quality``, ``distinct`` values.

    Raises
    ------
    MissingData
        As `lead_quality`.
    """
    dataset = opened(data)
    return dataset.keep(("attribute_profile", until), lambda: _profile(dataset, until)).copy()


def attribute_values(data: object, until: date, attribute: str) -> pd.DataFrame:
    """Count leads by the day they arrived, the value of one attribute, and quality.

    Returns
    -------
    pandas.DataFrame
        ``created_day``, ``value`` (missing where not filled), ``quality`` and ``n`` leads.

    Raises
    ------
    MissingData
        As `lead_quality`, or if the leads lack the attribute.
    """
    dataset = opened(data)
    key = ("attribute_values", until, attribute)
    return kept(dataset, key, lambda: attribute_values_query(dataset, until, attribute))


def attribute_values_query(data: Dataset, until: date, attribute: str) -> Any:
    """Return the query of :func:`attribute_values`, not yet run."""
    need(data, "leads", attribute)
    leads = judged_leads(data, until, lambda rows: {"value": rows[attribute]})
    keys = {"created_day": day(_.created_on), "value": _.value, "quality": _.quality}
    return leads.group_by(**keys).aggregate(n=_.count())


def latest_leads(data: object, until: date, conditions: Conditions, limit: int) -> pd.DataFrame:
    """List the leads that arrived last, the latest first.

    Returns
    -------
    pandas.DataFrame
        ``lead_id``, ``created_day``, `EARLY` as far as there are, one column a condition,
        ``quality`` and ``handed_over`` (missing where the data cannot tell).

    Raises
    ------
    MissingData, UnknownName
        As `lead_quality`.
    """
    dataset = opened(data)
    leads = judged_leads(dataset, until)
    shown = [name for name in (*EARLY, "quality", "handed_over") if name in leads.columns]
    rows = leads.order_by(leads.created_on.desc(), leads.lead_id).limit(limit)
    marks = all_met(rows, conditions)
    found = answer(rows.select("lead_id", *shown, created_day=day(rows.created_on), **marks))
    found = found.sort_values(["created_day", "lead_id"], ascending=[False, True])
    return found if "handed_over" in found else found.assign(handed_over=np.nan)


def judged_leads(data: Dataset, until: date, own: Own | None = None) -> Any:
    """Return the leads created before `until` with ``quality``, ``ready_on``, ``handed_over``.

    Parameters
    ----------
    data, until : as for :func:`lead_quality`.
    own : makes the columns of the leads to keep by name, besides `JUDGED_BY`; all when left out.

    Raises
    ------
    MissingData
        If neither the leads have ``sql_on`` nor the deals a ``lead_id``.
    """
    leads = need(data, "leads", "created_on").filter(_.created_on < midnight(until))
    has_sql, has_deals = offers(data, "leads", "sql_on"), offers(data, "opportunities", "lead_id")
    if not (has_sql or has_deals):
        raise MissingData(
            "nothing says which leads became of quality",
            remedy="add sql_on to the leads (when Sales qualified each), or lead_id to the deals",
        )
    if own is not None:
        leads = leads.select(*[name for name in JUDGED_BY if name in leads.columns], **own(leads))
    if "mql_on" in leads.columns:
        leads = leads.mutate(handed_over=(leads.mql_on < midnight(until)).fill_null(False))
    if not has_deals:
        return _ready(leads.mutate(won_on=ibis.null("timestamp"), is_won=False), has_sql, until)
    won = closed_deals(data, until, "won").filter(_.lead_id.notnull())
    first = won.group_by(won_lead=won.lead_id).aggregate(won_on=won.closed_on.min())
    joined = leads.left_join(first, leads.lead_id == first.won_lead)
    return _ready(joined.mutate(is_won=_.won_lead.notnull()), has_sql, until)


def _ready(leads: Any, has_sql: bool, until: date) -> Any:
    if not has_sql:
        return leads.mutate(quality=leads.is_won, ready_on=leads.won_on)
    sql = ibis.ifelse(leads.sql_on < midnight(until), leads.sql_on, ibis.null("timestamp"))
    ready = ibis.ifelse(leads.won_on < sql, leads.won_on, sql.coalesce(leads.won_on))
    return leads.mutate(quality=sql.notnull() | leads.is_won, ready_on=ready)


def attribute_profile_query(data: Dataset, until: date, names: tuple[str, ...]) -> Any:
    """Return the query of :func:`attribute_profile`, not yet run: one row of counts."""
    leads = judged_leads(data, until, lambda rows: {name: rows[name] for name in names})
    measures = {"n": leads.count(), "quality": leads.quality.sum()}
    for place, name in enumerate(names):
        column = leads[name]
        measures[f"filled_{place}"] = column.count()
        measures[f"filled_quality_{place}"] = column.count(where=leads.quality)
        measures[f"distinct_{place}"] = column.nunique()
    return leads.aggregate(**measures)


def _profile(data: Dataset, until: date) -> pd.DataFrame:
    own = need(data, "leads", "created_on").schema()
    names = tuple(name for name in own if name in EARLY or name not in LEADS.names)
    row = answer(attribute_profile_query(data, until, names)).iloc[0].fillna(0)
    return pd.DataFrame(
        {
            "attribute": names,
            "kind": [_kind(own[name]) for name in names],
            **{name: int(row[name]) for name in ("n", "quality")},
            **{
                name: [int(row[f"{name}_{place}"]) for place in range(len(names))]
                for name in ("filled", "filled_quality", "distinct")
            },
        }
    )


def _kind(kind: Any) -> str:
    if kind.is_boolean():
        return "flag"
    if kind.is_numeric():
        return "number"
    return "date" if kind.is_temporal() else "text"
