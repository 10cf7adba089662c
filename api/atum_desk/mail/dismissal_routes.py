"""HTTP routes of tickets that are sent away unanswered."""

from __future__ import annotations

from litestar import get, post

from atum_desk.custom_fields.public import FieldsRequired
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail import dismissals, problems
from atum_desk.mail.dismissals import Dismissal, Dismissed, TicketOrigin
from atum_desk.mail.permissions import TICKET_READ, TICKET_STATUS
from atum_desk.tickets.public import (
    MergedElsewhere,
    ResolutionRequired,
    ResolutionUnknown,
    TicketNotFound,
    TransitionForbidden,
)


@get("/tickets/{number:int}/origin", opt=needs(TICKET_READ), responses=answers(TicketNotFound))
async def get_ticket_origin(database: Database, actor: Actor, number: int) -> TicketOrigin:
    """Return who sent the mail that opened a ticket, as rules name them."""
    async with database.reading(actor) as transaction:
        return await dismissals.get_origin(transaction, number)


@post(
    "/tickets/{number:int}/dismiss",
    status_code=200,
    opt=needs(TICKET_STATUS),
    responses=answers(
        *(TicketNotFound, MergedElsewhere, TransitionForbidden, ResolutionRequired, ResolutionUnknown, FieldsRequired),
        *(problems.NoSenderToBlock, problems.BlockTooWide),
    ),
)
async def dismiss_ticket(database: Database, actor: Actor, number: int, data: Dismissal) -> Dismissed:
    """Close a ticket unanswered and, if asked, refuse further mail of its sender or list."""
    return await dismissals.dismiss_ticket(database, actor, number, data)


routes = [get_ticket_origin, dismiss_ticket]
