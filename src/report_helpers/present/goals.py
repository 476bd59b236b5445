"""Goals as a table, a chart and a sentence a team: where they stand against their plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import UnknownName
from report_helpers.glossary import metric
from report_helpers.metrics import goals as measured
from report_helpers.metrics.actuals import FROM_BOOKS
from report_helpers.metrics.scorecard import Line
from report_helpers.periods import Period
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Chart,
    Finding,
    Findings,
    Row,
    Table,
    TableColumn,
    Tone,
)
from report_helpers.present.canvas import color, direct_label, draw
from report_helpers.present.findings import TEAM_NAMES, title
from report_helpers.present.formats import day, interval, joined, number
from report_helpers.present.section import section
from report_helpers.settings import Settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Values = dict[Any, Any]
MARKS: dict[str, tuple[Tone, str]] = {
    "reached": ("good", "✓"),
    "on plan": ("good", "▲"),
    "behind": ("watch", "▼"),
    "out of reach": ("bad", "✗"),
    "missed": ("bad", "✗"),
    "not begun": ("muted", "○"),
    "not known": ("muted", "○"),
}
_RULES = (
    "▲ on plan: at or beyond the straight line to the target today. ▼ behind it. ✗ out of reach: "
    "at the recent pace (a level: as it is now) the whole 95% interval falls short.",
    "The pace is that of the last 26 weeks (the books: 24 months). It knows no season and no plan.",
)


@section("Goals")
def goals(data: Dataset, period: Period, settings: Settings) -> Block:
    """Return where each goal of the company stands, what is needed, and where it is heading."""
    found = measured.goals(data, period, settings)
    currency = settings.company.currency
    columns = (
        TableColumn("goal", "Goal", width=1),
        TableColumn("now", "Now / plan today", "right"),
        TableColumn("target", "Target", "right"),
        TableColumn("projection", "Heading for", "right"),
        TableColumn("status", "Status"),
    )
    rows = found.to_dict("records")
    lacking = [f"{row['goal']}: {row['reason']}." for row in rows if row["reason"]]
    parts = [f"{row['goal']}: {_value(row, 'value', currency)}, {row['verdict']}" for row in rows]
    return Table(
        columns,
        tuple(_goal(row, currency) for row in rows),
        f"Goals of the company on {day(period.last_day)}",
        f"{len(rows)} goals. {'; '.join(parts)}.",
        (*lacking, *_RULES),
    )


def _goal(row: Values, currency: str) -> Row:
    tone, mark = MARKS[row["verdict"]]
    unit = row["unit"]
    spread = interval(row["projected_low"], row["projected_high"], unit, currency)
    n = "" if row["additive"] or math.isnan(row["n"]) else f"n {row['n']:,.0f}"
    due = f"by {day(row['due_on'], year=False)}"
    what = " · ".join(filter(None, (metric(row["metric"]).label, due, row["owner"])))
    plan = f"plan {_value(row, 'plan', currency)}" if not math.isnan(row["plan"]) else ""
    return Row(
        (
            Cell(row["goal"], note=what),
            Cell(_value(row, "value", currency), note=plan),
            Cell(_value(row, "target", currency)),
            Cell(_value(row, "projection", currency), note=" · ".join(filter(None, (n, spread)))),
            Cell(row["verdict"], note=_needed(row, currency), tone=tone, mark=mark),
        )
    )


def _step(row: Values) -> str:
    """Say by what a goal is followed: weeks, or the months of the books."""
    return "month" if row["metric"] in FROM_BOOKS else "week"


def _needed(row: Values, currency: str) -> str:
    """Say what is still needed, in few letters."""
    if row["verdict"] in ("reached", "missed") or math.isnan(row["needed"]):
        return ""
    needed = _value(row, "needed", currency)
    if row["additive"]:
        return f"needs {needed} a {_step(row)}, has {_value(row, 'recent', currency)}"
    if row["unit"] in ("share", "percent"):
        return f"needs {row['needed'] * 100:+.1f} points"
    sign = "+" if row["needed"] > 0 else ""
    return f"needs {sign}{needed}" if row["needed"] else ""


def _value(row: Values, name: str, currency: str) -> str:
    return number(row[name], row["unit"], currency, short=True)


@section("Goal")
def goal_chart(data: Dataset, period: Period, settings: Settings, goal: str = "") -> Block:
    """Draw a goal that adds up against its plan line, and where it is heading.

    Parameters
    ----------
    data, period, settings : as for `goals`.
    goal : the goal's words; the first that adds up when empty.

    Raises
    ------
    UnknownName
        When no goal that adds up is called so.
    """
    found = measured.goals(data, period, settings)
    totals = found[found["additive"] & (found["verdict"] != "not begun") & found["value"].notna()]
    if goal and goal not in set(totals["goal"]):
        raise UnknownName("goal", goal, list(totals["goal"]))
    if totals.empty:
        return Callout("No goal adds up week by week.", title="Goal", tone="muted")
    row: Values = (totals[totals["goal"] == goal] if goal else totals).iloc[0].to_dict()
    values = measured.course(data, row, period.end)
    return _drawn(row, values, settings.company.currency)


def _drawn(row: Values, values: pd.Series, currency: str) -> Chart:
    done, left = values.cumsum().to_numpy(float), int(row["left"])
    now, end = len(done), len(done) + left
    scale = 1e6 if row["unit"] == "money" and row["target"] >= 2e6 else 1.0

    def paint(axes: Axes) -> None:
        axes.plot([0, end], [0, row["target"] / scale], color=color("muted"), linestyle="--")
        direct_label(axes, end, row["target"] / scale, "target", "muted")
        axes.plot(range(now + 1), [0, *(done / scale)], color=color("accent"))
        if left:
            heading = row["projection"] / scale
            bounds = [row[name] / scale for name in ("projected_low", "projected_high")]
            x, last = [now, end], done[-1] / scale
            axes.plot(x, [last, heading], color=color("accent"), linestyle=":")
            axes.fill_between(
                x, [last, bounds[0]], [last, bounds[1]], color=color("accent"), alpha=0.15, lw=0
            )
        axes.set_xlim(0, end)
        axes.set_ylim(0, None)
        axes.set_xlabel(f"{_step(row)}s since {day(row['starts_on'])}")
        axes.grid(axis="y", color=color("line"), linewidth=0.4)
        axes.set_ylabel(f"million {currency}" if scale > 1 else "")

    said = {n: _value(row, n, currency) for n in ("value", "plan", "target", "projection")}
    spread = interval(row["projected_low"], row["projected_high"], row["unit"], currency)
    alt = (
        f"{row['goal']}: {said['value']} so far, plan {said['plan']}; heading for "
        f"{said['projection']} ({spread}) against {said['target']}: {row['verdict']}."
    )
    return Chart(
        draw(paint), alt, row["goal"],
        footnotes=("Dashed: plan. Dotted: the recent pace, with its 95% interval.",),
    )  # fmt: skip


@section("Our part")
def our_part(
    data: Dataset, period: Period, team: str, lines: list[Line], settings: Settings
) -> Block:
    """Say for each goal where the metrics stand with which a team drives it.

    Parameters
    ----------
    data, period, settings : as for `goals`.
    team : ``marketing`` or ``sales``.
    lines : the scorecard of the period, with targets and signals.
    """
    found = measured.goals(data, period, settings)
    by_name = {line.metric.name: line for line in reversed(lines)}
    items = []
    for row in found.to_dict("records"):
        names = str(row[f"{team}_metrics"]).split()
        said = [
            _said(by_name[name], settings.company.currency) for name in names if name in by_name
        ]
        if said:
            tone, _mark = MARKS[row["verdict"]]
            text = f"{TEAM_NAMES[team]} drives it by {joined(said)}."
            items.append(Finding(text, lead=f"{row['goal']} ({row['verdict']})", tone=tone))
    nothing = Finding(f"No goal names a metric of {TEAM_NAMES[team]}.", tone="muted")
    return Findings(tuple(items) or (nothing,), title=f"What {TEAM_NAMES[team]} does for the goals")


def _said(line: Line, currency: str) -> str:
    """Say a metric, its value against target, and whether it is a signal."""
    name = title(line)
    name = name[0].lower() + name[1:] if not name[1].isupper() else name
    unit = line.metric.unit
    text = f"{name} {number(line.value, unit, currency, short=True)}"
    if line.target is not None:
        text += f" of {number(line.target, unit, currency, short=True)}"
    verdict = {"missing": "no figure", "too_few": "too few to tell", "none": "no signal"}
    way = f"a signal for the {'better' if line.improved else 'worse'}"
    return f"{text} ({verdict.get(line.signal.kind, way)})"
