"""Jobs of received mail: file one, confirm a request, sweep up what lost its job."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import structlog

from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.jobs.handlers import JobContext, RetryLater, WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule
from atum_desk.kernel.notices import Foreign
from atum_desk.kernel.problems import Unavailable
from atum_desk.mail import queries
from atum_desk.mail.commands import count_failure, quarantine_mail
from atum_desk.mail.feature import FILE_MAIL, FileMail
from atum_desk.mail.filing.confirmation import confirm_request
from atum_desk.mail.filing.file_mail import file_mail
from atum_desk.mail.notices import StoppedWorker
from atum_desk.mail.quarantine.commands import erase_deleted
from atum_desk.mail.receiving.traffic import intake
from atum_desk.sandbox.public import TaskFailed
from atum_desk.tickets.public import CONFIRM_REQUEST, ConfirmRequest

STUCK_AFTER = timedelta(seconds=60)
SWEEP_LIMIT = 500
SWEEP_SECONDS = 30.0
ERASE_SECONDS = 3600.0
RETRY_SECONDS = 2.0
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

log = structlog.get_logger()


async def parse(job: JobContext, parameters: FileMail) -> None:
    """File one mail; what fails three times is set aside with the words of the failure."""
    job, mail_id = job.via("mail"), parameters.mail_id
    try:
        await file_mail(job, mail_id)
        intake.count_filed()
    except (RetryLater, *PASSING):
        raise
    except Exception as error:
        failure = error.notice if isinstance(error, TaskFailed) else Foreign(f"{type(error).__name__}: {error}")
        log.exception("mail_filing_failed", mail_id=mail_id)
        attempts = await count_failure(job, mail_id, failure)
        if attempts is not None and attempts < 3:
            raise RetryLater(RETRY_SECONDS * 2**attempts, failure.text) from error


async def confirm(job: JobContext, parameters: ConfirmRequest) -> None:
    """Queue the confirmation of a request."""
    await confirm_request(job, parameters.ticket_id)


async def sweep(worker: WorkerContext, _payload: bytes) -> None:
    """Enqueue mails that wait without a job; set those aside whose job was given up."""
    async with worker.database.connection("atum_desk_worker") as connection:
        stuck = await queries.list_stuck(connection, STUCK_AFTER, SWEEP_LIMIT)
    for workspace_id in dict.fromkeys(workspace_id for workspace_id, _mail_id, gave_up in stuck if not gave_up):
        job = worker.in_workspace(workspace_id)
        async with job.database.marking(job.actor) as transaction:
            for of_workspace, mail_id, gave_up in stuck:
                if of_workspace == workspace_id and not gave_up:
                    await transaction.enqueue(FILE_MAIL, FileMail(mail_id=mail_id), key=queries.filing_key(mail_id))
    for workspace_id, mail_id, gave_up in stuck:
        if gave_up:
            await quarantine_mail(worker.in_workspace(workspace_id).via("mail"), mail_id, StoppedWorker())


async def erase(worker: WorkerContext, _payload: bytes) -> None:
    """Erase deleted mail whose time has passed."""
    await erase_deleted(worker.database)


job_handlers = [FILE_MAIL.handled_by(parse), CONFIRM_REQUEST.handled_by(confirm)]
schedules: dict[str, Schedule] = {"mail.sweep": (SWEEP_SECONDS, sweep), "mail.erase": (ERASE_SECONDS, erase)}
