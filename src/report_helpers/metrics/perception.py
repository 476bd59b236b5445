"""How each team sees the other's work, beside what the figures say of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from report_helpers.errors import MissingData
from report_helpers.glossary import metric
from report_helpers.metrics import figures, projection
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.targets import target
from report_helpers.periods import Period

WORST, BEST = 1.0, 5.0


def perception(data: Source, period: When = "all", by: Sequence[str] = ()) -> pd.DataFrame:
    """Return how the teams rated each other's metrics in the period.

    Parameters
    ----------
    data : a data set or a dict of tables with ``pulse``.
    period : when the ratings were given.
    by : must be empty: ratings are not split.

    Returns
    -------
    DataFrame
        Figures, one row a metric rated, which is named in ``basis``: mean score, ``n`` ratings,
        Student's t 95 % interval (cut at 1 and 5). ``team`` is the team that rates.

    Raises
    ------
    MissingData
        When there are no ratings at all, the data are of one part of the company, or `by` is
        not empty.
    """
    asked = Question.of(data, period, by)
    if not asked.data.has("pulse", "rated_on", "team", "metric", "score"):
        raise MissingData("the data have no table 'pulse'", remedy="add one, a row a rating")
    if asked.by or asked.data.scope:
        raise MissingData("ratings are not split", remedy="ask for the whole company")
    rows = asked.data.frame("pulse")
    rows = rows[asked.within(rows["rated_on"]) & (rows["rated_on"] < pd.Timestamp(asked.until))]
    rated = rows.groupby(["team", "metric"])["score"]
    found = pd.DataFrame([_mean(str(team), str(name), s) for (team, name), s in rated])
    if found.empty:
        return figures.none().assign(team=pd.Series(dtype="str"))
    fixed = {"unit": "score", "period": asked.key}
    return figures.make(found, "perception", **fixed).assign(team=found["team"])


def perception_gaps(data: Source, period: Period) -> pd.DataFrame:
    """Return what each team thinks of the other's metrics beside what the figures say.

    Parameters
    ----------
    data : a data set or a dict of tables with ``pulse``.
    period : when the ratings were given, and of which the figures are; 13 weeks or more.

    Returns
    -------
    DataFrame
        One row a metric rated, the widest gap first: ``team`` (that rates), ``metric``, ``score``,
        ``n``, ``low``, ``high``; ``value`` and ``target`` of the metric in the period,
        ``attainment`` (value ÷ target, or target ÷ value where less is better), ``perceived``
        ((score − 1) ÷ 4) and ``gap``, perceived less attainment (at most 1): below 0 the work is
        better than it is thought to be. NaN where there is no target or no figure.

    Raises
    ------
    MissingData
        As `perception` does.
    """
    asked = Question.of(data, period)
    rated = perception(asked.data, period)
    rows = [_beside(asked, str(name), period) for name in rated["basis"]]
    known = pd.DataFrame(rows, columns=["value", "target", "attainment"], dtype=float)
    found = rated[["team", "basis", "value", "n", "low", "high"]]
    found = found.rename(columns={"basis": "metric", "value": "score"}).join(known)
    found["perceived"] = (found["score"] - WORST) / (BEST - WORST)
    found["gap"] = found["perceived"] - found["attainment"].clip(upper=1)
    width = found["gap"].abs()
    return found.loc[width.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def _mean(team: str, name: str, scores: pd.Series) -> dict[str, object]:
    value, low, high = projection.mean(scores)
    edges = {"low": max(low, WORST), "high": min(high, BEST)} if np.isfinite(low) else {}
    return {"team": team, "basis": name, "value": value, "n": len(scores), **edges}


def _beside(asked: Question, name: str, period: Period) -> tuple[float, float, float]:
    """Return a metric's value and target in the period, and how far the target is attained."""
    what = metric(name)
    agreed = target(asked.data, name, period)
    measure = MEASURES.get((name, what.bases[0]))
    if agreed is None or measure is None:
        return np.nan, np.nan if agreed is None else agreed, np.nan
    try:
        value = float(measure(asked.data, Spans.of(period), ())["value"].iloc[0])
    except MissingData:  # the metric's table is not there: it is rated, but cannot be measured
        return np.nan, agreed, np.nan
    top, bottom = (value, agreed) if what.better == "up" else (agreed, value)
    return value, agreed, top / bottom if bottom > 0 else np.nan
