"""What a mail that came in is: an answer, a remark, a doubt, or nothing for the exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from report_helpers.data.dataset import Dataset
from report_helpers.delivery.incoming import Incoming
from report_helpers.delivery.members import Member, members, vouched
from report_helpers.delivery.occasions import zone
from report_helpers.delivery.receipt import acknowledged
from report_helpers.publish.progress import Progress
from report_helpers.settings import Settings
from report_helpers.teams import items, letters, replies
from report_helpers.teams.cadence import local
from report_helpers.teams.replies import Reply, addressed
from report_helpers.teams.store import Store


@dataclass(frozen=True)
class Desk:
    """Where replies are taken.

    Parameters
    ----------
    company : its settings.
    store : where the exchange, the ledger and the outbox are.
    clock : returns the time, naive UTC.
    data : the tables ``people`` and ``notes``; None when there are no data.
    progress : told how far a large mailbox has been read.
    """

    company: Settings
    store: Store
    clock: Callable[[], datetime]
    data: Dataset | None = None
    progress: Progress = field(default_factory=Progress)

    def today(self) -> date:
        """Return the day by the company's clocks."""
        return local(self.clock(), zone(self.company)).date()

    def members(self) -> dict[str, Member]:
        """Return whose replies are taken, by address."""
        return members(self.company, self.data, self.today())

    def item_ids(self, db: Connection) -> list[str]:
        """Return the ids of all items, those of the data included."""
        found = [row["item_id"] for row in items.find(db)]
        if self.data is not None and self.data.has("notes", "note_id"):
            found += self.data.frame("notes")["note_id"].tolist()
        return found


NOBODY = Member("", "")


@dataclass(frozen=True)
class Verdict:
    """What a mail is.

    Parameters
    ----------
    reply : what is noted of it; what is to be added is in quarantine until it has been.
    member : who wrote it; nobody when it is refused.
    said : what it says, item by item; to no item, ``("", words)``, it is a remark on the report.
        Empty when nothing is to be added.
    """

    reply: Reply
    member: Member = NOBODY
    said: tuple[tuple[str, str], ...] = ()

    def doubted(self, reason: str) -> Verdict:
        """Return the verdict that a mail stays in quarantine, for a reason."""
        return Verdict(replace(self.reply, reason=reason), self.member)


def judge(desk: Desk, db: Connection, mail: Incoming, allowed: dict[str, Member]) -> Verdict:
    """Return what a mail is; nothing is written.

    Parameters
    ----------
    desk : where it came in.
    db : a connection to the store.
    mail : the mail.
    allowed : whose mails are taken, by address.
    """
    sender, subject = mail.sender or "(unclear)", mail.subject or "(none)"
    reply = Reply(mail.reply_id, sender, subject, "refused", desk.clock())
    refused = _refusal(desk, mail, allowed)
    if refused:
        return Verdict(replace(reply, reason=refused))
    member = allowed[mail.sender]
    issue_id, parent = _answered(db, mail)
    said = _said(mail, desk.item_ids(db), parent)
    if not said and issue_id:
        said = (("", mail.words),)
    found = Verdict(replace(reply, state="quarantined", issue_id=issue_id or None), member, said)
    doubt = _doubt(mail, member, said)
    return found.doubted(doubt) if doubt else found


def _refusal(desk: Desk, mail: Incoming, allowed: dict[str, Member]) -> str:
    """Return why a mail is nothing for the exchange, or nothing."""
    server = desk.company.replies.authenticated_by
    if mail.bounce is not None:
        letter = mail.bounce.letter_id or "(unknown)"
        said = "came back" if mail.bounce.final else "is delayed"
        return f"letter {letter} {said}: {mail.bounce.reason}"
    if mail.automatic:
        return f"a machine sent it ({mail.automatic})"
    if mail.sender not in allowed:
        return "its sender is neither in a team nor a recipient of reports"
    if server and not vouched(mail.verdicts, server, mail.sender):
        return f"{server} does not vouch for its sender"
    return ""


def _doubt(mail: Incoming, member: Member, said: tuple[tuple[str, str], ...]) -> str:
    """Return why nobody can say where a mail belongs, or nothing."""
    if not mail.words:
        return "it has no words of its own"
    if not said:
        return "it answers no report of ours and names no item"
    return "" if member.team else "its sender is of neither team"


def _answered(db: Connection, mail: Incoming) -> tuple[str, str]:
    """Return the issue and the item that a mail answers; empty what it does not.

    An answer to a receipt goes on with what the receipt was for.
    """
    for letter in filter(None, (letters.find(db, found) for found in mail.letter_ids)):
        if letter["kind"] != "receipt":
            return letter["issue_id"] or "", ""
        former = replies.find(db, acknowledged(letter["about"]))
        if former is not None:
            return former.issue_id or "", former.item_id or ""
    return "", ""


def _said(mail: Incoming, item_ids: list[str], parent: str) -> tuple[tuple[str, str], ...]:
    """Return what a mail says to which item, by the marks in its words, else in its subject."""
    found = addressed(mail.words, item_ids)
    if found:
        return tuple(found)
    named: Iterator[str] = (item_id for item_id, _ in addressed(mail.subject, item_ids))
    item_id = next(named, parent)
    return ((item_id, mail.words),) if item_id else ()
