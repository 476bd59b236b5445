"""Where each goal of the company stands: against its plan, and where it is heading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.glossary import Metric, metric
from report_helpers.metrics import figures
from report_helpers.metrics.actuals import FROM_BOOKS
from report_helpers.metrics.levels import level, steps
from report_helpers.metrics.once import once
from report_helpers.metrics.projection import total_to_come
from report_helpers.metrics.question import Question, Source, When
from report_helpers.periods import WEEK, YEAR, monday
from report_helpers.settings import Settings

RECENT, YEARS = 26, 2  # weeks, or years of the books' months, a projection is made from
Verdict = Literal[
    "reached", "on plan", "behind", "out of reach", "missed", "not begun", "not known"
]
NUMBERS = (
    "baseline", "target", "plan", "ahead", "needed", "recent", "left",
    "projection", "projected_low", "projected_high",
)  # fmt: skip


@once
def goals(data: Source, period: When = "all", settings: Settings | None = None) -> pd.DataFrame:
    """Return where each goal of the table ``goals`` stands at the end of a period.

    A metric that adds up is summed over the weeks since the goal began (a week belongs to the day
    its Thursday is; the books count whole months). Any other is its value over the 13 weeks to
    the period's end (retention: 12 months; the books: the last 3 months).

    Parameters
    ----------
    data : a data set or a dict of tables with ``goals``.
    period : goals are judged at its end; ``all`` ends with the last complete week.
    settings : the company's settings.

    Returns
    -------
    DataFrame
        Figures of the goals' metrics, one row a goal in the order of the table (``n`` of a total is
        the weeks or months summed), and the columns:

        - ``goal``, ``owner``, ``starts_on``, ``due_on``, ``baseline``, ``target``;
        - ``plan``: where the straight line from 0 (a level: from the baseline; without one, the
          target itself) at the start to the target when due stands now; ``ahead``: how far the
          value is beyond it, below 0 when behind, whichever way is better;
        - ``needed``: what each week (month) left must bring; for a level, the change still
          needed; ``recent``: what a week (month) brought in the mean of the last 26 weeks (24
          months); ``left``: the weeks (months) left;
        - ``projection``, ``projected_low``, ``projected_high``: for a total, what is there and
          `projection.total_to_come`; for a level, its value and interval today, taken to last;
        - ``verdict``: ``reached``; ``on plan``; ``behind``; ``out of reach`` when the projection's
          whole interval falls short of the target; ``missed`` once it was due; ``not begun``;
          ``not known``. A level is reached when its whole interval is beyond the target;
        - ``additive``, ``marketing_metrics`` and ``sales_metrics``, the metrics that drive it.

    Raises
    ------
    MissingData
        When there are no goals, or the data are of one part of the company.
    UnknownName
        When a goal names a metric the glossary does not hold.
    """
    asked = Question.of(data, period)
    if not asked.data.has("goals", "goal", "metric", "target"):
        raise MissingData("the data have no table 'goals'", remedy="add one, a row a goal")
    if asked.data.scope:
        raise MissingData("goals are of the whole company", remedy="ask for all segments")
    end, company = monday(asked.until), settings or Settings()
    rows = asked.data.frame("goals").sort_values("starts_on", kind="stable")
    return figures.join(
        _stands(_Goal.of(row), asked.data, end, company) for row in rows.to_dict("records")
    )


def course(data: Dataset, goal: Mapping[Any, Any], end: date) -> pd.Series:
    """Return what each week (or month) since its start brought to a goal that adds up.

    Parameters
    ----------
    data : the data set.
    goal : a row of `goals`.
    end : the day the last week ends before.
    """
    span = (goal["starts_on"], min(end, goal["due_on"] + WEEK))
    values, _reason = steps(data, (goal["metric"], goal["basis"]), span)
    return values[values.index <= pd.Timestamp(goal["due_on"])]


@dataclass(frozen=True)
class _Goal:
    """One row of the table, typed."""

    goal: str
    metric: Metric
    basis: str
    baseline: float
    target: float
    starts_on: date
    due_on: date
    owner: str
    marketing_metrics: str
    sales_metrics: str

    @classmethod
    def of(cls, row: dict[Any, Any]) -> _Goal:
        def text(name: str) -> str:
            return str(row[name]) if name in row and pd.notna(row[name]) else ""

        what = metric(text("metric"))
        baseline = row.get("baseline")
        return cls(
            goal=text("goal"),
            metric=what,
            basis=text("basis") or what.bases[0],
            baseline=float(baseline) if baseline is not None else np.nan,
            target=float(row["target"]),
            starts_on=row["starts_on"].date(),
            due_on=row["due_on"].date(),
            owner=text("owner"),
            marketing_metrics=text("marketing_metrics"),
            sales_metrics=text("sales_metrics"),
        )

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where less is."""
        return 1 if self.metric.better == "up" else -1


