"""Calendars as tests write them down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from atum_desk.calendars.models import CalendarRules, Span, SpecialDay, Week
from atum_desk.calendars.timetable import Timetable

Hours = Mapping[str, Iterable[Sequence[str]]]
WORKDAYS: Hours = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ALWAYS: Hours = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def spans(pairs: Iterable[Sequence[str]]) -> list[Span]:
    return [Span(opens, closes) for opens, closes in pairs]


def timetable(
    hours: Hours, zone: str = "UTC", holidays: Iterable[str] = (), special: Hours | None = None, **rules: Any
) -> Timetable:
    days = [SpecialDay(date.fromisoformat(day)) for day in holidays]
    days += [SpecialDay(date.fromisoformat(day), "", spans(pairs)) for day, pairs in (special or {}).items()]
    week = Week(**{day: spans(pairs) for day, pairs in hours.items()})
    return Timetable(CalendarRules(time_zone=zone, hours=week, special_days=days, **rules))
