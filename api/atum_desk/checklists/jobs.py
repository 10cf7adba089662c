"""What checklists do by themselves: an item that is due is told once."""

from __future__ import annotations

from atum_desk.checklists.commands import tell_due
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule

TELL_EVERY_SECONDS = 10.0
TELL_AT_ONCE = 100


async def tell_due_items(worker: WorkerContext, _payload: bytes) -> None:
    """Tell of what is due since the last look."""
    async for actor in for_each_workspace(worker.database, "job"):
        told = TELL_AT_ONCE
        while told == TELL_AT_ONCE:
            async with worker.database.writing(actor, "checklist.due") as work:
                work.may_be_empty = True
                told = await tell_due(work, TELL_AT_ONCE)


schedules: dict[str, Schedule] = {"checklists.tell_due": (TELL_EVERY_SECONDS, tell_due_items)}
