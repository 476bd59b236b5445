"""Facts about the market: who could be a customer, who is one, and how deals with them end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.dataset import Dataset
from report_helpers.facts.deals import closed_deals
from report_helpers.facts.orders import attributes, orders, running
from report_helpers.facts.reduction import By, kept, need, opened, split
from report_helpers.facts.timing import week


def account_states(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count accounts by whether we could sell to them and whether they are customers.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet; accounts have no date and are always there.
    by : attributes of the account: ``segment``, ``industry``, ``size``, ``region``.

    Returns
    -------
    pandas.DataFrame
        The attributes, then ``addressable`` (``yes``, ``no``, or ``unknown`` where nobody marked
        it; without such a column every account is addressable), ``customer`` (has an order that
        runs) and ``n`` accounts.

    Raises
    ------
    MissingData
        If there are no accounts, or neither orders nor deals to take them from.
    """
    return _remembered(account_states_query, data, until, by)


def account_states_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`account_states`, not yet run."""
    accounts = need(data, "accounts", "account_id")
    marked = ibis.literal("yes")
    if "addressable" in accounts.columns:
        marked = accounts.addressable.ifelse("yes", "no")
        marked = ibis.ifelse(accounts.addressable.isnull(), "unknown", marked)
    listed = accounts.select("account_id", addressable=marked, **split(data, "accounts", by))
    now = orders(data).filter(running(until)).select("account_id").distinct()
    customers = now.select(customer_id=_.account_id)
    joined = listed.left_join(customers, [("account_id", "customer_id")])
    states = joined.mutate(customer=_.customer_id.notnull())
    return states.group_by(*by, "addressable", "customer").aggregate(n=_.count())


def account_deals(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count closed deals by what the account is, the week they closed and how they ended.

    Parameters
    ----------
    data, until, by : as for :func:`account_states`.

    Returns
    -------
    pandas.DataFrame
        The attributes (with them, deals of unknown accounts are left out), ``closed_week``,
        ``outcome`` (``won`` or ``lost``), ``n`` deals, ``n_amount`` of them with an amount above 0,
        their ``amount`` and the sum of their ``squares``.

    Raises
    ------
    MissingData
        If deals name no account, or accounts lack an attribute.
    """
    return _remembered(account_deals_query, data, until, by)


def account_deals_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`account_deals`, not yet run."""
    deals = closed_deals(data, until, "won", "lost")
    deals = deals.mutate(closed_week=week(_.closed_on), paid=_.amount > 0)
    needed = ["closed_week", "outcome", "amount", "paid"]
    if by:
        need(data, "opportunities", "account_id")
        accounts = need(data, "accounts", "account_id")
        dims = {f"of_{name}": value for name, value in split(data, "accounts", by).items()}
        known = accounts.select(known_id=_.account_id, **dims)
        joined = deals.select("account_id", *needed).inner_join(known, [("account_id", "known_id")])
        deals = joined.mutate(**{name: joined[f"of_{name}"] for name in by})
    return deals.group_by(*by, "closed_week", "outcome").aggregate(
        n=_.count(),
        n_amount=_.paid.sum().fill_null(0),
        amount=_.amount.sum(where=_.paid).fill_null(0.0),
        squares=(_.amount * _.amount).sum(where=_.paid).fill_null(0.0),
    )


def _remembered(query: Any, data: object, until: date, by: str | Iterable[str]) -> pd.DataFrame:
    dataset, dims = opened(data), attributes(by)
    return kept(dataset, (query.__name__, until, dims), lambda: query(dataset, until, dims))
