"""Dates and moments as conditions name them: absolute, or relative to the reader's today."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# As fine as PostgreSQL's timestamps are.
TICK = timedelta(microseconds=1)
_AGO = re.compile(r"(now|today)([+-])(\d{1,4})(min|h|d|w)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")

# The first day of a span and the first one after it.
Days = tuple[date, date]


def _week(today: date, weeks: int) -> Days:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(weeks=1)


def _month(year: int, month: int) -> Days:
    """Return a month; the month after December is January, the one before January December."""
    first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following


NAMED_SPANS: dict[str, Callable[[date], Days]] = {
    "today": lambda day: (day, day + timedelta(days=1)),
    "yesterday": lambda day: (day - timedelta(days=1), day),
    "tomorrow": lambda day: (day + timedelta(days=1), day + timedelta(days=2)),
    "this-week": lambda day: _week(day, 0),
    "last-week": lambda day: _week(day, -1),
    "this-month": lambda day: _month(day.year, day.month),
    "last-month": lambda day: _month(day.year, day.month - 1),
}


def span_of(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the moments from which and before which a value lies, in UTC; a single moment lasts one tick.

    `now` is aware. Days begin at midnight in `zone`, weeks on Monday. Raises ValueError for what names no
    moment, or one that no calendar has.
    """
    try:
        return _span(text, now, zone)
    except OverflowError:
        raise ValueError(text) from None


def _span(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    today = now.astimezone(zone).date()
    if text == "now":
        return now, now + TICK
    if named := NAMED_SPANS.get(text):
        return _of_days(named(today), zone)
    if ago := _AGO.fullmatch(text):
        start, sign, number, unit = ago.groups()
        distance = int(number) * _UNITS[unit] * (1 if sign == "+" else -1)
        if start == "now":
            return now + distance, now + distance + TICK
        if unit not in ("d", "w"):
            raise ValueError(text)
        day = today + distance
        return _of_days((day, day + timedelta(days=1)), zone)
    return _absolute(text, zone)


def _absolute(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if _YEAR.fullmatch(text):
        return _of_days((date(int(text), 1, 1), date(int(text) + 1, 1, 1)), zone)
    if month := _MONTH.fullmatch(text):
        if not 1 <= int(month[2]) <= 12:
            raise ValueError(text)
        return _of_days(_month(int(month[1]), int(month[2])), zone)
    if len(text) == 10:
        day = date.fromisoformat(text)
        return _of_days((day, day + timedelta(days=1)), zone)
    if "T" not in text.upper():
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    return moment, moment + TICK


def _of_days(days: Days, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in days)
    return start, end
