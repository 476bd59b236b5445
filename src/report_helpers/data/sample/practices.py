"""What both teams work towards and owe each other: goals, margins, attempts, ratings.

Drawn from a stream of its own, so that no other table changes with it.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from report_helpers.data.sample.company import MARKETERS, SALES_HEAD
from report_helpers.data.sample.planted import Planted
from report_helpers.data.sample.rhythm import Floats, after_hours
from report_helpers.periods import Period, quarter

STREAM = tuple(b"practices")
MARGIN, MARGIN_GROWTH, MARGIN_NOISE = 0.085, 0.012, 0.011  # share of revenue; a year; a month
ATTEMPTS = (0.34, 0.27, 0.2, 0.12, 0.07)  # share of touched leads with 1, 2, ... 5 attempts
KINDS, KIND_WEIGHTS = ("call", "mail", "meeting"), (0.55, 0.38, 0.07)
HOURS_BETWEEN = 7.0  # median office hours from one attempt to the next
# who rates, metric of the other team, mean score; scores follow the figures but for the first
SCORES = (
    ("sales", "mqls", 2.0),
    ("sales", "quality_share", 4.6),
    ("sales", "cost_per_mql", 4.3),
    ("marketing", "acceptance_rate", 4.4),
    ("marketing", "speed_to_lead", 4.8),
    ("marketing", "opportunities", 4.6),
    ("marketing", "win_rate", 4.7),
)
RATERS = {"sales": 13, "marketing": 8}
COMPLAINT = "Most Mondays we wait for leads."


def generate(
    seed: int, planted: Planted, leads: pd.DataFrame, deals: int
) -> dict[str, pd.DataFrame]:
    """Return the tables ``goals``, ``actuals``, ``touches`` and ``pulse``.

    Parameters
    ----------
    seed : where chance begins.
    planted : first and last day of the sample.
    leads : the leads, with what became of them.
    deals : number of deals; goals are in proportion to it.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=STREAM)))
    return {
        "goals": goals(planted, len(leads), deals),
        "actuals": actuals(rng, planted),
        "touches": touches(rng, planted, leads),
        "pulse": pulse(rng, planted),
    }


def goals(planted: Planted, leads: int, deals: int) -> pd.DataFrame:
    """Return the goals of the last day's year, one a row."""
    weeks = ((planted.until - planted.start).days + 1) / 7
    amount = max(round(deals / weeks * 52 * 7_000, -5), 100_000)
    sqls = max(round(leads / weeks * 52 * 0.165, -1), 10)
    head, leader, demand = SALES_HEAD[0], MARKETERS[0][0], MARKETERS[1][0]
    rows = [
        (f"Win {amount / 1e6:.1f} million of new business", "won_amount", None, None, amount),
        ("Win three deals in ten", "win_rate", "closed", 0.27, 0.30),
        (f"{sqls:.0f} sales-qualified leads", "sqls", None, None, sqls),
        ("A sales-qualified lead for 560", "cost_per_sql", None, 610, 560),
        ("Keep nine tenths of a year's revenue", "gross_revenue_retention", None, 0.86, 0.90),
    ]
    frame = pd.DataFrame(rows, columns=["goal", "metric", "basis", "baseline", "target"])
    frame = frame.astype({"baseline": float, "target": float})
    frame["starts_on"] = pd.Timestamp(date(planted.until.year, 1, 1)).as_unit("s")
    frame["due_on"] = pd.Timestamp(date(planted.until.year, 12, 31)).as_unit("s")
    frame["owner"] = [head, head, leader, demand, head]
    frame["marketing_metrics"] = [
        "mqls quality_share", "quality_share", "inquiries mqls", "cost_per_mql", "responses",
    ]  # fmt: skip
    frame["sales_metrics"] = [
        "opportunities win_rate", "win_rate speed_to_lead", "acceptance_rate speed_to_lead",
        "acceptance_rate", "sales_cycle",
    ]  # fmt: skip
    return frame


