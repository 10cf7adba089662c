"""Arithmetic in the open hours of a calendar: what passes between two moments, and when so much has passed.

Moments have a zone and answers are in UTC; durations are seconds. Cases: docs/calendars.md.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime

from atum_desk.calendars.problems import CalendarNeverOpens, MomentTooFar
from atum_desk.calendars.timetable import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_YEARS,
    SECOND,
    Timetable,
    in_microseconds,
    moment_at,
)


def elapsed(calendar: Timetable, start: datetime, end: datetime) -> int:
    """Return the whole seconds that are open from `start` to `end`, below 0 when `end` is the earlier.

    Raises MomentTooFar.
    """
    if end < start:
        return -elapsed(calendar, end, start)
    first, last = calendar.year_of(start), calendar.year_of(end)
    if last - first > MOST_YEARS:
        raise _too_far()
    opened = calendar.year(last).open_before(in_microseconds(end))
    opened -= calendar.year(first).open_before(in_microseconds(start))
    opened += sum(calendar.year(number).total for number in range(first, last))
    return opened // SECOND


def add(calendar: Timetable, start: datetime, duration: int) -> datetime:
    """Return the first moment by which `duration` seconds were open since `start`.

    Time that runs out as a span closes ends at its close, not at the next opening; no time at all
    ends at the next opening. A duration below 0 goes back, to the last such moment. Raises
    CalendarNeverOpens and MomentTooFar.
    """
    if duration == 0:
        return next_opening(calendar, start)
    _require_openings(calendar)
    if duration < 0:
        return _back(calendar, start, -duration * SECOND)
    first = number = calendar.year_of(start)
    left = calendar.year(number).open_before(in_microseconds(start)) + duration * SECOND
    while left > calendar.year(number).total:
        left -= calendar.year(number).total
        number = _next_year(number, first)
    year = calendar.year(number)
    place = bisect_left(year.before, left) - 1
    return moment_at(year.starts[place] + left - year.before[place])


def is_open(calendar: Timetable, at: datetime) -> bool:
    """Tell whether a calendar is open at a moment: as it opens it is, as it closes it is not. Raises MomentTooFar."""
    year, moment = calendar.year(calendar.year_of(at)), in_microseconds(at)
    place = bisect_right(year.starts, moment) - 1
    return place >= 0 and moment < year.ends[place]


def next_opening(calendar: Timetable, at: datetime) -> datetime:
    """Return the first moment from `at` on at which a calendar is open. Raises CalendarNeverOpens, MomentTooFar."""
    _require_openings(calendar)
    if is_open(calendar, at):
        return moment_at(in_microseconds(at))
    first = number = calendar.year_of(at)
    moment = in_microseconds(at)
    while True:
        starts = calendar.year(number).starts
        place = bisect_right(starts, moment)
        if place < len(starts):
            return moment_at(starts[place])
        number = _next_year(number, first)


def next_closing(calendar: Timetable, at: datetime) -> datetime | None:
    """Return when the span ends that is open at `at` or opens next; None when it lasts for over a year.

    Raises CalendarNeverOpens and MomentTooFar.
    """
    opening = next_opening(calendar, at)
    number = calendar.year_of(opening)
    year = calendar.year(number)
    place = bisect_right(year.starts, in_microseconds(opening)) - 1
    end = year.ends[place]
    if place < len(year.ends) - 1 or number == LAST_YEAR:
        return moment_at(end)
    following = calendar.year(number + 1)
    if not following.starts or following.starts[0] != end:
        return moment_at(end)
    return moment_at(following.ends[0]) if len(following.ends) > 1 else None


def _back(calendar: Timetable, start: datetime, left: int) -> datetime:
    first = number = calendar.year_of(start)
    opened = calendar.year(number).open_before(in_microseconds(start))
    while left > opened:
        left -= opened
        number = _next_year(number, first, -1)
        opened = calendar.year(number).total
    year = calendar.year(number)
    place = bisect_right(year.before, opened - left, hi=len(year.starts)) - 1
    return moment_at(year.starts[place] + opened - left - year.before[place])


def _next_year(number: int, first: int, step: int = 1) -> int:
    if abs(number + step - first) > MOST_YEARS:
        raise _too_far()
    return number + step


def _require_openings(calendar: Timetable) -> None:
    if not calendar.ever_opens:
        raise CalendarNeverOpens


def _too_far() -> MomentTooFar:
    return MomentTooFar(first_year=FIRST_YEAR, last_year=LAST_YEAR, most_years=MOST_YEARS)
