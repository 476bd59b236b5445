"""Which attributes of a lead tell beforehand that it will be of quality, tested on later leads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.errors import MissingData
from report_helpers.facts.conditions import Condition
from report_helpers.metrics.chance import adjusted, chi2_test, fisher
from report_helpers.metrics.judged import mature
from report_helpers.metrics.lead_quality import lift_interval
from report_helpers.metrics.leaks import refusals, sure_value
from report_helpers.metrics.question import Question, Source, When

TRAIN = 0.7  # share of the mature leads, the earliest, on which attributes are chosen
FEWEST = 20  # leads of the earlier part a value needs to be tested
LEVEL = 0.05
COUNTS = ("hits", "n", "quality", "leads")


@dataclass(frozen=True)
class Halves:
    """How the mature leads are split in time.

    Parameters
    ----------
    cut : first day of the later part.
    last : last day on which a lead is old enough to be judged.
    train, test : leads in the earlier and the later part.
    """

    cut: pd.Timestamp
    last: pd.Timestamp
    train: int
    test: int


def predictors(data: Source, period: When = "all") -> pd.DataFrame:
    """Return how each value of each attribute bears on quality, and whether later leads confirm it.

    The mature leads are split in time: the first 70 % choose, the last 30 % confirm. On the first
    part every value is tested against all other leads (chi-squared, or Fisher's exact test where
    an expected count is below 5), p-values adjusted after Benjamini and Hochberg (1995). A value
    is *supported* when its adjusted p is below 0.05 and the later part shows the same direction
    with p below 0.05. Numbers are cut at the quartiles of the first part; of an attribute with two
    values one is tested, for the other says the same.

    Attributes known only after the outcome, and identifiers, are refused (`leaks`).

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads``.
    period : leads that arrived in it, or ``all``.

    Returns
    -------
    DataFrame
        One row a value, the strongest first: ``attribute``, ``value`` (words), ``condition``
        (`Condition`), ``rate``, ``n``, ``lift``, ``low``, ``high``, ``p`` (adjusted) on the first
        part, ``test_rate``, ``test_n``, ``test_lift``, ``test_low``, ``test_high``, ``test_p`` on
        the later one, ``supported``, ``reason`` (why not; for refused attributes why refused, all
        figures missing).

    Raises
    ------
    MissingData
        When there are no leads, nothing says what became of them, or none is old enough to be
        judged.
    """
    asked = Question.of(data, period)
    halves = split_in_time(asked)
    profile = facts.attribute_profile(asked.data, asked.until)
    why = dict(zip(profile["attribute"], refusals(profile), strict=True))
    tested = []
    for attribute in [name for name, reason in why.items() if not reason]:
        named, conditions = _named(_judged_values(asked, attribute, halves), attribute, halves)
        why[attribute] = sure_value(named)
        if not why[attribute]:
            tested.append(_counted(named, conditions, halves).assign(attribute=attribute))
    rows = _tested(pd.concat(tested, ignore_index=True)) if tested else pd.DataFrame()
    refused = [{"attribute": name, "reason": why[name]} for name in why if why[name]]
    columns = [*_COLUMNS]
    found = pd.concat([rows, pd.DataFrame(refused)], ignore_index=True).reindex(columns=columns)
    return found.assign(supported=found["supported"].eq(True), reason=found["reason"].fillna(""))


def split_in_time(asked: Question) -> Halves:
    """Return the day that parts the first 70 % of the mature leads from the rest.

    Raises
    ------
    MissingData
        When no lead is old enough to be judged.
    """
    rows = facts.lead_quality(asked.data, asked.until)
    rows = rows[asked.within(rows["created_day"])]
    grown, young, wait = mature(asked.data, asked.until, rows)
    if grown.empty:
        raise MissingData(
            f"none of {young} leads is old enough to be judged",
            remedy="look at a longer period, or wait until leads have become of quality",
        )
    days = grown.groupby("created_day")["n"].sum().cumsum()
    total = int(days.iloc[-1])
    later = days[days > TRAIN * total]
    cut = pd.Timestamp(later.index[0])
    train = int(days[days.index < cut].max()) if (days.index < cut).any() else 0
    last = pd.Timestamp(asked.until) - pd.Timedelta(days=wait)
    return Halves(cut, last, train, total - train)


def _judged_values(asked: Question, attribute: str, halves: Halves) -> pd.DataFrame:
    values = facts.attribute_values(asked.data, asked.until, attribute)
    kept = asked.within(values["created_day"]) & (values["created_day"] <= halves.last)
    return values[kept]


def _named(
    values: pd.DataFrame, attribute: str, halves: Halves
) -> tuple[pd.DataFrame, dict[str, Condition]]:
    """Return the leads with their value in words, and the condition each word stands for."""
    if pd.api.types.is_numeric_dtype(values["value"]) and values["value"].dtype != bool:
        return _bins(values, attribute, halves)
    names = values["value"].map(_word, na_action="ignore")
    levels = sorted(names.dropna().unique())
    conditions = {level: Condition(attribute, "=", level) for level in levels}
    return values.assign(value=names), conditions


def _counted(
    values: pd.DataFrame, conditions: dict[str, Condition], halves: Halves
) -> pd.DataFrame:
    """Count, for each value of one attribute, leads and those of quality in both parts."""
    n = values["n"].to_numpy(float)
    hits = n * values["quality"].to_numpy(float)
    place = pd.Index(list(conditions)).get_indexer(pd.Index(values["value"]))
    train = (values["created_day"] < halves.cut).to_numpy(bool)
    columns: dict[str, Any] = {"value": list(conditions), "condition": list(conditions.values())}
    for part, chosen in (("", train), ("test_", ~train)):
        known = chosen & (place >= 0)
        for name, counts in (("hits", hits), ("n", n)):
            columns[part + name] = np.bincount(place[known], counts[known], len(conditions))
        columns |= {f"{part}quality": hits[chosen].sum(), f"{part}leads": n[chosen].sum()}
    both = pd.DataFrame(columns)
    return _one_of_two(both[both["n"] >= FEWEST])


def _one_of_two(rows: pd.DataFrame) -> pd.DataFrame:
    if len(rows) != 2:
        return rows
    return rows.loc[[(rows["hits"] / rows["n"]).idxmax()]]


def _bins(
    values: pd.DataFrame, attribute: str, halves: Halves
) -> tuple[pd.DataFrame, dict[str, Condition]]:
    """Put each number into the quarter it falls into; a quarter's condition is its lower edge."""
    edges = _edges(values[(values["created_day"] < halves.cut) & values["value"].notna()])
    place = np.searchsorted(edges, values["value"].to_numpy(float), side="right")
    first, last = f"below {edges[0]:g}", f"{edges[-1]:g} or more"
    names = [first, *(f"{low:g} to below {high:g}" for low, high in pairwise(edges)), last]
    conditions = [Condition(attribute, "<", f"{edges[0]:g}")]
    conditions += [Condition(attribute, ">=", f"{edge:g}") for edge in edges]
    named = pd.Series([names[i] for i in place], index=values.index)
    known = named.where(values["value"].notna())
    return values.assign(value=known), dict(zip(names, conditions, strict=True))


