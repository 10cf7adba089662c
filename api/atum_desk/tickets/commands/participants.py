"""Who takes part in a ticket besides its requester: added and removed by name, never in silence."""

from __future__ import annotations

from atum_desk.contacts.public import find_or_create_contact, refuse_own
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.mail_address import read_address
from atum_desk.tickets import permissions
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.presentation import present_ticket
from atum_desk.tickets.problems import ParticipantNotFound
from atum_desk.tickets.queries import people, threads, writes
from atum_desk.tickets.schemas import ParticipantInput, Ticket


async def add_participant(database: Database, actor: Actor, number: int, given: ParticipantInput) -> Ticket | None:
    """Let somebody take part in a ticket; whoever does already stays. None where the actor may not read it.

    Raises TicketNotFound, PermissionMissing and ValidationFailed (no address, or one of ours).
    """
    email = read_address("email", given.email)
    async with database.writing(actor, "ticket.add_participant") as work:
        ticket = await _lock(work, number)
        await refuse_own(work, "email", email)
        person = await find_or_create_contact(work, email, given.name)
        work.unchanged = not await people.ensure_participants(work, ticket.id, [person.id], "added")
        work.summary |= {"person_id": person.id}
        return await _shown(work, number)


async def remove_participant(database: Database, actor: Actor, number: int, person_id: int) -> Ticket | None:
    """Let somebody no longer take part in a ticket: no more copies, and no view of it in the portal.

    Raises TicketNotFound, ParticipantNotFound and PermissionMissing.
    """
    async with database.writing(actor, "ticket.remove_participant") as work:
        ticket = await _lock(work, number)
        if not await people.remove_participant(work, ticket.id, person_id):
            raise ParticipantNotFound
        work.summary |= {"person_id": person_id}
        return await _shown(work, number)


async def remove_all_participants(database: Database, actor: Actor, number: int) -> Ticket | None:
    """Let nobody but the requester take part in a ticket, as one change.

    Raises TicketNotFound and PermissionMissing.
    """
    async with database.writing(actor, "ticket.remove_participant") as work:
        ticket = await _lock(work, number)
        removed = await people.remove_participants(work, ticket.id)
        work.unchanged = not removed
        work.summary |= {"person_ids": removed}
        return await _shown(work, number)


async def _shown(work: UnitOfWork, number: int) -> Ticket | None:
    """Return the ticket for whoever may read it: what may be written may not therefore be read."""
    if not work.actor.may(permissions.READ):
        return None
    return present_ticket(await threads.get_ticket(work, number), work.actor)


async def _lock(work: UnitOfWork, number: int) -> LockedTicket:
    work.actor.require(permissions.REPLY)
    ticket = await writes.lock_ticket(work, number)
    work.ticket_id, work.public = ticket.id, False
    work.summary = {"number": number}
    return ticket
