"""A definition both teams could agree on: searched for on earlier leads, judged on later ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.facts.conditions import Condition
from report_helpers.metrics.definitions import (
    TEAMS,
    Definition,
    conditions_of,
    definitions,
)
from report_helpers.metrics.intervals import wilson
from report_helpers.metrics.judged import EVER, latest
from report_helpers.metrics.predictors import Halves, predictors, split_in_time
from report_helpers.metrics.question import Question, Source, When

MOST_CONDITIONS = 3
POOL = 10  # conditions combined; the strongest supported ones


@dataclass(frozen=True)
class Proposal:
    """What the search found.

    Parameters
    ----------
    definition : the best definition of at most three conditions; None where nothing is supported.
    scores : one row a definition, the proposal's last: ``team`` (``proposed`` for it),
        ``precision`` and ``recall`` with ``_low`` and ``_high`` (Wilson), ``passed``, ``hits``,
        ``quality``, ``leads``, all counted on the later leads only.
    better : whether it is at least as precise and as complete as both teams' definitions on the
        later leads, and beyond the interval better than each of them in one of the two.
    verdict : the same in a sentence.
    halves : how the leads were split.
    """

    definition: Definition | None
    scores: pd.DataFrame
    better: bool
    verdict: str
    halves: Halves


def joint_definition(data: Source, period: When = "all") -> Proposal:
    """Return a definition that serves both teams better, or say that none was found.

    Conditions come from the attributes the leads support (`predictors`), at most three of them in
    one definition, which asks for all of them or for a number of points. On the earlier 70 % of
    the mature leads every such definition is compared with the teams' present ones; the one of
    the greatest F1 (harmonic mean of precision and recall) is kept, among those that are at least
    as good as both teams' in precision and in recall if there are any. It alone is then counted
    on the later 30 %. These confirmed the attributes one by one before, so they are a little kind
    to it; which of the many definitions it is they had no say in.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads`` and ``criteria``.
    period : leads that arrived in it, or ``all``.

    Raises
    ------
    MissingData
        When there are no leads or criteria, nothing says what became of the leads, or none is old
        enough to be judged.
    """
    asked = Question.of(data, period)
    halves = split_in_time(asked)
    present = latest(definitions(asked.data, asked.until))
    found = predictors(asked.data, period)
    pool = conditions_from(found)
    wanted = tuple(sorted({*pool, *conditions_of(present)}))
    leads = facts.lead_quality(asked.data, asked.until, wanted)
    leads = leads[asked.within(leads["created_day"]) & (leads["created_day"] <= halves.last)]
    train = leads["created_day"] < halves.cut
    best = _best(leads[train], pool, [one for one in present if one.team != "both"])
    shown = [*present, *([best] if best else [])]
    scores = pd.DataFrame([_score(leads[~train], one) for one in shown])
    better, verdict = _verdict(scores, best)
    return Proposal(best, scores, better, verdict, halves)


def conditions_from(found: pd.DataFrame) -> tuple[Condition, ...]:
    """Return the conditions that supported attributes offer, the strongest first.

    Values that speak for quality give ``=``, and where an attribute has several, ``in`` all of
    them; values that speak against it give ``!=``. A number gives its supported lower edges.

    Parameters
    ----------
    found : as `predictors` returns it.
    """
    offered: dict[Condition, None] = {}
    supported = found[found["supported"]]
    for attribute in supported["attribute"].drop_duplicates():
        rows = supported[supported["attribute"] == attribute]
        ups, downs = rows[rows["lift"] > 1], rows[rows["lift"] < 1]
        offered |= dict.fromkeys(ups["condition"])
        equal = [one.value for one in ups["condition"] if one.operator == "="]
        if len(equal) > 1:
            offered[Condition(attribute, "in", "|".join(equal))] = None
        against = {"=": "!=", "<": ">="}
        offered |= dict.fromkeys(
            Condition(attribute, against[one.operator], one.value)
            for one in downs["condition"]
            if one.operator in against
        )
    return tuple(offered)[:POOL]


def _candidates(pool: tuple[Condition, ...]) -> Iterator[Definition]:
    """Yield every definition of at most three conditions on different attributes."""
    for size in range(1, MOST_CONDITIONS + 1):
        for chosen in combinations(pool, size):
            if len({one.attribute for one in chosen}) < size:
                continue
            for weights, threshold in _SCORES[size]:
                for order in {tuple(np.roll(weights, turn)) for turn in range(size)}:
                    points = tuple(float(point) for point in order)
                    yield Definition("proposed", EVER, chosen, points, threshold)


# weights and the points needed: all of them, any one, two of three, one that counts double
_SCORES: dict[int, tuple[tuple[tuple[int, ...], float | None], ...]] = {
    1: (((1,), None),),
    2: (((1, 1), None), ((1, 1), 1.0)),
    3: (((1, 1, 1), None), ((1, 1, 1), 1.0), ((1, 1, 1), 2.0), ((2, 1, 1), 2.0), ((2, 1, 1), 3.0)),
}


def _best(
    leads: pd.DataFrame, pool: tuple[Condition, ...], teams: list[Definition]
) -> Definition | None:
    """Return the definition of the greatest F1, before all others one that beats both teams."""
    keys = [*(one.name for one in pool), "quality"]
    compact = leads.groupby(keys)[["n"]].sum().reset_index()
    marks = [_score(leads, one) for one in teams]
    precision = max((mark["precision"] for mark in marks), default=0.0)
    recall = max((mark["recall"] for mark in marks), default=0.0)
    best, reached = None, (False, 0.0)
    for one in _candidates(pool):
        score = _score(compact, one)
        if not score["hits"]:
            continue
        f1 = 2 * score["hits"] / (score["passed"] + score["quality"])
        beats = bool(score["precision"] >= precision and score["recall"] >= recall)
        if (beats, f1) > reached:
            best, reached = one, (beats, f1)
    return best


def _score(leads: pd.DataFrame, one: Definition) -> dict[str, float]:
    passed = one.passes(leads).to_numpy(bool)
    n, quality = leads["n"].to_numpy(float), leads["quality"].to_numpy(bool)
    counts = {
        "passed": n[passed].sum(),
        "hits": n[passed & quality].sum(),
        "quality": n[quality].sum(),
        "leads": n.sum(),
    }
    score: dict[str, float] = {"team": one.team, **counts}  # type: ignore[dict-item]
    for name, below in (("precision", "passed"), ("recall", "quality")):
        low, high = wilson(counts["hits"], counts[below])
        value = counts["hits"] / counts[below] if counts[below] else np.nan
        score |= {name: value, f"{name}_low": float(low), f"{name}_high": float(high)}
    return score


def _verdict(scores: pd.DataFrame, best: Definition | None) -> tuple[bool, str]:
    """Say whether the proposal serves both teams better, on the later leads."""
    if best is None:
        return False, "No attribute is supported by the data, so there is nothing to propose."
    mine = scores[scores["team"] == "proposed"].iloc[0]
    teams = scores[scores["team"].isin(TEAMS[:2])]
    if teams.empty:
        return False, "No team has a definition of its own to compare with."
    if not mine["passed"] or not mine["quality"]:
        return False, "The later leads are too few to judge a definition by."
    worse, equal = [], []
    for _, theirs in teams.iterrows():
        for name in ("precision", "recall"):
            if mine[name] < theirs[name]:
                worse.append(f"{theirs['team'].capitalize()}'s {name}")
        if not any(mine[name] > theirs[f"{name}_high"] for name in ("precision", "recall")):
            equal.append(theirs["team"].capitalize())
    if worse:
        text = f"On later leads the best found falls short of {' and of '.join(worse)}"
        return False, f"No definition serves both teams better. {text}."
    if equal:
        text = f"it is ahead of {' and '.join(equal)} by no more than chance allows"
        return False, f"The best found is at least as good for both, but {text}."
    text = "On later leads it is at least as precise and as complete as either team's own"
    return True, f"{text}{_agreed(scores)}."


def _agreed(scores: pd.DataFrame) -> str:
    """Say how the proposal stands to the agreed definition; empty where there is none."""
    agreed = scores[scores["team"] == "both"]
    if agreed.empty:
        return ""
    mine, theirs = scores.iloc[-1], agreed.iloc[0]
    names = ("precision", "recall")
    if all(mine[name] >= theirs[name] for name in names):
        return ", and than the agreed one"
    if all(mine[name] <= theirs[name] for name in names):
        return ", but not as the agreed one: keep that"
    gains = next(name for name in names if mine[name] > theirs[name])
    return f"; against the agreed one it trades {names[gains == 'precision']} for {gains}"
