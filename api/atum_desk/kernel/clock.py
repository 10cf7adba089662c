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


def offset_sql() -> str:
    """Return the statement that moves a transaction's clock, or nothing when it stands at zero."""
    if not _offset:
        return ""
    seconds = _offset.total_seconds()
    return f"set local atum.clock_offset = '{seconds:.3f} seconds';"
