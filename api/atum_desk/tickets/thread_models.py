"""Parts of a thread as they are read."""

from __future__ import annotations

import msgspec

from atum_desk.tickets.models import MessageItem


class ThreadBeginning(msgspec.Struct, frozen=True):
    """What lies before a part of a thread: the first message, how many are there, up to 10,000, the first unread."""

    first_message: MessageItem | None
    earlier: int
    first_unread_id: int | None


class ThreadPart(msgspec.Struct, frozen=True):
    """Messages of a thread, newest first, how many lie before them, up to 10,000, and whether some lie behind them."""

    messages: list[MessageItem]
    earlier: int
    goes_on: bool
