"""Forms in JupyterLab: write an item or an answer, and change or close what is open.

They need ipywidgets, which the kit does not bring along; without it a line says how to get it.
What people type is checked and kept by :mod:`report_helpers.teams.items`, as from anywhere else.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

from sqlalchemy import Connection

from report_helpers.data.dataset import Dataset
from report_helpers.errors import MarsaleError
from report_helpers.glossary import METRICS
from report_helpers.present.blocks import Callout
from report_helpers.present.findings import TEAM_NAMES
from report_helpers.present.formats import day
from report_helpers.present.threads import LABELS, cut, label
from report_helpers.teams import exchange, items
from report_helpers.teams.exchange import Item
from report_helpers.teams.fields import FIELDS, WAITING
from report_helpers.teams.store import Store

_HOW = (
    "The form needs ipywidgets: run 'pip install ipywidgets' in this Python and restart the "
    "kernel. Until then 'marsale note add' asks the same questions in a terminal, and 'marsale "
    "store export exchange.xlsx' writes a spreadsheet to edit and import."
)
WIDE, NARROW = "46rem", "23rem"
Change = Callable[[Connection], Mapping[str, Any]]


def missing() -> Callout | None:
    """Return the line that says how to get the forms, or None when they can be shown."""
    try:
        import_module("ipywidgets")
    except ModuleNotFoundError:
        return Callout(_HOW, title="No form here", tone="muted")
    return None


@dataclass(frozen=True)
class Pen:
    """Who writes, and where.

    Parameters
    ----------
    store : where it is kept.
    data : segments, and notes that can be answered and closed like the store's own items.
    person, team : who writes.
    """

    store: Store
    data: Dataset
    person: str
    team: str = ""

    def waiting(self) -> list[Item]:
        """Return what waits to be closed, of the data and of the store, oldest first."""
        found = exchange.threads(self.data, date.max, self.store)
        return [item for item in found if item.is_open and item.kind in WAITING]

    def signed(self) -> items.Signature:
        """Return who changes something, and that it is now."""
        return items.Signature(self.person, datetime.now(UTC).replace(tzinfo=None))

    def keep(self, change: Change, item_id: str = "") -> str:
        """Make a change and return what to say about it, as HTML; a refusal is in bold.

        Parameters
        ----------
        change : what to do, in a transaction.
        item_id : what it is about; a note of the data is taken into the store before.
        """
        try:
            with self.store.write() as db:
                exchange.adopt(db, self.data, item_id, self.signed())
                row = change(db)
        except MarsaleError as error:
            return f"<b>{html.escape(told(error))}</b>"
        return html.escape(f"Kept as {row['item_id']}, revision {row['revision']}.")


def told(error: MarsaleError) -> str:
    """Return what is wrong and what to do about it, as one sentence for the person who typed it."""
    remedy = f": {error.remedy}" if error.remedy else ""
    said = f"{error.message}{remedy}."
    return said[0].upper() + said[1:]


def entry(pen: Pen) -> Any:
    """Return a form to write an item or an answer."""
    return missing() or _Entry(pen).box


def table(pen: Pen) -> Any:
    """Return the open items with fields to change their owner and due day, and to close them."""
    shown = missing()
    if shown:
        return shown
    ui = import_module("ipywidgets")
    lines = [_Line(pen, item).box for item in pen.waiting()]
    return ui.VBox(lines or [ui.Label("Nothing is open.")])


class _Entry:
    """The form to write an item."""

    def __init__(self, pen: Pen) -> None:
        ui = import_module("ipywidgets")
        self._pen, self._is_kept = pen, False
        kinds = [(LABELS.get(k, k.capitalize()), k) for k in FIELDS["kind"].allowed]
        metrics = sorted((metric.label, metric.name) for metric in METRICS)
        answers = [(_named(item), item.note_id) for item in pen.waiting()]
        self.fields: dict[str, Any] = {
            "kind": ui.Dropdown(options=kinds, value="obstacle", description="Kind"),
            "answers": ui.Dropdown(options=[("–", ""), *answers], description="Answers"),
            "body": ui.Textarea(description="Words", rows=5),
            "about_metric": ui.Dropdown(options=[("–", ""), *metrics], description="Metric"),
            "about_segment": ui.Dropdown(
                options=[("–", ""), *((s, s) for s in pen.data.values("segment"))],
                description="Segment",
            ),
            "owner": ui.Text(description="Who must act"),
            "due_on": ui.DatePicker(description="Needed by"),
        }
        for name, field in self.fields.items():
            field.style.description_width = "7rem"
            field.layout.width = WIDE if name in ("body", "answers") else NARROW
            field.layout.max_width = "100%"
        self.button = ui.Button(description="Write", button_style="primary")
        self.said = ui.HTML()
        self.button.on_click(self._write)
        self.box = ui.VBox([*self.fields.values(), self.button, self.said])

    def _write(self, _: Any) -> None:
        given = {name: field.value for name, field in self.fields.items()}
        if self._is_kept and not given["body"]:
            return  # the second half of a double click
        draft = {**given, "team": self._pen.team, "written_on": date.today()}

        def add(db: Connection) -> Mapping[str, Any]:
            return items.add(db, draft, self._pen.signed())

        self.said.value = self._pen.keep(add, given["answers"])
        self._is_kept = not self.said.value.startswith("<b>")
        if self._is_kept:
            self.fields["body"].value = ""


class _Line:
    """One open item in the table."""

    def __init__(self, pen: Pen, item: Item) -> None:
        ui = import_module("ipywidgets")
        self._pen, self._item, self._revision = pen, item, _revision(pen, item)
        self.owner = ui.Text(value=item.owner, placeholder="who must act")
        self.due = ui.DatePicker(value=item.due_on)
        self.reason = ui.Text(placeholder="reason, to close it")
        self.button = ui.Button(description="Save")
        self.said = ui.HTML()
        self.button.on_click(self._save)
        row = [self.owner, self.due, self.reason, self.button]
        for field, width in zip(row, ("12rem", "10rem", "17rem", "5rem"), strict=True):
            field.layout.width = width
        words = ui.HTML(html.escape(_named(item)))
        self.box = ui.VBox([words, ui.HBox(row, layout={"flex_flow": "row wrap"}), self.said])

    def _save(self, _: Any) -> None:
        changes: dict[str, Any] = {"owner": self.owner.value, "due_on": self.due.value}
        if self.reason.value.strip():
            changes |= {"closed_on": date.today(), "closed_reason": self.reason.value}

        def change(db: Connection) -> Mapping[str, Any]:
            name, signed = self._item.note_id, self._pen.signed()
            row = items.edit(db, name, changes, self._revision, signed)
            self._revision = row["revision"]
            return row

        self.said.value = self._pen.keep(change, self._item.note_id)


def _revision(pen: Pen, item: Item) -> int:
    """Return an item's revision; a note of the data becomes the first when it is changed."""
    with pen.store.read() as db:
        kept: dict[str, int] = {row["item_id"]: row["revision"] for row in items.find(db)}
    return kept.get(item.note_id, 1)


def _named(item: Item) -> str:
    who = item.author or TEAM_NAMES[item.team]
    when = day(item.written_on, year=False)
    return f"{when}, {who}, {label(item).lower()}: {cut(item.body, 100)}"
