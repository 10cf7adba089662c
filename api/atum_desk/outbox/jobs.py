"""Jobs of the outbox: send one mail; sweep up what lost its job or its sender."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import structlog

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.jobs import Job, JobHandler, WorkerContext
from atum_desk.kernel.schedules import Schedule
from atum_desk.outbox import queries
from atum_desk.outbox.commands import claim_mail, record_outcome
from atum_desk.outbox.mime import build_mail, needs_smtputf8, wire_address
from atum_desk.outbox.models import ClaimedMail, MailFile, QueuedMail
from atum_desk.outbox.relay import Outcome, Relay, hand_over, parse_relay

SENDING_LEASE = timedelta(minutes=10)
SWEEP_LIMIT = 500
SWEEP_SECONDS = 30.0

log = structlog.get_logger()


class SendMail(msgspec.Struct):
    """Which mail to send."""

    workspace_id: int
    outbox_id: int


async def send(worker: WorkerContext, payload: bytes) -> None:
    """Send one mail if it is due; without a relay it stays where it is, and the sweep finds it later.

    The row is taken in a unit of work of its own before the relay hears anything, so a crash leaves
    it in `sending`, from where nothing sends it again without a person.
    """
    job = msgspec.json.decode(payload, type=SendMail)
    relay = parse_relay(worker.settings.mail_relay)
    if relay is None:
        return
    claimed = await claim_mail(worker.database, job.workspace_id, job.outbox_id)
    if claimed is None:
        return
    mail, files = claimed
    outcome = await _attempt(worker, relay, mail, files)
    await record_outcome(worker.database, job.workspace_id, mail, outcome)
    log.info("mail_attempt", outbox_id=mail.id, attempt=mail.attempts, outcome=outcome.kind)


async def _attempt(
    worker: WorkerContext, relay: Relay, mail: ClaimedMail, files: list[MailFile]
) -> Outcome:
    try:
        contents = [(file, await worker.files.get(file.sha256)) for file in files]
        raw = build_mail(
            mail, contents, secret=worker.settings.secret, web_url=worker.settings.web_url
        )
        sender = wire_address(mail.envelope_from)
        recipients = [wire_address(one.address) for one in (*mail.recipients, *mail.cc)]
    except Exception as error:
        # Nothing was handed over yet: say it on the row instead of trying forever.
        log.exception("mail_unbuildable", outbox_id=mail.id)
        return Outcome("rejected", f"The mail could not be built: {error}")
    unique = list(dict.fromkeys(recipients))
    return await hand_over(relay, sender, unique, raw, smtputf8=needs_smtputf8(mail))


async def sweep(worker: WorkerContext, _payload: bytes) -> None:
    """Enqueue due mails that have no job, and name those `unknown` whose sender never reported back."""
    async with worker.database.connection("atum_desk_worker") as connection:
        lost = await queries.list_lost(connection, SENDING_LEASE, SWEEP_LIMIT)
        if parse_relay(worker.settings.mail_relay):
            for mail in await queries.list_due(connection, SWEEP_LIMIT):
                await queries.enqueue_send(connection, mail)
    for mail in lost:
        await _give_up(worker, mail)


async def _give_up(worker: WorkerContext, lost: QueuedMail) -> None:
    actor = SystemActor(workspace_id=lost.workspace_id, via="job")
    words = "The sender stopped between the hand-over and the relay's answer; it may have arrived."
    async with worker.database.writing(actor, "outbox.fail") as work:
        if not await queries.settle(work, lost.outbox_id, lost.attempts, "unknown", words, None):
            work.unchanged = True
            return
        work.summary = {"outbox_id": lost.outbox_id, "state": "unknown", "words": words}


jobs: dict[str, JobHandler | Job] = {"outbox.send": Job(handler=send, timeout_seconds=900)}
schedules: dict[str, Schedule] = {"outbox.sweep": (SWEEP_SECONDS, sweep)}
