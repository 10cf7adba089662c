"""One ticket with its thread, in one statement: the page costs three round trips in all."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from atum_desk.identity.public import NamedRef
from atum_desk.kernel.db import View
from atum_desk.tickets.models import MailboxRef, Participant, StoredChange, StoredMessage
from atum_desk.tickets.problems import TicketNotFound
from atum_desk.tickets.queries.lists import COLUMNS, JOINS

THREAD_LIMIT = 50
SHOWN_FIELDS = [
    "subject",
    "status_id",
    "priority",
    "type",
    "team_id",
    "assignee_id",
    "requester_id",
    "tags",
]

# Messages newest first below a bound; changes are those between them. $1 ticket, $2 bound, $3 limit.
MESSAGES = """
    select m.id, m.kind, m.from_staff, m.author_id, m.author_name, m.channel, m.text, m.quoted, m.html,
           m.recipients, m.cc, m.mail_id, m.created_at,
           coalesce((select json_agg(json_build_object('id', f.id, 'filename', f.filename, 'mime_type', f.mime_type,
                                                       'size', f.size, 'inline', f.inline) order by f.id)
                       from attachments f where f.message_id = m.id), '[]') as attachments,
           (select json_build_object('outbox_id', b.id, 'state', b.state, 'held_until', b.held_until,
                                     'last_error', b.last_error)
              from outbox b where b.message_id = m.id order by b.id limit 1) as mail,
           (select rc.change_id from row_changes rc
             where rc.table_name = 'messages' and rc.row_id = m.id and rc.operation = 'I'
             order by rc.change_id desc limit 1) as change_id
      from messages m
     where m.ticket_id = {ticket} and m.id < {before}
     order by m.id desc limit {limit}"""

CHANGES = """
    select c.id, c.command, c.actor_id, p.name as actor_name, c.via, c.at, c.undo_of, rc.old, rc.new,
           exists (select from changes u where u.undo_of = c.id
                      and not exists (select from changes uu where uu.undo_of = u.id)) as undone
      from (select change_id, old, new from row_changes
             where ticket_id = {ticket} and table_name = 'tickets' and operation = 'U' and new ?| {fields} {bound}
             order by change_id desc limit {limit}) rc
      join changes c on c.id = rc.change_id
      left join people p on p.id = c.actor_id
     order by c.id desc"""

DETAILS = """
    t.first_response_at, t.closed_at, t.status_id, t.mailbox_id, b.address as mailbox_address, b.name as mailbox_name,
    fu.number as follow_up_of,
    (select e.email from addresses e where e.person_id = t.requester_id and e.is_primary) as requester_email,
    (select json_build_object('id', ro.id, 'name', ro.name)
       from organizations ro where ro.id = r.organization_id) as requester_organization,
    coalesce((select json_agg(json_build_object('id', cp.id, 'name', cp.name, 'email', ca.email) order by pa.id)
                from participants pa
                join people cp on cp.id = pa.person_id
                left join addresses ca on ca.person_id = cp.id and ca.is_primary
               where pa.ticket_id = t.id), '[]') as cc,
    array(select ts.key from status_transitions tr join statuses ts on ts.id = tr.to_id
           where tr.from_id = t.status_id order by ts.position) as allowed_statuses"""
DETAIL_JOINS = """
    left join mailboxes b on b.id = t.mailbox_id
    left join tickets fu on fu.id = t.follow_up_of_id"""
# Ids in old and new values become names; what was deleted since stays a number.
NAMES = """
    json_build_object(
      'status_id', (select json_object_agg(id, name) from statuses),
      'team_id', (select json_object_agg(id, name) from teams),
      'person', (select json_object_agg(n.id, n.name) from people n where n.id in (
          select (v.v)::bigint from ({changes}) x, lateral (values
              (x.old->>'assignee_id'), (x.new->>'assignee_id'),
              (x.old->>'requester_id'), (x.new->>'requester_id')) v(v)
           where v.v is not null)))"""


def _page_statement(with_thread: bool) -> str:
    ticket = f"""select {COLUMNS}, {DETAILS} from tickets t {JOINS} {DETAIL_JOINS}
                  where t.workspace_id = (select ctx_workspace()) and t.number = $1"""
    if not with_thread:
        return ticket
    messages = MESSAGES.format(ticket="k.id", before="$2", limit="$3")
    changes = CHANGES.format(ticket="k.id", fields="$4::text[]", bound="", limit="$3")
    return f"""
        select k.*,
          (select coalesce(json_agg(x), '[]')::text from ({messages}) x) as messages,
          (select coalesce(json_agg(x), '[]')::text from ({changes}) x) as changes,
          {NAMES.format(changes=changes)} as names
        from ({ticket}) k"""


TICKET = _page_statement(with_thread=False)
TICKET_WITH_THREAD = _page_statement(with_thread=True)
AS_JSON = "select (select coalesce(json_agg(x), '[]')::text from ({statement}) x)"
OLDER = AS_JSON.format(statement=MESSAGES.format(ticket="$1", before="$2", limit="$3"))
ONE_MESSAGE = AS_JSON.format(statement=MESSAGES.format(ticket="$1", before="$2 + 1", limit="1"))


class Thread(msgspec.Struct, frozen=True):
    """Messages and property changes, newest first, and the names of the ids in them."""

    messages: list[StoredMessage]
    changes: list[StoredChange]
    names: dict[str, dict[str, str] | None]


_messages = msgspec.json.Decoder(list[StoredMessage])
_changes = msgspec.json.Decoder(list[StoredChange])


async def get_ticket(view: View, number: int) -> asyncpg.Record:
    """Return a ticket's columns without its thread. Raises TicketNotFound for what is invisible."""
    row = await view.fetchrow(TICKET, number)
    if row is None:
        raise TicketNotFound
    return row


