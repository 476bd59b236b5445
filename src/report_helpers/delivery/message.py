"""The mail that hands over a report, made of its frozen facts and its files alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from textwrap import fill
from typing import Any

import css_inline
from jinja2 import Environment

from report_helpers.delivery import attachments, pictures
from report_helpers.delivery.content import content, subject
from report_helpers.delivery.envelope import Body, File, seal
from report_helpers.present import templates
from report_helpers.present.canvas import tokens
from report_helpers.present.formats import day
from report_helpers.present.summary import thawed
from report_helpers.publish.shadow_invitation import invitation
from report_helpers.settings import Recipient, Settings
from report_helpers.teams.cadence import local
from report_helpers.teams.issues import Issue
from report_helpers.teams.letters import Letter
from report_helpers.teams.shadowing import Shadowing

Json = dict[str, Any]
COLUMNS = 72


def compose(issue: Issue, folder: Path, recipient: Recipient, company: Settings) -> Letter:
    """Return the letter that hands an issue to a reader.

    Parameters
    ----------
    issue : the issue, with its frozen facts.
    folder : where its files are.
    recipient : whom it goes to; what their team owes comes first.
    company : who sends it, how large a mail may be, where reports can be read.

    Raises
    ------
    ConfigurationError
        When no sender is set, or an address cannot travel.
    DeliveryError
        When the issue was frozen without a summary.
    """
    title = subject(issue, recipient)
    draft = Letter("report", issue.issue_id, recipient.address, "", title, b"", issue.issue_id)
    handed = attachments.report(issue, folder, company)
    said = content(issue, recipient)
    drawn = _draw(said["figures"], issue, company.company.currency, draft.letter_id)
    page = {**said, "subject": title, "handed": handed, "company": company}
    files = (*handed.files, *_invitation(issue, company))
    body = Body(_text("report", page), _html("report", page), drawn, files)
    return seal(draft, recipient.name, body, company, issue.made_at)


def visit(
    issue: Issue, shown: Shadowing, person: str, addresses: Mapping[str, str], company: Settings
) -> Letter:
    """Return the letter that tells a guest or a host of their day with the other team.

    Parameters
    ----------
    issue : the plan it is part of.
    shown : the visit.
    person : who is told: its guest or its host.
    addresses : mail address by name.
    company : who sends it.

    Raises
    ------
    ConfigurationError
        When no sender is set, or an address cannot travel.
    """
    zone, name = company.meeting.time_zone, company.company.name
    guest = person == shown.guest
    other = shown.host if guest else shown.guest
    what = f"you visit {other}" if guest else f"{other} visits you"
    title = f"{day(shown.day, year=False)}: {what} ({name})"
    about = f"{issue.issue_id}/{shown.shadowing_id}/{shown.sequence}"
    draft = Letter("report", about, addresses[person], "", title, b"", issue.issue_id)
    starts = None if shown.starts_at is None else local(shown.starts_at, zone)
    when = f"{day(shown.day)}, {starts:%H:%M} ({zone})" if starts else day(shown.day)
    page = {"visit": shown, "guest": guest, "other": other, "person": person, "when": when}
    page |= {"subject": title, "company": company}
    calendar = invitation(shown, zone, name, addresses)
    files = (attachments.calendar(f"visit-{shown.day}.ics", calendar),)
    body = Body(_text("visit", page), _html("visit", page), files=files)
    return seal(draft, person, body, company, issue.made_at)


def _draw(figures: list[Json], issue: Issue, currency: str, letter_id: str) -> dict[str, bytes]:
    """Draw the figures whose past is known, and tell each its picture; return the drawings."""
    drawn = {}
    for figure in figures:
        values = pictures.series(issue.facts.get("history", {}), figure)
        cid = f"{figure['metric']}@{letter_id}" if values else ""
        figure |= {"cid": cid, "alt": pictures.alt(values, figure, currency) if values else ""}
        if values:
            drawn[cid] = pictures.line(values)
    return drawn


def _invitation(issue: Issue, company: Settings) -> tuple[File, ...]:
    kept = issue.facts["summary"]["meeting"]
    return () if kept is None else (attachments.meeting(*thawed(kept), company),)


def _text(name: str, page: Json) -> str:
    made = _environment().get_template(f"{name}.txt.j2").render(page)
    return made.strip() + "\n"


def _html(name: str, page: Json) -> str:
    """Return the page with its styles written into each element, as mail programs want them."""
    made = _environment().get_template(f"{name}.html.j2").render(page)
    return css_inline.CSSInliner(load_remote_stylesheets=False).inline(made)


def _wrap(text: str, indent: int = 0, hang: int | None = None) -> str:
    """Return a text in lines that fit every window; addresses stay whole.

    Examples
    --------
    >>> print(_wrap("one two " * 10, 0, 2))
    one two one two one two one two one two one two one two one two one two
      one two
    """
    first, rest = " " * indent, " " * (indent if hang is None else hang)
    return fill(
        " ".join(str(text).split()),
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = templates.environment("email")
    shades = {"light": tokens()["color"], "dark": tokens()["dark"]}
    size = {"width": pictures.WIDTH, "height": pictures.HEIGHT}
    environment.globals.update(**shades, mark=tokens()["mark"], picture=size)
    environment.filters.update(wrap=_wrap)
    return environment
