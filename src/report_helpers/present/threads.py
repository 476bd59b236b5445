"""Notes of the two teams as blocks, each beside the number it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from report_helpers.present.blocks import Note, Notes, Tone
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
        label=LABELS.get(item.kind, item.kind.capitalize()),
        body=item.body,
        meta=f"{who}, {day(item.written_on, year=False)}",
        figure=figure(item),
        status=_status(item, on),
        tone=_tone(item, on),
        answers=tuple(
            (f"{a.author or TEAM_NAMES[a.team]}, {day(a.written_on, year=False)}", a.body)
            for a in item.answers
        ),
    )


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
