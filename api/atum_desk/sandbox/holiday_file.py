"""Whole days of a calendar file (RFC 5545): events without a time of day, and their recurrences.

Runs in a child process only (ADR 0060): a short rule may describe days without end, or none at all.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from atum_desk.sandbox.tasks import FileHoliday, HolidayFile

CPU_SECONDS = 5.0
MOST_EVENTS = 5_000
MOST_DAYS_OF_AN_EVENT = 366
NAME_CHARACTERS = 200
_FREQUENCY = re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)\b")
# A whole day has no time of day, so an end of the rule has none either.
_UNTIL = re.compile(r"(UNTIL=\d{8})(T\d{6}Z?)?")


class _Refused(Exception):
    """The file cannot be used; the argument is the word for it."""


def read_holidays(raw: bytes, first: date, last: date, most: int) -> HolidayFile:
    """Return the whole days of a file from `first` to `last`, at most `most` of them."""
    try:
        with _limited_time():
            found = _days(_events(raw), first, last, most)
    except _Refused as refused:
        return HolidayFile((), refused.args[0])
    if not found:
        return HolidayFile((), "empty")
    return HolidayFile(tuple(FileHoliday(day, found[day]) for day in sorted(found)))


@contextmanager
def _limited_time() -> Iterator[None]:
    """Give up after so many seconds of the processor: the library walks to the year 9999 for a rule without days."""

    def give_up(_number: int, _frame: Any) -> None:
        raise _Refused("long")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _events(raw: bytes) -> list[Any]:
    try:
        calendars = Calendar.from_ical(raw.decode("utf-8-sig", "replace"), multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except _Refused:
        raise
    except Exception:
        # The library raises what it likes for what is no calendar.
        raise _Refused("format") from None
    if len(events) > MOST_EVENTS:
        raise _Refused("many")
    return events


def _days(events: list[Any], first: date, last: date, most: int) -> dict[date, str]:
    # An event that says of which recurrence it is replaces that one.
    replaced = {(str(event.get("uid")), _whole_day(event.get("recurrence-id"))) for event in events}
    found: dict[date, str] = {}
    for event in events:
        start = _whole_day(event.get("dtstart"))
        if start is None or str(event.get("status", "")).upper() == "CANCELLED":
            continue
        length, name = _length(event, start), _name(event)
        for day in _recurrences(event, start, first - timedelta(days=length), last):
            if "recurrence-id" not in event and (str(event.get("uid")), day) in replaced:
                continue
            for place in range(length):
                if first <= (one := day + timedelta(days=place)) <= last:
                    found.setdefault(one, name)
            if len(found) > most:
                raise _Refused("many")
    return found


def _recurrences(event: Any, start: date, first: date, last: date) -> list[date]:
    excluded = {day for value in _listed(event.get("exdate")) for day in _dates(value)}
    days = {start, *(day for value in _listed(event.get("rdate")) for day in _dates(value))}
    for rule in _listed(event.get("rrule")):
        text = _UNTIL.sub(r"\1", rule.to_ical().decode("utf-8", "replace"))
        if not _FREQUENCY.search(text):
            raise _Refused("rule")
        try:
            recurrences = rrulestr(text, dtstart=datetime(start.year, start.month, start.day))
        except (ValueError, TypeError, OverflowError):
            raise _Refused("rule") from None
        days |= {moment.date() for moment in takewhile(lambda moment: moment.date() <= last, recurrences)}
    return sorted(day for day in days - excluded if first <= day <= last)


def _length(event: Any, start: date) -> int:
    end, duration = _whole_day(event.get("dtend")), getattr(event.get("duration"), "dt", None)
    days = (end - start).days if end else duration.days if isinstance(duration, timedelta) else 1
    return min(max(days, 1), MOST_DAYS_OF_AN_EVENT)


def _name(event: Any) -> str:
    value = event.get("summary")
    first = _listed(value)[0] if value else ""
    return " ".join("".join(one for one in str(first) if one.isprintable() or one.isspace()).split())[:NAME_CHARACTERS]


def _whole_day(value: Any) -> date | None:
    moment = getattr(value, "dt", None)
    return moment if isinstance(moment, date) and not isinstance(moment, datetime) else None


def _dates(value: Any) -> Iterator[date]:
    for one in getattr(value, "dts", ()):
        moment = one.dt
        if isinstance(moment, datetime):
            yield moment.date()
        elif isinstance(moment, date):
            yield moment


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
