"""The invitation to a visit, for guest and host, as an .ics file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from report_helpers.teams.cadence import local
from report_helpers.teams.shadowing import Shadowing

PRODUCT = "-//MarSale Report Kit//Shadowing//EN"
LENGTH = timedelta(hours=1)


def invitation(
    visit: Shadowing, time_zone: str, company: str, addresses: Mapping[str, str]
) -> bytes:
    """Return the invitation to a visit, or its withdrawal when the visit is cancelled.

    The UID is made of the visit's identifier and never changes, SEQUENCE rises with each change.
    A visit of which only the day is known fills the whole day. The same visit gives the same bytes.

    Parameters
    ----------
    visit : guest, host, and what there is to see.
    time_zone : IANA name of the zone whose clocks are shown.
    company : whose visit it is.
    addresses : mail address by name; who has none is named in the title alone.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    cancelled = visit.status == "cancelled"
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    event = Event()
    event.add("uid", f"shadowing-{visit.shadowing_id}@marsale.invalid")
    event.add("sequence", visit.sequence)
    stamp = visit.changed_at or datetime(visit.day.year, visit.day.month, visit.day.day)
    event.add("dtstamp", stamp.replace(tzinfo=UTC))
    _when(event, visit, time_zone)
    event.add("summary", f"{visit.guest} visits {visit.host}: {visit.meeting or 'a day'}")
    told = f"{company}: a day with the other team. Afterwards, write down what you learnt."
    event.add("description", told)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    _attendees(event, visit, addresses)
    calendar.add_component(event)
    if visit.starts_at is not None:
        calendar.add_missing_timezones(
            date(visit.day.year - 1, 1, 1), date(visit.day.year + 2, 1, 1)
        )
    return bytes(calendar.to_ical())


def _when(event: Event, visit: Shadowing, time_zone: str) -> None:
    if visit.starts_at is None:
        event.add("dtstart", visit.day)
        event.add("dtend", visit.day + timedelta(days=1))
        return
    event.add("dtstart", local(visit.starts_at, time_zone))
    event.add("dtend", local(visit.starts_at + LENGTH, time_zone))


def _attendees(event: Event, visit: Shadowing, addresses: Mapping[str, str]) -> None:
    """Add guest and host; the host, whose meeting it is, organises."""
    for name in (visit.host, visit.guest):
        if addresses.get(name):
            mail = f"mailto:{addresses[name]}"
            if name == visit.host:
                event.add("organizer", _named(vCalAddress(mail), name), encode=False)
            guest = _named(vCalAddress(mail), name)
            guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
            guest.params["RSVP"] = vText("TRUE")
            event.add("attendee", guest, encode=False)


def _named(address: vCalAddress, name: str) -> vCalAddress:
    address.params["CN"] = vText(name)
    return address
