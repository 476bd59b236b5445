"""How good each team's definition of a quality lead is: precision, recall and lift."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from report_helpers.metrics import figures
from report_helpers.metrics.intervals import Z95, Floats
from report_helpers.metrics.judged import Judged
from report_helpers.metrics.judged import judged as judge
from report_helpers.metrics.once import once
from report_helpers.metrics.question import Source, When
from report_helpers.metrics.tally import share

TITLES = {"marketing": "Marketing", "sales": "Sales", "both": "Agreed"}
UNITS = {"definition_precision": "share", "definition_recall": "share", "definition_lift": "ratio"}


@once
def definition_scores(
    data: Source, period: When = "all", by: str | Sequence[str] = (), judged: str = "then"
) -> pd.DataFrame:
    """Return precision, recall and lift of each team's definition of a quality lead.

    A lead is *of quality* when Sales qualified it (SQL) or a deal that names it was won.

    - ``definition_precision``: of quality ÷ passed by the definition; Wilson interval.
    - ``definition_recall``: passed ÷ of quality; Wilson interval.
    - ``definition_lift``: precision ÷ the share of quality among all leads judged; 1 is no better
      than drawing lots. Interval on the log scale (`lift_interval`).

    Only mature leads count: those that arrived at least as many days before the end as nine in ten
    leads of quality took. Most companies qualify only leads that Marketing handed over, so a lead
    that a definition passes and nobody handed over counts as not of quality: ``worked`` says how
    many of those passed were handed over.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads`` and ``criteria``.
    period : the leads that arrived in it, or ``all``.
    by : dimensions of the lead.
    judged : ``then``: each lead by the definition of its day; ``now``: all by the latest one.

    Returns
    -------
    DataFrame
        Figures; the team is the first part of ``group``. Then ``team``, ``passed`` and ``hits``
        (passed, and of quality), ``quality`` and ``leads`` (all judged), ``worked``, ``young``
        (leads too young to be judged).

    Raises
    ------
    MissingData
        When there are no leads or criteria, or nothing says what became of the leads.
    UnknownName
        When a definition asks for an attribute the leads do not have.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    found = judge(data, period, names, judged)
    counts = pd.concat([tally(found, team, names) for team in found.teams], ignore_index=True)
    key = "all" if isinstance(period, str) else period.key
    made = [_score(counts, metric, key, (names, found.why_empty)) for metric in UNITS]
    return figures.join(made)


def definition_precision(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the share of quality among the leads each team's definition passed.

    See `definition_scores`, which returns precision, recall and lift together.
    """
    return _only("definition_precision", data, period, by)


def definition_recall(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the share of the leads of quality that each team's definition passed.

    See `definition_scores`, which returns precision, recall and lift together.
    """
    return _only("definition_recall", data, period, by)


def definition_lift(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return precision ÷ the share of quality among all leads, for each team's definition.

    See `definition_scores`, which returns precision, recall and lift together.
    """
    return _only("definition_lift", data, period, by)


def lift_interval(
    hits: Floats, passed: Floats, quality: Floats, n: Floats
) -> tuple[Floats, Floats]:
    """Return the 95 % interval of the lift (hits ÷ passed) ÷ (quality ÷ n).

    Those passed are part of all, so the two shares are not independent, as the usual interval of a
    risk ratio (Katz et al., 1978) supposes. By the delta method on the four cells of the table,

        var(log lift) = 1/hits - 1/passed - 1/quality + 2·hits/(passed·quality) - 1/n

    No hit gives no interval.

    Examples
    --------
    >>> low, high = lift_interval(*(np.array([x]) for x in (30.0, 100.0, 60.0, 400.0)))
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([1.58], [2.53])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = np.where(hits > 0, hits * n / (passed * quality), np.nan)
        spread = 1 / hits - 1 / passed - 1 / quality + 2 * hits / (passed * quality) - 1 / n
        reach = Z95 * np.sqrt(np.maximum(spread, 0))
        return lift * np.exp(-reach), lift * np.exp(reach)


def tally(found: Judged, team: str, by: tuple[str, ...]) -> pd.DataFrame:
    """Count, for each group, the leads judged, passed, of quality, both, and worked on."""
    leads = found.leads.dropna(subset=[team])
    n, passed, quality = leads["n"], leads[team] * leads["n"], leads["quality"] * leads["n"]
    over = pd.to_numeric(leads["handed_over"]).astype("float64")
    counted = pd.DataFrame(
        {
            **{name: leads[name] for name in by},
            "leads": n.astype(float),
            "passed": passed,
            "quality": quality.astype(float),
            "hits": passed * leads["quality"],
            "worked": passed * over,
        }
    )
    sums = (
        counted.groupby(list(by)).sum(min_count=1)
        if by
        else counted.sum(min_count=1).to_frame().T.fillna({"leads": 0.0})
    )
    whole = sums.fillna(dict.fromkeys(("leads", "passed", "quality", "hits"), 0.0))
    kept = whole.reset_index(drop=not by)
    return kept.assign(team=team, team_name=TITLES[team], young=found.young)


def _score(
    counts: pd.DataFrame, metric: str, key: str, rest: tuple[tuple[str, ...], str]
) -> pd.DataFrame:
    by, empty = rest
    nothing = np.where(counts["leads"] > 0, _NOTHING[metric], empty)
    values = _values(counts, metric)
    values["reason"] = np.where(values["value"].isna(), nothing, "")
    labels = counts[["team_name", *by]].rename(columns={"team_name": "team"})
    made = figures.make(
        values.join(labels), metric, by=("team", *by), unit=UNITS[metric], period=key
    )
    extra = ["team", "passed", "hits", "quality", "leads", "worked", "young"]
    return made.join(counts[extra])


def _values(counts: pd.DataFrame, metric: str) -> pd.DataFrame:
    if metric == "definition_precision":
        return share(counts["hits"], counts["passed"], "")
    if metric == "definition_recall":
        return share(counts["hits"], counts["quality"], "")
    columns = (counts[name].to_numpy(float) for name in ("hits", "passed", "quality", "leads"))
    hits, passed, quality, n = columns
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = (hits / passed) / (quality / n)
    low, high = lift_interval(hits, passed, quality, n)
    return pd.DataFrame({"value": lift, "n": passed, "low": low, "high": high})


_NOTHING = {
    "definition_precision": "the definition passed no lead",
    "definition_recall": "no lead became of quality",
    "definition_lift": "the definition passed no lead, or none became of quality",
}


def _only(metric: str, data: Source, period: When, by: str | Sequence[str]) -> pd.DataFrame:
    found = definition_scores(data, period, by)
    return found[found["metric"] == metric].reset_index(drop=True)
