"""What a finished PDF must hold: all of its document's words, on the page, tagged, fonts inside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pypdfium2 import PdfDocument, PdfiumError

from report_helpers.publish.checks.secrets import Known, kinds
from report_helpers.publish.document import TITLED, walk
from report_helpers.publish.markdown import words
from report_helpers.publish.pdfium import Sheet, language, opened

Json = dict[str, Any]

MOST_PAGES = 60
EDGE = 14.0  # points, 5 mm: what most printers cannot reach
CHART = "the chart's text"
RUNNING = 0.05  # of the page's height: where running heads and feet stand
_LONG = 400  # letters; longer texts may be cut by a page's end
_MARKED = re.compile(r"(\w[\u0300-\u036f]+)(?:\s*\1)+")  # a letter told once for each of its marks
_LEFTWARD = ("R", "AL", "AN")  # where such letters are, a line is told in another order


def check(pdf: Path, document: Json, secrets: Known | None = None) -> list[str]:
    """Return what is wrong with a PDF made from a document; nothing when it is sound.

    Parameters
    ----------
    pdf : the finished file.
    document : what it was made from, as :func:`..document.document` returns it.
    secrets : what must not be in it, by the name of what holds it.

    Returns
    -------
    list of str
        One sentence a fault: words of the document that are not in the file, text off the page,
        blank or too many pages, fonts that are not embedded, missing tags, outline, title or
        language, and secrets.
    """
    try:
        with opened(pdf.read_bytes()) as file:
            sheets = [Sheet(page, number) for number, page in enumerate(file, 1)]
            faults = [*_structure(file, sheets, document), *_pages(sheets)]
            faults += [fault for sheet in sheets for fault in outside(sheet)]
            loose = sorted({name for sheet in sheets for name in sheet.loose_fonts})
            texts = [line for sheet in sheets for line in sheet.text().splitlines()]
            faults += [f"{what} is not in the PDF" for what in _missing(document, sheets)]
    except (PdfiumError, OSError) as error:
        return [f"{pdf.name} cannot be read as a PDF: {error}"]
    faults += [f"font {name} is not embedded" for name in loose]
    return faults + [f"the PDF holds {kind}" for kind in _secrets(texts, secrets or {})]


def _secrets(texts: list[str], known: Known) -> list[str]:
    """Return what sorts of secret the text holds, also where a line's end cuts through them."""
    return kinds("\n".join([*texts, "".join(text.strip() for text in texts)]), known)


def letters(text: str) -> str:
    """Return the letters and digits of a text: what layout, hyphens and line ends leave alone.

    Letters that run from right to left are left out: a PDF holds them in the order of the page.

    Examples
    --------
    >>> letters("Won  36\\nde-als, 63 %")
    'Won36deals63'
    """
    plain = _MARKED.sub(r"\1", unicodedata.normalize("NFKD", text))
    return "".join(c for c in plain if c.isalnum() and unicodedata.bidirectional(c)[:1] not in "RA")


def _structure(file: PdfDocument, sheets: list[Sheet], document: Json) -> Iterator[str]:
    if not file.is_tagged() or not any(sheet.is_tagged for sheet in sheets):
        yield "the PDF is not tagged"
    if not language(file):
        yield "the PDF names no language"
    if document["title"] not in file.get_metadata_value("Title"):
        yield f"the PDF's title is not '{document['title']}'"
    if not next(file.get_toc(), None) and any(_titles(document)):
        yield "the PDF has no outline"


def _pages(sheets: list[Sheet]) -> Iterator[str]:
    if not 1 <= len(sheets) <= MOST_PAGES:
        yield f"the PDF has {len(sheets)} pages, not 1 to {MOST_PAGES}"
    for sheet in sheets:
        if not sheet.text(RUNNING).strip() and not sheet.has_drawings:
            yield f"page {sheet.number} is blank"


def outside(sheet: Sheet, edge: float = EDGE, margin: float = 0.0) -> Iterator[str]:
    """Yield a fault for each piece of text nearer than `edge` points to the page's end.

    Parameters
    ----------
    sheet : the page.
    edge : how near is too near.
    margin : as for :meth:`.Sheet.text`.
    """
    left, bottom, right, top = sheet.box
    away = (top - bottom) * margin
    for line in sheet.lines():
        if line[3] < bottom + away or line[1] > top - away:
            continue
        if (
            line[0] < left + edge
            or line[1] < bottom + edge
            or line[2] > right - edge
            or line[3] > top - edge
        ):
            text = sheet.within(line).strip()
            yield f"text runs off page {sheet.number}: '{text[:60]}'"


def _missing(document: Json, sheets: list[Sheet]) -> Iterator[str]:
    """Yield what is not there: by the order of reading and, in charts, by that of drawing either.

    Where labels of a chart touch, their letters are read as one.
    """
    shown = letters("".join(sheet.text(RUNNING) for sheet in sheets))
    missing = [told for told in _expected(document) if not _is_in(told[1], shown)]
    drawn = letters("".join(piece for one in sheets for piece in one.pieces())) if missing else ""
    for what, text in missing:
        if what != CHART or not _is_in(text, drawn):
            yield f"{what} '{' '.join(text.split())[:80]}'"


def _is_in(text: str, shown: str) -> bool:
    wanted = letters(text)
    if any(unicodedata.bidirectional(letter) in _LEFTWARD for letter in text):
        start = ""
    elif len(wanted) > _LONG:
        start = wanted[: _LONG // 10]
    else:
        return wanted in shown
    return start in shown and all(letters(word)[:20] in shown for word in text.split())


def _expected(document: Json) -> Iterator[tuple[str, str]]:
    yield from (("the title", title) for title in _titles(document))
    for part in walk([document["masthead"], document["parts"]]):
        match part.get("kind"):
            case "masthead":
                yield "the masthead", part["report"]
            case "paragraph":
                yield "the paragraph", words(part["spans"])
            case "findings":
                yield from (("the finding", item["text"]) for item in part["items"])
            case "notes":
                yield from (("the note", note["body"]) for note in part["items"])
            case "callout":
                yield "the remark", part["text"]
            case "terms":
                yield from (("the term", f"{term} {text}") for term, text in part["items"])
            case "table":
                yield from (("the table row", _row(row)) for row in part["rows"])
            case "chart":
                yield from ((CHART, text) for text in _chart(part["svg"]))


def _titles(document: Json) -> Iterator[str]:
    for part in walk(document["parts"]):
        if part.get("kind") == "heading":
            yield words(part["spans"])
        elif part.get("kind") in TITLED and part.get("title"):
            yield part["title"]


def _row(row: Json) -> str:
    return " ".join(f"{cell['text']} {cell.get('note', '')}" for cell in row["cells"])


def _chart(svg: str) -> Iterator[str]:
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        yield "".join(element.itertext())
