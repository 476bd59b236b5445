"""Facts about what customers own: how many products, which together, who owns one of two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
from ibis import _

from report_helpers.data.dataset import Dataset
from report_helpers.facts.orders import ATTRIBUTES, attributes, orders, running
from report_helpers.facts.reduction import NONE, By, kept, need, opened
from report_helpers.facts.timing import midnight

Pair = tuple[str, str]


def product_counts(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count customers by the number of different products they have running.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    by : attributes of the account: ``segment``, ``industry``, ``size``, ``region``.

    Returns
    -------
    pandas.DataFrame
        The attributes, then ``products`` (1 or more) and ``n`` customers. The same product twice
        counts once.

    Raises
    ------
    MissingData
        If there are neither orders nor deals to take them from, or accounts lack an attribute.
    """
    return _remembered(product_counts_query, data, until, attributes(by))


def product_counts_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`product_counts`, not yet run."""
    held = holdings(data, until, by).group_by("account_id", *by).aggregate(products=_.count())
    return held.group_by(*by, "products").aggregate(n=_.count())


def product_pairs(data: object, until: date, by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Count customers by each two products they have running together.

    Parameters
    ----------
    data, until, by : as for :func:`product_counts`.

    Returns
    -------
    pandas.DataFrame
        The attributes, then ``product``, ``other`` (not earlier in the alphabet) and ``n``
        customers that have both; where the two are the same, all that have it. Pairs nobody has
        are not listed.

    Raises
    ------
    MissingData
        If there are neither orders nor deals to take them from, or accounts lack an attribute.
    """
    found = _remembered(product_pairs_query, data, until, attributes(by))
    return found[found["product"] <= found["other"]].reset_index(drop=True)


def product_pairs_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`product_pairs`, not yet run; each two stand in both orders.

    Which of two words comes first, a database may see in its own way.
    """
    held = holdings(data, until, by)
    second = holdings(data, until).select("account_id", other=_.product)
    both = held.inner_join(second, "account_id")
    return both.group_by(*by, "product", "other").aggregate(n=_.count())


def product_amounts(data: object, until: date) -> pd.DataFrame:
    """Sum what customers pay a year for each product they have running.

    Parameters
    ----------
    data, until : as for :func:`product_counts`.

    Returns
    -------
    pandas.DataFrame
        ``product``, ``n`` orders with an amount, and the sum of their ``amount``.

    Raises
    ------
    MissingData
        If there are neither orders nor deals to take them from.
    """
    return _remembered(product_amounts_query, data, until, ())


def product_amounts_query(data: Dataset, until: date, by: By) -> Any:
    """Return the query of :func:`product_amounts`, not yet run."""
    runs = orders(data, by).filter(running(until)).group_by(*by, "product")
    return runs.aggregate(n=_.amount.count(), amount=_.amount.sum())


def pair_profiles(data: object, until: date, pair: Pair) -> pd.DataFrame:
    """Count the customers that have one of two products, by what they are, and who has both.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    until : the day from which on nothing is known yet.
    pair : two products.

    Returns
    -------
    pandas.DataFrame
        The attributes that accounts have, of ``segment``, ``industry``, ``size`` and ``region``;
        then ``n`` customers with at least one of the two, and how many of them have ``both``.

    Raises
    ------
    MissingData
        If there is no table of accounts, or no orders.
    """
    return _remembered(pair_profiles_query, data, until, pair)


def pair_profiles_query(data: Dataset, until: date, pair: Pair) -> Any:
    """Return the query of :func:`pair_profiles`, not yet run."""
    by = _known(data)
    held = holdings(data, until, by).filter(_.product.isin(pair))
    owned = held.group_by("account_id", *by).aggregate(owned=_.count())
    return owned.aggregate(by=list(by), n=_.count(), both=(_.owned == 2).sum())


def pair_candidates(data: object, until: date, pair: Pair) -> pd.DataFrame:
    """List the accounts that have one of two products and never had the other.

    Parameters
    ----------
    data, until, pair : as for :func:`pair_profiles`.

    Returns
    -------
    pandas.DataFrame
        One row an account: ``account_id``, ``name`` (the identifier where nobody wrote one), the
        attributes, the product it ``has`` and the yearly ``amount`` of all that it has running.
        Accounts that are not addressable are left out.

    Raises
    ------
    MissingData
        If there is no table of accounts, or no orders.
    """
    return _remembered(pair_candidates_query, data, until, pair)


def pair_candidates_query(data: Dataset, until: date, pair: Pair) -> Any:
    """Return the query of :func:`pair_candidates`, not yet run."""
    accounts = need(data, "accounts", "account_id")
    bought = orders(data).filter(_.starts_on < midnight(until))
    ever = bought.filter(_.product.isin(pair)).group_by("account_id")
    once = ever.aggregate(kinds=_.product.nunique(), has=_.product.min()).filter(_.kinds == 1)
    now = bought.filter(running(until)).group_by("account_id")
    runs = now.aggregate(amount=_.amount.sum(), still=_.product.isin(pair).sum())
    found = accounts.inner_join(once, "account_id").inner_join(runs, "account_id")
    found = found.filter(_.still > 0)
    if "addressable" in accounts.columns:
        found = found.filter(_.addressable.fill_null(True))
    name = found.name.fill_null(found.account_id) if "name" in found.columns else _.account_id
    known = {key: _[key].fill_null(NONE) for key in _known(data)}
    return found.select("account_id", name=name, **known, has=_.has, amount=_.amount)


def holdings(data: Dataset, until: date, by: By = ()) -> Any:
    """Return which products each account has running, each once, with attributes of the account."""
    held = orders(data, by).filter(running(until))
    return held.select("account_id", *by, "product").distinct()


def _known(data: Dataset) -> By:
    accounts = need(data, "accounts", "account_id")
    return tuple(name for name in ATTRIBUTES if name in accounts.columns)


def _remembered(query: Any, data: object, until: date, what: tuple[str, ...]) -> pd.DataFrame:
    dataset = opened(data)
    return kept(dataset, (query.__name__, until, what), lambda: query(dataset, until, what))
