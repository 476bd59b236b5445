"""What each team calls a quality lead, since when: definitions, versioned, in points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import BadValue, MissingData
from report_helpers.facts.conditions import Condition

TEAMS = ("marketing", "sales", "both")
SLACK = 1e-9  # points are sums of decimals


@dataclass(frozen=True)
class Definition:
    """What one team calls a quality lead from a day on.

    Parameters
    ----------
    team : ``marketing``, ``sales``, or ``both`` for the agreed definition.
    starts_on : first day it is in force, until the team's next one.
    conditions : what is asked of a lead.
    weights : points each condition gives.
    threshold : points a lead needs; None when it must meet every condition.
    version : 1 for the team's first definition, counting on.

    Examples
    --------
    >>> conditions = (Condition("demo_requested", "=", "yes"), Condition("pages_viewed", ">=", "5"))
    >>> either = Definition("marketing", date(2026, 1, 1), conditions, (1.0, 1.0), 1)
    >>> leads = pd.DataFrame({conditions[0].name: [True, False], conditions[1].name: [False] * 2})
    >>> either.passes(leads).tolist()
    [True, False]
    """

    team: str
    starts_on: date
    conditions: tuple[Condition, ...]
    weights: tuple[float, ...] = ()
    threshold: float | None = None
    version: int = 1

    @property
    def points(self) -> tuple[float, ...]:
        """Points each condition gives; 1 where none are said."""
        return self.weights or (1.0,) * len(self.conditions)

    def passes(self, leads: pd.DataFrame) -> pd.Series:
        """Return which leads the definition calls quality leads.

        Parameters
        ----------
        leads : holds one true-or-false column a condition, named as the condition is.
        """
        met = np.column_stack([leads[one.name].to_numpy(bool) for one in self.conditions])
        if self.threshold is None:
            passed = met.all(axis=1)
        else:
            passed = met.astype(float) @ np.array(self.points) >= self.threshold - SLACK
        return pd.Series(passed, index=leads.index)


def definitions(data: Dataset, until: date) -> list[Definition]:
    """Return every definition that had come into force before `until`, by team and day.

    All criteria of a team with the same ``starts_on`` make one definition.

    Raises
    ------
    MissingData
        When there are no criteria, or none were in force before `until`.
    BadValue
        When the criteria of one definition state different thresholds, or a threshold that no
        lead can reach.
    """
    try:
        frame = data.frame("criteria")
    except MissingData as error:
        raise MissingData(
            "there are no criteria of quality leads",
            remedy="add criteria.csv: each row one condition of a team's definition",
        ) from error
    frame = frame[frame["starts_on"] < pd.Timestamp(until)]
    frame = frame.reindex(columns=[*frame.columns, *({"value", "weight", "threshold"} - {*frame})])
    found: list[Definition] = []
    for _, rows in frame.groupby(["team", "starts_on"]):
        team, starts_on = str(rows["team"].iloc[0]), rows["starts_on"].iloc[0].date()
        version = 1 + sum(known.team == team for known in found)
        found.append(_definition((team, starts_on, version), rows))
    if not found:
        raise MissingData(
            f"no definition of a quality lead was in force before {until}",
            remedy="give the criteria an earlier starts_on",
        )
    return sorted(found, key=lambda one: (TEAMS.index(one.team), one.starts_on))


def in_force(known: Iterable[Definition], team: str, day: date) -> Definition | None:
    """Return a team's definition on a day; None before its first one."""
    begun = [one for one in known if one.team == team and one.starts_on <= day]
    return max(begun, key=lambda one: one.starts_on, default=None)


def verdicts(known: list[Definition], leads: pd.DataFrame, team: str) -> pd.Series:
    """Return 1 for leads a team's definition of their day passes, 0 for others, NaN before any.

    Parameters
    ----------
    known : definitions; a lead is judged by the one in force on the day it arrived.
    leads : ``created_day`` and one column a condition.
    team : whose definitions.
    """
    mine = sorted((one for one in known if one.team == team), key=lambda one: one.starts_on)
    verdict = pd.Series(np.nan, index=leads.index)
    for one in mine:
        since = leads["created_day"] >= pd.Timestamp(one.starts_on)
        verdict = verdict.where(~since, one.passes(leads).astype(float))
    return verdict


def conditions_of(known: Iterable[Definition]) -> tuple[Condition, ...]:
    """Return every condition of the definitions once, in order."""
    return tuple(sorted({condition for one in known for condition in one.conditions}))


def _definition(key: tuple[str, date, int], rows: pd.DataFrame) -> Definition:
    team, starts_on, version = key
    weights = tuple(rows["weight"].astype("float64").fillna(1.0))
    conditions = tuple(
        Condition(row["attribute"], row["operator"], _text(row["value"]))
        for row in rows.to_dict(orient="records")
    )
    where = f"criteria, {team} from {starts_on}"
    stated = sorted(set(rows["threshold"].dropna().astype("float64")))
    if len(stated) > 1:
        raise BadValue(
            f"one definition states the thresholds {stated[0]:g} and {stated[1]:g}",
            where=where,
            remedy="give all criteria of a team with the same starts_on the same threshold",
        )
    reachable = sum(weight for weight in weights if weight > 0)
    if stated and stated[0] > reachable + SLACK:
        raise BadValue(
            f"the threshold {stated[0]:g} is more than the {reachable:g} points there are",
            where=where,
            remedy="lower the threshold or raise the weights",
        )
    threshold = stated[0] if stated else None
    return Definition(team, starts_on, conditions, weights, threshold, version)


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]
