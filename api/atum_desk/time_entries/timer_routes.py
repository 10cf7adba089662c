"""HTTP routes of timers."""

from __future__ import annotations

from litestar import delete, get, put

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.public import TicketNotFound
from atum_desk.time_entries import problems, timer_queries, timers
from atum_desk.time_entries.permissions import READ, TIME_LOG
from atum_desk.time_entries.schemas import Timer, TimerList, TimerState


@get("/timers", opt=needs(READ))
async def list_timers(database: Database, actor: Actor) -> TimerList:
    """Return the actor's timers, the running one first."""
    async with database.reading(actor) as transaction:
        return TimerList(await timer_queries.list_timers(transaction, timers.MOST_TIMERS))


@put("/tickets/{number:int}/timer", opt=needs(TIME_LOG), responses=answers(TicketNotFound, problems.TooManyTimers))
async def set_timer(database: Database, actor: Actor, number: int, data: TimerState) -> Timer | None:
    """Let the actor's timer on a ticket run or pause; null when there is none to pause."""
    return await timers.set_timer(database, actor, number, running=data.running)


@delete("/tickets/{number:int}/timer", opt=needs(TIME_LOG), responses=answers(TicketNotFound))
async def discard_timer(database: Database, actor: Actor, number: int) -> None:
    """Discard the actor's timer on a ticket and what it measured."""
    await timers.discard_timer(database, actor, number)


routes = [list_timers, set_timer, discard_timer]
