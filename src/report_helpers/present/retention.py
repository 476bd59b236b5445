"""Retention shown: who stayed and what they pay, by group, and over the last months."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MissingData
from report_helpers.metrics.retention import YEAR, retention, retention_history
from report_helpers.periods import Period
from report_helpers.present.blocks import Block, Callout, Cell, Chart, Row, Table, TableColumn, Tone
from report_helpers.present.canvas import color, direct_labels, draw
from report_helpers.present.formats import MISSING, MONTHS, day, interval, money, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS = {
    "logo_retention": "Customers kept",
    "gross_revenue_retention": "Revenue kept (GRR)",
    "net_revenue_retention": "With growth (NRR)",
}
Values = dict[Hashable, Any]


def retention_table(
    data: Dataset, period: Period, by: str = "segment", currency: str = "EUR"
) -> Block:
    """Return twelve-month retention of customers and revenue, by one attribute of accounts.

    Parameters
    ----------
    data : the data set.
    period : the twelve months end with it.
    by : ``segment``, ``industry``, ``size`` or ``region``.
    currency : the currency of the amounts.
    """
    whole = _wide(retention(data, period))
    first = whole[0]["logo_retention"]
    if first["status"] == "na":
        return Callout(f"Not known: {first['reason']}.", title="Retention", tone="muted")
    rows = [_row(found) for found in _groups(data, period, by)]
    rows.append(_row(whole[0] | {"group": "All"}, "total"))
    columns = (
        TableColumn("group", by.capitalize(), width=1),
        TableColumn("n", "Customers then", "right"),
        *(TableColumn(name, label, "right") for name, label in LABELS.items()),
    )
    caption = f"Customers of {day(first['start_on'])}, on {day(period.last_day)}"
    parts = [f"{label} {_share(whole[0][name])}" for name, label in LABELS.items()]
    notes = (_movement(whole[0]["net_revenue_retention"], currency), _MARKS)
    return Table(columns, tuple(rows), caption, f"{caption}: {'; '.join(parts)}.", notes)


_MARKS = "▲ ▼ mark revenue that surely grew or shrank: its 95% interval leaves out 100%."


def _groups(data: Dataset, period: Period, by: str) -> list[Values]:
    """Return the groups, the one with the most customers first; none where accounts lack `by`."""
    try:
        found = _wide(retention(data, period, by))
    except MissingData:  # accounts are not there or lack the attribute: the whole stands alone
        return []
    return sorted(found, key=lambda row: -float(row["logo_retention"]["customers"]))


def _wide(found: pd.DataFrame) -> list[Values]:
    """Return one dict a group: its name, and the figure of each metric over twelve months."""
    rows: dict[str, Values] = {}
    for figure in found[found["basis"] == YEAR].to_dict(orient="records"):
        rows.setdefault(figure["group"], {"group": figure["group"]})[figure["metric"]] = figure
    return list(rows.values())


def _row(found: Values, role: str = "body") -> Row:
    logo = found["logo_retention"]
    cells = [Cell(str(found["group"])), Cell(number(logo["customers"], "count"))]
    for name in LABELS:
        figure = found[name]
        spread = interval(figure["low"], figure["high"], "share")
        tone, mark = _verdict(figure) if name == "net_revenue_retention" else ("", "")
        note = spread or str(figure["reason"])
        cells.append(Cell(_share(figure), note=note, tone=tone, mark=mark))
    return Row(tuple(cells), role="total" if role == "total" else "body")


def _verdict(figure: Values) -> tuple[Tone, str]:
    if figure["high"] < 1:
        return "bad", "▼"
    return ("good", "▲") if figure["low"] > 1 else ("", "")


def _share(figure: Values) -> str:
    return number(figure["value"], "percent")


def _movement(figure: Values, currency: str) -> str:
    if figure["status"] == "na":
        return f"Revenue not known: {figure['reason']}."
    start, lost, shrunk, grown, end, new = (
        money(float(figure[name]), currency)
        for name in ("start", "lost", "contracted", "expanded", "end", "new_amount")
    )
    return (
        f"A year: {start} then, {lost} lost with customers, {shrunk} with smaller orders, {grown} "
        f"won with larger ones: {end} now. New customers, {new}, do not count."
    )


def retention_chart(data: Dataset, period: Period, months: int = 13) -> Block:
    """Draw twelve-month revenue retention, gross and net, at the end of each month.

    Parameters
    ----------
    data : the data set.
    period : the last month is the last whole one before its end.
    months : how many months.
    """
    found = retention_history(data, period, months)
    lines = {
        name: found[found["metric"] == name].reset_index(drop=True)
        for name in ("net_revenue_retention", "gross_revenue_retention")
    }
    net = lines["net_revenue_retention"]
    if net["value"].isna().all():
        reason = net["reason"].iloc[-1]
        return Callout(f"Not known: {reason}.", title="Retention over time", tone="muted")
    caption = f"Revenue kept over twelve months, to the end of each of {months} months"
    return Chart(
        svg=draw(lambda axes: _paint(axes, lines)),
        alt=_alt(caption, lines),
        caption=caption,
        footnotes=("Shaded: 95% interval. Neighbouring months share eleven of twelve months.",),
    )


def _paint(axes: Axes, lines: dict[str, pd.DataFrame]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    tones = {
        "net_revenue_retention": ("NRR", "accent"),
        "gross_revenue_retention": ("GRR", "muted"),
    }
    ends = []
    for name, frame in lines.items():
        word, tone = tones[name]
        x = np.arange(len(frame))
        value, low, high = (frame[c].to_numpy(float) * 100 for c in ("value", "low", "high"))
        axes.plot(x, value, color=color(tone), marker="o", markersize=2.2)
        axes.fill_between(x, low, high, color=color(tone), alpha=0.13, lw=0)
        if np.isfinite(value[-1]):
            ends.append((x[-1], value[-1], f"{word} {value[-1]:.0f}%", tone))
    axes.axhline(100, color=color("line"), linewidth=0.8)
    direct_labels(axes, ends)
    months = [int(str(label)[5:]) for label in next(iter(lines.values()))["period"]]
    shown = range(0, len(months), 3)
    axes.set_xticks(list(shown), [MONTHS[months[i] - 1] for i in shown])
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}%"))


def _alt(caption: str, lines: dict[str, pd.DataFrame]) -> str:
    parts = []
    for name, frame in lines.items():
        known = frame[frame["value"].notna()]
        first, last = (number(known["value"].iloc[place], "percent") for place in (0, -1))
        when, until = known["period"].iloc[0], known["period"].iloc[-1]
        said = interval(known["low"].iloc[-1], known["high"].iloc[-1], "share") or MISSING
        parts.append(f"{LABELS[name]} from {first} in {when} to {last} ({said}) in {until}")
    return f"{caption}: {'; '.join(parts)}."
