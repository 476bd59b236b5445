"""Retention: who of the customers of a year ago is still one, and what they pay now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from report_helpers.facts import customers as held
from report_helpers.facts.orders import order_facts
from report_helpers.metrics import figures
from report_helpers.metrics.chance import student
from report_helpers.metrics.once import once
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.tally import share
from report_helpers.periods import Period

YEAR, SPAN = "12 months", "period"  # the bases
ENOUGH = 0.8  # of the customers must carry an amount
UNITS = {
    "logo_retention": "share",
    "gross_revenue_retention": "share",
    "net_revenue_retention": "percent",
}
COUNTS = ("customers", "retained", "churned", "new")
SUMS = ("n_amount", "start", "kept", "expanded", "contracted", "lost", "end", "new_amount")


@once
def retention(data: Source, period: When = "all", by: str | Sequence[str] = ()) -> pd.DataFrame:
    """Return how many customers stayed, and how much of their revenue.

    The cohort is the customers at the start: accounts with an order that runs. Customers won since
    then do not count. With amounts a year, summed over the cohort:

    - ``logo_retention``: customers that still are ÷ customers at the start.
    - ``gross_revenue_retention``: Σ min(amount now, amount at the start) ÷ Σ amount at the start;
      growth of one customer does not make up for the loss of another, so it is at most 1.
    - ``net_revenue_retention``: Σ amount now ÷ Σ amount at the start; above 1 where growth of the
      customers who stayed outweighs what was lost.

    Parameters
    ----------
    data : a data set or a dict of tables with ``orders``.
    period : basis ``12 months`` covers the twelve months that end with it, basis ``period`` the
        period itself; ``all``: the twelve months to the data's last day.
    by : attributes of the account: ``segment``, ``industry``, ``size``, ``region``.

    Returns
    -------
    DataFrame
        Figures with further columns: the day the cohort was taken (``start_on``), ``customers`` =
        ``retained`` + ``churned``, ``new``; and in money a year ``start`` = ``kept`` +
        ``contracted`` + ``lost``, ``expanded``, ``end`` = ``kept`` + ``expanded``,
        ``new_amount``. ``n`` is the customers at the start (in money: those with amounts);
        intervals are Wilson's for customers, and for money those of a ratio of sums over customers
        (Cochran 1977, section 6.4, with Student's t). NA before the orders are a year old, and
        where no order has an end: then nobody can be seen to leave.

    Raises
    ------
    MissingData
        When there are neither orders nor won deals, or accounts lack an attribute.

    References
    ----------
    Gross and net revenue retention as software companies report them, on the cohort of a year ago:
    for example KeyBanc Capital Markets and Sapphire Ventures, Private SaaS Company Survey.

    Examples
    --------
    >>> orders = pd.DataFrame({
    ...     "account_id": list("ABCD"), "product": "P", "amount": [100.0, 100.0, 50.0, 150.0],
    ...     "starts_on": pd.to_datetime(["2024-01-01"] * 4),
    ...     "ends_on": pd.to_datetime([None, None, None, "2025-06-01"])})
    >>> grown = orders[:1].assign(starts_on=pd.Timestamp("2025-12-31"), amount=30.0)
    >>> deals = pd.DataFrame({"opportunity_id": ["D1"], "outcome": ["open"],
    ...                       "created_on": pd.to_datetime(["2025-12-31"])})
    >>> found = retention({"orders": pd.concat([orders, grown]), "opportunities": deals})
    >>> dict(zip(found["metric"], found["value"], strict=True))
    {'logo_retention': 0.75, 'gross_revenue_retention': 0.625, 'net_revenue_retention': 0.7}
    """
    asked = Question.of(data, period, by)
    spans = {YEAR: (year_before(asked.until), asked.until)}
    if isinstance(period, Period):
        spans[SPAN] = (period.start, period.end)
    found = held.movements(asked.data, spans.values(), asked.by)
    facts = order_facts(asked.data, asked.until)
    made = [
        _figures(found[_is(found, span)], asked.by, facts, basis=basis, period=asked.key)
        for basis, span in spans.items()
    ]
    return figures.join(made)


def logo_retention(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return which share of the customers at the start still are; see :func:`retention`."""
    return _only("logo_retention", data, period, by)


def gross_revenue_retention(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the revenue kept of the customers at the start, at most 1; see :func:`retention`."""
    return _only("gross_revenue_retention", data, period, by)


def net_revenue_retention(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return what the customers at the start pay now ÷ what they paid; see :func:`retention`."""
    return _only("net_revenue_retention", data, period, by)


def retention_history(data: Source, period: When = "all", months: int = 13) -> pd.DataFrame:
    """Return twelve-month retention at the end of each of the last `months` whole months.

    Returns
    -------
    DataFrame
        Figures as of :func:`retention`, oldest first, whose ``period`` is the month, such as
        ``2026-10``; NA in months for which the orders do not reach back a year.

    Raises
    ------
    MissingData
        When there are neither orders nor won deals.
    """
    asked = Question.of(data, period)
    last = pd.Timestamp(asked.until).to_period("M")
    ends = [(last - back).to_timestamp().date() for back in range(months - 1, -1, -1)]
    spans = [(year_before(end), end) for end in ends]
    found = held.movements(asked.data, spans, ())
    made = []
    for start, end in spans:
        facts = order_facts(asked.data, asked.until)
        label = str(pd.Timestamp(end - timedelta(days=1)).to_period("M"))
        part = found[_is(found, (start, end))]
        made.append(_figures(part, (), facts, basis=YEAR, period=label))
    return figures.join(made)


def year_before(day: date) -> date:
    """Return the same day a year earlier; 29 February becomes the 28th.

    Examples
    --------
    >>> year_before(date(2024, 2, 29)), year_before(date(2026, 11, 5))
    (datetime.date(2023, 2, 28), datetime.date(2025, 11, 5))
    """
    return (pd.Timestamp(day) - pd.DateOffset(years=1)).date()


def _only(name: str, data: Source, period: When, by: str | Sequence[str]) -> pd.DataFrame:
    found = retention(data, period, by)
    return found[found["metric"] == name].reset_index(drop=True)


def _is(found: pd.DataFrame, span: held.Span) -> pd.Series:
    start, end = (pd.Timestamp(day) for day in span)
    return (found["start_on"] == start) & (found["end_on"] == end)


def _figures(
    found: pd.DataFrame, by: tuple[str, ...], facts: dict[str, Any], **named: str
) -> pd.DataFrame:
    found = found.reset_index(drop=True)
    reasons = _missing(found, facts)
    values = {
        "logo_retention": share(found["retained"], found["customers"], ""),
        "gross_revenue_retention": ratio(found, "kept", "kk", "sk"),
        "net_revenue_retention": ratio(found, "end", "ee", "se"),
    }
    made = []
    for name, frame in values.items():
        why = reasons if name == "logo_retention" else reasons.where(reasons != "", frame["reason"])
        frame["reason"] = why
        if (why != "").any():
            frame.loc[why != "", ["value", "low", "high"]] = np.nan
        told = figures.make(frame.join(found[list(by)]), name, by=by, unit=UNITS[name], **named)
        made.append(told.join(found[["start_on", *COUNTS, *SUMS]]))
    return figures.join(made)


def _missing(found: pd.DataFrame, facts: dict[str, Any]) -> pd.Series:
    """Return why there is no figure, for each row; empty where there is one."""
    first, start = facts["first"], found["start_on"]
    told = np.where(found["customers"] > 0, "", "no customer at the start")
    if first is not None:
        told = np.where(start <= pd.Timestamp(first), f"orders begin on {first}", told)
        if not facts["ended"]:
            which = "orders are won deals without" if facts["from_deals"] else "no order has"
            told = np.full(len(found), f"{which} an end: nobody can be seen to leave")
    return pd.Series(told, index=found.index, dtype="str")


def ratio(found: pd.DataFrame, top: str, square: str, product: str) -> pd.DataFrame:
    """Return Σ top ÷ Σ start over customers, with its interval; NA where amounts are missing.

    Parameters
    ----------
    found : as `report_helpers.facts.customers.movements` returns it.
    top, square, product : the columns of the sum above, of its squares, and of its products with
        the start.
    """
    names = ("n_amount", "start", top, square, product, "ss", "customers")
    n, start, above, squares, products, of_start, customers = (
        found[name].to_numpy(float) for name in names
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(start > 0, above / start, np.nan)
        around = np.maximum(squares - 2 * value * products + value**2 * of_start, 0)
        error = np.sqrt(around * n / np.where(n > 1, n - 1, np.nan)) / start
    error[~(error > 1e-9 * value)] = np.nan  # all customers alike: nothing to judge the error by
    reach = error * student(np.maximum(n - 1, 1))
    lacking = (n < ENOUGH * customers) | ~(start > 0)
    most = 1.0 if top == "kept" else np.inf
    return pd.DataFrame(
        {
            "value": value,
            "n": n,
            "low": np.maximum(value - reach, 0),
            "high": np.minimum(value + reach, most),
            "reason": np.where(lacking, "orders carry no amount", ""),
        },
        index=found.index,
    )
