"""Blocks as HTML: one Jinja2 macro a kind, every text escaped."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

from jinja2 import UndefinedError
from markupsafe import Markup

from report_helpers import assets
from report_helpers.errors import RenderError, UnknownName
from report_helpers.present import svg, templates

KINDS = ("masthead", "findings", "table", "chart", "notes", "callout", "terms", "columns")
TONE_WORDS = {
    "good": "favourable",
    "bad": "unfavourable",
    "watch": "watch",
    "info": "for information",
}
PHONE_CHARACTERS = 46  # a table with wider rows becomes a stack of cards on a phone

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Json = dict[str, Any]


def printable(text: str) -> str:
    r"""Return `text` with the characters that no page may hold shown as the sign for them.

    Examples
    --------
    >>> printable("bell\x07, half a pair \ud83d, line\n")
    'bell\ufffd, half a pair \ufffd, line\n'
    """
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def html(block: Json) -> str:
    """Return one block as HTML that brings its own style, for a notebook's output area.

    Parameters
    ----------
    block : a block as :meth:`~report_helpers.present.blocks.Block.to_json` returns it.

    Raises
    ------
    UnknownName
        When no such kind of block exists.
    RenderError
        When the block lacks a field.

    Examples
    --------
    >>> text = html({"kind": "terms", "items": [["SQL", "a lead <b>Sales</b> accepted"]]})
    >>> "<dt>SQL</dt><dd>a lead &lt;b&gt;Sales&lt;/b&gt; accepted</dd>" in text
    True
    """
    name = "b" + hashlib.sha256(json.dumps(block, sort_keys=True).encode()).hexdigest()[:8]
    css = style("blocks.css").replace(".marsale ", ":is(.marsale,#_) ")  # outranks the notebook's
    box = '<div class="marsale" style="padding:.75rem 1rem">'
    return f"{box}<style>{css}</style>{fragment(block, name)}</div>"


def fragment(block: Json, name: str, level: int = 1) -> Markup:
    """Return one block as HTML without style, for a page that has it.

    Parameters
    ----------
    block : the block as JSON data.
    name : prefix for the ids inside it, unique in the page.
    level : heading level of a masthead's title.
    """
    kind = block.get("kind", "")
    if kind not in KINDS:
        raise UnknownName("kind of block", str(kind), KINDS)
    try:
        text = _macros()[kind](block, name=name, level=level)
    except UndefinedError as error:
        raise RenderError(
            f"a {kind} block is incomplete: {error.message}",
            remedy="run the notebook again with this version of the kit",
        ) from error
    return Markup(printable(text.strip()))


@lru_cache(maxsize=4)
def style(*sheets: str) -> str:
    """Return the design tokens as CSS custom properties, and the named style sheets, compact."""
    tokens = _tokens()
    light, dark = _properties(tokens["color"]), _properties(tokens["dark"])
    css = f".marsale{{--font:'{tokens['font']}';{light}}}"
    css += f"@media screen and (prefers-color-scheme:dark){{.marsale{{{dark}}}}}"
    base = assets.path("templates", "base")
    return css + "".join(_compact((base / sheet).read_text(encoding="utf-8")) for sheet in sheets)


def _properties(colors: Json) -> str:
    return ";".join(f"--{name}:{value}" for name, value in colors.items() if name != "series")


def _compact(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", css)).strip()


@lru_cache(maxsize=1)
def _tokens() -> Json:
    text = assets.path("templates", "base", "tokens.json").read_text(encoding="utf-8")
    tokens: Json = json.loads(text)
    return tokens


@lru_cache(maxsize=1)
def _macros() -> dict[str, Any]:
    environment = templates.environment("base")
    environment.globals.update(
        marks=_tokens()["mark"],
        tone_words=TONE_WORDS,
        spark_alt=svg.spark_alt,
        drawing=_drawing,
        fragment=fragment,
    )
    environment.filters.update(
        spark=svg.spark,
        spark_end=svg.spark_end,
        needs_scroll=svg.needs_scroll,
        stacks=_stacks,
        bodies=_bodies,
        extent=_extent,
        brittle=_brittle,
        clamp=_clamp,
        capitalize_first=_capitalize,
    )
    module = environment.get_template("blocks.html.j2").module
    return {kind: getattr(module, kind) for kind in KINDS}


def _drawing(chart: Json, name: str) -> Markup:
    return Markup(svg.inline(printable(chart["svg"]), chart["alt"], f"{name}."))


def _stacks(table: Json) -> bool:
    """Whether the rows of a table become cards on a phone: more than two columns and wide ones."""
    if len(table["columns"]) < 3:
        return False
    rows = [row["cells"] for row in table["rows"] if row["role"] != "group"]
    widths = [
        max([len(column["label"]) / 2, *(_cell_width(row[place], place > 0) for row in rows)])
        for place, column in enumerate(table["columns"])
    ]
    return sum(widths) + 2 * len(widths) > PHONE_CHARACTERS


def _cell_width(cell: Json, whole: bool) -> int:
    """Return the characters a cell needs beside others; one that may wrap, its longest word."""
    drawn = 9 if cell["spark"] or cell["interval"] else 0
    lines = [cell["text"], cell["note"]]
    words = lines if whole else [word for line in lines for word in line.split()]
    return max(map(len, words), default=0) + 2 * bool(cell["mark"]) + drawn


def _extent(cell: Json) -> str:
    """How much room a cell asks for in a card, and whether its text may be broken in a table."""
    length = len(cell["text"])
    return "short" if length <= 14 else "mid" if length <= 32 else "long"


def _brittle(text: str) -> bool:
    """Whether a text holds a word so long that it must break to fit a column."""
    return any(len(word) > 20 for word in text.split())


def _bodies(rows: list[Json]) -> list[list[Json]]:
    """Split rows so that each group row begins a table body of its own."""
    bodies: list[list[Json]] = [[]]
    for row in rows:
        if row["role"] == "group" and bodies[-1]:
            bodies.append([])
        bodies[-1].append(row)
    return bodies


def _clamp(value: float, top: float = 100) -> float:
    return min(max(value, 0.0), top)


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
