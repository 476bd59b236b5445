"""Whom to offer the second product: accounts with one of a pair, most like those with both."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import UnknownName
from report_helpers.facts import holdings
from report_helpers.facts.orders import ATTRIBUTES
from report_helpers.metrics.cross_sell import pair_lift
from report_helpers.metrics.question import Question, Source, When

Pair = holdings.Pair
PRIOR = 10  # customers at the overall rate that each value's own rate is smoothed with
SIGNIFICANT = 0.05  # share of false discoveries accepted among the pairs called more than chance


def best_pair(data: Source, period: When = "all") -> pd.Series | None:
    """Return the pair that surely goes together most: the highest lower bound with q < 0.05.

    None where no pair goes together more often than by chance.
    """
    lifts = pair_lift(data, period)
    sure = lifts[(lifts["q"] < SIGNIFICANT) & (lifts["value"] > 1)]
    return None if sure.empty else sure.iloc[0]


def accounts_to_approach(
    data: Source, period: When = "all", pair: Pair | None = None, limit: int = 15
) -> pd.DataFrame:
    """Return the accounts with one product of a pair that are most like those that have both.

    For each value of segment, industry, size and region, its ``raise`` is the share of both among
    customers with at least one of the two, ÷ that share over all of them; the value's own share is
    smoothed with :data:`PRIOR` customers at the overall one. An account scores the sum of what its
    values raise above 1 ÷ the sum of the most any value of each attribute raises: 1 matches the
    customers that have both in all that tells them apart, 0 in nothing. The score ranks; it is no
    probability.

    Parameters
    ----------
    data : a data set or a dict of tables with ``accounts``.
    period : what accounts have at its end; ``all``: on the data's last day.
    pair : two products; None for the pair that surely goes together most.
    limit : how many accounts.

    Returns
    -------
    DataFrame
        One row an account, best first (equal scores by amount): ``account_id``, ``name``, its
        attributes, ``has``, ``offer``, ``amount`` (a year, of all it has), ``score`` (0-1) and
        ``reasons``: tuples of attribute, value and raise. An account that has both, ever had the
        other, or is not addressable is never in it. ``attrs``: ``pair``, ``candidates`` (how many
        there were), ``both`` and ``n`` (customers with both, with at least one). Empty where no
        pair goes together more often than by chance.

    Raises
    ------
    MissingData
        When there are no accounts, or neither orders nor won deals.
    UnknownName
        When nobody has one of the products given.
    """
    asked = Question.of(data, period)
    best = best_pair(asked.data, period) if pair is None else None
    if pair is None and best is None:
        return pd.DataFrame(columns=["account_id", "name", "has", "offer", "score", "reasons"])
    chosen: Pair = (best["product"], best["other"]) if best is not None else _ordered(pair)
    _check(asked.data, asked.until, chosen)
    profiles = holdings.pair_profiles(asked.data, asked.until, chosen)
    found = holdings.pair_candidates(asked.data, asked.until, chosen)
    scored = _scored(found, attribute_raises(profiles))
    scored["offer"] = np.where(scored["has"] == chosen[0], chosen[1], chosen[0])
    order = scored.sort_values(["score", "amount", "account_id"], ascending=[False, False, True])
    top = order.head(limit).reset_index(drop=True)
    top.attrs["pair"], top.attrs["candidates"] = chosen, len(found)
    top.attrs["both"], top.attrs["n"] = int(profiles["both"].sum()), int(profiles["n"].sum())
    return top


def attribute_raises(profiles: pd.DataFrame) -> pd.DataFrame:
    """Return by how much each value of each attribute raises the share of customers with both.

    Parameters
    ----------
    profiles : as `report_helpers.facts.holdings.pair_profiles` returns them.

    Returns
    -------
    DataFrame
        ``attribute``, ``value``, ``n``, ``both`` and ``raises`` (1: as often as all).

    Examples
    --------
    >>> seen = pd.DataFrame({"segment": ["A", "B"], "n": [30, 70], "both": [15, 15]})
    >>> attribute_raises(seen)["raises"].round(3).tolist()
    [1.5, 0.75]
    """
    overall = profiles["both"].sum() / max(profiles["n"].sum(), 1)
    made = []
    for name in (name for name in ATTRIBUTES if name in profiles.columns):
        sums = profiles.groupby(name)[["n", "both"]].sum()
        rate = (sums["both"] + PRIOR * overall) / (sums["n"] + PRIOR)
        sums["raises"] = rate / overall if overall > 0 else 1.0
        made.append(sums.rename_axis("value").reset_index().assign(attribute=name))
    columns = ["attribute", "value", "n", "both", "raises"]
    return pd.concat(made, ignore_index=True)[columns] if made else pd.DataFrame(columns=columns)


def _scored(found: pd.DataFrame, raises: pd.DataFrame) -> pd.DataFrame:
    above = (raises["raises"].astype(float) - 1).clip(lower=0)
    most = above.groupby(raises["attribute"]).max().sum()
    known = raises.set_index(["attribute", "value"])["raises"].to_dict()
    names = [name for name in ATTRIBUTES if name in found.columns]
    reasons = [
        sorted(
            ((name, row[name], known.get((name, row[name]), 1.0)) for name in names),
            key=lambda told: -told[2],
        )
        for row in found.to_dict(orient="records")
    ]
    kept = [tuple(told for told in mine if told[2] > 1) for mine in reasons]
    score = [sum(told[2] - 1 for told in mine) / most if most > 0 else 0.0 for mine in kept]
    return found.assign(
        score=np.array(score, dtype=float),
        reasons=pd.Series(kept, index=found.index, dtype="object"),
    )


def _ordered(pair: Pair | None) -> Pair:
    first, second = sorted(pair or ("", ""))
    return first, second


def _check(data: Dataset, until: date, pair: Pair) -> None:
    known = holdings.product_pairs(data, until)["product"].unique()
    for name in pair:
        if name not in known:
            raise UnknownName("product", name, known)