def _edges(known: pd.DataFrame) -> list[float]:
    """Return the quartiles above the least number; where there are none, the next number."""
    sums = known.groupby("value")["n"].sum()
    reach = sums.cumsum() / max(sums.sum(), 1)
    numbers = [float(number) for number in reach.index]
    quartiles = {numbers[int((reach > q).argmax())] for q in (0.25, 0.5, 0.75) if numbers}
    above = sorted(edge for edge in quartiles if edge > numbers[0])
    return above or numbers[1:2] or [0.0]


def _word(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return str(value)


def _tested(rows: pd.DataFrame) -> pd.DataFrame:
    for part in ("", "test_"):
        hits, n, quality, leads = (rows[part + name].to_numpy(float) for name in COUNTS)
        with np.errstate(divide="ignore", invalid="ignore"):
            rows[f"{part}rate"] = hits / n
            rows[f"{part}lift"] = hits / n / (quality / leads)
        low, high = lift_interval(hits, n, quality, leads)
        rows[f"{part}low"], rows[f"{part}high"] = low, high
        rows[f"{part}p"] = [p_value(*four) for four in zip(hits, n, quality, leads, strict=True)]
    rows["p"] = adjusted(rows["p"])
    same = (rows["lift"] > 1) == (rows["test_lift"] > 1)
    rows["supported"] = (rows["p"] < LEVEL) & (rows["test_p"] < LEVEL) & same
    chance = rows["p"] >= LEVEL
    rows["reason"] = np.select(
        [rows["supported"], chance],
        ["", "no more than chance"],
        "later leads do not confirm it",
    )
    order = np.abs(np.log(rows["lift"].clip(lower=1e-9)))
    ranked = rows.assign(strength=order).sort_values(
        ["supported", "strength"], ascending=[False, False], kind="stable"
    )
    return ranked


def p_value(hits: float, n: float, quality: float, leads: float) -> float:
    """Return how likely so great a difference from all other leads is by chance; 1 without others.

    Chi-squared without correction; Fisher's exact test where an expected count is below 5.

    Examples
    --------
    >>> round(p_value(30, 100, 60, 400), 6), p_value(60, 400, 60, 400)
    (1e-06, 1.0)
    """
    table = np.array([[hits, n - hits], [quality - hits, leads - n - quality + hits]])
    sums = np.outer(table.sum(axis=1), table.sum(axis=0))
    if not (sums > 0).all():
        return 1.0
    if (sums / leads).min() < 5:
        return fisher(table)
    return chi2_test(table)


_PART = ("rate", "n", "lift", "low", "high", "p")
_COLUMNS = (
    *("attribute", "value", "condition"),
    *_PART,
    *(f"test_{name}" for name in _PART),
    *("supported", "reason"),
)
