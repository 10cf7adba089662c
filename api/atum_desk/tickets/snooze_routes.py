"""HTTP routes that snooze a ticket and wake it."""

from __future__ import annotations

from litestar import Response, delete, post

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.commands.properties import change_ticket
from atum_desk.tickets.schemas import Ticket, TicketChange
from atum_desk.tickets.values import SnoozeInput


@post(
    "/tickets/{number:int}/snooze",
    opt=needs(permissions.EDIT),
    status_code=200,
    responses=answers(problems.TicketNotFound, problems.SnoozeOfEnded),
)
async def snooze_ticket(database: Database, actor: Actor, number: int, data: SnoozeInput) -> Response[Ticket | None]:
    """Snooze a ticket until a moment, an answer of its requester, or whichever comes first."""
    return _answer(await change_ticket(database, actor, number, TicketChange(snooze=data), None))


@delete(
    "/tickets/{number:int}/snooze",
    opt=needs(permissions.EDIT),
    status_code=200,
    responses=answers(problems.TicketNotFound),
)
async def wake_ticket(database: Database, actor: Actor, number: int) -> Response[Ticket | None]:
    """Wake a snoozed ticket; one that is awake stays as it is."""
    return _answer(await change_ticket(database, actor, number, TicketChange(snooze=None), None))


def _answer(ticket: Ticket | None) -> Response[Ticket | None]:
    return Response(ticket, status_code=200 if ticket else 204)


routes = [snooze_ticket, wake_ticket]
