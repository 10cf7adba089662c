"""What leaves by mail or by push leaves a while after it was written; what is old is deleted."""

from __future__ import annotations

from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.jobs.handlers import HandledJob, WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule
from atum_desk.notifications.feature import PUSH
from atum_desk.notifications.mails import send_due
from atum_desk.notifications.pushes import push_due, send_push
from atum_desk.notifications.queries import push, told

# Read ones go after a month, all after a quarter of a year, and of each person the newest thousand stay.
KEEP_READ_DAYS = 30
KEEP_DAYS = 90
MOST_OF_PERSON = 1000
PRUNE_EVERY_SECONDS = 3600.0
AT_ONCE = 1000
MAIL_EVERY_SECONDS = 30.0
PUSH_EVERY_SECONDS = 5.0


async def prune(worker: WorkerContext, _payload: bytes) -> None:
    """Delete old notifications of each workspace."""
    async for actor in for_each_workspace(worker.database, "job"):
        async with worker.database.marking(actor) as transaction:
            await push.delete_left(transaction, KEEP_DAYS)
        deleted = AT_ONCE
        while deleted >= AT_ONCE:
            async with worker.database.marking(actor) as transaction:
                deleted = await told.delete_old(
                    transaction, read_days=KEEP_READ_DAYS, days=KEEP_DAYS, most=MOST_OF_PERSON, at_once=AT_ONCE
                )


async def mail_due(worker: WorkerContext, _payload: bytes) -> None:
    """Mail what is to be mailed and was not read in the meantime."""
    async for actor in for_each_workspace(worker.database, "job"):
        await send_due(worker, actor)


async def push_all_due(worker: WorkerContext, _payload: bytes) -> None:
    """Push what is to be pushed and was not read in the meantime."""
    async for actor in for_each_workspace(worker.database, "job"):
        await push_due(worker, actor)


job_handlers: list[HandledJob] = [PUSH.handled_by(send_push)]
schedules: dict[str, Schedule] = {
    "notifications.prune": (PRUNE_EVERY_SECONDS, prune),
    "notifications.mail_due": (MAIL_EVERY_SECONDS, mail_due),
    "notifications.push_due": (PUSH_EVERY_SECONDS, push_all_due),
}
