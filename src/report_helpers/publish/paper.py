"""An executed notebook as a tagged PDF: the nbconvert exporter for paper, set by Typst."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Enum, default

from report_helpers import assets
from report_helpers.errors import ConfigurationError, RenderError
from report_helpers.publish.document import PAPERS, document
from report_helpers.publish.pdfium import opened

Json = dict[str, Any]


class MarsalePDFExporter(Exporter):
    """Turn an executed notebook into a PDF made for paper.

    The layout is ``templates/<report>/report.typ``, where the notebook names its report in
    ``metadata.marsale.report``, or ``templates/base/report.typ``. The PDF is tagged (PDF/UA-1),
    holds its fonts, and has the same bytes whenever the same notebook is converted.
    """

    export_from_notebook = "Report (PDF)"
    output_mimetype = "application/pdf"
    paper = Enum(
        ("", *PAPERS), "", help="Paper: a4 or us-letter; empty for the notebook's own choice."
    ).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Json | None = None, **kw: Any
    ) -> tuple[bytes, Json]:
        """Return the PDF and nbconvert's resources.

        ``resources["marsale"]`` is what :func:`told` tells.

        Raises
        ------
        RenderError
            When the document cannot be set.
        ConfigurationError
            When the notebook names a paper, a language or a date the kit does not know.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        printed = document(notebook, self.paper)
        pdf = typeset(printed)
        resources["marsale"] = told(printed, pdf)
        resources["output_extension"] = self.file_extension
        return pdf, resources


def told(printed: Json, pdf: bytes) -> Json:
    """Return what is worth telling of a finished PDF.

    Parameters
    ----------
    printed : what it was made from, as :func:`.document.document` makes it.
    pdf : its content.

    Returns
    -------
    dict
        The numbers of ``pages``, ``replaced_glyphs`` and ``unprintable`` outputs.
    """
    with opened(pdf) as file:
        pages = len(file)
    return {
        "pages": pages,
        "replaced_glyphs": printed["replaced_glyphs"],
        "unprintable": len(printed["unprintable"]),
    }


def typeset(printed: Json) -> bytes:
    """Return a document, as :func:`.document.document` makes it, set as a PDF.

    Raises
    ------
    RenderError
        When Typst refuses the document; the message is Typst's own.
    ConfigurationError
        When ``period_end`` is not a date.
    """
    templates = assets.path("templates")
    try:
        pdf: bytes = typst.compile(
            _layout(templates, printed["report"]),
            root=templates,
            font_paths=[templates / "base" / "fonts"],
            ignore_system_fonts=True,
            sys_inputs={"document": json.dumps(printed)},
            pdf_standards=["ua-1"],
            timestamp=_moment(printed["period_end"]),
        )
    except typst.TypstError as error:
        raise RenderError(
            f"the PDF could not be set: {error.message}",
            where=printed["title"],
            remedy="; ".join(error.hints) or "look for what is unusual in the notebook's outputs",
        ) from error
    return pdf


def _layout(templates: Path, report: str) -> Path:
    own = templates / report / "report.typ"
    inside = own.resolve().is_relative_to(templates.resolve())
    return own if inside and own.is_file() else templates / "base" / "report.typ"


def _moment(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError as error:
        raise ConfigurationError(
            f"'{day}' is not a date", where="period_end", remedy="write it as YYYY-MM-DD"
        ) from error
