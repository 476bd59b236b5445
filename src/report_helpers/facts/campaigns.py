"""Facts about campaigns: what people answered, what was spent when, what each one brought."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset
from report_helpers.errors import EmptyPeriod
from report_helpers.facts.deals import closed_deals
from report_helpers.facts.reduction import (
    By,
    dimensions,
    need,
    offers,
    opened,
    optional,
    reduce,
    split,
)
from report_helpers.facts.timing import known, midnight, week

DAY = timedelta(days=1)
COUNTS = ("responses", "leads", "mqls", "sqls")


def responses(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count answers to campaigns by the week they came in.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions of the campaign answered: ``segment``, ``source`` (its channel).

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``responded_week`` and ``n`` answers.

    Raises
    ------
    MissingData
        If there are no responses, or the campaigns lack a dimension.
    """
    return reduce(responses_query, data, until, by)


def responses_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`responses`, not yet run."""
    answers = need(data, "responses", "campaign_id", "responded_at")
    answers = answers.select("campaign_id", "responded_at").filter(known(_.responded_at, until))
    dims = split(data, "campaigns", by) if by else {}
    if by:
        answers = answers.left_join(need(data, "campaigns", "campaign_id"), "campaign_id")
    return answers.group_by(**dims, responded_week=week(_.responded_at)).aggregate(n=_.count())


def spend(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Spread what each campaign has cost evenly over the days it has run, and sum by week.

    A campaign's ``cost`` is the money spent up to the data's last day. It is spread over the days
    from ``starts_on`` to ``ends_on`` (included) or to that last day, whichever is earlier, and the
    days before `until` are summed: a week of the past keeps its share when a report on it is made
    again. One without an end runs on, unless it is only planned. An end before the start counts
    as the first day. Where nothing in the data is dated, the day before `until` is the last.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions of the campaign: ``segment``, ``source`` (its channel).

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``week`` (a Monday) and ``cost`` in the company's currency; NaN in a
        week in which only campaigns of unknown cost ran.

    Raises
    ------
    MissingData
        If there are no campaigns, or they lack ``cost`` or a dimension.
    """
    dataset, dims = opened(data), dimensions(by)
    key = ("spend", until, dims)
    found: pd.DataFrame = dataset.keep(key, lambda: _spend(dataset, until, dims))
    return found.copy()


def campaign_results(data: object, until: date) -> pd.DataFrame:
    """List every campaign with what it brought before `until`.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.

    Returns
    -------
    pandas.DataFrame
        The campaigns' own columns, then ``responses`` and the ``leads``, ``mqls`` and ``sqls``
        that name the campaign. A count is NaN, not 0, where the data have no table or column to
        count from. Campaigns that start later are listed too: they are plans.

    Raises
    ------
    MissingData
        If there are no campaigns.
    """
    dataset = opened(data)
    key = ("campaign_results", until)
    found: pd.DataFrame = dataset.keep(key, lambda: _results(dataset, until))
    return found.copy()


def influenced_won(data: object, until: date) -> pd.Series:
    """Sum, for each campaign, the deals won whose lead had answered it before they were won.

    A deal counts once for every campaign its lead answered, so the sums add up to more than was
    won: they tell what a campaign had a part in, not what it earned.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.

    Returns
    -------
    pandas.Series
        Amounts by ``campaign_id``, of campaigns that had a part in any deal with an amount.

    Raises
    ------
    MissingData
        If responses or deals do not name the lead.
    """
    dataset = opened(data)
    key = ("influenced_won", until)
    found = dataset.keep(key, lambda: answer(influenced_query(dataset, until)))
    return found.dropna(subset="campaign_id").set_index("campaign_id")["amount"]


