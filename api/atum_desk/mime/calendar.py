"""Calendar parts as invitations: what, when, where and who asks (RFC 5545, RFC 5546, RFC 6047)."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from .charset import clean_text, decode_text
from .models import Address, Invitation

CALENDAR_TYPES = ("text/calendar", "application/ics")
LARGEST_CALENDAR_BYTES = 1_000_000
MAX_EVENTS = 10
MAX_WORDS = 500
_COMPONENT = re.compile(rb"^BEGIN:V(?:EVENT|TODO)\b", re.IGNORECASE | re.MULTILINE)


def read_invitations(content: bytes, method: str, charset: str | None) -> tuple[Invitation, ...]:
    """Return the events of a calendar part, the first ten; none when it cannot be read.

    `method` is the parameter of its Content-Type, which the calendar's own METHOD goes before.
    """
    if len(content) > LARGEST_CALENDAR_BYTES or not _COMPONENT.search(content):
        return ()
    # Imported where it is used: it and its time zones take 3 MB of each process that knows mail.
    from icalendar import Calendar

    text, _problem = decode_text(content, charset or "utf-8")
    try:
        calendar = Calendar.from_ical(text)
        wanted = str(calendar.get("method") or method).upper()[:20]
        events = [one for one in calendar.walk() if one.name in ("VEVENT", "VTODO")]
        return tuple(_invitation(one, wanted) for one in events[:MAX_EVENTS])
    except Exception:
        # The library raises what it likes for what is no calendar; the part stays an attachment.
        return ()


def _invitation(event: Any, method: str) -> Invitation:
    attendees = event.get("attendee", [])
    starts = _moment(event.get("dtstart"))
    rule = event.get("rrule")
    return Invitation(
        method=method,
        summary=_words(event.get("summary")),
        starts=starts[0],
        ends=_end(event),
        zone=starts[1],
        where=_words(event.get("location")),
        organizer=_person(event.get("organizer")),
        attendees=len(attendees) if isinstance(attendees, list) else 1,
        status=_words(event.get("status"))[:30].lower(),
        repeats=_words(rule.to_ical().decode("utf-8", "replace")) if rule else "",
    )


def _words(value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return " ".join(clean_text(str(first)).split())[:MAX_WORDS] if first else ""


def _moment(value: Any) -> tuple[str | None, str | None]:
    """Return a moment as ISO 8601 without its zone's offset where it has a zone of a name."""
    moment = getattr(value, "dt", None)
    if isinstance(moment, datetime):
        zone = str(value.params.get("TZID", "")) or ("UTC" if moment.tzinfo else "")
        return moment.isoformat(timespec="minutes"), clean_text(zone)[:100] or None
    if isinstance(moment, date):
        return moment.isoformat(), None
    return None, None


def _end(event: Any) -> str | None:
    for name in ("dtend", "due"):
        if event.get(name):
            return _moment(event.get(name))[0]
    start, length = getattr(event.get("dtstart"), "dt", None), event.get("duration")
    if start is None or length is None:
        return None
    end = start + length.dt
    return end.isoformat(timespec="minutes") if isinstance(end, datetime) else str(end.isoformat())


def _person(value: Any) -> Address | None:
    if value is None:
        return None
    address = str(value)
    if address.lower().startswith("mailto:"):
        address = address[7:]
    name = str(value.params.get("CN", "")) if hasattr(value, "params") else ""
    return Address(_words(name), _words(address))
