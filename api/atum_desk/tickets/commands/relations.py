"""Links between tickets: made and removed by people, and moved when one of the tickets is merged."""

from __future__ import annotations

import asyncpg

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.living_tickets import lock_both, require_living
from atum_desk.tickets.problems import (
    LinkedAlready,
    LinkedToItself,
    LinkLoop,
    LinkNotFound,
    LinkTaken,
    LinkTooDeep,
    TooManyLinks,
)
from atum_desk.tickets.queries import relations, threads, writes
from atum_desk.tickets.relation_schemas import LinkInput

# What require_no_loop() refuses, by the column that it names.
REFUSALS = {"loop": LinkLoop, "depth": LinkTooDeep}
# A link that cannot go along: there is one already, it would close a loop, or its other side is hidden.
CANNOT_MOVE = (asyncpg.UniqueViolationError, asyncpg.InsufficientPrivilegeError)


async def link_tickets(database: Database, actor: Actor, number: int, given: LinkInput) -> None:
    """Link a ticket to another.

    Raises TicketNotFound, LinkedToItself, LinkedAlready, LinkTaken, LinkLoop, LinkTooDeep, TooManyLinks,
    MergedElsewhere and PermissionMissing.
    """
    if given.number == number:
        raise LinkedToItself
    async with database.writing(actor, "ticket.link") as work:
        work.actor.require(permissions.EDIT)
        ticket, other = await lock_both(work, number, given.number)
        for one in (ticket, other):
            require_living(one)
            if await relations.count_relations(work, one.id) >= relations.MOST_RELATIONS:
                raise TooManyLinks(number=one.number, most=relations.MOST_RELATIONS)
        if await relations.is_linked(work, ticket.id, other.id, given.kind):
            raise LinkedAlready
        try:
            await relations.insert_relation(work, ticket.id, other.id, given.kind)
        except asyncpg.UniqueViolationError as error:
            raise REFUSALS.get(error.column_name or "", LinkTaken) from None
        work.ticket_id = ticket.id
        work.summary = {"number": number, "other": given.number, "kind": given.kind}


async def remove_link(database: Database, actor: Actor, number: int, relation_id: int) -> None:
    """Remove a link of a ticket, on both of its sides. Raises TicketNotFound, LinkNotFound and PermissionMissing."""
    async with database.writing(actor, "ticket.remove_link") as work:
        work.actor.require(permissions.EDIT)
        ticket_id = await threads.get_ticket_id(work, number)
        found = await relations.find_relation(work, ticket_id, relation_id)
        # Where messages went is no opinion: bringing them back removes that link.
        if found is None or found.kind in ("split_from", "split_into"):
            raise LinkNotFound
        await writes.lock_tickets(work, [number, found.number])
        if not await relations.delete_relation(work, ticket_id, found.other_id, found.kind):
            raise LinkNotFound
        work.ticket_id = ticket_id
        work.summary = {"number": number, "other": found.number, "kind": found.kind}


async def keep_apart(database: Database, actor: Actor, number: int, other: int) -> None:
    """Say that two tickets are not the same request. Raises TicketNotFound, LinkedToItself and LinkedAlready."""
    if number == other:
        raise LinkedToItself
    async with database.writing(actor, "ticket.keep_apart") as work:
        work.actor.require(permissions.EDIT)
        ticket, apart = await lock_both(work, number, other)
        if await relations.is_linked(work, ticket.id, apart.id, "not_same"):
            raise LinkedAlready
        await relations.insert_relation(work, ticket.id, apart.id, "not_same")
        work.ticket_id = ticket.id
        work.summary = {"number": number, "other": other}


async def move_relations(work: UnitOfWork, from_id: int, to_id: int) -> None:
    """Let the visible links of a ticket be those of the one that it goes on in.

    A link between the two vanishes, and so does one that the other has already or that would close a loop.
    """
    await relations.delete_between(work, from_id, to_id)
    for found in await relations.list_of_ticket(work, from_id):
        await work.execute("savepoint one_link")
        try:
            await relations.move_relation(work, found, from_id, to_id)
        except CANNOT_MOVE:
            await work.execute("rollback to savepoint one_link")
            await relations.delete_relation(work, from_id, found.other_id, found.kind)
        else:
            await work.execute("release savepoint one_link")


async def restore_relations(work: UnitOfWork, change_id: int) -> None:
    """Bring the links back that a merge moved or removed, as far as they still stand where it left them."""
    for relation_id in await relations.list_written(work, change_id):
        await work.execute("savepoint one_link")
        try:
            await relations.restore_relation(work, change_id, relation_id)
        except CANNOT_MOVE:
            await work.execute("rollback to savepoint one_link")
        else:
            await work.execute("release savepoint one_link")
