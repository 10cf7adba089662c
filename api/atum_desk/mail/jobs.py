"""Jobs of received mail: file one, confirm a request, sweep up what lost its job."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import msgspec
import structlog

from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.jobs.handlers import Job, JobHandler, RetryLater, WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule
from atum_desk.kernel.problems import Unavailable
from atum_desk.mail import queries
from atum_desk.mail.commands import count_failure, quarantine_mail
from atum_desk.mail.filing.confirmation import confirm_request
from atum_desk.mail.filing.file_mail import FILED_AT_ONCE, file_mail
from atum_desk.mail.quarantine.commands import erase_deleted
from atum_desk.mail.receiving.traffic import intake
from atum_desk.sandbox.public import TaskFailed

STUCK_AFTER = timedelta(seconds=60)
SWEEP_LIMIT = 500
SWEEP_SECONDS = 30.0
ERASE_SECONDS = 3600.0
RETRY_SECONDS = 2.0
# Answers wait for what they answer, a second each time; lost workers count too.
PATIENCE = 30
# Nobody's fault: said again a moment later they pass.
PASSING = (
    *UNREACHABLE,
    Unavailable,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.InsufficientResourcesError,
)

# Two more than are filed at once, so that nothing idles until the queue is looked at again.
PICKED_AT_ONCE = FILED_AT_ONCE + 2

log = structlog.get_logger()


class ParseMail(msgspec.Struct):
    """Which mail to file."""

    workspace_id: int
    mail_id: int


async def parse(worker: WorkerContext, payload: bytes) -> None:
    """File one mail; what fails three times is set aside with the words of the failure."""
    job = msgspec.json.decode(payload, type=ParseMail)
    try:
        await file_mail(worker.database, worker.settings, worker.files, job.workspace_id, job.mail_id)
        intake.count_filed()
    except (RetryLater, *PASSING):
        raise
    except Exception as error:
        words = str(error) if isinstance(error, TaskFailed) else f"{type(error).__name__}: {error}"
        log.exception("mail_filing_failed", mail_id=job.mail_id)
        attempts = await count_failure(worker.database, job.workspace_id, job.mail_id, words)
        if attempts is not None and attempts < 3:
            raise RetryLater(RETRY_SECONDS * 2**attempts, words) from error


class ConfirmRequest(msgspec.Struct):
    """Which ticket's requester to tell that it arrived."""

    workspace_id: int
    ticket_id: int


async def confirm(worker: WorkerContext, payload: bytes) -> None:
    """Queue the confirmation of a request."""
    job = msgspec.json.decode(payload, type=ConfirmRequest)
    await confirm_request(worker.database, worker.settings, job.workspace_id, job.ticket_id)


async def sweep(worker: WorkerContext, _payload: bytes) -> None:
    """Enqueue mails that wait without a job; set those aside whose job was given up."""
    async with worker.database.connection("atum_desk_worker") as connection:
        stuck = await queries.list_stuck(connection, STUCK_AFTER, SWEEP_LIMIT)
        for workspace_id, mail_id, gave_up in stuck:
            if not gave_up:
                await queries.enqueue_filing(connection, workspace_id, mail_id)
    for workspace_id, mail_id, gave_up in stuck:
        if gave_up:
            words = "Filing it stopped the worker again and again."
            await quarantine_mail(worker.database, workspace_id, mail_id, words)


async def erase(worker: WorkerContext, _payload: bytes) -> None:
    """Erase deleted mail whose time has passed."""
    await erase_deleted(worker.database)


jobs: dict[str, JobHandler | Job] = {
    "mail.parse": Job(handler=parse, max_attempts=PATIENCE, at_once=PICKED_AT_ONCE),
    "mail.confirm": confirm,
}
schedules: dict[str, Schedule] = {"mail.sweep": (SWEEP_SECONDS, sweep), "mail.erase": (ERASE_SECONDS, erase)}
