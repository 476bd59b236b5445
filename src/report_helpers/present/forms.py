"""Forms in JupyterLab: write an item, and change the open ones in a table.

They need ipywidgets, which the kit does not bring along; without it a line says how to get it.
What people type is checked and kept by :mod:`report_helpers.teams.items`, as from anywhere else.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from textwrap import shorten
from typing import Any

from report_helpers.errors import MarsaleError
from report_helpers.glossary import METRICS
from report_helpers.present.blocks import Callout
from report_helpers.teams import items
from report_helpers.teams.fields import FIELDS
from report_helpers.teams.store import Store

_HOW = (
    "The form needs ipywidgets: run 'pip install ipywidgets' in this Python and restart the "
    "kernel. Until then 'marsale note add' asks the same questions in a terminal, and 'marsale "
    "store export exchange.xlsx' writes a spreadsheet to edit and import."
)


def missing() -> Callout | None:
    """Return the line that says how to get the forms, or None when they can be shown."""
    try:
        import_module("ipywidgets")
    except ModuleNotFoundError:
        return Callout(_HOW, title="No form here", tone="muted")
    return None


def entry(store: Store, person: str, team: str, segments: Sequence[str]) -> Any:
    """Return a form to write an item or an answer.

    Parameters
    ----------
    store : where it is kept.
    person, team : who writes.
    segments : what an item can speak of.
    """
    shown = missing()
    return shown if shown else _Entry(store, person, team, segments).box


def table(store: Store, person: str) -> Any:
    """Return the open items with fields to change their owner and due day, and to close them."""
    shown = missing()
    if shown:
        return shown
    ui = import_module("ipywidgets")
    with store.read() as db:
        rows = items.find(db, items.Query(state="open"))
    return ui.VBox(
        [_Line(store, person, row).box for row in rows] or [ui.Label("Nothing is open.")]
    )


class _Entry:
    """The form to write an item."""

    def __init__(self, store: Store, person: str, team: str, segments: Sequence[str]) -> None:
        ui = import_module("ipywidgets")
        self._store, self._person, self._team = store, person, team
        self.fields: dict[str, Any] = {
            "kind": ui.Dropdown(options=FIELDS["kind"].allowed, description="Kind"),
            "body": ui.Textarea(description="What", rows=4),
            "answers": ui.Dropdown(options=[("", None), *_choices(store)], description="Answers"),
            "about_metric": ui.Dropdown(
                options=[("", None), *((m.label, m.name) for m in METRICS)], description="Metric"
            ),
            "about_segment": ui.Dropdown(options=["", *segments], description="Segment"),
            "owner": ui.Text(description="Owner"),
            "due_on": ui.DatePicker(description="Due"),
        }
        self.button = ui.Button(description="Write", button_style="primary")
        self.said = ui.HTML()
        self.button.on_click(self._write)
        self.box = ui.VBox([*self.fields.values(), self.button, self.said])

    def _write(self, _: Any) -> None:
        given = {name: field.value for name, field in self.fields.items()}
        draft = {**given, "team": self._team, "written_on": date.today()}
        told = _kept(self._store, lambda db: items.add(db, draft, _signed(self._person)))
        self.said.value = told
        if not told.startswith("<b>"):
            self.fields["body"].value = ""


class _Line:
    """One open item in the table."""

    def __init__(self, store: Store, person: str, row: Mapping[str, Any]) -> None:
        ui = import_module("ipywidgets")
        self._store, self._person, self._row = store, person, row
        self.owner = ui.Text(value=row["owner"] or "", placeholder="owner")
        self.due = ui.DatePicker(value=row["due_on"])
        self.reason = ui.Text(placeholder="reason, to close it")
        self.button = ui.Button(description="Save")
        self.said = ui.HTML()
        self.button.on_click(self._save)
        words = ui.HTML(html.escape(_named(row)))
        self.box = ui.VBox(
            [words, ui.HBox([self.owner, self.due, self.reason, self.button, self.said])]
        )

    def _save(self, _: Any) -> None:
        changes: dict[str, Any] = {"owner": self.owner.value, "due_on": self.due.value}
        if self.reason.value.strip():
            changes |= {"closed_on": date.today(), "closed_reason": self.reason.value}
        item_id, revision = self._row["item_id"], self._row["revision"]

        def change(db: Any) -> Any:
            row = items.edit(db, item_id, changes, revision, _signed(self._person))
            self._row = row
            return row

        self.said.value = _kept(self._store, change)


def _kept(store: Store, change: Callable[[Any], Mapping[str, Any]]) -> str:
    """Make a change and return what to say about it, as HTML; a refusal is in bold."""
    try:
        with store.write() as db:
            row = change(db)
    except MarsaleError as error:
        return f"<b>{html.escape(str(error))}</b>"
    return html.escape(f"Kept as {row['item_id']}, revision {row['revision']}.")


def _choices(store: Store) -> list[tuple[str, str]]:
    with store.read() as db:
        rows = items.find(db, items.Query(state="open"))
    return [(_named(row), row["item_id"]) for row in rows]


def _named(row: Mapping[str, Any]) -> str:
    words = shorten(row["body"], 100, placeholder=" …")
    return f"{row['written_on']} {row['author']}, {row['kind'].replace('_', ' ')}: {words}"


def _signed(person: str) -> items.Signature:
    return items.Signature(person, datetime.now(UTC).replace(tzinfo=None))
