"""When a calendar is open, as moments: computed year by year and kept.

A time of the day that the clock skips counts with the offset before the change, one that comes
twice means the first (RFC 5545, section 3.3.5), so 24 hours of the clock may last 23 or 25.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from atum_desk.calendars.models import CalendarRules, Span
from atum_desk.calendars.problems import MomentTooFar
from atum_desk.calendars.public_holidays import public_holidays

FIRST_YEAR, LAST_YEAR = 1900, 2199
# How far one question may reach; 0.7 ms for each year that was not asked for before.
MOST_YEARS = 50

SECOND = 1_000_000
_MINUTE = 60 * SECOND
_DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)

# The minutes of a day from and to which something is open; beyond 1440 on the next day.
Minutes = tuple[tuple[int, int], ...]


class Year(NamedTuple):
    """Open times of a year of the calendar's clock, in microseconds since 1970, in order and apart.

    `before[i]` is how long was open before the i-th of them, its last entry the year's total.
    """

    starts: list[int]
    ends: list[int]
    before: list[int]

    @property
    def total(self) -> int:
        """How long is open in the whole year."""
        return self.before[-1]

    def open_before(self, moment: int) -> int:
        """Return how long is open in this year before a moment of it."""
        place = bisect_right(self.starts, moment) - 1
        if place < 0:
            return 0
        return self.before[place] + min(moment, self.ends[place]) - self.starts[place]


class Timetable:
    """The open times of a calendar; one stands for the same rules for ever, so it may be kept and shared."""

    def __init__(self, rules: CalendarRules) -> None:
        self.zone = ZoneInfo(rules.time_zone)
        self._country, self._region = rules.country, rules.region
        self._week = tuple(minutes_of(spans) for spans in rules.hours.days())
        self._dated = {one.date: minutes_of(one.spans) for one in rules.special_days if not one.yearly}
        self._yearly = {
            (one.date.month, one.date.day): minutes_of(one.spans) for one in rules.special_days if one.yearly
        }
        self._imported = frozenset(one.date for one in rules.imported_days)
        self._years: dict[int, Year] = {}

    @property
    def ever_opens(self) -> bool:
        """Whether there is any span; a holiday may still close each of them."""
        return any(self._week) or any(self._dated.values()) or any(self._yearly.values())

    def year_of(self, moment: datetime) -> int:
        """Return the year that the calendar's clock shows at a moment."""
        return moment.astimezone(self.zone).year

    def year(self, number: int) -> Year:
        """Return the open times of a year. Raises MomentTooFar."""
        found = self._years.get(number)
        if found is None:
            if not FIRST_YEAR <= number <= LAST_YEAR:
                raise MomentTooFar(first_year=FIRST_YEAR, last_year=LAST_YEAR, most_years=MOST_YEARS)
            found = self._years[number] = self._computed(number)
        return found

    def minutes_on(self, day: date) -> Minutes:
        """Return what opens on a day: by its own entry, by a holiday, or by the week."""
        found = self._dated.get(day)
        if found is None and self._yearly:
            found = self._yearly.get((day.month, day.day))
        if found is not None:
            return found
        if day in self._imported or (self._country and day in public_holidays(self._country, self._region, day.year)):
            return ()
        return self._week[day.weekday()]

    def _computed(self, number: int) -> Year:
        first, after = date(number, 1, 1).toordinal(), date(number + 1, 1, 1).toordinal()
        # The night before the year may reach into it, and a span may end a day after it began.
        midnights = [self._moment(ordinal, 0) for ordinal in range(first - 1, after + 2)]
        window_start, window_end = midnights[1], midnights[-2]
        starts: list[int] = []
        ends: list[int] = []
        for place, ordinal in enumerate(range(first - 1, after)):
            minutes = self.minutes_on(date.fromordinal(ordinal))
            if not minutes:
                continue
            midnight = midnights[place]
            is_regular = midnights[place + 2] - midnight == 2 * _DAY
            for opens, closes in _spans(midnight, minutes) if is_regular else self._odd_spans(ordinal, minutes):
                start, end = max(opens, window_start), min(closes, window_end)
                if start >= end:
                    continue
                if ends and start <= ends[-1]:
                    ends[-1] = max(ends[-1], end)
                else:
                    starts.append(start)
                    ends.append(end)
        return _year(starts, ends)

    def _odd_spans(self, ordinal: int, minutes: Minutes) -> list[tuple[int, int]]:
        """Return what opens on a day beside which the clock changes."""
        return sorted((self._moment(ordinal, start), self._moment(ordinal, end)) for start, end in minutes)

    def _moment(self, ordinal: int, minute: int) -> int:
        local = datetime.fromordinal(ordinal)
        offset = self.zone.utcoffset(local + timedelta(minutes=minute) if minute else local)
        shift = offset.days * _DAY + offset.seconds * SECOND if offset else 0
        return (ordinal - _EPOCH_ORDINAL) * _DAY + minute * _MINUTE - shift


def minutes_of(spans: Iterable[Span]) -> Minutes:
    """Return spans as minutes of the day, in order."""
    return tuple(sorted((_minute(one.opens), _end_minute(one)) for one in spans))


def in_microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_at(microseconds: int) -> datetime:
    """Return the moment in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _spans(midnight: int, minutes: Minutes) -> list[tuple[int, int]]:
    return [(midnight + start * _MINUTE, midnight + end * _MINUTE) for start, end in minutes]


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _end_minute(span: Span) -> int:
    opens, closes = _minute(span.opens), _minute(span.closes)
    return closes if closes > opens else closes + 24 * 60


def _year(starts: list[int], ends: list[int]) -> Year:
    before = [0]
    for start, end in zip(starts, ends, strict=True):
        before.append(before[-1] + end - start)
    return Year(starts, ends, before)
