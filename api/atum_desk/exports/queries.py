"""All SQL of exports but that of lists, which is made of the register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from atum_desk.exports.columns import Column, rows_statement
from atum_desk.kernel.database.units_of_work import ReadTransaction


class ListedMessage(msgspec.Struct, frozen=True):
    """A message of a ticket: what it is, and the mail that it came as."""

    id: int
    kind: str
    mail_id: int | None
    at: datetime


class StoredAttachment(msgspec.Struct, frozen=True):
    """A file of a message, and where the store keeps it."""

    id: int
    message_id: int
    filename: str
    size: int
    sha256: str
    at: datetime


async def list_cells(transaction: ReadTransaction, columns: list[Column], ticket_ids: list[int]) -> list[Any]:
    """Return the values of the columns of visible tickets, in the order of their ids."""
    return await transaction.fetch(rows_statement(columns), ticket_ids)


async def list_messages(
    transaction: ReadTransaction, ticket_id: int, limit: int, *, with_notes: bool
) -> list[ListedMessage]:
    """Return a ticket's first messages, oldest first."""
    rows = await transaction.fetch(
        """select id, kind, mail_id, created_at as at from messages
            where ticket_id = $1 and ($3 or kind <> 'note') order by id limit $2""",
        ticket_id,
        limit,
        with_notes,
    )
    return [ListedMessage(**row) for row in rows]


async def list_attachments(
    transaction: ReadTransaction, ticket_id: int, limit: int, *, with_notes: bool
) -> list[StoredAttachment]:
    """Return the files of a ticket's messages, oldest first."""
    rows = await transaction.fetch(
        """select f.id, f.message_id, f.filename, f.size, f.sha256, m.created_at as at
             from messages m join attachments f on f.message_id = m.id
            where m.ticket_id = $1 and ($3 or m.kind <> 'note') order by f.id limit $2""",
        ticket_id,
        limit,
        with_notes,
    )
    return [_attachment(row) for row in rows]


async def list_attachments_of_message(
    transaction: ReadTransaction, message_id: int, limit: int
) -> list[StoredAttachment]:
    """Return the files of a message, oldest first."""
    rows = await transaction.fetch(
        """select f.id, f.message_id, f.filename, f.size, f.sha256, m.created_at as at
             from messages m join attachments f on f.message_id = m.id where m.id = $1 order by f.id limit $2""",
        message_id,
        limit,
    )
    return [_attachment(row) for row in rows]


def _attachment(row: asyncpg.Record) -> StoredAttachment:
    return StoredAttachment(**row)


async def find_bound(transaction: ReadTransaction, number: int, after_id: int, count: int) -> int:
    """Return the id before which a ticket has so many messages behind one; a large one when it has fewer."""
    return await transaction.fetchval(
        """select coalesce((select m.id from messages m
                             where m.ticket_id = (select t.id from tickets t
                                                   where t.workspace_id = (select ctx_workspace()) and t.number = $1)
                               and m.id > $2 order by m.id offset $3 limit 1), 9000000000000000000)""",
        number,
        after_id,
        count,
    )
