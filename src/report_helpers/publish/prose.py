"""Markdown as HTML: sections, headings with ids, nothing that loads and no raw HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import mistune
from markupsafe import Markup, escape
from mistune.core import BlockState

_PLUGINS = ["table", "strikethrough"]
_TREE = mistune.create_markdown(renderer=None, escape=True, plugins=_PLUGINS)


@dataclass(frozen=True)
class Heading:
    """A heading of a Markdown cell: its level, its HTML and its plain text."""

    level: int
    html: Markup
    text: str


def pieces(markdown: str) -> Iterator[Heading | Markup]:
    """Yield the headings of a Markdown text, and as HTML what stands between them.

    Raw HTML is shown as the text it is. Pictures are kept only when their data stand in the text;
    of others the description remains, as a link.

    Examples
    --------
    >>> [type(piece).__name__ for piece in pieces("## Win rates\\n\\nSmall <b>segments</b>")]
    ['Heading', 'Markup']
    """
    tree = _TREE(markdown)
    for token in tree if isinstance(tree, list) else []:
        if token["type"] == "heading":
            words = Markup(_render(token["children"]))
            yield Heading(token["attrs"]["level"], words, words.striptags())
        elif token["type"] == "table":
            table = re.sub(r"<th\b", '<th scope="col"', _render([token]))
            yield Markup('<div class="scroll" tabindex="0">{}</div>').format(Markup(table))
        elif token["type"] != "blank_line":
            yield Markup(_render([token]))


def anchor(text: str, taken: set[str]) -> str:
    """Return an id for a heading that `taken` does not hold yet, and add it.

    Examples
    --------
    >>> taken = set()
    >>> anchor("Win rates: Q4", taken), anchor("Win rates, Q4", taken)
    ('win-rates-q4', 'win-rates-q4-2')
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    stem = re.sub(r"[^\w]+", "-", plain)[:60].strip("-_") or "section"
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name)
    return name


class _Renderer(mistune.HTMLRenderer):
    def paragraph(self, text: str) -> str:
        return f'<p dir="auto">{text}</p>\n'

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<p><strong>{text}</strong></p>\n"  # inside a list or a quotation

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if re.match(r"data:image/(png|jpeg|gif|webp);base64,[\w+/=]+$", url):
            return f'<img src="{url}" alt="{text}">'
        return self.link(text or str(escape(url)), url, title)


_HTML = _Renderer(escape=True)
mistune.create_markdown(renderer=_HTML, plugins=_PLUGINS)  # teaches the renderer its plugins


def _render(tokens: list[dict[str, Any]]) -> str:
    return str(_HTML(tokens, BlockState()))
