"""Use case: revoke the portal links of one of a ticket's people."""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions
from atum_desk.tickets.queries import writes
from atum_desk.tickets.schemas import LinksRevoked


async def revoke_portal_links(database: Database, actor: Actor, number: int, person_id: int | None) -> LinksRevoked:
    """Make every link that a person was sent to a ticket useless, and end the sessions behind them.

    Without a person they are the requester's. Raises TicketNotFound, RequesterUnknown.
    """
    async with database.writing(actor, "ticket.revoke_links") as work:
        work.actor.require(permissions.EDIT)
        ticket = await writes.lock_ticket(work, number)
        whose = ticket.requester_id if person_id is None else person_id
        ended = await writes.revoke_portal_links(work, ticket.id, whose)
        work.ticket_id = ticket.id
        work.summary = {"number": ticket.number, "person_id": whose, "ended_sessions": ended}
        return LinksRevoked(ended_sessions=ended)
