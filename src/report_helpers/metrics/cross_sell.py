"""Cross-selling: how many customers have a second product, and which go together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.facts import holdings
from report_helpers.facts.orders import from_deals
from report_helpers.metrics import figures
from report_helpers.metrics.chance import adjusted, fisher
from report_helpers.metrics.once import once
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.tally import Z, share

DERIVED = "orders are taken from won deals"


def second_product_rate(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return which share of customers has two or more different products running.

    Parameters
    ----------
    data : a data set or a dict of tables with ``orders``; without them, won deals stand for orders.
    period : customers are those at its end; ``all``: on the data's last day.
    by : attributes of the account: ``segment``, ``industry``, ``size``, ``region``.

    Returns
    -------
    DataFrame
        Figures; ``n`` is the customers, the interval Wilson's. Provisional where orders had to be
        taken from won deals, which have no end.

    Raises
    ------
    MissingData
        When there are neither orders nor won deals, or accounts lack an attribute.

    Examples
    --------
    >>> deals = pd.DataFrame({
    ...     "opportunity_id": list("1234"), "account_id": list("AABC"), "outcome": "won",
    ...     "product": ["P", "Q", "P", "P"], "created_on": pd.to_datetime(["2026-01-05"] * 4),
    ...     "closed_on": pd.to_datetime(["2026-02-02"] * 4)})
    >>> second_product_rate(deals)[["value", "n", "reason"]].round(3).values.tolist()
    [[0.333, 3.0, 'orders are taken from won deals']]
    """
    asked = Question.of(data, period, by)
    found = holdings.product_counts(asked.data, asked.until, asked.by)
    several = found["n"].where(found["products"] > 1, 0)
    keys = [found[name] for name in asked.by]
    if keys:
        sums = pd.DataFrame({"hits": several, "n": found["n"]}).groupby(keys).sum().astype(float)
    else:
        sums = pd.DataFrame({"hits": [float(several.sum())], "n": [float(found["n"].sum())]})
    rates = share(sums["hits"], sums["n"], "no customer").reset_index()
    rates["reason"] = rates["reason"].where(rates["reason"] != "", _remark(asked.data))
    return figures.make(rates, "second_product_rate", by=asked.by, unit="share", period=asked.key)


@once
def pair_lift(data: Source, period: When = "all", by: str | Sequence[str] = ()) -> pd.DataFrame:
    """Return how much more often customers have two products together than by chance.

    ``lift = n(both) · n(customers) ÷ (n(one) · n(other))``: observed ÷ expected if having one said
    nothing about having the other. Above 1 they go together; below 1 one stands for the other.

    Parameters
    ----------
    data, period, by : as for :func:`second_product_rate`.

    Returns
    -------
    DataFrame
        Figures in the unit ``ratio``, the surest first; the pair is the last part of ``group``.
        Further columns: ``product``, ``other``, ``n_one``, ``n_other``, ``both``, ``expected``,
        ``p`` (Fisher's exact test, two-sided) and ``q`` (Benjamini-Hochberg over all pairs
        returned: of the pairs with q < 0.05 one in twenty is expected to be mere chance). ``n`` is
        the customers. The interval is made on the log scale, as Katz and others do for the ratio
        of two shares, with the variance that the lift of one sample has.

    Raises
    ------
    MissingData
        When there are neither orders nor won deals, or accounts lack an attribute.

    References
    ----------
    D. Katz and others (1978), Biometrics 34:469-474; Y. Benjamini, Y. Hochberg (1995), JRSS B
    57:289-300.
    """
    asked = Question.of(data, period, by)
    pairs = holdings.product_pairs(asked.data, asked.until, asked.by)
    counts = holdings.product_counts(asked.data, asked.until, asked.by)
    frame = _tested(_crossed(pairs, counts, asked.by))
    if frame.empty:
        why = {"reason": "fewer than two products are sold", "n": 0, "unit": "ratio"}
        return figures.one("pair_lift", np.nan, period=asked.key, **why).assign(
            **dict.fromkeys(("product", "other"), ""), q=np.nan
        )
    frame = frame.sort_values([*asked.by, "pair"]).sort_values(
        "low", ascending=False, kind="stable"
    )
    frame = frame.reset_index(drop=True)
    frame["reason"] = _remark(asked.data)
    fixed = {"unit": "ratio", "period": asked.key}
    made = figures.make(frame, "pair_lift", by=[*asked.by, "pair"], **fixed)
    extra = ["product", "other", "n_one", "n_other", "both", "expected", "p", "q"]
    return made.join(frame[extra])


def _crossed(pairs: pd.DataFrame, counts: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Return each two products of a group with the customers that have one, the other and both."""
    keys = list(by)
    own = pairs[pairs["product"] == pairs["other"]]
    one = own.drop(columns="other").rename(columns={"n": "n_one"})
    other = own.drop(columns="product").rename(columns={"n": "n_other"})
    crossed = one.merge(other, on=keys) if keys else one.merge(other, how="cross")
    crossed = crossed[crossed["product"] < crossed["other"]]
    both = pairs.rename(columns={"n": "both"})
    found = crossed.merge(both, on=[*keys, "product", "other"], how="left")
    total = counts.groupby(keys)["n"].sum().rename("n").reset_index() if keys else None
    found = found.merge(total, on=keys) if total is not None else found.assign(n=counts["n"].sum())
    return found.assign(
        both=found["both"].fillna(0), pair=found["product"] + " + " + found["other"]
    )


def _tested(found: pd.DataFrame) -> pd.DataFrame:
    """Add lift, interval, p and q to counts of pairs."""
    if found.empty:
        return found
    n, a, b, both = (found[c].astype(float) for c in ("n", "n_one", "n_other", "both"))
    lift = both * n / (a * b)
    seen = both.where((both > 0) & (a < n) & (b < n))  # what all have goes with all: nothing known
    error = np.sqrt((1 / seen - 1 / a - 1 / b + (2 * lift - 1) / n).clip(lower=0))
    p = [
        fisher(np.array([[k, i - k], [j - k, m - i - j + k]]))
        for m, i, j, k in zip(n, a, b, both, strict=True)
    ]
    return found.assign(
        value=lift,
        low=lift * np.exp(-Z * error),
        high=lift * np.exp(Z * error),
        expected=a * b / n,
        p=p,
        q=adjusted(p),
    )


def _remark(data: Dataset) -> str:
    return DERIVED if from_deals(data) else ""
