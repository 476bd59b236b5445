"""Executed notebook -> HTML and PDF files, each checked before anyone sees it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any

from nbformat import NotebookNode

from report_helpers.errors import MarsaleError, RenderError
from report_helpers.publish.checks.secrets import Known

Json = dict[str, Any]
_log = logging.getLogger(__name__)

_stage = Lock()
_PAPERS = {"a4": "a4", "letter": "us-letter"}


def render(
    notebook: NotebookNode, file: Path, paper: str = "a4", secrets: Known | None = None
) -> Json:
    """Write one file in the format its ending says, check it, and return what there is to tell.

    Parameters
    ----------
    notebook : executed.
    file : ends in ``.html`` or ``.pdf``.
    paper : ``a4`` or ``letter``.
    secrets : what must not be in it, by the name of what holds it.

    Returns
    -------
    dict
        What the exporter counted, such as pages and replaced glyphs.

    Raises
    ------
    RenderError
        When the file could not be made, or is not what it must be; names each problem.
    """
    make = {".html": _html, ".pdf": _pdf}[file.suffix]
    try:
        told, problems = make(notebook, file, paper, secrets or {})
    except MarsaleError:
        raise
    except Exception as error:
        raise RenderError(
            f"could not be made: {type(error).__name__}: {error}",
            where=file.name,
            remedy="run again with --debug and report what it says",
        ) from error
    if problems:
        raise RenderError(
            f"did not pass its checks: {'; '.join(problems[:5])}",
            where=file.name,
            remedy=f"{len(problems)} problem(s) in all; the last good report stays in place",
        )
    return told


@contextmanager
def rehearsal(formats: Iterable[str], paper: str = "a4") -> Iterator[None]:
    """Set a small report in a thread of its own while the ``with`` block waits for other work.

    What is imported, read and compiled for it need not be for the report that follows.

    Parameters
    ----------
    formats : ``html`` and ``pdf``, or one of them, or none.
    paper : as for `render`.
    """

    def rehearse() -> None:
        for kind in formats:
            with _stage:  # a second report waits for the rehearsal of the first
                _rehearse(kind, paper)

    thread = Thread(target=rehearse)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@cache
def _rehearse(kind: str, paper: str) -> None:
    """Set a small report, once a process: one block, with a letter that not every font has."""
    from nbformat import v4

    from report_helpers.present.blocks import MIME, Callout

    block = v4.new_output("display_data", {MIME: Callout("±").to_json()})  # type: ignore[no-untyped-call]
    cell = v4.new_code_cell(outputs=[block])  # type: ignore[no-untyped-call]
    with TemporaryDirectory() as folder:
        small = v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
        try:
            render(small, Path(folder) / f"small.{kind}", paper)
        except Exception as error:  # noqa: BLE001 - the report itself will say it, where it counts
            _log.debug("the rehearsal for %s failed: %s", kind, error)


def _html(notebook: NotebookNode, file: Path, paper: str, secrets: Known) -> tuple[Json, list[str]]:
    from report_helpers.publish.checks import html
    from report_helpers.publish.screen import MarsaleHTMLExporter

    exporter = MarsaleHTMLExporter()  # type: ignore[no-untyped-call]
    body, resources = exporter.from_notebook_node(notebook, {"metadata": {"name": file.stem}})
    file.write_text(body, encoding="utf-8", newline="\n")
    return resources.get("marsale", {}), html.check(file)


def _pdf(notebook: NotebookNode, file: Path, paper: str, secrets: Known) -> tuple[Json, list[str]]:
    from report_helpers.publish.checks import pdf
    from report_helpers.publish.document import document
    from report_helpers.publish.paper import told, typeset

    printed = document(notebook, _PAPERS[paper])
    body = typeset(printed)
    file.write_bytes(body)
    return told(printed, body), pdf.check(file, printed, secrets)
