"""The invitation to a visit, read back as a calendar reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from icalendar import Calendar, Event

from report_helpers.publish.shadow_invitation import invitation
from report_helpers.teams.shadowing import Shadowing

VISIT = Shadowing(
    "202611-0caaef88",
    "Rosalind, the Head",
    "Tomasz Wójcik",
    date(2026, 11, 9),
    "Pipeline; review",
    datetime(2026, 11, 9, 9),
)
ADDRESSES = {"Tomasz Wójcik": "tomasz@firm.example", "Rosalind, the Head": "r@firm.example"}


def read(visit: Shadowing, addresses: dict[str, str] = ADDRESSES) -> tuple[str, Event]:
    calendar = Calendar.from_ical(invitation(visit, "Europe/Berlin", "Firm", addresses))
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def test_the_meeting_is_at_the_hour_of_the_time_zone() -> None:
    method, event = read(VISIT)
    assert (method, event["SEQUENCE"], event["STATUS"]) == ("REQUEST", 0, "CONFIRMED")
    assert event.decoded("DTSTART").isoformat() == "2026-11-09T10:00:00+01:00"
    assert event["SUMMARY"] == "Rosalind, the Head visits Tomasz Wójcik: Pipeline; review"
    assert [str(a) for a in event["ATTENDEE"]] == [
        "mailto:tomasz@firm.example",
        "mailto:r@firm.example",
    ]
    assert event["ORGANIZER"] == "mailto:tomasz@firm.example"


def test_a_cancelled_visit_is_withdrawn_under_the_same_uid() -> None:
    method, event = read(replace(VISIT, status="cancelled", sequence=2))
    assert (method, event["SEQUENCE"], event["STATUS"]) == ("CANCEL", 2, "CANCELLED")
    assert event["UID"] == read(VISIT)[1]["UID"]


def test_a_visit_without_an_hour_fills_the_day() -> None:
    _, event = read(replace(VISIT, starts_at=None))
    assert event.decoded("DTSTART") == date(2026, 11, 9)
    assert event.decoded("DTEND") == date(2026, 11, 10)


def test_people_without_an_address_are_named_in_the_title_alone() -> None:
    _, event = read(VISIT, {})
    assert "ATTENDEE" not in event
    assert "ORGANIZER" not in event


def test_the_same_visit_gives_the_same_bytes() -> None:
    made = [invitation(VISIT, "Europe/Berlin", "Firm", ADDRESSES) for _ in range(2)]
    assert made[0] == made[1]
