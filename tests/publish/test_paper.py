import io
import json
import re
import shutil
import subprocess
import sys

import gallery
import nbformat
import pytest
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_markdown_cell, new_notebook
from pypdf import PdfReader

from report_helpers import assets
from report_helpers.errors import ConfigurationError, RenderError
from report_helpers.present import blocks as b
from report_helpers.publish import pdfium
from report_helpers.publish.checks import pdf
from report_helpers.publish.document import document
from report_helpers.publish.paper import MarsalePDFExporter, typeset

needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")


def exported(notebook, **options):
    return MarsalePDFExporter(**options).from_notebook_node(notebook)


def reader(content):
    return PdfReader(io.BytesIO(content))


def table(rows, columns=3, **more):
    heads = tuple(
        b.TableColumn(f"c{i}", f"Head{i}", "right" if i else "left") for i in range(columns)
    )
    lines = tuple(b.Row(tuple(b.Cell(f"r{r}c{c}") for c in range(columns))) for r in range(rows))
    return b.Table(heads, lines, **more)


def pages_of(*cells, paper="a4"):
    content, _ = exported(new_notebook(cells=list(cells)), paper=paper)
    return [page.extract_text() for page in reader(content).pages]


def overflowing(content):
    """Return the faults of text beyond the margins, which are 51 points wide."""
    with pdfium.opened(content) as file:
        sheets = [pdfium.Sheet(page, number) for number, page in enumerate(file, 1)]
        return [fault for sheet in sheets for fault in pdf.outside(sheet, 50, pdf.RUNNING)]


@pytest.fixture(scope="module")
def weekly():
    return exported(gallery.notebook())


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_the_gallery_passes_every_check(paper, tmp_path):
    file = tmp_path / "weekly.pdf"
    content, resources = exported(gallery.notebook(), paper=paper)
    file.write_bytes(content)
    assert pdf.check(file, document(gallery.notebook())) == []
    assert resources["marsale"] == {"pages": 5, "replaced_glyphs": 0, "unprintable": 1}
    widths = {"a4": 595, "us-letter": 612}
    assert round(reader(content).pages[0].mediabox.width) == widths[paper]


def test_hostile_text_is_set_as_it_is_and_stays_on_the_page(tmp_path, monkeypatch):
    monkeypatch.setitem(gallery.HOSTILE, "long", "A" * 1_500)
    file = tmp_path / "hostile.pdf"
    content, resources = exported(gallery.hostile())
    file.write_bytes(content)
    assert pdf.check(file, document(gallery.hostile())) == []
    assert resources["marsale"]["replaced_glyphs"] > 0


def test_ten_thousand_letters_without_a_space_stay_inside_the_margins():
    cell = gallery.display(b.Callout("A" * 10_000))
    content, _ = exported(new_notebook(cells=[cell]))
    pages = reader(content).pages
    assert sum(page.extract_text().count("A") for page in pages) == 10_000
    assert overflowing(content) == []


def test_head_language_outline_and_links(weekly):
    made = reader(weekly[0])
    assert made.metadata.title == "Weekly two-way report, week 44 of 2026"
    assert made.metadata.author == "Northwind Instruments"
    assert made.root_object["/Lang"] == "en"
    titles = [entry.title for entry in made.outline if not isinstance(entry, list)]
    assert titles[0] == "What changed"
    assert titles[-1] == "Definitions"
    links = {
        note.get_object()["/A"]["/URI"]
        for page in made.pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object()
    }
    assert links == {"https://example.org/handbook", "https://example.org"}


def test_page_one_holds_signals_scorecards_and_what_each_asks(weekly):
    first = reader(weekly[0]).pages[0].extract_text()
    for words in ("What changed", "Marketing's numbers", "Sales' numbers", "Sales asks Marketing"):
        assert words in first
    assert "Page 1 of 5" in first


def test_running_heads_start_on_page_two(weekly):
    pages = [page.extract_text() for page in reader(weekly[0]).pages]
    running = "Northwind Instruments · week 44 of 2026"
    assert [running in page for page in pages] == [False, True, True, True, True]


def test_the_same_notebook_gives_the_same_bytes(weekly):
    assert exported(gallery.notebook())[0] == weekly[0]


def test_a_long_table_repeats_its_head_and_splits_no_row():
    pages = pages_of(gallery.display(table(150)))
    assert len(pages) > 2
    for page in pages:
        assert "Head1" in page
        rows = re.findall(r"r(\d+)c(\d)", page)
        assert len(rows) % 3 == 0
    assert sum(len(re.findall(r"r\d+c\d", page)) for page in pages) == 450


