"""Date fields of mail as UTC moments (RFC 5322, section 3.3, and what is written instead)."""

import email.utils
import re
from datetime import UTC, datetime, timedelta

from .headers import strip_comments, unfold

_MOMENT = re.compile(
    r"(\d{1,2})\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4})?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_date(value: str) -> datetime | None:
    """Read a Date field, tolerantly, as a UTC moment; None when it names no possible moment."""
    text = " ".join(strip_comments(unfold(value)).split())[:200]
    return _moment_of_rfc(text) or _moment_of_iso(text) or _moment_inside(text)


def _moment_of_rfc(text: str) -> datetime | None:
    try:
        parsed = email.utils.parsedate_tz(text)
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


def _moment_inside(text: str) -> datetime | None:
    found = _MOMENT.search(text)
    if not found or found.group(2).lower() not in _MONTHS:
        return None
    day, month, year, hour, minute, second, zone = found.groups()
    number = _MONTHS.index(month.lower()) + 1
    try:
        moment = datetime(int(year), number, int(day), int(hour), int(minute), int(second or 0))
    except ValueError:
        return None
    minutes = int(zone[1:3]) * 60 + int(zone[3:]) if zone else 0
    offset = timedelta(minutes=-minutes if zone and zone[0] == "-" else minutes)
    try:
        return (moment - offset).replace(tzinfo=UTC)
    except OverflowError:
        return None
