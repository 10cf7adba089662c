"""What tickets do by themselves: a resolved one closes when nobody came back for a week."""

from __future__ import annotations

from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule
from atum_desk.tickets.queries import writes

CLOSE_AFTER_DAYS = 7
CLOSE_EVERY_SECONDS = 600.0
CLOSE_AT_ONCE = 200


async def close_resolved(worker: WorkerContext, _payload: bytes) -> None:
    """Close what was resolved `CLOSE_AFTER_DAYS` ago: one change for each workspace and batch."""
    async for actor in for_each_workspace(worker.database, "rule"):
        closed = CLOSE_AT_ONCE
        while closed == CLOSE_AT_ONCE:
            async with worker.database.writing(actor, "ticket.close") as work:
                numbers = await writes.close_resolved(work, CLOSE_AFTER_DAYS, CLOSE_AT_ONCE)
                closed = len(numbers)
                work.public, work.unchanged = True, not numbers
                work.summary = {"numbers": numbers}


schedules: dict[str, Schedule] = {"tickets.close": (CLOSE_EVERY_SECONDS, close_resolved)}
