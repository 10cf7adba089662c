"""Following a ticket: whoever does is told of what happens on it."""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions
from atum_desk.tickets.problems import TooManyFollowers
from atum_desk.tickets.queries import followers, writes

MOST_FOLLOWERS = 200


async def follow_ticket(database: Database, actor: Actor, number: int) -> None:
    """Let the actor follow a ticket. Raises TicketNotFound, TooManyFollowers and PermissionMissing."""
    async with database.writing(actor, "ticket.follow") as work:
        work.actor.require(permissions.READ)
        ticket = await writes.lock_ticket(work, number)
        if not await followers.follow(work, ticket.id):
            work.unchanged = True
        elif await followers.count_followers(work, ticket.id) > MOST_FOLLOWERS:
            raise TooManyFollowers(limit=MOST_FOLLOWERS)
        work.ticket_id, work.summary = ticket.id, {"number": number}


async def unfollow_ticket(database: Database, actor: Actor, number: int) -> None:
    """Let the actor no longer follow a ticket. Raises TicketNotFound and PermissionMissing."""
    async with database.writing(actor, "ticket.unfollow") as work:
        work.actor.require(permissions.READ)
        ticket = await writes.lock_ticket(work, number)
        work.unchanged = not await followers.unfollow(work, ticket.id)
        work.ticket_id, work.summary = ticket.id, {"number": number}
