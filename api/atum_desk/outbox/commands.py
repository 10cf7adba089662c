"""Use cases of the outbox: queue a mail, send it again, cancel it, and what the sending job reports."""

from __future__ import annotations

import secrets
from datetime import timedelta

from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.db import Database, Work
from atum_desk.kernel.settings import Settings
from atum_desk.outbox import queries
from atum_desk.outbox.models import ClaimedMail, MailFile, OutboxItem, OutgoingMail
from atum_desk.outbox.permissions import OUTBOX_MANAGE
from atum_desk.outbox.problems import MailboxMissing, MailNotCancellable, MailNotRetryable
from atum_desk.outbox.relay import Outcome
from atum_desk.outbox.render import mail_subject, render_mail
from atum_desk.outbox.reply_address import reply_token
from atum_desk.outbox.retry import retry_delay_seconds

RETRYABLE = ("failed", "unknown", "cancelled")


async def queue_mail(work: Work, settings: Settings, mail: OutgoingMail) -> int:
    """Put a mail into the outbox and its job into the queue, within the caller's unit of work.

    Returns the outbox id. The mail leaves `hold_seconds` after the commit at the earliest and can
    be undone until then. Raises MailboxMissing.
    """
    number = mail.ticket_number
    if number is None and mail.ticket_id is not None:
        number = await queries.find_ticket_number(work, mail.ticket_id)
    rendering = render_mail(mail.text, mail.html, number=number, link=mail.link)
    outbox_id = await queries.insert_mail(
        work, mail,
        subject=mail_subject(mail.subject, number, answer=True),
        text=rendering.text, html=rendering.html,
        token=reply_token(settings, mail.ticket_id) if mail.ticket_id is not None else None,
        mail_id=f"t{mail.ticket_id or 0}.m{mail.message_id or 0}.{secrets.token_hex(10)}",
    )  # fmt: skip
    if outbox_id is None:
        raise MailboxMissing(mailbox_id=mail.mailbox_id)
    return outbox_id


async def retry_mail(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Send a mail again that failed, was cancelled or whose fate is unknown."""
    async with database.writing(actor, "outbox.retry") as work:
        work.actor.require(OUTBOX_MANAGE)
        state = await queries.lock_state(work, outbox_id)
        if state not in RETRYABLE:
            raise MailNotRetryable(state=state)
        attempts = await queries.requeue(work, outbox_id)
        work.summary = {"outbox_id": outbox_id, "was": state}
        await work.enqueue(
            "outbox.send", {"workspace_id": actor.workspace_id, "outbox_id": outbox_id},
            key=queries.send_key(outbox_id, attempts),
        )  # fmt: skip
        return await queries.get_item(work, outbox_id)


async def cancel_mail(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Keep a waiting mail from leaving."""
    async with database.writing(actor, "outbox.cancel") as work:
        work.actor.require(OUTBOX_MANAGE)
        state = await queries.lock_state(work, outbox_id)
        if state != "queued":
            raise MailNotCancellable(state=state)
        await queries.cancel(work, outbox_id)
        work.summary = {"outbox_id": outbox_id}
        return await queries.get_item(work, outbox_id)


async def claim_mail(
    database: Database, workspace_id: int, outbox_id: int
) -> tuple[ClaimedMail, list[MailFile]] | None:
    """Take a due mail for sending; None when it is not due, was cancelled or is another's."""
    actor = SystemActor(workspace_id=workspace_id, via="job")
    async with database.writing(actor, "outbox.claim") as work:
        mail = await queries.claim(work, outbox_id)
        if mail is None:
            work.unchanged = True
            return None
        work.summary = {"outbox_id": outbox_id, "attempt": mail.attempts}
        files = await queries.list_files(work, mail.message_id) if mail.message_id else []
        return mail, files


async def record_outcome(
    database: Database, workspace_id: int, mail: ClaimedMail, outcome: Outcome
) -> None:
    """Write what became of an attempt: sent, failed, unknown, or queued for a later one."""
    actor = SystemActor(workspace_id=workspace_id, via="job")
    delay = retry_delay_seconds(mail.attempts, clock.now() - mail.created_at)
    again = outcome.kind == "deferred" and delay is not None
    state = {"sent": "sent", "unknown": "unknown"}.get(
        outcome.kind, "queued" if again else "failed"
    )
    words = outcome.words
    if outcome.kind == "deferred" and not again:
        words = f"Given up after three days. Last answer: {words}"
    at = clock.now() + timedelta(seconds=delay) if again and delay is not None else None
    async with database.writing(actor, f"outbox.{'sent' if state == 'sent' else 'fail'}") as work:
        if not await queries.settle(work, mail.id, mail.attempts, state, words, at):
            work.unchanged = True
            return
        work.summary = {"outbox_id": mail.id, "state": state, "words": words}
        if again and delay is not None:
            await work.enqueue(
                "outbox.send", {"workspace_id": workspace_id, "outbox_id": mail.id},
                delay_seconds=delay, key=queries.send_key(mail.id, mail.attempts),
            )  # fmt: skip
