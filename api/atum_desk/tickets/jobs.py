"""What tickets do by themselves: a resolved one closes after days of its team; new words are learned."""

from __future__ import annotations

import time

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule
from atum_desk.tickets.commands import snoozes
from atum_desk.tickets.queries import resolved, vocabulary

CLOSE_EVERY_SECONDS = 600.0
CLOSE_AT_ONCE = 200
WAKE_EVERY_SECONDS = 5.0
WAKE_AT_ONCE = 100
LEARN_EVERY_SECONDS = 10.0
# So long one workspace's vocabulary is worked on before the next one's turn.
LEARN_SECONDS = 4.0


async def close_resolved(worker: WorkerContext, _payload: bytes) -> None:
    """Close what was resolved as long ago as its team's rules say: one change for each workspace and batch."""
    async for actor in for_each_workspace(worker.database, "rule"):
        closed = CLOSE_AT_ONCE
        while closed == CLOSE_AT_ONCE:
            async with worker.database.writing(actor, "ticket.close") as work:
                numbers = await resolved.close_resolved(work, CLOSE_AT_ONCE)
                closed = len(numbers)
                work.public, work.unchanged = True, not numbers
                work.summary = {"numbers": numbers}


async def wake_due(worker: WorkerContext, _payload: bytes) -> None:
    """Wake what was snoozed until now."""
    async for actor in for_each_workspace(worker.database, "job"):
        woken = WAKE_AT_ONCE
        while woken == WAKE_AT_ONCE:
            async with worker.database.writing(actor, "ticket.wake_due") as work:
                work.may_be_empty = True
                woken = await snoozes.wake_due(work, WAKE_AT_ONCE)


async def learn_words(worker: WorkerContext, _payload: bytes) -> None:
    """List the words of what was written since, then of what was there before, for searches."""
    async for actor in for_each_workspace(worker.database, "job"):
        await learn_words_of(worker.database, actor, LEARN_SECONDS)


async def learn_words_of(database: Database, actor: SystemActor, seconds: float) -> bool:
    """Learn the words of a workspace for so long, in short transactions; tell whether some are left."""
    ends_at = time.monotonic() + seconds
    left = False
    # New words of every table come before old ones of any.
    for learn in (vocabulary.learn_rewritten, vocabulary.learn_new, vocabulary.learn_old):
        for source in vocabulary.SOURCES:
            more: bool | int = True
            while more and time.monotonic() < ends_at:
                async with database.marking(actor) as transaction:
                    more = await learn(transaction, source)
            left = left or bool(more)
    return left


schedules: dict[str, Schedule] = {
    "tickets.wake": (WAKE_EVERY_SECONDS, wake_due),
    "tickets.close": (CLOSE_EVERY_SECONDS, close_resolved),
    "tickets.learn_words": (LEARN_EVERY_SECONDS, learn_words),
}
