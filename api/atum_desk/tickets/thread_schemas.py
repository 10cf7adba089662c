"""Responses of what a thread holds: a part of it, and where words stand in it."""

from __future__ import annotations

import msgspec

from atum_desk.tickets.schemas import CorrectedWord, ThreadItem


class ThreadPage(msgspec.Struct):
    """A part of a thread, newest last: `before=next_cursor` asks for older messages, `after=newer_cursor` for newer.

    `earlier` messages, up to 10,000, lie before it.
    """

    items: list[ThreadItem]
    next_cursor: str | None
    newer_cursor: str | None
    earlier: int


class TicketMatch(msgspec.Struct, frozen=True):
    """A message of a ticket that holds what was searched for, and which words of it that are, in lower case."""

    message_id: int
    words: list[str]


class TicketMatches(msgspec.Struct, frozen=True):
    """Where a ticket's messages hold the words, oldest first: the newest 1,000; `more` where there are others.

    `corrected`: one of the words was taken for a mistake of one letter, for nothing held it.
    """

    items: list[TicketMatch]
    more: bool
    corrected: CorrectedWord | None
