"""Leads old enough to be judged, each with the verdict of every team's definition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData, UnknownName
from report_helpers.metrics.definitions import (
    TEAMS,
    Definition,
    conditions_of,
    definitions,
    verdicts,
)
from report_helpers.metrics.question import Question, Source, When

MOST = 0.9  # a lead is mature at the age within which nine in ten of those of quality were
JUDGED = ("then", "now")
EVER = date(1900, 1, 1)


@dataclass(frozen=True)
class Judged:
    """The mature leads of a period with the teams' verdicts.

    Parameters
    ----------
    leads : counts: dimensions, ``created_day``, ``quality``, ``handed_over``, ``n``, and for each
        team with a definition a column of its name: 1 passed, 0 not, NaN before its first one.
    teams : teams that have a definition.
    young : leads of the period too young to be judged.
    wait : days within which nine in ten leads of quality became so; NaN where none did.
    """

    leads: pd.DataFrame
    teams: tuple[str, ...]
    young: int
    wait: float

    @property
    def why_empty(self) -> str:
        """Why nothing can be said: no lead, or all of them too young."""
        if self.wait != self.wait:
            return "no lead is known to have become of quality yet"
        if self.young:
            return f"all leads are younger than the {self.wait:.0f} days it takes to judge one"
        return "no lead in the period"


def judged(
    data: Source, period: When = "all", by: str | tuple[str, ...] = (), judged: str = "then"
) -> Judged:
    """Return the mature leads of a period with the verdict of each team's definition.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads`` and ``criteria``.
    period : the leads that arrived in it; what became of them counts up to its end.
    by : dimensions of the lead.
    judged : ``then`` by the definition in force on the day a lead arrived; ``now`` by the one in
        force at the period's end, so that definitions are compared on the same leads.

    Raises
    ------
    MissingData
        When there are no leads or no criteria, or nothing says what became of the leads.
    UnknownName
        When a definition asks for an attribute the leads do not have.
    """
    if judged not in JUDGED:
        raise UnknownName("way of judging", judged, JUDGED)
    asked = Question.of(data, period, by)
    key = ("judged", period, asked.by, judged)
    return asked.data.remember(key, lambda: _judged(asked, judged))


def _judged(asked: Question, judged: str) -> Judged:
    known = definitions(asked.data, asked.until)
    if judged == "now":
        known = latest(known)
    rows = facts.lead_quality(asked.data, asked.until, conditions_of(known), asked.by)
    rows = rows[asked.within(rows["created_day"])]
    grown, young, wait = mature(asked.data, asked.until, rows)
    teams = tuple(team for team in TEAMS if any(one.team == team for one in known))
    for team in teams:
        grown[team] = verdicts(known, grown, team)
    kept = [*asked.by, "created_day", "quality", "handed_over", "n", *teams]
    return Judged(grown[kept].reset_index(drop=True), teams, young, wait)


def mature(data: Dataset, until: date, rows: pd.DataFrame) -> tuple[pd.DataFrame, int, float]:
    """Return the rows of mature leads, how many leads were too young, and the days it takes.

    A lead is mature when it arrived at least as many days before `until` as the days within which
    nine in ten of all leads of quality became so.
    """
    wait = wait_days(facts.quality_days(data, until))
    if wait != wait:
        return rows.iloc[:0].copy(), int(rows["n"].sum()), wait
    last = pd.Timestamp(until - timedelta(days=int(wait)))
    old = rows["created_day"] <= last
    return rows[old].copy(), int(rows.loc[~old, "n"].sum()), wait


def wait_days(waited: pd.DataFrame, share: float = MOST) -> float:
    """Return the least number of days within which a share of the leads became of quality.

    Examples
    --------
    >>> wait_days(pd.DataFrame({"days": [1, 5, 30], "n": [6, 3, 1]}))
    5.0
    """
    known = waited[waited["days"] >= 0].sort_values("days")
    if known.empty:
        return np.nan
    reach = known["n"].cumsum() >= share * known["n"].sum() - 1e-9
    return float(known["days"].iloc[int(reach.argmax())])


def latest(known: Iterable[Definition]) -> list[Definition]:
    """Return each team's last definition as if it had always been in force."""
    last = {one.team: one for one in sorted(known, key=lambda one: one.starts_on)}
    return [
        Definition(one.team, EVER, one.conditions, one.weights, one.threshold, one.version)
        for one in last.values()
    ]


def need_teams(found: Judged, *teams: str) -> None:
    """Raise MissingData unless each of the teams has a definition."""
    lacking = [team for team in teams if team not in found.teams]
    if lacking:
        raise MissingData(
            f"there is no definition of a quality lead by {' or '.join(lacking)}",
            remedy=f"add rows with team = {lacking[0]} to the criteria",
        )
