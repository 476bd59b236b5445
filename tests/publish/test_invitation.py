"""The invitation: what a calendar needs to know it again, and to be at the right hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from icalendar import Calendar, Event

from report_helpers.publish.invitation import invitation
from report_helpers.teams.meetings import Meeting
from report_helpers.teams.topics import Slot

AGENDA = [Slot("Which, and why; when?\nNow", "Both heads", 10)]
MAIL = {"Zoë, the Head": "zoe@example.com", "Ada": "ada@example.com"}
MEETING = Meeting(
    "2026-11-12",
    datetime(2026, 11, 12, 9),
    "Europe/Berlin",
    place="Room 1",
    attendees=("Zoë, the Head", "Ada", "Bo"),
    changed_at=datetime(2026, 11, 4, 12),
)


def event(meeting: Meeting) -> Event:
    calendar = Calendar.from_ical(invitation(meeting, AGENDA, "Velmarin & Co.", MAIL))
    assert calendar["method"] == "REQUEST"
    found: Event = calendar.walk("VEVENT")[0]
    return found


def test_it_says_when_where_who_and_what_about() -> None:
    found = event(MEETING)
    assert found["dtstart"].dt.astimezone(UTC) == datetime(2026, 11, 12, 9, tzinfo=UTC)
    assert (found["dtend"].dt - found["dtstart"].dt).total_seconds() == 50 * 60
    assert found["dtstart"].params["TZID"] == "Europe/Berlin"
    assert found["location"] == "Room 1"
    assert [str(guest) for guest in found["attendee"]] == [f"mailto:{m}" for m in MAIL.values()]
    assert found["attendee"][0].params["CN"] == "Zoë, the Head"
    assert found["description"].startswith("10 min  Which, and why; when?\nNow (Both heads)")
    assert found["description"].endswith("Also to come: Bo")


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    first = event(MEETING)
    moved = event(replace(MEETING, starts_at=datetime(2026, 11, 13, 9), sequence=1))
    assert first["uid"] == moved["uid"] == "meeting-2026-11-12@velmarin-co.marsale"
    assert (first["sequence"], moved["sequence"]) == (0, 1)


def test_a_cancelled_meeting_is_withdrawn_under_the_same_uid() -> None:
    gone = replace(MEETING, cancelled=True, sequence=2, notes="Trade fair")
    calendar = Calendar.from_ical(invitation(gone, AGENDA, "Velmarin & Co.", MAIL))
    (found,) = calendar.walk("VEVENT")
    assert (calendar["method"], found["status"], found["sequence"]) == ("CANCEL", "CANCELLED", 2)
    assert found["uid"] == event(MEETING)["uid"]
    assert found["organizer"] == event(MEETING)["organizer"]
    assert len(found["attendee"]) == len(MAIL)  # everybody who was invited hears of it
    assert found["description"] == "Cancelled. Trade fair"


@pytest.mark.parametrize(("month", "utc"), [(3, 8), (10, 9)])
def test_the_time_zone_goes_with_it_around_the_change_of_clocks(month: int, utc: int) -> None:
    night = {3: 29, 10: 25}[month]
    meeting = replace(MEETING, starts_at=datetime(2026, month, night, utc))
    raw = invitation(meeting, AGENDA, "V", MAIL)
    assert b"BEGIN:VTIMEZONE" in raw
    assert f"DTSTART;TZID=Europe/Berlin:2026{month:02d}{night}T100000".encode() in raw


def test_a_meeting_in_the_night_in_which_clocks_go_forward_ends_by_the_new_clock() -> None:
    found = event(replace(MEETING, starts_at=datetime(2026, 3, 29, 0, 30)))
    assert found.decoded("dtstart").isoformat() == "2026-03-29T01:30:00+01:00"
    assert found.decoded("dtend").isoformat() == "2026-03-29T03:20:00+02:00"


def test_the_same_meeting_gives_the_same_bytes_in_short_lines() -> None:
    made = invitation(MEETING, AGENDA, "Velmarin", MAIL)
    assert made == invitation(MEETING, AGENDA, "Velmarin", MAIL)
    lines = made.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line for line in lines)


def test_without_addresses_nobody_is_invited_by_mail() -> None:
    calendar = Calendar.from_ical(invitation(MEETING, [], "V", {}))
    assert calendar["method"] == "PUBLISH"
    found = calendar.walk("VEVENT")[0]
    assert "attendee" not in found
    assert "organizer" not in found
