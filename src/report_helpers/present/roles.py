"""Who answers for what, and how each team sees the other beside what the figures say."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.glossary import BASIS_LABELS, metric
from report_helpers.metrics.perception import perception_gaps
from report_helpers.metrics.roles import roles as held
from report_helpers.metrics.scorecard import Line
from report_helpers.periods import Period
from report_helpers.present.blocks import Block, Callout, Cell, Row, Table, TableColumn, Tone
from report_helpers.present.findings import TEAM_NAMES
from report_helpers.present.formats import MISSING, count_of, day, interval, joined, number
from report_helpers.present.section import section

Values = dict[Any, Any]
MARKS: dict[str, tuple[Tone, str]] = {
    "met": ("good", "✓"),
    "missed": ("bad", "✗"),
    "not distinguishable": ("muted", "○"),
    "not known": ("muted", "○"),
}
WIDE = 0.25  # a gap of a quarter of the scale is marked


@section("Roles")
def roles(data: Dataset, period: Period, currency: str, lines: list[Line] | None = None) -> Block:
    """Return each metric with a target: who answers for it, and whether it is met.

    Parameters
    ----------
    data : the data set.
    period : the period judged.
    currency : the currency of amounts.
    lines : the scorecard of the period, when it is made already.
    """
    found = held(data, period, lines)
    if found.empty:
        return Callout("No metric of the period has a target.", title="Roles", tone="muted")
    columns = (
        TableColumn("metric", "Metric", width=1),
        TableColumn("owner", "Answers for it", width=1),
        TableColumn("now", "Now", "right"),
        TableColumn("target", "Target", "right"),
        TableColumn("status", "Status"),
    )
    rows: list[Row] = []
    for team, part in found.groupby("team", sort=False):
        rows.append(Row((Cell(TEAM_NAMES[str(team)]),), role="group"))
        rows += [_role(row, currency) for row in part.to_dict("records")]
    counts = found["status"].value_counts()
    said = joined([f"{count} {status}" for status, count in counts.items()])
    notes = [f"{metric(r['metric']).label}: {r['reason']}." for r in _unknown(found)]
    return Table(
        columns,
        tuple(rows),
        f"Who answers for what: {_weeks(period)}",
        f"{count_of(len(found), 'target')}: {said}.",
        (
            "✓ met and ✗ missed: the whole 95% interval lies on one side of the target; ○: it "
            "does not. Figures without an interval are compared as they are.",
            *notes,
        ),
    )


def _unknown(found: pd.DataFrame) -> list[Values]:
    return [row for row in found.to_dict("records") if row["reason"]]


def _role(row: Values, currency: str) -> Row:
    tone, mark = MARKS[row["status"]]
    what, unit = metric(row["metric"]), row["unit"]
    basis = BASIS_LABELS.get(str(row["basis"]), str(row["basis"])) if len(what.bases) > 1 else ""
    spread = interval(row["low"], row["high"], unit, currency)
    n = "" if unit == "count" or math.isnan(row["n"]) else f"n {row['n']:,.0f}"
    return Row(
        (
            Cell(what.label, note=basis),
            Cell(row["owner"]) if row["owner"] else Cell("nobody is named", tone="watch", mark="○"),
            Cell(
                number(row["value"], unit, currency, short=True),
                note=" · ".join(filter(None, (n, spread))),
            ),
            Cell(number(row["target"], unit, currency, short=True)),
            Cell(row["status"], tone=tone, mark=mark),
        )
    )


@section("Perception")
def perception(data: Dataset, period: Period, currency: str) -> Block:
    """Return how each team rates the other beside what the figures say, widest gap first.

    Parameters
    ----------
    data : the data set.
    period : when the ratings were given, and of which the figures are; 13 weeks or more.
    currency : the currency of amounts.
    """
    found = perception_gaps(data, period)
    if found.empty:
        return Callout(f"Nobody rated in {_weeks(period)}.", title="Perception", tone="muted")
    columns = (
        TableColumn("metric", "Metric", width=1),
        TableColumn("score", "Rated 1 to 5", "right"),
        TableColumn("value", "Figure", "right"),
        TableColumn("attained", "Of target", "right"),
        TableColumn("gap", "Gap"),
    )
    rows = found.to_dict("records")
    parts = [f"{metric(row['metric']).label} {_gap(row)[0]}" for row in rows]
    return Table(
        columns,
        tuple(_rated(row, currency) for row in rows),
        f"What each team thinks of the other's work, and the figures: {_weeks(period)}",
        f"Perception against figures, widest gap first: {'; '.join(parts)}.",
        (
            "Gap: the score as a part of its scale less the part of the target attained. ▼ worse "
            "thought of than the figures say: show them; ▲ better: ask why.",
        ),
    )


def _rated(row: Values, currency: str) -> Row:
    what = metric(row["metric"])
    words, tone, mark = _gap(row)
    spread = "" if math.isnan(row["low"]) else f"{row['low']:.1f} to {row['high']:.1f}"
    attained = MISSING if math.isnan(row["attainment"]) else f"{row['attainment'] * 100:.0f}%"
    agreed = number(row["target"], what.unit, currency, short=True)
    return Row(
        (
            Cell(what.label, note=f"rated by {TEAM_NAMES[row['team']]}"),
            Cell(number(row["score"], "score"), note=f"n {row['n']:.0f} · {spread}".strip(" ·")),
            Cell(number(row["value"], what.unit, currency, short=True), note=f"target {agreed}"),
            Cell(attained),
            Cell(words, tone=tone, mark=mark),
        )
    )


def _gap(row: Values) -> tuple[str, Tone, str]:
    """Say a gap in points of a hundred, and mark a wide one."""
    gap = float(row["gap"])
    if math.isnan(gap):
        return MISSING, "muted", ""
    wide = abs(gap) >= WIDE
    return f"{gap * 100:+.0f}", "watch" if wide else "", ("▼" if gap < 0 else "▲") if wide else ""


def _weeks(period: Period) -> str:
    if period.days == 7:
        return period.label
    return f"the {period.days // 7} weeks to {day(period.last_day)}"
