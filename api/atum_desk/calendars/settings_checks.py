"""What a calendar may consist of: a known zone and country, spans that do not overlap, each day once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from atum_desk.calendars import notices
from atum_desk.calendars.models import WEEKDAYS, Span, SpecialDay, Week
from atum_desk.calendars.public_holidays import known_countries
from atum_desk.calendars.timetable import minutes_of
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.kernel.value_lists import require_zone

_WEEK_MINUTES = 7 * 24 * 60


def require_valid(columns: dict[str, Any]) -> None:
    """Raise ValidationFailed for what no calendar can be; `columns` are those of a whole calendar."""
    require_zone("time_zone", columns["time_zone"])
    _require("hours", _wrong_week(columns["hours"]))
    _require("special_days", _wrong_days(columns["special_days"]))
    country, region = columns["country"], columns["region"]
    if country is not None and country not in known_countries():
        raise ValidationFailed.of("country", notices.CountryUnknown())
    if region is not None and (country is None or region not in known_countries()[country]):
        raise ValidationFailed.of("region", notices.RegionUnknown())


def _require(field: str, fault: Notice | None) -> None:
    if fault is not None:
        raise ValidationFailed.of(field, fault)


def _wrong_week(week: Week) -> Notice | None:
    """Find spans that overlap, also on the night from Sunday to Monday."""
    found: list[tuple[int, int, str]] = []
    for place, (day, spans) in enumerate(zip(WEEKDAYS, week.days(), strict=True)):
        found += [
            (place * 1440 + opens, place * 1440 + closes, f"{day} {_clock(opens)}–{_clock(closes)}")
            for opens, closes in minutes_of(spans)
        ]
    if found:
        opens, closes, name = found[0]
        found.append((opens + _WEEK_MINUTES, closes + _WEEK_MINUTES, name))
    for before, after in pairwise(found):
        if after[0] < before[1]:
            return notices.SpansOverlap(after[2])
    return None


def _wrong_days(days: list[SpecialDay]) -> Notice | None:
    known = set()
    for day in days:
        # A date of one year may differ from what returns each year.
        key = (day.date.month, day.date.day) if day.yearly else day.date
        if key in known:
            return notices.DayTwice(day.date.isoformat())
        known.add(key)
        if span := _overlap(day.spans):
            return notices.SpansOverlap(f"{day.date.isoformat()} {span}")
    return None


def _overlap(spans: list[Span]) -> str:
    minutes = minutes_of(spans)
    for before, after in pairwise(minutes):
        if after[0] < before[1]:
            return f"{_clock(after[0])}–{_clock(after[1])}"
    return ""


def _clock(minute: int) -> str:
    hour = minute // 60
    return f"{hour if hour <= 24 else hour - 24:02}:{minute % 60:02}"
