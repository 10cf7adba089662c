"""All SQL of the portal, run as the contact: the database decides what is theirs."""

from __future__ import annotations

from datetime import datetime

import asyncpg
import msgspec

from atum_desk.custom_fields.public import shown_json
from atum_desk.identity.public import WorkspaceRef, logo_of
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.portal.models import PortalCan, PortalMessage, PortalTicket, PortalTicketRow, PortalValue
from atum_desk.portal.problems import RequestNotFound
from atum_desk.tickets.public import StatusRef

SHOWN_MESSAGES = 200

TICKET = f"""
    select t.id, t.number, t.subject, s.key, s.name, s.color, t.category, t.created_at, t.updated_at, t.version,
           t.requester_id = (select ctx_person()) as mine, {shown_json("t.id")}::text as fields,
           (select p.name from people p where p.id = t.requester_id) as requester_name,
           t.category not in ('resolved', 'closed') or answer_reopens(t.id) as reopens,
           exists (select from status_transitions x join statuses y on y.id = x.to_id
                    where x.from_id = t.status_id and x.role_ids = '{{}}' and y.category = 'resolved'
                      and y.active) as can_resolve,
           (select coalesce(json_agg(m), '[]')::text from (
              select m.id, m.from_staff, m.author_name,
                     -- what a contact wrote who became part of this one is this one's
                     exists (select from people w where w.id = m.author_id)
                       and coalesce(m.author_verdict, 'proven') = 'proven' as you,
                     coalesce(m.author_verdict, 'proven') <> 'proven' as claimed, m.text, m.html, m.quoted,
                     m.created_at, coalesce(m.extras -> 'omitted', '[]') as omitted,
                     coalesce((select json_agg(json_build_object(
                                        'id', f.id, 'filename', f.filename, 'mime_type', f.mime_type, 'size', f.size,
                                        'inline', f.inline, 'url', '/api/v1/portal/attachments/' || f.id) order by f.id)
                                 from attachments f where f.message_id = m.id), '[]') as attachments
                from messages m where m.ticket_id = t.id order by m.id desc limit $2) m) as thread
      from tickets t join statuses s on s.id = t.status_id
     where t.workspace_id = (select ctx_workspace()) and t.number = $1"""
# Pictures in a body are fetched at the requester's own route.
STAFF_FILES, OWN_FILES = "/api/v1/attachments/", "/api/v1/portal/attachments/"

_thread = msgspec.json.Decoder(list[PortalMessage])
_values = msgspec.json.Decoder(list[PortalValue])


