"""``marsale watch``: tell a monitor whether everything arrived that should have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import office
from report_helpers.commands.office import Office
from report_helpers.commands.terminal import harmless
from report_helpers.errors import ConfigurationError, DeliveryError

if TYPE_CHECKING:
    from report_helpers.delivery.watch import Alarm
    from report_helpers.settings import Settings


@click.command("watch")
@click.option(
    "--format",
    "form",
    type=click.Choice(["plain", "json"]),
    default="plain",
    show_default=True,
    help="json prints one object a line.",
)
@office.options
def command(form: str, settings_file: str | None, **where: Any) -> int:
    """Say what should have arrived and did not; for a monitor, best on another machine.

    Exit code 0 when all has arrived, 6 with one line for each thing that is wrong: a report that
    did not come or is held, mail that was not sent, a tick that does not run. It only reads.
    """
    from report_helpers.delivery.watch import alarms
    from report_helpers.teams.store import reading

    here = Office.of(settings_file, **where)
    _check(here)
    found = alarms(here.company, reading(here.url), office.now())
    for alarm in found:
        click.echo(as_json(alarm) if form == "json" else harmless(as_line(alarm, here.company)))
    if not found:
        click.echo('{"kind": "ok", "text": "all arrived"}' if form == "json" else "all arrived")
    return DeliveryError.exit_code if found else 0


def _check(here: Office) -> None:
    """Refuse to call it well when nothing is expected at all."""
    schedule = here.company.schedule
    if not (schedule.weekly or schedule.brief or schedule.shadowing):
        raise ConfigurationError(
            "nothing is scheduled, and so there is nothing to watch for",
            where=str(here.settings_file),
            remedy="set weekly, brief or shadowing under [schedule]",
        )


def as_line(alarm: Alarm, company: Settings) -> str:
    """Return an alarm as one line of text, with the time on the clocks of the schedule."""
    from report_helpers.delivery.occasions import zone
    from report_helpers.teams.cadence import local

    if alarm.since is None:
        return f"{alarm.name}  {alarm.text}"
    since = local(alarm.since, zone(company))
    return " ".join(f"{alarm.name}  {since:%a %Y-%m-%d %H:%M %Z}  {alarm.text}".split("\n"))


def as_json(alarm: Alarm) -> str:
    """Return an alarm as one line of JSON, with the time in UTC."""
    since = f"{alarm.since.isoformat(timespec='seconds')}Z" if alarm.since else None
    told = {"kind": alarm.kind, "name": alarm.name, "since": since, "text": alarm.text}
    return json.dumps(told, ensure_ascii=False)
