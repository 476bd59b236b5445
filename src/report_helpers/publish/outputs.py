"""Outputs that are not blocks, as HTML: whatever else a notebook displays reaches the page too."""

from __future__ import annotations

import base64
import re
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from report_helpers.present import screen
from report_helpers.present.blocks import FACTS
from report_helpers.publish import prose, sanitize

IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")

LOST = "An output cannot be shown on a page"

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_OBJECT = re.compile(r"<[^<>\n]+>")  # what Python prints for an object that has no words
_TEXTS = ("text/plain", "text/latex")


def html(output: NotebookNode) -> Markup | None:
    """Return one output as HTML, or None for one that is not meant to be seen.

    Tables keep their cells and nothing else; drawings and pictures become images; an error and
    an output that no page can show become a visible remark.

    Parameters
    ----------
    output : an output of a code cell, as nbformat has it.
    """
    if output.output_type == "stream":
        return _pre(output.text)
    if output.output_type == "error":
        return _remark(
            "bad", "This part of the report failed", f"{output.ename}: {_plain(output.evalue)}"
        )
    if FACTS in output.data:
        return None
    return _shown(output.data, output.get("metadata", {}))


def hidden(cell: NotebookNode) -> bool:
    """Say whether a cell is not for readers.

    It is so when tagged ``remove_cell``, and when Papermill wrote it to point at a failed cell,
    which shows itself.
    """
    tags = [str(tag).replace("-", "_") for tag in cell.metadata.get("tags", [])]
    return any(tag == "remove_cell" or tag.startswith("papermill_error") for tag in tags)


def _shown(data: dict[str, Any], about: dict[str, Any]) -> Markup | None:
    if "text/html" in data and (kept := sanitize.tables(_text(data["text/html"]))):
        return Markup(screen.printable(kept))
    if "image/svg+xml" in data:
        drawing = base64.b64encode(_text(data["image/svg+xml"]).encode("utf-8", "replace")).decode()
        return _image("image/svg+xml", drawing, about)
    for kind in IMAGES:
        if kind in data:
            return _image(kind, "".join(_text(data[kind]).split()), about.get(kind, about))
    if "text/markdown" in data:
        return _markdown(_text(data["text/markdown"]))
    for kind in _TEXTS:
        if kind in data and not _OBJECT.fullmatch(_text(data[kind]).strip()):
            return _pre(data[kind])
    return _remark("watch", LOST, f"It holds {', '.join(sorted(data)) or 'nothing'}.")


def _image(kind: str, content: str, about: dict[str, Any]) -> Markup:
    alt = about.get("alt") or "Picture without a description"
    return Markup('<img src="data:{};base64,{}" alt="{}">').format(kind, content, alt)


def _markdown(text: str) -> Markup:
    parts = [
        Markup("<p><strong>{}</strong></p>").format(piece.html)
        if isinstance(piece, prose.Heading)
        else piece
        for piece in prose.pieces(screen.printable(text))
    ]
    return Markup('<div class="prose">{}</div>').format(Markup().join(parts))


def _pre(text: str | list[str]) -> Markup | None:
    words = _plain(_text(text)).strip("\n")
    return Markup('<pre dir="auto">{}</pre>').format(words) if words.strip() else None


def _remark(tone: str, title: str, text: str) -> Markup:
    return screen.fragment(
        {"kind": "callout", "tone": tone, "title": title, "text": text}, name="remark"
    )


def _plain(text: str) -> str:
    return screen.printable(_ANSI.sub("", text))


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)
