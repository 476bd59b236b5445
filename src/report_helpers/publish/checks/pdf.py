"""What a finished PDF must hold: all of its document's words, on the page, tagged, fonts inside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from report_helpers.publish import glyphs
from report_helpers.publish.checks.secrets import Known, kinds
from report_helpers.publish.document import TITLED, walk
from report_helpers.publish.markdown import words

Json = dict[str, Any]

MOST_PAGES = 60
EDGE = 14.0  # points, 5 mm: what most printers cannot reach
_LONG = 400  # letters; longer texts may be cut by a page's end
_MARKED = re.compile(r"(\w[\u0300-\u036f]+)\1+")  # a letter pypdf tells once for each mark on it
_RUNNING = 0.05  # of the page's height: where running heads and feet stand


@dataclass(frozen=True)
class Run:
    """A piece of text on a page: where it starts and ends, in points."""

    text: str
    x: float
    y: float
    x_end: float
    y_end: float


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
        reader = PdfReader(pdf)
        pages = list(reader.pages)
        runs = [list(runs_of(page)) for page in pages]
    except (PyPdfError, OSError, ValueError, KeyError) as error:
        return [f"{pdf.name} cannot be read as a PDF: {error}"]
    faults = [*_structure(reader, document), *_pages(pages, runs)]
    faults += [fault for page in zip(pages, runs, strict=True) for fault in outside(*page)]
    faults += sorted({f"font {name} is not embedded" for page in pages for name in _loose(page)})
    bodies = [body_of(*page) for page in zip(pages, runs, strict=True)]
    shown = letters("".join(run.text for body in bodies for run in body))
    faults += [f"{what} is not in the PDF" for what in _missing(document, shown)]
    return faults + [f"the PDF holds {kind}" for kind in _secrets(runs, secrets or {})]


def _secrets(runs: list[list[Run]], known: Known) -> list[str]:
    """Return what sorts of secret the text holds, also where a line's end cuts through them."""
    texts = [run.text for page in runs for run in page]
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


def runs_of(page: PageObject) -> Iterator[Run]:
    """Yield the pieces of text of a page, in the file's order."""
    found: list[Run] = []

    def visit(text: str, outer: list[float], inner: list[float], _: Any, size: float) -> None:
        if text.strip():
            x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            length = glyphs.width(text.strip()) * size
            along = inner[0] * outer[0] + inner[1] * outer[2]
            up = inner[0] * outer[1] + inner[1] * outer[3]
            found.append(Run(text, x, y, x + along * length, y + up * length))

    page.extract_text(visitor_text=visit)
    yield from found


def _structure(reader: PdfReader, document: Json) -> Iterator[str]:
    root: Any = reader.root_object
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield "the PDF is not tagged"
    if not root.get("/Lang"):
        yield "the PDF names no language"
    if document["title"] not in ((reader.metadata and reader.metadata.title) or ""):
        yield f"the PDF's title is not '{document['title']}'"
    if not reader.outline and any(_titles(document)):
        yield "the PDF has no outline"


def _pages(pages: list[PageObject], runs: list[list[Run]]) -> Iterator[str]:
    if not 1 <= len(pages) <= MOST_PAGES:
        yield f"the PDF has {len(pages)} pages, not 1 to {MOST_PAGES}"
    for at, (page, texts) in enumerate(zip(pages, runs, strict=True), 1):
        if not body_of(page, texts) and "/XObject" not in (page.get("/Resources") or {}):
            yield f"page {at} is blank"


def body_of(page: PageObject, runs: list[Run]) -> list[Run]:
    """Return the text between the running head and foot."""
    height = float(page.mediabox.height)
    return [run for run in runs if height * _RUNNING < run.y < height * (1 - _RUNNING)]


def outside(page: PageObject, runs: list[Run], edge: float = EDGE) -> Iterator[str]:
    """Yield a fault for each piece of text nearer than `edge` points to the page's end."""
    box = page.mediabox
    number = (page.page_number or 0) + 1
    for run in runs:
        across = (run.x, run.x_end)
        upward = (run.y, run.y_end)
        if (
            min(across) < float(box.left) + edge
            or max(across) > float(box.right) - edge
            or min(upward) < float(box.bottom) + edge
            or max(upward) > float(box.top) - edge
        ):
            yield f"text runs off page {number}: '{run.text.strip()[:60]}'"


def _loose(page: PageObject) -> Iterator[str]:
    """Yield the fonts a page or its drawings name but do not hold."""
    waiting: list[Any] = [page["/Resources"]] if "/Resources" in page else []
    while waiting:
        resources = waiting.pop().get_object()
        for name, entry in (resources.get("/Font") or {}).items():
            font = entry.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            descriptor = inner.get("/FontDescriptor", {})
            files = ("/FontFile", "/FontFile2", "/FontFile3")
            if font.get("/Subtype") != "/Type3" and not any(f in descriptor for f in files):
                yield str(font.get("/BaseFont", name)).lstrip("/")
        for entry in (resources.get("/XObject") or {}).values():
            drawing = entry.get_object()
            if "/Resources" in drawing:
                waiting.append(drawing["/Resources"])


def _missing(document: Json, shown: str) -> Iterator[str]:
    for what, text in _expected(document):
        if not _is_in(text, shown):
            yield f"{what} '{' '.join(text.split())[:80]}'"


def _is_in(text: str, shown: str) -> bool:
    wanted = letters(text)
    if len(wanted) <= _LONG:
        return wanted in shown
    return wanted[: _LONG // 10] in shown and all(
        letters(word)[:20] in shown for word in text.split()
    )


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
                yield from (("the chart's text", text) for text in _chart(part["svg"]))


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
