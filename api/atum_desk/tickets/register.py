"""The register of fields: a ticket's properties, and what follows from them or belongs to others.

Every property of tickets/fields.py is an entry, unless it says why not; the entries below have another
source. Lists, the text form of conditions, `GET /fields` and the web's pickers read it (ADR 0043).
"""

from __future__ import annotations

from typing import get_args

from atum_desk.conditions.public import Field, Register
from atum_desk.lifecycle.public import Category
from atum_desk.tickets.checklist_sql import CHECKLIST_STATE
from atum_desk.tickets.fields import PROPERTIES
from atum_desk.tickets.property import Property
from atum_desk.tickets.snoozed import AWAKE, SNOOZED, WOKEN_FOR_READER
from atum_desk.tickets.starred import STARRED_BY_READER
from atum_desk.tickets.values import Automatic, Channel, TicketType

# A scalar sub-select and not EXISTS: PostgreSQL would read the whole table once for many tickets.
_REQUESTER = "(select true from people p where p.id = t.requester_id and {test} limit 1)"
_ADDRESS = "(select true from addresses x where x.person_id = t.requester_id and {test} limit 1)"
_ORGANIZATION = "(select true from organizations o where o.id = t.organization_id and {test} limit 1)"
_DOMAIN = "(select true from organization_domains x where x.organization_id = t.organization_id and {test} limit 1)"
_PARTICIPANT = "(select true from participants x where x.ticket_id = t.id and {test} limit 1)"
_MESSAGE = "(select true from messages m where m.ticket_id = t.id and {test} limit 1)"
_ATTACHMENT = """(select true from messages m join attachments f on f.message_id = m.id
                   where m.ticket_id = t.id and {test} limit 1)"""
_READ_SINCE = """(select true from ticket_reads d where d.person_id = (select ctx_person()) and d.ticket_id = t.id
                    and d.read_at >= {moment} limit 1)"""
_UNREAD = f"""((t.last_requester_message_at is not null
                 and {_READ_SINCE.format(moment="t.last_requester_message_at")} is not true)
               or ({WOKEN_FOR_READER} and {_READ_SINCE.format(moment="t.woken_at")} is not true))"""
# The reader's own; the policy of stars shows no others.
_STARRED = f"case when {STARRED_BY_READER} then 'me' end"
# The policy of links shows those alone whose other side the reader sees.
_PARENT = """(select o.number from ticket_relations l join tickets o on o.id = l.other_id
               where l.ticket_id = t.id and l.kind = 'parent' limit 1)"""
_LINKED = "((select true from ticket_relations l where l.ticket_id = t.id and {test} limit 1) is true)"
# Values of a choice, by the key of the property.
_CHOICES: dict[str, tuple[str, ...]] = {
    "type": get_args(TicketType),
    "channel": get_args(Channel),
    "automatic": get_args(Automatic),
}
# The value is not the property's column.
_OTHER_SQL = {"follow_up_of": "(select f.number from tickets f where f.id = t.follow_up_of_id)"}
_LOOKUPS = {
    "status": "array(select s.id from statuses s where s.key = any({values}::text[]))",
    "resolution": "array(select z.id from resolutions z where z.key = any({values}::text[]))",
}
_READERS_OWN = {"team": "array(select x.team_id from team_members x where x.person_id = {me}::bigint)"}


def _field_of(one: Property) -> Field:
    return Field(
        key=one.key,
        name=one.written or (one.key.removesuffix("_at") if one.kind == "moment" else one.key),
        kind=one.kind,
        sql=_OTHER_SQL.get(one.key, f"t.{one.column}"),
        choices=one.ranks or _CHOICES.get(one.key, ()),
        lookup=_LOOKUPS.get(one.kind, ""),
        readers_own=_READERS_OWN.get(one.kind, ""),
        permission=one.setting.permission if one.setting else None,
        command=one.setting.command if one.setting else None,
        in_list=one.in_list,
        sorts=one.sorts,
        filters=one.narrowed_by,
        contacts_see=one.granted,
    )


_OTHERS = (
    Field(key="category", name="category", kind="choice", sql="t.category", choices=get_args(Category)),
    # Open work: what is snoozed is none until it wakes.
    Field(key="open", name="open", kind="boolean", sql=f"(t.is_open and {AWAKE})"),
    Field(key="snoozed", name="snoozed", kind="boolean", sql=f"({SNOOZED})"),
    Field(
        key="snoozed_until", name="snoozed_until", kind="moment", sql=f"case when {SNOOZED} then t.snoozed_until end"
    ),
    Field(key="checklist", name="checklist", kind="choice", sql=CHECKLIST_STATE, choices=("open", "done")),
    Field(key="starred", name="starred", kind="choice", sql=_STARRED, choices=("me",)),
    Field(key="unread", name="unread", kind="boolean", sql=_UNREAD),
    Field(key="parent", name="parent", kind="ticket", sql=_PARENT),
    Field(key="children", name="children", kind="boolean", sql=_LINKED.format(test="l.kind = 'child'")),
    Field(key="linked", name="linked", kind="boolean", sql=_LINKED.format(test="l.kind <> 'not_same'")),
    Field(key="cc", name="cc", kind="contact", sql="x.person_id", within=_PARTICIPANT, several=True),
    Field(
        key="requester.name", name="requester.name", kind="text", sql="p.name", within=_REQUESTER, source="requester"
    ),
    Field(
        key="requester.email", name="requester.email", kind="text", sql="x.email", within=_ADDRESS, source="requester"
    ),
    Field(
        key="requester.created_at",
        name="requester.created",
        kind="moment",
        sql="p.created_at",
        within=_REQUESTER,
        source="requester",
    ),
    Field(
        key="requester.vip",
        name="requester.vip",
        kind="boolean",
        sql="(select p.vip from people p where p.id = t.requester_id)",
        source="requester",
    ),
    Field(
        key="organization.name",
        name="organization.name",
        kind="text",
        sql="o.name",
        within=_ORGANIZATION,
        source="organization",
    ),
    Field(
        key="organization.domain",
        name="organization.domain",
        kind="text",
        sql="x.domain",
        within=_DOMAIN,
        source="organization",
    ),
    Field(
        # A ticket of no organization is of no VIP.
        key="organization.vip",
        name="organization.vip",
        kind="boolean",
        sql="coalesce((select o.vip from organizations o where o.id = t.organization_id), false)",
        source="organization",
    ),
    Field(key="message.author", name="from", kind="text", sql="m.author_name", within=_MESSAGE, source="messages"),
    Field(
        key="message.attachment",
        name="attachment",
        kind="text",
        sql="f.filename",
        within=_ATTACHMENT,
        source="messages",
    ),
    Field(key="words", name="words", kind="words", sql="m.words", within=_MESSAGE, source="messages"),
)

REGISTER = Register((*(_field_of(one) for one in PROPERTIES if not one.not_compared), *_OTHERS))
