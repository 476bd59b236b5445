"""Outcomes against the company's own baseline, as a table."""

from __future__ import annotations

import math
from typing import Any

from report_helpers.data.dataset import Dataset
from report_helpers.glossary import metric
from report_helpers.metrics.outcomes import outcomes as compared
from report_helpers.periods import Period
from report_helpers.present.blocks import Block, Cell, Row, Table, TableColumn, Tone
from report_helpers.present.formats import MISSING, day, money, number
from report_helpers.present.section import section
from report_helpers.settings import Settings

Values = dict[Any, Any]
MARKS: dict[str, tuple[Tone, str]] = {
    "better": ("good", "▲"),
    "worse": ("bad", "▼"),
    "no clear difference": ("muted", "○"),
    "no interval": ("muted", "○"),
    "not known": ("muted", "○"),
}


@section("Outcomes")
def outcomes(data: Dataset, period: Period, settings: Settings) -> Block:
    """Return what changed in each outcome since the company's own baseline, with its interval."""
    found = compared(data, period, settings)
    currency = settings.company.currency
    columns = (
        TableColumn("outcome", "Outcome", width=1),
        TableColumn("before", "Baseline", "right"),
        TableColumn("now", "Now", "right"),
        TableColumn("change", "Change", "right"),
        TableColumn("verdict", "Verdict"),
    )
    rows = found.to_dict("records")
    lacking = [f"{metric(row['metric']).label}: {row['reason']}." for row in rows if row["reason"]]
    parts = [f"{metric(row['metric']).label} {_change(row, currency)[0]}" for row in rows]
    return Table(
        columns,
        tuple(_outcome(row, currency) for row in rows),
        "Outcomes against our own baseline",
        f"Change against the baseline: {'; '.join(parts)}.",
        (
            f"Baseline {rows[0]['baseline']}; now: the as many weeks to {day(period.last_day)}. "
            "In small type n, and the 95% interval of the change.",
            "○: the interval leaves room for no change. A before and after tells that something "
            "changed, not what changed it.",
            *lacking,
        ),
    )


def _outcome(row: Values, currency: str) -> Row:
    tone, mark = MARKS[row["verdict"]]
    change, spread = _change(row, currency)
    a_week = " a week" if row["compared"] == "ratio" else ""
    return Row(
        (
            Cell(metric(row["metric"]).label + a_week),
            Cell(number(row["before"], row["unit"], currency), note=_n(row["before_n"], a_week)),
            Cell(number(row["value"], row["unit"], currency), note=_n(row["n"], a_week)),
            Cell(change, note=spread),
            Cell(row["verdict"], tone=tone, mark=mark),
        )
    )


def _n(n: float, a_week: str) -> str:
    if math.isnan(n):
        return ""
    return f"{n:,.0f} weeks" if a_week else f"n {n:,.0f}"


def _change(row: Values, currency: str) -> tuple[str, str]:
    """Return a change and its interval in words: percent for ratios, points for shares."""
    change, low, high = (float(row[n]) for n in ("change", "change_low", "change_high"))
    if math.isnan(change):
        return MISSING, ""
    if row["compared"] == "ratio":
        change, low, high = change - 1, low - 1, high - 1

    def said(value: float) -> str:
        if row["compared"] == "ratio":
            return f"{value * 100:+.0f}%"
        if row["unit"] in ("share", "percent"):
            return f"{value * 100:+.1f}"
        return ("+" if value > 0 else "") + money(value, currency)

    points = " points" if row["unit"] in ("share", "percent") else ""
    spread = f"{said(low)} to {said(high)}" if not math.isnan(low + high) else ""
    return said(change) + points, spread
