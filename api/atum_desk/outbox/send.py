"""Sends one mail: taken in a commit of its own, handed over, and its fate written down.

The row is `sending` before the relay hears anything, so a crash leaves it there, from where nothing
sends it again without a person.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import structlog

from atum_desk.kernel import clock
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.jobs.handlers import JobContext, RetryLater
from atum_desk.kernel.notices import Both, Sayable
from atum_desk.kernel.sealed_secrets import SealBroken
from atum_desk.outbox import queries, stopped_addresses
from atum_desk.outbox.compose.mime import build_mail, needs_smtputf8, wire_address
from atum_desk.outbox.compose.reply_address import return_path
from atum_desk.outbox.compose.signing_keys import list_active_keys, sign_mail
from atum_desk.outbox.feature import SEND_MAIL, SendMail
from atum_desk.outbox.mail_sizes import RelayLimit, keep_relay_limit
from atum_desk.outbox.models import ClaimedMail, QueuedMail, Route, TakenMail
from atum_desk.outbox.notices import AllStopped, GivenUp, MailNotBuilt, SenderLost, SomeStopped, StoppedFor
from atum_desk.outbox.relays.connections import RelaySessions
from atum_desk.outbox.relays.mailbox_relay import relay_name, relay_of
from atum_desk.outbox.relays.retry import retry_delay_seconds
from atum_desk.outbox.relays.smtp import EnvelopedMail, Relay, SendOutcome
from atum_desk.outbox.relays.status_codes import status_in
from atum_desk.outbox.stopped_addresses import list_stopped_among

# Signing hashes all of it; a small mail is done before a thread has started.
LARGE_BYTES = 200_000

log = structlog.get_logger()


async def send_mail(job: JobContext, sessions: RelaySessions, outbox_id: int) -> None:
    """Send one mail if it is due; without a relay it stays queued, and the sweep finds it later.

    Raises RetryLater when its mailbox has sent as much as it may this minute.
    """
    async with job.reading() as transaction:
        route = await queries.find_route(transaction, outbox_id)
    if route is None:
        return
    relay = await _relay_for(job, route, outbox_id)
    if relay is None:
        return
    # Before the mail is taken: while it waits for a connection it is still queued.
    async with sessions.room(relay):
        taken = await claim_mail(job, outbox_id, route.max_per_minute)
        if taken is None:
            return
        outcome = await _attempt(job, sessions, relay, route, taken)
    limit = sessions.limit_of(relay, route.mailbox_id, relay_name(route.host, route.port))
    is_news = limit and (limit.relay, limit.max_bytes) != (route.known_relay, route.known_max_bytes)
    await record_outcome(job, taken.mail, outcome, limit if is_news else None)
    log.info("mail_attempt", outbox_id=outbox_id, attempt=taken.mail.attempts, outcome=outcome.kind)


async def _relay_for(job: JobContext, route: Route, outbox_id: int) -> Relay | None:
    try:
        relay = relay_of(job.settings, route)
    except SealBroken:
        log.warning("relay_password_unreadable", mailbox_id=route.mailbox_id)
        relay = None
    if relay is None:
        async with job.writing("outbox.release") as work:
            work.unchanged = not await queries.release(work, outbox_id)
            work.summary = {"outbox_id": outbox_id}
    return relay


async def claim_mail(job: JobContext, outbox_id: int, most_in_a_minute: int | None = None) -> TakenMail | None:
    """Take a due mail for sending; None when it is not due, was cancelled or is another's."""
    async with job.writing("outbox.claim") as work:
        if most_in_a_minute is not None:
            await _wait_for_room(work, outbox_id, most_in_a_minute)
        mail = await queries.claim(
            work, outbox_id, lambda address, ticket_id: return_path(job.settings, address, ticket_id, outbox_id)
        )
        if mail is None:
            work.unchanged = True
            return None
        work.summary = {"outbox_id": outbox_id, "attempt": mail.attempts}
        if mail.message_id is not None:
            # Its requester sees it from now on, and hears so.
            await queries.show_message(work, mail.message_id, None)
            work.public = mail.conversation_id is None
        files = await queries.list_files(work, mail.message_id) if mail.message_id else []
        keys = await list_active_keys(work, mail.sender.address.rpartition("@")[2])
        people = [one.address for one in mail.people]
        return TakenMail(mail, files, keys, await list_stopped_among(work, people))


