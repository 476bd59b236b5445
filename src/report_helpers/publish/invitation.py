"""The invitation to a meeting, as the .ics file every calendar reads (RFC 5545, RFC 5546)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from report_helpers.teams.meetings import Meeting
from report_helpers.teams.topics import Slot

PRODUCT = "-//MarSale Report Kit//Meeting//EN"


def invitation(
    meeting: Meeting,
    agenda: Sequence[Slot],
    company: str,
    addresses: Mapping[str, str],
) -> bytes:
    """Return the invitation to a meeting, or its withdrawal when the meeting is cancelled.

    Its UID is made of the company and the meeting's day in the rhythm and never changes; its
    SEQUENCE rises with each change of the meeting, so that calendars move what they have instead of
    adding to it. The same meeting gives the same bytes.

    Parameters
    ----------
    meeting : the meeting, as kept.
    agenda : what is to be decided; becomes the description. Of a cancelled meeting it is why.
    company : whose meeting it is.
    addresses : mail address by name; who has none is named in the description.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", _method(meeting, addresses))
    calendar.add_component(_event(meeting, agenda, company, addresses))
    year = meeting.local.year
    calendar.add_missing_timezones(date(year - 1, 1, 1), date(year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _event(
    meeting: Meeting, agenda: Sequence[Slot], company: str, addresses: Mapping[str, str]
) -> Event:
    event = Event()
    event.add("uid", f"meeting-{meeting.meeting_id}@{_domain(company)}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", (meeting.changed_at or meeting.starts_at).replace(tzinfo=UTC))
    event.add("dtstart", meeting.local)
    event.add("dtend", _end(meeting))
    event.add("summary", f"{company}: Marketing and Sales meeting")
    if meeting.place:
        event.add("location", meeting.place)
    event.add("description", _description(meeting, agenda, addresses))
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    for place, name in enumerate(_reached(meeting, addresses)):
        if place == 0:
            event.add("organizer", _address(name, addresses[name]), encode=False)
        event.add("attendee", _guest(name, addresses[name]), encode=False)
    return event


def _method(meeting: Meeting, addresses: Mapping[str, str]) -> str:
    """Return what calendars are to do; where nobody has an address, nobody is asked to answer."""
    if meeting.cancelled:
        return "CANCEL"
    return "REQUEST" if _reached(meeting, addresses) else "PUBLISH"


def _reached(meeting: Meeting, addresses: Mapping[str, str]) -> list[str]:
    return [name for name in meeting.attendees if addresses.get(name)]


def _end(meeting: Meeting) -> datetime:
    """Return when it ends on the clocks there, also in a night in which they change."""
    ends = meeting.starts_at.replace(tzinfo=UTC) + timedelta(minutes=meeting.minutes)
    return ends.astimezone(meeting.local.tzinfo)


def _address(name: str, mail: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mail}")
    address.params["CN"] = vText(name)
    return address


def _guest(name: str, mail: str) -> vCalAddress:
    guest = _address(name, mail)
    guest.params["ROLE"] = vText("REQ-PARTICIPANT")
    guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
    guest.params["RSVP"] = vText("TRUE")
    return guest


def _description(meeting: Meeting, agenda: Sequence[Slot], addresses: Mapping[str, str]) -> str:
    if meeting.cancelled:
        return f"Cancelled. {meeting.notes}".strip()
    lines = [f"{slot.minutes} min  {slot.question} ({slot.owner})" for slot in agenda]
    without = [name for name in meeting.attendees if not addresses.get(name)]
    told = [f"Also to come: {', '.join(without)}"] if without else []
    return "\n".join([*lines, *told])


def _domain(company: str) -> str:
    """Return a company's name as the part of a UID behind the @.

    Examples
    --------
    >>> _domain("Velmarin Instruments"), _domain("Åß & Co.")
    ('velmarin-instruments.marsale', 'åß-co.marsale')
    """
    words = "".join(c if c.isalnum() else " " for c in company.lower()).split()
    return f"{'-'.join(words) or 'company'}.marsale"
