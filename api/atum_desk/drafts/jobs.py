"""What was discarded, or became a message, is deleted for good after thirty days."""

from __future__ import annotations

from atum_desk.drafts import queries
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule

KEEP_DAYS = 30
PRUNE_EVERY_SECONDS = 3600.0
AT_ONCE = 500


async def prune(worker: WorkerContext, _payload: bytes) -> None:
    """Delete old drafts of each workspace."""
    async for actor in for_each_workspace(worker.database, "job"):
        deleted = AT_ONCE
        while deleted == AT_ONCE:
            async with worker.database.marking(actor) as transaction:
                deleted = await queries.delete_old(transaction, KEEP_DAYS, AT_ONCE)


schedules: dict[str, Schedule] = {"drafts.prune": (PRUNE_EVERY_SECONDS, prune)}
