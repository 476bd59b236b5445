"""Orders: what runs when, of which accounts, and where they have to be taken from won deals.

An order runs from the day it starts up to, and without, the day it ends; one without an end runs
still. So a renewal that starts on the day the old term ends leaves no gap and no overlap, and an
order that ends on the day it starts is a single purchase: it never runs. Where the data have no
table of orders, every won deal stands for an order of its account and product without an end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData, UnknownName
from report_helpers.facts.reduction import NONE, By, need, opened, optional, split
from report_helpers.facts.timing import midnight

ATTRIBUTES = ("segment", "industry", "size", "region")
_DEAL = ("account_id", "product", "closed_on")


def order_facts(data: object, until: date) -> dict[str, Any]:
    """Return what must be known of the orders before a figure is made of them.

    Returns
    -------
    dict
        ``orders`` started before `until`, the ``first`` day one started (None where there is none),
        how many ``ended`` at any time (0: nobody can be seen to leave), how many are of ``unknown``
        accounts (0 without a table of accounts), and whether they stand for won deals
        (``from_deals``).

    Raises
    ------
    MissingData
        If there are neither orders nor deals to take them from.
    """
    dataset = opened(data)
    key = ("order_facts", until)
    found = dataset.keep(key, lambda: answer(order_facts_query(dataset, until))).iloc[0]
    return {
        "orders": int(found["orders"]),
        "first": None if pd.isna(found["first"]) else found["first"].date(),
        "ended": int(found["ended"]),
        "unknown": int(found["unknown"]),
        "from_deals": from_deals(dataset),
    }


def order_facts_query(data: Dataset, until: date) -> Any:
    """Return the query of what :func:`order_facts` counts, not yet run: one row."""
    table = orders(data).filter(_.starts_on < midnight(until))
    unknown = ibis.literal(False)
    if "accounts" in data.tables:
        known = data.tables["accounts"].select(known_id="account_id").distinct()
        table = table.left_join(known, [("account_id", "known_id")])
        unknown = table.known_id.isnull()
    return table.aggregate(
        orders=_.count(),
        first=_.starts_on.min(),
        ended=_.ends_on.count(),
        unknown=_.count(where=unknown),
    )


def from_deals(data: Dataset) -> bool:
    """Return whether orders have to be taken from won deals, for want of a table of orders."""
    return "orders" not in data.tables


def orders(data: Dataset, by: By = ()) -> Any:
    """Return orders with the attributes `by` of their accounts; ``(none)`` for unknown accounts.

    Raises
    ------
    MissingData
        If there are neither orders nor won deals that name account, product and day.
    """
    table = _from_deals(data) if from_deals(data) else _from_orders(data)
    if not by:
        return table
    accounts = need(data, "accounts", "account_id").select(
        "account_id", **split(data, "accounts", by)
    )
    known = table.left_join(accounts, "account_id")
    return known.mutate(**{name: known[name].fill_null(NONE) for name in by}).drop(
        *[name for name in known.columns if name.endswith("_right")]
    )


def _from_orders(data: Dataset) -> Any:
    table = need(data, "orders", "account_id", "product", "starts_on")
    return table.select(
        "account_id",
        "product",
        "starts_on",
        ends_on=optional(table, "ends_on", "timestamp"),
        amount=optional(table, "amount", "float64").cast("float64"),
    )


def _from_deals(data: Dataset) -> Any:
    if not data.has("opportunities", *_DEAL):
        raise MissingData(
            "the data have no table 'orders', and no won deals that name account and product",
            remedy="add orders (each row is one product an account bought or subscribes to)",
        )
    deals = data.tables["opportunities"]
    won = deals.filter(
        (deals.outcome == "won") & deals.account_id.notnull() & deals.product.notnull()
    )
    return won.filter(won.closed_on.notnull()).select(
        "account_id",
        "product",
        starts_on=won.closed_on,
        ends_on=ibis.null("timestamp"),
        amount=optional(won, "amount", "float64").cast("float64"),
    )


def running(until: date) -> Any:
    """Return whether an order runs on the last day before `until`."""
    end = midnight(until)
    return (_.starts_on < end) & (_.ends_on.isnull() | (_.ends_on >= end))


def attributes(by: str | Iterable[str]) -> By:
    """Return the attributes of accounts named by `by`, each checked.

    Raises
    ------
    MissingData
        For a dimension that deals or leads have, but accounts do not.
    UnknownName
        For any other word.

    Examples
    --------
    >>> attributes("industry")
    ('industry',)
    """
    names = (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))
    for name in names:
        if name in ("source", "owner", "product"):
            raise MissingData(
                f"accounts have no '{name}'", remedy=f"split by one of {', '.join(ATTRIBUTES)}"
            )
        if name not in ATTRIBUTES:
            raise UnknownName("attribute of accounts", name, ATTRIBUTES)
    return names
