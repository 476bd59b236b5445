"""Executed notebook -> the JSON document that paper is laid out from. No text in it is markup."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any

from nbformat import NotebookNode

from report_helpers.errors import ConfigurationError
from report_helpers.present.blocks import FACTS, MIME
from report_helpers.publish import foreign, glyphs, markdown

Json = dict[str, Any]

PAPERS = ("a4", "us-letter")
TITLED = ("findings", "notes")
_LAYOUT = ("new_page", "keep", "width")
_UNDATED = "2000-01-01"


def document(notebook: NotebookNode, paper: str = "") -> Json:
    """Return a notebook's prose and outputs as a document.

    Code is left out. Of each output the best form is taken: a block, a drawing, a table, text; one
    that cannot be printed becomes a visible line and is counted. Letters that no font of the kit
    holds are replaced by visible ones, and counted.

    Parameters
    ----------
    notebook : executed; its ``metadata.marsale`` may hold ``report``, ``title``, ``company``,
        ``language``, ``paper`` and ``period_end``. A cell's may hold ``new_page``, ``keep`` and
        ``width`` (0-1 of the text), or be ``remove_cell`` by tag.
    paper : ``a4`` or ``us-letter``; empty for the notebook's own choice, or A4.

    Returns
    -------
    dict
        ``title``, ``company``, ``language``, ``period``, ``paper``, ``report``, ``period_end``
        (ISO date), ``masthead`` (or null), ``parts`` (in order), ``unprintable`` (what could not
        be printed, in words), ``replaced_glyphs`` (a count).

    Raises
    ------
    ConfigurationError
        When the paper or the language is not one the kit knows.
    """
    about = notebook.metadata.get("marsale", {})
    parts = [part for at, cell in enumerate(notebook.cells, 1) for part in _cell(cell, at)]
    masthead = next((p for p in parts if p["kind"] == "masthead"), None)
    title = _take_title(parts) if masthead is None else masthead["report"]
    if masthead is not None:
        parts.remove(masthead)
    _set_levels(parts)
    head = masthead or {}
    result: Json = {
        "report": str(about.get("report") or "base"),
        "title": str(about.get("title") or title or "Report"),
        "company": str(head.get("company") or about.get("company") or ""),
        "period": str(head.get("period") or ""),
        "language": _language(about.get("language") or "en"),
        "paper": _paper(paper or about.get("paper") or PAPERS[0]),
        "period_end": str(about.get("period_end") or _period_end(notebook)),
        "masthead": masthead,
        "parts": parts,
        "unprintable": [p["text"] for p in walk(parts) if _is_lost(p)],
    }
    covered, replaced = glyphs.cover(result)
    return {**covered, "replaced_glyphs": replaced}


def walk(value: Any) -> Iterator[Json]:
    """Yield every object of a document, outer ones first, in reading order."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from walk(inner)


def _cell(cell: NotebookNode, at: int) -> list[Json]:
    tags = {str(tag).replace("-", "_") for tag in cell.metadata.get("tags", [])}
    if "remove_cell" in tags or any(tag.startswith("papermill_error") for tag in tags):
        return []
    if cell.cell_type == "markdown":
        parts = markdown.nodes(cell.source)
    elif cell.cell_type == "code" and "remove_output" not in tags:
        parts = [part for output in cell.outputs for part in _output(output, at)]
    else:
        parts = []
    return _steer(parts, cell.metadata.get("marsale", {}))


def _steer(parts: list[Json], layout: Json) -> list[Json]:
    for key in _LAYOUT:
        if key in layout:
            for part in parts[:1] if key == "new_page" else parts:
                part[key] = layout[key]
    return parts


def _output(output: NotebookNode, at: int) -> list[Json]:
    if output.output_type == "stream":
        return foreign.plain(output.text)
    if output.output_type == "error":
        return [_callout("bad", f"Cell {at} failed", f"{output.ename}: {output.evalue}")]
    bundle = output.data
    if MIME in bundle:
        return [_block(bundle[MIME], at)]
    if FACTS in bundle:
        return []
    kinds = ", ".join(sorted(bundle)) or "nothing at all"
    return foreign.parts(bundle) or [_lost(f"Cell {at} holds an output of the kind {kinds}")]


def _block(block: Any, at: int) -> Json:
    part: Json = copy.deepcopy(dict(block))
    if part["kind"] == "columns":
        part["blocks"] = [_block(inner, at) for inner in part["blocks"]]
    if part["kind"] == "chart" and not foreign.is_svg(part["svg"]):
        return _lost(f"Cell {at} holds a chart that is no SVG drawing: {part['alt']}")
    return part


def _callout(tone: str, title: str, text: str) -> Json:
    return {"kind": "callout", "tone": tone, "title": title, "text": text}


def _lost(what: str) -> Json:
    return {**_callout("watch", "Not printed", f"{what}. It cannot be printed."), "lost": True}


def _is_lost(part: Json) -> bool:
    return bool(part.get("lost")) or part.get("style") == "picture"


def _take_title(parts: list[Json]) -> str:
    for part in parts:
        if part["kind"] == "heading" and part["level"] == 1:
            parts.remove(part)
            return markdown.words(part["spans"])
    return ""


def _set_levels(parts: Iterable[Json]) -> None:
    """Number the headings from 1 without a step left out; a block's title is one level below."""
    level = 0
    for part in parts:
        if part["kind"] == "heading":
            level = min(max(part["level"] - 1, 1), level + 1)
            part["level"] = level
        for block in walk(part):
            if block.get("kind") in TITLED and block.get("title"):
                block["level"] = level + 1


def _period_end(notebook: NotebookNode) -> str:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            facts = output.get("data", {}).get(FACTS, {})
            if isinstance(facts, dict) and "period" in facts:
                return str(facts["period"].get("end", _UNDATED))
    return _UNDATED


def _paper(name: str) -> str:
    if name not in PAPERS:
        raise ConfigurationError(
            f"unknown paper '{name}'", where="metadata.marsale.paper", remedy="a4 or us-letter"
        )
    return name


def _language(code: str) -> str:
    short = str(code).replace("_", "-").split("-")[0].lower()
    if not re.fullmatch("[a-z]{2,3}", short):
        raise ConfigurationError(
            f"'{code}' is not a language",
            where="metadata.marsale.language",
            remedy="write its two letters, such as en or de",
        )
    return short
