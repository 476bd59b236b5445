"""When a report that is held may be expected, and from when on it does not come any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from report_helpers.delivery.occasions import zone
from report_helpers.present.formats import day
from report_helpers.settings import Settings
from report_helpers.teams.cadence import Cadence, local
from report_helpers.teams.issues import Issue

ONE_DAY = timedelta(days=1)


def hoped(expected_by: str | None, issue: Issue, company: Settings) -> str | None:
    """Return when a report is expected; where that has passed, the same hour of a later day.

    Parameters
    ----------
    expected_by : an ISO day, with its hour if there is one; None when nobody knows.
    issue : the issue that is held.
    company : whose working days and clocks count.
    """
    if expected_by is None:
        return None
    at, calendar = datetime.fromisoformat(expected_by), Cadence.of(company)
    hour, made = expected_by[10:], _local(issue.made_at, company)
    while at <= made or not calendar.is_working_day(at.date()):
        at += ONE_DAY
    return f"{at.date()}{hour}"


def sentence(until: str | None, issue: Issue, company: Settings) -> str:
    """Say when a report is expected, or until when it can still come.

    Parameters
    ----------
    until : when it is hoped for, as :func:`hoped` gives it.
    issue : the issue that is held.
    company : whose clocks count, and how long what was missed is made up for.
    """
    if until is None:
        return "It comes as soon as the data are right."
    end = _end(issue, company)
    if end is None or datetime.fromisoformat(until) <= end:
        return f"It is expected by {_moment(until, company)}."
    if end <= _local(issue.made_at, company):
        return "It does not come any more."
    last = _moment(end.isoformat(), company)
    return f"It comes if the data are right by {last}, and else not at all."


def _end(issue: Issue, company: Settings) -> datetime | None:
    """Return from when on a report is not made any more: it is too old, or its meeting begins."""
    if issue.due_at is None:
        return None
    end = issue.due_at + company.schedule.catch_up_days * ONE_DAY
    meeting = issue.facts.get("summary", {}).get("meeting")
    if meeting:
        end = min(end, datetime.fromisoformat(meeting["starts_at"]))
    return _local(end, company)


def _local(at: datetime, company: Settings) -> datetime:
    return local(at, zone(company)).replace(tzinfo=None)


def _moment(iso: str, company: Settings) -> str:
    """Return an ISO day, or moment on the schedule's clocks, in words."""
    at = datetime.fromisoformat(iso)
    return day(at) + (f", {at:%H:%M} ({zone(company)})" if "T" in iso else "")
