"""``marsale send``: issue a report now, outside the schedule, or issue it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import journal, office, outbox, place
from report_helpers.commands.kernels import kernels
from report_helpers.commands.office import Office
from report_helpers.commands.terminal import harmless
from report_helpers.errors import DeliveryError

if TYPE_CHECKING:
    from report_helpers.delivery.occasions import Occasion
    from report_helpers.delivery.press import Press
    from report_helpers.teams.issues import Issue
    from report_helpers.teams.letters import Letter


@click.command("send")
@click.argument("report", type=click.Choice(["weekly", "brief"]))
@click.option(
    "--as-of",
    metavar="DATE",
    callback=place.day,
    help="The day. [default: today]",
)
@click.option("--segment", default="", help="Report on one segment only.")
@click.option("--resend", is_flag=True, help="Issue again what was issued already, as corrected.")
@click.option("--dry-run", is_flag=True, help="Write the mails as .eml files, and send nothing.")
@office.options
@journal.options
def command(report: str, as_of: date | None, segment: str, **asked: Any) -> int:
    """Issue a REPORT, weekly or brief, and mail it to those who get it.

    A report of a period that was issued already is refused, unless --resend is given: nobody gets
    the same report twice by accident.
    """
    from report_helpers.delivery import issue
    from report_helpers.delivery.lock import exclusive

    here = Office.of(asked["settings_file"], asked["store"], asked["output"])
    server = here.server()
    with exclusive(here.output):
        press = here.press()
        occasion = _occasion(here, report, as_of)
        made, written = _made(press, occasion, segment, asked["resend"] or asked["dry_run"])
        if asked["dry_run"]:
            for file in outbox.spool(written, here.output / "mail"):
                click.echo(f"  {file}")
            return 0
        if not issue.enter(press, made, written, office.now()):
            raise _had(issue.known(press, occasion, segment) or made)
        click.echo(harmless(f"{made.state}  {made.issue_id}"))
        return 0 if server is None else outbox.send(press.store, server, here.company.mail.attempts)


def _made(
    press: Press, occasion: Occasion, segment: str, again: bool
) -> tuple[Issue, list[Letter]]:
    from report_helpers.delivery import issue

    number = _number(press, occasion, segment, again=again)
    with kernels() as given:
        warm = replace(press, kernels=given)
        return issue.make(warm, occasion, segment, office.now(), number)


def _occasion(here: Office, report: str, as_of: date | None) -> Occasion:
    """Return the occasion of a report asked for by hand."""
    from report_helpers.delivery.occasions import Occasion, zone
    from report_helpers.periods import Period
    from report_helpers.teams.cadence import local

    day = as_of or local(office.now(), zone(here.company)).date()
    weeks = here.company.calendar.brief_weeks if report == "brief" else 1
    key = Period.weeks_before(day, weeks).key
    return Occasion(report, office.now(), day, f"{report}-{key}", key)  # type: ignore[arg-type]


def _number(press: Press, occasion: Occasion, segment: str, *, again: bool) -> int:
    """Return the number of the issue to be made.

    Raises
    ------
    DeliveryError
        When readers have it already, and nobody said that they should get it again.
    """
    from report_helpers.delivery import issue

    found = issue.known(press, occasion, segment)
    if found is None:
        return 1
    if found.state == "held":
        return found.number
    if not again:
        raise _had(found)
    return found.number + 1


def _had(issue: Issue) -> DeliveryError:
    return DeliveryError(
        f"{issue.issue_id} was issued on {issue.made_at:%Y-%m-%d %H:%M} UTC",
        remedy="add --resend to issue it again, as corrected",
    )
