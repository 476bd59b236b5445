"""``marsale meeting``: plan, prepare and record the regular meeting of both teams."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import guided, place, run
from report_helpers.commands.kernels import kernels
from report_helpers.commands.room import Room, where
from report_helpers.commands.terminal import harmless

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from report_helpers.teams.meetings import Meeting

Change = Callable[["Connection", "Meeting", datetime], "Meeting"]
_NAME = click.argument("meeting", default="")
_MEETING = click.argument("meeting")
NOTEBOOK = "minutes.ipynb"
_DECISION = ("what", "owner", "metric", "segment", "expected", "by")
_ACTION = ("what", "owner", "due")


@click.group("meeting")
def command() -> None:
    """Plan, prepare and record the regular meeting of both teams."""


def _say(text: str) -> None:
    click.echo("\t".join(harmless(part) for part in text.split("\t")))


@command.command("next")
@where
def next_(store: str | None, **asked: str | None) -> None:
    """Say when the next meeting is, and who comes."""
    from report_helpers.present.meeting import next_line

    room = Room.of(store, **asked)
    _say(next_line(room.next(), room.circle().members).plain())


@command.command("plan")
@where
@click.option("--on", metavar="DATE", callback=place.day, help="Look from this day. [default: now]")
@click.option("--absent", multiple=True, metavar="PERSON", help="Cannot come; may be repeated.")
@click.option("--topic", "topics", multiple=True, metavar="TEXT", help="Instead of the evidence's.")
def plan(
    store: str | None,
    on: date | None,
    absent: tuple[str, ...],
    topics: tuple[str, ...],
    **asked: str | None,
) -> None:
    """Plan the next meeting: its day, who comes in turn, and its topics; and keep the plan."""
    from report_helpers.present.meeting import agenda, next_line
    from report_helpers.teams.meetings import missing, save
    from report_helpers.teams.store import open_store

    room = Room.of(store, **asked)
    found = room.next(on, absent)
    away = missing(found, room.circle().members)
    if away:
        found = room.next(on, (*absent, *away))
    slots = room.agenda(found)
    titles = topics or tuple(_title(slot.topic) for slot in slots if slot.topic)
    with open_store(room.url).write() as db:
        kept = save(db, replace(found, topics=titles))
    _say(next_line(kept).plain())
    _say(agenda(slots).plain())


def _title(topic: str) -> str:
    from report_helpers.teams.topics import TOPICS

    return TOPICS[topic].title


@command.command("move")
@_MEETING
@where
@click.option(
    "--to",
    required=True,
    type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]),
    metavar="'DATE HH:MM'",
    help="Where its clocks are.",
)
def move(meeting: str, to: datetime, store: str | None, **asked: str | None) -> None:
    """Move a meeting to another day or hour; a cancelled one takes place again."""
    from report_helpers.teams.cadence import moment
    from report_helpers.teams.meetings import move as moved

    def make(db: Connection, it: Meeting, now: datetime) -> Meeting:
        return moved(db, it, moment(to.date(), to.time(), it.time_zone), now)

    _change(make, meeting, store, asked)


@command.command("cancel")
@_MEETING
@where
@click.option("--reason", default="", metavar="TEXT", help="Why; those invited read it.")
def cancel(meeting: str, reason: str, store: str | None, **asked: str | None) -> None:
    """Cancel a meeting; who was to come in turn comes to the next one."""
    from report_helpers.teams.meetings import cancel as cancelled

    _change(lambda db, it, now: cancelled(db, it, reason, now), meeting, store, asked)


def _change(make: Change, name: str, store: str | None, asked: dict[str, str | None]) -> None:
    """Change a meeting, and say how calendars come to hear of it."""
    from report_helpers.present.meeting import when
    from report_helpers.teams.store import open_store

    room = Room.of(store, **asked)
    found, now = room.named(name), datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    with open_store(room.url).write() as db:
        kept = make(db, found, now)
    _say(f"{kept.meeting_id}: {when(kept)}")
    _say(f"Tell the calendars: marsale meeting ics {kept.meeting_id} --output meeting.ics")


@command.command("show")
@_NAME
@where
def show(meeting: str, store: str | None, **asked: str | None) -> None:
    """Show a meeting (the next one when none is named): who, agenda or topics, what is owed."""
    from report_helpers.present import decisions
    from report_helpers.present import meeting as shown

    room = Room.of(store, **asked)
    found = room.named(meeting)
    click.echo(f"{found.meeting_id}: {shown.when(found)}")
    circle = room.circle(found.day if found.held else None)
    _say(shown.attendees(found, circle.members).plain())
    if not found.is_ahead:
        _say("\n".join([*(f"- {topic}" for topic in found.topics), found.notes]).strip())
    else:
        _say(shown.agenda(room.agenda(found)).plain())
    currency = room.found.settings.company.currency
    _say(decisions.previous(circle.effects(room.data, room.until), currency).plain())
    _say(shown.actions(circle.owed(), circle.on).plain())


@command.command("actions")
@where
def actions(store: str | None, **asked: str | None) -> None:
    """List the open actions: owner, due, how often carried over, and who hears of it."""
    from report_helpers.present.meeting import actions as shown

    room = Room.of(store, **asked)
    circle = room.circle()
    found = circle.owed()
    _say(shown(found, circle.on).plain())
    for one in found:
        if one.is_escalated:
            _say(f"escalated to {', '.join(one.escalated_to) or 'nobody'}: {one.item.body}")


@command.command("record")
@_NAME
@where
@click.option("--as", "person", metavar="PERSON", envvar="MARSALE_PERSON", help="Who records it.")
@click.option("--file", type=click.Path(path_type=Path), help="Minutes as TOML or CSV.")
@click.option("--attendee", "attendees", multiple=True, metavar="PERSON", help="Was there.")
@click.option("--decision", "decisions", multiple=True, metavar="TEXT", help="WHAT|OWNER|METRIC|…")
@click.option("--action", "actions", multiple=True, metavar="TEXT", help="WHAT|OWNER|DUE")
@click.option("--notes", default="", metavar="TEXT", help="What else is worth keeping.")
def record(meeting: str, store: str | None, person: str | None, **given: Any) -> None:
    """Record a meeting as held: from a file, from options, or by questions at a terminal.

    A decision is WHAT|OWNER|METRIC|SEGMENT|up or down|BY, its end may be left out; an action
    is WHAT|OWNER|DUE. Actions that stay open are carried over to the next meeting.
    """
    from report_helpers.present.formats import count_of
    from report_helpers.teams import minutes as written
    from report_helpers.teams.minutes import Minutes
    from report_helpers.teams.store import open_store

    names = ("data", "mapping", "as_of", "settings_file")
    room = Room.of(store, **{name: given.pop(name) for name in names})
    who = guided.required({"person": person}, (("person", "--as"),))["person"]
    file = given.pop("file")
    minutes = written.read(file) if file else Minutes()
    if any(given.values()):
        minutes = written.together(minutes, written.parse(_spoken(given), "options"))
    elif not file:
        minutes = written.parse(_spoken(_asked()), "answers")
    found = room.named(meeting or minutes.meeting)
    signed = place.signature(who)
    kept = written.record(open_store(room.url), found, minutes, room.data, signed)
    parts = (
        count_of(len(kept.attendees), "attendee"),
        count_of(len(minutes.decisions), "decision"),
        count_of(len(minutes.actions), "action"),
    )
    _say(f"recorded {kept.meeting_id}: {', '.join(parts)}")


def _spoken(given: dict[str, Any]) -> dict[str, Any]:
    """Return minutes from texts whose parts ``|`` separates."""
    return {
        "attendees": tuple(given["attendees"]),
        "notes": given["notes"],
        "decisions": [_parts(text, _DECISION) for text in given["decisions"]],
        "actions": [_parts(text, _ACTION) for text in given["actions"]],
    }


def _parts(text: str, names: tuple[str, ...]) -> dict[str, str]:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) > len(names):
        raise click.UsageError(f"'{text}' has more than {len(names)} parts: {'|'.join(names)}")
    return {name: part for name, part in zip(names, parts, strict=False) if part}


def _asked() -> dict[str, Any]:
    """Ask a person at a terminal for the minutes."""
    if not guided.on_terminal():
        raise click.UsageError("Give --file, or --attendee, --decision and --action.")
    there = click.prompt("Who was there? Names with | between; Enter for all invited", default="")
    return {
        "attendees": [name.strip() for name in there.split("|") if name.strip()],
        "decisions": _lines("Decision: WHAT|OWNER|METRIC|SEGMENT|up or down|BY; Enter to go on"),
        "actions": _lines("Action: WHAT|OWNER|DUE; Enter to go on"),
        "notes": click.prompt("Anything else? Enter for nothing", default="", show_default=False),
    }


def _lines(question: str) -> list[str]:
    found: list[str] = []
    while line := click.prompt(question, default="", show_default=False):
        found.append(line)
    return found


@command.command("minutes")
@_NAME
@where
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write to.")
@click.option("--formats", callback=run.chosen, metavar="LIST", help="html, pdf, or both.")
def minutes(meeting: str, store: str | None, **asked: Any) -> None:
    """Write the minutes of a meeting (the last one held when none is named) as HTML and PDF."""
    from report_helpers import assets
    from report_helpers.publish.execution import CELL_SECONDS
    from report_helpers.publish.progress import Progress
    from report_helpers.publish.run import run as make

    url = place.find(store, asked["settings_file"]).url
    notebook = str(assets.path("notebooks", NOTEBOOK))
    given = {"meeting": meeting}
    ready = {**asked, "segment": None, "parameters": given, "timeout": CELL_SECONDS}
    ready["store"] = url
    with kernels() as warm:
        for job in run.jobs((notebook,), **ready):
            run.show(job.name, make(job, Progress(sys.stderr), warm))


@command.command("ics")
@_NAME
@where
@click.option("--output", type=click.Path(path_type=Path), help="File to write. [default: printed]")
def ics(meeting: str, store: str | None, output: Path | None, **asked: str | None) -> None:
    """Write the invitation to a meeting (the next one when none is named) as an .ics file.

    That of a moved meeting moves what calendars have, that of a cancelled one takes it back.
    """
    from report_helpers.publish.invitation import invitation

    room = Room.of(store, **asked)
    found = room.named(meeting)
    addresses = {person.name: person.email for person in room.circle().members}
    company = room.found.settings.company.name
    made = invitation(found, room.agenda(found), company, addresses)
    if output is None:
        click.echo(made, nl=False)
    else:
        output.write_bytes(made)
        click.echo(f"  {output}")
