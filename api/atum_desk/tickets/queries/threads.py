"""One ticket with its thread, in one statement and one round trip."""

from __future__ import annotations

from datetime import datetime

import msgspec

from atum_desk.custom_fields.public import FIELD_BITS, fields_json, history_json, ids_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.stored_reads import StoredRead
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.notices import notice_beside
from atum_desk.lifecycle.public import MAY_MAKE
from atum_desk.outbox.public import stopped_among
from atum_desk.tickets.fields import IN_TICKET, SETTABLE, columns_of, joins_of
from atum_desk.tickets.models import MessageItem, StoredTicket, Thread
from atum_desk.tickets.problems import TicketNotFound
from atum_desk.tickets.property import NAME_SOURCES
from atum_desk.tickets.queries.lists import COLUMNS, JOINS
from atum_desk.tickets.thread_models import ThreadBeginning, ThreadPart

THREAD_LIMIT = 50
# A thread that is read again from where it began holds what came since, up to so many messages.
GROWN_THREAD_LIMIT = 200
NEWEST = 2**62
# Messages before a part of a thread are counted up to so many.
MOST_COUNTED = 10_000
# What history shows is what somebody may set, each property by the column that is set.
SHOWN_COLUMNS = [column for one in SETTABLE.values() for column in one.history_columns]
_BESIDE_LIST = tuple(one for one in IN_TICKET if not one.in_list)
_PEOPLE = [one.column for one in SETTABLE.values() if NAME_SOURCES.get(one.kind) == "person"]

# Messages newest first below a bound, each in the shape in which it leaves; changes are those between
# them; what is said aside has a thread of its own.
MESSAGES = f"""
    select 'message' as type, m.id, m.kind, m.from_staff,
           json_build_object('id', case when coalesce(m.author_verdict, 'proven') = 'proven' then m.author_id end,
                             'name', m.author_name) as author,
           case when m.author_verdict is not null then json_build_object(
                'verdict', m.author_verdict, 'words', coalesce(m.author_words, ''),
                'notice', {notice_beside("m.author_words", "m.author_notice")},
                'claims', m.author_verdict = 'failed' or m.author_verdict = 'unknown' and coalesce(
                  (select p.kind = 'staff' from people p where p.id = m.author_id), false)) end as author_check,
           m.channel, m.created_at,
           m.text, m.html, m.quoted, coalesce(strpos(m.html, 'data-remote-src') > 0, false) as has_remote_images,
           m.recipients as "to", m.cc, m.bcc,
           case when not m.from_staff then
             (select a.email from addresses a where a.person_id = m.author_id and a.is_primary) end as author_email,
           coalesce((select json_agg(json_build_object('id', f.id, 'filename', f.filename, 'mime_type', f.mime_type,
                                                       'size', f.size, 'inline', f.inline,
                                                       'redacted', f.redacted_at is not null,
                                                       'url', '/api/v1/attachments/' || f.id) order by f.id)
                       from attachments f where f.message_id = m.id), '[]') as attachments,
           (select json_build_object('outbox_id', b.id, 'state', b.state, 'held_until', b.held_until,
                                     'send_at', b.send_at,
                                     'next_attempt_at', b.next_attempt_at, 'last_error', b.last_error,
                                     'last_error_notice',
                                     {notice_beside("b.last_error", "b.last_error_notice")},
                                     'status_code', b.status_code, 'attempts', b.attempts, 'version', b.version)
              from outbox b where b.message_id = m.id order by b.id limit 1) as mail,
           case when m.redactions is null then '/api/v1/mails/' || m.mail_id || '/raw' end as raw_url,
           m.change_id, m.extras, m.signature,
           m.conversation_id, m.edited_at, m.redactions
      from messages m
     where {{which}} and m.id < {{before}}
     order by m.id desc limit {{limit}}"""

