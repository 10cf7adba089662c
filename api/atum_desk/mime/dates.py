"""Date fields of mail as UTC moments (RFC 5322, section 3.3, and what is written instead)."""

import email.utils
import re
import unicodedata
from datetime import UTC, datetime, timedelta

from .headers import strip_comments, unfold

MAX_DATE_CHARS = 200

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_DOTTED_TIME = r"(?P<hour>\d{1,2})\.(?P<minute>\d{2})\.(?P<second>\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_MONTH = r"(?P<month>[a-z]{3,12})\.?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})(?P<mark>[-.])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)",
        r"(?<!\d)(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?!\d)",
        rf"(?<!\d){_DAY}[ -]{{1,3}}(?:de )?{_MONTH},?[ -]{{1,3}}(?:de )?(?P<year>\d{{2,4}})(?![\d:])",
        rf"(?<![a-z]){_MONTH} {{1,3}}{_DAY},? {{1,3}}(?P<year>\d{{4}})(?![\d:])",
        rf"(?P<year>\d{{4}}) {{1,3}}{_MONTH} {{1,3}}{_DAY}(?![\d:])",
    )
)
# "Sat Mar 24 21:23:03 EDT 2007" (asctime, date).
_ASCTIME = re.compile(rf"(?<![a-z]){_MONTH} {{1,3}}{_DAY} {{1,3}}{_TIME}(?P<zone>.{{0,20}}) (?P<year>\d{{4}})(?!\d)")
_TIMES = (re.compile(rf"(?<!\d){_TIME}(?![\d:])"), re.compile(rf"(?<!\d){_DOTTED_TIME}(?!\d)"))
_HALF_OF_DAY = re.compile(r"^ ?([ap])\.?m\b\.?")
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d{1,2}?)(?::?(?P<minutes>\d{2}))?(?!\d)")
_UNSIGNED_OFFSET = re.compile(r"^ ?(?P<hours>\d{1,2})(?P<minutes>\d{2})(?!\d)")
_ZONE_NAME = re.compile(r"^[^a-z+-]{0,3}([a-z]{1,5})(?![a-z])")
# What months begin with in the languages whose programs write them into Date fields.
_MONTHS = {
    "jan": 1, "ene": 1, "gen": 1, "feb": 2, "fev": 2, "mar": 3, "mrt": 3, "maa": 3, "apr": 4,
    "avr": 4, "abr": 4, "may": 5, "mai": 5, "maj": 5, "mei": 5, "mag": 5, "jun": 6, "juin": 6,
    "giu": 6, "jul": 7, "juil": 7, "lug": 7, "aug": 8, "aou": 8, "ago": 8, "sep": 9, "set": 9,
    "oct": 10, "okt": 10, "ott": 10, "out": 10, "nov": 11, "dec": 12, "dez": 12, "dic": 12, "des": 12,
}  # fmt: skip
# Hours east of Greenwich; names that several regions use are left to UTC, as RFC 5322 says.
_ZONES = {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5,
    "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "met": 1, "cest": 2, "mesz": 2, "mest": 2,
    "eet": 2, "eest": 3, "msk": 3, "msd": 4, "sast": 2, "jst": 9, "kst": 9, "hkt": 8, "sgt": 8,
    "awst": 8, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip


def parse_date(value: str) -> datetime | None:
    """Read a Date field, tolerantly, as a UTC moment; None when it names no possible moment.

    Numbers with slashes are month, day and year, as only American programs write them; without a
    time it is midnight, without a zone UTC.
    """
    text = " ".join(strip_comments(unfold(value)).split())[:MAX_DATE_CHARS]
    moment = _moment_of_iso(text)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    if moment is None:
        moment = _moment_in_words(plain.lower().replace('"', " "))
    return moment or _moment_of_rfc(text)


def _moment_of_rfc(text: str) -> datetime | None:
    """Leave what is left to the standard library, which wants a time."""
    try:
        parsed = email.utils.parsedate_tz(text) if ":" in text else None
        if parsed is None:
            return None
        moment = datetime(*parsed[:6])
        return (moment - timedelta(seconds=parsed[9] or 0)).replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _moment_of_iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _moment_in_words(text: str) -> datetime | None:
    """Find a date, then a time and a zone in what is left of `text` (lower case, ASCII)."""
    if found := _ASCTIME.search(text):
        month = _month_of(found["month"])
        if month:
            return _moment(found, month, found, found["zone"])
    for pattern in _DATES:
        found = pattern.search(text)
        month = _month_of(found["month"]) if found else None
        if not found or not month:
            continue
        # Nearly all write the time after the date.
        for rest in (text[found.end() :], text[: found.start()]):
            for each in _TIMES:
                if time := each.search(rest):
                    return _moment(found, month, time, rest[time.end() :])
        return _moment(found, month, None, "")
    return None


def _month_of(written: str) -> int | None:
    if written.isdigit():
        return int(written)
    return _MONTHS.get(written[:3]) or _MONTHS.get(written[:4])


def _moment(date: re.Match[str], month: int, time: re.Match[str] | None, after: str) -> datetime | None:
    """Put a moment together; `after` is what follows the time, its zone."""
    year, day = int(date["year"]), int(date["day"])
    if year < 1_000:
        year += 1_900 if year >= 50 else 2_000
    hour = minute = second = 0
    if time:
        hour, minute, second = int(time["hour"]), int(time["minute"]), int(time["second"] or 0)
        if half := _HALF_OF_DAY.match(after):
            hour, after = hour % 12 + (12 if half[1] == "p" else 0), after[half.end() :]
    try:
        # A leap second has no place in a datetime.
        moment = datetime(year, month, day, hour, minute, min(second, 59) if second == 60 else second)
        return (moment - _offset(after)).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    """Read "+0200", "GMT+2", "0200" or a zone's name as what is east of Greenwich."""
    found = _OFFSET.search(zone[:20]) or _UNSIGNED_OFFSET.match(zone)
    if found:
        minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
        return timedelta(minutes=-minutes if zone[found.start()] == "-" else minutes)
    name = _ZONE_NAME.match(zone)
    return timedelta(hours=_ZONES.get(name[1], 0) if name else 0)
