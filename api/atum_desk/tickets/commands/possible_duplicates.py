"""Tickets that may be the same request: noted by mail, dismissed by people."""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.notices import Sayable
from atum_desk.tickets import permissions
from atum_desk.tickets.problems import LinkNotFound
from atum_desk.tickets.queries import links


async def link_possibly_same(work: UnitOfWork, ticket_id: int, other_id: int, reason: Sayable) -> None:
    """Note within a unit of work that a ticket may be the same as another."""
    if ticket_id != other_id:
        await links.insert_possibly_same(work, ticket_id, other_id, reason)


async def dismiss_link(database: Database, actor: Actor, link_id: int) -> None:
    """Say that two tickets are not the same. Raises LinkNotFound."""
    async with database.writing(actor, "ticket.unlink") as work:
        work.actor.require(permissions.EDIT)
        ticket_id = await links.delete_link(work, link_id)
        if ticket_id is None:
            raise LinkNotFound
        work.ticket_id, work.summary = ticket_id, {"link_id": link_id}
