"""HTTP routes of drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get, post, put
from litestar.params import Parameter

from atum_desk.drafts import commands, problems, queries
from atum_desk.drafts.permissions import NOTE, READ, REPLY
from atum_desk.drafts.schemas import (
    DraftInput,
    DraftKind,
    DraftPage,
    DraftSaved,
    DraftText,
    DraftVersions,
    OwnDraft,
    TicketDrafts,
)
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import Limit
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, decode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.public import TicketNotFound, get_ticket_id

MOST_WRITERS = 20


@get("/tickets/{number:int}/drafts", opt=needs(READ), responses=answers(TicketNotFound))
async def list_ticket_drafts(database: Database, actor: Actor, number: int) -> TicketDrafts:
    """Return what the actor is writing on a ticket, and which colleagues are writing on it."""
    async with database.reading(actor) as transaction:
        ticket_id = await get_ticket_id(transaction, number)
        rows = await queries.list_own(transaction, ticket_id)
        others = await queries.list_writers(transaction, ticket_id, MOST_WRITERS)
    own = [
        OwnDraft(
            id=row["id"],
            kind=row["kind"],
            updated_at=row["updated_at"],
            from_number=row["from_number"],
            **msgspec.structs.asdict(msgspec.convert(row["said"], DraftText)),
        )
        for row in rows
    ]
    return TicketDrafts(own, others)


@put(
    "/tickets/{number:int}/draft",
    opt=needs(REPLY, NOTE),
    responses=answers(TicketNotFound, problems.DraftNotFound, problems.TooManyDrafts),
)
async def save_draft(database: Database, actor: Actor, number: int, data: DraftInput) -> DraftSaved | None:
    """Save what the actor is writing; null when nothing is left of it and it was discarded."""
    return await commands.save_draft(database, actor, number, data)


@delete("/tickets/{number:int}/draft", opt=needs(REPLY, NOTE), responses=answers(TicketNotFound))
async def discard_draft(database: Database, actor: Actor, number: int, kind: DraftKind) -> None:
    """Put what the actor is writing into the trash, where it stays for thirty days."""
    await commands.discard_draft(database, actor, number, kind)


@get("/drafts", opt=needs(READ))
async def list_drafts(
    database: Database,
    actor: Actor,
    discarded: Annotated[bool, Parameter(description="Those in the trash instead")] = False,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> DraftPage:
    """List what the actor is writing on all tickets, or what was discarded, the last written first."""
    after = decode_cursor(cursor, tuple[datetime, int])
    async with database.reading(actor) as transaction:
        return await queries.list_drafts(transaction, discarded=discarded, after=after, limit=limit)


@get("/drafts/{draft_id:int}/versions", opt=needs(READ), responses=answers(problems.DraftNotFound))
async def list_draft_versions(database: Database, actor: Actor, draft_id: int) -> DraftVersions:
    """Return what a draft of the actor says and said before, the newest first."""
    async with database.reading(actor) as transaction:
        found = await queries.list_versions(transaction, draft_id)
    if not found:
        raise problems.DraftNotFound
    return DraftVersions([msgspec.convert(one, DraftText) for one in found])


@post(
    "/drafts/{draft_id:int}/restore", opt=needs(REPLY, NOTE), status_code=204, responses=answers(problems.DraftNotFound)
)
async def restore_draft(database: Database, actor: Actor, draft_id: int) -> None:
    """Take a draft out of the trash; one that was begun anew on the ticket meanwhile goes there instead."""
    await commands.restore_draft(database, actor, draft_id)


routes = [list_ticket_drafts, save_draft, discard_draft, list_drafts, list_draft_versions, restore_draft]
