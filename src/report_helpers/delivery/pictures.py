"""The small lines beside the figures of a mail, as PNG: mail programs show no SVG."""

from __future__ import annotations

import io
import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report_helpers.glossary import metric
from report_helpers.present.formats import number

Json = dict[str, Any]
Values = tuple[float | None, ...]
WIDTH, HEIGHT = 120, 32
"""Size shown, in CSS pixels; drawn at twice that."""
COLOR = "#3d85b0"
"""Told from white paper and from a dark screen alike."""
SHADES, STEP = 16, 17  # of a byte
LEAST = 3  # points below which a line shows nothing


def series(history: Json, figure: Json) -> Values:
    """Return the values of a figure over the last periods, oldest first; empty where not known.

    Parameters
    ----------
    history : the frozen history of a report.
    figure : one of the figures its summary names.
    """
    name = f"{figure['metric']} {figure['basis']}".strip()
    values = tuple(history.get("series", {}).get(name, {}).get("value", ()))
    return values if sum(v is not None for v in values) >= LEAST else ()


def alt(values: Values, figure: Json, currency: str) -> str:
    """Say in words what a line shows, and call nothing a trend.

    Examples
    --------
    >>> alt((3, None, 5, 4), {"metric": "mqls", "label": "Quality leads"}, "EUR")
    'Quality leads over 4 periods: from 3 to 5, last 4'
    """
    unit = metric(figure["metric"]).unit
    known = [value for value in values if value is not None]
    low, high = (number(value, unit, currency) for value in (min(known), max(known)))
    last = "missing" if values[-1] is None else number(values[-1], unit, currency)
    return f"{figure['label']} over {len(values)} periods: from {low} to {high}, last {last}"


@lru_cache(maxsize=64)  # every reader's letter shows the same lines
def line(values: Values) -> bytes:
    """Return a line with a dot at its end, on nothing, as PNG; the same values, the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heights = [math.nan if value is None else value for value in values]
    drawing = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=200)
    FigureCanvasAgg(drawing)
    axes = drawing.add_axes((0.04, 0.14, 0.92, 0.72))
    axes.plot(heights, color=COLOR, linewidth=0.9, solid_capstyle="round")
    axes.plot(len(heights) - 1, heights[-1], "o", color=COLOR, markersize=2.6, clip_on=False)
    axes.set_axis_off()
    axes.margins(x=0.02)
    drawn = io.BytesIO()
    drawing.savefig(drawn, format="rgba", transparent=True)
    dots = np.frombuffer(drawn.getvalue(), np.uint8).reshape(2 * HEIGHT, 2 * WIDTH, 4)
    return _png(dots[:, :, 3])


def _png(alpha: NDArray[np.uint8]) -> bytes:
    """Return a drawing of one colour in 16 shades of see-through: a fifth of the usual size."""
    from PIL import Image, ImageColor

    picture = Image.fromarray(alpha // STEP).convert("P")
    picture.putpalette([*ImageColor.getrgb(COLOR)] * SHADES)
    kept = io.BytesIO()
    shades = bytes(range(0, 256, STEP))
    picture.save(kept, "png", transparency=shades, bits=4, optimize=True)
    return kept.getvalue()
