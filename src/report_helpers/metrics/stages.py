"""The stages of the buying process: their order, and which ones only say how a deal ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import pandas as pd

from report_helpers.facts.paths import LOST, WON

ALMOST_ALL = 0.9
ENDS = {WON: "won", LOST: "lost"}


@dataclass(frozen=True)
class Stages:
    """The stages deals go through.

    Parameters
    ----------
    order : the working stages, first to last.
    closing : stages that are entered only when a deal closes, with what they mean: ``won``,
        ``lost``, or empty where both end there.
    unknown : stages that occur, but not in the order the company has set.
    source : whether the order was set, or learnt from the deals.
    """

    order: tuple[str, ...]
    closing: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    source: Literal["set", "learnt"] = "learnt"

    @property
    def places(self) -> dict[str, int]:
        """Place of each working stage in the order."""
        return {name: place for place, name in enumerate(self.order)}


def arrange(edges: pd.DataFrame, variants: pd.DataFrame, order: Iterable[str] = ()) -> Stages:
    """Return the stages in order.

    Parameters
    ----------
    edges, variants : the facts ``path_edges`` and ``path_variants``.
    order : the order the company has set; empty to learn it from the deals.
    """
    closing = closing_stages(edges)
    found = sorted(set(edges["stage"]) - set(closing))
    if given := tuple(name for name in order if name not in closing):
        unknown = tuple(name for name in found if name not in given)
        return Stages(given, closing, unknown, "set")
    return Stages(learnt(variants, found, _ties(edges)), closing)


def closing_stages(edges: pd.DataFrame) -> dict[str, str]:
    """Return the stages that only say how a deal ended, such as ``Closed won``.

    Deals that were won or lost in such a stage entered it, nine in ten, on the day of closing or
    later; and in most stays nothing followed (else the deal was opened again).

    Examples
    --------
    >>> edges = pd.DataFrame({"stage": ["Offer", "Signed"], "next": ["Signed", "(won)"],
    ...                       "outcome": "won", "days": [9.0, 0.0], "n": [5, 5]})
    >>> closing_stages(edges)
    {'Signed': 'won'}
    """
    closed = edges[edges["outcome"].isin(["won", "lost"])]
    last = closed[closed["next"].isin(ENDS)]
    ended = last[last["days"] <= 0].groupby("stage")["n"].sum()
    n, lasts = (stays.groupby("stage")["n"].sum().reindex(ended.index) for stays in (closed, last))
    found = {}
    for stage in ended.index[(ended >= ALMOST_ALL * lasts) & (lasts > n / 2)]:
        ways = last[last["stage"] == stage].groupby("next")["n"].sum() / lasts[stage]
        found[str(stage)] = next((ENDS[str(w)] for w in ways.index[ways >= ALMOST_ALL]), "")
    return found


def learnt(
    variants: pd.DataFrame,
    stages: Iterable[str],
    ties: Mapping[tuple[str, str], float] | None = None,
) -> tuple[str, ...]:
    """Return stages in the order in which most deals first entered them.

    Of each two stages, the one that more deals entered first of the two comes before the other; a
    stage stands by how many others it comes before (Copeland's rule), ties by name.

    Parameters
    ----------
    variants : the fact ``path_variants``.
    stages : those to be arranged.
    ties : how often one stage was put before another only because both have the same time; such
        cases say nothing and are taken off.

    Examples
    --------
    >>> ways = pd.DataFrame({"path": [("Offer", "Sign"), ("Call", "Offer", "Call", "Sign")],
    ...                      "n": [1, 5]})
    >>> learnt(ways, ["Call", "Offer", "Sign"])
    ('Call', 'Offer', 'Sign')
    """
    names = sorted(stages)
    ahead = _margins(variants, names, ties or {})
    wins = dict.fromkeys(names, 0.0)
    for (one, other), margin in ahead.items():
        wins[one] += (margin > 0) + 0.5 * (margin == 0)
        wins[other] += (margin < 0) + 0.5 * (margin == 0)
    return tuple(sorted(names, key=lambda name: (-wins[name], name)))


def _margins(
    variants: pd.DataFrame, names: list[str], ties: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    """Return for each two names, in order, by how many deals the first came before the second."""
    ahead = dict.fromkeys(combinations(names, 2), 0.0)

    def count(early: str, late: str, n: float) -> None:
        pair, sign = ((early, late), n) if early < late else ((late, early), -n)
        if pair in ahead:
            ahead[pair] += sign

    for path, n in zip(variants["path"], variants["n"], strict=True):
        for early, late in combinations(dict.fromkeys(path), 2):
            count(early, late, n)
    for (early, late), n in ties.items():
        count(early, late, -n)
    return ahead


def _ties(edges: pd.DataFrame) -> dict[tuple[str, str], float]:
    same = (
        edges[edges["same_time"] > 0].groupby(["stage", "next"], as_index=False)["same_time"].sum()
    )
    return {(str(row.stage), str(row.next)): float(row.same_time) for row in same.itertuples()}
