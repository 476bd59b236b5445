"""What a mail says to one reader, in the order it matters to them; both its forms show the same."""

from __future__ import annotations

from datetime import date
from typing import Any

from report_helpers.errors import DeliveryError
from report_helpers.present.findings import TEAM_NAMES
from report_helpers.present.formats import count_of, day, joined
from report_helpers.present.meeting import hours
from report_helpers.present.summary import thawed
from report_helpers.present.trust import against
from report_helpers.settings import Recipient
from report_helpers.teams.exchange import OTHER
from report_helpers.teams.issues import Issue
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.replies import reference

Json = dict[str, Any]
OWN, OTHERS, SIGNALS = 5, 3, 5
"""Items shown of what a reader's team owes, and of what others owe; signals shown."""
WAYS = {"good": "for the better", "bad": "for the worse"}
_QUIET = "no figure left its usual range"


def content(issue: Issue, recipient: Recipient) -> Json:
    """Return what a mail about an issue says to a reader.

    Returns
    -------
    dict
        ``head`` · ``alerts``, sentences that come before all others · ``first``, the two or three
        lines that matter most, each a label and its text · ``meeting`` with its ``agenda``, or
        None · ``own`` and ``others``, lists of items: what the reader's team owes, and the rest ·
        ``signals``, how many ``more`` there are, and what is ``quiet`` · ``figures``.

    Raises
    ------
    DeliveryError
        When the issue was made without a summary.
    """
    summary = _summary(issue)
    signals, coming = _signals(summary), meeting_of(issue)
    lists = _owed(summary, recipient.team)
    return {
        "head": summary["head"],
        "alerts": _alerts(issue, summary),
        "first": _first(summary, recipient.team),
        "meeting": None if coming is None else _meeting(summary, coming),
        "own": lists[:1] if recipient.team else [],
        "others": lists[1:] if recipient.team else lists,
        "signals": signals[:SIGNALS],
        "more": len(signals) - SIGNALS,
        "quiet": [c for c in summary["changes"] if c["tone"] in ("info", "muted")],
        "figures": [dict(figure) for figure in summary["figures"]],
    }


def subject(issue: Issue, recipient: Recipient) -> str:
    """Return the subject: when, the one thing that matters, and which report of whom."""
    summary = _summary(issue)
    head, coming = summary["head"], meeting_of(issue)
    about = ", ".join(part for part in (head["report"], head["company"], head["scope"]) if part)
    when, matters = head["period"], _matters(summary, recipient.team)
    if coming is not None:
        when = f"Meeting {day(coming.day, year=False)}, {coming.local:%H:%M}"
        agenda = summary["meeting"]["agenda"]
        matters = next((slot["question"] for slot in agenda if slot["topic"]), matters)
    corrected = "Corrected: " if issue.number > 1 else ""
    return f"{corrected}{when}: {matters} ({about})"


def meeting_of(issue: Issue) -> Meeting | None:
    """Return the meeting an issue prepares, if it prepares one."""
    kept = _summary(issue)["meeting"]
    return None if kept is None else thawed(kept)[0]


def _summary(issue: Issue) -> Json:
    if "summary" not in issue.facts:
        raise DeliveryError(
            "its figures were frozen without a summary, so no mail can be written",
            where=issue.issue_id,
            remedy="make the report again with this version",
        )
    found: Json = issue.facts["summary"]
    return found


def _signals(summary: Json) -> list[Json]:
    return [{**c, "way": WAYS[c["tone"]]} for c in summary["changes"] if c["tone"] in WAYS]


def _matters(summary: Json, team: str) -> str:
    signals = _signals(summary)
    if signals:
        return f"{signals[0]['lead']}, a signal {signals[0]['way']}"
    late = [_late(summary, name) for name in (team,) if name] or [
        _late(summary, name) for name in OTHER
    ]
    return joined([text for text in late if text]) or _QUIET


def _late(summary: Json, team: str) -> str:
    overdue = summary["owes"][team]["overdue"]
    return f"{TEAM_NAMES[team]} owes {overdue} overdue" if overdue else ""


