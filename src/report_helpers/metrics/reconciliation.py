"""Do both teams' sections tell of the same leads, deals and money? Sums that must be equal."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics.funnel import lead_funnel
from report_helpers.metrics.scorecard import latest
from report_helpers.metrics.win_rate import win_rate
from report_helpers.periods import Period
from report_helpers.settings import Commitments

CENT = 0.005
GROUPS = ("segment", "source", "owner")

Count = Callable[[Dataset, Period, Commitments], float]


class Total(NamedTuple):
    """One sum as one place of the report has it."""

    told_by: str
    value: float


@dataclass(frozen=True)
class Agreement:
    """One sum that two places of a report both tell.

    Parameters
    ----------
    what : what is summed, in words.
    unit : how it is counted.
    one, other : the two sums.

    Examples
    --------
    >>> mqls = Total("Marketing's scorecard", 37.0), Total("Sales' follow-up", 36.0)
    >>> Agreement("quality leads", "count", *mqls).holds
    False
    """

    what: str
    unit: Literal["count", "money"]
    one: Total
    other: Total

    @property
    def holds(self) -> bool:
        """Whether both are equal, to the cent."""
        return math.isclose(self.one.value, self.other.value, rel_tol=1e-12, abs_tol=CENT)


class _Sum(NamedTuple):
    what: str
    unit: Literal["count", "money"]
    places: tuple[tuple[str, Count], tuple[str, Count]]


def agreements(data: Dataset, period: Period, promise: Commitments) -> list[Agreement]:
    """Return every sum of a period that two places of the report tell.

    Each side is counted by a query of its own, as its section counts it:

    - quality leads: Marketing's scorecard; Sales' follow-up, kept, missed and not yet due.
    - accepted leads: Sales' scorecard; Marketing's hand-over, summed over sources.
    - inquiries: Marketing's scorecard; the head of the lead funnel.
    - amount won: Sales' scorecard; the days the goals add up; the sums over segments, sources and
      owners.
    - deals closed: the whole the win rate rests on; the sums over the same groups.

    A sum that is missing in one place is not compared: missing is not zero.

    Parameters
    ----------
    data : the data set, limited to the report's segment if it has one.
    period : the period reported.
    promise : the company's settings ``[commitments]``.
    """
    found = []
    for what, unit, places in _SUMS:
        try:
            one, other = (Total(name, count(data, period, promise)) for name, count in places)
        except MissingData:  # no section shows what the data do not hold
            continue
        if not np.isnan([one.value, other.value]).any():
            found.append(Agreement(what, unit, one, other))
    return found


def _measured(
    data: Dataset, period: Period, _: Commitments, name: str, by: tuple[str, ...] = ()
) -> float:
    """Return a scorecard's count or sum, or that of all its groups."""
    values = latest(data, period, (name, ""), by)["value"]
    return float(values.sum(skipna=False))


def _followed_up(data: Dataset, period: Period, promise: Commitments) -> float:
    counted = facts.first_touches(data, period.end, promise)
    return _within(counted, "mql_week", "n", period)


def _funnel_head(data: Dataset, period: Period, _: Commitments) -> float:
    found = lead_funnel(data, period).set_index(["metric", "basis"])["value"]
    return float(found["funnel_leads", "inquiry"])


def _won_by_day(data: Dataset, period: Period, _: Commitments) -> float:
    return _within(facts.won_by_day(data, period.end), "closed_on", "amount", period)


def _closed(data: Dataset, period: Period, _: Commitments, by: tuple[str, ...] = ()) -> float:
    return float(win_rate(data, period, by)["n"].sum(skipna=False))


def _within(frame: pd.DataFrame, when: str, value: str, period: Period) -> float:
    days = frame[when]
    inside = (days >= pd.Timestamp(period.start)) & (days < pd.Timestamp(period.end))
    return float(frame.loc[inside, value].sum())


_WON = partial(_measured, name="won_amount")
_SUMS = (
    _Sum(
        "quality leads",
        "count",
        (
            ("Marketing's scorecard", partial(_measured, name="mqls")),
            ("Sales' follow-up", _followed_up),
        ),
    ),
    _Sum(
        "accepted leads",
        "count",
        (
            ("Sales' scorecard", partial(_measured, name="accepted")),
            (
                "Marketing's hand-over by source",
                partial(_measured, name="accepted", by=("source",)),
            ),
        ),
    ),
    _Sum(
        "inquiries",
        "count",
        (
            ("Marketing's scorecard", partial(_measured, name="inquiries")),
            ("the lead funnel", _funnel_head),
        ),
    ),
    _Sum("amount won", "money", (("Sales' scorecard", _WON), ("the goals", _won_by_day))),
    *(
        _Sum(
            "amount won",
            "money",
            (("Sales' scorecard", _WON), (f"all {group}s", partial(_WON, by=(group,)))),
        )
        for group in GROUPS
    ),
    *(
        _Sum(
            "deals closed",
            "count",
            (("the win rate of all", _closed), (f"all {group}s", partial(_closed, by=(group,)))),
        )
        for group in GROUPS
    ),
)
