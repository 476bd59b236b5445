"""Pages as HTML: one template each, every text escaped, one style sheet in the page."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from secrets import token_urlsafe
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from starlette.responses import HTMLResponse

from report_helpers import glossary
from report_helpers.present import screen, templates, threads
from report_helpers.present.blocks import Note
from report_helpers.present.findings import TEAM_NAMES
from report_helpers.present.formats import day
from report_helpers.publish.fonts import MARKS, RANGES
from report_helpers.teams.exchange import Item
from report_helpers.teams.fields import WAITING
from report_helpers.web import guard
from report_helpers.web.site import Visit

KINDS = ("obstacle", "question", "request", "success", "campaign_plan", "action")
"""What can be written here; decisions are recorded by ``marsale meeting``."""
LABELS = {
    "kind": "What it is",
    "body": "Words",
    "about_metric": "About the number",
    "about_segment": "About the segment",
    "due_on": "Needed by",
    "owner": "Who must act",
}
"""What the fields of the form for an item are called."""
FACES = tuple(
    (family, f"{stem}{part}", ranges, weight)
    for family, stem, weight, parts in (
        ("IBM Plex Sans", "IBMPlexSans-Regular-", "400", RANGES),
        ("IBM Plex Sans", "IBMPlexSans-SemiBold-", "600 700", RANGES),
        ("Marsale Marks", "MarsaleMarks", "400", {"": MARKS}),
    )
    for part, ranges in parts.items()
)
"""Family, file, letters and weight of the fonts the pages use."""


def draw(visit: Visit, template: str, status: int = 200, **given: Any) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    visit : who asks.
    template : its name, without ``.html.j2``.
    status : HTTP status.
    given : what the template shows.
    """
    page = _environment().get_template(f"{template}.html.j2")
    text = page.render(visit=visit, site=visit.site, today=visit.site.today(), **given)
    return HTMLResponse(screen.printable(text), status)


def policy() -> str:
    """Return the content security policy of the pages: no script, this one style, own fonts."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


@lru_cache(maxsize=1)
def style() -> str:
    """Return the style sheet of all pages."""
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-display:swap;"
        f"unicode-range:{ranges};src:url(/fonts/{stem}.woff2) format('woff2')}}"
        for family, stem, ranges, weight in FACES
    )
    return faces + screen.style("blocks.css", "../web/web.css").replace("</", "<\\/")


def about(item: Item) -> str:
    """Return what an item speaks of."""
    label = plain("about_metric", item.about_metric)
    return " · ".join(part for part in (label, item.about_segment) if part)


def plain(name: str, value: str) -> str:
    """Return the value of a field as people read it."""
    if name == "about_metric":
        return next((metric.label for metric in glossary.METRICS if metric.name == value), value)
    return kind_label(value) if name == "kind" else value


def note(item: Item, visit: Visit) -> Note:
    """Return an item in the words and tones of the reports."""
    return threads.notes([item], visit.site.today()).items[0]


def kind_label(kind: str) -> str:
    """Return what a kind of item is called."""
    return threads.LABELS.get(kind, kind.capitalize())


def _with_label(kind: str) -> tuple[str, str]:
    return kind, kind_label(kind)


def _waits(item: Item) -> bool:
    return item.is_open and item.kind in WAITING


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = templates.environment("web")
    environment.globals.update(
        style=Markup(style()),
        kinds=KINDS,
        metrics=sorted(glossary.METRICS, key=lambda metric: metric.label),
        teams=TEAM_NAMES,
        letters=guard.LETTERS,
        note=note,
        about=about,
        plain=plain,
        waits=_waits,
        labels=LABELS,
        new_key=token_urlsafe,
    )
    environment.filters.update(day=day, kind=kind_label, with_label=_with_label, zip=zip)
    return environment
