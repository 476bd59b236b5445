"""The scorecard as tables: one compact for the first page, one with everything."""

from __future__ import annotations

import math

from report_helpers.metrics.scorecard import Line
from report_helpers.present.blocks import Cell, Row, Table, TableColumn, Tone
from report_helpers.present.findings import TEAM_NAMES, title
from report_helpers.present.formats import interval, number

MARKS = {"up": "▲", "down": "▼", "none": ""}


def compact(lines: list[Line], team: str, span: str, currency: str) -> Table:
    """Return a team's scorecard, narrow enough to stand beside the other team's.

    Parameters
    ----------
    lines : the scorecard.
    team : whose lines to show.
    span : what one period is called, such as ``week``.
    currency : the currency of amounts.
    """
    mine = [line for line in lines if line.metric.team == team]
    columns = (
        TableColumn("metric", "Metric", width=1),
        TableColumn("now", "Now", "right"),
        TableColumn("before", "Prior", "right"),
        TableColumn("target", "Target", "right"),
        TableColumn("trend", f"6 {span}s", "center"),
    )
    reasons = [f"{title(line)}: {line.reason}." for line in mine if line.reason]
    return Table(
        columns=columns,
        rows=tuple(_row(line, currency) for line in mine),
        caption=f"{TEAM_NAMES[team]} scorecard",
        alt=_alt(mine, team, currency),
        footnotes=(
            *reasons,
            "n: what the figure rests on, with its 95% interval. Small, under Prior: a year ago.",
        ),
    )


def _row(line: Line, currency: str) -> Row:
    now, prior, year_ago = (
        number(value, line.metric.unit, currency, short=True)
        for value in (line.value, line.prior, line.year_ago)
    )
    return Row(
        (
            Cell(_name(line), note=_rests_on(line, currency)),
            _now(line, now),
            Cell(prior, note=year_ago, tone="muted"),
            _target(line, currency),
            Cell("", spark=tuple(None if math.isnan(v) else v for v in line.trend)),
        )
    )


def _name(line: Line) -> str:
    """Return the metric with its basis, in few letters: ``Win rate, closed``."""
    basis = {"value": "by value"}.get(line.basis, line.basis)
    return f"{line.metric.label}, {basis}" if len(line.metric.bases) > 1 else line.metric.label


def _rests_on(line: Line, currency: str) -> str:
    """Return what the figure rests on, in few letters: ``n 59 · 15–36%``."""
    if line.metric.unit == "count" or math.isnan(line.n):
        return ""
    spread = interval(line.low, line.high, line.metric.unit, currency)
    return f"n {line.n:,.0f}" + (f" · {spread}" if spread else "")


def _now(line: Line, text: str) -> Cell:
    """Return the period's value; ○ marks one that is provisional or missing for a reason below."""
    if line.signal.is_signal:
        tone: Tone = "good" if line.improved else "bad"
        return Cell(text, tone=tone, mark=MARKS[line.signal.direction])
    return Cell(text, tone="muted", mark="○") if line.reason else Cell(text)


def _target(line: Line, currency: str) -> Cell:
    if line.target is None:
        return Cell("")
    text = number(line.target, line.metric.unit, currency, short=True)
    if line.met is None:
        return Cell(text, tone="muted")
    return Cell(text, tone="" if line.met else "watch", mark="✓" if line.met else "✗")


def _alt(lines: list[Line], team: str, currency: str) -> str:
    parts = [f"{title(line)} {number(line.value, line.metric.unit, currency)}" for line in lines]
    return f"{TEAM_NAMES[team]} scorecard: {'; '.join(parts)}."
