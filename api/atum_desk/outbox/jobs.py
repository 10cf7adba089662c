"""Jobs of the outbox: send one mail; sweep up what lost its job or its sender."""

from __future__ import annotations

from datetime import timedelta

from atum_desk.kernel.jobs.handlers import JobContext, WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule
from atum_desk.outbox import queries
from atum_desk.outbox.feature import SEND_MAIL, SendMail
from atum_desk.outbox.relays.connections import RelaySessions
from atum_desk.outbox.send import give_up, send_mail

SENDING_LEASE = timedelta(minutes=10)
SWEEP_LIMIT = 500
SWEEP_SECONDS = 30.0

# The connections of this worker; a job uses what the one before it left open.
relay_sessions = RelaySessions()


async def send(job: JobContext, parameters: SendMail) -> None:
    """Send one mail if it is due."""
    await send_mail(job, relay_sessions, parameters.outbox_id)


async def sweep(worker: WorkerContext, _payload: bytes) -> None:
    """Enqueue due mails that have no job, and name those `unknown` whose sender never reported back."""
    async with worker.database.connection("atum_desk_worker") as connection:
        lost = await queries.list_lost(connection, SENDING_LEASE, SWEEP_LIMIT)
        due = await queries.list_due(connection, SWEEP_LIMIT, bool(worker.settings.mail_relay))
    for workspace_id in dict.fromkeys(mail.workspace_id for mail in due):
        job = worker.in_workspace(workspace_id)
        async with job.database.marking(job.actor) as transaction:
            for mail in due:
                if mail.workspace_id == workspace_id:
                    key = queries.send_key(mail.outbox_id, mail.attempts)
                    await transaction.enqueue(SEND_MAIL, SendMail(outbox_id=mail.outbox_id), key=key)
    for one in lost:
        await give_up(worker.in_workspace(one.workspace_id), one)


async def close_sessions() -> None:
    """Say goodbye to the relays, when the worker ends."""
    await relay_sessions.close()


job_handlers = [SEND_MAIL.handled_by(send)]
schedules: dict[str, Schedule] = {"outbox.sweep": (SWEEP_SECONDS, sweep)}
