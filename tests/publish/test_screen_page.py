"""Whole reports as pages: complete, self-contained, and sound in a browser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gallery
import nbformat
import pytest
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from report_helpers.publish.checks import html as checks
from report_helpers.publish.document import document, walk
from report_helpers.publish.screen import MarsaleHTMLExporter

WIDTHS = (390, 1280)
SWITCHES = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
]


def page(notebook: nbformat.NotebookNode) -> str:
    return str(MarsaleHTMLExporter().from_notebook_node(notebook)[0])


def headings(html: str) -> list[tuple[str, str]]:
    return [
        (level, re.sub("<[^>]+>", "", words).strip())
        for level, words in re.findall(r"<h(\d)[^>]*>(.*?)</h\1>", html, re.DOTALL)
    ]


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for name, notebook in (("calm", gallery.notebook()), ("hostile", gallery.hostile())):
        made[name] = folder / f"{name}.html"
        made[name].write_text(page(notebook), encoding="utf-8", newline="\n")
    return made


def _cells(notebook: nbformat.NotebookNode) -> Iterator[str]:
    for part in walk(document(notebook)["parts"]):
        if part.get("kind") == "table":
            for row in part["rows"]:
                yield from (cell["text"] for cell in row["cells"])


def test_a_report_passes_its_checks_and_shows_every_cell_of_every_table(
    pages: dict[str, Path],
) -> None:
    cells = list(_cells(gallery.notebook()))
    assert len(cells) > 300
    assert checks.check(pages["calm"], cells) == []
    assert checks.check(pages["hostile"]) == []


def test_code_is_never_shown(pages: dict[str, Path]) -> None:
    assert "rh.show" not in pages["calm"].read_text(encoding="utf-8")


def test_a_block_is_drawn_from_its_data_not_from_its_html() -> None:
    notebook = new_notebook(
        cells=[gallery.display(gallery.MISSING, lambda _: "<table><tr><td>stale</td></tr></table>")]
    )
    html = page(notebook)
    assert "Retention is not shown" in html
    assert "stale" not in html


def test_the_same_notebook_gives_the_same_page() -> None:
    assert page(gallery.notebook()) == page(gallery.notebook())


def test_the_masthead_is_the_title() -> None:
    html = page(
        new_notebook(cells=[new_markdown_cell("# Not this"), gallery.display(gallery.MASTHEAD)])
    )
    title = "<title>Weekly two-way report, week 44 of 2026: Northwind Instruments</title>"
    assert title in html
    assert headings(html) == [("1", "Weekly two-way report"), ("2", "Not this")]


def test_without_a_masthead_the_first_heading_is_the_title() -> None:
    html = page(new_notebook(cells=[new_markdown_cell("# Notes & more\n\ntext\n\n# Second")]))
    assert "<title>Notes &amp; more</title>" in html
    assert headings(html) == [("1", "Notes &amp; more"), ("2", "Second")]


def test_without_any_heading_the_file_names_the_page() -> None:
    exporter = MarsaleHTMLExporter()
    stream = io.StringIO(nbformat.writes(new_notebook(cells=[new_markdown_cell("text")])))
    html, _ = exporter.from_file(stream, {"metadata": {"name": "my_notes"}})
    assert headings(html) == [("1", "my_notes")]


def test_headings_skip_no_level_and_contents_lead_to_them() -> None:
    cells = [new_markdown_cell(text) for text in ("## A", "#### Deep", "## A", "## <b>")]
    html = page(new_notebook(cells=cells))
    assert [level for level, _ in headings(html)] == ["1", "2", "3", "2", "2"]
    links = re.findall(r'<li><a href="#([^"]+)"[^>]*>([^<]+)', html)
    assert links == [("a", "A"), ("a-2", "A"), ("b", "&lt;b&gt;")]


def test_the_notebook_names_its_template_and_language() -> None:
    cells = [new_markdown_cell("## A"), new_markdown_cell("## B")]
    brief = page(new_notebook(cells=cells, metadata={"marsale": {"report": "brief"}}))
    assert "<nav" not in brief
    weekly = page(new_notebook(cells=cells, metadata={"marsale": {"language": "pt_BR"}}))
    assert "<nav" in weekly
    assert '<html lang="pt-BR">' in weekly


@pytest.mark.parametrize("name", ["../../secret", "unknown", "base"])
def test_a_report_without_a_template_of_its_own_is_laid_out_as_the_weekly(name: str) -> None:
    notebook = new_notebook(cells=[], metadata={"marsale": {"report": name}})
    assert "<main" in page(notebook)


def test_outputs_that_cannot_be_shown_are_counted() -> None:
    _, resources = MarsaleHTMLExporter().from_notebook_node(gallery.notebook())
    assert resources["marsale"] == {"unprintable": 1}


def test_hidden_cells_stay_hidden() -> None:
    cell = gallery.display(gallery.MISSING)
    cell.metadata["tags"] = ["remove_cell"]
    assert "Retention" not in page(new_notebook(cells=[cell]))


def test_a_notebook_without_output_is_a_page_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "empty.html"
    file.write_text(page(new_notebook(cells=[new_code_cell("1 + 1")])), encoding="utf-8")
    assert checks.check(file) == []


def test_nbconvert_knows_the_exporter() -> None:
    assert get_exporter("marsale_html") is MarsaleHTMLExporter


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield running
        running.close()


@pytest.mark.browser
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["calm", "hostile"])
def test_a_page_is_quiet_loads_nothing_and_fits(
    browser: Any, pages: dict[str, Path], name: str, width: int, mode: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=mode)
    view = context.new_page()
    view.set_default_timeout(120_000)  # the hostile page is heavy to lay out
    said: list[str] = []
    asked: list[str] = []
    view.on("console", lambda message: said.append(message.text))
    view.on("pageerror", lambda error: said.append(str(error)))
    view.on("request", lambda request: asked.append(request.url))
    view.goto(pages[name].as_uri())
    fonts = view.evaluate(
        "document.fonts.ready.then(all => [...all].filter(f => f.status == 'loaded')"
        ".map(f => f.family.replaceAll('\"', '')))"
    )
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [pages[name].as_uri()]
    assert {"IBM Plex Sans", "Marsale Marks"} <= set(fonts)
    assert view.evaluate("document.documentElement.scrollWidth") == width
    context.close()


@pytest.mark.browser
def test_dark_mode_is_dark_and_charts_keep_a_light_ground(
    browser: Any, pages: dict[str, Path]
) -> None:
    context = browser.new_context(color_scheme="dark")
    view = context.new_page()
    view.goto(pages["calm"].as_uri())
    ground = "e => getComputedStyle(document.querySelector(e)).backgroundColor"
    assert view.evaluate(ground, "body") == "rgb(21, 28, 35)"
    assert view.evaluate(ground, ".drawing svg") == "rgb(255, 255, 255)"
    context.close()


@pytest.mark.browser
def test_on_a_phone_wide_tables_are_cards_and_text_is_legible(
    browser: Any, pages: dict[str, Path]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    view = context.new_page()
    view.goto(pages["calm"].as_uri())
    label = "getComputedStyle(document.querySelector('.cards td'), '::before').content"
    assert view.evaluate(label) == '"Win rate"'
    assert view.evaluate("getComputedStyle(document.querySelector('.cards tr')).display") == "grid"
    small = view.evaluate(
        """[...document.querySelectorAll('.drawing text')].map(text =>
        parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""
    )
    assert small
    assert min(small) >= 9.4
    context.close()


@pytest.mark.browser
def test_on_paper_the_contents_are_left_out(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context()
    view = context.new_page()
    view.goto(pages["calm"].as_uri())
    shown = "getComputedStyle(document.querySelector('.contents')).display"
    assert view.evaluate(shown) != "none"
    view.emulate_media(media="print")
    assert view.evaluate(shown) == "none"
    context.close()
