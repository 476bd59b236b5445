"""The drawing surface of every chart: size, type, palette, and a deterministic SVG."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from report_helpers import assets

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_svg import FigureCanvasSVG

LABEL_HEIGHT = 0.08  # of the axes' height
WIDTH = 3.45  # inches: half the text width of A4, and the width of a phone


@cache
def tokens() -> dict[str, Any]:
    """Return the design tokens shared by screen, paper and charts."""
    text = assets.path("templates", "base", "tokens.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def color(name: str) -> str:
    """Return a colour of the palette by name."""
    return str(tokens()["color"][name])


@cache
def _style() -> Any:
    from matplotlib import font_manager

    for font in sorted(assets.path("templates", "base", "fonts").glob("IBMPlexSans-*.ttf")):
        font_manager.fontManager.addfont(font)
    ink, muted, line = color("ink"), color("muted"), color("line")
    return {
        "font.family": tokens()["font"],
        "font.size": 7.5,
        "text.color": ink,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "axes.edgecolor": line,
        "axes.labelcolor": muted,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": muted,
        "ytick.color": muted,
        "xtick.major.size": 2,
        "ytick.major.size": 0,
        "lines.linewidth": 1.2,
        "svg.fonttype": "none",
        "svg.hashsalt": "marsale",
        "path.simplify": False,
    }


def draw(paint: Any, height: float = 2.1, width: float = WIDTH) -> str:
    """Return the SVG that `paint` draws.

    Parameters
    ----------
    paint : called with a matplotlib Axes in the house style.
    height, width : size in inches.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context(_style()):
        figure = Figure(figsize=(width, height), layout="constrained")
        canvas = FigureCanvasSVG(figure)
        paint(figure.add_subplot())
        return _svg(canvas)


def _svg(canvas: FigureCanvasSVG) -> str:
    buffer = io.StringIO()
    # `savefig` would draw everything twice.
    canvas.print_svg(buffer, metadata={"Date": None})  # type: ignore[no-untyped-call]
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    return re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.S)


def direct_label(axes: Axes, x: float, y: float, text: str, tone: str) -> None:
    """Write a label at the end of a line instead of a legend."""
    axes.annotate(
        text,
        (x, y),
        xytext=(3, 0),
        textcoords="offset points",
        va="center",
        color=color(tone),
        annotation_clip=False,
    )


def direct_labels(axes: Axes, labels: Sequence[tuple[float, float, str, str]]) -> None:
    """Write a label at the end of each line, as far apart as it takes to read them.

    Parameters
    ----------
    axes : drawn to; its limits are settled.
    labels : of each line ``x``, ``y``, text and tone.
    """
    low, high = axes.get_ylim()
    least, last = (high - low) * LABEL_HEIGHT, -math.inf
    for x, y, text, tone in sorted(labels, key=lambda label: label[1]):
        last = max(y, last + least)
        direct_label(axes, x, last, text, tone)
