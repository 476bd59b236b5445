"""What each team owes the other: the leads the goal needs, and the follow-up they get."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from report_helpers import facts
from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics import commitments as counted
from report_helpers.metrics.lead_need import lead_need as chain
from report_helpers.metrics.spans import Spans
from report_helpers.metrics.targets import target
from report_helpers.periods import WEEK, Period
from report_helpers.present.blocks import (
    Block,
    Callout,
    Cell,
    Chart,
    Row,
    Table,
    TableColumn,
)
from report_helpers.present.canvas import color, direct_label, draw
from report_helpers.present.formats import MISSING, MONTHS, count_of, day, interval, number
from report_helpers.present.section import section
from report_helpers.settings import Commitments

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Values = dict[Any, Any]
WEEKS = 13
STEPS = {
    "goal": ("A quarter's part of the goal for won amount", ""),
    "average_deal": ("÷ average deal won", "the last 52 weeks"),
    "deals": ("= deals to win", ""),
    "from_leads": ("× won deals that began as a lead", "the last 52 weeks"),
    "rate": ("÷ quality leads that become customers", "52 weeks old enough to tell"),
    "quarter": ("= quality leads a quarter", ""),
    "week": ("= quality leads a week", ""),
}


@section("How many quality leads the revenue goal needs")
def lead_need(data: Dataset, period: Period, currency: str) -> Block:
    """Return the chain from the goal for won amount to the quality leads it needs."""
    rows = chain(data, period).to_dict("records")
    columns = (
        TableColumn("step", "Step", width=1),
        TableColumn("value", "Figure", "right"),
        TableColumn("n", "n", "right"),
        TableColumn("interval", "95% interval", "right"),
    )
    agreed = target(data, "mqls", Period(period.end - WEEK, period.end))
    last = [_agreed(agreed)] if agreed is not None and not data.scope else []
    weekly = rows[-1]
    spread = interval(weekly["low"], weekly["high"], "count")
    notes = dict.fromkeys(f"{row['reason'].capitalize()}." for row in rows if row["reason"])
    return Table(
        columns,
        (*(_step(row, currency) for row in rows), *last),
        "How many quality leads the revenue goal needs",
        f"The goal needs {number(weekly['value'], 'count')} quality leads a week ({spread}).",
        ("Supposes that deals and leads stay as they were; Sales' own deals count too.", *notes),
    )


def _step(row: Values, currency: str) -> Row:
    name, note = STEPS[row["step"]]
    n = MISSING if math.isnan(row["n"]) else number(row["n"], "count")
    return Row(
        (
            Cell(name, note=note),
            Cell(number(row["value"], row["unit"], currency)),
            Cell("" if n == MISSING else n),
            Cell(interval(row["low"], row["high"], row["unit"], currency)),
        ),
        role="total" if row["step"] == "week" else "body",
    )


def _agreed(agreed: float) -> Row:
    cells = Cell("Agreed for a week"), Cell(number(agreed, "count")), Cell(""), Cell("")
    return Row(cells)


@section("Quality leads by week")
def quality_leads(data: Dataset, period: Period) -> Block:
    """Draw the quality leads of the last 13 weeks against what the goal needs a week."""
    weekly = chain(data, period).iloc[-1]
    needed = float(weekly["value"])
    found = counted.quality_leads_by_week(data, period.end, needed, WEEKS)
    if not found["mqls"].notna().any() or math.isnan(needed):
        told = str(weekly["reason"]) or "no quality lead is on record"
        return Callout(f"Not known: {told}.", title="Quality leads by week", tone="muted")
    kept, known = int((found["kept"] == True).sum()), int(found["kept"].notna().sum())  # noqa: E712
    spread = interval(weekly["low"], weekly["high"], "count")
    said = f"Kept in {kept} of {count_of(known, 'week')}"
    mean = number(float(found["mqls"].mean()), "count")
    return Chart(
        draw(lambda axes: _bars(axes, found, needed)),
        f"{said}: {mean} quality leads a week in the mean, {number(needed, 'count')} ({spread}) "
        "needed.",
        f"Marketing's commitment, {WEEKS} weeks: {said.lower()}",
        footnotes=(
            f"Line: {number(needed, 'count')} a week ({spread}) for the goal. Filled: kept.",
        ),
    )


def _bars(axes: Axes, found: pd.DataFrame, needed: float) -> None:
    x, heights = np.arange(len(found)), found["mqls"].to_numpy(float)
    kept = (found["kept"] == True).to_numpy()  # noqa: E712
    fills = [color("accent") if k else "none" for k in kept]
    axes.bar(x, heights, color=fills, edgecolor=color("accent"), linewidth=0.8, width=0.7)
    axes.axhline(needed, color=color("muted"), linewidth=0.8, linestyle="--")
    direct_label(axes, len(found) - 0.5, needed, "needed", "muted")
    starts = list(found["week"])
    ticks = [i for i, s in enumerate(starts) if i == 0 or s.month != starts[i - 1].month]
    ticks = [t for i, t in enumerate(ticks) if i + 1 == len(ticks) or ticks[i + 1] - t > 1]
    axes.set_xticks(ticks, [MONTHS[starts[i].month - 1] for i in ticks])
    axes.set_xlim(-0.6, len(found) - 0.4)
    axes.grid(axis="y", color=color("line"), linewidth=0.4)
    axes.set_axisbelow(True)


@section("Sales' follow-up")
def follow_up(data: Dataset, period: Period, promise: Commitments) -> Block:
    """Return how many quality leads of a period Sales followed up as promised.

    Parameters
    ----------
    data : the data set.
    period : when the leads were handed over; 13 weeks show most.
    promise : the company's settings ``[commitments]``.
    """
    hours = f"{promise.first_touch_hours:g} hours"
    tries = f"{count_of(promise.attempts, 'attempt')} within {promise.attempts_days} working days"
    rows = [
        _kept("First touch", f"within {hours}", data, period, promise),
        _kept("Attempts", tries, data, period, promise),
    ]
    columns = (
        TableColumn("promise", "Sales promised", width=1),
        TableColumn("kept", "Kept", "right"),
        TableColumn("missed", "Missed", "right"),
        TableColumn("open", "Not yet due", "right"),
        TableColumn("rate", "Kept of due", "right"),
        TableColumn("trend", f"{WEEKS} weeks", "center"),
    )
    parts = [f"{row.cells[0].text} {row.cells[4].text}" for row in rows if len(row.cells) > 4]
    return Table(
        columns,
        tuple(rows),
        f"Sales' follow-up of the quality leads of {_weeks(period)}",
        f"Promises kept: {'; '.join(parts)}.",
        (
            "Hours and days from Monday to Friday. An attempt less is no miss where Sales decided "
            "on the lead in time.",
        ),
    )


def _kept(name: str, what: str, data: Dataset, period: Period, promise: Commitments) -> Row:
    first = name == "First touch"
    measure = counted.first_touch_kept if first else counted.attempts_kept
    fact = facts.first_touches if first else facts.attempts
    try:
        row = measure(data, period, (), promise).iloc[0]
    except MissingData as error:
        if first:
            raise
        return Row((Cell(name, note=error.message), *(Cell(MISSING) for _ in range(5))))
    spans = Spans.of(Period(period.end - WEEK, period.end), WEEKS)
    rates = counted.weekly_rates(data, fact, spans, promise)
    states = [Cell(number(row[state], "count")) for state in ("kept", "missed", "open")]
    spread = interval(row["low"], row["high"], "share")
    trend = tuple(None if math.isnan(rate) else float(rate) for rate in rates)
    cells = (
        Cell(name, note=what),
        *states,
        Cell(number(row["value"], "share"), note=spread),
        Cell("", spark=trend),
    )
    return Row(cells)


@section("Quality leads touched late")
def missed(data: Dataset, period: Period, promise: Commitments) -> Block:
    """Return the quality leads of a period whose first touch came late or not yet.

    Parameters
    ----------
    data : the data set.
    period : when the leads were handed over.
    promise : the company's settings ``[commitments]``.
    """
    found = facts.missed_leads(data, period.start, period.end, promise)
    count, waiting = found.attrs["count"], found.attrs["waiting"]
    if found.empty:
        text = f"Every quality lead of {_weeks(period)} that was due got its first touch in time."
        return Callout(text, title="First touches", tone="good")
    names = [n for n in ("owner", "segment", "source") if n in found and found[n].notna().any()]
    columns = (
        TableColumn("lead", "Lead", width=1),
        *(TableColumn(name, name.capitalize()) for name in names[:2]),
        TableColumn("given", "Handed over"),
        TableColumn("hours", "First touch", "right"),
    )
    rest = count - len(found)
    text = (
        f"{count_of(count, 'quality lead')} of {_weeks(period)} touched late or not yet, "
        f"{waiting} still waiting."
    )
    return Table(
        columns,
        tuple(_missed(row, names[:2]) for row in found.to_dict("records")),
        "Quality leads touched late: call those still waiting",
        text,
        (text + (f" {rest} more are not shown." if rest else ""),),
    )


def _missed(row: Values, names: list[str]) -> Row:
    hours = f"{row['hours']:,.0f} h"
    wait = Cell(f"none in {hours}", tone="bad", mark="✗") if row["waiting"] else Cell(hours)
    shown = [Cell(str(row[n]) if pd.notna(row[n]) else MISSING) for n in names]
    return Row((Cell(str(row["lead_id"])), *shown, Cell(day(row["mql_on"], year=False)), wait))


def _weeks(period: Period) -> str:
    if period.days == 7:
        return period.label
    return f"the {period.days // 7} weeks to {day(period.last_day)}"
