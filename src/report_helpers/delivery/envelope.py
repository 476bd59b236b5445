"""A mail as it travels: headers, parts and boundaries; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from typing import cast

from report_helpers.delivery.address import domain, named, one_line, replies, travelling
from report_helpers.errors import ConfigurationError
from report_helpers.present.screen import printable
from report_helpers.settings import Settings
from report_helpers.teams.letters import Letter

_SILENT = "DR, RN, NRN, OOF, AutoReply"
"""What Exchange is asked not to answer with; that a mail could not be delivered it still says."""


@dataclass(frozen=True)
class File:
    """A file that goes with a mail.

    Parameters
    ----------
    name : what it is called.
    kind : its media type, such as ``application/pdf``.
    content : its bytes.
    method : of a calendar file, what calendars are to do, such as ``REQUEST``.
    """

    name: str
    kind: str
    content: bytes = field(repr=False)
    method: str = ""


@dataclass(frozen=True)
class Body:
    """What a mail holds.

    Parameters
    ----------
    text : its words, for every mail program.
    html : the same for those that can show it; empty for a mail of text alone.
    pictures : PNG drawings by the name (Content-ID) under which the HTML shows them.
    files : what goes with it.
    answers : the Message-ID of the mail it answers by itself; empty when it answers none.
    """

    text: str
    html: str = ""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    answers: str = ""


def seal(draft: Letter, name: str, body: Body, company: Settings, at: datetime) -> Letter:
    """Return a letter with its Message-ID and its content.

    Parameters
    ----------
    draft : what it is, whom it goes to, and its subject.
    name : the name of whom it goes to; may be empty.
    body : what it holds.
    company : who sends it.
    at : its date, naive UTC: when what it speaks of was made, so that it never changes.

    Raises
    ------
    ConfigurationError
        When no sender is set, or an address cannot travel.
    """
    mail = company.mail
    if not mail.sender:
        raise ConfigurationError(
            "no sender is set", where="[mail] sender", remedy="give the address mail comes from"
        )
    subject = one_line(draft.subject)
    message_id = f"<{draft.letter_id}@{domain(mail.sender)}>"
    made = EmailMessage(policy=_policy(mail.sender, draft.address))
    made["From"] = named(mail.name, mail.sender)
    made["To"] = named(name, draft.address)
    if company.replies.address:
        made["Reply-To"] = named(mail.name, replies(company.replies.address, draft.letter_id))
    made["Subject"] = subject
    made["Date"] = at.replace(tzinfo=UTC)
    made["Message-ID"] = message_id
    made["List-Id"] = f"<reports.{domain(mail.sender)}>"
    made["Auto-Submitted"] = "auto-replied" if body.answers else "auto-generated"
    if body.answers:
        made["In-Reply-To"] = made["References"] = one_line(body.answers)
    made["X-Auto-Response-Suppress"] = _SILENT
    _fill(made, body, draft.letter_id)
    return replace(draft, subject=subject, message_id=message_id, content=made.as_bytes())


def _policy(sender: str, address: str) -> EmailPolicy[EmailMessage]:
    """Return how headers are written: as ASCII, unless an address cannot be."""
    plain = (travelling(sender) + travelling(address)).isascii()
    return SMTP if plain else SMTPUTF8


def _fill(made: EmailMessage, body: Body, letter_id: str) -> None:
    """Put words, pictures and files in, each multipart with a boundary made of the letter's name.

    ``=_`` cannot occur in what is encoded as quoted-printable or base64.
    """
    text, page = printable(body.text), printable(body.html)
    made.set_content(text, cte=_coding(text))
    if page:
        made.add_alternative(page, subtype="html", cte=_coding(page))
        *_, part = cast("Iterator[EmailMessage]", made.iter_parts())
        for cid, png in body.pictures.items():
            part.add_related(png, "image", "png", cid=f"<{cid}>", disposition="inline")
    for file in body.files:
        main, _, sub = file.kind.partition("/")
        more = {"method": file.method, "charset": "utf-8"} if file.method else {}
        made.add_attachment(file.content, main, sub, filename=one_line(file.name), params=more)
    for place, part in enumerate(made.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{letter_id}_{place}")


def _coding(text: str) -> str:
    """Return the shorter way to write a text in ASCII: many scripts are mostly not ASCII."""
    size = len(text.encode())
    other = size - sum(letter.isascii() for letter in text)
    return "base64" if size + 2 * other > size * 4 / 3 else "quoted-printable"
