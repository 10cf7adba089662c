"""What can be wrong with a calendar's settings and with calendar files."""

from __future__ import annotations

from typing import ClassVar

from atum_desk.kernel.notices import Notice, Term


class CalendarNamed(Notice, frozen=True):
    """A calendar named {name}"""

    code = "exists.calendar"

    name: str


class SpansOverlap(Notice, frozen=True):
    """has spans that overlap: {span}"""

    code = "calendar.spans_overlap"

    span: str


class DayTwice(Notice, frozen=True):
    """has the day {day} twice"""

    code = "calendar.day_twice"

    day: str


class CountryUnknown(Notice, frozen=True):
    """is no country whose holidays are known"""

    code = "calendar.country_unknown"


class RegionUnknown(Notice, frozen=True):
    """is no region of this country with holidays of its own"""

    code = "calendar.region_unknown"


class CalendarFileFault(Term, frozen=True):
    """What is wrong with a calendar file."""

    code = "calendar_file_fault"
    WORDS: ClassVar = {
        "format": "it is no iCalendar file",
        "rule": "it has a recurrence that cannot be read",
        "long": "its recurrences take too long to follow",
        "many": "it has too many events or more than 2,000 days",
        "empty": "it has no whole-day event from last year on",
        "broken": "it takes more time or memory than it may",
    }