def _alerts(issue: Issue, summary: Json) -> list[str]:
    """Return what readers must know before they read a figure."""
    doubts = [check["text"] for check in against(issue.facts.get("trust", {"checks": []}))]
    told = [f"Read with care: {' '.join(doubts)}"] if doubts else []
    told += [f"{c['lead']}: {c['text']}" for c in summary["changes"] if c["tone"] == "watch"]
    if issue.number > 1:
        told.append(f"Corrected: this is issue {issue.number}, in place of the one you had.")
    return told


def _first(summary: Json, team: str) -> list[tuple[str, str]]:
    """Return the lines that say in ten seconds what happened, what is owed, and when."""
    names = [team] if team else list(OTHER)
    owed = [(f"{TEAM_NAMES[name]} owes", _how_much(summary["owes"][name])) for name in names]
    happened = [("What happened", _happened(summary))]
    return [*owed, *happened] if team else [*happened, *owed]


def _happened(summary: Json) -> str:
    signals = _signals(summary)
    if not signals:
        return f"{_QUIET[0].upper()}{_QUIET[1:]}."
    first, *rest = signals
    more = [
        f"{count} more {way}"
        for tone, way in reversed(WAYS.items())
        if (count := sum(signal["tone"] == tone for signal in rest))
    ]
    return f"{first['lead']}, a signal {first['way']}{'; ' + joined(more) if more else ''}."


def _how_much(owes: Json) -> str:
    """Say how much a team owes, how much of it is late, and when the next is due."""
    if not owes["count"]:
        return "Nothing is open."
    what = count_of(owes["count"], "answer or action", "answers and actions")
    late = f", {owes['overdue']} overdue" if owes["overdue"] else ""
    days = [item["due_on"] for item in owes["items"] if item["due_on"] and not item["overdue"]]
    return f"{what}{late}{'; next due ' + _day(min(days)) if days else ''}."


def _owed(summary: Json, team: str) -> list[Json]:
    """Return what a reader's team owes and waits for; without a team, what each owes."""
    owes = summary["owes"]
    if not team:
        return [_list(f"{TEAM_NAMES[name]} owes", owes[name], OWN) for name in OTHER]
    other = next(name for name in OTHER if name != team)
    asked = [item for item in owes[other]["items"] if item["team"] == team]
    waits = {**owes[other]["asked"], "items": asked}
    name, theirs = TEAM_NAMES[team], TEAM_NAMES[other]
    return [
        _list(f"{name} owes", owes[team], OWN),
        _list(f"{name} waits for {theirs}", waits, OTHERS),
    ]


def _list(title: str, owes: Json, shown: int) -> Json:
    items = [_item(item) for item in owes["items"][:shown]]
    late = f", {owes['overdue']} overdue" if owes["overdue"] else ""
    count = f"{owes['count']} open{late}" if owes["count"] else "nothing open"
    return {"title": title, "count": count, "items": items, "more": owes["count"] - len(items)}


def _item(item: Json) -> Json:
    return {**item, "state": _state(item), "who": _who(item), "mark": reference(item["id"])}


def _state(item: Json) -> str:
    if item["overdue"]:
        return f"overdue by {item['overdue']}, was due {_day(item['due_on'])}"
    if item["due_on"]:
        return f"due {_day(item['due_on'])}"
    return f"open since {_day(item['written_on'])}"


def _who(item: Json) -> str:
    """Say who is to act, and who asks."""
    if item["kind"] == "Action":
        return str(item["owner"] or item["author"] or TEAM_NAMES[item["team"]])
    author = ", ".join(part for part in (item["author"], TEAM_NAMES[item["team"]]) if part)
    return f"from {author}" + (f", to {item['owner']}" if item["owner"] else "")


def _meeting(summary: Json, coming: Meeting) -> Json:
    return {
        "day": day(coming.day),
        "hours": hours(coming),
        "who": joined(list(coming.attendees)),
        "agenda": summary["meeting"]["agenda"],
    }


def _day(text: str) -> str:
    return day(date.fromisoformat(text), year=False)
