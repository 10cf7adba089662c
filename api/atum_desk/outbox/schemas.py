"""Pages of the outbox."""

from __future__ import annotations

import msgspec

from atum_desk.outbox.models import OutboxItem


class OutboxPage(msgspec.Struct):
    """A page of the outbox, newest first; `counts` by stored state, each up to 1000."""

    items: list[OutboxItem]
    next_cursor: str | None
    counts: dict[str, int]
