"""The outcomes the practices are said to move, each against the company's own baseline."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.glossary import Metric, metric
from report_helpers.metrics import figures
from report_helpers.metrics.differences import NOTHING, difference, mean_ratio, rate_ratio
from report_helpers.metrics.levels import Line, level, weekly
from report_helpers.metrics.projection import Estimate
from report_helpers.metrics.question import Question, Source, When
from report_helpers.periods import WEEK, Period, monday
from report_helpers.settings import Settings

OUTCOMES: tuple[Line, ...] = (
    ("won_amount", ""),
    ("profitability", ""),
    ("gross_revenue_retention", "12 months"),
    ("net_revenue_retention", "12 months"),
    ("logo_retention", "12 months"),
    ("win_rate", "closed"),
    ("sqls", ""),
    ("cost_per_sql", ""),
)
BASELINE = 26 * WEEK
OVERLAP = "the baseline is not over by the period compared with it"


def outcomes(data: Source, period: When = "all", settings: Settings | None = None) -> pd.DataFrame:
    """Return how far each outcome lies from the company's own baseline, never from another's.

    As many weeks as the baseline has, up to the period's end, are compared with it. The baseline
    is the one of the settings ``[goals]``, cut to whole weeks, or the first 26 weeks of the deals
    or leads.

    Parameters
    ----------
    data : a data set or a dict of tables.
    period : compared at its end; ``all`` ends with the last complete week.
    settings : the company's settings.

    Returns
    -------
    DataFrame
        Figures of the weeks compared (what adds up: a week's mean), and the columns ``before``,
        ``before_n``, ``before_low``, ``before_high`` of the baseline; ``change``, ``change_low``,
        ``change_high``, a ratio (1 is no change) of amounts and counts and a difference of all
        else, told by ``compared`` (``ratio`` or ``difference``); ``verdict``: ``better`` or
        ``worse`` when the interval leaves no change out, ``no clear difference``, ``no interval``
        or ``not known``; ``baseline``, its days.

        Intervals: Newcombe's for rates, the same construction (MOVER) for costs, retention in
        money and the books; `rate_ratio` for counts; `mean_ratio` for amounts. It is a before and
        after: it says that something changed, not what changed it.

    Raises
    ------
    EmptyPeriod
        When nothing in the data has a date.
    """
    asked, company = Question.of(data, period), settings or Settings()
    end = monday(asked.until)
    base = _baseline(asked.data, end, company)
    now = Period(end - timedelta(days=base.days), end)
    rows = [_row(asked.data, line, (now, base), company) for line in OUTCOMES]
    return figures.join(rows).assign(baseline=f"{base.start} to {base.last_day}")


def _baseline(data: Dataset, end: date, settings: Settings) -> Period:
    own = settings.goals
    if own.baseline_from and own.baseline_to:
        start = monday(own.baseline_from + timedelta(days=6))
        stop = monday(own.baseline_to + timedelta(days=1))
        return Period(start, max(stop, start + WEEK))
    kept = [
        data.audit.tables[t].first for t in ("opportunities", "leads") if t in data.audit.tables
    ]
    first = min((day.date() for day in kept if day), default=end)
    start = monday(first + timedelta(days=6))
    return Period(start, start + BASELINE)


def _row(
    data: Dataset, line: Line, spans: tuple[Period, Period], settings: Settings
) -> pd.DataFrame:
    what, (now, base) = metric(line[0]), spans
    fixed: dict[str, Any] = {"basis": line[1], "unit": what.unit, "period": now.key}
    try:
        if base.end > now.start:
            raise MissingData(OVERLAP)
        estimate = _weekly if what.additive else _levels
        after, before, change = estimate(data, line, spans, settings)
    except MissingData as error:
        after, before, change = {"value": np.nan, "reason": error.message}, {}, NOTHING
    lacking = str(before.get("reason", ""))
    if lacking and not after.get("reason"):
        after["reason"] = f"baseline: {lacking}"
    names = ("value", "n", "low", "high")
    told = {f"before_{n}".removesuffix("_value"): float(before.get(n, np.nan)) for n in names}
    kind = "ratio" if what.additive else "difference"
    found = figures.one(line[0], **after, **fixed)
    shown = dict(zip(("change", "change_low", "change_high"), change, strict=True))
    return found.assign(**told, **shown, compared=kind, verdict=_verdict(what, kind, change))


Compared = tuple[dict[str, Any], dict[str, Any], Estimate]


def _weekly(
    data: Dataset, line: Line, spans: tuple[Period, Period], settings: Settings
) -> Compared:
    """Compare what adds up, week by week: counts as counts, amounts as means."""
    after, before = (weekly(data, line, span) for span in spans)
    sums = [float(w["value"].sum()) for w in (after, before)]
    weeks = [int(w["value"].notna().sum()) for w in (after, before)]
    if metric(line[0]).unit == "count":
        change = rate_ratio(sums[0], weeks[0], sums[1], weeks[1]) if all(weeks) else NOTHING
    else:
        change = mean_ratio(after["value"], before["value"])
    made = []
    for total, count, span in zip(sums, weeks, spans, strict=True):
        gap = "" if count == span.days // 7 else f"{span.days // 7 - count} weeks without data"
        made.append({"value": total / count if count else np.nan, "n": count, "reason": gap})
    return made[0], made[1], change


def _levels(
    data: Dataset, line: Line, spans: tuple[Period, Period], settings: Settings
) -> Compared:
    """Compare levels by the intervals they have."""
    after, before = (level(data, line, span.end, settings, span) for span in spans)
    known: list[Estimate] = [
        (float(x["value"]), float(x.get("low", np.nan)), float(x.get("high", np.nan)))
        for x in (after, before)
    ]
    apart = difference(*known)
    return after, before, (apart[0], math.nan, math.nan) if line[1] == "median" else apart


def _verdict(what: Metric, kind: str, change: Estimate) -> str:
    value, low, high = change
    if math.isnan(value):
        return "not known"
    if math.isnan(low) or math.isnan(high):
        return "no interval"
    same = 1.0 if kind == "ratio" else 0.0
    if low <= same <= high:
        return "no clear difference"
    return "better" if (value > same) == (what.better == "up") else "worse"
