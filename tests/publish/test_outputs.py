"""Outputs that are not blocks."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_output

from report_helpers.publish import outputs


def shown(metadata: dict[str, Any] | None = None, **data: Any) -> str | None:
    names = {key: key.replace("__", "+").replace("_", "/") for key in data}
    bundle = {names[key]: value for key, value in data.items()}
    return outputs.html(new_output("display_data", data=bundle, metadata=metadata or {}))


def test_a_table_is_taken_before_everything() -> None:
    html = shown(text_html="<table><tr><td>1</td></tr></table>", image_png="AAAA", text_plain="x")
    assert html is not None
    assert "<td>1</td>" in html
    assert "img" not in html


def test_html_without_words_gives_way_to_a_picture() -> None:
    html = shown(text_html="<div><script>draw()</script></div>", image_png="AA\nAA")
    assert html == ('<img src="data:image/png;base64,AAAA" alt="Picture without a description">')


def test_a_drawing_becomes_a_picture_that_cannot_act() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    html = shown({"alt": 'a "plan"'}, image_svg__xml=drawing)
    assert html is not None
    assert base64.b64encode(drawing.encode()).decode() in html
    assert 'alt="a &#34;plan&#34;"' in html


def test_markdown_has_no_headings_that_would_break_the_outline() -> None:
    html = shown(text_markdown="# Loud\n\nand *soft*")
    assert html is not None
    assert "<h1" not in html
    assert "<strong>Loud</strong>" in html
    assert "<em>soft</em>" in html


def test_text_is_shown_without_terminal_colours_and_escaped() -> None:
    output = new_output("stream", name="stdout", text="\x1b[31m<b>red</b>\x1b[0m\n")
    assert outputs.html(output) == '<pre dir="auto">&lt;b&gt;red&lt;/b&gt;</pre>'


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_silence_is_not_shown(text: str) -> None:
    assert outputs.html(new_output("stream", name="stdout", text=text)) is None


def test_an_error_is_a_visible_remark() -> None:
    html = outputs.html(new_output("error", ename="KeyError", evalue="'<x>'", traceback=["secret"]))
    assert html is not None
    assert "This part of the report failed" in html
    assert "KeyError: &#39;&lt;x&gt;&#39;" in html
    assert "secret" not in html


@pytest.mark.parametrize(
    "data",
    [
        {"application_pdf": "AAAA"},
        {"application_javascript": "x()", "text_plain": "<IPython.core.display.Javascript object>"},
    ],
)
def test_what_cannot_be_shown_leaves_a_visible_remark(data: dict[str, Any]) -> None:
    html = shown(**data)
    assert html is not None
    assert outputs.LOST in html
    assert "application/" in html


def test_frozen_figures_are_not_shown() -> None:
    data = {outputs.FACTS: {"figures": []}, "text/plain": "12 figures"}
    assert outputs.html(new_output("display_data", data=data)) is None


@pytest.mark.parametrize(
    ("tag", "hidden"),
    [
        ("remove_cell", True),
        ("remove-cell", True),
        ("papermill-error-cell-tag", True),
        ("x", False),
    ],
)
def test_cells_not_for_readers_are_known_by_their_tags(tag: str, hidden: bool) -> None:
    cell = new_code_cell("1", metadata={"tags": [tag]})
    assert outputs.hidden(cell) is hidden
