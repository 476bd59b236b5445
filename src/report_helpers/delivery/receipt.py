"""The two lines that tell a person what became of their reply."""

from __future__ import annotations

from report_helpers.delivery.envelope import Body, seal
from report_helpers.delivery.incoming import Incoming
from report_helpers.settings import Settings
from report_helpers.teams.letters import Letter
from report_helpers.teams.replies import Reply, reference

_ADDED = "Your words are in the exchange {marks}, and stand in the next report."
_MORE = "To add to them, reply to this mail."
_WAITS = "Your mail came in and waits for somebody to say where it belongs: {reason}."
_HELP = "To be placed at once, reply to a report or write the mark of an item, such as [#1a2b3c4d]."


def compose(
    reply: Reply, mail: Incoming, name: str, company: Settings, item_ids: list[str]
) -> Letter:
    """Return the letter that acknowledges a reply; a reply that was placed later gets one more.

    Parameters
    ----------
    reply : what became of it.
    mail : the mail; the receipt stands in its thread.
    name : who wrote it.
    company : who answers.
    item_ids : the items it became.
    """
    about = f"{reply.reply_id}/{reply.state}"
    again = mail.subject if mail.subject.casefold().startswith("re:") else f"Re: {mail.subject}"
    left_out = f" Of it, {', '.join(mail.left_out)}." if mail.left_out else ""
    if reply.state == "added":
        marks = " ".join(map(reference, item_ids))
        text = f"{_ADDED.format(marks=marks)}{left_out}\n{_MORE}\n"
    else:
        text = f"{_WAITS.format(reason=reply.reason)}\n{_HELP}\n"
    draft = Letter("receipt", about, mail.sender, "", again, b"")
    return seal(draft, name, Body(text, answers=mail.message_id), company, reply.taken_at)


def acknowledged(about: str) -> str:
    """Return the name of the reply that a receipt acknowledges.

    Examples
    --------
    >>> acknowledged("1f2e3d4c5b6a7988/added")
    '1f2e3d4c5b6a7988'
    """
    return about.partition("/")[0]
