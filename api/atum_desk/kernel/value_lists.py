"""Lists of values as one text, separated by commas, and names of time zones, as addresses hold them."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from atum_desk.kernel.field_notices import NotAmong, NoTimeZone, NotNumbers
from atum_desk.kernel.problems import ValidationFailed


def numbers_of(text: str | None, field: str) -> list[int]:
    """Return the numbers of a comma-separated query parameter. Raises ValidationFailed."""
    if not text:
        return []
    parts = text.split(",")
    if len(parts) > 200 or not all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
        raise ValidationFailed.of(field, NotNumbers())
    return [int(p) for p in parts]


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of a query parameter. Raises ValidationFailed."""
    require_zone("zone", name)
    return ZoneInfo(name)


def require_zone(field: str, name: str) -> None:
    """Raise ValidationFailed for a name of no time zone."""
    if name not in _known_zones():
        raise ValidationFailed.of(field, NoTimeZone())


@cache
def _known_zones() -> set[str]:
    """Reading the names takes milliseconds."""
    return available_timezones()


def words_of(text: str | None, field: str, allowed: tuple[str, ...] | None = None) -> list[str]:
    """Return the words of a comma-separated query parameter. Raises ValidationFailed."""
    if not text:
        return []
    parts = [p.strip() for p in text.split(",") if p.strip()]
    if len(parts) > 50 or (allowed and not set(parts) <= set(allowed)):
        raise ValidationFailed.of(field, NotAmong(list(allowed or ())))
    return parts
