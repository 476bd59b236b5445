"""Mails by which a server says that it could not deliver one of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import TypeAlias

Mail: TypeAlias = "Message[str, str]"
_OURS = re.compile(r"^Message-ID:\s*<([0-9a-f]{16})@", re.IGNORECASE | re.MULTILINE)
_REASON = 300


@dataclass(frozen=True)
class Bounce:
    """One letter that was not delivered.

    Parameters
    ----------
    letter_id : the letter, or empty when the mail does not say which of ours.
    final : whether the server has given up; else it goes on trying.
    reason : in the server's words.
    """

    letter_id: str
    final: bool
    reason: str


def told(mail: Mail) -> Bounce | None:
    """Return what a delivery status notification (RFC 3464) tells; None for any other mail."""
    reports = [part for part in mail.walk() if part.get_content_type() == _STATUS]
    if not reports:
        return None
    fields = [block for report in reports for block in _blocks(report)]
    actions = [_field(block, "Action").casefold() for block in fields]
    reasons = [_field(block, "Diagnostic-Code") or _field(block, "Status") for block in fields]
    returned = "\n".join(_returned(mail))
    found = _OURS.search(returned)
    return Bounce(
        letter_id=found[1].lower() if found else "",
        final="failed" in actions,
        reason=next(filter(None, reasons), "no reason given")[:_REASON],
    )


_STATUS = "message/delivery-status"


def _blocks(report: Mail) -> list[Mail]:
    """Return the blocks of fields of a report: one on the mail, then one on each address."""
    found = report.get_payload()
    return [block for block in found if isinstance(block, Message)] if _listed(found) else []


def _listed(payload: object) -> bool:
    return isinstance(payload, list)


def _field(block: Mail, name: str) -> str:
    """Return the value of a field on one line, without the type before its semicolon."""
    value = " ".join(str(block.get(name, "")).split())
    text = "".join(c for c in value if c.isprintable())
    return text.partition(";")[2].strip() or text


def _returned(mail: Mail) -> Iterator[str]:
    """Yield the headers of the mails, or parts of them, that came back."""
    for part in mail.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            inner = part.get_payload()
            yield str(inner[0] if isinstance(inner, list) and inner else inner)