async def get_ticket(transaction: ReadTransaction, number: int) -> PortalTicket:
    """Return a request of the contact with its thread. Raises RequestNotFound."""
    row = await transaction.fetchrow(TICKET, number, SHOWN_MESSAGES)
    if row is None:
        raise RequestNotFound
    thread = [_with_own_files(message) for message in reversed(_thread.decode(row["thread"]))]
    return PortalTicket(
        number=row["number"],
        subject=row["subject"],
        status=StatusRef(row["key"], row["name"], row["category"], row["color"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        requester_name=row["requester_name"] or "",
        mine=row["mine"],
        thread=thread,
        version=row["version"],
        can=PortalCan(
            reply=True,
            resolve=row["can_resolve"] and row["category"] != "resolved",
            reopen=row["category"] in ("resolved", "closed") and row["reopens"],
            follow_up=not row["reopens"],
        ),
        fields=_values.decode(row["fields"]),
    )


# What the policy of contacts lets through, each part by its own index: an OR of them has none, and
# the newest tickets of everybody would be looked through for those of one.
OWN_PARTS = (
    "(select ctx_only_ticket()) is null and t.requester_id = (select ctx_person())",
    "(select ctx_only_ticket()) is null and t.organization_id = (select ctx_organization())",
    "(select ctx_only_ticket()) is null and t.id = any((select ctx_cc_tickets())::bigint[])",
    "t.id = (select ctx_only_ticket())",
)


def list_statement(limit: int, *, further: bool) -> str:
    """Return the statement of a contact's requests by last change, `further` after ($1, $2)."""
    after = "and (t.updated_at, t.id) < ($1, $2)" if further else ""
    walks = " union ".join(
        f"""(select t.id, t.number, t.subject, t.status_id, t.category, t.updated_at from tickets t
              where t.workspace_id = (select ctx_workspace()) and {part} {after}
              order by t.updated_at desc, t.id desc limit {limit:d})"""
        for part in OWN_PARTS
    )
    return f"""
        select t.id, t.number, t.subject, s.key, s.name, s.color, t.category, t.updated_at
          from (select * from ({walks}) w order by w.updated_at desc, w.id desc limit {limit:d}) t
          join statuses s on s.id = t.status_id
         order by t.updated_at desc, t.id desc"""


async def list_tickets(
    transaction: ReadTransaction, after: tuple[datetime, int] | None, limit: int
) -> list[asyncpg.Record]:
    """Return the contact's requests by last change, before an (updated at, id) pair."""
    return await transaction.fetch(list_statement(limit, further=after is not None), *(after or ()))


def ticket_row(row: asyncpg.Record) -> PortalTicketRow:
    """Make a list's row of its columns."""
    return PortalTicketRow(
        number=row["number"],
        subject=row["subject"],
        status=StatusRef(row["key"], row["name"], row["category"], row["color"]),
        updated_at=row["updated_at"],
    )


async def find_portal_workspace(connection: asyncpg.Connection) -> WorkspaceRef | None:
    """Return the workspace that the portal belongs to, as strangers see it."""
    row = await connection.fetchrow(
        "select workspace_id, name, logo_sha256, logo_width, logo_height from portal_workspace()"
    )
    if row is None:
        return None
    logo = logo_of(row["logo_sha256"], row["logo_width"], row["logo_height"])
    return WorkspaceRef(row["workspace_id"], row["name"], logo)


class LinkState(msgspec.Struct, frozen=True):
    """What decides about a link of a person to a ticket."""

    workspace_id: int
    is_requester: bool
    generation: int
    active_at: datetime
    dated_since: datetime


async def find_link_state(connection: asyncpg.Connection, ticket_id: int, person_id: int) -> LinkState | None:
    """Return what decides about a link, None when its person has no part in the ticket."""
    row = await connection.fetchrow("select * from portal_link($1, $2)", ticket_id, person_id)
    return msgspec.convert(dict(row), LinkState) if row else None


async def get_subject(transaction: ReadTransaction, ticket_id: int) -> tuple[int, str]:
    """Return a ticket's number and subject."""
    row = await transaction.fetchone("select number, subject from tickets where id = $1", ticket_id)
    return row["number"], row["subject"]


async def find_visible_number(transaction: ReadTransaction, ticket_id: int) -> int | None:
    """Return a request's number if the contact sees it."""
    return await transaction.fetchval("select number from tickets where id = $1", ticket_id)


async def find_visible_id(transaction: ReadTransaction, number: int) -> int | None:
    """Return a request's id if the contact sees it."""
    return await transaction.fetchval(
        "select id from tickets where workspace_id = (select ctx_workspace()) and number = $1", number
    )


async def lock_request(work: UnitOfWork, number: int) -> asyncpg.Record:
    """Lock a request of the contact. Raises RequestNotFound."""
    row = await work.fetchrow(
        """select t.id, t.category, s.key from tickets t join statuses s on s.id = t.status_id
            where t.workspace_id = (select ctx_workspace()) and t.number = $1 for update of t""",
        number,
    )
    if row is None:
        raise RequestNotFound
    return row


def _with_own_files(message: PortalMessage) -> PortalMessage:
    html = message.html.replace(STAFF_FILES, OWN_FILES) if message.html else None
    return msgspec.structs.replace(message, html=html)
