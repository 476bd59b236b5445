"""``marsale due``: what is due next, what is overdue, and what was missed."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import office
from report_helpers.commands.office import Office
from report_helpers.commands.terminal import aligned

if TYPE_CHECKING:
    from report_helpers.delivery.occasions import Occasion

OPEN = ("held", "overdue", "missed")


@click.command("due")
@click.option(
    "--count", type=click.IntRange(0, 200), default=8, show_default=True, help="How many to come."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@office.options
def command(count: int, form: str, settings_file: str | None, **where: Any) -> None:
    """Say what is due when, on the clocks of the schedule: what was missed, is overdue, comes next.

    Overdue is what the next tick makes up for; missed is what is too old for that. It only reads.
    """
    here = Office.of(settings_file, **where)
    rows = list(_rows(here, count))
    if form == "json":
        click.echo(json.dumps(rows, indent=1))
    elif rows:
        head = ("due", "state", "name", "what")
        shown = ([row["when"], row["state"], row["name"], row["what"]] for row in rows)
        click.echo(aligned([list(head), *shown]))
    else:
        click.echo("Nothing is scheduled: set [schedule] weekly, brief or shadowing.")


def _rows(here: Office, count: int) -> list[dict[str, str]]:
    from report_helpers.delivery.arrivals import arrivals
    from report_helpers.delivery.occasions import upcoming
    from report_helpers.teams.meetings import kept
    from report_helpers.teams.store import reading

    now, store = office.now(), reading(here.url)
    past = [a for a in arrivals(here.company, store, now) if a.state in OPEN]
    rows = [_row(here, a.occasion, a.name, a.state) for a in past]
    come = upcoming(here.company, now + datetime.resolution, count, kept(store))
    return rows + [_row(here, o, o.about, "to come") for o in come]


def _row(here: Office, occasion: Occasion, name: str, state: str) -> dict[str, str]:
    from report_helpers.delivery.occasions import zone
    from report_helpers.teams.cadence import local

    at = local(occasion.due_at, zone(here.company))
    return {
        "when": f"{at:%a %Y-%m-%d %H:%M %Z}",
        "due_at": at.isoformat(),
        "state": state,
        "name": name,
        "report": occasion.report,
        "as_of": occasion.as_of.isoformat(),
        "period": occasion.period,
        "what": _what(occasion),
    }


def _what(occasion: Occasion) -> str:
    """Return what a report is about, for people.

    Examples
    --------
    >>> from report_helpers.delivery.occasions import Occasion
    >>> when = datetime(2026, 11, 4, 15)
    >>> brief = "brief-2026-11-05"
    >>> _what(Occasion("brief", when, date(2026, 11, 4), brief, "2026-W43-W44"))
    'brief for the meeting of Thu 2026-11-05, on 2026-W43-W44'
    """
    if occasion.report == "brief":
        meeting = date.fromisoformat(occasion.about.removeprefix("brief-"))
        return f"brief for the meeting of {meeting:%a %Y-%m-%d}, on {occasion.period}"
    if occasion.report == "shadowing":
        return f"plan of visits in {occasion.period}"
    return f"weekly report on {occasion.period}"
