"""HTTP routes of links between tickets."""

from __future__ import annotations

from litestar import delete, get, post

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.commands.relations import keep_apart, link_tickets, remove_link
from atum_desk.tickets.queries import links, merges, offers, relations, threads
from atum_desk.tickets.relation_schemas import ApartInput, LinkInput
from atum_desk.tickets.schemas import TicketLinks


@get("/tickets/{number:int}/links", opt=needs(permissions.READ), responses=answers(problems.TicketNotFound))
async def list_links(database: Database, actor: Actor, number: int) -> TicketLinks:
    """List the tickets that may be the same request as this one, those merged into it and those linked to it."""
    async with database.reading(actor) as transaction:
        ticket_id = await threads.get_ticket_id(transaction, number)
        return TicketLinks(
            await links.list_links(transaction, ticket_id),
            await merges.list_merged(transaction, number),
            await relations.list_relations(transaction, ticket_id),
            await offers.list_offers(transaction, ticket_id),
        )


@post(
    "/tickets/{number:int}/links",
    opt=needs(permissions.EDIT),
    status_code=204,
    responses=answers(
        *(problems.TicketNotFound, problems.LinkedToItself, problems.LinkedAlready, problems.LinkTaken),
        *(problems.LinkLoop, problems.LinkTooDeep, problems.TooManyLinks, problems.MergedElsewhere),
    ),
)
async def link(database: Database, actor: Actor, number: int, data: LinkInput) -> None:
    """Link the ticket to another: `kind` says what the other is to this one."""
    await link_tickets(database, actor, number, data)


@delete(
    "/tickets/{number:int}/links/{relation_id:int}",
    opt=needs(permissions.EDIT),
    responses=answers(problems.TicketNotFound, problems.LinkNotFound),
)
async def unlink(database: Database, actor: Actor, number: int, relation_id: int) -> None:
    """Remove a link of the ticket, on both of its sides."""
    await remove_link(database, actor, number, relation_id)


@post(
    "/tickets/{number:int}/keep-apart",
    opt=needs(permissions.EDIT),
    status_code=204,
    responses=answers(problems.TicketNotFound, problems.LinkedToItself, problems.LinkedAlready),
)
async def dismiss_offer(database: Database, actor: Actor, number: int, data: ApartInput) -> None:
    """Say that another ticket is not the same request: it is offered no more, on either of the two."""
    await keep_apart(database, actor, number, data.number)


routes = [list_links, link, unlink, dismiss_offer]
