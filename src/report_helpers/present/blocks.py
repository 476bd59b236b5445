"""What a report is made of: a few kinds of block, each showing itself on screen and on paper.

Every block is data. In a notebook it displays as ``text/html`` (drawn by :mod:`.screen`) and as
``application/vnd.marsale.block+json``, from which paper is laid out. No text in a block is ever
markup: both media escape it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

MIME = "application/vnd.marsale.block+json"
FACTS = "application/vnd.marsale.facts+json"  # the figures of a report, for the files beside it

Tone = Literal["good", "bad", "watch", "info", "muted", ""]
Align = Literal["left", "right", "center"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Block:
    """Base of all blocks; ``kind`` names the drawing macro in each medium."""

    kind = "block"

    def to_json(self) -> Json:
        """Return the block as plain JSON data."""
        return {"kind": self.kind, **asdict(self)}

    def plain(self) -> str:
        """Return the block as plain text, for terminals and the mail's text part."""
        return self.kind

    def _repr_mimebundle_(self, **_: Any) -> Json:
        from report_helpers.present import screen

        data = self.to_json()
        return {MIME: data, "text/html": screen.html(data), "text/plain": self.plain()}


@dataclass(frozen=True)
class Masthead(Block):
    """The head of a report: what it is, which period, and how fresh its data are.

    Parameters
    ----------
    report : name of the report, such as ``"Weekly two-way report"``.
    company : whose report it is.
    period : the period in words.
    dates : first and last day in words.
    scope : which part of the company, such as ``"Segment: Enterprise"``; empty for all of it.
    facts : pairs of label and text, such as ``("Leads", "up to Tue 3 Nov 2026")``.
    key : the period's key, such as ``2026-W44``.
    """

    kind = "masthead"
    report: str
    company: str
    period: str
    dates: str
    scope: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    key: str = ""

    def plain(self) -> str:
        """Return title and period."""
        return f"{self.company}: {self.report}, {self.period} ({self.dates})"


@dataclass(frozen=True)
class Finding:
    """One sentence that says what a number means.

    Parameters
    ----------
    text : the sentence.
    lead : a few words set in bold before it.
    tone : how it bears on the reader; always shown by a mark as well as by colour.
    """

    text: str
    lead: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Findings(Block):
    """A short list of findings, under an optional title."""

    kind = "findings"
    items: tuple[Finding, ...]
    title: str = ""

    def plain(self) -> str:
        """Return one line a finding."""
        return "\n".join(f"- {i.lead + ': ' if i.lead else ''}{i.text}" for i in self.items)


@dataclass(frozen=True)
class TableColumn:
    """One column of a table; ``width`` is its share of the free width, 0 for as wide as needed."""

    key: str
    label: str
    align: Align = "left"
    width: float = 0


@dataclass(frozen=True)
class Interval:
    """A value with its interval, drawn as a dot on a line; all in 0-1 of a common scale."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Parameters
    ----------
    text : what it says, formatted.
    note : a smaller second line, such as ``n = 42``.
    tone : how it bears on the reader.
    mark : a sign that repeats the tone without colour, such as an arrow.
    bar : length of a bar behind the text, 0-1.
    interval : a dot with whiskers.
    spark : values of a small line; ``None`` is a gap.
    """

    text: str
    note: str = ""
    tone: Tone = ""
    mark: str = ""
    bar: float | None = None
    interval: Interval | None = None
    spark: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row; ``role`` is ``body``, ``group`` (a subheading over all columns) or ``total``."""

    cells: tuple[Cell, ...]
    role: Literal["body", "group", "total"] = "body"


@dataclass(frozen=True)
class Table(Block):
    """A table with formatted cells.

    Parameters
    ----------
    columns, rows : its content; every body row has one cell a column.
    caption : the title above it.
    alt : what it shows, in a sentence, for people who cannot see it.
    footnotes : small lines below it.
    """

    kind = "table"
    columns: tuple[TableColumn, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    alt: str = ""
    footnotes: tuple[str, ...] = ()

    def plain(self) -> str:
        """Return tab-separated lines."""
        head = "\t".join(c.label for c in self.columns)
        body = ["\t".join(c.text for c in row.cells) for row in self.rows]
        return "\n".join([head, *body])


@dataclass(frozen=True)
class Chart(Block):
    """A drawn chart.

    Parameters
    ----------
    svg : the drawing, text kept as text.
    alt : what it shows, made from its numbers.
    caption : the title above it.
    width : share of the text width on paper, 0-1.
    footnotes : small lines below it.
    """

    kind = "chart"
    svg: str
    alt: str
    caption: str = ""
    width: float = 1.0
    footnotes: tuple[str, ...] = ()

    def plain(self) -> str:
        """Return the alternative text."""
        return f"[chart] {self.caption}: {self.alt}"


@dataclass(frozen=True)
class Note:
    """Something a person wrote.

    Parameters
    ----------
    label : what sort of note, such as ``"Obstacle"``.
    body : the person's words.
    meta : who and when.
    figure : the number it speaks of, if there is one.
    status : such as ``"open, due Fri 6 Nov"``.
    tone : how the status bears on the reader.
    answers : replies, oldest first, each a pair of who-and-when and words.
    """

    label: str
    body: str
    meta: str = ""
    figure: str = ""
    status: str = ""
    tone: Tone = ""
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Notes(Block):
    """What people wrote, with answers; ``empty`` is said when there is nothing."""

    kind = "notes"
    items: tuple[Note, ...]
    title: str = ""
    empty: str = ""

    def plain(self) -> str:
        """Return one line a note."""
        return "\n".join(f"- {n.label}: {n.body}" for n in self.items) or self.empty


@dataclass(frozen=True)
class Callout(Block):
    """A framed remark: a section that cannot be shown and why, a warning, a hint."""

    kind = "callout"
    text: str
    title: str = ""
    tone: Tone = "info"

    def plain(self) -> str:
        """Return title and text."""
        return f"{self.title}: {self.text}" if self.title else self.text


@dataclass(frozen=True)
class Terms(Block):
    """Definitions: pairs of term and explanation."""

    kind = "terms"
    items: tuple[tuple[str, str], ...]

    def plain(self) -> str:
        """Return one line a term."""
        return "\n".join(f"{term}: {text}" for term, text in self.items)


@dataclass(frozen=True)
class Columns(Block):
    """Blocks side by side where there is room, one below the other where there is not."""

    kind = "columns"
    blocks: tuple[Block, ...] = field(default=())

    def to_json(self) -> Json:
        """Return the block as plain JSON data."""
        return {"kind": self.kind, "blocks": [b.to_json() for b in self.blocks]}

    def plain(self) -> str:
        """Return the blocks one below the other."""
        return "\n\n".join(b.plain() for b in self.blocks)
