"""Who answers for what: each metric's owner, its target, and whether it is met."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics.question import Question, Source
from report_helpers.metrics.scorecard import Line, scorecard
from report_helpers.periods import Period

HEAD = "head"  # in a person's role


def roles(data: Source, period: Period, lines: Sequence[Line] | None = None) -> pd.DataFrame:
    """Return each metric with a target: whose it is, what was agreed, and how it stands.

    Parameters
    ----------
    data : a data set or a dict of tables with ``targets``, better with ``people``.
    period : the period judged.
    lines : the scorecard of the period, when it is made already.

    Returns
    -------
    DataFrame
        One row a metric with a target, in the order of the scorecard: ``team``, ``metric``,
        ``basis``, ``owner`` (the target's, else the people of the team whose role says Head; empty
        where nobody is named), ``target``, ``value``, ``n``, ``low``, ``high``, ``unit``,
        ``reason`` and ``status``: ``met`` or ``missed`` where the whole interval lies on one side
        of the target, ``not distinguishable`` where it does not; a figure without an interval is
        compared as it is. ``not known`` without a figure.

    Raises
    ------
    MissingData
        When there are no targets.
    """
    asked = Question.of(data, period)
    if not asked.data.has("targets", "metric", "target"):
        raise MissingData("the data have no table 'targets'", remedy="add one, a row a target")
    segment = asked.data.scope.get("segment", "")
    if lines is None:
        lines, _missing = scorecard(asked.data, period, segment)
    owners = _owners(asked.data, period.last_day, segment)
    heads = _heads(asked.data, period.last_day)
    rows = [
        {
            "team": line.metric.team,
            "metric": line.metric.name,
            "basis": line.basis,
            "owner": owners.get(line.metric.name) or heads.get(line.metric.team, ""),
            "target": line.target,
            **{name: getattr(line, name) for name in ("value", "n", "low", "high", "reason")},
            "unit": line.metric.unit,
            "status": status(line),
        }
        for line in lines
        if line.target is not None
    ]
    return pd.DataFrame(rows)


def status(line: Line) -> str:
    """Say whether a target is met, by the rule of `roles`."""
    if line.target is None or np.isnan(line.value):
        return "not known"
    up = line.metric.better == "up"
    if np.isnan(line.low) or np.isnan(line.high):
        return "met" if line.met else "missed"
    if line.low < line.target < line.high:
        return "not distinguishable"
    worst = line.low >= line.target if up else line.high <= line.target
    return "met" if worst else "missed"


def _owners(data: Dataset, day: date, segment: str) -> dict[str, str]:
    """Return who is named beside the target in force, by metric."""
    agreed = data.frame("targets").sort_values("starts_on", kind="stable")
    if "owner" not in agreed:
        return {}
    scope = agreed["segment"].fillna("") if "segment" in agreed else ""
    mine = agreed[(scope == segment) & _in_office(agreed, day) & agreed["owner"].notna()]
    return dict(zip(mine["metric"], mine["owner"], strict=True))


def _heads(data: Dataset, day: date) -> dict[str, str]:
    """Return the head of each team on a day."""
    if not data.has("people", "person", "team", "role"):
        return {}
    people = data.frame("people")
    leads = people["role"].fillna("").str.contains(HEAD, case=False)
    there = people[leads & _in_office(people, day)]
    return {str(team): str(part["person"].iloc[0]) for team, part in there.groupby("team")}


def _in_office(rows: pd.DataFrame, day: date) -> pd.Series:
    """Return which rows have begun, where they say so, and not ended on a day."""
    last = pd.Timestamp(day)
    blank = pd.Series(pd.NaT, index=rows.index)
    starts, ends = rows.get("starts_on", blank), rows.get("ends_on", blank)
    return ~(starts > last) & ~(ends < last)
