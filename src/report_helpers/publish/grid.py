"""Tables and text of foreign HTML, such as what pandas displays, as parts for paper."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

Json = dict[str, Any]

_NUMBER = re.compile(r"[-+−(]?\s*[^\w\s]?\s*\d[\d\s.,']*\)?\s*(%|[^\w\s]|[A-Za-z]{1,3})?")
_MISSING = {"", "nan", "nat", "none", "<na>", "–", "-", "—"}


def parts(html: str) -> list[Json]:
    """Return the tables of an HTML fragment, and the text around them, in order.

    Scripts and styles are left out. A cell that spans several rows or columns is repeated in each.

    Examples
    --------
    >>> parts("<table><tr><th>n</th></tr><tr><td>41</td></tr></table>")[0]["rows"]
    [{'role': 'body', 'cells': [{'text': '41'}]}]
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.finish()


class _Reader(HTMLParser):
    """Collects the tables of an HTML fragment and the text around them."""

    _SILENT = ("script", "style", "template", "head")
    _LINES = ("p", "div", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Json] = []
        self._text: list[str] = []
        self._grid: _Grid | None = None
        self._depth = self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SILENT:
            self._silent += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._flush()
                self._grid = _Grid()
        elif self._grid is not None and self._depth == 1 and tag in _Grid.TAGS:
            self._take()
            self._grid.start(tag, dict(attrs))
        elif tag in self._LINES:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "table" and self._depth:
            self._depth -= 1
            if self._depth == 0 and self._grid is not None:
                self._take()
                self.found += self._grid.table()
                self._grid = None
        elif self._grid is not None and self._depth == 1 and tag in _Grid.TAGS:
            self._take()
            self._grid.end(tag)
        elif tag in self._LINES:
            self._text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def finish(self) -> list[Json]:
        """Return what was found, with the text after the last table."""
        if self._grid is not None:
            self._take()
            self.found += self._grid.table()
        self._flush()
        return self.found

    def _take(self) -> None:
        text = _tidy("".join(self._text))
        self._text.clear()
        if self._grid is not None and text:
            self._grid.text(text)

    def _flush(self) -> None:
        text = _tidy("".join(self._text))
        self._text.clear()
        if text:
            spans = [{"style": "text", "text": text}]
            self.found.append({"kind": "paragraph", "spans": spans})


class _Grid:
    """The cells of one HTML table, spans spread out."""

    TAGS = ("thead", "tbody", "tfoot", "tr", "th", "td", "caption")

    def __init__(self) -> None:
        self.rows: list[dict[int, str]] = []
        self.heads: list[bool] = []
        self.caption = ""
        self._in_head = False
        self._cells: list[tuple[int, int]] = []
        self._where = ""

    def start(self, tag: str, attrs: dict[str, str | None]) -> None:
        """Enter a part of the table."""
        self._where = tag
        if tag == "thead":
            self._in_head = True
        elif tag == "tr" or (tag in ("th", "td") and not self.rows):
            self._new_row()
        if tag in ("th", "td"):
            self._cells = self._place(_count(attrs.get("rowspan")), _count(attrs.get("colspan")))
            if tag == "td" and not self._in_head:
                self.heads[-1] = False

    def end(self, tag: str) -> None:
        """Leave a part of the table."""
        self._where = ""
        if tag == "thead":
            self._in_head = False

    def text(self, text: str) -> None:
        """Put text into the cell or caption that is open."""
        if self._where == "caption":
            self.caption = text
        elif self._where in ("th", "td"):
            for row, column in self._cells:
                self.rows[row][column] = text

    def table(self) -> list[Json]:
        """Return the table as a block's JSON; nothing when it has no cells."""
        rows = [(head, row) for head, row in zip(self.heads, self.rows, strict=False) if row]
        width = max((max(row) + 1 for _, row in rows), default=0)
        heads = [row for head, row in rows if head][: len(rows)]
        body = [row for head, row in rows if not head]
        if not width:
            return []
        columns = []
        for at in range(width):
            labels = dict.fromkeys(row.get(at, "") for row in heads)
            texts = [row.get(at, "") for row in body]
            columns.append({"key": str(at), "label": " · ".join(t for t in labels if t),
                            "align": _align(texts), "width": 0})  # fmt: skip
        cells = [[{"text": row.get(at, "")} for at in range(width)] for row in body]
        return [{"kind": "table", "columns": columns, "caption": self.caption, "footnotes": [],
                 "rows": [{"role": "body", "cells": row} for row in cells]}]  # fmt: skip

    def _new_row(self) -> None:
        following = len(self.heads)
        if following == len(self.rows):
            self.rows.append({})
        self.heads.append(True)

    def _place(self, down: int, across: int) -> list[tuple[int, int]]:
        row = len(self.heads) - 1
        column = 0
        while column in self.rows[row]:
            column += 1
        while len(self.rows) < row + down:
            self.rows.append({})
        places = [(row + i, column + j) for i in range(down) for j in range(across)]
        for at, where in places:
            self.rows[at][where] = ""
        return places


def _count(value: str | None) -> int:
    return min(max(int(value), 1), 200) if value and value.isdigit() else 1


def _align(texts: list[str]) -> str:
    filled = [t for t in texts if t.strip().lower() not in _MISSING]
    return "right" if filled and all(_NUMBER.fullmatch(t.strip()) for t in filled) else "left"


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
