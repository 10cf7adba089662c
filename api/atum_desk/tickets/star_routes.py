"""HTTP routes of the stars that each person gives to tickets."""

from __future__ import annotations

import msgspec
from litestar import delete, get, put

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.commands.stars import MOST_STARS, star_ticket, unstar_ticket
from atum_desk.tickets.queries import stars


class StarList(msgspec.Struct):
    """The numbers of the tickets that the reader starred, the last starred first; at most 500."""

    items: list[int]


@get("/stars", opt=needs(permissions.READ))
async def list_stars(database: Database, actor: Actor) -> StarList:
    """List the tickets that the actor starred; nobody else sees their stars."""
    async with database.reading(actor) as transaction:
        return StarList(await stars.list_stars(transaction, MOST_STARS))


@put(
    "/tickets/{number:int}/star",
    opt=needs(permissions.READ),
    status_code=204,
    responses=answers(problems.TicketNotFound, problems.TooManyStars),
)
async def star(database: Database, actor: Actor, number: int) -> None:
    """Star the ticket for the actor alone."""
    await star_ticket(database, actor, number)


@delete("/tickets/{number:int}/star", opt=needs(permissions.READ), responses=answers(problems.TicketNotFound))
async def unstar(database: Database, actor: Actor, number: int) -> None:
    """Take the actor's star from the ticket."""
    await unstar_ticket(database, actor, number)


routes = [list_stars, star, unstar]
