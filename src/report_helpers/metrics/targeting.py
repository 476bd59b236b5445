"""Whom to target: which segments bring the most leads of quality, and at what cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.metrics import figures
from report_helpers.metrics.judged import mature
from report_helpers.metrics.question import Question, Source, When
from report_helpers.metrics.tally import share

WEEKS = 13  # volume is said per quarter


def target_segments(
    data: Source, period: When = "all", by: str | Sequence[str] = "segment"
) -> pd.DataFrame:
    """Return groups of leads ranked by the leads of quality they bring a quarter.

    ``target_quality_rate`` is the share of quality (SQL, or won) among mature leads, with its
    Wilson interval. Times the leads a quarter it is the leads of quality to expect; their range is
    that of the rate, at the same volume.

    Parameters
    ----------
    data : a data set or a dict of tables with ``leads``.
    period : the leads that arrived in it, or ``all``.
    by : dimensions of the lead: ``segment``, ``region``, ``source``.

    Returns
    -------
    DataFrame
        Figures, the most leads of quality first; then ``volume`` (mature leads in 13 weeks),
        ``expected`` (leads of quality in 13 weeks) with ``expected_low`` and ``expected_high``,
        ``cost_per_quality`` (campaign money ÷ leads of quality, of the leads whose campaign and
        its cost are known; NaN where there are none), ``priced`` (how many those are) and
        ``young`` (leads too young to be judged, all groups together).

    Raises
    ------
    MissingData
        When there are no leads, they lack a dimension, or nothing says what became of them.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    asked = Question.of(data, period, names)
    rows = facts.ready_leads(asked.data, asked.until, names)
    rows = rows[asked.within(rows["created_day"])]
    leads, young, _ = mature(asked.data, asked.until, rows)
    sums = _sums(leads, names)
    rates = share(sums["quality"], sums["n"], "no lead is old enough to be judged")
    weeks = _weeks(leads)
    found = rates.assign(
        volume=sums["n"] * WEEKS / weeks,
        expected=sums["quality"] * WEEKS / weeks,
        expected_low=rates["low"] * sums["n"] * WEEKS / weeks,
        expected_high=rates["high"] * sums["n"] * WEEKS / weeks,
        cost_per_quality=sums["cost"] / sums["priced_quality"].replace(0.0, np.nan),
        priced=sums["n_cost"],
        young=young,
    )
    ranked = found.reset_index().sort_values("expected", ascending=False, kind="stable")
    ranked = ranked.reset_index(drop=True)
    made = figures.make(ranked, "target_quality_rate", by=names, unit="share", period=asked.key)
    return made.join(ranked[[*_EXTRA]])


def target_quality_rate(
    data: Source, period: When = "all", by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return the share of quality among mature leads; see `target_segments`, which it is."""
    return target_segments(data, period, by)


_EXTRA = (
    *("volume", "expected", "expected_low", "expected_high"),
    *("cost_per_quality", "priced", "young"),
)


def _sums(leads: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    columns = {
        "n": leads["n"],
        "quality": leads["n"] * leads["quality"],
        "cost": leads["cost"],
        "n_cost": leads["n_cost"],
        "priced_quality": leads["n_cost"] * leads["quality"],
    }
    counts = pd.DataFrame(columns).astype(float)
    if names:
        return counts.groupby([leads[name] for name in names]).sum()
    return counts.sum().to_frame().T


def _weeks(leads: pd.DataFrame) -> float:
    """Return the weeks over which the leads arrived."""
    if leads.empty:
        return np.nan
    days = (leads["created_day"].max() - leads["created_day"].min()).days + 1
    return float(days) / 7
