"""The reports there are: their notebooks, their names, and what they say of themselves in data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from report_helpers import assets
from report_helpers.errors import ConfigurationError, RenderError, UnknownName
from report_helpers.present.blocks import FACTS, MIME

REPORTS = {"weekly": "weekly_two_way.ipynb", "brief": "meeting_brief.ipynb"}

Json = dict[str, Any]

LONGEST_SLUG = 40  # characters: in any alphabet a file name has room for it
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)\d")  # on Windows these are no folders
_NUMBERS = {"value", "n", "low", "high"}


def read(report: str) -> NotebookNode:
    """Return the notebook of a report, not executed.

    Raises
    ------
    UnknownName
        When `report` is neither a report of the kit nor a notebook file.
    ConfigurationError
        When the file is not a Python notebook.
    """
    if report in REPORTS:
        file = assets.path("notebooks", REPORTS[report])
    elif report.endswith(".ipynb") and Path(report).is_file():
        file = Path(report)
    else:
        raise UnknownName("report", report, [*REPORTS, "the path of an .ipynb file"])
    try:
        notebook: NotebookNode = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    except (ValueError, nbformat.ValidationError) as error:
        raise ConfigurationError(
            "is not a notebook", where=report, remedy="open it in JupyterLab and save it again"
        ) from error
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise ConfigurationError(
            f"the notebook is written in {language}",
            where=report,
            remedy="reports run in the kit's own Python: choose a Python notebook",
        )
    return notebook


def save(notebook: NotebookNode, file: Path) -> None:
    """Write a notebook."""
    nbformat.write(notebook, file)  # type: ignore[no-untyped-call]


def slug(text: str) -> str:
    """Return text as a name for folders; unlike texts with unlike signs, or long ones, stay apart.

    Examples
    --------
    >>> slug("Mid-market"), slug("Small business"), slug("R&D")
    ('mid-market', 'small-business', 'r-d-1d168d')
    """
    plain = re.sub(r"[\W_]+", "-", text.casefold()).strip("-")
    if not text:
        return ""
    safe = len(plain) <= LONGEST_SLUG and not _DEVICES.fullmatch(plain)
    if plain and safe and re.fullmatch(r"[\w\s-]*", text):
        return plain
    return f"{plain[:LONGEST_SLUG]}-{hashlib.sha256(text.encode()).hexdigest()[:6]}".strip("-")


def period_key(notebook: NotebookNode) -> str:
    """Return the key of the period an executed notebook reports: of its facts, or its masthead.

    Raises
    ------
    RenderError
        When the key cannot be the name of a folder.
    """
    facts = next(_shown(notebook, FACTS), {})
    heads = (block for block in _shown(notebook, MIME) if block.get("kind") == "masthead")
    key = str(facts.get("period", {}).get("key", "") or next(heads, {}).get("key", ""))
    if key and not re.fullmatch(r"\w[\w.-]*", key):
        raise RenderError(f"the period's key '{key}' is no name for a folder", where="facts")
    return key


def _shown(notebook: NotebookNode, mime: str) -> Iterator[Json]:
    outputs = (o for c in notebook.cells if c.cell_type == "code" for o in c.outputs)
    return (output.data[mime] for output in outputs if mime in output.get("data", {}))


def facts_of(notebook: NotebookNode) -> Json:
    """Return what the notebook says of itself in data; empty for a notebook that says nothing.

    Raises
    ------
    RenderError
        When the period's key cannot be the name of a folder, or a figure is no number: on its
        way from the kernel NaN becomes the text ``nan``, where a missing figure must be null.
    """
    found: Json = next(_shown(notebook, FACTS), {})
    period_key(notebook)
    for figure in found.get("figures", []):
        for name in _NUMBERS & figure.keys():
            if not isinstance(figure[name], int | float | None):
                raise RenderError(
                    f"'{name}' of {figure.get('metric')} is {figure[name]!r}, which is no number",
                    where="facts",
                    remedy="give None for a figure that is missing",
                )
    return found