async def get_ticket_with_thread(view: View, number: int) -> tuple[asyncpg.Record, Thread]:
    """Return a ticket's columns and the newest part of its thread. Raises TicketNotFound."""
    row = await view.fetchrow(TICKET_WITH_THREAD, number, 2**62, THREAD_LIMIT, SHOWN_FIELDS)
    if row is None:
        raise TicketNotFound
    return row, Thread(
        messages=_messages.decode(row["messages"]),
        changes=_changes.decode(row["changes"]),
        names=row["names"],
    )


async def list_older_messages(view: View, number: int, before: int) -> list[StoredMessage]:
    """Return the messages before one, newest first. Raises TicketNotFound."""
    ticket_id = await get_ticket_id(view, number)
    return _messages.decode(await view.fetchval(OLDER, ticket_id, before, THREAD_LIMIT))


async def get_message(view: View, ticket_id: int, message_id: int) -> StoredMessage:
    """Return one message as its thread shows it."""
    return _messages.decode(await view.fetchval(ONE_MESSAGE, ticket_id, message_id))[0]


async def list_changes(view: View, number: int, before: int, limit: int) -> Thread:
    """Return a ticket's property changes before one, newest first. Raises TicketNotFound."""
    ticket_id = await get_ticket_id(view, number)
    changes = CHANGES.format(
        ticket="$1", fields="$4::text[]", bound="and change_id < $2", limit="$3"
    )
    row = await view.fetchone(
        f"{AS_JSON.format(statement=changes)} as changes, {NAMES.format(changes=changes)} as names",
        ticket_id, before, limit, SHOWN_FIELDS,
    )  # fmt: skip
    return Thread(messages=[], changes=_changes.decode(row["changes"]), names=row["names"])


async def get_ticket_id(view: View, number: int) -> int:
    """Return a visible ticket's id. Raises TicketNotFound."""
    ticket_id = await view.fetchval(
        "select id from tickets where workspace_id = (select ctx_workspace()) and number = $1",
        number,
    )
    if ticket_id is None:
        raise TicketNotFound
    return ticket_id


def mailbox_of(row: asyncpg.Record) -> MailboxRef | None:
    """Return the ticket's mailbox from its columns."""
    if row["mailbox_id"] is None:
        return None
    return MailboxRef(row["mailbox_id"], row["mailbox_address"], row["mailbox_name"])


def participants_of(row: asyncpg.Record) -> list[Participant]:
    """Return who gets copies."""
    return msgspec.convert(row["cc"], list[Participant])


def organization_of_requester(row: asyncpg.Record) -> NamedRef | None:
    """Return the requester's organization, which may differ from the ticket's."""
    value: Any = row["requester_organization"]
    return NamedRef(value["id"], value["name"]) if value else None
