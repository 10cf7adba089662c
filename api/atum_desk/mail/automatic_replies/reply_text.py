"""What an automatic reply says: its situation by calendar and absence, its text by language, moments in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from atum_desk.calendars.public import CalendarNeverOpens, CalendarRules, MomentTooFar, Timetable, is_open, next_opening
from atum_desk.mail.automatic_replies.models import ReplyReader, ReplyRules, ReplyTexts, Situation
from atum_desk.templates.public import LiquidText

VARIABLES = (
    *("requester.name", "ticket.number", "ticket.subject", "team.name", "mailbox.name", "mailbox.address", "link"),
    *("opening.day", "opening.time", "absence.until_day", "absence.until_time"),
)
# From here on a day of the week alone would be the wrong week's.
_NEAR_DAYS = 6


def check_texts(texts: list[ReplyTexts]) -> None:
    """Raise what LiquidText raises for a text that cannot be filled in."""
    for one in texts:
        for source in (one.in_hours, one.out_of_hours, one.absence, one.banner):
            LiquidText(source, VARIABLES)


def situation_at(rules: ReplyRules, calendar: CalendarRules | None, at: datetime) -> Situation:
    """Return which text is due at a moment; a mailbox without a calendar is always in hours."""
    if _is_within(rules.absent_from_at, at, rules.absent_until_at):
        return "absence"
    if calendar is not None and not is_open(Timetable(calendar), at):
        return "out_of_hours"
    return "in_hours"


def reply_text(rules: ReplyRules, calendar: CalendarRules | None, reader: ReplyReader) -> str:
    """Return what a reader is told, "" where the built-in confirmation is to be sent, without a banner or not.

    A text that does not name the link has it below: a requester may get it by no other way.
    """
    texts = _texts_for(rules.texts, reader.language)
    if texts is None:
        return ""
    source = _source(texts, situation_at(rules, calendar, reader.at))
    if not source:
        return ""
    values = _values(rules, calendar, reader, texts.language)
    template = LiquidText(source, VARIABLES)
    text = template.filled_in(values).strip()
    return text if "link" in template.names else f"{text}\n\n{reader.link}"


def banner_text(rules: ReplyRules, calendar: CalendarRules | None, reader: ReplyReader) -> str:
    """Return the banner that stands above every text now, "" for none."""
    texts = _texts_for(rules.texts, reader.language)
    if texts is None or not _is_within(rules.banner_from_at, reader.at, rules.banner_until_at):
        return ""
    return LiquidText(texts.banner, VARIABLES).filled_in(_values(rules, calendar, reader, texts.language)).strip()


def _is_within(start: datetime | None, at: datetime, end: datetime | None) -> bool:
    """Tell whether a span that has an end is on; without a start it began long ago."""
    return end is not None and at < end and (start is None or start <= at)


def _texts_for(texts: list[ReplyTexts], language: str) -> ReplyTexts | None:
    by_language = {one.language: one for one in texts}
    found = by_language.get(language) or by_language.get(_base(language))
    return found or (texts[0] if texts else None)


def _source(texts: ReplyTexts, situation: Situation) -> str:
    sources = {"in_hours": texts.in_hours, "out_of_hours": texts.out_of_hours, "absence": texts.absence}
    return sources[situation].strip() or texts.in_hours.strip()


def _values(rules: ReplyRules, calendar: CalendarRules | None, reader: ReplyReader, language: str) -> dict[str, Any]:
    zone = ZoneInfo(reader.time_zone or (calendar.time_zone if calendar else "UTC"))
    opening = _opening(calendar, reader.at)
    # Moments are in the text's language, as the reader's country writes them where the text is for it.
    locale = _locale(reader.language if _base(reader.language) == _base(language) else language)
    return {
        "requester": {"name": reader.name},
        "ticket": {"number": reader.number, "subject": reader.subject},
        "team": {"name": reader.team},
        "mailbox": {"name": reader.mailbox, "address": reader.mailbox_address},
        "link": reader.link,
        "opening": _said(opening, reader.at, zone, locale, ("day", "time")),
        "absence": _said(rules.absent_until_at, reader.at, zone, locale, ("until_day", "until_time")),
    }


def _opening(calendar: CalendarRules | None, at: datetime) -> datetime | None:
    if calendar is None:
        return None
    try:
        return next_opening(Timetable(calendar), at)
    except (CalendarNeverOpens, MomentTooFar):
        return None


def _said(
    moment: datetime | None, at: datetime, zone: ZoneInfo, locale: Locale, names: tuple[str, str]
) -> dict[str, str | None]:
    if moment is None:
        return dict.fromkeys(names)
    local = moment.astimezone(zone)
    away = (local.date() - at.astimezone(zone).date()).days
    day = format_date(local.date(), "EEEE" if 0 <= away <= _NEAR_DAYS else "full", locale=locale)
    return dict(zip(names, (day, format_time(local.time(), "short", locale=locale)), strict=True))


def _base(language: str) -> str:
    return language.partition("-")[0]


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
