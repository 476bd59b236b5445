"""Facts about customers: what they subscribe to, who stayed, and what those pay now.

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

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData, UnknownName
from report_helpers.facts.reduction import NONE, By, need, opened, optional, split
from report_helpers.facts.timing import midnight

ATTRIBUTES = ("segment", "industry", "size", "region")
Span = tuple[date, date]

_DEAL = ("account_id", "product", "closed_on")


def movements(data: object, spans: Iterable[Span], by: str | Iterable[str] = ()) -> pd.DataFrame:
    """Follow the customers at the start of each span to its end.

    A customer is an account with an order that runs. Its amount is the sum of the yearly amounts of
    all its running orders. An account with a running order without an amount, at the start or at
    the end, is left out of the sums of money: ``n_amount`` counts the others.

    Parameters
    ----------
    data : a `Dataset`, or anything :func:`report_helpers.data.load` takes.
    spans : pairs of days; orders that start or end on the later one, or after it, have not yet.
    by : attributes of the account: ``segment``, ``industry``, ``size``, ``region``.

    Returns
    -------
    pandas.DataFrame
        One row a span and group: ``start_on``, ``end_on``, the attributes, ``customers`` (at the
        start) = ``retained`` + ``churned``, ``new`` (accounts at the end that were none at the
        start); of the ``n_amount`` customers with amounts ``start`` = ``kept`` + ``contracted`` +
        ``lost``, ``expanded``, and ``end`` = ``kept`` + ``expanded``; ``new_amount``; and the sums
        of products over customers that a ratio's variance is made of (``ss``, ``kk``, ``sk``,
        ``ee``, ``se`` of start, kept and end).

    Raises
    ------
    MissingData
        If there are neither orders nor deals to take them from, or accounts lack an attribute.

    Examples
    --------
    >>> orders = pd.DataFrame({
    ...     "account_id": ["A", "B", "C"], "product": ["P"] * 3, "amount": [100.0, 50.0, 30.0],
    ...     "starts_on": pd.to_datetime(["2024-01-01", "2024-01-01", "2025-06-01"]),
    ...     "ends_on": pd.to_datetime([None, "2025-03-01", None])})
    >>> year = (date(2025, 1, 1), date(2026, 1, 1))
    >>> deals = pd.DataFrame({"opportunity_id": ["D1"], "outcome": ["open"],
    ...                       "created_on": pd.to_datetime(["2024-01-01"])})
    >>> found = movements({"orders": orders, "opportunities": deals}, [year])
    >>> found[["customers", "retained", "churned", "new", "start", "kept", "lost"]].values.tolist()
    [[2.0, 1.0, 1.0, 1.0, 150.0, 100.0, 50.0]]
    """
    dataset, dims, pairs = opened(data), attributes(by), tuple(spans)
    found: pd.DataFrame = dataset.remember(
        ("movements", pairs, dims),
        lambda: _long(movements_query(dataset, pairs, dims), pairs, dims),
    )
    return found.copy()


def movements_query(data: Dataset, spans: tuple[Span, ...], by: By) -> Any:
    """Return the query of :func:`movements`, not yet run: one column a measure and span."""
    days = sorted({day for span in spans for day in span})
    place = {day: n for n, day in enumerate(days)}
    held = {}
    for day, n in place.items():
        runs = running(day)
        held[f"n{n}"] = _.count(where=runs)
        held[f"known{n}"] = _.amount.count(where=runs)
        held[f"a{n}"] = _.amount.sum(where=runs).fill_null(0.0)
    accounts = orders(data, by).group_by("account_id", *by).aggregate(**held)
    measures = {
        f"{name}_{k}": expression
        for k, (start, end) in enumerate(spans)
        for name, expression in _measures(accounts, place[start], place[end]).items()
    }
    return accounts.aggregate(by=list(by), **measures)


def _measures(accounts: Any, i: int, j: int) -> dict[str, Any]:
    """Return what is summed over accounts between the i-th and the j-th day."""
    was, stays = accounts[f"n{i}"] > 0, accounts[f"n{j}"] > 0
    known = (accounts[f"n{i}"] == accounts[f"known{i}"]) & (
        accounts[f"n{j}"] == accounts[f"known{j}"]
    )
    sound = was & known
    start, end = accounts[f"a{i}"], accounts[f"a{j}"]
    kept = ibis.greatest(ibis.least(start, end), 0.0)
    products = {
        "start": start, "kept": kept, "end": end,
        "ss": start * start, "kk": kept * kept, "sk": start * kept,
        "ee": end * end, "se": start * end,
    }  # fmt: skip
    return {
        "customers": was.sum(),
        "retained": (was & stays).sum(),
        "new": (~was & stays).sum(),
        "n_amount": sound.sum(),
        **{name: value.sum(where=sound) for name, value in products.items()},
        "lost": start.sum(where=sound & ~stays),
        "new_amount": end.sum(where=~was & stays),
    }


def _long(query: Any, spans: tuple[Span, ...], by: By) -> pd.DataFrame:
    wide: pd.DataFrame = query.execute()
    rows = []
    for k, (start, end) in enumerate(spans):
        mine = [name for name in wide.columns if name.endswith(f"_{k}") and name not in by]
        names = {name: name.removesuffix(f"_{k}") for name in mine}
        part = wide[[*by, *mine]].rename(columns=names)
        part.insert(0, "start_on", pd.Timestamp(start))
        part.insert(1, "end_on", pd.Timestamp(end))
        rows.append(part)
    found = pd.concat(rows, ignore_index=True)
    measures = found.columns.difference(["start_on", "end_on", *by])
    found[measures] = found[measures].astype("float64").fillna(0.0)
    found["churned"] = found["customers"] - found["retained"]
    found["contracted"] = found["start"] - found["kept"] - found["lost"]
    found["expanded"] = found["end"] - found["kept"]
    return found.sort_values(["start_on", "end_on", *by], ignore_index=True)


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
    return dict(dataset.remember(("order_facts", until), lambda: _order_facts(dataset, until)))


def _order_facts(data: Dataset, until: date) -> dict[str, Any]:
    table = orders(data).filter(_.starts_on < midnight(until))
    row = table.aggregate(orders=_.count(), first=_.starts_on.min(), ended=_.ends_on.count())
    found = row.execute().iloc[0]
    unknown = 0
    if "accounts" in data.tables:
        unknown = int(table.anti_join(data.tables["accounts"], "account_id").count().execute())
    return {
        "orders": int(found["orders"]),
        "first": None if pd.isna(found["first"]) else found["first"].date(),
        "ended": int(found["ended"]),
        "unknown": unknown,
        "from_deals": from_deals(data),
    }


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
