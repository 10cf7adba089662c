"""HTTP routes of who follows a ticket."""

from __future__ import annotations

import msgspec
from litestar import delete, get, put

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.commands import followers as commands
from atum_desk.tickets.commands.followers import MOST_FOLLOWERS
from atum_desk.tickets.queries import followers, threads


class FollowerList(msgspec.Struct):
    """Who follows a ticket, the earliest first and at most 200, and whether the reader does (`me`)."""

    items: list[NamedRef]
    me: bool


@get("/tickets/{number:int}/followers", opt=needs(permissions.READ), responses=answers(problems.TicketNotFound))
async def list_followers(database: Database, actor: Actor, number: int) -> FollowerList:
    """List the staff who follow a ticket."""
    async with database.reading(actor) as transaction:
        ticket_id = await threads.get_ticket_id(transaction, number)
        return FollowerList(
            await followers.list_followers(transaction, ticket_id, MOST_FOLLOWERS),
            await followers.is_following(transaction, ticket_id),
        )


@put(
    "/tickets/{number:int}/followers/me",
    opt=needs(permissions.READ),
    status_code=204,
    responses=answers(problems.TicketNotFound, problems.TooManyFollowers),
)
async def follow(database: Database, actor: Actor, number: int) -> None:
    """Let the actor follow the ticket: they are notified of what happens on it."""
    await commands.follow_ticket(database, actor, number)


@delete("/tickets/{number:int}/followers/me", opt=needs(permissions.READ), responses=answers(problems.TicketNotFound))
async def unfollow(database: Database, actor: Actor, number: int) -> None:
    """Let the actor no longer follow the ticket."""
    await commands.unfollow_ticket(database, actor, number)


@put(
    "/tickets/{number:int}/followers/{person_id:int}",
    opt=needs(permissions.NOTE),
    status_code=204,
    responses=answers(
        problems.TicketNotFound, problems.FollowerUnknown, problems.FollowerOutOfSight, problems.TooManyFollowers
    ),
)
async def add(database: Database, actor: Actor, number: int, person_id: int) -> None:
    """Let a colleague follow the ticket."""
    await commands.add_follower(database, actor, number, person_id)


@delete(
    "/tickets/{number:int}/followers/{person_id:int}",
    opt=needs(permissions.NOTE),
    responses=answers(problems.TicketNotFound, problems.FollowerUnknown),
)
async def remove(database: Database, actor: Actor, number: int, person_id: int) -> None:
    """Let a colleague no longer follow the ticket."""
    await commands.remove_follower(database, actor, number, person_id)


routes = [list_followers, follow, unfollow, add, remove]
