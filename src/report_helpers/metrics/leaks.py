"""Attributes no prediction may use: known only after the outcome, or no attribute at all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from report_helpers.facts.conditions import LATE
from report_helpers.metrics.intervals import wilson

FEWEST = 10  # filled leads below which nothing is said of an attribute
MOST_VALUES = 30  # of a text attribute
CERTAIN = 0.95  # share of quality among those filled from which an attribute tells the outcome
APART = 2.0  # times as often filled on leads of quality, beyond chance
SURE_VALUE, SURE_N = 0.98, 20  # a value all of whose leads became of quality, of so many leads


def refusals(profile: pd.DataFrame) -> pd.Series:
    """Return why each attribute is refused as a predictor; empty where it may be used.

    - *known only afterwards*: filled on leads that became of quality and (almost) nowhere else, or
      far more often on them than on others, so that its being filled is a mark of the outcome;
    - *an identifier*: a text of more than 30 values, or a number that differs on every lead;
    - *a date*, *always the same*, or *filled on fewer than ten leads*.

    Parameters
    ----------
    profile : the fact ``attribute_profile``, one row an attribute.

    Examples
    --------
    >>> profile = pd.DataFrame({
    ...     "attribute": ["customer_number", "job_level"], "kind": "text", "n": 900,
    ...     "quality": 140, "filled": [60, 850], "filled_quality": [60, 133], "distinct": [55, 5]})
    >>> refusals(profile).tolist()
    ['known only afterwards: filled on 60 leads, all of which became of quality', '']
    """
    return pd.Series([_refusal(row) for _, row in profile.iterrows()], index=profile.index)


def sure_value(values: pd.DataFrame) -> str:
    """Return why one value gives the outcome away; empty where none does.

    A value (such as a stage named ``customer``) on at least twenty leads, 98 % of them of quality,
    where fewer than 60 % of all leads are, is set once the outcome is known.

    Parameters
    ----------
    values : ``value``, ``quality`` and ``n``, counts.
    """
    counts = values.assign(hits=values["quality"] * values["n"])
    sums = counts.groupby("value")[["hits", "n"]].sum()
    base = counts["hits"].sum() / max(counts["n"].sum(), 1)
    sure = sums[(sums["n"] >= SURE_N) & (sums["hits"] >= SURE_VALUE * sums["n"])]
    if sure.empty or base >= 0.6:
        return ""
    first = sure.iloc[0]
    return (
        f"known only afterwards: {first['hits']:.0f} of the {first['n']:.0f} leads with the value "
        f"'{sure.index[0]}' became of quality"
    )


def _refusal(row: pd.Series) -> str:
    filled, hits = int(row["filled"]), int(row["filled_quality"])
    if row["attribute"] in LATE:
        return "known only after Sales has dealt with the lead"
    if row["kind"] == "date":
        return "a date: derive a number or a flag from it"
    if filled < FEWEST:
        return f"filled on {filled} leads, too few to tell"
    leak = _leak(row, filled, hits)
    if leak:
        return leak
    distinct = int(row["distinct"])
    if distinct < 2 and filled == row["n"]:
        return "the same on every lead"
    if row["kind"] == "text" and distinct > MOST_VALUES:
        return f"an identifier or free text: {distinct:,} values on {filled:,} leads"
    if row["kind"] == "number" and distinct == filled and filled > MOST_VALUES:
        return f"an identifier: every one of {filled:,} leads has its own number"
    return ""


def _leak(row: pd.Series, filled: int, hits: int) -> str:
    """Say why being filled is a mark of the outcome; empty where it is none."""
    n, quality = int(row["n"]), int(row["quality"])
    if filled == n or not 0 < quality < n:
        return ""
    before = "known only afterwards: "
    if hits >= CERTAIN * filled and quality < 0.9 * n:
        which = "all of which" if hits == filled else f"{hits:,} of which"
        return f"{before}filled on {filled:,} leads, {which} became of quality"
    low, high = wilson([hits, filled - hits], [quality, n - quality])
    if low[0] > APART * high[1]:
        shares = np.array([hits / quality, (filled - hits) / (n - quality)]) * 100
        return (
            f"{before}filled on {shares[0]:.0f}% of the leads of quality "
            f"but {shares[1]:.0f}% of the others"
        )
    return ""
