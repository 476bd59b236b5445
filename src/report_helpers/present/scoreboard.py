"""The scorecard as tables: one compact for the first page, one with everything."""

from __future__ import annotations

import math

from report_helpers.metrics.scorecard import Line
from report_helpers.present.blocks import Cell, Row, Table, TableColumn, Tone
from report_helpers.present.findings import TEAM_NAMES, rests_on, title
from report_helpers.present.formats import number

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
        TableColumn("now", f"This {span}", "right"),
        TableColumn("prior", "Prior", "right"),
        TableColumn("year_ago", "Year ago", "right"),
        TableColumn("target", "Target", "right"),
        TableColumn("trend", "Trend", "center"),
    )
    reasons = [f"{title(line)}: {line.reason}." for line in mine if line.reason and math.isnan(line.value)]
    return Table(
        columns=columns,
        rows=tuple(_row(line, currency) for line in mine),
        caption=f"{TEAM_NAMES[team]} scorecard",
        alt=_alt(mine, team, currency),
        footnotes=tuple(reasons),
    )


def _row(line: Line, currency: str) -> Row:
    unit = line.metric.unit
    tone: Tone = "" if line.improved is None else ("good" if line.improved else "bad")
    mark = MARKS[line.signal.direction] if line.signal else ""
    return Row(
        (
            Cell(title(line), note=rests_on(line, currency)),
            Cell(number(line.value, unit, currency), tone=tone, mark=mark),
            Cell(number(line.prior, unit, currency), tone="muted"),
            Cell(number(line.year_ago, unit, currency), tone="muted"),
            _target(line, currency),
            Cell("", spark=tuple(None if math.isnan(v) else v for v in line.trend)),
        )
    )


def _target(line: Line, currency: str) -> Cell:
    if line.target is None:
        return Cell("")
    text = number(line.target, line.metric.unit, currency)
    if line.met is None:
        return Cell(text, tone="muted")
    return Cell(text, tone="" if line.met else "watch", mark="✓" if line.met else "✗")


def _alt(lines: list[Line], team: str, currency: str) -> str:
    parts = [f"{title(line)} {number(line.value, line.metric.unit, currency)}" for line in lines]
    return f"{TEAM_NAMES[team]} scorecard: {'; '.join(parts)}."
