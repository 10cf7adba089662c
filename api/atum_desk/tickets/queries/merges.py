"""Statements that move what was said from one ticket to another."""

from __future__ import annotations

import msgspec

from atum_desk.files.public import move_files
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.outbox.public import move_mails
from atum_desk.tickets.models import LaterMessage, LockedTicket, MergedTicket, TicketMerge
from atum_desk.tickets.queries import writes

MOST_LATER = 200

# What a ticket says of its messages, once they are others.
COUNT_AGAIN = """
    update tickets t set
           message_count = m.count, last_message_at = m.last_at, last_requester_message_at = m.requester_at,
           last_agent_message_at = m.agent_at, first_response_at = m.first_response_at,
           preview = coalesce($2, t.preview)
      from (select count(*) as count, max(created_at) as last_at,
                   max(created_at) filter (where kind = 'reply' and not from_staff) as requester_at,
                   max(created_at) filter (where kind = 'reply' and from_staff) as agent_at,
                   min(created_at) filter (where kind = 'reply' and from_staff) as first_response_at
              from messages where ticket_id = $1) m
     where t.id = $1"""
# The change that merged a ticket, and what it moved. $1 the ticket.
MERGE = """
    select c.id, c.at, n.id as into_id, n.number as into_number, n.subject,
           coalesce((select (t.old->>'status_id')::bigint from row_changes t
                      where t.change_id = c.id and t.table_name = 'tickets' and t.row_id = s.id and t.old ? 'status_id'
                      limit 1), s.status_id) as status_id,
           array(select r.row_id from row_changes r join messages m on m.id = r.row_id and m.ticket_id = n.id
                  where r.change_id = c.id and r.table_name = 'messages') as message_ids,
           array(select (r.new->>'person_id')::bigint from row_changes r
                  where r.change_id = c.id and r.table_name = 'participants' and r.operation = 'I') as joined
      from tickets s
      join tickets n on n.workspace_id = s.workspace_id and n.number = s.merged_into
      join lateral (select x.id, x.at from changes x where x.ticket_id = s.id and x.command = 'ticket.merge'
                     order by x.id desc limit 1) c on true
     where s.id = $1"""


async def lock_living_ticket(work: UnitOfWork, ticket_id: int) -> LockedTicket:
    """Lock the ticket that what is said on one goes to now: itself, or what it was merged into.

    Whoever waited for the lock looks again, for the ticket may have been merged meanwhile. Raises TicketNotFound.
    """
    while (ticket := await writes.lock_ticket_by_id(work, ticket_id)).merged_into is not None:
        living_id = await work.fetchval("select ticket_now($1)", ticket_id)
        # Out of the actor's sight: then what is said stays where it was said.
        if living_id == ticket_id:
            break
        ticket_id = living_id
    return ticket


async def list_message_ids(transaction: ReadTransaction, ticket_id: int) -> list[int]:
    """Return all messages of a locked ticket."""
    return await transaction.fetchval("select array(select id from messages where ticket_id = $1)", ticket_id) or []


async def move_messages(work: UnitOfWork, from_id: int, to_id: int, message_ids: list[int]) -> None:
    """Move messages with their files and mails from one locked ticket to another."""
    await move_files(work, from_id, to_id, message_ids)
    await move_mails(work, from_id, to_id, message_ids)
    await work.execute(
        "update messages set ticket_id = $2 where ticket_id = $1 and id = any($3)", from_id, to_id, message_ids
    )


async def find_newest_reply(transaction: ReadTransaction, ticket_id: int) -> str | None:
    """Return how the newest reply on a ticket begins, None without any."""
    return await transaction.fetchval(
        """select left(text, 1000) from messages where ticket_id = $1 and kind = 'reply' order by id desc limit 1""",
        ticket_id,
    )


async def count_again(work: UnitOfWork, ticket_id: int, preview: str | None) -> None:
    """Derive what a locked ticket says of its messages; None keeps its preview."""
    await work.execute(COUNT_AGAIN, ticket_id, preview)


async def close_into(work: UnitOfWork, ticket_id: int, number: int) -> None:
    """Close a locked ticket and let it name the one that goes on."""
    await work.execute(
        """update tickets t set merged_into = $2,
                  status_id = (select s.id from statuses s where s.workspace_id = t.workspace_id
                                  and s.category = 'closed' and s.active order by s.position, s.id limit 1)
            where t.id = $1""",
        ticket_id,
        number,
    )


async def delete_links_between(work: UnitOfWork, one_id: int, other_id: int) -> None:
    """Delete what says that two tickets may be the same: now they are."""
    await work.execute(
        "delete from ticket_links where (ticket_id, other_id) in (($1::bigint, $2::bigint), ($2, $1))", one_id, other_id
    )


async def list_participant_ids(transaction: ReadTransaction, ticket_id: int) -> list[int]:
    """Return who takes part in a ticket besides its requester."""
    rows = await transaction.fetch("select person_id from participants where ticket_id = $1 order by id", ticket_id)
    return [row["person_id"] for row in rows]


async def find_merge(transaction: ReadTransaction, ticket_id: int) -> TicketMerge | None:
    """Return how a ticket was merged, None when it is not, or the other is out of sight."""
    row = await transaction.fetchrow(MERGE, ticket_id)
    return None if row is None else msgspec.convert(dict(row), TicketMerge)


async def list_later(transaction: ReadTransaction, merge: TicketMerge) -> list[LaterMessage]:
    """Return what came on the other ticket since, oldest first, at most MOST_LATER."""
    rows = await transaction.fetch(
        """select id, author_name as author, kind, created_at, left(text, 200) as preview
             from messages where ticket_id = $1 and created_at > $2 and id <> all($3)
            order by id limit $4""",
        merge.into_id,
        merge.at,
        merge.message_ids,
        MOST_LATER,
    )
    return [msgspec.convert(dict(row), LaterMessage) for row in rows]


async def list_merged(transaction: ReadTransaction, number: int) -> list[MergedTicket]:
    """Return the visible tickets that were merged into one, at most fifty."""
    rows = await transaction.fetch(
        """select number, subject from tickets
            where workspace_id = (select ctx_workspace()) and merged_into = $1 order by number limit 50""",
        number,
    )
    return [msgspec.convert(dict(row), MergedTicket) for row in rows]


async def separate(work: UnitOfWork, ticket_id: int, status_id: int) -> None:
    """Let a locked ticket stand by itself again, with the status that it had."""
    await work.execute("update tickets set merged_into = null, status_id = $2 where id = $1", ticket_id, status_id)


async def remove_joined(work: UnitOfWork, ticket_id: int, person_ids: list[int]) -> None:
    """Let those take part no longer who joined by the merge and have not written since."""
    await work.execute(
        """delete from participants p where p.ticket_id = $1 and p.person_id = any($2)
              and not exists (select from messages m where m.ticket_id = $1 and m.author_id = p.person_id)""",
        ticket_id,
        person_ids,
    )
