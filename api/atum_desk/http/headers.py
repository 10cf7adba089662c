"""Headers and query parameters that several routes read."""

from __future__ import annotations

from typing import Annotated

from litestar.params import HeaderParameter, QueryParameter

from atum_desk.kernel.cursors import MAX_LIMIT
from atum_desk.kernel.field_notices import NotAVersion
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.kernel.value_lists import numbers_of as numbers_of
from atum_desk.kernel.value_lists import words_of as words_of
from atum_desk.kernel.value_lists import zone_of as zone_of

IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", description='The version that was seen, as "3"; another one is refused'),
]

Range = Annotated[str | None, HeaderParameter(name="Range", description='Part of the file, as "bytes=0-1023"')]

Language = Annotated[
    str | None, QueryParameter(max_length=10, description="The language that texts are wanted in, as de or pt-BR")
]
AcceptLanguage = Annotated[
    str | None, HeaderParameter(name="Accept-Language", description="The languages that the reader knows")
]

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
