"""The month's plan of days with the other team: made, kept, and told to guests and hosts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from report_helpers.data import load
from report_helpers.data.dataset import Dataset
from report_helpers.delivery import message
from report_helpers.delivery.envelope import Body, seal
from report_helpers.delivery.occasions import Occasion
from report_helpers.delivery.press import Press
from report_helpers.periods import Period
from report_helpers.present.formats import count_of, day
from report_helpers.publish import manifest
from report_helpers.publish.promote import promote, recover, staged
from report_helpers.publish.shadow_invitation import invitation
from report_helpers.settings import Recipient, Settings
from report_helpers.teams import shadow_plan, shadow_reasons, shadowing
from report_helpers.teams.cadence import local
from report_helpers.teams.issues import Issue
from report_helpers.teams.letters import Letter
from report_helpers.teams.rota import people
from report_helpers.teams.shadowing import Shadowing

Json = dict[str, Any]


def make(
    press: Press, occasion: Occasion, segment: str, at: datetime, number: int = 1
) -> tuple[Issue, list[Letter]]:
    """Plan a month's visits, keep the plan, and write to everybody who is in it.

    What guests and hosts have agreed stays as it is, so a plan made twice changes nothing.

    Parameters
    ----------
    press : what it takes.
    occasion : the month, by its period, and the day on which it is planned.
    segment : not used: a plan is made for all.
    at : naive UTC time.
    number : 1 for the first plan of the month.
    """
    job = press.job("weekly", occasion.as_of, segment)
    data = load(job.offers["data"], job.offers["mapping"] or None).on(occasion.as_of)
    month = shadowing.month_of(date.fromisoformat(f"{occasion.period}-01"))
    remarks = _plan(press, data, month, occasion.as_of)
    found = [v for v in shadowing.shadowings(data, press.store) if v.day in month]
    visits = [v for v in found if v.status in shadowing.OPEN]
    addresses = {person.name: person.email for person in people(data)}
    facts: Json = {"visits": [_told(v) for v in visits], "not placed": remarks}
    target = job.output.absolute() / "shadowing" / occasion.period
    _write(press, target, visits, (addresses, facts))
    hashed = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    issue = Issue(
        report="shadowing",
        period=occasion.period,
        starts_on=month.start,
        number=number,
        data_hash=hashed,
        facts=facts,
        folder=target.relative_to(job.output.absolute()).as_posix(),
        due_at=occasion.due_at,
        made_at=at,
    )
    return issue, list(_letters(press, issue, visits, addresses))


def _plan(press: Press, data: Dataset, month: Period, on: date) -> list[str]:
    """Plan and keep; return who could not be placed, and why."""
    past = shadowing.shadowings(data, press.store)
    made = shadow_plan.plan(shadow_plan.Month(data, press.company, month, on, past))
    shadowing.keep(press.store, made.visits, month, on)
    return [f"{reason.person}: {reason.why}" for reason in shadow_reasons.reasons(made)]


def _told(visit: Shadowing) -> Json:
    names = ("shadowing_id", "guest", "host", "meeting", "status")
    found = {name: value for name, value in asdict(visit).items() if name in names}
    starts = visit.starts_at.isoformat() if visit.starts_at else None
    return {**found, "day": visit.day.isoformat(), "starts_at": starts}


def _write(
    press: Press, target: Path, visits: list[Shadowing], told: tuple[dict[str, str], Json]
) -> None:
    """Write the invitations and the plan as one folder."""
    addresses, facts = told
    company = press.company
    output = target.parents[1]
    with staged(output) as stage:
        recover(output)
        folder = stage / "plan"
        folder.mkdir()
        for visit in visits:
            content = invitation(visit, company.meeting.time_zone, company.company.name, addresses)
            (folder / f"{visit.shadowing_id}.ics").write_bytes(content)
        manifest.write(folder / "facts.json", facts)
        promote(folder, target)


def _letters(
    press: Press, issue: Issue, visits: list[Shadowing], addresses: dict[str, str]
) -> Iterator[Letter]:
    if not press.company.mail.server:
        return
    for visit in visits:
        for name in (visit.guest, visit.host):
            if addresses.get(name):
                yield message.visit(issue, visit, name, addresses, press.company)
    for reader in press.readers("shadowing", ""):
        yield _overview(issue, visits, reader, press.company)


def _overview(
    issue: Issue, visits: list[Shadowing], reader: Recipient, company: Settings
) -> Letter:
    """Return the letter that tells a reader the whole plan, and who has no day."""
    lines = [
        f"Days with the other team, {issue.starts_on:%B %Y}: {count_of(len(visits), 'visit')}."
    ]
    lines.append("\n".join(_line(visit, company.meeting.time_zone) for visit in visits))
    without = issue.facts["not placed"]
    lines.append("\n".join(["Without a day:", *without]) if without else "Everybody has a day.")
    subject = f"Days with the other team, {issue.starts_on:%B %Y} ({company.company.name})"
    draft = Letter("report", issue.issue_id, reader.address, "", subject, b"", issue.issue_id)
    body = Body("\n\n".join(line for line in lines if line) + "\n")
    return seal(draft, reader.name, body, company, issue.made_at)


def _line(visit: Shadowing, zone: str) -> str:
    at = f", {local(visit.starts_at, zone):%H:%M}" if visit.starts_at else ""
    what = f" ({visit.meeting})" if visit.meeting else ""
    return f"{day(visit.day, year=False)}{at}: {visit.guest} visits {visit.host}{what}"
