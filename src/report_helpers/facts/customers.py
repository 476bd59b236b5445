"""Facts about customers: what they subscribe to, who stayed, and what those pay now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis import _

from report_helpers.data.answer import answer
from report_helpers.data.dataset import Dataset
from report_helpers.facts.orders import attributes, orders, running
from report_helpers.facts.reduction import By, opened

Span = tuple[date, date]
MONEY = ["start", "kept", "contracted", "lost", "expanded", "end", "new_amount"]


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
    found: pd.DataFrame = dataset.keep(
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
        held[f"n{n}"] = _.count(where=runs).fill_null(0)
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
    wide = answer(query)
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
    found[MONEY] = found[MONEY].round(4)  # the digits beyond depend on the order of adding
    return found.sort_values(["start_on", "end_on", *by], ignore_index=True)
