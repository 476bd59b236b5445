"""The money at stake in each thing a meeting can talk about: cases × rate × mean amount."""

from __future__ import annotations

import numpy as np

from report_helpers import facts
from report_helpers.errors import MissingData
from report_helpers.facts import holdings
from report_helpers.metrics.approach import accounts_to_approach
from report_helpers.metrics.market import white_space
from report_helpers.metrics.question import Question, Source, When


def stakes(data: Source, period: When = "all") -> dict[str, float]:
    """Return what is at stake in winning open deals, in the white space and in second products.

    - ``win_rate``: amount of the deals open at the period's end × win rate of all closed before it.
    - ``market``: what one deal with each account that is no customer would bring, in the segment to
      win first (`report_helpers.metrics.market.white_space`).
    - ``cross_sell``: accounts with one product of the pair that surely goes together most × the
      share of both among the customers with at least one × the mean yearly amount of the other.

    Each is the same kind of sum, so they can be compared; none is a forecast. What the data cannot
    carry is left out.

    Parameters
    ----------
    data : a data set or a dict of tables.
    period : what is open, a customer or owned at its end.
    """
    asked = Question.of(data, period)
    ways = {"win_rate": _open_deals, "market": _white_space, "cross_sell": _second_products}
    found = {}
    for name, estimate in ways.items():
        try:
            worth = estimate(asked, period)
        except MissingData:  # the table it needs is not there
            continue
        if np.isfinite(worth):
            found[name] = worth
    return found


def _open_deals(asked: Question, _: When) -> float:
    flow = facts.deal_flow(asked.data, asked.until)
    n = flow.groupby("outcome")["n"].sum().reindex(["won", "lost"], fill_value=0)
    rate = n["won"] / n.sum() if n.sum() else float("nan")
    return float(flow.loc[flow["outcome"] == "open", "amount"].sum(min_count=1) * rate)


def _white_space(asked: Question, period: When) -> float:
    return float(white_space(asked.data, period)["worth"].iloc[0])


def _second_products(asked: Question, period: When) -> float:
    found = accounts_to_approach(asked.data, period, limit=10**9)
    if found.empty:
        return float("nan")
    sold = holdings.product_amounts(asked.data, asked.until).set_index("product")
    mean = sold["amount"] / sold["n"].where(sold["n"] > 0)
    rate = found.attrs["both"] / found.attrs["n"]
    return float(found["offer"].map(mean).sum(min_count=1) * rate)
