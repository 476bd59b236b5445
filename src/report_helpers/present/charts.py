"""The charts of the reports. Each says in its alternative text what its numbers say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from report_helpers.errors import MissingData
from report_helpers.metrics.scorecard import Line
from report_helpers.periods import Period
from report_helpers.present.blocks import Chart
from report_helpers.present.canvas import color, direct_label, direct_labels, draw
from report_helpers.present.formats import MONTHS, count_of, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def control_chart(line: Line, period: Period, currency: str = "EUR") -> Chart:
    """Draw a metric's history with its natural limits, and mark the points that make a signal.

    Parameters
    ----------
    line : a scorecard line.
    period : the period of its last value.
    currency : the currency of its amounts.
    """
    unit = line.metric.unit
    values = np.array(line.history, dtype=float) * (100 if unit == "share" else 1)
    scale = 100 if unit == "share" else 1
    signal = line.signal
    ends = [p.start for p in period.history(len(values))]

    def paint(axes: Axes) -> None:
        x = np.arange(len(values))
        axes.plot(x, values, color=color("accent"), marker="o", markersize=2.2, zorder=3)
        if math.isfinite(signal.centre):
            for level, name in ((signal.upper, "upper limit"), (signal.lower, "lower limit")):
                axes.axhline(level * scale, color=color("muted"), linewidth=0.6, linestyle="--")
                direct_label(axes, len(values) - 0.6, level * scale, name, "muted")
            axes.axhline(signal.centre * scale, color=color("muted"), linewidth=0.6)
            direct_label(axes, len(values) - 0.6, signal.centre * scale, "mean", "muted")
        if signal.is_signal:
            since = signal.since if signal.since is not None else len(values) - 1
            axes.plot(x[since:], values[since:], "D", color=color("bad"), markersize=3.8, zorder=4)
        _months(axes, ends)
        _value_axis(axes, unit)
        axes.set_xlim(-0.6, len(values) - 0.4)

    where = "" if line.group == "all" else f", {line.group}"
    return Chart(
        svg=draw(paint),
        alt=_control_alt(line, currency),
        caption=f"{line.metric.label}{where}: last {len(values)} periods",
        footnotes=("◆ marks the points that make the signal.",) if signal.is_signal else (),
    )


def _control_alt(line: Line, currency: str) -> str:
    unit, signal = line.metric.unit, line.signal
    known = [value for value in line.history if math.isfinite(value)]
    if not known:
        return f"{line.metric.label}: no values."
    said = [number(v, unit, currency) for v in (known[0], line.value, min(known), max(known))]
    text = (
        f"{line.metric.label} over {len(line.history)} periods, from {said[0]} to {said[1]}; "
        f"lowest {said[2]}, highest {said[3]}."
    )
    if math.isfinite(signal.centre):
        lower, centre, upper = (
            number(v, unit, currency) for v in (signal.lower, signal.centre, signal.upper)
        )
        text += f" Natural limits {lower} to {upper}, mean {centre}."
    return text + (" The last points make a signal." if signal.is_signal else " No signal.")


def _months(axes: Axes, starts: list) -> None:  # type: ignore[type-arg]
    ticks = [i for i, day in enumerate(starts) if i == 0 or day.month != starts[i - 1].month]
    ticks = [t for i, t in enumerate(ticks) if i + 1 == len(ticks) or ticks[i + 1] - t > 1]
    axes.set_xticks(ticks, [MONTHS[starts[i].month - 1] for i in ticks])


def _value_axis(axes: Axes, unit: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    suffix = {"share": "%", "hours": " h", "days": " d"}.get(unit, "")
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}{suffix}"))
    axes.grid(axis="y", color=color("line"), linewidth=0.4)
    axes.set_axisbelow(True)


def funnel_chart(steps: pd.DataFrame, caption: str) -> Chart:
    """Draw how many leads reached each stage.

    Parameters
    ----------
    steps : rows in order with ``label``, ``n`` and ``rate`` (share of the step before).
    caption : the title.
    """
    names, counts = list(steps["label"]), steps["n"].to_numpy(float)
    rates = steps["rate"].to_numpy(float)

    def paint(axes: Axes) -> None:
        y = np.arange(len(counts))[::-1]
        axes.barh(y, counts, color=color("accent"), height=0.62)
        for place, count, rate in zip(y, counts, rates, strict=True):
            text = f"{count:,.0f}" + (f"  ({rate * 100:.0f}%)" if math.isfinite(rate) else "")
            axes.annotate(
                text,
                (count, place),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                annotation_clip=False,
            )
        axes.set_yticks(y, names)
        axes.set_xlim(0, max(counts.max(), 1) * 1.28)
        axes.set_xticks([])
        for side in ("bottom", "left"):
            axes.spines[side].set_visible(False)

    parts = [
        f"{name} {count:,.0f}"
        + (f" ({rate * 100:.0f}% of the step before)" if rate == rate else "")
        for name, count, rate in zip(names, counts, rates, strict=True)
    ]
    return Chart(
        svg=draw(paint, height=2.0),
        alt=f"{caption}: {'; '.join(parts)}.",
        caption=caption,
        footnotes=("In brackets: share of the step before.",),
    )


def incidence_chart(curves: pd.DataFrame, caption: str) -> Chart:
    """Draw the share of deals won and lost by age, open deals counted as undecided.

    Parameters
    ----------
    curves : as `report_helpers.metrics.incidence.curves` returns them, one row an age.
    caption : the title.

    Raises
    ------
    MissingData
        When no deal is won or lost.
    """
    ways = {"win": ("won", "good"), "loss": ("lost", "bad")}
    closed = curves["won"] + curves["lost"] > 0
    if not closed.any():
        raise MissingData("no deal is won or lost yet")
    curves = curves[curves["days"] <= curves.loc[closed, "days"].max()]
    days = curves["days"].to_numpy(float)

    def paint(axes: Axes) -> None:
        ends = []
        for name, (word, tone) in ways.items():
            value, low, high = (
                curves[column].to_numpy(float) * 100
                for column in (name, f"{name}_low", f"{name}_high")
            )
            axes.step(days, value, where="post", color=color(tone))
            axes.fill_between(days, low, high, step="post", color=color(tone), alpha=0.15, lw=0)
            ends.append((days[-1], value[-1], f"{word} {value[-1]:.0f}%", tone))
        _value_axis(axes, "share")
        axes.set_ylim(0, None)
        axes.set_xlim(0, None)
        direct_labels(axes, ends)
        axes.set_xlabel("days since the deal was opened")

    last = curves.iloc[-1]
    alt = (
        f"{caption}: {number(last['win'], 'share')} won and {number(last['loss'], 'share')} lost "
        f"by {count_of(last['days'], 'day')} after opening; the rest is still open."
    )
    return Chart(svg=draw(paint), alt=alt, caption=caption)
