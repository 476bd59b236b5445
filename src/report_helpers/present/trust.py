"""Can readers rely on the numbers, and if not: why, what to do, and who can do it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from report_helpers.metrics.reconciliation import Agreement, agreements
from report_helpers.metrics.report import unfinished
from report_helpers.metrics.trust import Completeness, Faults, Freshness, Gate, State, worst
from report_helpers.present.blocks import Finding, Findings, Tone
from report_helpers.present.formats import count_of, day, exact, joined, number
from report_helpers.teams.cadence import Cadence

if TYPE_CHECKING:
    from report_helpers.present.report import Report

Json = dict[str, Any]
ONE_DAY = timedelta(days=1)
TITLES = {"amber": "Read with care", "red": "Not fit to be sent"}
LEADS = {
    "freshness": "Data stop early",
    "completeness": "Fewer rows than usual",
    "faults": "Repeated or unreadable",
    "totals": "Totals differ",
}
_TONES: dict[str, Tone] = {"amber": "watch", "red": "bad"}
_NAMES = {"opportunities": "deals", "stage_events": "stage events"}
_MARKETINGS = ("leads", "responses", "campaigns")


def judged(report: Report) -> Json:
    """Return what the gate says of a report, as it is kept in ``facts.json``.

    Parameters
    ----------
    report : its whole data are judged for freshness and rows, its own for sums that must agree.

    Returns
    -------
    dict
        ``verdict`` (``green``, ``amber``, ``red``); ``checks``, each with ``name`` (``freshness``,
        ``completeness``, ``faults``, ``totals``), ``state``, ``text``, and where it is not green
        ``remedy`` and ``who``; ``expected_by``, when a report that is held may be hoped for, on
        the clocks of the schedule: an ISO day, with its hour if one is set. None when not held.
    """
    key = ("trust", report.name, report.as_of, report.settings)
    found: Json = report.data.remember(key, lambda: _judged(report))
    return found


def block(trust: Json) -> Findings | None:
    """Return the block for page one: every check that is not green; None when all are."""
    found = tuple(
        Finding(told(check), LEADS[check["name"]], _TONES[check["state"]])
        for check in against(trust)
    )
    return Findings(found, TITLES[trust["verdict"]]) if found else None


def told(check: Json) -> str:
    """Say a check that is not green: what is wrong, what to do, and who can do it."""
    return f"{check['text']} {check['remedy']} It is for {check['who']}."


def against(trust: Json) -> list[Json]:
    """Return the checks that are not green, red ones first.

    Examples
    --------
    >>> states = ("amber", "green", "red")
    >>> [check["state"] for check in against({"checks": [{"state": s} for s in states]})]
    ['red', 'amber']
    """
    found = [check for check in trust["checks"] if check["state"] != "green"]
    return sorted(found, key=lambda check: str(check["state"]) != "red")


def _judged(report: Report) -> Json:
    calendar = Cadence.of(report.settings)
    rules, until = report.settings.trust, report.as_of + ONE_DAY
    gate = Gate(report.whole, report.period, until, rules, calendar.holidays)
    fresh = gate.freshness()
    sums = agreements(report.data, report.period, report.settings.commitments)
    checks = [
        *_fresh(fresh, unfinished(report.data, report.period)),
        *_complete(gate.completeness(), fresh),
        *(_faulty(found) for found in gate.faults()),
        *(_equal(found, report.currency) for found in sums),
    ]
    verdict = worst(check["state"] for check in checks)
    expected = _expected_by(report, calendar) if verdict == "red" else None
    return {"verdict": verdict, "checks": checks, "expected_by": expected}


def _expected_by(report: Report, calendar: Cadence) -> str:
    """Return the next working day after the report's, at the hour the report is due."""
    day, schedule = report.as_of + ONE_DAY, report.settings.schedule
    while not calendar.is_working_day(day):
        day += ONE_DAY
    hour = {"weekly": schedule.weekly, "brief": schedule.brief}.get(report.name, "")
    return f"{day}T{hour[-5:]}" if hour else str(day)


def _fresh(found: list[Freshness], late: str) -> Iterator[Json]:
    """Yield one check for all tables that end on one day; `late` where the whole data do."""

    def same(fresh: Freshness) -> tuple[int, State]:
        return fresh.days, fresh.state

    for (days, state), group in groupby(sorted(found, key=same), same):
        tables = list(group)
        names = [_named(fresh.table) for fresh in tables]
        text = f"{_start(names)}: all of the period is in."
        if days:
            far = f"{count_of(days, 'day')} before the period ends"
            figures = "every figure of the period is" if late else "what they are counted in is"
            so = "" if state == "green" else f"; {figures} provisional"
            text = f"{_start(names)}: nothing newer than {day(tables[0].latest)}, {far}{so}."
        remedy = f"Run the export of {joined(names)} again, or find out why it stopped."
        yield _check("freshness", state, text, remedy, [fresh.table for fresh in tables])


def _complete(found: list[Completeness], fresh: list[Freshness]) -> Iterator[Json]:
    """Yield one check a table, but for a lack that its freshness has told."""
    known = {item.table: item.state for item in fresh}
    for item in found:
        if item.state != "green" and known.get(item.table) in (item.state, "red"):
            continue
        name, week = _named(item.table), f"the week from {day(item.week)}"
        text = f"{_start([name])}: {count_of(item.rows, 'row')} in {week}; {_usual(item)}."
        if item.rows != item.rows:
            text = f"{_start([name])}: {week} is one of holidays, and not judged."
        remedy = f"Compare that week of {name} with the system it comes from, and export it again."
        yield _check("completeness", item.state, text, remedy, [item.table])


def _usual(item: Completeness) -> str:
    if item.usual != item.usual:
        return "too few weeks before it to tell what is usual"
    return f"usual are {number(item.usual, 'count')}, at least {number(item.lower, 'count')}"


def _faulty(found: Faults) -> Json:
    name, share = _named(found.table), number(found.count / found.rows, "share")
    text = f"{_start([name])}: {found.count:,} × {found.what}, {share} of {found.rows:,} rows."
    remedy = f"See the data notes, and mend the export of {name}."
    return _check("faults", found.state, text, remedy, [found.table])


def _equal(found: Agreement, currency: str) -> Json:
    one, other = (
        f"{exact(side.value, found.unit, currency)} by {side.told_by}"
        for side in (found.one, found.other)
    )
    text = f"{found.what.capitalize()}: {one}, {other}."
    remedy = "Run marsale check on the data; if they are sound, report both numbers as a fault."
    return _check("totals", "green" if found.holds else "red", text, remedy, [])


def _check(name: str, state: State, text: str, remedy: str, tables: list[str]) -> Json:
    found: Json = {"name": name, "state": state, "text": text}
    if state == "green":
        return found | {"remedy": "", "who": ""}
    teams = sorted({"Marketing" if table in _MARKETINGS else "Sales" for table in tables})
    who = f"whoever exports the data of {joined(teams)}" if teams else "whoever runs the reports"
    return found | {"remedy": remedy, "who": who}


def _named(table: str) -> str:
    return _NAMES.get(table, table)


def _start(names: list[str]) -> str:
    return joined(names).capitalize()
