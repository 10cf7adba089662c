"""Statements that make messages of one ticket another ticket, and bring them back."""

from __future__ import annotations

from datetime import datetime

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.tickets.models import LaterMessage
from atum_desk.tickets.split_schemas import MOST_MESSAGES, SplitPerson

# The new ticket is handled as the one it comes from: a status that has ended becomes the first open one.
OPEN_SPLIT = """
    insert into tickets (workspace_id, number, subject, status_id, category, priority, type, channel, team_id,
                         assignee_id, requester_id, organization_id, mailbox_id, tags, last_message_at)
    select ctx_workspace(), next_ticket_number(), $2, s.id, s.category, t.priority, t.type, $4, t.team_id,
           t.assignee_id, $3, (select p.organization_id from people p where p.id = $3), t.mailbox_id, t.tags, moment()
      from tickets t
      join statuses s on s.id = case when t.is_open then t.status_id else (
             select z.id from statuses z where z.workspace_id = ctx_workspace() and z.category = 'open' and z.active
              order by z.position, z.id limit 1) end
     where t.id = $1
    returning id, number"""
# Requester, participants and who wrote, without the staff and without names that are only claimed. $1 the ticket.
PEOPLE = """
    select p.id, p.name, (select a.email from addresses a where a.person_id = p.id and a.is_primary) as email,
           bool_or(o.wrote) as wrote
      from (select requester_id as id, false as wrote from tickets where id = $1
            union all select person_id, false from participants where ticket_id = $1
            union all (select author_id, id = any($2) from messages
                        where ticket_id = $1 and kind = 'reply' and not from_staff
                          and author_verdict is distinct from 'failed' order by id desc limit 2000)) o
      join people p on p.id = o.id
     where p.kind = 'contact' group by p.id, p.name order by p.name, p.id limit 200"""
# The change that split a ticket off, and what of it stands there now. $1 the new ticket.
SPLIT = """
    select c.id, c.at, o.id as origin_id, o.number, o.subject,
           array(select r.row_id from row_changes r join messages m on m.id = r.row_id and m.ticket_id = $1
                  where r.change_id = c.id and r.table_name = 'messages' and r.new ? 'ticket_id') as message_ids
      from ticket_relations l
      join tickets o on o.id = l.other_id
      join row_changes w on w.table_name = 'tickets' and w.row_id = l.ticket_id and w.operation = 'I'
      join changes c on c.id = w.change_id
     where l.ticket_id = $1 and l.kind = 'split_from' limit 1"""


class SplitMessage(msgspec.Struct, frozen=True):
    """A message that is to be split off; `author_id` is None for the staff and for whose name is only claimed."""

    id: int
    author_id: int | None
    channel: str
    text: str


class TicketSplit(msgspec.Struct, frozen=True):
    """How a ticket was split off: its change, the ticket that it comes from, and which of its messages stand here."""

    id: int
    at: datetime
    origin_id: int
    number: int
    subject: str
    message_ids: list[int]


async def list_split_messages(
    transaction: ReadTransaction, ticket_id: int, message_ids: list[int]
) -> list[SplitMessage]:
    """Return those of some messages that stand on a ticket, oldest first, with their first 1,000 characters."""
    rows = await transaction.fetch(
        """select m.id, m.channel, left(m.text, 1000) as text,
                  case when m.kind = 'reply' and not m.from_staff and m.author_verdict is distinct from 'failed'
                       then (select p.id from people p where p.id = m.author_id and p.kind = 'contact') end as author_id
             from messages m where m.ticket_id = $1 and m.id = any($2) order by m.id""",
        ticket_id,
        message_ids,
    )
    return [msgspec.convert(dict(row), SplitMessage) for row in rows]


async def has_other_messages(transaction: ReadTransaction, ticket_id: int, message_ids: list[int]) -> bool:
    """Tell whether a ticket holds a message besides some."""
    return await transaction.fetchval(
        "select exists (select from messages where ticket_id = $1 and id <> all($2))", ticket_id, message_ids
    )


async def list_people(transaction: ReadTransaction, ticket_id: int, message_ids: list[int]) -> list[SplitPerson]:
    """Return the people outside of a ticket, by name, at most 200, and who of them wrote some messages."""
    rows = await transaction.fetch(PEOPLE, ticket_id, message_ids)
    return [msgspec.convert(dict(row), SplitPerson) for row in rows]


async def open_split(
    work: UnitOfWork, source_id: int, subject: str, requester_id: int, channel: str
) -> tuple[int, int]:
    """Insert a ticket without messages that is handled as another is; return its id and number."""
    (row,) = await work.fetch(OPEN_SPLIT, source_id, subject, requester_id, channel)
    return row["id"], row["number"]


async def mark_read(work: UnitOfWork, ticket_id: int, person_id: int) -> None:
    """Let a new ticket count as read by somebody who saw all that stands on it."""
    await work.execute(
        """insert into ticket_reads (workspace_id, person_id, ticket_id) values (ctx_workspace(), $1, $2)
           on conflict do nothing""",
        person_id,
        ticket_id,
    )


async def find_split(transaction: ReadTransaction, ticket_id: int) -> TicketSplit | None:
    """Return how a ticket was split off, None when it was not, or its origin is out of sight."""
    row = await transaction.fetchrow(SPLIT, ticket_id)
    return None if row is None else msgspec.convert(dict(row), TicketSplit)


async def list_later(transaction: ReadTransaction, ticket_id: int, split: TicketSplit) -> list[LaterMessage]:
    """Return what a ticket holds besides what was split off, oldest first, at most MOST_MESSAGES."""
    rows = await transaction.fetch(
        """select id, author_name as author, kind, created_at, left(text, 200) as preview
             from messages where ticket_id = $1 and id <> all($2) order by id limit $3""",
        ticket_id,
        split.message_ids,
        MOST_MESSAGES,
    )
    return [msgspec.convert(dict(row), LaterMessage) for row in rows]


async def restore_subjects(work: UnitOfWork, change_id: int) -> None:
    """Let the messages whose subject a split wrote have the one that they had before."""
    await work.execute(
        """update messages m set subject = r.old->>'subject'
             from row_changes r
            where r.change_id = $1 and r.table_name = 'messages' and r.row_id = m.id and r.new ? 'subject'
              and m.subject is not distinct from r.new->>'subject'""",
        change_id,
    )