# Why an undo would be refused is told as far as a ticket's own rows tell it: what `undo_refusals()` says of all else
# (tickets/{number}/history) would take longer than the rest of the page.
_FIRST_ID, _AFTER_ID = ids_of("{ticket}")
CHANGES = f"""
    with of_ticket as materialized (
      select change_id, old, new from row_changes
       where table_name = 'tickets' and row_id = {{ticket}} and operation = 'U' and new ?| {{fields}} {{bound}}
       order by change_id desc limit {{limit}}),
    of_fields as materialized (
      select change_id, row_id, operation, old, new from row_changes
       where table_name = 'ticket_field_values' and row_id >= {_FIRST_ID} and row_id < {_AFTER_ID} {{bound}}
       order by change_id desc limit {{limit}}),
    rc as materialized (
      select change_id, old, new from of_ticket
       union all
      select distinct change_id, '{{{{}}}}'::jsonb, '{{{{}}}}'::jsonb from of_fields
       where change_id not in (select change_id from of_ticket)
       order by change_id desc limit {{limit}})
    select c.id, c.command, case when c.undo_of is not null then c.summary->>'command' end as undone_command,
           c.actor_id, p.name as actor_name, c.via, c.at, c.undo_of, rc.old, rc.new,
           array_remove(array[
             case when c.id = any((select undone_among(array(select change_id from rc)))::bigint[]) then 'undone' end,
             case when jsonb_populate_record(stands, rc.new) is distinct from stands or exists (
               select from of_fields w left join ticket_field_values v on v.id = w.row_id
                where w.change_id = c.id and case when w.operation = 'D' then v.id is not null
                      else v.id is null or jsonb_populate_record(v, w.new) is distinct from v end)
             then 'changed_since' end,
             case when exists (
               select from row_changes w join outbox o on o.id = w.row_id
                where w.change_id = c.id and w.table_name = 'outbox' and w.operation = 'I'
                  and o.state in ('sending', 'sent', 'delivered', 'bounced', 'unknown')) then 'mail_left' end
           ], null) as codes,
           (select coalesce(json_agg(json_build_object('key', f.key, 'name', f.name, 'kind', f.kind,
                                       'old', {history_json("w.old", "f")}, 'new', {history_json("w.new", "f")})
                                     order by f.position, f.id), '[]')
              from of_fields w join custom_fields f on f.id = w.row_id & ((1 << {FIELD_BITS}) - 1)
             where w.change_id = c.id) as fields
      from rc
      join changes c on c.id = rc.change_id
      join tickets stands on stands.id = {{ticket}}
      left join people p on p.id = c.actor_id
     order by c.id desc"""

DETAILS = f"""
    {columns_of(_BESIDE_LIST)}, d.read_at, on_it.requester_email,
    (select json_build_object('id', ro.id, 'name', ro.name)
       from organizations ro where ro.id = r.organization_id) as requester_organization,
    r.time_zone as requester_time_zone, {fields_json("ticket", "t.id")} as fields,
    {stopped_among("on_it.emails")} as stopped, on_it.cc,
    array(select y.key from status_transitions x join statuses y on y.id = x.to_id
           where x.from_id = t.status_id and {MAY_MAKE} order by y.position, y.id) as allowed_statuses"""
# Requester and participants with their addresses, once for all that is said of them.
DETAIL_JOINS = f"""
    {joins_of(_BESIDE_LIST)}
    cross join lateral (
      select min(x.email) filter (where x.place = 0) as requester_email, array_agg(x.email) as emails,
             coalesce(json_agg(json_build_object('id', x.id, 'name', x.name, 'email', x.email, 'reason', x.reason)
                                 order by x.place)
                        filter (where x.place > 0), '[]') as cc
        from (select o.id, o.name, o.place, o.reason,
                     (select a.email from addresses a where a.person_id = o.id and a.is_primary) as email
                from (select t.requester_id as id, r.name, 0::bigint as place, null as reason
                      union all select cp.id, cp.name, pa.id, pa.reason
                        from participants pa join people cp on cp.id = pa.person_id
                       where pa.ticket_id = t.id) o) x) on_it"""
