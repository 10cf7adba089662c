"""What a calendar means: the days of a year that are not as their day of the week, and whether it is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from atum_desk.calendars.business_time import is_open, next_closing, next_opening
from atum_desk.calendars.models import CalendarRules
from atum_desk.calendars.problems import CalendarNeverOpens, MomentTooFar
from atum_desk.calendars.public_holidays import public_holidays
from atum_desk.calendars.schemas import CalendarPreview, CalendarState, HolidayShown
from atum_desk.calendars.timetable import Timetable

SHOWN_DAYS = 366

Named = tuple[date, str, Literal["special", "imported", "public"]]


def preview_calendar(rules: CalendarRules, at: datetime) -> CalendarPreview:
    """Return the special days and holidays of the 12 months from `at` on, and what the calendar is at `at`."""
    timetable = Timetable(rules)
    first = at.astimezone(timetable.zone).date()
    last = first + timedelta(days=SHOWN_DAYS)
    shown: dict[date, HolidayShown] = {}
    for day, name, source in _named_days(rules, first, last):
        if first <= day < last:
            shown.setdefault(day, HolidayShown(day, name, source, not timetable.minutes_on(day)))
    return CalendarPreview([shown[day] for day in sorted(shown)], state_at(timetable, at))


def state_at(timetable: Timetable, at: datetime) -> CalendarState:
    """Return what a calendar is at a moment. Raises MomentTooFar for a moment that calendars do not know."""
    opened = is_open(timetable, at)
    try:
        return CalendarState(at, opened, next_opening(timetable, at), next_closing(timetable, at))
    except (CalendarNeverOpens, MomentTooFar):
        return CalendarState(at, opened, None, None)


def _named_days(rules: CalendarRules, first: date, last: date) -> Iterator[Named]:
    """Yield days in the order in which they go before each other."""
    for special in rules.special_days:
        if not special.yearly:
            yield special.date, special.name, "special"
    for special in rules.special_days:
        if special.yearly:
            for year in range(first.year, last.year + 1):
                if (day := _in_year(special.date, year)) is not None:
                    yield day, special.name, "special"
    for imported in rules.imported_days:
        yield imported.date, imported.name, "imported"
    if rules.country:
        for year in range(first.year, last.year + 1):
            for day, name in public_holidays(rules.country, rules.region, year).items():
                yield day, name, "public"


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
