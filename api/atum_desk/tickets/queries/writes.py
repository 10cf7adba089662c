"""Statements that write tickets and messages, each one round trip."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import asyncpg
import msgspec

from atum_desk.contacts.public import is_own
from atum_desk.identity.public import ReplyAssigns
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.notices import kept
from atum_desk.outbox.public import Layout, SenderForm, StoppedAddress, layout_for, stopped_among
from atum_desk.tickets.fields import SETTABLE
from atum_desk.tickets.models import LockedTicket, NewMessage, NewTicket
from atum_desk.tickets.problems import MessageNotFound, RequesterUnknown, TicketNotFound
from atum_desk.tickets.queries.reply_signatures import ReplySignature, signature_of_reply
from atum_desk.tickets.values import priority_number

_NAMED = [name for name in LockedTicket.__struct_fields__ if name != "columns"]
_LOCKED_COLUMNS = dict.fromkeys([*_NAMED, *(column for one in SETTABLE.values() for column in one.columns)])
LOCKED = f"select {', '.join(_LOCKED_COLUMNS)} from tickets"
MESSAGE_COLUMNS = """
    workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel,
    text, html, quoted, recipients, cc, mail_message_id, mail_id, extras, author_verdict, author_words, mail_references,
    author_notice"""

OPEN = """
    with box as (
      select b.id, b.team_id from mailboxes b
       where b.workspace_id = ctx_workspace() and case when $1::bigint is null then b.active else b.id = $1 end
       order by b.id limit 1)
    insert into tickets (
        workspace_id, number, subject, status_id, category, priority, type, channel, team_id, assignee_id,
        requester_id, organization_id, mailbox_id, follow_up_of_id, tags, preview, message_count,
        last_message_at, last_requester_message_at, last_agent_message_at, first_response_at, automatic)
    select ctx_workspace(), next_ticket_number(), $2, s.id, s.category, $3, $4, $5, coalesce($6, box.team_id), $7,
           $8, (select p.organization_id from people p where p.id = $8), box.id, $9, $10, $11, 1,
           moment(), case when $12 then null else moment() end, case when $12 then moment() end,
           case when $14 then moment() end, $15
      from statuses s left join box on true
     where s.id = (select z.id from statuses z where z.workspace_id = ctx_workspace() and z.category = $13 and z.active
                    order by z.position, z.id limit 1)
    returning id, number"""
# A statement of its own: the policy of messages looks for the ticket, which the inserting statement does not see yet.
FIRST_MESSAGE = f"""
    with m as (
      insert into messages ({MESSAGE_COLUMNS}, subject, shown_at, bcc, signature)
      values (ctx_workspace(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $18, $19, $20, $21, $24, $17,
              greatest(case when $22 > interval '0' then moment() + $22 end, $26::timestamptz), $23, $25)
      returning id),
    c as (
      insert into participants (workspace_id, ticket_id, person_id, reason)
      select distinct ctx_workspace(), $1::bigint, u, 'copied' from unnest($14::bigint[]) u where u <> $15),
    d as (
      insert into ticket_reads (workspace_id, person_id, ticket_id)
      select ctx_workspace(), $16, $1 where $16::bigint is not null)
    select id from m"""

APPEND = f"""
    with m as (
      insert into messages ({MESSAGE_COLUMNS}, shown_at, bcc, mentions, conversation_id, aside, signature)
      values (ctx_workspace(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $16, $19, $20, $22, $23,
              greatest(case when $17 > interval '0' then moment() + $17 end, $18::timestamptz), $21, $24, $25, $26,
              $27)
      returning id, created_at, $2 = 'reply' and $5 as by_agent, $2 = 'reply' and not $5 as by_requester)
    update tickets t set
           message_count = t.message_count + 1,
           last_message_at = m.created_at,
           preview = case when $2 = 'note' then t.preview else $14 end,
           last_requester_message_at = case when m.by_requester then m.created_at else t.last_requester_message_at end,
           last_agent_message_at = case when m.by_agent then m.created_at else t.last_agent_message_at end,
           first_response_at = case when m.by_agent then coalesce(t.first_response_at, m.created_at)
                                    else t.first_response_at end,
           status_id = coalesce($15, t.status_id)
      from m
     where t.id = $1
    returning m.id"""


async def lock_ticket(work: UnitOfWork, number: int) -> LockedTicket:
    """Lock a visible ticket by number. Raises TicketNotFound."""
    row = await work.fetchrow(
        LOCKED + " where workspace_id = (select ctx_workspace()) and number = $1 for update", number
    )
    if row is None:
        raise TicketNotFound
    return locked_ticket(row)


async def lock_ticket_by_id(work: UnitOfWork, ticket_id: int) -> LockedTicket:
    """Lock a visible ticket by id. Raises TicketNotFound."""
    row = await work.fetchrow(LOCKED + " where id = $1 for update", ticket_id)
    if row is None:
        raise TicketNotFound
    return locked_ticket(row)


async def lock_ticket_of_message(
    work: UnitOfWork, message_id: int, kinds: tuple[str, ...] = ("reply",)
) -> LockedTicket:
    """Lock the visible ticket whose message of these kinds one is. Raises MessageNotFound."""
    row = await work.fetchrow(
        LOCKED + " where id = (select ticket_id from messages where id = $1 and kind = any($2)) for update",
        message_id,
        kinds,
    )
    if row is None:
        raise MessageNotFound
    return locked_ticket(row)


async def lock_tickets(work: UnitOfWork, numbers: list[int]) -> list[LockedTicket]:
    """Lock the visible ones of many tickets, in one order, so that two bulk edits never deadlock."""
    rows = await work.fetch(
        LOCKED + " where workspace_id = (select ctx_workspace()) and number = any($1) order by id for update", numbers
    )
    return [locked_ticket(row) for row in rows]


async def insert_ticket(work: UnitOfWork, new: NewTicket, preview: str) -> asyncpg.Record | None:
    """Insert a ticket and return its id and number; None when its mailbox is unknown."""
    answered = new.message.from_staff and new.message.kind == "reply"
    return await work.fetchrow(
        OPEN,
        new.mailbox_id,
        new.subject,
        priority_number(new.priority),
        new.type,
        new.channel,
        new.team_id,
        new.assignee_id,
        new.requester_id,
        new.follow_up_of_id,
        new.tags,
        preview,
        new.message.from_staff,
        new.category,
        answered,
        new.automatic,
    )


async def insert_first_message(work: UnitOfWork, ticket_id: int, new: NewTicket, read_by: int | None) -> int:
    """Insert a new ticket's first message and copies; `read_by` has seen it by writing it."""
    message = new.message
    author_words, author_notice = kept(message.author_notice, 500)
    return await work.fetchval(
        FIRST_MESSAGE,
        ticket_id,
        message.kind,
        message.author_id,
        message.author_name,
        message.from_staff,
        message.channel,
        message.text,
        message.html,
        message.quoted,
        message.recipients,
        message.cc,
        message.mail_message_id,
        message.mail_id,
        new.cc_ids,
        new.requester_id,
        read_by,
        new.subject,
        message.extras,
        message.author_verdict,
        author_words,
        message.mail_references,
        timedelta(seconds=message.hold_seconds),
        message.bcc,
        author_notice,
        message.signature,
        message.send_at,
    )


async def insert_message(
    work: UnitOfWork, ticket_id: int, message: NewMessage, preview: str, status_id: int | None
) -> int:
    """Insert a message, move the ticket's derived columns and, unless None, its status."""
    author_words, author_notice = kept(message.author_notice, 500)
    return await work.fetchval(
        APPEND,
        ticket_id,
        message.kind,
        message.author_id,
        message.author_name,
        message.from_staff,
        message.channel,
        message.text,
        message.html,
        message.quoted,
        message.recipients,
        message.cc,
        message.mail_message_id,
        message.mail_id,
        preview,
        status_id,
        message.extras,
        timedelta(seconds=message.hold_seconds),
        message.send_at,
        message.author_verdict,
        author_words,
        message.bcc,
        message.mail_references,
        author_notice,
        message.mentions,
        message.conversation_id,
        message.aside,
        message.signature,
    )


async def update_ticket(work: UnitOfWork, ticket_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a locked ticket; their names come from this slice's own table."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update tickets set {assignments} where id = $1", ticket_id, *columns.values())


async def rename_first_message(work: UnitOfWork, ticket_id: int, subject: str) -> None:
    """Let a search for the new subject's words land on the ticket."""
    await work.execute(
        "update messages set subject = $2 where id = (select min(id) from messages where ticket_id = $1)",
        ticket_id,
        subject,
    )


async def move_ticket(work: UnitOfWork, ticket_id: int, team_id: int) -> bool:
    """Hand a locked ticket to a team, even one the actor does not see; tell whether there is one."""
    return await work.fetchval("select move_ticket($1, $2)", ticket_id, team_id) or False


async def can_be_assigned(transaction: ReadTransaction, person_id: int, team_id: int) -> bool:
    """Tell whether somebody is active staff who sees a team's tickets."""
    return await transaction.fetchval(
        """select exists (select from people p where p.id = $1 and p.kind = 'staff' and p.active and (p.sees_all_teams
             or exists (select from team_members m where m.person_id = p.id and m.team_id = $2)))""",
        person_id,
        team_id,
    )


class FoundPerson(msgspec.Struct, frozen=True):
    """A person with their primary address; of a contact who was merged, the one that they became part of."""

    id: int
    name: str
    email: str | None


async def find_person(transaction: ReadTransaction, person_id: int) -> FoundPerson | None:
    """Return a person, for a merged contact the living one."""
    row = await transaction.fetchrow(
        """select p.id, p.name, a.email from people named
             join people p on p.id = case when named.merged_into_id is null then named.id else named.merged_into_id end
             left join addresses a on a.person_id = p.id and a.is_primary
            where named.id = $1""",
        person_id,
    )
    return FoundPerson(**row) if row else None


class MailContext(msgspec.Struct, frozen=True):
    """What a reply's mail needs to know of its ticket."""

    mailbox_id: int | None
    mailbox_name: str | None
    mailbox_address: str | None
    team_name: str
    # whether who replies to a ticket of nobody's becomes its assignee
    reply_assigns: ReplyAssigns
    requester_name: str
    requester_email: str | None
    requester_language: str
    # a mailbox of ours, which gets no mail of ours
    requester_is_own: bool
    layout: Layout | None
    # the requester's address, if mail to it came back for good
    stopped: list[StoppedAddress]
    # how long the person who writes wants to be able to undo; None: as the settings say
    undo_send_seconds: int | None
    # how often the requester's links to the ticket were revoked
    link_generation: int
    # what its mailbox says of its mail: the line to write above, text alone, how many messages to quote
    marker: bool
    plain_text: bool
    quoted_messages: int
    # the ticket's first mail that was not cancelled
    first_mail_id: int | None
    # the ticket's, when this was read
    version: int
    # how its mailbox wants the name that a mail comes from
    sender_form: SenderForm | None = None
    signature: ReplySignature | None = None


# `+ 0`: else the planner walks all mails by id to find the ticket's first.
MAIL_CONTEXT = f"""
    select b.id as mailbox_id, b.name as mailbox_name, b.address as mailbox_address, g.name as team_name,
           g.reply_assigns, p.name as requester_name, a.email as requester_email, p.locale as requester_language,
           {is_own("a.email")} as requester_is_own,
           {layout_for("t.team_id", "p.locale")} as layout,
           {stopped_among("array[a.email]")} as stopped,
           (select me.undo_send_seconds from people me where me.id = {{author}}) as undo_send_seconds,
           portal_link_generation(t.requester_id, t.id) as link_generation,
           coalesce(s.marker, true) as marker, coalesce(s.plain_text, false) as plain_text,
           coalesce(s.quoted_messages, 0) as quoted_messages,
           (select min(o.id + 0) from outbox o where o.ticket_id = t.id and o.state <> 'cancelled'
                and o.conversation_id is null and o.notified_id is null) as first_mail_id,
           t.version, s.sender_form, {signature_of_reply("{author}")} as signature
      from tickets t
      join teams g on g.id = t.team_id
      join people p on p.id = t.requester_id
      left join mailboxes b on b.id = coalesce(t.mailbox_id, (select x.id from mailboxes x
                                                               where x.active and x.workspace_id = t.workspace_id
                                                               order by x.id limit 1))
      left join mailbox_sending s on s.mailbox_id = b.id
      left join addresses a on a.person_id = p.id and a.is_primary
     where t.id = {{ticket}}"""
LOCKED_WITH_MAIL_CONTEXT = f"""
    with k as materialized ({LOCKED} where workspace_id = (select ctx_workspace()) and number = $1 for update)
    select k.*, (select row_to_json(c)::text
                   from ({MAIL_CONTEXT.format(ticket="k.id", author="ctx_person()")}) c) as mail from k"""


async def lock_ticket_with_mail_context(work: UnitOfWork, number: int) -> tuple[LockedTicket, MailContext]:
    """Lock a visible ticket by number, with what a reply's mail needs. Raises TicketNotFound."""
    row = await work.fetchrow(LOCKED_WITH_MAIL_CONTEXT, number)
    if row is None:
        raise TicketNotFound
    locked, read = locked_ticket(row), msgspec.json.decode(row["mail"], type=MailContext)
    # Whoever had to wait for the lock gets the ticket as it is now, and all else as it was before.
    if read.version != locked.version:
        read = await get_mail_context(work, locked.id)
    return locked, read


async def get_mail_context(transaction: ReadTransaction, ticket_id: int, author_id: int | None = None) -> MailContext:
    """Return where a reply's mail comes from and goes to, and how it looks; it is the actor's unless said."""
    author = "coalesce($2::bigint, ctx_person())"
    row = await transaction.fetchone(MAIL_CONTEXT.format(ticket="$1", author=author), ticket_id, author_id)
    return msgspec.convert(dict(row), MailContext)


async def list_mail_contexts(transaction: ReadTransaction, ticket_ids: list[int]) -> dict[int, MailContext]:
    """Return the same of several tickets, in one statement."""
    rows = await transaction.fetch(
        f"select n.id, c.* from unnest($1::bigint[]) n(id) cross join lateral "
        f"({MAIL_CONTEXT.format(ticket='n.id', author='ctx_person()')}) c",
        ticket_ids,
    )
    return {row["id"]: msgspec.convert({**row}, MailContext) for row in rows}


async def revoke_portal_links(work: UnitOfWork, ticket_id: int, person_id: int) -> int:
    """Revoke a person's links to a ticket; return how many sessions ended. Raises RequesterUnknown."""
    on_ticket = await work.fetchval(
        """select true from tickets t where t.id = $1 and (t.requester_id = $2 or exists
             (select from participants p where p.ticket_id = t.id and p.person_id = $2))""",
        ticket_id,
        person_id,
    )
    if not on_ticket:
        raise RequesterUnknown
    return await work.fetchval("select revoke_portal_links($1, $2)", person_id, ticket_id) or 0


async def mark_read(work: ReadTransaction, number: int) -> bool:
    """Remember that the actor has seen a ticket; tell whether it is visible."""
    return (
        await work.fetchval(
            """insert into ticket_reads (workspace_id, person_id, ticket_id, read_at)
           select t.workspace_id, ctx_person(), t.id, moment() from tickets t
            where t.workspace_id = (select ctx_workspace()) and t.number = $1
           on conflict (person_id, ticket_id) do update set read_at = excluded.read_at returning true""",
            number,
        )
        or False
    )


def locked_ticket(row: asyncpg.Record) -> LockedTicket:
    """Make a locked ticket of a row of LOCKED."""
    return LockedTicket(**{name: row[name] for name in _NAMED}, columns=dict(row))
