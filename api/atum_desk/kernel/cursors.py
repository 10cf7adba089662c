"""Cursor paging: a page's cursor holds the sort values of its last row, so pages never shift."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

import msgspec

from atum_desk.kernel.field_notices import NotACursor
from atum_desk.kernel.problems import ValidationFailed

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

T = TypeVar("T")


def encode_cursor(*values: Any) -> str:
    """Return an opaque cursor of JSON-able values (moments become ISO 8601 text)."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def decode_cursor(cursor: str | None, kinds: type[T]) -> T | None:
    """Return a cursor's values as the tuple type `kinds`, or None without a cursor.

    Raises ValidationFailed when it is not a cursor of this list.
    """
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=kinds)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise ValidationFailed.of("cursor", NotACursor()) from None


def cut_page(rows: list[T], limit: int) -> tuple[list[T], bool]:
    """Split `limit + 1` fetched rows into the page and whether more follow."""
    return rows[:limit], len(rows) > limit
