"""A ticket's whole thread from its first message on, a part at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from atum_desk.exports import queries
from atum_desk.exports.queries import ListedMessage
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.public import THREAD_LIMIT, MessageItem, list_older_messages

MOST_MESSAGES = 2_000


class ThreadOutline(msgspec.Struct, frozen=True):
    """The messages of a ticket that are exported, oldest first, and whether there are more than that."""

    number: int
    messages: list[ListedMessage]
    is_cut: bool


async def read_outline(transaction: ReadTransaction, ticket_id: int, number: int, *, with_notes: bool) -> ThreadOutline:
    """Return which messages of a ticket are exported."""
    found = await queries.list_messages(transaction, ticket_id, MOST_MESSAGES + 1, with_notes=with_notes)
    return ThreadOutline(number, found[:MOST_MESSAGES], len(found) > MOST_MESSAGES)


async def walk_thread(transaction: ReadTransaction, outline: ThreadOutline) -> AsyncIterator[list[MessageItem]]:
    """Yield the messages of an outline, as the API shows them, oldest first and a part at a time."""
    wanted = {message.id for message in outline.messages}
    last = outline.messages[-1].id if outline.messages else 0
    after = 0
    while after < last:
        # The page before the first message that the part no longer holds, notes and all.
        bound = await queries.find_bound(transaction, outline.number, after, THREAD_LIMIT)
        part = await list_older_messages(transaction, outline.number, bound)
        yield [message for message in reversed(part) if after < message.id and message.id in wanted]
        after = bound - 1
