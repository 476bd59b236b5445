"""Markdown as data: headings, paragraphs, lists, quotes, code and tables, for paper to lay out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import quote

import mistune

Json = dict[str, Any]

_SAFE_LINK = re.compile(r"(?i)(https?://|mailto:)\S")
_URL_SIGNS = "%/:?#[]@!$&'()*+,;=~"
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def nodes(markdown: str) -> list[Json]:
    """Return the blocks of a Markdown text, in order.

    Every block has a ``kind`` (``heading``, ``paragraph``, ``list``, ``quote``, ``code``, ``rule``
    or ``table``); running text is a list of spans, each with a ``style`` and a ``text`` or inner
    ``spans``. Raw HTML is kept as the text that was typed, comments are left out.

    Examples
    --------
    >>> nodes("Won **36** deals")[0]["spans"][1]
    {'style': 'strong', 'spans': [{'style': 'text', 'text': '36'}]}
    """
    return _blocks(_parser()(markdown))


def words(spans: Iterable[Json]) -> str:
    """Return the text of spans without their styles.

    Examples
    --------
    >>> words([{"style": "strong", "spans": [{"style": "text", "text": "Win rate"}]}])
    'Win rate'
    """
    return "".join(words(s["spans"]) if "spans" in s else s["text"] for s in spans)


@cache
def _parser() -> Any:
    return mistune.create_markdown(
        renderer="ast", plugins=["table", "strikethrough", "url", "task_lists"]
    )


def _blocks(tokens: Iterable[Json]) -> list[Json]:
    found = []
    for token in tokens:
        block = _block(token)
        if block is not None:
            found.append(block)
    return found


def _block(token: Json) -> Json | None:
    children = token.get("children", [])
    match token["type"]:
        case "heading":
            spans = _spans(children)
            return {"kind": "heading", "level": token["attrs"]["level"], "spans": spans}
        case "paragraph" | "block_text":
            return {"kind": "paragraph", "spans": _spans(children)}
        case "list":
            attrs = token["attrs"]
            items = [_item(child) for child in children]
            start = attrs.get("start", 1)
            return {"kind": "list", "ordered": attrs["ordered"], "start": start, "items": items}
        case "block_quote":
            return {"kind": "quote", "blocks": _blocks(children)}
        case "block_code":
            return {"kind": "code", "text": token["raw"].rstrip("\n")}
        case "thematic_break":
            return {"kind": "rule"}
        case "table":
            return _table(children)
        case "block_html":
            text = _COMMENT.sub("", token["raw"]).strip()
            return {"kind": "paragraph", "spans": [_text(text)]} if text else None
        case _:
            return None  # blank lines


def _item(token: Json) -> list[Json]:
    blocks = _blocks(token["children"])
    if token["type"] == "task_list_item":
        sign = _text("☑ " if token["attrs"]["checked"] else "☐ ")
        if blocks and "spans" in blocks[0]:
            blocks[0]["spans"].insert(0, sign)
        else:
            blocks.insert(0, {"kind": "paragraph", "spans": [sign]})
    return blocks


def _table(children: list[Json]) -> Json:
    head = children[0]["children"]
    body = children[1]["children"] if len(children) > 1 else []
    columns = [
        {"key": str(i), "label": words(_spans(c["children"])), "align": _align(c), "width": 0}
        for i, c in enumerate(head)
    ]
    rows = [{"role": "body", "cells": [_cell(c) for c in row["children"]]} for row in body]
    return {"kind": "table", "columns": columns, "rows": rows, "caption": "", "footnotes": []}


def _align(cell: Json) -> str:
    return cell["attrs"].get("align") or "left"


def _cell(token: Json) -> Json:
    spans = _spans(token["children"])
    return {"text": words(spans), "spans": spans}


def _spans(tokens: Iterable[Json]) -> list[Json]:
    return [_span(token) for token in tokens]


def _span(token: Json) -> Json:
    children = token.get("children", [])
    match token["type"]:
        case "strong" | "emphasis" | "strikethrough" as style:
            return {"style": style, "spans": _spans(children)}
        case "codespan":
            return {"style": "code", "text": html.unescape(token["raw"])}
        case "link":
            return _link(_spans(children), html.unescape(token["attrs"]["url"]))
        case "image":
            alt = words(_spans(children)) or token["attrs"]["url"]
            return {"style": "picture", "text": f"[picture: {alt}]"}
        case "linebreak":
            return _text("\n")
        case "softbreak":
            return _text(" ")
        case "inline_html":
            raw = token["raw"]
            return _text("\n" if re.fullmatch(r"(?i)<br\s*/?>", raw) else _COMMENT.sub("", raw))
        case _:
            return _text(html.unescape(token.get("raw", words(_spans(children)))))


def _link(spans: list[Json], url: str) -> Json:
    if _SAFE_LINK.match(url):
        return {"style": "link", "url": quote(url, safe=_URL_SIGNS), "spans": spans}
    return {"style": "plain", "spans": spans}


def _text(text: str) -> Json:
    return {"style": "text", "text": text}
