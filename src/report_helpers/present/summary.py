"""What a mail says of a report, as data: written once with its figures, never computed again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from report_helpers.metrics.scorecard import Line
from report_helpers.present import findings
from report_helpers.present.formats import count_of, number
from report_helpers.present.threads import cut, label
from report_helpers.teams.exchange import OTHER, Item, Team
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.owing import owed
from report_helpers.teams.topics import Slot

if TYPE_CHECKING:
    from report_helpers.present.report import Report

Json = dict[str, Any]
HEADLINES = ("won_amount", "opportunities", "win_rate", "mqls", "acceptance_rate", "speed_to_lead")
"""The figures that a mail shows, each on its usual basis."""
ITEMS, LETTERS = 12, 280
"""Most items of a team that are named, the rest are counted; most letters of each."""


def summary(report: Report) -> Json:
    """Return what a mail says of a report.

    Returns
    -------
    dict
        ``head`` (company, report, period, dates, scope) · ``figures``, one a headline: label,
        value as shown, what it rests on, and ``verdict``: ``signal``, ``none``, ``too few`` or
        ``missing``, with what is ``said`` of it · ``changes``, sentences with their tone, of which
        ``good`` and ``bad`` are signals · ``owes``, by team: ``count``, ``overdue``, how much of it
        the other team ``asked``, and the most urgent ``items`` · ``meeting``, the one a brief is
        for, with its ``agenda``; else None.
    """
    head = report.masthead()
    names = ("company", "report", "period", "dates", "scope")
    coming = report.coming()
    return {
        "head": {name: getattr(head, name) for name in names},
        "figures": [_figure(line, report.currency) for line in _headlines(report.lines)],
        "changes": [asdict(item) for item in report.changes().items],
        "owes": {team: _owes(report, team) for team in OTHER},
        "meeting": None if coming is None else _meeting(*coming),
    }


def _headlines(lines: list[Line]) -> list[Line]:
    usual = {line.metric.name: line for line in lines if line.basis == line.metric.bases[0]}
    return [usual[name] for name in HEADLINES if name in usual]


def _figure(line: Line, currency: str) -> Json:
    """Return one figure with what the rules say of it; its past is no part of it."""
    return {
        "metric": line.metric.name,
        "basis": line.basis,
        "team": line.metric.team,
        "label": findings.title(line),
        "value": number(line.value, line.metric.unit, currency),
        "rests_on": findings.rests_on(line, currency),
        "n": line.n if isfinite(line.n) else None,
        "improved": line.improved,
        **_judged(line, currency),
    }


def _judged(line: Line, currency: str) -> Json:
    """Return how a figure stands against its own past: a verdict, and its words."""
    found, unit = line.signal, line.metric.unit
    if not isfinite(line.value):
        return {"verdict": "missing", "said": line.reason}
    if found.kind == "too_few":
        return {"verdict": "too few", "said": "too few periods to tell"}
    if found.is_signal:
        return {"verdict": "signal", "said": findings.rule(line, currency)}
    low, high = (number(value, unit, currency) for value in (found.lower, found.upper))
    return {"verdict": "none", "said": f"usually {low} to {high}"}


def _owes(report: Report, team: Team) -> Json:
    found = owed(report.items, team, report.as_of)
    asked = [item for item in found if item.team != team]
    return {
        **_counted(found, report.as_of),
        "asked": _counted(asked, report.as_of),
        "items": [_item(item, report) for item in found[:ITEMS]],
    }


def _counted(items: list[Item], on: date) -> Json:
    return {"count": len(items), "overdue": sum(item.overdue(on) for item in items)}


def _item(item: Item, report: Report) -> Json:
    """Return an item with its day, and the number it speaks of."""
    late = item.overdue(report.as_of)
    days = (report.as_of - item.due_on).days if late and item.due_on else 0
    return {
        "id": item.note_id,
        "kind": label(item),
        "team": item.team,
        "author": item.author,
        "owner": item.owner,
        "text": cut(item.body, LETTERS),
        "written_on": str(item.written_on),
        "due_on": str(item.due_on) if item.due_on else None,
        "overdue": count_of(days, "day") if late else "",
        "figure": report.figure(item),
    }


def _meeting(meeting: Meeting, agenda: list[Slot]) -> Json:
    fields = {name: _plain(value) for name, value in asdict(meeting).items()}
    return {**fields, "agenda": [asdict(slot) for slot in agenda]}


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def thawed(kept: Json) -> tuple[Meeting, list[Slot]]:
    """Return the meeting and the agenda that :func:`summary` has frozen."""
    fields = {name: value for name, value in kept.items() if name != "agenda"}
    for name in ("starts_at", "changed_at"):
        fields[name] = datetime.fromisoformat(fields[name]) if fields[name] else None
    for name in ("attendees", "topics"):
        fields[name] = tuple(fields[name])
    return Meeting(**fields), [Slot(**slot) for slot in kept["agenda"]]
