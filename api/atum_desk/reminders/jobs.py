"""What reminders do by themselves: each is told once, when its moment comes."""

from __future__ import annotations

from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule
from atum_desk.reminders.commands import fire_due

FIRE_EVERY_SECONDS = 5.0
FIRE_AT_ONCE = 100


async def fire_due_reminders(worker: WorkerContext, _payload: bytes) -> None:
    """Tell of what was to be reminded of until now."""
    async for actor in for_each_workspace(worker.database, "job"):
        fired = FIRE_AT_ONCE
        while fired == FIRE_AT_ONCE:
            async with worker.database.writing(actor, "reminder.fire") as work:
                work.may_be_empty = True
                fired = await fire_due(work, FIRE_AT_ONCE)


schedules: dict[str, Schedule] = {"reminders.fire": (FIRE_EVERY_SECONDS, fire_due_reminders)}
