"""Headers and query parameters that several routes read."""

from __future__ import annotations

from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from litestar.params import HeaderParameter, QueryParameter

from atum_desk.kernel.cursors import MAX_LIMIT
from atum_desk.kernel.field_notices import NotAmong, NotAVersion, NoTimeZone, NotNumbers
from atum_desk.kernel.problems import ValidationFailed

IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", description='The version that was seen, as "3"; another one is refused'),
]

Range = Annotated[str | None, HeaderParameter(name="Range", description='Part of the file, as "bytes=0-1023"')]

# The framework holds parameters to its own constraints only, not to msgspec's.
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)]


def version_of(if_match: str | None) -> int | None:
    """Return the version in an If-Match header, None without one. Raises ValidationFailed."""
    if if_match is None or if_match == "*":
        return None
    text = if_match.removeprefix("W/").strip('" ')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValidationFailed.of("If-Match", NotAVersion())
    return int(text)


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
    if name not in _known_zones():
        raise ValidationFailed.of("zone", NoTimeZone())
    return ZoneInfo(name)


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
