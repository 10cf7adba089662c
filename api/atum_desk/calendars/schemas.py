"""Requests and responses of calendars."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.calendars.models import MOST_SPECIAL_DAYS, Calendar, SpecialDay, Week

Name = Annotated[str, Meta(min_length=1, max_length=100, examples=["Support hours"])]
TimeZone = Annotated[str, Meta(min_length=1, max_length=100, examples=["Europe/Berlin"])]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", examples=["DE"])]
Region = Annotated[str, Meta(min_length=1, max_length=60, examples=["BY"])]
SpecialDays = Annotated[list[SpecialDay], Meta(max_length=MOST_SPECIAL_DAYS)]
# Ten years, also back.
Seconds = Annotated[int, Meta(ge=-315_360_000, le=315_360_000)]


class CalendarList(msgspec.Struct):
    """Every calendar by name."""

    items: list[Calendar]


class NewCalendar(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A calendar to add; days of a calendar file come by the import."""

    name: Name
    time_zone: TimeZone
    hours: Week = msgspec.field(default_factory=Week)
    special_days: SpecialDays = []
    country: Country | None = None
    region: Region | None = None


class CalendarChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a calendar; `imported_days` can only be emptied, by an empty list."""

    name: Name | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    hours: Week | UnsetType = UNSET
    special_days: SpecialDays | UnsetType = UNSET
    country: Country | UnsetType | None = UNSET
    region: Region | UnsetType | None = UNSET
    imported_days: Annotated[list[str], Meta(max_length=0)] | UnsetType = UNSET
    version: int | None = None


class PreviewedCalendar(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A calendar that is not stored; the days that a file gave are those of the calendar `id`."""

    time_zone: TimeZone
    hours: Week = msgspec.field(default_factory=Week)
    special_days: SpecialDays = []
    country: Country | None = None
    region: Region | None = None
    id: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None


class HolidayShown(msgspec.Struct):
    """A day that is not as its day of the week: when it opens, and whose rule that is."""

    date: date
    name: str
    source: Literal["special", "imported", "public"]
    is_closed: bool


class CalendarState(msgspec.Struct):
    """A calendar at a moment; openings are None when it never opens, the closing when none is near."""

    at: datetime
    is_open: bool
    next_opening_at: datetime | None
    next_closing_at: datetime | None


class CalendarPreview(msgspec.Struct):
    """The days of the next 12 months that are not as their day of the week, and whether it is open now."""

    days: list[HolidayShown]
    state: CalendarState


class CountryShown(msgspec.Struct):
    """A country whose public holidays are known, with its regions that have some of their own (ISO 3166)."""

    code: str
    regions: list[str]


class CountryList(msgspec.Struct):
    """Countries whose public holidays are known."""

    items: list[CountryShown]


class DueMoment(msgspec.Struct):
    """When so many seconds of business hours have passed."""

    due_at: datetime


class ElapsedTime(msgspec.Struct):
    """The seconds of business hours between two moments, below 0 when the second is earlier."""

    seconds: int