# Ids in the values of `shown` become names; what was deleted since stays a number.
NAMES = f"""
    json_build_object(
      'status_id', (select json_object_agg(id, json_build_object('key', key, 'name', name)) from statuses),
      'resolution_id', (select json_object_agg(id, json_build_object('key', key, 'name', name)) from resolutions),
      'team_id', (select json_object_agg(id, json_build_object('id', id, 'name', name)) from teams),
      'person', (select json_object_agg(f.id, json_build_object('id', f.id, 'name', f.name)) from (
          select i.id, (select n.name from people n where n.id = i.id) as name from (
            select distinct v.v::bigint as id from shown x, lateral (values
              {", ".join(f"(x.old->>'{column}'), (x.new->>'{column}')" for column in _PEOPLE)}) v(v)
             where v.v is not null) i offset 0) f
           where f.name is not null))"""


TICKET = f"""
    select {COLUMNS}, {DETAILS} from tickets t {JOINS} {DETAIL_JOINS}
     where t.workspace_id = (select ctx_workspace()) and t.number = $1"""
_MESSAGES_OF_K = "(select coalesce(json_agg(x), '[]') from ({messages}) x) as messages"
_NEWEST = MESSAGES.format(which="m.ticket_id = k.id and not m.aside and m.id >= $2", before=NEWEST, limit="$3")
_SHOWN = CHANGES.format(ticket="(select id from k)", fields="$4::text[]", bound="", limit=THREAD_LIMIT)
_ONE = MESSAGES.format(which="m.ticket_id = k.id", before="$2 + 1", limit="1")
_OLDER = MESSAGES.format(which="m.ticket_id = $1 and not m.aside", before="$2", limit="$3")
_EARLIER = CHANGES.format(ticket="$1", fields="$4::text[]", bound="and change_id < $2", limit="$3")

# Each returns one text of JSON. Each mention of a table brings its policies along, so what is used
# twice is read once.
TICKET_ALONE = f"select row_to_json(k)::text from ({TICKET}) k"
TICKET_WITH_MESSAGE = f"""
    with k as materialized ({TICKET})
    select row_to_json(p)::text from (select k.*, {_MESSAGES_OF_K.format(messages=_ONE)} from k) p"""
TICKET_WITH_THREAD = f"""
    with k as materialized ({TICKET}), shown as materialized ({_SHOWN})
    select row_to_json(p)::text from (
      select k.*, {_MESSAGES_OF_K.format(messages=_NEWEST)},
             (select coalesce(json_agg(x), '[]') from shown x) as changes, {NAMES} as names
        from k) p"""
_OF_CONVERSATION = MESSAGES.format(which="m.conversation_id = $1", before="$2", limit="$3")
OF_CONVERSATION = f"select coalesce(json_agg(x), '[]')::text from ({_OF_CONVERSATION}) x"
OLDER = f"select coalesce(json_agg(x), '[]')::text from ({_OLDER}) x"
EARLIER_CHANGES = f"""
    with shown as materialized ({_EARLIER})
    select json_build_object('changes', (select coalesce(json_agg(x), '[]') from shown x), 'names', {NAMES})::text"""
READ_TICKET = StoredRead(TICKET_WITH_THREAD, "int", "bigint", "bigint", "text[]")

_OF_TICKET = "m.ticket_id = (select id from k) and not m.aside"
_COUNT_EARLIER = f"""
    (select count(*) from (select from messages m where {_OF_TICKET} and m.id < {{first}}
                            limit {MOST_COUNTED}) c)"""
_FIRST = f"m.id = (select m.id from messages m where {_OF_TICKET} order by m.id limit 1)"
# What a thread that is longer than its newest part begins with. $1 number, $2 the part's oldest message, $3 since when
# all of the part is unread, or null.
BEGINNING = f"""
    with k as materialized (
      select id from tickets where workspace_id = (select ctx_workspace()) and number = $1)
    select json_build_object(
        'first_message', (select row_to_json(x) from ({MESSAGES.format(which=_FIRST, before="$2", limit=1)}) x),
        'earlier', {_COUNT_EARLIER.format(first="$2")},
        'first_unread_id', case when $3 is not null then
          (select m.id from messages m
            where {_OF_TICKET} and m.id < $2 and m.author_id is distinct from (select ctx_person())
              and m.id > coalesce((select m.id from messages m where {_OF_TICKET} and m.id < $2 and m.created_at <= $3
                                    order by m.id desc limit 1), 0)
            order by m.id limit 1) end)::text
      from k"""
