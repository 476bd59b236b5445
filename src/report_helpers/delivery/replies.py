"""Replies to the reports: read, matched to what they answer, and taken into the exchange once.

A mail is moved only after what it led to is kept. Whoever is stopped in between finds it where it
was, sees that it is known, and moves it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection

from report_helpers.delivery import incoming, receipt
from report_helpers.delivery.incoming import Incoming
from report_helpers.delivery.judgement import Desk, Verdict, judge
from report_helpers.delivery.mailbox import Folder, Mailbox
from report_helpers.delivery.members import Member
from report_helpers.errors import BadValue, DeliveryError, UnknownName
from report_helpers.teams import exchange, issues, items, letters, replies
from report_helpers.teams.items import Signature
from report_helpers.teams.replies import Reply, State, reference

log = logging.getLogger(__name__)

FOLDERS: dict[State, Folder] = {
    "added": "taken",
    "quarantined": "quarantine",
    "refused": "refused",
}
REPORTED = 100
"""After so many mails it is said how far we have come."""
_KIND = re.compile(r"^(success|obstacle|question|request)\s*:\s*(?=\S)", re.IGNORECASE)
_NAMES = {"weekly": "weekly report", "brief": "meeting brief", "shadowing": "plan of visits"}


def collect(desk: Desk, mailbox: Mailbox, *, dry: bool = False) -> Iterator[Reply]:
    """Take every mail that waits in a mailbox, and yield what became of each.

    Parameters
    ----------
    desk : where they are taken.
    mailbox : the mailbox, open.
    dry : only say what would become of them.

    Raises
    ------
    DeliveryError
        When the mailbox is lost on the way; what was yielded before is done.
    """
    allowed, keys = desk.members(), mailbox.waiting()
    for done, key in enumerate(keys, start=1):
        content = mailbox.read(key)
        if content is not None:
            mail = incoming.read(content)
            reply = foretell(desk, mail, allowed) if dry else take(desk, mail, allowed)
            if not dry:
                mailbox.move(key, FOLDERS[reply.state])
            yield reply
        if done % REPORTED == 0:
            desk.progress.step(f"replies: {done:,} of {len(keys):,}")


def take(desk: Desk, mail: Incoming, allowed: dict[str, Member]) -> Reply:
    """Take one mail: its words, what is noted of it and its receipt are kept together, once.

    Parameters
    ----------
    desk : where it is taken.
    mail : the mail.
    allowed : whose mails are taken, by address.
    """
    try:
        return _taken(desk, mail, allowed)
    except (BadValue, UnknownName) as error:  # of this mail alone: the next one may fare better
        return _taken(desk, mail, allowed, error.message)


def _taken(desk: Desk, mail: Incoming, allowed: dict[str, Member], doubt: str = "") -> Reply:
    with desk.store.write() as db:
        verdict = judge(desk, db, mail, allowed)
        verdict = verdict.doubted(doubt) if doubt else verdict
        if not replies.enter(db, verdict.reply):
            return replies.find(db, mail.reply_id) or verdict.reply
        if mail.bounce is not None and mail.bounce.final:
            letters.bounced(db, mail.bounce.letter_id, f"came back: {mail.bounce.reason}")
        reply = _settled(desk, db, mail, verdict) if verdict.said else verdict.reply
        if reply.state == "quarantined":
            _acknowledge(desk, db, mail, verdict, [])
    told = f"{reply.state}: {reply.reason}" if reply.reason else reply.state
    log.info("reply %s", told, extra={"reply": reply.reply_id})
    return reply


def foretell(desk: Desk, mail: Incoming, allowed: dict[str, Member]) -> Reply:
    """Return what `take` would make of a mail, and change nothing."""
    with desk.store.read() as db:
        known, verdict = replies.find(db, mail.reply_id), judge(desk, db, mail, allowed)
    if known or not verdict.said:
        return known or verdict.reply
    return replace(verdict.reply, state="added", item_id=verdict.said[0][0] or None)


def assign(desk: Desk, mailbox: Mailbox, reply_id: str, item: str) -> Reply:
    """Make a reply in quarantine the answer to an item after all, and move its mail.

    Parameters
    ----------
    desk : where it is taken.
    mailbox : the mailbox, open; its folder ``quarantine`` holds the mail.
    reply_id : the reply's name.
    item : the item's id, or its mark.

    Raises
    ------
    UnknownName
        When no such reply is in quarantine, or there is no such item.
    BadValue
        When the reply has no words of its own, or its sender is of neither team.
    DeliveryError
        When the mail is no longer in the folder.
    """
    with desk.store.read() as db:
        reply = replies.quarantined(db, reply_id)
        known = {reference(item_id): item_id for item_id in desk.item_ids(db)}
    key, mail = _found(mailbox, reply_id)
    member = desk.members().get(mail.sender)
    if member is None or not member.team:
        raise BadValue(
            "nobody knows for which team the sender speaks",
            where=mail.sender or reply_id,
            remedy="give them a team in the table people, or in [[mail.recipients]]",
        )
    said = ((known.get(item, item), mail.words),)
    verdict = Verdict(replace(reply, taken_at=desk.clock()), member, said)
    with desk.store.write() as db:
        reply = _settled(desk, db, mail, verdict)
    mailbox.move(key, FOLDERS["added"])
    return reply


def _settled(desk: Desk, db: Connection, mail: Incoming, verdict: Verdict) -> Reply:
    """Add to the exchange what a mail says, and acknowledge it."""
    member, reply = verdict.member, verdict.reply
    signed = Signature(member.name, reply.taken_at)
    draft = {"team": member.team, "written_on": desk.today()}
    added = []
    for item_id, words in verdict.said:
        if item_id and desk.data is not None:
            exchange.adopt(db, desk.data, item_id, signed)
        if item_id:
            row = items.answer(db, item_id, {**draft, "body": words}, signed)
        else:
            row = items.add(db, {**draft, **_remark(db, reply, words)}, signed)
        added.append(row["item_id"])
    left_out = ", ".join(mail.left_out) or None
    replies.settle(db, reply.reply_id, added[0], left_out)
    reply = replace(reply, state="added", item_id=added[0], reason=left_out)
    _acknowledge(desk, db, mail, Verdict(reply, member), added)
    return reply


def _remark(db: Connection, reply: Reply, words: str) -> dict[str, str]:
    """Return a remark on a report as an item: a question, or what its first word says it is."""
    found = _KIND.match(words)
    kind, said = (found[1].lower(), words[found.end() :]) if found else ("question", words)
    issue = issues.named(db, reply.issue_id or "")
    name = _NAMES.get(issue.report, issue.report)
    body = f"On the {name} {issue.period}: {said}"
    return {"kind": kind, "body": body, "about_segment": issue.segment}


def _acknowledge(
    desk: Desk, db: Connection, mail: Incoming, verdict: Verdict, added: list[str]
) -> None:
    """Queue the receipt, where mail can be sent."""
    if desk.company.mail.server:
        reply, name = verdict.reply, verdict.member.name
        letter = receipt.compose(reply, mail, name, desk.company, added)
        letters.queue(db, [letter], reply.taken_at)


def _found(mailbox: Mailbox, reply_id: str) -> tuple[str, Incoming]:
    """Return the mail of a reply in the folder ``quarantine``."""
    for key in mailbox.waiting("quarantine"):
        content = mailbox.read(key)
        mail = None if content is None else incoming.read(content)
        if mail is not None and mail.reply_id == reply_id:
            return key, mail
    raise DeliveryError(
        "its mail is no longer in the folder quarantine",
        where=f"reply {reply_id}",
        remedy="put it back there, or write the answer with 'marsale note answer'",
    )
