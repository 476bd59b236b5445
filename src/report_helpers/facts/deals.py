"""Facts about deals: how they flow, how long they take, when they are won, why lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.dataset import Dataset
from report_helpers.facts.reduction import NONE, By, from_segments, need, reduce, split
from report_helpers.facts.timing import day, days, known, midnight, week

AMOUNT = {"amount": _.amount.sum(), "n_amount": _.amount.count(where=_.amount > 0)}


@from_segments("opportunities")
def deal_flow(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count deals by the week they were opened, the week they were closed, and outcome.

    Every deal opened before `until` lands in exactly one row. A deal closed on or after `until`
    is still open, as is one whose CRM gives a closing date but no outcome. A deal without an
    opening date, or won or lost without a closing date, counts under ``NaT``, so that totals over
    the whole data are complete.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions: ``segment``, ``region``, ``source``, ``owner``, ``product``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``created_week`` and ``closed_week`` (Mondays), ``outcome`` (``open``,
        ``won`` or ``lost``), ``n`` deals, ``amount`` (their sum in the company's currency; NaN
        where no deal has one) and ``n_amount`` (deals with an amount above 0).

    Raises
    ------
    MissingData
        If the deals lack a dimension.

    Examples
    --------
    >>> deals = pd.DataFrame({
    ...     "opportunity_id": ["D1", "D2", "D3"],
    ...     "created_on": pd.to_datetime(["2026-01-05", "2026-01-07", "2026-01-12"]),
    ...     "closed_on": pd.to_datetime(["2026-01-20", "2026-02-20", None]),
    ...     "outcome": ["won", "lost", "open"],
    ...     "amount": [900.0, None, 50.0],
    ... })
    >>> print(deal_flow({"opportunities": deals}, date(2026, 2, 1)).to_string(index=False))
    created_week closed_week outcome  n  amount  n_amount
      2026-01-05  2026-01-19     won  1   900.0         1
      2026-01-05         NaT    open  1     NaN         0
      2026-01-12         NaT    open  1    50.0         1
    """
    return reduce(deal_flow_query, data, until, by, adds="opportunities")


def deal_flow_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`deal_flow`, not yet run."""
    return (
        deals_at(data, until)
        .group_by(
            **split(data, "opportunities", by),
            created_week=week(_.created_on),
            closed_week=week(_.closed_on),
            outcome=_.outcome,
        )
        .aggregate(n=_.count(), **AMOUNT)
    )


@from_segments("opportunities")
def deal_days(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count deals by age in days: when they were closed, or on the last day before `until`.

    Ages are differences of calendar days, whatever the hour. They are given as they are in the
    data: negative where a deal was closed before it was opened, NaN where one of its dates is
    missing. Who measures cycles or survival must leave both out, and say how many there were.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions: ``segment``, ``region``, ``source``, ``owner``, ``product``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``outcome``, ``closed_week`` (``NaT`` while open), ``days`` and ``n``.

    Raises
    ------
    MissingData
        If the deals lack ``closed_on`` or a dimension.
    """
    return reduce(deal_days_query, data, until, by)


def deal_days_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`deal_days`, not yet run."""
    need(data, "opportunities", "closed_on")
    return (
        aged_deals(data, until)
        .group_by(
            **split(data, "opportunities", by),
            outcome=_.outcome,
            closed_week=week(_.closed_on),
            days=_.days.cast("float64"),
        )
        .aggregate(n=_.count())
    )


def won_by_day(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Sum won deals by the day they were won, for months and quarters, which cut through weeks.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions: ``segment``, ``region``, ``source``, ``owner``, ``product``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``closed_on`` (a day; ``NaT`` where nobody wrote it), ``n`` deals,
        ``amount`` (sum in the company's currency; NaN where no deal has one) and ``n_amount``
        (deals with an amount above 0).

    Raises
    ------
    MissingData
        If the deals lack ``closed_on`` or a dimension.
    """
    return reduce(won_by_day_query, data, until, by, adds="opportunities")


def won_by_day_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`won_by_day`, not yet run."""
    need(data, "opportunities", "closed_on")
    won = closed_deals(data, until, "won")
    groups = won.group_by(**split(data, "opportunities", by), closed_on=day(_.closed_on))
    return groups.aggregate(n=_.count(), **AMOUNT)


def losses(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count lost deals by the week they were lost and the reason Sales gave.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : dimensions: ``segment``, ``region``, ``source``, ``owner``, ``product``.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``closed_week``, ``reason`` (``(none)`` where nobody gave one), ``n``
        and ``amount`` (sum in the company's currency; NaN where no deal has one).

    Raises
    ------
    MissingData
        If the deals lack ``loss_reason`` or a dimension.
    """
    return reduce(losses_query, data, until, by, adds="opportunities")


def losses_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`losses`, not yet run."""
    need(data, "opportunities", "loss_reason")
    return (
        closed_deals(data, until, "lost")
        .group_by(
            **split(data, "opportunities", by),
            closed_week=week(_.closed_on),
            reason=_.loss_reason.fill_null(NONE),
        )
        .aggregate(n=_.count(), amount=_.amount.sum())
    )


def deals_at(data: Dataset, until: date) -> Any:
    """Return the deals opened before `until`, as they stood then."""
    deals = _deals(data)
    closed = deals.outcome.isin(["won", "lost"]) & known(deals.closed_on, until)
    return deals.mutate(
        outcome=ibis.ifelse(closed, deals.outcome, "open"),
        closed_on=ibis.ifelse(closed, deals.closed_on, ibis.null("timestamp")),
    ).filter(known(_.created_on, until))


def closed_deals(data: Dataset, until: date, *outcomes: str) -> Any:
    """Return the deals of `deals_at` that were ``won``, ``lost``, or both, found as they stand."""
    deals = _deals(data)
    closed = deals.outcome.isin(outcomes), known(deals.closed_on, until)
    return deals.filter(*closed, known(deals.created_on, until))


def _deals(data: Dataset) -> Any:
    deals = need(data, "opportunities", "created_on", "outcome")
    kinds = {"closed_on": "timestamp", "amount": "float64"}
    absent = {name: kind for name, kind in kinds.items() if name not in deals.columns}
    return deals.mutate(**{name: ibis.null(kind) for name, kind in absent.items()})


def aged_deals(data: Dataset, until: date) -> Any:
    """Return the deals with ``days``: their age when closed, or on the last day before `until`."""
    last = midnight(until - timedelta(days=1))
    end = ibis.ifelse(_.outcome == "open", last, _.closed_on)
    return deals_at(data, until).mutate(days=days(_.created_on, end))
