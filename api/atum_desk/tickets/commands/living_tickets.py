"""What commands on two tickets share: both locked in one order, both still going on by themselves."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.bodies import preview_of
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.presentation import present_ticket
from atum_desk.tickets.problems import MergedElsewhere, MergedIntoItself, TicketNotFound
from atum_desk.tickets.queries import merges, threads, writes
from atum_desk.tickets.schemas import Ticket


def require_living(ticket: LockedTicket) -> None:
    """Raise MergedElsewhere for a ticket that goes on in another."""
    if ticket.merged_into is not None:
        raise MergedElsewhere(number=ticket.number, into=ticket.merged_into)


async def lock_both(work: UnitOfWork, number: int, other: int) -> tuple[LockedTicket, LockedTicket]:
    """Lock two visible tickets in the order of bulk edits. Raises MergedIntoItself and TicketNotFound."""
    if number == other:
        raise MergedIntoItself
    locked = {ticket.number: ticket for ticket in await writes.lock_tickets(work, [number, other])}
    if len(locked) < 2:
        raise TicketNotFound
    return locked[number], locked[other]


async def shown(work: UnitOfWork, number: int) -> Ticket | None:
    """Return a ticket as its readers see it, None where the actor may write and not read."""
    if not work.actor.may(permissions.READ):
        return None
    return present_ticket(await threads.get_ticket(work, number), work.actor)


async def count_again(work: UnitOfWork, ticket_id: int) -> None:
    """Derive what a locked ticket says of its messages, with how the newest reply begins."""
    newest = await merges.find_newest_reply(work, ticket_id)
    await merges.count_again(work, ticket_id, None if newest is None else preview_of(newest))
