"""Jobs of the outbox: send one mail; sweep up what lost its job or its sender."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from atum_desk.kernel.jobs.handlers import Job, JobHandler, WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule
from atum_desk.outbox import queries
from atum_desk.outbox.relays.connections import RelaySessions
from atum_desk.outbox.send import give_up, send_mail

SENDING_LEASE = timedelta(minutes=10)
SWEEP_LIMIT = 500
SWEEP_SECONDS = 30.0
# A relay that hangs must not hold all that the worker does at once.
SENT_AT_ONCE = 6

# The connections of this worker; a job uses what the one before it left open.
relay_sessions = RelaySessions()


class SendMail(msgspec.Struct):
    """Which mail to send."""

    workspace_id: int
    outbox_id: int


async def send(worker: WorkerContext, payload: bytes) -> None:
    """Send one mail if it is due."""
    job = msgspec.json.decode(payload, type=SendMail)
    await send_mail(worker, relay_sessions, job.workspace_id, job.outbox_id)


async def sweep(worker: WorkerContext, _payload: bytes) -> None:
    """Enqueue due mails that have no job, and name those `unknown` whose sender never reported back."""
    async with worker.database.connection("atum_desk_worker") as connection:
        lost = await queries.list_lost(connection, SENDING_LEASE, SWEEP_LIMIT)
        for mail in await queries.list_due(connection, SWEEP_LIMIT, bool(worker.settings.mail_relay)):
            await queries.enqueue_send(connection, mail)
    for one in lost:
        await give_up(worker, one)


async def close_sessions() -> None:
    """Say goodbye to the relays, when the worker ends."""
    await relay_sessions.close()


jobs: dict[str, JobHandler | Job] = {"outbox.send": Job(handler=send, timeout_seconds=900, at_once=SENT_AT_ONCE)}
schedules: dict[str, Schedule] = {"outbox.sweep": (SWEEP_SECONDS, sweep)}
