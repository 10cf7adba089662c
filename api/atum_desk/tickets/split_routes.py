"""HTTP routes of splits."""

from __future__ import annotations

from litestar import get, post

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.commands.splits import propose_split, split_ticket, unsplit_ticket
from atum_desk.tickets.models import MergedTicket
from atum_desk.tickets.queries import splits, threads
from atum_desk.tickets.schemas import Ticket
from atum_desk.tickets.split_schemas import SplitInput, SplitOrigin, SplitPreviewInput, SplitProposal, UnsplitInput


@post(
    "/tickets/{number:int}/split",
    opt=needs(permissions.MERGE),
    responses=answers(
        problems.TicketNotFound,
        problems.MergedElsewhere,
        problems.MessageNotFound,
        problems.NothingLeft,
        problems.ParticipantNotFound,
    ),
)
async def split(database: Database, actor: Actor, number: int, data: SplitInput) -> Ticket | None:
    """Make messages of the ticket a ticket of their own, which is returned."""
    return await split_ticket(database, actor, number, data)


@post(
    "/tickets/{number:int}/split/preview",
    opt=needs(permissions.READ),
    status_code=200,
    responses=answers(problems.TicketNotFound, problems.MessageNotFound, problems.NothingLeft),
)
async def preview_split(database: Database, actor: Actor, number: int, data: SplitPreviewInput) -> SplitProposal:
    """Tell what a split of messages would come to: its subject, its requester and who takes part."""
    async with database.reading(actor) as transaction:
        ticket = await threads.get_ticket(transaction, number)
        return await propose_split(transaction, ticket.id, ticket.subject, ticket.requester_id, data.message_ids)


@get(
    "/tickets/{number:int}/split",
    opt=needs(permissions.READ),
    responses=answers(problems.TicketNotFound, problems.NotSplit),
)
async def get_split(database: Database, actor: Actor, number: int) -> SplitOrigin:
    """Return which ticket this one was split from, and what has come since."""
    async with database.reading(actor) as transaction:
        ticket_id = await threads.get_ticket_id(transaction, number)
        found = await splits.find_split(transaction, ticket_id)
        if found is None:
            raise problems.NotSplit
        later = await splits.list_later(transaction, ticket_id, found)
    return SplitOrigin(MergedTicket(found.number, found.subject), found.at, len(found.message_ids), later)


@post(
    "/tickets/{number:int}/unsplit",
    opt=needs(permissions.MERGE),
    status_code=200,
    responses=answers(problems.TicketNotFound, problems.NotSplit, problems.MergedElsewhere),
)
async def unsplit(database: Database, actor: Actor, number: int, data: UnsplitInput) -> Ticket | None:
    """Bring what was split off back to the ticket that it came from, which is returned."""
    return await unsplit_ticket(database, actor, number, data)


routes = [split, preview_split, get_split, unsplit]
