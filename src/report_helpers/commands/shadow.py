"""``marsale shadow``: days spent with the other team, from plan to what was learnt."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands.room import Room, where
from report_helpers.commands.terminal import aligned, harmless
from report_helpers.errors import ConfigurationError

if TYPE_CHECKING:
    from report_helpers.periods import Period
    from report_helpers.present.blocks import Block
    from report_helpers.teams.shadowing import Shadowing

_MONTH = click.option(
    "--month", metavar="YYYY-MM", help="The month. [default: that of the day of looking]"
)
_ID = click.argument("shadowing_id", metavar="ID")


def _month(room: Room, text: str | None) -> Period:
    """Return the month written as YYYY-MM, or that of the day of looking."""
    from report_helpers.teams.shadowing import month_of

    if text is None:
        return month_of(room.until)
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise ConfigurationError(
            f"'{text}' is not a month", remedy="write it as YYYY-MM, such as 2026-11"
        )
    return month_of(date.fromisoformat(f"{text}-01"))


def _visits(room: Room, month: Period) -> list[Shadowing]:
    """Return the visits of a month."""
    from report_helpers.teams.shadowing import shadowings

    return [s for s in shadowings(room.data, room.store) if s.day in month]


@click.group("shadow")
def command() -> None:
    """Plan days spent with the other team, and keep what was learnt."""


@command.command("plan")
@_MONTH
@click.option("--dry-run", is_flag=True, help="Show the plan, and keep nothing.")
@where
def plan(month: str | None, dry_run: bool, store: str | None, **asked: str | None) -> None:
    """Plan one visit for everybody in a month; what is agreed or done stays as it is."""
    from report_helpers.present.shadowing import plan_table, unplaced
    from report_helpers.teams import shadow_plan, shadow_reasons, shadowing
    from report_helpers.teams.store import open_store

    room = Room.of(store, **asked)
    period = _month(room, month)
    past = shadowing.shadowings(room.data, room.store)
    asked_for = shadow_plan.Month(room.data, room.found.settings, period, room.until, past)
    made = shadow_plan.plan(asked_for)
    if not dry_run:
        kept = open_store(room.url)  # made now, if there was none
        shadowing.keep(kept, made.visits, period, room.until)
        past = shadowing.shadowings(room.data, kept)
    shown = made.visits if dry_run else [s for s in past if s.day in period]
    click.echo(_aligned(plan_table(shown)))
    said = unplaced(shadow_reasons.reasons(made), shadow_reasons.remedies(made), made.proven)
    for line in said.plain().splitlines():
        click.echo(harmless(line))


def _aligned(shown: Block) -> str:
    """Return a table as aligned text, one line a row, with an empty line after it."""
    return aligned([line.split("\t") for line in shown.plain().splitlines()]) + "\n"


@command.command("list")
@_MONTH
@where
def list_(month: str | None, store: str | None, **asked: str | None) -> None:
    """List the visits of a month, and how far each team is."""
    from report_helpers.present.shadowing import coverage_table, plan_table

    room = Room.of(store, **asked)
    period = _month(room, month)
    visits = _visits(room, period)
    click.echo(_aligned(plan_table(visits)))
    click.echo(_aligned(coverage_table(room.data, visits, period)))


def _change(status: str, shadowing_id: str, learnt: str, store: str | None, **asked: Any) -> None:
    from report_helpers.teams.shadowing import change
    from report_helpers.teams.store import open_store

    room = Room.of(store, **asked)
    made = change(room.data, open_store(room.url), shadowing_id, (status, learnt))
    told = f"{made.shadowing_id}  {made.status}: {made.guest} visits {made.host}, {made.day}"
    click.echo(harmless(told))


@command.command("agree")
@_ID
@where
def agree(shadowing_id: str, store: str | None, **asked: str | None) -> None:
    """Say that guest and host agree to a visit: re-planning leaves it as it is."""
    _change("agreed", shadowing_id, "", store, **asked)


@command.command("done")
@_ID
@click.option("--learnt", default="", metavar="TEXT", help="What the guest learnt.")
@where
def done(shadowing_id: str, learnt: str, store: str | None, **asked: str | None) -> None:
    """Say that a visit took place, and what the guest learnt; said again, it replaces the words."""
    _change("done", shadowing_id, learnt, store, **asked)


@command.command("missed")
@_ID
@where
def missed(shadowing_id: str, store: str | None, **asked: str | None) -> None:
    """Say that a visit did not take place: the next plan gives the guest another day."""
    _change("missed", shadowing_id, "", store, **asked)


@command.command("cancel")
@_ID
@where
def cancel(shadowing_id: str, store: str | None, **asked: str | None) -> None:
    """Withdraw a planned or agreed visit."""
    _change("cancelled", shadowing_id, "", store, **asked)


@command.command("ics")
@_MONTH
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default="shadowing")
@where
def ics(month: str | None, output: Path, store: str | None, **asked: str | None) -> None:
    """Write the invitation to each visit of a month, and the withdrawal of each cancelled one."""
    from report_helpers.publish.shadow_invitation import invitation
    from report_helpers.teams.rota import people

    room = Room.of(store, **asked)
    settings = room.found.settings
    addresses = {person.name: person.email for person in people(room.data)}
    output.mkdir(parents=True, exist_ok=True)
    for visit in _visits(room, _month(room, month)):
        if visit.status in ("planned", "agreed", "cancelled"):
            file = output / f"{visit.shadowing_id}.ics"
            zone, company = settings.meeting.time_zone, settings.company.name
            file.write_bytes(invitation(visit, zone, company, addresses))
            click.echo(f"  {file}")
