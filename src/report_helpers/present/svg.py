"""Drawings for the page: charts made safe to inline, and the small lines inside tables."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import groupby
from math import isfinite

from report_helpers.errors import RenderError

LEGIBLE_PX = 9.5  # the smallest text of a chart is never shown smaller
LARGEST_PX = 13.5  # nor, when the page is wide, larger

_DRAWN = {
    *("svg", "g", "defs", "symbol", "use", "title", "desc", "text", "tspan", "image"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "marker", "clipPath"),
    *("mask", "pattern", "linearGradient", "radialGradient", "stop"),
}
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_OUTSIDE = re.compile(r"url\((?!\s*['\"]?\s*#)|@import", re.IGNORECASE)
_FAMILY = re.compile(r"font-family:\s*([^;]+);?\s*")
_SIZE = re.compile(r"font(?:-size)?(?::[^;]*?|=['\"])([\d.]+)(?:px|['\"])")


def inline(svg: str, alt: str, prefix: str) -> str:
    """Return a chart as an ``<svg>`` element that can stand in a page among others.

    Only what draws stays: scripts, handlers, style sheets, metadata and outside references go.
    Every ``id`` gets a prefix, so that the clip paths of two charts do not collide; the font is the
    page's own. The size is bounded so that the smallest text stays between 9.5 and 13.5 px.

    Parameters
    ----------
    svg : the drawing, text kept as text.
    alt : what it shows, for people who cannot see it.
    prefix : put before every id of the drawing, unique in the page.

    Raises
    ------
    RenderError
        When `svg` is not well-formed XML.

    Examples
    --------
    >>> inline('<svg viewBox="0 0 9 9"><path id="a" onclick="x()"/></svg>', "a dot", "c1.")
    '<svg viewBox="0 0 9 9" role="img" aria-label="a dot"><path id="c1.a" /></svg>'
    """
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise RenderError(
            f"a chart is not a well-formed SVG drawing: {error}", where=alt or "chart without alt"
        ) from error
    sizes = [float(size) for size in _SIZE.findall(svg)]
    _clean(root, prefix)
    width = _width(root)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    if sizes and width:
        low, high = width * LEGIBLE_PX / min(sizes), width * LARGEST_PX / min(sizes)
        root.set("style", f"min-width:{low:.0f}px;max-width:{high:.0f}px")
    root.set("role", "img")
    root.set("aria-label", alt)
    return ET.tostring(root, encoding="unicode")


def needs_scroll(drawing: str, room: int = 320) -> bool:
    """Say whether an inlined chart stays legible only when it is wider than `room` pixels."""
    least = re.match(r"<svg[^>]*min-width:(\d+)px", drawing)
    return least is not None and int(least[1]) > room


def _clean(node: ET.Element, prefix: str) -> None:
    node.tag = node.tag.rpartition("}")[2]
    node.attrib = {
        key: value
        for name, raw in node.attrib.items()
        if (value := _attribute(key := name.rpartition("}")[2], raw, prefix)) is not None
    }
    if node.tag not in ("text", "tspan", "title", "desc"):
        node.text = None
    for child in list(node):
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] in _DRAWN:
            _clean(child, prefix)
            if node.tag not in ("text", "tspan"):
                child.tail = None
        else:
            node.remove(child)


def _attribute(key: str, value: str, prefix: str) -> str | None:
    if key.lower().startswith("on") or key == "font-family" or _OUTSIDE.search(value):
        return None
    if key == "id":
        return prefix + value
    if key == "href":
        if value.startswith(("data:image/png", "data:image/jpeg")):
            return value
        return f"#{prefix}{value[1:]}" if value.startswith("#") else None
    if key == "d":
        return " ".join(value.split())
    if key == "style":
        value = _FAMILY.sub(lambda m: "font-weight:600;" if "SmBld" in m[1] else "", value)
    return _REFERENCE.sub(rf"url(#{prefix}\1)", value)


def _width(root: ET.Element) -> float:
    box = root.get("viewBox", "").replace(",", " ").split()
    return float(box[2]) if len(box) == 4 else 0.0


def spark(values: Sequence[float | None], width: float = 96, height: float = 24) -> list[str]:
    """Return the strokes of a small line, one path for each run without a gap.

    Parameters
    ----------
    values : the values in order; ``None`` is a gap.
    width, height : size of the drawing in px; strokes keep 3 px away from its edges.

    Examples
    --------
    >>> spark([1, 3, None, 2])
    ['M3 21L33 3', 'M93 12h0']
    """
    values = [value if value is None or isfinite(value) else None for value in values]
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, spread = min(known), (max(known) - min(known)) or 1.0
    flat = 0.5 if max(known) == min(known) else 0.0
    step = (width - 6) / max(len(values) - 1, 1)

    def point(place: int, value: float) -> str:
        share = (value - low) / spread or flat
        return f"{3 + place * step:.4g} {height - 3 - share * (height - 6):.4g}"

    runs = groupby(enumerate(values), key=lambda pair: pair[1] is None)
    points = [
        [point(place, value) for place, value in run if value is not None]
        for gap, run in runs
        if not gap
    ]
    return [f"M{'L'.join(run)}" if len(run) > 1 else f"M{run[0]}h0" for run in points]


def spark_end(values: Sequence[float | None]) -> str:
    """Return the stroke of the dot at the end of a small line; empty when nothing is known.

    Examples
    --------
    >>> spark_end([1, 3])
    'M93 3h0'
    """
    strokes = spark(values)
    return f"M{re.split('[ML]', strokes[-1].removesuffix('h0'))[-1]}h0" if strokes else ""


def spark_alt(values: Sequence[float | None]) -> str:
    """Say in words what a small line shows.

    Examples
    --------
    >>> spark_alt([1, 3, None, 2])
    'Trend over 4 periods: lowest 1, highest 3, last 2'
    """
    known = [value for value in values if value is not None]
    if not known:
        return f"Trend over {len(values)} periods: no values"
    last = "missing" if values[-1] is None else f"{values[-1]:.3g}"
    return (
        f"Trend over {len(values)} periods: "
        f"lowest {min(known):.3g}, highest {max(known):.3g}, last {last}"
    )
