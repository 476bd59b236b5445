"""``marsale tick``: do what is due; safe to be called by cron as often as one likes."""

from __future__ import annotations

import logging
import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from report_helpers.commands import collect, journal, office, outbox, place
from report_helpers.commands.kernels import kernels
from report_helpers.commands.office import Office
from report_helpers.commands.terminal import harmless
from report_helpers.errors import Busy, MarsaleError

if TYPE_CHECKING:
    from report_helpers.delivery.journal import Tail
    from report_helpers.delivery.tick import Outcome

log = logging.getLogger(__name__)

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


def every(_: click.Context, __: click.Parameter, text: str | None) -> timedelta | None:
    """Return the time between two ticks, written as 30s, 10m or 1h.

    Examples
    --------
    >>> every(None, None, "10m")
    datetime.timedelta(seconds=600)
    """
    if text is None:
        return None
    found = re.fullmatch(r"([1-9][0-9]*)([smh])", text.strip())
    if not found:
        raise click.BadParameter(f"'{text}' is not a time such as 30s, 10m or 1h")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command("tick")
@click.option("--every", metavar="TIME", callback=every, help="Go on and on, such as every 10m.")
@office.options
@journal.options
def command(every: timedelta | None, settings_file: str | None, tail: Tail, **where: Any) -> int:
    """Issue the reports that are due, send the mail that waits, take replies; nothing twice.

    What was missed is made up for, within the days set. The exit code is that of the first thing
    that failed.
    """
    here = Office.of(settings_file, **where)
    if every is None:
        return _once(here, tail)
    while True:
        try:
            _once(here, tail)
        except MarsaleError as error:  # of this tick alone: the next one may fare better
            click.echo(harmless(f"error: {error}"), err=True)
        time.sleep(every.total_seconds())


def _once(here: Office, tail: Tail) -> int:
    from report_helpers.delivery.lock import exclusive
    from report_helpers.delivery.tick import Clockwork, tick

    server = here.server()
    try:
        with exclusive(here.output):
            code = _collect(here)
            work = Clockwork(here.press(), server, office.now, tail, here.again, kernels)
            outcome = tick(work)
    except Busy as error:
        log.info("nothing done: %s", error.message)
        return 0
    _say(outcome)
    return outcome.exit_code or code


def _collect(here: Office) -> int:
    """Take what came back, before its receipts are sent; return the exit code of what failed."""
    if not here.company.replies.mailbox:
        return 0
    try:
        told = collect.gathered(place.Place(here.url, here.company))
    except MarsaleError as error:  # replies wait where they are; the reports must not
        log.error("replies could not be collected: %s", error)
        click.echo("failed  replies")
        return error.exit_code
    if told:
        click.echo(f"replies {told}")
    return 0


def _say(outcome: Outcome) -> None:
    told = (("issued", outcome.issued), ("held", outcome.held), ("failed", outcome.failed))
    for what, names in told:
        for name in names:
            click.echo(f"{what:6}  {harmless(name)}")
    if outcome.mail != type(outcome.mail)():
        click.echo(f"mail    {outbox.told(outcome.mail)}")
