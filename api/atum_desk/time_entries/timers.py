"""Start, pause and discard timers.

A timer is no change of the ledger: it is nobody's but its person's, and what it measured becomes a change
when it is entered (ADR 0063).
"""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.public import get_ticket_id
from atum_desk.time_entries import timer_queries
from atum_desk.time_entries.permissions import TIME_LOG
from atum_desk.time_entries.problems import TooManyTimers
from atum_desk.time_entries.schemas import Timer

MOST_TIMERS = 50


async def set_timer(database: Database, actor: Actor, number: int, *, running: bool) -> Timer | None:
    """Let the actor's timer on a ticket run or pause, and return it; None when there is none to pause.

    Starting one pauses the one that runs. Raises TicketNotFound, TooManyTimers and PermissionMissing.
    """
    async with database.marking(actor) as transaction:
        transaction.actor.require(TIME_LOG)
        ticket_id = await get_ticket_id(transaction, number)
        count = await timer_queries.lock_timers(transaction)
        held = await timer_queries.find_timer(transaction, ticket_id)
        if held is None and not running:
            return None
        if held is None and count >= MOST_TIMERS:
            raise TooManyTimers(limit=MOST_TIMERS)
        if held is not None and (held.timer.running_since is not None) == running:
            return held.timer
        await timer_queries.pause_running(transaction)
        if held is None:
            await timer_queries.insert_timer(transaction, ticket_id)
        elif running:
            await timer_queries.start_timer(transaction, held.id)
        found = await timer_queries.find_timer(transaction, ticket_id)
    return found.timer if found else None


async def discard_timer(database: Database, actor: Actor, number: int) -> None:
    """Delete the actor's timer on a ticket, if there is one. Raises TicketNotFound."""
    async with database.marking(actor) as transaction:
        transaction.actor.require(TIME_LOG)
        ticket_id = await get_ticket_id(transaction, number)
        await timer_queries.lock_timers(transaction)
        held = await timer_queries.find_timer(transaction, ticket_id)
        if held is not None:
            await timer_queries.delete_timer(transaction, held.id)