def actuals(rng: np.random.Generator, planted: Planted) -> pd.DataFrame:
    """Return the operating margin of each complete month, one a row."""
    last = pd.Timestamp(planted.until) + pd.Timedelta(days=1)
    first = pd.Timestamp(planted.start).to_period("M").to_timestamp()
    months = pd.date_range(first, last - pd.offsets.MonthBegin(1), freq="MS").as_unit("s")
    years = np.arange(len(months)) / 12
    margin = MARGIN + MARGIN_GROWTH * years + rng.normal(0, MARGIN_NOISE, len(months))
    frame = pd.DataFrame({"month": months, "value": margin.round(3)})
    frame = frame[frame["month"] + pd.offsets.MonthBegin(1) <= last]
    return frame.assign(metric="profitability")[["metric", "month", "value"]]


def touches(rng: np.random.Generator, planted: Planted, leads: pd.DataFrame) -> pd.DataFrame:
    """Return the attempts to reach each touched lead, the first when the lead says it was.

    Sales tries one to five times, and no more once it has sent a lead back.
    """
    touched = leads[leads["first_touch_at"].notna()]
    count = 1 + rng.choice(len(ATTEMPTS), len(touched), p=ATTEMPTS)
    rows = touched.loc[touched.index.repeat(count)].reset_index(drop=True)
    nth = rows.groupby("lead_id").cumcount()
    gap = HOURS_BETWEEN * rng.lognormal(0, 0.7, len(rows))
    wait = pd.Series(np.where(nth > 0, gap, 0.0)).groupby(rows["lead_id"]).cumsum()
    first = rows["first_touch_at"].to_numpy()
    waits: Floats = np.asarray(wait, dtype=np.float64)
    later = after_hours(first.astype("datetime64[m]"), waits)
    rows["touched_at"] = np.where(nth > 0, later, first).astype("datetime64[s]")
    rows["kind"] = np.array(KINDS)[rng.choice(len(KINDS), len(rows), p=KIND_WEIGHTS)]
    known = rows["touched_at"] < pd.Timestamp(planted.until) + pd.Timedelta(days=1)
    useful = (nth == 0) | ~(rows["touched_at"] > rows["rejected_on"])
    kept = rows.loc[known & useful, ["lead_id", "touched_at", "kind"]]
    return kept.sort_values(["touched_at", "lead_id"], kind="stable", ignore_index=True)


def pulse(rng: np.random.Generator, planted: Planted) -> pd.DataFrame:
    """Return how each team rates the other, in the last days of each quarter.

    Sales rates the number of quality leads far below what the figures say: the planted gap.
    """
    parts = [_ratings(rng, when) for when in _quarters(planted)]
    columns = ["rated_on", "team", "metric", "score", "comment"]
    found = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    found = found.astype({"rated_on": "datetime64[s]", "score": float})
    known = found["rated_on"].between(pd.Timestamp(planted.start), pd.Timestamp(planted.until))
    return found.loc[known, columns].sort_values(
        ["rated_on", "team", "metric"], kind="stable", ignore_index=True
    )


def _quarters(planted: Planted) -> list[Period]:
    """Return the quarters whose rating days have begun."""
    starts = pd.date_range(quarter(planted.start).start, planted.until, freq="QS")
    return [quarter(day.date()) for day in starts]


def _ratings(rng: np.random.Generator, when: Period) -> pd.DataFrame:
    parts = []
    for team, metric, mean in SCORES:
        n = RATERS[team]
        score = np.clip(np.round(rng.normal(mean, 0.7, n)), 1, 5)
        days = pd.Timestamp(when.end) - pd.to_timedelta(rng.integers(2, 7, n), unit="D")
        parts.append(pd.DataFrame({"rated_on": days, "metric": metric, "score": score}))
        parts[-1] = parts[-1].assign(team=team, comment=None)
        if mean == SCORES[0][2]:
            parts[-1].loc[parts[-1].index[0], "comment"] = COMPLAINT
    return pd.concat(parts)