def _stands(goal: _Goal, data: Dataset, end: date, settings: Settings) -> pd.DataFrame:
    """Return the one row of a goal."""
    told = dict.fromkeys(NUMBERS, np.nan) | {"baseline": goal.baseline, "target": goal.target}
    fixed: dict[str, Any] = {"basis": goal.basis, "unit": goal.metric.unit, "period": str(end)}
    if end <= goal.starts_on:
        waits = f"the goal begins on {goal.starts_on}"
        found = figures.one(goal.metric.name, np.nan, reason=waits, **fixed)
    else:
        try:
            measured, more = (_total if goal.metric.additive else _level)(goal, data, end, settings)
            told |= more
        except MissingData as error:
            measured = {"value": np.nan, "reason": error.message}
        found = figures.one(goal.metric.name, **measured, **fixed)
    names = ("goal", "owner", "starts_on", "due_on", "marketing_metrics", "sales_metrics")
    own = {name: getattr(goal, name) for name in names}
    judged = _verdict(goal, end, float(found["value"].iloc[0]), told)
    return found.assign(**own, **told, verdict=judged, additive=goal.metric.additive)


def _total(
    goal: _Goal, data: Dataset, end: date, settings: Settings
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return what a metric that adds up has brought since the start, and what is to come."""
    back = YEARS * YEAR if goal.metric.name in FROM_BOOKS else RECENT * WEEK
    span = (min(goal.starts_on, end - back), min(end, goal.due_on + WEEK))
    values, reason = steps(data, (goal.metric.name, goal.basis), span)
    since = values[(values.index >= pd.Timestamp(goal.starts_on))]
    done = since[since.index <= pd.Timestamp(goal.due_on)]
    left = _left(goal, values, end)
    current = float(done.sum()) if done.notna().any() else np.nan
    lacking = reason if done.isna().any() else ""
    more, low, high = total_to_come(values.tail(RECENT), left)
    plan = goal.target * len(done) / (len(done) + left)
    to_go = goal.target - current
    return (
        {"value": current, "n": float(done.notna().sum()), "reason": lacking},
        {
            "plan": plan,
            "ahead": goal.sign * (current - plan),
            "needed": max(to_go, 0) / left if left else np.nan,
            "recent": more / left if left else np.nan,
            "left": float(left),
            "projection": current + (more if left else 0),
            "projected_low": max(current + low, 0) if left else current,
            "projected_high": current + high if left else current,
        },
    )


def _left(goal: _Goal, values: pd.Series, end: date) -> int:
    """Return how many whole steps (weeks by their Thursday, or months) are still to come."""
    if goal.metric.name in FROM_BOOKS:
        wanted = pd.date_range(goal.starts_on, goal.due_on, freq="MS")
        return int((wanted > values.index.max()).sum()) if len(values) else len(wanted)
    thursday = end + timedelta(days=3)
    return max((goal.due_on - thursday).days // 7 + 1, 0)


def _level(
    goal: _Goal, data: Dataset, end: date, settings: Settings
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return a level today, and the line from its baseline to the target."""
    until = min(end, monday(goal.due_on + timedelta(days=1)))
    found = level(data, (goal.metric.name, goal.basis), until, settings)
    value = float(found["value"])
    days = (goal.due_on - goal.starts_on).days + 1
    part = min((end - goal.starts_on).days / days, 1.0)
    base = goal.target if np.isnan(goal.baseline) else goal.baseline
    plan = base + (goal.target - base) * part
    projected = {"projection": value, "projected_low": found["low"]}
    return found, {
        "plan": plan,
        "ahead": goal.sign * (value - plan),
        "needed": goal.sign * max(goal.sign * (goal.target - value), 0),
        "left": float(max((goal.due_on - end).days + 1, 0) // 7),
        **projected,
        "projected_high": found["high"],
    }


def _verdict(goal: _Goal, end: date, value: float, told: dict[str, float]) -> Verdict:
    """Judge a goal by the rules `goals` gives."""
    if end <= goal.starts_on:
        return "not begun"
    if np.isnan(value):
        return "not known"
    beyond = goal.sign * (value - goal.target)
    bounds = [goal.sign * (told[n] - goal.target) for n in ("projected_low", "projected_high")]
    over = goal.due_on < end
    if over or goal.metric.additive:
        if beyond >= 0:
            return "reached"
        if over:
            return "missed"
    elif min(bounds) >= 0:
        return "reached"
    if max(bounds) < 0:
        return "out of reach"
    return "on plan" if told["ahead"] >= 0 else "behind"
