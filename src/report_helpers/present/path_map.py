"""The path map: stages from left to right, deals moving between them, drawn full width."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import pandas as pd

from report_helpers.facts.paths import LOST, OPEN, WON
from report_helpers.metrics.process import Process
from report_helpers.metrics.waiting import quantile, survival
from report_helpers.present.blocks import Chart
from report_helpers.present.canvas import color, draw
from report_helpers.present.formats import count_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 7.0  # inches: the text width of A4
MOST = 8  # stages drawn: more would not be legible
ARCS = 6  # skips, and steps back, drawn: the most frequent
SMALL = 7.0  # points
BOX = 0.62  # height of the boxes, inches; their middle is 0
MARGIN = 0.1  # inches above and below
REACH = 0.6  # how much higher the arc past all stages is than the least, inches
HEAVIEST = 7.0  # points: the line of the most frequent move


@dataclass(frozen=True)
class Node:
    """One stage: deals that entered it, median days in it (NaN if unknown), how many were lost."""

    name: str
    n: int
    days: float
    waiting: int
    lost: int


@dataclass(frozen=True)
class Move:
    """Deals that went from one stage to another; ``end`` is past the last stage for a win."""

    start: int
    end: int
    n: int


@dataclass(frozen=True)
class Flow:
    """What a map shows: its stages in order and the moves between them."""

    nodes: tuple[Node, ...]
    moves: tuple[Move, ...]
    left_out: tuple[str, ...] = ()

    @property
    def skips(self) -> list[Move]:
        """Moves past a stage, the most frequent first."""
        return _largest([m for m in self.moves if m.end > m.start + 1])

    @property
    def returns(self) -> list[Move]:
        """Moves to an earlier stage, the most frequent first."""
        return _largest([m for m in self.moves if m.end < m.start])

    @property
    def steps(self) -> list[Move]:
        """Moves to the next stage."""
        return [m for m in self.moves if m.end == m.start + 1]


def path_map(process: Process, group: str = "") -> Chart:
    """Draw how the deals that entered stages in the window moved on.

    Parameters
    ----------
    process : the process, measured by at most one dimension.
    group : one value of that dimension; empty for all.
    """
    flow = flow_of(process, group)
    where = f"{group}: the" if group else "The"
    caption = f"{where} way of deals, {process.weeks} weeks"
    bottom, top = _span(flow)
    drawn = {*flow.steps, *flow.skips[:ARCS], *flow.returns[:ARCS]}
    hidden = sum(m.n for m in flow.moves if m not in drawn)
    footnotes = [
        "Boxes: median days in the stage, deals that entered it, deals lost from it. Lines: deals "
        "that moved on; dashed below: steps back."
    ]
    if hidden:
        footnotes.append(f"{count_of(hidden, 'rare move')} not drawn.")
    if flow.left_out:
        footnotes.append(f"Rarely entered and not drawn: {', '.join(flow.left_out)}.")
    return Chart(
        svg=draw(lambda axes: paint(axes, flow), height=top - bottom, width=WIDTH),
        alt=f"{caption}. {_alt(flow)}",
        caption=caption,
        footnotes=tuple(footnotes),
    )


def flow_of(process: Process, group: str = "") -> Flow:
    """Return what the map of a group shows: stays that began in the window."""
    stays = process.stays
    stays = (
        stays[(stays["age"] == 0) & (stays[process.by[0]] == group)]
        if group
        else stays[stays["age"] == 0]
    )
    entered = stays.groupby("stage")["n"].sum()
    order = [name for name in process.stages.order if entered.get(name, 0)]
    kept = set(entered.reindex(order).nlargest(MOST).index)
    names = [name for name in order if name in kept]
    nodes = tuple(_node(name, stays[stays["stage"] == name]) for name in names)
    places = {name: place for place, name in enumerate(names)} | {WON: len(names)}
    moved = stays[stays["stage"].isin(names) & stays["next"].isin(places)]
    sums = moved.groupby(["stage", "next"], as_index=False)["n"].sum()
    moves = tuple(
        Move(places[row.stage], places[row.next], int(row.n))
        for row in sums.itertuples()
        if row.stage != row.next
    )
    return Flow(nodes, moves, tuple(name for name in order if name not in kept))


def _node(name: str, stays: pd.DataFrame) -> Node:
    counts = stays.groupby("next")["n"].sum()
    days = quantile(survival(stays))
    return Node(
        name, int(stays["n"].sum()), days, int(counts.get(OPEN, 0)), int(counts.get(LOST, 0))
    )


def _largest(moves: list[Move]) -> list[Move]:
    return sorted(moves, key=lambda move: (-move.n, move.start, move.end))


def paint(axes: Axes, flow: Flow) -> None:
    """Draw a flow on axes measured in inches."""
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(*_span(flow))
    axes.set_axis_off()
    if not flow.nodes:
        axes.text(WIDTH / 2, 0, "No deal entered a stage.", ha="center", color=color("muted"))
        return
    slot = WIDTH / (len(flow.nodes) + 1)
    most = max((move.n for move in flow.moves), default=1)
    for move in flow.steps:
        _straight(axes, move, slot, most)
    for move in (*flow.skips[:ARCS], *flow.returns[:ARCS]):
        _arc(axes, move, slot, most, max(len(flow.nodes), 2))
    for place, node in enumerate(flow.nodes):
        _box(axes, (place + 0.5) * slot, slot, node)
    won = sum(move.n for move in flow.moves if move.end == len(flow.nodes))
    _won(axes, (len(flow.nodes) + 0.5) * slot, slot, won)


def _span(flow: Flow) -> tuple[float, float]:
    """Return the lowest and the highest place that is drawn on, in inches."""
    stages, edge = max(len(flow.nodes), 2), BOX / 2 + MARGIN
    above, below = (
        max((_reach(move, stages) for move in moves[:ARCS]), default=0.0)
        for moves in (flow.skips, flow.returns)
    )
    return -edge - below, edge + above


def _reach(move: Move, stages: int) -> float:
    """Return how far from the boxes an arc goes, in inches: the farther it leads, the farther."""
    past = move.start - move.end if move.end < move.start else move.end - move.start - 1
    return 0.22 + REACH * past / stages


def _straight(axes: Axes, move: Move, slot: float, most: int) -> None:
    left, right = _edge(slot, move.start, 1), _edge(slot, move.end, -1)
    weight = _weight(move, most)
    axes.plot([left, right], [0, 0], color=color("accent"), linewidth=weight,
              solid_capstyle="butt")  # fmt: skip
    axes.text((left + right) / 2, weight / 144 + 0.04, f"{move.n:,}", ha="center",
              va="bottom", fontsize=SMALL)  # fmt: skip


def _arc(axes: Axes, move: Move, slot: float, most: int, stages: int) -> None:
    """Draw a skip above the boxes, a step back below them."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    back = move.end < move.start
    sign, tone = (-1, "bad") if back else (1, "accent")
    base = sign * BOX / 2
    reach = _reach(move, stages)
    shift = sign * 0.12 * slot
    start, end = (move.start + 0.5) * slot + shift, (move.end + 0.5) * slot - shift
    top = base + sign * reach / 0.75  # a curve comes three quarters of the way to its handles
    way = Path([(start, base), (start, top), (end, top), (end, base)], [1, 4, 4, 4])
    axes.add_patch(FancyArrowPatch(
        path=way, arrowstyle="-|>", mutation_scale=6, fill=False, color=color(tone),
        linewidth=min(_weight(move, most), 3.0), linestyle="--" if back else "-",
    ))  # fmt: skip
    axes.text((start + end) / 2, base + sign * reach, f"{move.n:,}", ha="center", va="center",
              fontsize=SMALL, color=color(tone), zorder=4,
              bbox={"facecolor": color("paper"), "edgecolor": "none", "pad": 0.8})  # fmt: skip