async def _wait_for_room(work: UnitOfWork, outbox_id: int, most: int) -> None:
    mailbox_id = await queries.find_mailbox(work, outbox_id)
    if mailbox_id is None:
        return
    seconds = await queries.seconds_until_room(work, mailbox_id, most)
    if seconds > 0:
        raise RetryLater(seconds + 0.05, f"the mailbox sends at most {most} mails a minute")


async def _attempt(
    job: JobContext, sessions: RelaySessions, relay: Relay, route: Route, taken: TakenMail
) -> SendOutcome:
    mail = taken.mail
    stopped = {one.email: one for one in taken.stopped}
    people = list(dict.fromkeys(one.address for one in mail.people))
    left_out = [stopped[one.lower()] for one in people if one.lower() in stopped]
    reached = [one for one in people if one.lower() not in stopped]
    if not reached:
        return SendOutcome("rejected", AllStopped([StoppedFor(one.email, one.words) for one in left_out]))
    try:
        raw = await _build(job, taken)
        enveloped = EnvelopedMail(
            sender=wire_address(mail.envelope_from),
            recipients=tuple(wire_address(one) for one in reached),
            content=raw,
            smtputf8=needs_smtputf8(mail),
            notify=route.ask_delivery,
            envelope_id=f"atum{mail.id}",
        )
    except Exception as error:
        # Nothing was handed over yet: say it on the row instead of trying forever.
        log.exception("mail_unbuildable", outbox_id=mail.id)
        return SendOutcome("rejected", MailNotBuilt(str(error) or type(error).__name__))
    outcome = await sessions.hand_over(relay, enveloped)
    if left_out and outcome.kind == "sent":
        without = SomeStopped([one.email for one in left_out])
        notice = Both(without, outcome.notice) if outcome.notice else without
        return SendOutcome("sent", notice, outcome.status, outcome.refused)
    return outcome


async def _build(job: JobContext, taken: TakenMail) -> bytes:
    contents = [(file, await job.files.get(file.sha256)) for file in taken.files]
    settings = job.settings
    raw = build_mail(taken.mail, contents, secret=settings.secret, web_url=settings.web_url)
    if not taken.keys:
        return raw
    if len(raw) < LARGE_BYTES:
        return sign_mail(settings, taken.keys, raw)
    return await asyncio.to_thread(sign_mail, settings, taken.keys, raw)


async def record_outcome(
    job: JobContext, mail: ClaimedMail, outcome: SendOutcome, limit: RelayLimit | None = None
) -> None:
    """Write what became of an attempt (sent, failed, unknown, or queued for a later one) and what the relay takes."""
    delay = retry_delay_seconds(mail.attempts, clock.now() - mail.created_at)
    again = outcome.kind == "deferred" and delay is not None
    state = {"sent": "sent", "unknown": "unknown"}.get(outcome.kind, "queued" if again else "failed")
    notice = outcome.notice
    if outcome.kind == "deferred" and not again and notice:
        notice = GivenUp(notice)
    at = clock.now() + timedelta(seconds=delay) if again and delay is not None else None
    async with job.writing(f"outbox.{'sent' if state == 'sent' else 'fail'}") as work:
        if not await queries.settle(work, mail, state, notice=notice, status=outcome.status, next_attempt_at=at):
            work.unchanged = True
            return
        work.summary = {"outbox_id": mail.id, "state": state, **_summary_of(notice)}
        if limit:
            await keep_relay_limit(work, limit)
        for refused in outcome.refused:
            status = status_in(refused.message)
            await stopped_addresses.mark_if_hard(work, refused.recipient, status, str(refused))
        if again and delay is not None:
            key = queries.send_key(mail.id, mail.attempts)
            await work.enqueue(SEND_MAIL, SendMail(outbox_id=mail.id), delay_seconds=delay, key=key)


async def give_up(job: JobContext, lost: QueuedMail) -> None:
    """Name a mail `unknown` whose sender never reported back."""
    async with job.writing("outbox.fail") as work:
        if not await queries.settle(work, lost, "unknown", notice=SenderLost()):
            work.unchanged = True
            return
        work.summary = {"outbox_id": lost.outbox_id, "state": "unknown", **_summary_of(SenderLost())}


def _summary_of(notice: Sayable | None) -> dict[str, Any]:
    return {"words": notice.text, "notice": notice.ref} if notice else {"words": None}
