"""Schedules of fetching: forget what is old."""

from __future__ import annotations

from atum_desk.fetching import queries
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule

PRUNE_SECONDS = 3600.0


async def prune(worker: WorkerContext, _payload: bytes) -> None:
    """Forget old log lines, consents and self-tests."""
    async with worker.database.connection("atum_desk_worker") as connection:
        await queries.prune(connection)


schedules: dict[str, Schedule] = {"fetching.prune": (PRUNE_SECONDS, prune)}
