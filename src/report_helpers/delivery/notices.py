"""What people are told when a report does not come: that it is held, or late, or that it failed.

Readers get two sentences, the owner every detail. A notice is plain text, and the same event gives
the same bytes, so that nobody is told twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from report_helpers.delivery import outlook
from report_helpers.delivery.envelope import Body, seal
from report_helpers.delivery.journal import Tail
from report_helpers.delivery.occasions import Occasion
from report_helpers.errors import MarsaleError
from report_helpers.periods import WEEK, Period
from report_helpers.present.trust import against, told
from report_helpers.settings import Recipient, Settings
from report_helpers.teams.issues import Issue
from report_helpers.teams.letters import Letter

NAMES = {
    "weekly": "weekly two-way report",
    "brief": "meeting brief",
    "shadowing": "plan of days with the other team",
}
UNEXPECTED = 1  # the exit code of an error that is none of ours
_STATES = {"red": "RED  ", "amber": "AMBER", "green": "green"}

Json = dict[str, Any]


def held(
    issue: Issue,
    recipient: Recipient,
    company: Settings,
    reasons: Sequence[str],
    expected_by: str | None,
) -> Letter:
    """Return the letter that tells a reader why a report is held, and when to expect it.

    When that time has passed and the report is still held, the letter is another one, with the
    next working day.

    Parameters
    ----------
    issue : the issue that is held.
    recipient : who waits for it.
    company : who sends it, and whose clock counts.
    reasons : sentences, as the gate gave them.
    expected_by : an ISO day, with its hour if there is one; None when nobody knows.

    Raises
    ------
    ConfigurationError
        When no sender is set, or an address cannot travel.
    """
    name = _named(issue.report, issue.period, issue.segment)
    until = outlook.hoped(expected_by, issue, company)
    lines = [
        f"The {name} is held, because its numbers cannot be relied on yet. {' '.join(reasons)}",
        outlook.sentence(until, issue, company),
    ]
    subject = f"Held: {name} ({company.company.name})"
    about = issue.issue_id if until == expected_by else f"{issue.issue_id}/{until}"
    draft = Letter("held", about, recipient.address, "", subject, b"", issue.issue_id)
    return seal(draft, recipient.name, _body(lines), company, issue.made_at)


def held_for_owner(issue: Issue, company: Settings) -> Iterator[Letter]:
    """Yield the letter that tells the owner why a report is held: every check, and what to do.

    It is written once for each different verdict, and not at all when no owner is set.

    Raises
    ------
    ConfigurationError
        When no sender is set, or an address cannot travel.
    """
    if not company.mail.owner:
        return
    trust = issue.facts["trust"]
    name = _named(issue.report, issue.period, issue.segment)
    reasons = [told(check) for check in against(trust)]
    every = [f"{_STATES[check['state']]} {check['text']}" for check in trust["checks"]]
    inputs = [f"{i['name']}, sha256 {i['sha256'][:12]}" for i in issue.facts.get("inputs", [])]
    until = outlook.hoped(trust["expected_by"], issue, company)
    expected = outlook.sentence(until, issue, company)
    lines = [
        f"The {name} is held. Its readers have been told why. {expected} It is tried again at "
        f"each tick, for {company.schedule.catch_up_days} days from when it was due.",
        *reasons,
        "Every check:",
        "\n".join(every),
        f"The report as it stands is in the output folder, under {issue.folder}",
        "\n".join(["Made from:", *inputs]),
    ]
    about = f"{issue.issue_id}/owner/{_digest(str(reasons))}"
    subject = f"Held: {name}, what to do ({company.company.name})"
    draft = Letter("held", about, company.mail.owner, "", subject, b"", issue.issue_id)
    yield seal(draft, "", _body(lines), company, issue.made_at)


def late(occasion: Occasion, recipient: Recipient, company: Settings, why: str) -> Letter:
    """Return the letter that tells a reader that a report is late.

    Parameters
    ----------
    occasion : what was due.
    recipient : who waits for it.
    company : who sends it.
    why : the reason, as the end of a sentence that begins with "because".

    Raises
    ------
    ConfigurationError
        When no sender is set, or an address cannot travel.
    """
    name = _named(occasion.report, occasion.period, recipient.segment)
    lines = [
        f"The {name} is late: {why.rstrip('.')}.",
        "Those who look after it have been told. It comes as soon as it is made; there is nothing "
        "for you to do.",
    ]
    made_of = (f"{occasion.report}-{occasion.period}", recipient.segment)
    about = "/".join(part for part in made_of if part)  # the name that its issue will have
    subject = f"Late: {name} ({company.company.name})"
    draft = Letter("late", about, recipient.address, "", subject, b"")
    return seal(draft, recipient.name, _body(lines), company, occasion.due_at)


def failure(
    occasion: Occasion, company: Settings, error: BaseException, tail: Tail, command: str
) -> Letter:
    """Return the letter that tells the owner what failed, and how to run it again.

    It has one name for each command and class of error, so that a report that fails at each tick
    in the same way is told of once.

    Parameters
    ----------
    occasion : what was due.
    company : who sends it, and to which owner.
    error : what was raised.
    tail : the last lines of the log, and what must not be written.
    command : the words that run the report again.

    Raises
    ------
    ConfigurationError
        When no sender is set, or an address cannot travel.
    """
    name = _named(occasion.report, occasion.period, "")
    code = error.exit_code if isinstance(error, MarsaleError) else UNEXPECTED
    lines = [
        f"The {name}, due at {occasion.due_at:%Y-%m-%d %H:%M} UTC as of {occasion.as_of}, could "
        "not be made or handed over.",
        tail.blotted("\n".join(_told(error))),
        f"Exit code {code}; what it means: docs/commands.md, Exit codes.",
        f"To run it again:\n    {tail.blotted(command)}",
        "It is tried again at each tick, for "
        f"{company.schedule.catch_up_days} days from when it was due.",
        "\n".join(["The end of the log:", *(f"    {line}" for line in tail.lines)]),
    ]
    about = f"{occasion.about}/{type(error).__name__}/{_digest(command)}"
    subject = f"Failed: {name}, {type(error).__name__} ({company.company.name})"
    draft = Letter("failure", about, company.mail.owner, "", subject, b"")
    return seal(draft, "", _body(lines), company, occasion.due_at)


def _told(error: BaseException) -> Iterator[str]:
    """Yield what an error says, then what caused it, each with its class."""
    seen: BaseException | None = error
    lead = ""
    while seen is not None:
        yield f"{lead}{type(seen).__name__}: {seen}"
        seen, lead = seen.__cause__, "  caused by "


def _named(report: str, period: str, segment: str) -> str:
    scope = f", segment {segment}" if segment else ""
    return f"{NAMES.get(report, report)} for {_weeks(period)}{scope}"


def _weeks(key: str) -> str:
    """Return the key of a period in words.

    Examples
    --------
    >>> _weeks("2026-W44"), _weeks("2026-W53-2027-W01"), _weeks("2026-12")
    ('week 44 of 2026', 'week 53 of 2026 and week 1 of 2027', '2026-12')
    """
    found = re.findall(r"(?:(\d{4})-)?W(\d\d)", key)
    if not found:
        return key
    (year, first), (last_year, last) = found[0], found[-1]
    start = date.fromisocalendar(int(year), int(first), 1)
    end = date.fromisocalendar(int(last_year or year), int(last), 1) + WEEK
    return Period(start, end).label


def _body(paragraphs: Sequence[str]) -> Body:
    """Return paragraphs as plain text; their lines are not folded, so that a phone can do it."""
    return Body("\n\n".join(paragraphs) + "\n")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
