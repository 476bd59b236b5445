"""Outputs that are not blocks: tables and text of HTML, pictures, Markdown, plain text."""

from __future__ import annotations

import base64
import binascii
import json
import re
import struct
from typing import Any
from xml.etree import ElementTree

from report_helpers.publish import grid, markdown

Json = dict[str, Any]

_ANSI = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")
_OBJECT = re.compile(r"<[^<>\n]+>")
PNG = b"\x89PNG\r\n\x1a\n"


def parts(bundle: Json) -> list[Json]:
    """Return a mimebundle as parts of a document: the first of its forms that paper can show.

    An empty list means that none of them can be printed.

    Examples
    --------
    >>> parts({"text/plain": "Read 8,800 deals"})
    [{'kind': 'code', 'text': 'Read 8,800 deals'}]
    >>> parts({"text/plain": "<Figure size 640x480>"})
    []
    """
    for mimetype, reader in _READERS.items():
        if mimetype in bundle:
            found = reader(_joined(bundle[mimetype]))
            if found:
                return found
    return []


def plain(text: str) -> list[Json]:
    """Return text as it stands, without terminal colours; nothing for the name of an object."""
    text = _ANSI.sub("", text).rstrip()
    if not text or _OBJECT.fullmatch(text.strip()):
        return []
    return [{"kind": "code", "text": text}]


def is_svg(text: str) -> bool:
    """Tell whether `text` is a well-formed SVG drawing."""
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return False
    return root.tag in ("svg", "{http://www.w3.org/2000/svg}svg")


def picture(svg: str) -> Json:
    """Return a drawing nobody described, as wide as it is, at most as wide as the text."""
    return {"kind": "chart", "svg": svg, "alt": "Picture without a description", "caption": "",
            "width": 0, "footnotes": []}  # fmt: skip


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _svg(text: str) -> list[Json]:
    return [picture(text)] if is_svg(text) else []


def _png(text: str) -> list[Json]:
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return []
    if not data.startswith(PNG) or len(data) < 24:
        return []
    width, height = struct.unpack(">II", data[16:24])
    href = f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"
    size = f'width="{width}" height="{height}"'
    return [picture(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
                    f'<image href="{href}" {size}/></svg>')]  # fmt: skip


_READERS = {
    "image/svg+xml": _svg,
    "text/html": grid.parts,
    "image/png": _png,
    "text/markdown": markdown.nodes,
    "text/latex": plain,
    "text/plain": plain,
    "application/json": plain,
}
