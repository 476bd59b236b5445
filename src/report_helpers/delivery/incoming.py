"""A mail that came in, read: who sent it, what it answers, what it says.

A mail is whatever bytes a stranger sent. Nothing in it may stop us: what cannot be read is empty.
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import TypeAlias

from report_helpers.delivery import bounces, words
from report_helpers.delivery.bounces import Bounce
from report_helpers.teams.fields import UNPRINTABLE

_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_LETTER_ID = re.compile(r"<([0-9a-f]{16})@")
_PLUS = re.compile(r"\+([0-9a-f]{16})@", re.IGNORECASE)
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_BULK = ("bulk", "junk", "list", "auto_reply")
_SUBJECT = 200
_TEXTS = ("text/plain", "text/html")
Mail: TypeAlias = "Message[str, str]"


@dataclass(frozen=True)
class Incoming:
    """One mail that came in.

    Parameters
    ----------
    reply_id : its name: the same for every copy of the mail.
    message_id : its Message-ID as it stands, or empty.
    sender : the one address it says it comes from; empty when it names none, or several.
    subject : what it is called.
    letter_ids : the letters it may answer, the likeliest first.
    words : what its writer says, without quotations and signature.
    left_out : what of it was left out: attachments, or the end of a long text.
    automatic : why it counts as sent by a machine; empty when a person wrote it.
    bounce : the letter that could not be delivered, when it tells of one.
    verdicts : what mail servers found out about its sender, the last server's first; to the
        letter, as to decode what the sender chose could make a verdict of it.
    """

    reply_id: str
    message_id: str
    sender: str
    subject: str
    letter_ids: tuple[str, ...]
    words: str
    left_out: tuple[str, ...]
    automatic: str
    bounce: Bounce | None
    verdicts: tuple[str, ...]


def read(content: bytes) -> Incoming:
    """Return a mail as read from its bytes; never fails, whatever they are."""
    mail: Mail = email.message_from_bytes(content)
    found = _MESSAGE_ID.search(_line(mail, "Message-ID"))
    message_id = found[0] if found else ""
    sender = _sender(mail)
    name = f"{message_id}\n{sender}".encode() if message_id else content
    said, left_out = _words(mail)
    return Incoming(
        reply_id=hashlib.sha256(name).hexdigest()[:16],
        message_id=message_id,
        sender=sender,
        subject=_line(mail, "Subject")[:_SUBJECT],
        letter_ids=tuple(dict.fromkeys(_letter_ids(mail))),
        words=said,
        left_out=left_out,
        automatic=_automatic(mail),
        bounce=bounces.told(mail),
        verdicts=tuple(str(value) for value in mail.get_all("Authentication-Results", ())),
    )


def _lines(mail: Mail, name: str) -> Iterator[str]:
    """Yield what headers of a name say, on one line each, without what could act on a screen."""
    for value in mail.get_all(name, ()):
        try:
            text = str(make_header(decode_header(str(value))))
        except (MessageError, LookupError, ValueError):
            text = str(value)
        yield " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _line(mail: Mail, name: str) -> str:
    return next(_lines(mail, name), "")


def _sender(mail: Mail) -> str:
    """Return the address in From; a mail with two of them is nobody's."""
    given = [str(value) for value in mail.get_all("From", ())]
    found = [address for _, address in getaddresses(given)]
    whole = len(given) == len(found) == 1 and found[0].isascii() and "@" in found[0]
    return found[0].casefold()[:254] if whole else ""


def _letter_ids(mail: Mail) -> Iterator[str]:
    for name in _TO:
        for line in _lines(mail, name):
            yield from (found.lower() for found in _PLUS.findall(line))
    yield from _LETTER_ID.findall(_line(mail, "In-Reply-To"))
    yield from reversed(_LETTER_ID.findall(_line(mail, "References")))


def _automatic(mail: Mail) -> str:
    """Return the header by which a mail says that a machine sent it."""
    for name in ("Auto-Submitted", "Precedence", "X-Autoreply", "X-Autorespond", "Return-Path"):
        value = _line(mail, name).casefold()
        person = {
            "Auto-Submitted": value.split(";")[0].strip() in ("", "no"),
            "Precedence": value not in _BULK,
            "Return-Path": value != "<>",
        }
        if not person.get(name, not value):
            return f"{name}: {value[:60]}"
    return ""


def _words(mail: Mail) -> tuple[str, tuple[str, ...]]:
    """Return what a mail's writer says, and what of the mail was left out."""
    plain, pages, other = "", "", 0
    for part in mail.walk():
        kind = part.get_content_type()
        if part.is_multipart():
            continue
        if part.get_content_disposition() == "attachment" or kind not in _TEXTS:
            other += 1
        elif kind == "text/plain":
            plain = plain or _decoded(part)
        else:
            pages = pages or _decoded(part)
    said, cut = words.own(plain if plain.strip() else words.of_html(pages))
    attached = f"{other} {'attachment' if other == 1 else 'attachments'} left out"
    told = ((attached, other), (f"cut after {words.LONGEST:,} letters", cut))
    return said, tuple(text for text, so in told if so)


def _decoded(part: Mail) -> str:
    """Return the text of a part; a character set that is wrong or unknown spoils letters only."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            return UNPRINTABLE.sub("", content.decode(charset))
        except (LookupError, ValueError):
            continue
    return UNPRINTABLE.sub("", content.decode("latin-1"))
