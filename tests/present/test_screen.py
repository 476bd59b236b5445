"""Blocks as HTML: what they say, that text stays text, and that tones need no colour."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from report_helpers import assets
from report_helpers.errors import RenderError, UnknownName
from report_helpers.present import blocks as b
from report_helpers.present import screen

NASTY = "<script>alert(1)</script> \"quoted\" & 'so' {{ 7 * 7 }} \u202eright\u202c \x00"


class Page(HTMLParser):
    """The elements and the text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._style = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]


def drawn(block: b.Block) -> Page:
    return Page(screen.fragment(block.to_json(), "t"))


def table(*rows: b.Row, columns: int = 2) -> b.Table:
    heads = tuple(b.TableColumn(f"c{i}", f"Column {i}") for i in range(columns))
    return b.Table(heads, rows, caption="Deals", alt="Two deals.")


EVERY_TEXT = [
    b.Masthead(NASTY, NASTY, NASTY, NASTY, NASTY, ((NASTY, NASTY),)),
    b.Findings((b.Finding(NASTY, NASTY, "good"),), NASTY),
    b.Table(
        (b.TableColumn("a", NASTY), b.TableColumn("b", NASTY), b.TableColumn("c", NASTY)),
        (b.Row((b.Cell(NASTY), b.Cell(NASTY, NASTY, "bad", NASTY), b.Cell(NASTY))),),
        NASTY,
        NASTY,
        (NASTY,),
    ),
    b.Chart('<svg xmlns="http://www.w3.org/2000/svg"/>', NASTY, NASTY, footnotes=(NASTY,)),
    b.Notes((b.Note(NASTY, NASTY, NASTY, NASTY, NASTY, "watch", ((NASTY, NASTY),)),), NASTY, NASTY),
    b.Callout(NASTY, NASTY, "info"),
    b.Terms(((NASTY, NASTY),)),
    b.Columns((b.Callout(NASTY), b.Callout(NASTY))),
]


@pytest.mark.parametrize("block", EVERY_TEXT, ids=lambda block: block.kind)
def test_text_is_never_markup(block: b.Block) -> None:
    page = drawn(block)
    assert not page.named("script")
    assert "{{ 7 * 7 }}" in page.text + json.dumps(page.elements)
    assert "49" not in page.text
    assert "\x00" not in page.text


def test_every_kind_of_block_has_a_test_and_a_macro() -> None:
    kinds = {block.kind for block in b.Block.__subclasses__()}
    assert {block.kind for block in EVERY_TEXT} == kinds == set(screen.KINDS)


def test_a_table_names_its_rows_columns_and_groups() -> None:
    page = drawn(
        table(
            b.Row((b.Cell("Enterprise"),), "group"),
            b.Row((b.Cell("Contoso"), b.Cell("€5"))),
            b.Row((b.Cell("SMB"),), "group"),
            b.Row((b.Cell("Fabrikam"), b.Cell("€7"))),
            b.Row((b.Cell("All"), b.Cell("€12")), "total"),
        )
    )
    assert [th["scope"] for th in page.named("th")] == [
        *("col", "col", "rowgroup", "row", "rowgroup", "row", "row")
    ]
    assert len(page.named("tbody")) == 2
    assert page.named("th")[2]["colspan"] == "2"
    assert "Two deals." in page.text


def test_only_wide_tables_become_cards_and_label_their_cells() -> None:
    wide = [
        b.Cell("Laboratory refit, phase 1"),
        b.Cell("Mid-market, public, schools"),
        b.Cell("€16,738"),
    ]
    cards = drawn(table(b.Row(tuple(wide)), columns=3))
    assert [td["data-label"] for td in cards.named("td")] == ["Column 1", "Column 2"]
    slim = drawn(table(b.Row((b.Cell("a"), b.Cell("1"), b.Cell("2"))), columns=3))
    two = drawn(table(b.Row((b.Cell("a" * 60), b.Cell("b" * 60)))))
    for page in (slim, two):
        assert "class" not in page.named("table")[0]


def test_tones_are_said_in_words_and_shown_by_a_mark() -> None:
    page = drawn(b.Findings(tuple(b.Finding("x", tone=t) for t in screen.TONE_WORDS)))
    for tone, word in screen.TONE_WORDS.items():
        assert word in page.text
        assert json.loads(assets.path("templates", "base", "tokens.json").read_text("utf-8"))[
            "mark"
        ][tone] in page.text  # fmt: skip


def test_a_cell_shows_its_note_bar_interval_and_line() -> None:
    cell = b.Cell("63 %", "n = 57", "good", "▲", 0.5, b.Interval(0.6, 0.5, 0.7), (1, None, 3))
    page = drawn(table(b.Row((b.Cell("Win rate"), cell))))
    assert "n = 57" in page.text
    assert {"style": "width:50.0%"} in page.named("span")
    labels = [svg.get("aria-label") for svg in page.named("svg")]
    assert labels == [None, "Trend over 3 periods: lowest 1, highest 3, last 3"]


def test_bars_and_intervals_stay_inside_their_scale() -> None:
    cell = b.Cell("x", bar=1.7, interval=b.Interval(1.4, -0.2, 2))
    page = drawn(table(b.Row((b.Cell("a"), cell))))
    assert {"style": "width:100%"} in page.named("span")
    assert page.named("circle")[0]["cx"] == "96"


def test_a_masthead_is_the_only_first_level_heading() -> None:
    masthead = b.Masthead("Weekly", "Acme", "week 44 of 2026", "26 Oct to 1 Nov")
    page = drawn(masthead)
    assert len(page.named("h1")) == 1
    assert "Week 44 of 2026" in page.text


def test_an_empty_thread_says_so() -> None:
    assert "Nothing was asked." in drawn(b.Notes((), empty="Nothing was asked.")).text


def test_columns_give_each_chart_ids_of_its_own() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><clipPath id="a"/><g clip-path="url(#a)"/></svg>'
    page = drawn(b.Columns((b.Chart(svg, "one"), b.Chart(svg, "two"))))
    ids = [clip["id"] for clip in page.named("clippath")]
    assert len(set(ids)) == 2
    assert [g["clip-path"] for g in page.named("g")] == [f"url(#{name})" for name in ids]


def test_in_a_notebook_a_block_brings_its_style() -> None:
    html = screen.html(b.Callout("x").to_json())
    page = Page(html)
    assert len(page.named("style")) == 1
    assert "--ink:" in html
    assert page.elements[0][1]["class"] == "marsale"


def test_an_unknown_kind_of_block_is_named() -> None:
    with pytest.raises(UnknownName, match="did you mean 'table'"):
        screen.html({"kind": "tabel"})


def test_a_block_that_lacks_a_field_is_named() -> None:
    with pytest.raises(RenderError, match=r"callout block is incomplete.*'title'"):
        screen.html({"kind": "callout", "text": "x", "tone": "info"})


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", ["color", "dark"])
@pytest.mark.parametrize("ground", ["paper", "tint"])
def test_every_text_colour_is_readable(mode: str, ground: str) -> None:
    colors = json.loads(assets.path("templates", "base", "tokens.json").read_text("utf-8"))[mode]
    texts = ("ink", "muted", "accent", "good", "bad", "watch", "info")
    poor = {name: contrast(colors[name], colors[ground]) for name in texts}
    assert {name: ratio for name, ratio in poor.items() if ratio < 4.5} == {}
