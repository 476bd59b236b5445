"""An executed notebook as one HTML file that loads nothing: the nbconvert exporter for screens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode, v4
from traitlets import default

from report_helpers import assets
from report_helpers.present import blocks, screen
from report_helpers.publish import fonts, outputs, prose

EMPTY = Markup()


@dataclass
class Section:
    """What stands under one second-level heading; ``id`` is empty before the first one."""

    id: str = ""
    parts: list[Markup] = field(default_factory=list)


@dataclass
class Page:
    """A whole report, ready for ``page.html.j2``.

    Parameters
    ----------
    title : for the window and the search index.
    language : of the report, such as ``en``.
    head : the masthead, or a plain title where a notebook shows none.
    sections : what stands below it, in order.
    contents : pairs of id and title of the sections.
    style : all style rules, fonts inside.
    """

    title: str
    language: str
    head: Markup = EMPTY
    sections: list[Section] = field(default_factory=lambda: [Section()])
    contents: list[tuple[str, str]] = field(default_factory=list)
    style: Markup = EMPTY


class MarsaleHTMLExporter(TemplateExporter):
    """Turn an executed notebook into a self-contained page.

    The template is the one the notebook names (``metadata.marsale.report``, such as ``brief``), or
    ``weekly``. Code is never shown.
    """

    export_from_notebook = "Report (HTML)"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "weekly"

    @default("extra_template_basedirs")
    def _basedirs_default(self) -> list[str]:
        return [str(assets.path("templates"))]

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        environment.undefined = StrictUndefined
        return environment

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and nbconvert's resources.

        ``resources["marsale"]`` counts the ``unprintable`` outputs.

        Raises
        ------
        RenderError
            When a block or a chart in the notebook is broken.
        """
        named = nb.metadata.get("marsale", {}).get("report")
        known = {file.parent.name for file in assets.path("templates").glob("*/index.html.j2")}
        if named in known - {self.template_name}:
            other = type(self)(config=self.config, template_name=named)
            return other.from_notebook_node(nb, resources, **kw)
        resources = dict(resources or {})
        name = resources.get("metadata", {}).get("name", "")
        made = resources["page"] = page(nb, name or "Report")
        lost = sum(outputs.LOST in part for section in made.sections for part in section.parts)
        resources["marsale"] = {"unprintable": lost}
        bare = v4.new_notebook(metadata=nb.metadata)  # type: ignore[no-untyped-call]
        return super().from_notebook_node(bare, resources, **kw)  # it copies what it is given


def page(notebook: NotebookNode, name: str) -> Page:
    """Gather the parts of a notebook into a page.

    Parameters
    ----------
    notebook : an executed notebook.
    name : title where the notebook gives none.
    """
    about = notebook.metadata.get("marsale", {})
    result = Page(about.get("title") or name, str(about.get("language") or "en").replace("_", "-"))
    shown = [cell for cell in notebook.cells if not outputs.hidden(cell)]
    author = _Author(result, any(_is_masthead(o) for c in shown for o in c.get("outputs", [])))
    for cell in shown:
        author.cell(cell)
    author.finish()
    return result


def _block(output: NotebookNode) -> dict[str, Any]:
    return dict(output.get("data", {}).get(blocks.MIME, {}))


def _is_masthead(output: NotebookNode) -> bool:
    return _block(output).get("kind") == "masthead"


class _Author:
    """Writes a page from the top: knows the ids taken and the level of the last heading."""

    def __init__(self, target: Page, has_masthead: bool) -> None:
        self.page = target
        self.has_masthead = has_masthead
        self.ids: set[str] = {"main"}
        self.level = 1
        self.drawn = 0

    def cell(self, cell: NotebookNode) -> None:
        """Add what one cell shows."""
        if cell.cell_type == "markdown":
            self.markdown(cell.source)
        for output in cell.get("outputs", []):
            self.drawn += 1
            if block := _block(output):
                self.block(block)
            elif (shown := outputs.html(output)) is not None:
                self.add(shown)

    def markdown(self, text: str) -> None:
        for piece in prose.pieces(screen.printable(text)):
            if isinstance(piece, prose.Heading):
                self.heading(piece)
            else:
                self.add(piece)

    def heading(self, heading: prose.Heading) -> None:
        if heading.level == 1 and not self.has_masthead and not self.page.head:
            self.page.title = heading.text
            self.page.head = Markup("<h1 class='report' dir='auto'>{}</h1>").format(heading.html)
            return
        self.level = min(max(heading.level, 2), self.level + 1)
        name = prose.anchor(heading.text, self.ids)
        if self.level == 2:
            self.page.sections.append(Section(name))
            self.page.contents.append((name, heading.text))
        self.add(
            Markup('<h{0} id="{1}" dir="auto">{2}</h{0}>').format(self.level, name, heading.html)
        )

    def block(self, block: dict[str, Any]) -> None:
        name = f"b{self.drawn}"
        if block.get("kind") == "masthead" and not self.page.head:
            self.page.head = screen.fragment(block, name)
            self.page.title = f"{block['report']}, {block['period']}: {block['company']}"
        else:
            self.add(screen.fragment(block, name, level=self.level + 1))

    def add(self, part: Markup) -> None:
        self.page.sections[-1].parts.append(part)

    def finish(self) -> None:
        """Give the page a head if it has none, drop an empty first section, add the style."""
        page = self.page
        page.title = screen.printable(page.title)
        if not page.head:
            page.head = Markup("<h1 class='report' dir='auto'>{}</h1>").format(page.title)
        page.sections = [section for section in page.sections if section.parts]
        everything = page.head + Markup().join(p for s in page.sections for p in s.parts)
        page.style = Markup(
            fonts.faces(everything) + screen.style("blocks.css", "page.css").replace("</", "<\\/")
        )
