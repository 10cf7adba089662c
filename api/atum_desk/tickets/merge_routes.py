"""HTTP routes of merged tickets."""

from __future__ import annotations

from litestar import get, post

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.commands.merges import merge_ticket, separate_ticket
from atum_desk.tickets.models import MergedTicket
from atum_desk.tickets.queries import merges, threads
from atum_desk.tickets.schemas import Merge, MergeInput, SeparateInput, Ticket


@post(
    "/tickets/{number:int}/merge",
    opt=needs(permissions.MERGE),
    status_code=200,
    responses=answers(problems.TicketNotFound, problems.MergedIntoItself, problems.MergedElsewhere),
)
async def merge(database: Database, actor: Actor, number: int, data: MergeInput) -> Ticket | None:
    """Merge the ticket into another, which is returned with what was said on both."""
    return await merge_ticket(database, actor, number, data)


@get(
    "/tickets/{number:int}/merge",
    opt=needs(permissions.READ),
    responses=answers(problems.TicketNotFound, problems.NotMerged),
)
async def get_merge(database: Database, actor: Actor, number: int) -> Merge:
    """Return where a merged ticket goes on, and what has come there since."""
    async with database.reading(actor) as transaction:
        found = await merges.find_merge(transaction, await threads.get_ticket_id(transaction, number))
        if found is None:
            raise problems.NotMerged
        later = await merges.list_later(transaction, found)
    return Merge(MergedTicket(found.into_number, found.subject), found.at, later)


@post(
    "/tickets/{number:int}/separate",
    opt=needs(permissions.MERGE),
    status_code=200,
    responses=answers(problems.TicketNotFound, problems.NotMerged),
)
async def separate(database: Database, actor: Actor, number: int, data: SeparateInput) -> Ticket | None:
    """Let a merged ticket stand by itself again, with its messages and those of `message_ids`."""
    return await separate_ticket(database, actor, number, data)


routes = [merge, get_merge, separate]
