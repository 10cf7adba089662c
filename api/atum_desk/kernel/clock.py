"""The time of day, which tests can move and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """Return this moment in UTC, aware, moved by what `move` was last given."""
    return datetime.now(UTC) + _offset


def move(offset: timedelta) -> None:
    """Move this process's clock; every unit of work carries the offset into the database."""
    global _offset
    _offset = offset


def offset_text() -> str:
    """Return how far the clock is moved as an interval, or "" when it stands at zero."""
    return f"{_offset.total_seconds():.3f} seconds" if _offset else ""


def offset_sql() -> str:
    """Return the statement that moves a transaction's clock, or nothing when it stands at zero."""
    return f"set local atum.clock_offset = '{offset_text()}';" if _offset else ""
