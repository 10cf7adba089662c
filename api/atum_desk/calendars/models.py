"""A calendar: when a workspace works, by the week and by the day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

MOST_CALENDARS = 100
MOST_SPANS = 10
MOST_SPECIAL_DAYS = 400
MOST_IMPORTED_DAYS = 2_000

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Opens = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00"])]
Closes = Annotated[str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["17:00"])]
DayName = Annotated[str, Meta(max_length=200)]


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time of the day by the calendar's clock; one that closes no later than it opens ends on the next day."""

    opens: Opens
    closes: Closes


Spans = Annotated[list[Span], Meta(max_length=MOST_SPANS)]


class Week(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The spans of each day of the week; a span belongs to the day on which it opens."""

    mon: Spans = []
    tue: Spans = []
    wed: Spans = []
    thu: Spans = []
    fri: Spans = []
    sat: Spans = []
    sun: Spans = []

    def days(self) -> tuple[list[Span], ...]:
        """Return the spans of Monday to Sunday."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


class SpecialDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day with hours of its own, none when it is a holiday; it goes before every other holiday.

    With `yearly` it returns each year, 29 February in leap years alone.
    """

    date: date
    name: DayName = ""
    spans: Spans = []
    yearly: bool = False


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day on which nothing opens."""

    date: date
    name: DayName = ""


class CalendarRules(msgspec.Struct, frozen=True, kw_only=True):
    """All that says when a calendar is open; `country` and `region` name public holidays (ISO 3166)."""

    time_zone: str
    hours: Week = msgspec.field(default_factory=Week)
    special_days: list[SpecialDay] = []
    country: str | None = None
    region: str | None = None
    imported_days: list[Holiday] = []


class Calendar(CalendarRules, frozen=True, kw_only=True):
    """A calendar of the workspace; its imported days are known until `imported_until`."""

    id: int
    name: str
    imported_from: str
    imported_until: date | None
    version: int
