import copy
import io
from concurrent.futures import ThreadPoolExecutor

import gallery
import pytest
from nbformat.v4 import new_notebook
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from report_helpers.present import blocks as b
from report_helpers.publish.checks import pdf
from report_helpers.publish.document import document
from report_helpers.publish.paper import typeset

CELLS = (
    gallery.MASTHEAD,
    gallery.SIGNALS,
    gallery.CHART,
    b.Table((b.TableColumn("a", "A"),), (b.Row((b.Cell("first row"),)),)),
)


@pytest.fixture(scope="module")
def printed():
    made = document(new_notebook(cells=[gallery.display(cell) for cell in CELLS]))
    return made, typeset(made)


@pytest.fixture
def faults(printed, tmp_path):
    """Check the PDF after `change` has been done to its writer or to the document."""
    made, content = copy.deepcopy(printed[0]), printed[1]

    def check(change=lambda writer, document: None):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
        change(writer, made)
        file = tmp_path / "report.pdf"
        with file.open("wb") as stream:
            writer.write(stream)
        return pdf.check(file, made)

    return check


def drawn(writer, operators, font=True):
    page = writer.pages[0]
    if font:
        plain = DictionaryObject({NameObject("/Type"): NameObject("/Font")})
        plain[NameObject("/Subtype")] = NameObject("/Type1")
        plain[NameObject("/BaseFont")] = NameObject("/Helvetica")
        page["/Resources"]["/Font"][NameObject("/Loose")] = plain
    stream = DecodedStreamObject()
    stream.set_data(operators)
    page[NameObject("/Contents")] = writer._add_object(stream)


def test_a_sound_file_has_no_faults(faults):
    assert faults() == []


def test_a_row_that_is_not_there(faults):
    def add(_, made):
        made["parts"][-1]["rows"].append({"role": "body", "cells": [{"text": "second row"}]})

    assert faults(add) == ["the table row 'second row' is not in the PDF"]


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ({"kind": "heading", "level": 1, "spans": [{"style": "text", "text": "Lost"}]}, "title"),
        ({"kind": "callout", "text": "Lost"}, "remark"),
        ({"kind": "notes", "items": [{"body": "Lost"}]}, "note"),
        ({"kind": "terms", "items": [["Lost", "away"]]}, "term"),
        ({"kind": "paragraph", "spans": [{"style": "text", "text": "Lost"}]}, "paragraph"),
        ({"kind": "chart", "svg": gallery.chart_svg("Lost")}, "chart's text"),
    ],
)
def test_every_kind_of_words_that_is_not_there(faults, part, what):
    (fault,) = faults(lambda _, made: made["parts"].append(part))
    assert fault.startswith(f"the {what} 'Lost")


def test_text_off_the_page(faults):
    def move(writer, made):
        made.update(parts=[], masthead=None)
        drawn(writer, b"BT /Loose 12 Tf 560 400 Td (runs off the right) Tj ET")

    assert "text runs off page 1: 'runs off the right'" in faults(move)


def test_a_font_that_is_not_inside(faults):
    def put(writer, made):
        made.update(parts=[], masthead=None)
        drawn(writer, b"BT /Loose 12 Tf 100 400 Td (borrowed) Tj ET")

    assert faults(put) == ["font Helvetica is not embedded"]


def test_a_blank_page(faults):
    assert faults(lambda writer, _: writer.add_blank_page()) == ["page 2 is blank"]


def test_a_page_without_resources(faults):
    def strip(writer, _):
        writer.add_blank_page().pop("/Resources")

    assert faults(strip) == ["page 2 is blank"]


def test_too_many_pages(faults, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 0)
    assert faults() == ["the PDF has 1 pages, not 1 to 0"]


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("/StructTreeRoot", "the PDF is not tagged"),
        ("/MarkInfo", "the PDF is not tagged"),
        ("/Lang", "the PDF names no language"),
        ("/Outlines", "the PDF has no outline"),
    ],
)
def test_missing_structure(faults, key, fault):
    assert faults(lambda writer, _: writer.root_object.pop(key)) == [fault]


def test_a_missing_title(faults):
    def untitle(writer, _):
        writer.metadata = None

    assert faults(untitle) == ["the PDF's title is not 'Weekly two-way report'"]


def test_a_file_that_is_no_pdf(tmp_path, printed):
    file = tmp_path / "report.pdf"
    file.write_text("no PDF at all", encoding="utf-8")
    (fault,) = pdf.check(file, printed[0])
    assert fault.startswith("report.pdf cannot be read as a PDF")


def test_words_that_run_from_right_to_left_are_looked_for_one_by_one(tmp_path):
    row = b.Row((b.Cell("אחד 12"), b.Cell("two")))
    table = b.Table((b.TableColumn("a", "A"), b.TableColumn("b", "B")), (row,))
    made = document(new_notebook(cells=[gallery.display(table)]))
    file = tmp_path / "report.pdf"
    file.write_bytes(typeset(made))
    assert pdf.check(file, made) == []
    made["parts"][0]["rows"][0]["cells"][1]["text"] = "three"
    assert pdf.check(file, made) == ["the table row 'אחד 12 three' is not in the PDF"]


def test_labels_of_a_chart_that_touch_are_looked_for_one_by_one(tmp_path):
    svg = gallery.chart_svg("won 50%")
    label = svg[svg.index("<text") : svg.index("</text>", svg.index("won 50%")) + 7]
    label = label[label.rindex("<text") :]
    both = svg.replace(label, label + label.replace("won", "lost"))
    made = document(new_notebook(cells=[gallery.display(b.Chart(both, "alt", "Chart"))]))
    file = tmp_path / "report.pdf"
    file.write_bytes(typeset(made))
    assert pdf.check(file, made) == []
    made["parts"][0]["svg"] = both.replace("lost 50%", "gone 50%")
    assert pdf.check(file, made) == ["the chart's text 'gone 50%' is not in the PDF"]


def test_several_threads_check_at_the_same_time(tmp_path, printed):
    made, content = printed
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: pdf.check(file, made), range(8))) == [[]] * 8
