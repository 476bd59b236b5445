"""An issue with its files, and a company with readers: what letters are made from in tests."""

from datetime import date, datetime

from report_helpers.settings import Company, Mail, Recipient, Replies, Settings
from report_helpers.teams.issues import Issue

TEAMS = ("marketing", "sales")
MADE_AT = datetime(2026, 11, 2, 6, 30)
SALES = Recipient(address="ann@b.example", name="Ann Lee", team="sales")
MARKETING = Recipient(address="max@b.example", name="Max", team="marketing")
BOTH = Recipient(address="boss@b.example")
ITEM = {
    "id": "N41",
    "kind": "Request",
    "team": "marketing",
    "author": "Mateo",
    "owner": "Katrin",
    "text": "Please call the referrals first.",
    "written_on": "2026-10-28",
    "due_on": "2026-11-05",
    "overdue": "",
    "figure": "Speed to lead: 23.0 h; a signal: up",
}
LATE = {**ITEM, "id": "N27", "text": "Hire.", "due_on": "2026-10-30", "overdue": "5 days"}
ASKED = {**ITEM, "id": "N52", "team": "sales", "author": "Yusuf", "text": "Who calibrates?"}
OWN = {**ITEM, "id": "N48", "kind": "Action", "text": "Listen in.", "due_on": None}
FIGURE = {
    "metric": "speed_to_lead",
    "basis": "median",
    "team": "sales",
    "label": "Speed to lead",
    "value": "23.0 h",
    "rests_on": "37 quality leads",
    "n": 37.0,
    "verdict": "signal",
    "improved": False,
    "said": "above the limit of 10.9 h",
}
CALM = {**FIGURE, "metric": "mqls", "basis": "", "label": "Quality leads (MQL)", "value": "37"}
CALM |= {"verdict": "none", "improved": None, "said": "usually 13 to 54", "rests_on": ""}
CHANGES = [
    {"lead": "Speed to lead 23.0 h", "text": "above the limit of 10.9 h.", "tone": "bad"},
    {"lead": "Inquiries 24", "text": "above the limit of 18.", "tone": "good"},
    {"lead": "The rest", "text": "12 figures within the usual range: noise.", "tone": "muted"},
]
MEETING = {
    "meeting_id": "2026-11-12",
    "starts_at": "2026-11-12T09:00:00",
    "time_zone": "Europe/Berlin",
    "minutes": 50,
    "place": "Room 1",
    "attendees": ["Ann Lee", "Max", "Bo"],
    "topics": [],
    "held": False,
    "sequence": 1,
    "notes": "",
    "changed_at": None,
    "agenda": [
        {"question": "Which action closes?", "owner": "Both heads", "minutes": 10, "topic": ""},
        {"question": "Which source do we mend?", "owner": "Ann", "minutes": 40, "topic": "market"},
    ],
}


def owed(items, asked=0, count=0):
    """Return what a team owes; of more than is named, only the count."""
    late = sum(bool(item["overdue"]) for item in items)
    found = {"count": count or len(items), "overdue": late}
    return {**found, "asked": {**found, "count": asked}, "items": items}


def summary(**more):
    """Return what a report says of itself."""
    head = {"company": "Velmarin", "report": "Weekly two-way report", "scope": ""}
    head |= {"period": "Week 44 of 2026", "dates": "Mon 26 Oct 2026 to Sun 1 Nov 2026"}
    owes = {
        "marketing": owed([ASKED, OWN], asked=1),
        "sales": owed([LATE, ITEM], asked=2),
    }
    found = {"head": head, "figures": [FIGURE, CALM], "changes": CHANGES, "owes": owes}
    return {**found, "meeting": None, **more}


def issue(*, facts=None, said=None, **more):
    """Return an issue of the weekly report."""
    frozen = {"summary": said or summary(), **(facts or {})}
    given = {"facts": frozen, "folder": "weekly/2026-W44", "made_at": MADE_AT, **more}
    return Issue("weekly", "2026-W44", date(2026, 10, 26), **given)


def company(*, replies="", **mail):
    """Return a company that sends mail."""
    given = {"sender": "reports@b.example", "recipients": (SALES, MARKETING, BOTH), **mail}
    return Settings(
        company=Company(name="Velmarin"), mail=Mail(**given), replies=Replies(address=replies)
    )
