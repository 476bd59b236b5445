"""``marsale collect``: take what people answered to the reports into the exchange."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from textwrap import shorten
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import click

from report_helpers.commands import journal, office, place, secret
from report_helpers.commands.terminal import aligned, harmless

if TYPE_CHECKING:
    from report_helpers.delivery.judgement import Desk
    from report_helpers.delivery.mailbox import Mailbox
    from report_helpers.settings import Settings
    from report_helpers.teams.replies import Reply

_MARKS = {"added": "+", "quarantined": "?", "refused": "-"}


@click.command("collect")
@click.option("--dry-run", is_flag=True, help="Say what would become of each mail; change nothing.")
@click.option("--list", "listing", is_flag=True, help="List the replies in quarantine.")
@click.option("--assign", metavar="ID", help="Take this reply out of quarantine.")
@click.option("--to", "item", metavar="ITEM", help="The item it answers: its id or its mark.")
@click.option(
    "--data", metavar="WHERE", help="Data with people and earlier notes. [default: the settings']"
)
@place.where
@journal.options
def command(
    dry_run: bool, listing: bool, assign: str | None, item: str | None, **given: Any
) -> None:
    """Take what people answered to the reports into the exchange, each mail once.

    What cannot be placed waits in quarantine, and what is nobody's is refused.
    """
    from report_helpers.delivery import replies

    if (assign is None) != (item is None):
        raise click.UsageError("--assign and --to go together: which reply, and what it answers.")
    found = place.find(given["store"], given["settings_file"])
    if listing:
        click.echo(_listed(found))
        return
    desk = _desk(found, given["data"], create=not dry_run)
    with _mailbox(found.settings) as mailbox:
        if assign is not None and item is not None:
            click.echo(_told(replies.assign(desk, mailbox, assign, item)))
            return
        click.echo(_summed(_said(reply) for reply in replies.collect(desk, mailbox, dry=dry_run)))


def gathered(found: place.Place) -> str:
    """Collect all replies that wait, and return how many there were; empty when there were none.

    The data are read only if a reply waits.
    """
    from report_helpers.delivery import replies

    with _mailbox(found.settings) as mailbox:
        if not mailbox.waiting():
            return ""
        desk = _desk(found, None, create=True)
        return _summed(reply.state for reply in replies.collect(desk, mailbox))


def _desk(found: place.Place, data: str | None, *, create: bool) -> Desk:
    from report_helpers.delivery.judgement import Desk
    from report_helpers.publish.progress import Progress

    store, known = found.open(create=create), found.data(data)
    progress = Progress(sys.stderr if sys.stderr.isatty() else None)
    return Desk(found.settings, store, office.now, known, progress)


def _mailbox(company: Settings) -> AbstractContextManager[Mailbox]:
    from report_helpers.delivery.mailbox import opened

    user = unquote(urlsplit(company.replies.mailbox).username or "")
    return opened(company.replies, secret.find("MARSALE_REPLIES_PASSWORD", user))


def _said(reply: Reply) -> str:
    """Say at once what became of a mail, and return its state."""
    click.echo(_told(reply))
    return reply.state


def _told(reply: Reply) -> str:
    to = reply.item_id or reply.issue_id or ""
    subject = shorten(reply.subject, 60, placeholder=" …")
    what = "  ".join(filter(None, (reply.reply_id, to, reply.sender, subject)))
    why = f"\n      {reply.reason}" if reply.reason else ""
    return harmless(f"  {_MARKS[reply.state]} {what}{why}")


def _summed(states: Iterable[str]) -> str:
    """Return how many mails there were of each state.

    Examples
    --------
    >>> _summed(["added", "refused", "added"])
    '2 added, 0 quarantined, 1 refused'
    """
    counts = Counter(states)
    return ", ".join(f"{counts[state]} {state}" for state in _MARKS)


def _listed(found: place.Place) -> str:
    from report_helpers.teams import replies

    with found.open(create=False).read() as db:
        waiting = replies.listed(db, ("quarantined",))
    head = ["id", "taken", "sender", "subject", "reason"]
    rows = [
        [r.reply_id, f"{r.taken_at:%Y-%m-%d}", r.sender, r.subject[:60], r.reason or ""]
        for r in waiting
    ]
    return aligned([head, *rows]) if rows else "Nothing is in quarantine."
