"""All SQL of conversations."""

from __future__ import annotations

import msgspec

from atum_desk.conversations.models import Conversation, ConversationKind, LockedConversation, MailThread
from atum_desk.conversations.problems import ConversationNotFound
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.outbox.public import MAX_REFERENCES, MailAddress

# $1 the ticket.
ITEM = """
    select c.id, c.kind, c.subject, c.people, c.closed_at, c.created_at, c.version,
           n.messages as message_count, l.created_at as last_message_at, l.author_name as last_author,
           coalesce(left(l.text, 200), '') as preview,
           coalesce(n.by_others, 0) > coalesce(r.message_id, 0) as unread
      from conversations c
      cross join lateral (
        select count(*) as messages, max(m.id) filter (where m.author_id <> (select ctx_person())) as by_others
          from messages m where m.conversation_id = c.id) n
      left join lateral (
        select m.created_at, m.author_name, m.text from messages m
         where m.conversation_id = c.id order by m.id desc limit 1) l on true
      left join conversation_reads r on r.conversation_id = c.id and r.person_id = (select ctx_person())
     where c.ticket_id = $1"""


async def list_conversations(
    transaction: ReadTransaction, ticket_id: int, before: int | None, limit: int
) -> list[Conversation]:
    """Return a ticket's conversations below an id, newest first, at most `limit`."""
    rows = await transaction.fetch(
        f"{ITEM} and ($2::bigint is null or c.id < $2) order by c.id desc limit $3", ticket_id, before, limit
    )
    return [msgspec.convert(dict(row), Conversation) for row in rows]


async def get_conversation(transaction: ReadTransaction, ticket_id: int, conversation_id: int) -> Conversation:
    """Return one conversation of a ticket. Raises ConversationNotFound."""
    row = await transaction.fetchrow(f"{ITEM} and c.id = $2", ticket_id, conversation_id)
    if row is None:
        raise ConversationNotFound
    return msgspec.convert(dict(row), Conversation)


async def count_conversations(transaction: ReadTransaction, ticket_id: int) -> int:
    """Count a ticket's conversations."""
    return await transaction.fetchval("select count(*) from conversations where ticket_id = $1", ticket_id)


async def insert_conversation(
    work: UnitOfWork, ticket_id: int, kind: ConversationKind, subject: str, people: list[MailAddress]
) -> int:
    """Insert a conversation and return its id."""
    return await work.fetchval(
        """insert into conversations (workspace_id, ticket_id, kind, subject, people)
           values (ctx_workspace(), $1, $2, $3, $4) returning id""",
        ticket_id,
        kind,
        subject,
        people,
    )


async def lock_conversation(work: UnitOfWork, conversation_id: int, ticket_id: int | None = None) -> LockedConversation:
    """Lock a conversation, of a given ticket or of any. Raises ConversationNotFound."""
    row = await work.fetchrow(
        """select id, ticket_id, kind, subject, people, closed_at, version from conversations
            where id = $1 and ($2::bigint is null or ticket_id = $2) for update""",
        conversation_id,
        ticket_id,
    )
    if row is None:
        raise ConversationNotFound
    return msgspec.convert(dict(row), LockedConversation)


async def find_ticket(transaction: ReadTransaction, conversation_id: int) -> int | None:
    """Return the ticket that a conversation is about, None without such a conversation."""
    return await transaction.fetchval("select ticket_id from conversations where id = $1", conversation_id)


async def set_people(work: UnitOfWork, conversation_id: int, people: list[MailAddress]) -> None:
    """Let a conversation be with some people."""
    await work.execute("update conversations set people = $2 where id = $1", conversation_id, people)


async def set_closed(work: UnitOfWork, conversation_id: int, closed: bool) -> None:
    """Close a conversation, or open it again."""
    await work.execute(
        "update conversations set closed_at = case when $2 then moment() end where id = $1", conversation_id, closed
    )


async def find_mail_thread(transaction: ReadTransaction, conversation_id: int) -> MailThread:
    """Return what the next mail of a conversation answers: the newest that came, else the newest of ours."""
    rows = await transaction.fetch(
        """select * from (
             select mail_message_id as id, mail_references as refs, created_at as at, true as came from messages
              where conversation_id = $1 and coalesce(mail_message_id, '') <> ''
             union all
             select o.mail_message_id, o.mail_references, o.created_at, false
               from messages m join outbox o on o.message_id = m.id
              where m.conversation_id = $1 and o.state <> 'cancelled') t
            order by at desc limit $2""",
        conversation_id,
        MAX_REFERENCES,
    )
    answered = next((row["id"] for row in rows if row["came"]), rows[0]["id"] if rows else None)
    ids = list(dict.fromkeys(one for row in reversed(rows) for one in (*row["refs"], row["id"])))
    kept = ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[1 - MAX_REFERENCES :]]
    return MailThread(answered, kept)


async def mark_read(transaction: ReadTransaction, ticket_id: int, conversation_id: int) -> bool:
    """Remember that the actor has read a conversation as it is now; tell whether there is one."""
    return (
        await transaction.fetchval(
            """insert into conversation_reads (workspace_id, conversation_id, person_id, message_id)
               select c.workspace_id, c.id, ctx_person(),
                      coalesce((select max(m.id) from messages m where m.conversation_id = c.id), 0)
                 from conversations c where c.id = $2 and c.ticket_id = $1
               on conflict (person_id, conversation_id)
               do update set message_id = greatest(conversation_reads.message_id, excluded.message_id)
               returning true""",
            ticket_id,
            conversation_id,
        )
        or False
    )
