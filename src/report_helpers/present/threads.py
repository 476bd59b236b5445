"""Notes of the two teams as blocks, each beside the number it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from textwrap import shorten

from report_helpers.present.blocks import (
    Cell,
    Finding,
    Note,
    Notes,
    Row,
    Table,
    TableColumn,
    Tone,
)
from report_helpers.present.findings import TEAM_NAMES
from report_helpers.present.formats import day
from report_helpers.teams.exchange import Item

LABELS = {"campaign_plan": "Campaign plan"}
Figure = Callable[[Item], str]


def no_figure(_: Item) -> str:
    """Return nothing: for notes shown without a number."""
    return ""


def notes(
    items: list[Item], on: date, *, title: str = "", empty: str = "", figure: Figure = no_figure
) -> Notes:
    """Return notes as a block.

    Parameters
    ----------
    items : what was written.
    on : the day by which something is overdue.
    title : set above them.
    empty : said when there are none.
    figure : says the number a note speaks of.
    """
    return Notes(tuple(_note(item, on, figure) for item in items), title, empty)


def _note(item: Item, on: date, figure: Figure) -> Note:
    who = ", ".join(part for part in (item.author, TEAM_NAMES[item.team]) if part)
    return Note(
        label=label(item),
        body=item.body,
        meta=" · ".join([f"{who}, {day(item.written_on, year=False)}", *_tags(item)]),
        figure=figure(item),
        status=_status(item, on),
        tone=_tone(item, on),
        answers=tuple(
            (f"{a.author or TEAM_NAMES[a.team]}, {day(a.written_on, year=False)}", a.body)
            for a in item.answers
        ),
    )


def _tags(item: Item) -> list[str]:
    """Say which campaign and deal a note speaks of, and how often meetings carried it over."""
    times = "once" if item.carried == 1 else f"{item.carried} times"
    return [
        *([f"campaign {item.about_campaign}"] if item.about_campaign else []),
        *([f"deal {item.about_deal}"] if item.about_deal else []),
        *([f"carried over {times}"] if item.carried else []),
    ]


def label(item: Item) -> str:
    """Return what an item is called."""
    return LABELS.get(item.kind, item.kind.capitalize())


def _status(item: Item, on: date) -> str:
    if not item.is_open:
        why = f": {item.closed_reason}" if item.closed_reason else ""
        return f"closed {day(item.closed_on, year=False)}{why}"
    if item.due_on is None:
        return "open" if item.kind != "success" else ""
    late = (on - item.due_on).days
    due = day(item.due_on, year=False)
    if late > 0:
        return f"overdue by {late} {'day' if late == 1 else 'days'}, was due {due}"
    return f"open, due {due}"


def _tone(item: Item, on: date) -> Tone:
    if item.overdue(on):
        return "bad"
    if item.kind == "success":
        return "good"
    return "watch" if item.kind == "obstacle" and item.is_open else ""


def short(item: Item, on: date, letters: int = 120) -> Finding:
    """Return a note in one line: its kind and status, and its words, cut at a word's end."""
    status = _status(item, on)
    lead = f"{label(item)}, {status}" if status else label(item)
    return Finding(cut(item.body, letters), lead=lead, tone=_tone(item, on))


def cut(text: str, letters: int) -> str:
    """Return a text in one line, cut at a word's end, or within a word that has none.

    Examples
    --------
    >>> cut("We call them today.", 12), cut("w" * 9, 5)
    ('We call …', 'wwwww…')
    """
    words = shorten(text, width=letters, placeholder=" …")
    return words if words != "…" else text[:letters] + "…"


def waiting(items: list[Item], on: date, caption: str, figure: Figure = no_figure) -> Table:
    """Return open notes of earlier weeks as a table, the oldest first.

    Parameters
    ----------
    items : what was written.
    on : the day by which something is overdue.
    caption : the table's title.
    figure : says the number a note speaks of.
    """
    columns = (
        TableColumn("note", "What", width=1),
        TableColumn("who", "Who"),
        TableColumn("since", "Open since", "right"),
    )
    rows = tuple(
        Row(
            (
                Cell(item.body, note=figure(item)),
                Cell(item.author or TEAM_NAMES[item.team]),
                Cell(day(item.written_on, year=False), *_late(item, on)),
            )
        )
        for item in items
    )
    late = sum(item.overdue(on) for item in items)
    return Table(columns, rows, caption, f"{caption}: {len(items)}, {late} of them overdue.")


def _late(item: Item, on: date) -> tuple[str, Tone, str]:
    if item.overdue(on):
        return _status(item, on).split(",")[0], "bad", "▼"
    return (f"due {day(item.due_on, year=False)}" if item.due_on else "", "", "")
