"""HTTP routes that read one ticket: its thread part by part, and what its messages hold."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.presentation import present_ticket
from atum_desk.tickets.queries import threads
from atum_desk.tickets.queries.ticket_matches import MOST_CHARACTERS, find_matches
from atum_desk.tickets.schemas import Ticket
from atum_desk.tickets.thread_schemas import ThreadPage, TicketMatches

MessageId = Annotated[int | None, Parameter(ge=0, le=2**62)]
FROM = Parameter(ge=0, le=2**62, description="The message that the thread begins at, if no more than 200 came since")
LIMIT = Parameter(ge=1, le=threads.GROWN_THREAD_LIMIT)
WORDS = Parameter(min_length=1, max_length=MOST_CHARACTERS, description="Words as a search of tickets takes them")


@get("/tickets/{number:int}", opt=needs(permissions.READ), responses=answers(problems.TicketNotFound))
async def get_ticket(database: Database, actor: Actor, number: int, thread_from: Annotated[int, FROM] = 0) -> Ticket:
    """Return one ticket with the newest part of its thread, and the first message of a longer one."""
    return present_ticket(*await threads.read_ticket(database, actor, number, thread_from))


@get("/tickets/{number:int}/thread", opt=needs(permissions.READ), responses=answers(problems.TicketNotFound))
async def get_thread_part(
    database: Database,
    actor: Actor,
    number: int,
    before: MessageId = None,
    after: MessageId = None,
    around: MessageId = None,
    limit: Annotated[int, LIMIT] = threads.THREAD_LIMIT,
) -> ThreadPage:
    """Return messages of a thread before one, after one, between two or around one, oldest first."""
    bounds = threads.PartBounds(after, before, around)
    async with database.reading(actor) as transaction:
        part = await threads.get_thread_part(transaction, number, bounds, limit)
    found = part.messages
    return ThreadPage(
        items=[*reversed(found)],
        next_cursor=str(found[-1].id) if found and part.earlier else None,
        newer_cursor=str(found[0].id) if found and part.goes_on else None,
        earlier=part.earlier,
    )


@get("/tickets/{number:int}/matches", opt=needs(permissions.READ), responses=answers(problems.TicketNotFound))
async def list_matches(database: Database, actor: Actor, number: int, q: Annotated[str, WORDS]) -> TicketMatches:
    """List the messages of a ticket that hold all words, by spelling, stem and beginning."""
    async with database.reading(actor) as transaction:
        return await find_matches(transaction, number, q)


routes = [get_ticket, get_thread_part, list_matches]
