"""The archive: one page that lists every report, and the removal of what is older than is kept."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from math import nan
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from jinja2 import Environment
from markupsafe import Markup

from report_helpers.delivery.editions import Edition, editions
from report_helpers.errors import DeliveryError
from report_helpers.glossary import metric
from report_helpers.present import screen, templates
from report_helpers.present.blocks import Cell, Row, Table, TableColumn, Tone
from report_helpers.present.formats import count_of, day, number, size
from report_helpers.publish import fonts
from report_helpers.teams.issues import Issue

Json = dict[str, Any]

PAGE = "index.html"
HEADLINES = ("won_amount", "opportunities", "win_rate closed", "mqls")
"""Series whose last half year the page draws."""
SHOWN = 12
"""Editions of a report on view; older ones unfold."""
NAMES = {
    "weekly": "Weekly two-way report",
    "brief": "MarSale meeting brief",
    "shadowing": "Days with the other team",
}
TONES: dict[str, Tone] = {"issued": "good", "corrected": "watch", "held": "bad", "made": "muted"}


def write_index(output: Path, issues: Iterable[Issue] = (), company: str = "") -> Path:
    """Write ``index.html``, which lists every report with its state, figures and files.

    The page loads nothing and needs no script. It takes the last one's place in one step.

    Parameters
    ----------
    output : folder of all reports.
    issues : the ledger.
    company : whose reports they are.

    Raises
    ------
    DataError
        When the figures of a report cannot be read.
    DeliveryError
        When the page cannot be written.
    """
    page = _environment().get_template("page.html.j2")
    told = {"company": company, "parts": _parts(editions(output, issues), output)}
    style = screen.style("blocks.css", "../archive/archive.css").replace("</", "<\\/")
    faces = fonts.faces(page.render(**told, style=""))
    text = page.render(**told, style=Markup(faces + style))
    return _put(output / PAGE, screen.printable(text))


def _put(file: Path, text: str) -> Path:
    draft = file.with_name(f".{file.name}-{uuid4().hex}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        os.replace(draft, file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise DeliveryError(
            f"the list of reports cannot be written: {error.strerror}",
            where=str(file),
            remedy="close programs that show it, and ask for the right to write",
        ) from error
    return file


def _parts(found: list[Edition], output: Path) -> list[Json]:
    """Return what the page shows of each report: its recent figures, and its editions."""
    order = {name: place for place, name in enumerate(NAMES)}
    ordered = sorted(found, key=lambda e: (order.get(e.report, len(order)), e.report))
    parts = []
    for name, group in groupby(ordered, key=lambda edition: edition.report):
        mine = list(group)
        rows = [_row(edition, output) for edition in mine]
        parts.append(
            {
                "name": name,
                "title": NAMES.get(name, name.replace("-", " ").capitalize()),
                "figures": _figures(mine, f"{name}-figures"),
                "newest": rows[:SHOWN],
                "older": rows[SHOWN:],
            }
        )
    return parts


def _row(edition: Edition, output: Path) -> Json:
    head = edition.facts.get("summary", {}).get("head", {})
    told = [] if edition.state == "held" else edition.facts.get("summary", {}).get("figures", [])
    visits = edition.facts.get("visits", [])
    planned = [f"{count_of(len(visits), 'visit')} planned"] if visits else []
    files = [
        {
            "kind": file.suffix[1:].upper(),
            "href": quote(file.relative_to(output).as_posix()),
            "size": size(file.stat().st_size),
        }
        for file in edition.files
    ]
    return {
        "period": head.get("period") or edition.period,
        "dates": head.get("dates") or f"from {day(edition.starts_on)}",
        "segment": edition.segment,
        "state": edition.state,
        "tone": TONES[edition.state],
        "renewed": edition.renewed,
        "made": f"{day(edition.made_at)}, {edition.made_at:%H:%M} UTC" if edition.made_at else "",
        "figures": [f"{value['label']} {value['value']}" for value in told[:4]] or planned,
        "files": files,
    }


def _figures(mine: list[Edition], name: str) -> Markup:
    """Draw the last half year of the headline figures, as the newest edition knows it."""
    told = [e for e in mine if e.state != "held" and not e.segment and "history" in e.facts]
    history = told[0].facts["history"] if told else {"series": {}}
    rows = [_headline(key, history) for key in HEADLINES if key in history["series"]]
    if not rows:
        return Markup()
    columns = (
        TableColumn("figure", "Figure", width=1),
        TableColumn("now", "Last period", "right"),
        TableColumn("trend", "Half a year"),
    )
    period = told[0].facts["summary"]["head"]["period"] if "summary" in told[0].facts else ""
    table = Table(columns, tuple(rows), f"As of {period or told[0].period}".replace("Week", "week"))
    return screen.fragment(table.to_json(), name, level=2)


def _headline(key: str, history: Json) -> Row:
    what, values = metric(key.split()[0]), history["series"][key]["value"]
    currency = history["settings"]["company.currency"]
    last = nan if values[-1] is None else values[-1]
    shown = Cell(number(last, what.unit, currency, short=True))
    return Row((Cell(what.label), shown, Cell("", spark=tuple(values))))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return templates.environment("archive")
