"""Calendar parts are told as invitations."""

from __future__ import annotations

import pytest

from atum_desk.mime import Address, parse_mail

EVENT = """BEGIN:VCALENDAR
METHOD:{method}
PRODID:-//Example//EN
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
SUMMARY:Drucker\\, Besprechung
DTSTART;TZID=Europe/Oslo:20261201T140000
DTEND;TZID=Europe/Oslo:20261201T153000
LOCATION:Raum 4
ORGANIZER;CN=Ann Example:mailto:ann@example.org
ATTENDEE;CN=Mina:mailto:mina@example.org
ATTENDEE:mailto:bob@example.org
STATUS:CONFIRMED
RRULE:FREQ=WEEKLY;COUNT=3
END:VEVENT
END:VCALENDAR
"""


def mail(calendar: str, content_type: str = "text/calendar; charset=utf-8; method=REQUEST") -> bytes:
    return f"""From: ann@example.org
Subject: Besprechung
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

Bitte kommt.
--b
Content-Type: {content_type}

{calendar}
--b--
""".replace("\n", "\r\n").encode()


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "REPLY"])
def test_an_invitation_says_what_when_where_and_who(method: str) -> None:
    parsed = parse_mail(mail(EVENT.format(method=method)))
    (one,) = parsed.invitations
    assert (one.method, one.summary, one.where) == (method, "Drucker, Besprechung", "Raum 4")
    assert (one.starts, one.ends, one.zone) == ("2026-12-01T14:00+01:00", "2026-12-01T15:30+01:00", "Europe/Oslo")
    assert one.organizer == Address("Ann Example", "ann@example.org")
    assert (one.attendees, one.status, one.repeats) == (2, "confirmed", "FREQ=WEEKLY;COUNT=3")
    assert parsed.text.strip() == "Bitte kommt."
    assert [part.mime_type for part in parsed.attachments] == ["text/calendar"]


def test_whole_days_lengths_and_tasks_are_told() -> None:
    calendar = """BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Ferien
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261227
END:VEVENT
BEGIN:VEVENT
SUMMARY:Anruf
DTSTART:20261201T090000Z
DURATION:PT45M
END:VEVENT
BEGIN:VTODO
SUMMARY:Toner
DUE:20261202T100000
END:VTODO
END:VCALENDAR"""
    days, call, task = parse_mail(mail(calendar)).invitations
    assert (days.method, days.starts, days.ends, days.zone) == ("REQUEST", "2026-12-24", "2026-12-27", None)
    assert (call.starts, call.ends, call.zone) == ("2026-12-01T09:00+00:00", "2026-12-01T09:45+00:00", "UTC")
    assert (task.starts, task.ends) == (None, "2026-12-02T10:00")


@pytest.mark.parametrize(
    "calendar",
    [
        "",
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT\nSUMMARY",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:never\nEND:VEVENT",
        "BEGIN:VEVENT\nDTSTART;TZID=Nowhere/At All:20261301T990000\nEND:VEVENT\x00",
        EVENT[:300],
        "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 3000,
        "BEGIN:VCALENDAR\n" + "x" * 200_000 + "\nBEGIN:VEVENT",
    ],
)
def test_what_is_no_calendar_stays_a_file(calendar: str) -> None:
    parsed = parse_mail(mail(calendar))
    assert all(one.summary == "" for one in parsed.invitations)
    assert len(parsed.attachments) == 1


def test_an_endless_calendar_is_told_up_to_ten_events_and_not_repeated() -> None:
    event = EVENT.format(method="REQUEST").partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0]
    many = "BEGIN:VCALENDAR\n" + f"BEGIN:VEVENT{event}END:VEVENT\n" * 50 + "END:VCALENDAR"
    assert len(parse_mail(mail(many)).invitations) == 1
    different = "BEGIN:VCALENDAR\n" + "".join(f"BEGIN:VEVENT\nSUMMARY:{n}\nEND:VEVENT\n" for n in range(50))
    assert len(parse_mail(mail(different + "END:VCALENDAR")).invitations) == 10