@pytest.mark.parametrize("columns", [14, 22])
def test_many_columns_are_all_there(columns, tmp_path):
    content, _ = exported(new_notebook(cells=[gallery.display(table(2, columns))]))
    assert overflowing(content) == []
    text = pdf.letters(reader(content).pages[0].extract_text())
    assert all(f"r1c{column}" in text for column in range(columns))


@pytest.mark.parametrize("lines", range(40, 56, 3))
def test_a_heading_never_stands_alone_at_the_foot(lines):
    filler = new_markdown_cell("\n\n".join(["line"] * lines))
    chart = gallery.display(b.Chart(gallery.chart_svg("Drawn"), alt="a chart", caption="Caption"))
    pages = pages_of(filler, new_markdown_cell("## Heading\n\nIt leads on."), chart)
    (with_heading,) = [page for page in pages if "Heading" in page]
    assert "Caption" in with_heading
    assert "Drawn" in pdf.letters(with_heading)


def test_cells_can_start_a_page():
    pages = pages_of(new_markdown_cell("one"), gallery.display(b.Callout("two"), new_page=True))
    assert ["two" in page for page in pages] == [False, True]


def test_narrow_tables_stand_side_by_side_and_wide_ones_below_each_other():
    def tops(columns):
        pair = b.Columns((table(2, columns, caption="One"), table(2, columns, caption="Two")))
        content, _ = exported(new_notebook(cells=[gallery.display(pair)]))
        with pdfium.opened(content) as file:
            sheet = pdfium.Sheet(file[0], 1)
            lines = [(sheet.within(line).strip(), line) for line in sheet.lines()]
            return [round(line[1]) for text, line in lines if text in ("One", "Two")]

    side, below = tops(3), tops(12)
    assert side[0] == side[1]
    assert below[0] > below[1]


def test_text_is_never_typst_markup(tmp_path):
    trap = '#panic("x") = Head $x$ @ref #read("/base/tokens.json")'
    cells = [
        gallery.display(b.Terms(((trap, trap),))),
        gallery.outputs(gallery.data_output(plain=trap)),
    ]
    (page,) = pages_of(*cells)
    assert pdf.letters(page).count("panicxHeadxrefreadbasetokensjson") == 3


def test_an_unknown_report_gets_the_plain_layout_and_cannot_leave_the_templates():
    for report in ("quarterly", "../../elsewhere"):
        made = document(new_notebook(metadata={"marsale": {"report": report}}))
        assert reader(typeset(made)).metadata.title == "Report"


def test_what_typst_refuses_is_a_render_error():
    made = document(new_notebook())
    made["parts"] = [{"kind": "hologram"}]
    with pytest.raises(RenderError, match="hologram"):
        typeset(made)


def test_a_date_that_is_none_is_refused():
    made = document(new_notebook(metadata={"marsale": {"period_end": "soon"}}))
    with pytest.raises(ConfigurationError, match="soon"):
        typeset(made)


def test_every_report_has_its_layout():
    for report in ("base", "weekly", "brief"):
        assert assets.path("templates", report, "report.typ").is_file()


def test_no_page_is_set_in_a_colour_that_is_no_token():
    known = {"#" + colour for colour in re.findall(r"#([0-9a-f]{6})", _tokens())}
    for file in assets.path("templates").rglob("*.typ"):
        assert set(re.findall(r"#[0-9a-f]{6}\b", file.read_text(encoding="utf-8"))) <= known


def _tokens():
    return json.dumps(
        json.loads(assets.path("templates", "base", "tokens.json").read_text("utf-8"))
    )


def test_nbconvert_offers_the_exporter(tmp_path):
    assert get_exporter("marsale_pdf") is MarsalePDFExporter
    source = tmp_path / "n.ipynb"
    nbformat.write(gallery.notebook(), source)
    command = [sys.executable, "-m", "nbconvert", "--to", "marsale_pdf", str(source)]
    done = subprocess.run(
        [*command, "--MarsalePDFExporter.paper=us-letter"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert round(PdfReader(tmp_path / "n.pdf").pages[0].mediabox.width) == 612


@pytest.mark.poppler
@needs_poppler
def test_poppler_reads_the_words_and_finds_all_fonts_inside(weekly, tmp_path):
    file = tmp_path / "weekly.pdf"
    file.write_bytes(weekly[0])
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True).stdout
    assert "Marketing asks Sales" in text.decode("utf-8")
    listed = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout
    fonts = [line.split() for line in listed.splitlines()[2:]]
    assert fonts
    assert all(line[-5] == "yes" for line in fonts)
