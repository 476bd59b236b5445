"""What goes with a mail: the report as PDF, and the meeting for a calendar."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from report_helpers.delivery.envelope import File
from report_helpers.publish.invitation import invitation
from report_helpers.settings import Settings
from report_helpers.teams.issues import Issue
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.topics import Slot

WORDS = 150_000
"""Bytes kept free for all that is not the report: words, pictures, headers, an invitation."""
_LINE, _CODED = 57, 78  # bytes of a file, and of the base64 line with its end that carries them


@dataclass(frozen=True)
class Handed:
    """How a reader gets the whole report.

    Parameters
    ----------
    files : what is attached; empty when it would be too large.
    said : where the report is, in a sentence.
    link : address of the report for the screen; empty when it cannot be read by a browser.
    """

    files: tuple[File, ...]
    said: str
    link: str


def coded(size: int) -> int:
    """Return how many bytes a file has as it travels.

    Examples
    --------
    >>> coded(57), coded(58), coded(1_000_000)
    (78, 156, 1368432)
    """
    return math.ceil(size / _LINE) * _CODED


def report(issue: Issue, folder: Path, company: Settings) -> Handed:
    """Return the PDF of an issue when a mail can carry it, and where else the report is.

    Parameters
    ----------
    issue : its ``folder`` is where it lies below the output folder.
    folder : where its files are.
    company : the largest mail, and the address under which the output folder can be read.
    """
    paper, page = (_first(folder, kind) for kind in ("pdf", "html"))
    link = _link(issue, page or paper, company)
    if paper is None:
        return Handed((), _lies(issue, link), link)
    if coded(paper.stat().st_size) + WORDS <= company.mail.megabytes * 1_000_000:
        file = File(paper.name, "application/pdf", paper.read_bytes())
        return Handed((file,), "The whole report is attached as PDF.", link)
    large = f"The PDF is too large for a mail ({paper.stat().st_size / 1e6:.1f} MB)."
    return Handed((), f"{large} {_lies(issue, _link(issue, paper, company))}", link)


def _first(folder: Path, kind: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"*.{kind}"))), None)


def _link(issue: Issue, file: Path | None, company: Settings) -> str:
    if file is None or not company.mail.link:
        return ""
    return f"{company.mail.link.rstrip('/')}/{quote(issue.folder)}/{quote(file.name)}"


def _lies(issue: Issue, link: str) -> str:
    if link:
        return f"Read it here: {link}"
    return f"It lies in the folder {issue.folder} of the reports."


def meeting(coming: Meeting, agenda: list[Slot], company: Settings) -> File:
    """Return a meeting for a calendar, which nobody is asked to accept: a report is no invitation.

    It has the name of the invitation, so that calendars keep one of the two.
    """
    content = invitation(coming, agenda, company.company.name, addresses={})
    return calendar(f"meeting-{coming.day}.ics", content)


def calendar(name: str, content: bytes) -> File:
    """Return a calendar file, told apart by what calendars are to do with it."""
    method = re.search(rb"^METHOD:(\w+)", content, re.MULTILINE)
    return File(name, "text/calendar", content, method[1].decode() if method else "PUBLISH")