READ_BEGINNING = StoredRead(BEGINNING, "int", "bigint", "timestamptz")

# A part of a thread between two messages, and what lies on either side. $1 number, $2 and $3 the bounds, $4 how many,
# $5 the message around which they are.
_WALK = f"""
    select m.id from messages m
     where {_OF_TICKET} and m.id {{after}} and m.id {{before}} order by m.id {{order}}"""
_DOWN = _WALK.format(after="> $2::bigint", before="< $3::bigint", order="desc limit $4")
_UP = _WALK.format(after="> $2::bigint", before="< $3::bigint", order="limit $4")
_BEFORE = _WALK.format(after="> $2::bigint", before="< least($3::bigint, $5::bigint)", order="desc limit $4 / 2")
_FROM = _WALK.format(after=">= greatest($2::bigint + 1, $5::bigint)", before="< $3::bigint", order="limit ($4 + 1) / 2")
_AROUND = f"(select id from ({_BEFORE}) a) union all (select id from ({_FROM}) b)"
_PART = """
    with k as materialized (
      select id from tickets where workspace_id = (select ctx_workspace()) and number = $1),
    page as materialized ({page})
    select json_build_object(
        'messages', (select coalesce(json_agg(x), '[]') from ({messages}) x),
        'earlier', {earlier},
        'goes_on', exists (select from messages m
                            where {of_ticket} and m.id > (select coalesce(max(id), $2) from page)))::text
      from k"""


def _part(page: str) -> str:
    return _PART.format(
        page=page,
        messages=MESSAGES.format(which="m.id = any(array(select id from page))", before=NEWEST, limit="$4"),
        earlier=_COUNT_EARLIER.format(first="(select coalesce(min(id), $3) from page)"),
        of_ticket=_OF_TICKET,
    )


PART_DOWN, PART_UP, PART_AROUND = (_part(page) for page in (_DOWN, _UP, _AROUND))


class PartBounds(msgspec.Struct, frozen=True):
    """Between which messages a part of a thread lies, both left out, and around which one; None: no bound."""

    after: int | None = None
    before: int | None = None
    around: int | None = None


_ticket = msgspec.json.Decoder(StoredTicket)
_messages = msgspec.json.Decoder(list[MessageItem])


async def read_ticket(database: Database, actor: Actor, number: int, first_id: int = 0) -> tuple[StoredTicket, Actor]:
    """Return a ticket with the newest part of its thread, and the fresh actor.

    One round trip, and one more for a thread that is longer than the part. With `first_id` the part begins at that
    message, as far as the messages from there on are no more than GROWN_THREAD_LIMIT. Raises TicketNotFound for what
    is invisible.
    """
    limit = GROWN_THREAD_LIMIT if first_id else THREAD_LIMIT
    rows, actor = await database.read_once(actor, READ_TICKET, number, first_id, limit, SHOWN_COLUMNS)
    ticket = _decoded(rows[0]["answer"] if rows else None)
    if first_id or len(ticket.messages) == limit:
        ticket = await _with_beginning(database, actor, number, ticket)
    if ticket.first_unread_id is None:
        unread = first_unread_among(ticket.messages, ticket.read_at, actor.person_id)
        ticket = msgspec.structs.replace(ticket, first_unread_id=unread)
    return ticket, actor


async def _with_beginning(database: Database, actor: Actor, number: int, ticket: StoredTicket) -> StoredTicket:
    """Return a ticket with what lies before the part of its thread that it came with."""
    oldest = ticket.messages[-1] if ticket.messages else None
    # Where all of the part is unread, so may be what lies before it.
    read_at = ticket.read_at if oldest and ticket.read_at and oldest.created_at > ticket.read_at else None
    bound = oldest.id if oldest else NEWEST
    rows, _ = await database.read_once(actor, READ_BEGINNING, number, bound, read_at)
    if not rows:
        raise TicketNotFound
    beginning = msgspec.json.decode(rows[0]["answer"], type=ThreadBeginning)
    return msgspec.structs.replace(
        ticket,
        earlier=beginning.earlier,
        first_message=beginning.first_message,
        first_unread_id=beginning.first_unread_id,
    )


