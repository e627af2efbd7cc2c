"""Talks as calendar entries (RFC 5545, and RFC 5546 for what is sent by mail).

Others read one's calendar: an entry says who, when and where, and the address of a page that asks who one is.
"""

from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar, Event, vCalAddress

from app.coaching.addresses import session_address
from app.coaching.queries.invitations import Appointment, Party

REQUEST, CANCEL = "REQUEST", "CANCEL"
STATUS = {"planned": "CONFIRMED", "held": "CONFIRMED", "cancelled": "CANCELLED"}


def calendar_of(appointments: Iterable[Appointment], method: str | None, now: datetime) -> bytes:
    """A calendar file; with a method it is one that a calendar carries out, without one a file to open."""
    calendar = Calendar()
    calendar.add("prodid", "-//Uplift//Coaching//EN")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    for one in appointments:
        calendar.add_component(_entry(one, now))
    file: bytes = calendar.to_ical()
    return file


def _entry(one: Appointment, now: datetime) -> Event:
    entry = Event()
    entry.add("uid", one.uid)
    entry.add("sequence", one.sequence)
    entry.add("dtstamp", now)
    entry.add("dtstart", one.starts_at)
    entry.add("dtend", one.ends_at)
    entry.add("summary", f"Coaching: {one.person.name} and {one.supervisor.name}")
    if one.place:
        entry.add("location", one.place)
    entry.add("description", session_address(one.id))
    entry.add("status", STATUS[one.state])
    entry.add("organizer", _address(one.supervisor))
    entry.add("attendee", _address(one.supervisor, role="CHAIR", partstat="ACCEPTED"))
    entry.add("attendee", _address(one.person, role="REQ-PARTICIPANT", partstat="NEEDS-ACTION", rsvp="FALSE"))
    return entry


def _address(party: Party, **params: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    address.params["CN"] = party.name
    address.params.update({name.upper(): value for name, value in params.items()})
    return address
