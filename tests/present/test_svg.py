"""Charts in the page, and the small lines in tables."""

from __future__ import annotations

import math

import pytest

from report_helpers.errors import RenderError
from report_helpers.present import svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def inlined(body: str, head: str = "") -> str:
    return svg.inline(f"{HEAD}{head}>{body}</svg>", "alt", "p.")


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)"/>',
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x</body></foreignObject>",
        "<style>@import url(https://example.org/x.css);</style>",
        '<image href="https://example.org/a.png"/>',
        '<use xlink:href="https://example.org/a.svg#x"/>',
        '<path style="fill:url(https://example.org/a)"/>',
        '<a href="javascript:alert(1)"><path/></a>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
    ],
)
def test_nothing_acts_or_loads(body: str) -> None:
    drawn = inlined(f"<g><text>kept</text>{body}</g>")
    assert "kept" in drawn
    for word in ("alert", "example.org", "onload", "<style", "foreignObject"):
        assert word not in drawn


def test_ids_and_what_refers_to_them_get_the_prefix() -> None:
    drawn = inlined(
        '<defs><path id="m"/></defs><use xlink:href="#m"/><g clip-path="url(#m)" '
        "style=\"mask: url('#m')\"/>"
    )
    assert drawn.count("p.m") == 4
    assert '"#m"' not in drawn


def test_text_stays_text_in_the_pages_font() -> None:
    drawn = inlined("<text style=\"font-size: 8px; font-family: 'X'; fill: red\">a &lt; b</text>")
    assert "a &lt; b" in drawn
    assert "font-family" not in drawn
    assert "fill: red" in drawn


def test_small_text_bounds_the_size() -> None:
    drawn = inlined('<text style="font-size: 7.5px">a</text>', 'viewBox="0 0 248 151" width="9"')
    assert "min-width:314px;max-width:446px" in drawn
    assert ' width="9"' not in drawn
    assert not svg.needs_scroll(drawn)
    wide = inlined('<text font-size="12">a</text>', 'viewBox="0 0 600 220"')
    assert svg.needs_scroll(wide)


def test_a_broken_drawing_is_named() -> None:
    with pytest.raises(RenderError, match="Won deals: a chart is not a well-formed SVG"):
        svg.inline("<svg><path</svg>", "Won deals", "p.")


def test_a_gap_breaks_the_line() -> None:
    assert len(svg.spark([1, 2, None, 3, 4])) == 2
    assert svg.spark([1, 2, math.nan, 3, 4]) == svg.spark([1, 2, None, 3, 4])


def test_a_line_of_nothing_is_nothing() -> None:
    assert svg.spark([None, None]) == []
    assert svg.spark_end([None]) == ""
    assert svg.spark_alt([None, None]) == "Trend over 2 periods: no values"


def test_a_flat_line_runs_through_the_middle() -> None:
    assert svg.spark([5, 5]) == ["M3 12L93 12"]


def test_the_last_value_is_marked_where_the_line_ends() -> None:
    assert svg.spark_end([1, 3, 2]) == "M93 12h0"
    assert "last missing" in svg.spark_alt([1, 2, None])
