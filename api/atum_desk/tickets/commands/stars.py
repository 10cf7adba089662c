"""Stars are set and taken away. They are no change of the ledger: a star concerns nobody but its person."""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions
from atum_desk.tickets.problems import TooManyStars
from atum_desk.tickets.queries import stars, threads

MOST_STARS = 500


async def star_ticket(database: Database, actor: Actor, number: int) -> None:
    """Star a ticket. Raises TicketNotFound, TooManyStars and PermissionMissing."""
    async with database.marking(actor) as transaction:
        transaction.actor.require(permissions.READ)
        ticket_id = await threads.get_ticket_id(transaction, number)
        if await stars.lock_stars(transaction) >= MOST_STARS:
            raise TooManyStars(limit=MOST_STARS)
        await stars.insert_star(transaction, ticket_id)


async def unstar_ticket(database: Database, actor: Actor, number: int) -> None:
    """Take the star from a ticket. Raises TicketNotFound and PermissionMissing."""
    async with database.marking(actor) as transaction:
        transaction.actor.require(permissions.READ)
        await stars.delete_star(transaction, await threads.get_ticket_id(transaction, number))
