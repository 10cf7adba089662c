"""Schedules of identity: forget sessions that ended long ago."""

from __future__ import annotations

from atum_desk.identity import queries
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule

PRUNE_SECONDS = 3600.0


async def prune(worker: WorkerContext, _payload: bytes) -> None:
    """Delete rows of sessions and tokens that ended by their time: they name devices and networks."""
    async with worker.database.connection("atum_desk_worker") as connection:
        while await queries.prune_sessions(connection) == queries.PRUNED_AT_ONCE:
            pass


schedules: dict[str, Schedule] = {"identity.prune": (PRUNE_SECONDS, prune)}
