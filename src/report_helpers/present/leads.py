"""Leads: the funnel, its cohorts, what Sales accepts and what it sends back."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics.funnel import lead_funnel
from report_helpers.metrics.measures import MEASURES
from report_helpers.metrics.reasons import rejection_reasons
from report_helpers.metrics.spans import Spans
from report_helpers.periods import WEEK, Period
from report_helpers.present.blocks import Block, Cell, Chart, Interval, Row, Table, TableColumn
from report_helpers.present.breakdown import reasons
from report_helpers.present.charts import funnel_chart
from report_helpers.present.formats import MISSING, day, interval, number

LABELS = {
    "inquiry": "Inquiries",
    "mql": "Quality leads",
    "accepted": "Accepted",
    "sql": "Sales-qualified",
    "opportunity": "Opportunities",
    "won": "Won",
}
COHORT_WEEKS = 26
Values = dict[Hashable, Any]


def funnel(data: Dataset, period: Period) -> Chart:
    """Draw how far the inquiries of a period came by its end."""
    found = lead_funnel(data, period)
    counts = found[found["metric"] == "funnel_leads"].set_index("basis")
    known = counts.dropna(subset=["value"])
    if known.empty:
        told = next(iter(counts["reason"]), "") or "no inquiries"
        raise MissingData(f"{told} ({period.days // 7} weeks to {day(period.last_day)})")
    rates = found[found["metric"] == "funnel_rate"].set_index("basis")["value"]
    steps = pd.DataFrame(
        {
            "label": [LABELS[stage] for stage in known.index],
            "n": known["value"].to_numpy(),
            "rate": rates.reindex(known.index).to_numpy(),
        }
    )
    return funnel_chart(steps, f"Inquiries of {period.days // 7} weeks, how far they came")


def cohorts(data: Dataset, period: Period) -> Table:
    """Return the funnel by the month in which inquiries arrived, half a year back."""
    half = Period(period.end - COHORT_WEEKS * WEEK, period.end)
    found = lead_funnel(data, half, cohort="month")
    stages = list(found.loc[found["metric"] == "funnel_leads", "basis"].drop_duplicates())
    months = sorted(found["period"].unique())
    columns = (
        TableColumn("month", "Inquiries of", width=1),
        *(TableColumn(stage, LABELS[stage], "right") for stage in stages),
    )
    rows = tuple(_cohort(found[found["period"] == month], month, stages) for month in months)
    return Table(
        columns,
        rows,
        "Lead cohorts: how many reached each stage so far",
        f"Lead cohorts of {len(months)} months over {len(stages)} stages.",
        ("Percentages are of the stage before. ○ too young to judge: the figure will still grow.",),
    )


def _cohort(found: pd.DataFrame, month: str, stages: list[str]) -> Row:
    cells = [Cell(month)]
    values = {(row["metric"], row["basis"]): row for row in found.to_dict(orient="records")}
    for stage in stages:
        count, rate = values["funnel_leads", stage], values.get(("funnel_rate", stage))
        young = count["status"] == "provisional"
        step = number(rate["value"], "share") if rate else MISSING
        cells.append(
            Cell(
                number(count["value"], "count"),
                note="" if step == MISSING else step,
                tone="muted" if young else "",
                mark="○" if young else "",
            )
        )
    return Row(tuple(cells))


def acceptance(data: Dataset, period: Period, by: str) -> Table:
    """Return which share of the leads decided on Sales accepted, by group, now and before.

    Parameters
    ----------
    data : the data set.
    period : the weeks in which Sales decided; compared with as many weeks before.
    by : a dimension of leads, such as ``source``.
    """
    measure = MEASURES["acceptance_rate", "closed"]
    both = measure(data, Spans.of(period, 2), (by,)).reset_index().to_dict(orient="records")
    before = {row[by]: row for row in both if row["p"] == 0}
    now = sorted((row for row in both if row["p"] == 1), key=lambda row: -float(row["n"]))
    columns = (
        TableColumn("group", by.capitalize(), width=1),
        TableColumn("n", "Decided", "right"),
        TableColumn("rate", "Accepted, 95%", "right"),
        TableColumn("picture", "0 to 100%", width=1),
        TableColumn("before", "13 weeks before", "right"),
    )
    rows = tuple(_accepted(str(row[by]), row, before[row[by]]) for row in now)
    parts = [f"{row[by]} {number(row['value'], 'share')}" for row in now]
    return Table(
        columns,
        rows,
        f"Leads accepted by Sales, by {by}: the 13 weeks to {day(period.last_day)}",
        f"Share accepted by {by}: {'; '.join(parts)}.",
        ("▲ ▼ mark groups whose two intervals do not touch: that difference is no accident.",),
    )


def _accepted(group: str, now: Values, before: Values) -> Row:
    known, spread = now["value"] == now["value"], interval(now["low"], now["high"], "share")
    apart = now["high"] < before["low"], now["low"] > before["high"]
    tone, mark = ("bad", "▼") if apart[0] else ("good", "▲") if apart[1] else ("", "")
    return Row(
        (
            Cell(group),
            Cell(number(now["n"], "count")),
            Cell(number(now["value"], "share"), spread, tone, mark),  # type: ignore[arg-type]
            Cell("", interval=Interval(now["value"], now["low"], now["high"]) if known else None),
            Cell(
                number(before["value"], "share"),
                note=interval(before["low"], before["high"], "share"),
                tone="muted",
            ),
        )
    )


def rejections(data: Dataset, period: Period) -> Block:
    """Return which leads Sales sent back to Marketing, by reason."""
    found = rejection_reasons(data, period)
    span = "this week" if period.days == 7 else f"in {period.days // 7} weeks"
    return reasons(found, f"Leads Sales sent back {span}, by reason", "Sales sent no lead back.")
