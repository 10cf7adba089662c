"""An absence whose moment has come moves the tickets that its person leaves."""

from __future__ import annotations

from atum_desk.absences import queries
from atum_desk.absences.commands import start_absence
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule

START_EVERY_SECONDS = 60.0
AT_ONCE = 100


async def start_due(worker: WorkerContext, _payload: bytes) -> None:
    """Start what is due in each workspace, each absence in a change of its own."""
    async for actor in for_each_workspace(worker.database, "rule"):
        async with worker.database.reading(actor) as transaction:
            due = await queries.list_due(transaction, AT_ONCE)
        for absence_id in due:
            await start_absence(worker.database, actor, absence_id)


schedules: dict[str, Schedule] = {"absences.start": (START_EVERY_SECONDS, start_due)}
