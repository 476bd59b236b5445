"""Markdown in the page."""

from __future__ import annotations

import pytest

from report_helpers.publish.prose import Heading, anchor, pieces


def html(markdown: str) -> str:
    return "".join(piece for piece in pieces(markdown) if not isinstance(piece, Heading))


def test_headings_are_apart_from_text() -> None:
    first, text, second = pieces("# Win *rate* & more\n\nwords\n\n### Deeper")
    assert first == Heading(1, "Win <em>rate</em> &amp; more", "Win rate & more")  # type: ignore[arg-type]
    assert "words" in text
    assert isinstance(second, Heading)
    assert second.level == 3


def test_raw_html_is_shown_as_text() -> None:
    out = html("a <b onclick='x()'>b</b>\n\n<script>alert(1)</script>")
    assert "<b" not in out
    assert "<script" not in out
    assert "&lt;script&gt;alert(1)" in out


def test_links_cannot_run() -> None:
    assert 'href="javascript' not in html("[a](javascript:alert(1)) <javascript:alert(1)>")
    assert 'href="https://example.org"' in html("[a](https://example.org)")


def test_pictures_are_kept_only_when_they_are_inside() -> None:
    assert '<img src="data:image/png;base64,AAAA" alt="plan">' in html(
        "![plan](data:image/png;base64,AAAA)"
    )
    for url in ("https://example.org/a.png", "a.png", "data:image/svg+xml;base64,AAAA"):
        out = html(f"![plan]({url})")
        assert "<img" not in out
        assert "plan" in out


def test_a_table_has_scopes_and_may_scroll() -> None:
    out = html("| Team | Guests |\n|---|--:|\n| Sales | 2 |")
    assert out.count('scope="col"') == 2
    assert out.startswith('<div class="scroll" tabindex="0">')


@pytest.mark.parametrize("markdown", ["> ## inside", "- # inside"])
def test_a_heading_inside_a_quotation_or_list_is_no_section(markdown: str) -> None:
    assert "<strong>inside</strong>" in html(markdown)
    assert not [piece for piece in pieces(markdown) if isinstance(piece, Heading)]


def test_anchors_are_unique_and_never_empty() -> None:
    taken = {"main"}
    names = [anchor(text, taken) for text in ("Main", "מכירות", "!?", "?!", "x" * 90)]
    assert names == ["main-2", "מכירות", "section", "section-2", "x" * 60]