def first_unread_among(messages: list[MessageItem], read_at: datetime | None, person_id: int) -> int | None:
    """Return the oldest message that others wrote since a ticket was read; None for who never read it."""
    if read_at is None:
        return None
    unread = [one.id for one in messages if one.created_at > read_at and one.author.id != person_id]
    return min(unread, default=None)


async def get_ticket(transaction: ReadTransaction, number: int) -> StoredTicket:
    """Return a ticket without its thread. Raises TicketNotFound for what is invisible."""
    return _decoded(await transaction.fetchval(TICKET_ALONE, number))


async def get_ticket_with_message(transaction: ReadTransaction, number: int, message_id: int) -> StoredTicket:
    """Return a ticket with one of its messages. Raises TicketNotFound."""
    return _decoded(await transaction.fetchval(TICKET_WITH_MESSAGE, number, message_id))


async def list_older_messages(transaction: ReadTransaction, number: int, before: int) -> list[MessageItem]:
    """Return the messages before one, newest first. Raises TicketNotFound."""
    ticket_id = await get_ticket_id(transaction, number)
    return _messages.decode(await transaction.fetchval(OLDER, ticket_id, before, THREAD_LIMIT))


async def get_thread_part(
    transaction: ReadTransaction, number: int, bounds: PartBounds, limit: int = THREAD_LIMIT
) -> ThreadPart:
    """Return the messages of a ticket's thread between two of them, newest first. Raises TicketNotFound.

    At most `limit`: those around a message where one is named, else the newest; with a lower bound alone the oldest.
    """
    values = [number, bounds.after or 0, NEWEST if bounds.before is None else bounds.before, limit]
    if bounds.around is not None:
        text = await transaction.fetchval(PART_AROUND, *values, bounds.around)
    else:
        is_upwards = bounds.after is not None and bounds.before is None
        text = await transaction.fetchval(PART_UP if is_upwards else PART_DOWN, *values)
    if text is None:
        raise TicketNotFound
    return msgspec.json.decode(text, type=ThreadPart)


async def list_conversation_messages(
    transaction: ReadTransaction, conversation_id: int, before: int, limit: int
) -> list[MessageItem]:
    """Return the messages of a conversation before one, newest first; none of one that is out of sight."""
    return _messages.decode(await transaction.fetchval(OF_CONVERSATION, conversation_id, before, limit))


async def list_changes(transaction: ReadTransaction, number: int, before: int, limit: int) -> Thread:
    """Return a ticket's property changes before one, newest first. Raises TicketNotFound."""
    ticket_id = await get_ticket_id(transaction, number)
    text = await transaction.fetchval(EARLIER_CHANGES, ticket_id, before, limit, SHOWN_COLUMNS)
    return msgspec.json.decode(text, type=Thread)


async def get_ticket_id(transaction: ReadTransaction, number: int) -> int:
    """Return a visible ticket's id. Raises TicketNotFound."""
    ticket_id = await transaction.fetchval(
        "select id from tickets where workspace_id = (select ctx_workspace()) and number = $1", number
    )
    if ticket_id is None:
        raise TicketNotFound
    return ticket_id


def _decoded(text: str | None) -> StoredTicket:
    if text is None:
        raise TicketNotFound
    return _ticket.decode(text)


async def find_newest_of_others(
    transaction: ReadTransaction, ticket_id: int, after_id: int
) -> tuple[int, str | None] | None:
    """Return the newest visible message after one that the actor did not write, and who wrote it.

    The name is None where it is only claimed: its proof failed, or it is one of ours and nothing proves it.
    """
    # A statement of its own: one that also waits for the lock would not see what it waited for.
    row = await transaction.fetchrow(
        """select m.id, case when m.author_verdict is null or m.author_verdict = 'proven'
                             or m.author_verdict = 'unknown' and (select p.kind <> 'staff' from people p
                                                                   where p.id = m.author_id)
                           then m.author_name end as author
             from messages m
            where m.ticket_id = $1 and m.id > $2 and not m.aside and m.author_id is distinct from (select ctx_person())
            order by m.id desc limit 1""",
        ticket_id,
        after_id,
    )
    return (row["id"], row["author"]) if row else None
