"""``marsale note``: what the teams tell and ask each other, written from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import guided, place
from report_helpers.commands.terminal import aligned, harmless

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from report_helpers.teams.items import Signature

Values = dict[str, Any]
_PEOPLE = (("person", "--as"),)
_SPEAKER = (("team", "--team"), *_PEOPLE)
_FIELDS = (
    click.option("--body", metavar="TEXT", help="What is said; '-' reads it from standard input."),
    click.option("--metric", "about_metric", metavar="NAME", help="The metric it speaks of."),
    click.option("--segment", "about_segment", metavar="NAME", help="The segment it speaks of."),
    click.option("--campaign", "about_campaign", metavar="ID", help="The campaign it speaks of."),
    click.option("--deal", "about_deal", metavar="ID", help="The deal it speaks of."),
    click.option("--owner", metavar="PERSON", help="Who must act."),
    click.option("--due", "due_on", metavar="DATE", callback=place.day, help="When it is due."),
)
_DATA = click.option(
    "--data", metavar="WHERE", help="Data with segments and earlier notes. [default: the settings']"
)


def _fields(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_FIELDS):
        command = option(command)
    return _DATA(command)


@click.group("note")
def command() -> None:
    """Write, answer, edit, close and list what the teams tell and ask each other."""


@command.command("add")
@place.where
@place.who
@click.option("--kind", metavar="KIND", help="success, obstacle, question, request, …")
@click.option(
    "--written", "written_on", metavar="DATE", callback=place.day, help="[default: today]"
)
@_fields
def add(store: str | None, settings_file: str | None, data: str | None, **given: Any) -> None:
    """Write something down; at a terminal, what is left out is asked for."""
    from report_helpers.teams import items

    found = place.find(store, settings_file)
    open_ended = guided.on_terminal() and not given["body"]
    asked = guided.required(given, (*_SPEAKER, ("kind", "--kind"), ("body", "--body")))
    if open_ended:
        asked = guided.offered(asked, ("about_metric", "about_segment", "owner", "due_on"))
    draft, signed = _draft(asked, found, data), place.signature(asked["person"])
    with found.open().write() as db:
        row = items.add(db, draft, signed)
    click.echo(_told("written", row))


@command.command("answer")
@click.argument("item_id")
@place.where
@place.who
@_fields
def answer(
    item_id: str, store: str | None, settings_file: str | None, data: str | None, **given: Any
) -> None:
    """Answer an item; it stays open until it is closed."""
    from report_helpers.teams import items

    found = place.find(store, settings_file)
    asked = guided.required(given, (*_SPEAKER, ("body", "--body")))
    draft, signed = _draft(asked, found, data), place.signature(asked["person"])
    with _changing(found, item_id, data, signed) as db:
        row = items.answer(db, item_id, draft, signed)
    click.echo(_told(f"answers {item_id}", row))


@command.command("edit")
@click.argument("item_id")
@place.where
@place.who
@click.option("--kind", metavar="KIND", help="success, obstacle, question, request, …")
@click.option("--revision", type=int, metavar="N", help="Only if it is still at this revision.")
@_fields
def edit(
    item_id: str, store: str | None, settings_file: str | None, data: str | None, **given: Any
) -> None:
    """Change what is given, and nothing else; an empty text empties a field."""
    from report_helpers.teams import items

    found = place.find(store, settings_file)
    asked = guided.required(given, _PEOPLE)
    changes, signed = _changes(asked), place.signature(asked["person"])
    if not changes:
        raise click.UsageError("Nothing to change: name a field, such as --body or --due.")
    _check_segment(changes, found, data)
    with _changing(found, item_id, data, signed) as db:
        row = items.edit(db, item_id, changes, given["revision"], signed)
    click.echo(_told("now at revision " + str(row["revision"]), row))


@command.command("close")
@click.argument("item_id")
@place.where
@place.who
@click.option("--reason", "closed_reason", metavar="TEXT", help="Why it is closed.")
@click.option("--on", "closed_on", metavar="DATE", callback=place.day, help="[default: today]")
@_DATA
def close(
    item_id: str, store: str | None, settings_file: str | None, data: str | None, **given: Any
) -> None:
    """Close an item, and say why: both teams read the reason."""
    from report_helpers.teams import items

    found = place.find(store, settings_file)
    asked = guided.required(given, (*_PEOPLE, ("closed_reason", "--reason")))
    signed, on = place.signature(asked["person"]), asked["closed_on"] or date.today()
    with _changing(found, item_id, data, signed) as db:
        row = items.close(db, item_id, asked["closed_reason"], on, signed)
    click.echo(_told("closed", row))


@command.command("reopen")
@click.argument("item_id")
@place.where
@place.who
def reopen(item_id: str, store: str | None, settings_file: str | None, **given: Any) -> None:
    """Open a closed item again."""
    from report_helpers.teams import items

    asked = guided.required(given, _PEOPLE)
    with place.find(store, settings_file).open(create=False).write() as db:
        row = items.reopen(db, item_id, place.signature(asked["person"]))
    click.echo(_told("open", row))


@command.command("list")
@place.where
@click.option("--team", default="", metavar="TEAM", help="Only of this team.")
@click.option("--kind", default="", metavar="KIND", help="Only of this kind.")
@click.option("--owner", default="", metavar="PERSON", help="Only what this person must act on.")
@click.option("--metric", "about_metric", default="", metavar="NAME", help="Only about this.")
@click.option("--segment", "about_segment", default="", metavar="NAME", help="Only about this.")
@click.option(
    "--state",
    type=click.Choice(["open", "overdue", "closed", "all"]),
    default="open",
    show_default=True,
    help="Open includes overdue.",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
def list_(store: str | None, settings_file: str | None, form: str, **wanted: str) -> None:
    """List items of the store, oldest first; what is overdue is flagged."""
    from report_helpers.teams import items

    today = date.today()
    query = items.Query(**wanted, on=today)
    with place.find(store, settings_file).open(create=False).read() as db:
        rows = items.find(db, query)
    click.echo(as_json(rows, today) if form == "json" else as_table(rows, today), nl=False)


def as_json(rows: list[Values], today: date) -> str:
    """Return one JSON object an item: its columns, and whether it is overdue."""
    told = [{**row, "overdue": _overdue(row, today)} for row in rows]
    return json.dumps(told, indent=1, ensure_ascii=False, default=str) + "\n"


def as_table(rows: list[Values], today: date) -> str:
    """Return aligned text, one line an item; OVERDUE stands out in capitals."""
    head = ["id", "written", "team", "kind", "who", "state", "what"]
    lines = [head, *([*_cells(row, today)] for row in rows)]
    return aligned(lines) + "\n"


def _cells(row: Values, today: date) -> list[str]:
    who, state = row["owner"] or row["author"], _state(row, today)
    words = shorten(row["body"], 60, placeholder=" …")
    written = str(row["written_on"])
    cells = [row["item_id"], written, row["team"], row["kind"], who, state, words]
    return [harmless(cell) for cell in cells]


def _state(row: Values, today: date) -> str:
    from report_helpers.teams.fields import WAITING

    due = f", due {row['due_on']}" if row["due_on"] else ""
    if row["closed_on"]:
        return f"closed {row['closed_on']}"
    if _overdue(row, today):
        return f"OVERDUE {(today - row['due_on']).days} d{due}"
    return f"open{due}" if row["kind"] in WAITING else ""


def _overdue(row: Values, today: date) -> bool:
    """Return whether an item that waits was due before today; in no other kind is a day due."""
    from report_helpers.teams.fields import WAITING

    waits = row["closed_on"] is None and row["kind"] in WAITING
    return waits and row["due_on"] is not None and row["due_on"] < today


def _told(what: str, row: Values) -> str:
    return f"{row['item_id']}  {what}"


def _draft(asked: Values, found: place.Place, data: str | None) -> Values:
    """Return a new item's fields, its body read and its segment known."""
    draft: Values = {"written_on": date.today(), **_changes(asked), "team": asked["team"]}
    _check_segment(draft, found, data)
    return draft


def _changes(asked: Values) -> Values:
    """Return the fields given; an answer's and an edit's team is the speaker's, not a field."""
    other = ("person", "revision", "team")
    fields = {k: v for k, v in asked.items() if k not in other and v is not None}
    if fields.get("body") == "-":
        fields["body"] = _piped()
    return fields


def _piped() -> str:
    """Return what stands in standard input, without the line end that closes it."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.UsageError("Standard input is not UTF-8 text.") from error


def _check_segment(fields: Values, found: place.Place, data: str | None) -> None:
    from report_helpers.teams.fields import check_segment

    if fields.get("about_segment"):
        known = found.data(data)
        if known is not None:
            check_segment(fields["about_segment"], known)


@contextmanager
def _changing(
    found: place.Place, item_id: str, data: str | None, signed: Signature
) -> Iterator[Connection]:
    """Open a transaction to change an item; a note of the data is first taken into the store."""
    from report_helpers.teams import exchange, items

    store = found.open()
    with store.read() as db:
        kept = items.revision(db, item_id, 1)
    known = None if kept else found.data(data)
    with store.write() as db:
        if known is not None:
            exchange.adopt(db, known, item_id, signed)
        yield db
