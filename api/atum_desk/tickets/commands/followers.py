"""Following a ticket: whoever does is told of what happens on it."""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.tickets import permissions
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.problems import FollowerOutOfSight, FollowerUnknown, TooManyFollowers
from atum_desk.tickets.queries import followers, writes

MOST_FOLLOWERS = 200


async def follow_ticket(database: Database, actor: Actor, number: int) -> None:
    """Let the actor follow a ticket. Raises TicketNotFound, TooManyFollowers and PermissionMissing."""
    async with database.writing(actor, "ticket.follow") as work:
        work.actor.require(permissions.READ)
        ticket = await writes.lock_ticket(work, number)
        await _follow(work, ticket, actor.person_id)
        work.summary = {"number": number}


async def unfollow_ticket(database: Database, actor: Actor, number: int) -> None:
    """Let the actor no longer follow a ticket. Raises TicketNotFound and PermissionMissing."""
    async with database.writing(actor, "ticket.unfollow") as work:
        work.actor.require(permissions.READ)
        ticket = await writes.lock_ticket(work, number)
        work.unchanged = not await followers.unfollow(work, ticket.id, actor.person_id)
        work.ticket_id, work.summary = ticket.id, {"number": number}


async def add_follower(database: Database, actor: Actor, number: int, person_id: int) -> None:
    """Let a colleague who sees a ticket follow it.

    Raises TicketNotFound, FollowerUnknown, FollowerOutOfSight, TooManyFollowers and PermissionMissing.
    """
    async with database.writing(actor, "ticket.add_follower") as work:
        work.actor.require(permissions.NOTE)
        ticket = await writes.lock_ticket(work, number)
        colleague = await followers.find_staff(work, person_id, ticket.team_id)
        if colleague is None:
            raise FollowerUnknown
        if not colleague.sees:
            raise FollowerOutOfSight(name=colleague.name)
        await _follow(work, ticket, person_id)
        work.summary = {"number": number, "name": colleague.name}


async def remove_follower(database: Database, actor: Actor, number: int, person_id: int) -> None:
    """Let somebody no longer follow a ticket. Raises TicketNotFound, FollowerUnknown and PermissionMissing."""
    async with database.writing(actor, "ticket.remove_follower") as work:
        work.actor.require(permissions.NOTE)
        ticket = await writes.lock_ticket(work, number)
        name = await followers.find_name(work, person_id)
        if name is None:
            raise FollowerUnknown
        work.unchanged = not await followers.unfollow(work, ticket.id, person_id)
        work.ticket_id, work.summary = ticket.id, {"number": number, "name": name}


async def _follow(work: UnitOfWork, ticket: LockedTicket, person_id: int) -> None:
    if not await followers.follow(work, ticket.id, person_id):
        work.unchanged = True
    elif await followers.count_followers(work, ticket.id) > MOST_FOLLOWERS:
        raise TooManyFollowers(limit=MOST_FOLLOWERS)
    work.ticket_id = ticket.id
