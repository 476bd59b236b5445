"""A finished PDF, read by PDFium: the words on its pages and where they stand, tags and fonts."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from threading import Lock
from typing import Any

import pypdfium2
from pypdfium2 import raw

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""
DRAWINGS = (raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_IMAGE)
_BEYOND = 1e6  # wider than any page
_alone = Lock()


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open the content of a PDF for as long as the ``with`` block lasts.

    PDFium serves one thread at a time: others wait.

    Raises
    ------
    pypdfium2.PdfiumError
        When it cannot be read as a PDF.
    """
    with _alone, pypdfium2.PdfDocument(pdf) as document:
        yield document


def language(document: pypdfium2.PdfDocument) -> str:
    """Return the language an open PDF says it is in; empty when it names none."""
    return _told(partial(raw.FPDFCatalog_GetLanguage, document))


def _told(ask: Callable[[Any, int], int]) -> str:
    """Return what a function of PDFium writes as UTF-16 to where it is told, and how much."""
    size = ask(None, 0)
    letters = (ctypes.c_ushort * (size // 2))()
    ask(letters, size)
    return bytes(letters).decode("utf-16-le", "replace").rstrip("\0")


class Sheet:
    """A page of an open PDF.

    Parameters
    ----------
    page : the page.
    number : its number, from 1.
    """

    def __init__(self, page: pypdfium2.PdfPage, number: int) -> None:
        self._page, self.number = page, number
        self._words = page.get_textpage()
        self.box: Box = page.get_mediabox()

    def text(self, margin: float = 0.0) -> str:
        """Return the text in the order of reading.

        Parameters
        ----------
        margin : share of the page's height that does not count, at its head and at its foot.
        """
        if not margin:
            return self.within((-_BEYOND, -_BEYOND, _BEYOND, _BEYOND))
        _, bottom, _, top = self.box
        away = (top - bottom) * margin
        return self.within((-_BEYOND, bottom + away, _BEYOND, top - away))

    def within(self, box: Box) -> str:
        """Return the text that touches a box."""
        return str(self._words.get_text_bounded(*box))

    def lines(self) -> Iterator[Box]:
        """Yield where each piece of a line stands."""
        for at in range(self._words.count_rects()):
            yield self._words.get_rect(at)

    def pieces(self) -> Iterator[str]:
        """Yield what each piece of text says, also where one stands on top of another."""
        for text in self._page.get_objects([raw.FPDF_PAGEOBJ_TEXT]):
            yield _told(partial(raw.FPDFTextObj_GetText, text, self._words))

    @cached_property
    def is_tagged(self) -> bool:
        """Whether the page's text belongs to the tree of tags."""
        tree = raw.FPDF_StructTree_GetForPage(self._page)
        try:
            return bool(tree) and raw.FPDF_StructTree_CountChildren(tree) > 0
        finally:
            raw.FPDF_StructTree_Close(tree)

    @cached_property
    def has_drawings(self) -> bool:
        """Whether it holds a drawing or a picture."""
        return next(self._page.get_objects(DRAWINGS), None) is not None

    @cached_property
    def loose_fonts(self) -> set[str]:
        """The fonts that text is set in, also that of drawings, and that the file does not hold."""
        found = set()
        for text in self._page.get_objects([raw.FPDF_PAGEOBJ_TEXT]):
            font = text.get_font()
            if not font.is_embedded:
                found.add(str(font.get_base_name()))
        return found