def influenced_query(data: Dataset, until: date) -> Any:
    """Return the query of :func:`influenced_won`, not yet run."""
    answers = need(data, "responses", "campaign_id", "lead_id", "responded_at")
    need(data, "opportunities", "lead_id")
    won = closed_deals(data, until, "won").filter(_.amount.notnull())
    won = won.select("opportunity_id", "lead_id", "closed_on", "amount")
    known_answers = answers.select("campaign_id", "lead_id", "responded_at")
    pairs = won.inner_join(known_answers, "lead_id").filter(_.responded_at < _.closed_on)
    once = pairs.select("campaign_id", "opportunity_id", "amount").distinct()
    return once.group_by("campaign_id").aggregate(amount=_.amount.sum())


def answers_query(data: Dataset, until: date) -> Any:
    """Return the query of the answers to each campaign, not yet run."""
    answers = need(data, "responses", "campaign_id", "responded_at")
    answers = answers.filter(known(_.responded_at, until))
    return answers.group_by("campaign_id").aggregate(responses=_.count())


def leads_query(data: Dataset, until: date) -> Any:
    """Return the query of the leads of each campaign and the stages they reached, not yet run."""
    leads = need(data, "leads", "campaign_id", "created_on")
    dates = {"mqls": "mql_on", "sqls": "sql_on"}
    reached = {
        name: leads[column].count(where=leads[column] < midnight(until))
        for name, column in dates.items()
        if column in leads.columns
    }
    leads = leads.filter(known(_.created_on, until))
    return leads.group_by("campaign_id").aggregate(leads=_.count(), **reached)


def _results(data: Dataset, until: date) -> pd.DataFrame:
    campaigns = need(data, "campaigns", "campaign_id", "starts_on")
    frame = answer(campaigns.order_by("starts_on", "campaign_id"))
    counts = pd.DataFrame(index=frame["campaign_id"])
    if offers(data, "responses"):
        counts = counts.join(_by_campaign(answers_query(data, until)))
    if offers(data, "leads", "campaign_id"):
        counts = counts.join(_by_campaign(leads_query(data, until)))
    counts = counts.fillna(0).reindex(columns=list(COUNTS)).astype("float64")
    return frame.join(counts, on="campaign_id")


def _by_campaign(query: Any) -> pd.DataFrame:
    return answer(query).dropna(subset="campaign_id").set_index("campaign_id")


def _spend(data: Dataset, until: date, by: By) -> pd.DataFrame:
    frame = _runs(data, until, by)
    runs = frame.loc[frame.index.repeat((frame["last"] - frame["first"]).dt.days + 1)]
    nth = runs.groupby(level=0).cumcount()
    day = runs["first"] + pd.to_timedelta(nth, unit="D")
    monday = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    share = runs["cost"] / runs.groupby(level=0)["first"].transform("size")
    runs = runs.assign(week=monday, cost=share)[day < pd.Timestamp(until)]
    return runs.groupby([*by, "week"])[["cost"]].sum(min_count=1).reset_index()


def _known_to(data: Dataset, until: date) -> pd.Timestamp:
    """Return the day up to which costs are known: the data's last."""
    try:
        return pd.Timestamp(data.last_day)
    except EmptyPeriod:  # nothing but plans: take the costs as of the day asked for
        return pd.Timestamp(until) - DAY


def _runs(data: Dataset, until: date, by: By) -> pd.DataFrame:
    """Return first and last day and the cost of each campaign that has begun."""
    table = need(data, "campaigns", "starts_on", "cost")
    frame = answer(
        table.select(
            **split(data, "campaigns", by),
            first=_.starts_on,
            last=optional(table, "ends_on", "timestamp"),
            planned=optional(table, "status", "string").isin(["planned"]).fill_null(False),
            cost=_.cost.cast("float64"),
        )
    )
    known = _known_to(data, until)
    first, last = frame["first"].dt.normalize(), frame["last"].dt.normalize()
    last = last.where(last.notna() | frame["planned"], known).clip(upper=known)
    last = last.where(last.isna() | (last >= first), first)
    ran = (first <= known) & last.notna()
    ran_by_then: pd.DataFrame = frame.assign(first=first, last=last).loc[ran]
    return ran_by_then.reset_index(drop=True)