def _box(axes: Axes, x: float, slot: float, node: Node) -> None:
    width = 0.74 * slot
    _frame(axes, x, width, "accent")
    letters = max(int(width * 72 / (SMALL * 0.54)), 4)
    name = textwrap.wrap(node.name, letters, max_lines=1, placeholder="…")[0]
    days = f"{node.days:,.0f} days" if isfinite(node.days) else "days: –"
    for row, (text, weight) in enumerate(
        [(name, 600), (days, 400), (f"n = {node.n:,}", 400), (f"{node.lost:,} lost", 400)]
    ):
        axes.text(x, 0.205 - 0.138 * row, text, ha="center", va="center",
                  fontsize=SMALL, fontweight=weight,
                  color=color("muted" if row > 1 else "ink"))  # fmt: skip


def _won(axes: Axes, x: float, slot: float, won: int) -> None:
    _frame(axes, x, 0.74 * slot, "good")
    axes.text(x, 0.07, "Won", ha="center", va="center", fontsize=SMALL, fontweight=600)
    axes.text(x, -0.07, f"{won:,}", ha="center", va="center", fontsize=SMALL)


def _frame(axes: Axes, x: float, width: float, tone: str) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle(
        (x - width / 2, -BOX / 2), width, BOX, facecolor=color("paper"),
        edgecolor=color(tone), linewidth=0.8, zorder=3,
    ))  # fmt: skip


def _edge(slot: float, place: int, side: int) -> float:
    return (place + 0.5) * slot + side * 0.37 * slot


def _weight(move: Move, most: int) -> float:
    return 0.6 + (HEAVIEST - 0.6) * move.n / most


def _alt(flow: Flow) -> str:
    names = [*(node.name for node in flow.nodes), "won"]
    parts = [
        f"{node.name}: {count_of(node.n, 'deal')}, "
        + (f"median {count_of(node.days, 'day')}" if isfinite(node.days) else "median not reached")
        + f", {node.lost:,} lost, {node.waiting:,} still there"
        for node in flow.nodes
    ]
    told = "; ".join(parts) + "." if parts else "No deal entered a stage."
    for title, moves in (
        ("Next stage", flow.steps), ("Skips", flow.skips), ("Steps back", flow.returns),
    ):  # fmt: skip
        if moves:
            listed = [f"{names[m.start]} to {names[m.end]} {m.n:,}" for m in moves[: ARCS + MOST]]
            told += f" {title}: {'; '.join(listed)}."
    return told
