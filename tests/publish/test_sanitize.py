"""Foreign HTML: tables and text pass, nothing that acts does."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_helpers.publish.sanitize import TABLE_TAGS, tables

TAGS = st.sampled_from(
    [
        *("<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td onclick=x()>", "<script>"),
        *("</script>", "<style>", "</style>", "<b>", "<!--", "-->", "<svg>", "</svg>", "<", '"'),
        *("<th rowspan='2' style='x'>", "<thead>", "text", "<img src=x onerror=y>", "&lt;i&gt;"),
    ]
)


def test_a_frame_keeps_its_cells() -> None:
    frame = pd.DataFrame({"segment": ["A & B", "<b>C</b>"], "rate": [0.5, 0.25]})
    html = tables(frame._repr_html_())
    assert "A &amp; B" in html
    assert "&lt;b&gt;C&lt;/b&gt;" in html
    assert html.count("<tr>") == 3
    assert html.count('scope="col"') == 3
    assert html.count('scope="row"') == 2
    assert "style" not in html


def test_spans_must_be_numbers() -> None:
    html = tables('<table><tr><td colspan="2" rowspan="x"></td></tr></table>')
    assert 'colspan="2"' in html
    assert "rowspan" not in html


def test_text_around_a_table_keeps_its_place() -> None:
    html = tables("<p>before</p><table><tr><td>in</td></tr></table>after")
    assert re.search("before.*in.*after", html)


@pytest.mark.parametrize("html", ["", "<script>x</script>", "<div> <br> </div>", "<svg><g/></svg>"])
def test_what_holds_no_words_is_nothing(html: str) -> None:
    assert tables(html) == ""


@given(st.lists(TAGS, max_size=30).map("".join))
def test_only_table_markup_comes_out_and_every_tag_is_closed(html: str) -> None:
    out = tables(html)
    opened: list[str] = []
    for slash, tag, attributes in re.findall(r"<(/?)(\w+)([^>]*)>", out):
        assert tag in TABLE_TAGS | {"div", "p"}
        assert re.fullmatch(r'( (colspan|rowspan|scope|class|tabindex)="\w+")*', attributes)
        if slash:
            assert opened.pop() == tag
        else:
            opened.append(tag)
    assert opened == []
