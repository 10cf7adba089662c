"""Use cases of the outbox: queue a mail, and what people do with one that waits or is in trouble."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import ValidationFailed, require_version
from atum_desk.outbox import queries
from atum_desk.outbox.compose.render import render_mail, sender_name, subject_line, values_of
from atum_desk.outbox.compose.reply_address import conversation_token, reply_token
from atum_desk.outbox.enqueue import insert_mail
from atum_desk.outbox.feature import SEND_MAIL, SendMail
from atum_desk.outbox.models import Layout, LockedMail, OutboxItem, OutgoingMail, WrittenMail
from atum_desk.outbox.notices import NoZone, OutboxState, Passed, TooFarAhead
from atum_desk.outbox.permissions import OUTBOX_MANAGE
from atum_desk.outbox.problems import (
    MailboxMissing,
    MailNotCancellable,
    MailNotRetryable,
    MailNotUnknown,
    MailNotWaiting,
)

RETRYABLE = ("failed", "bounced", "unknown", "cancelled")
WAITING = ("held", "queued")
LATEST_DAYS = 366


async def queue_mail(work: UnitOfWork, settings: Settings, mail: OutgoingMail) -> int:
    """Put a mail into the outbox and its job into the queue, within the caller's unit of work.

    Returns the outbox id. The mail leaves `hold_seconds` after the commit at the earliest and can
    be undone until then. Raises MailboxMissing.
    """
    number = mail.ticket_number
    if number is None and mail.ticket_id is not None:
        number = await queries.find_ticket_number(work, mail.ticket_id)
    outbox_id = await insert_mail(
        work,
        mail,
        _written(mail, number),
        token=_answer_token(settings, mail),
        mail_id=f"t{mail.ticket_id or 0}.m{mail.message_id or 0}.{secrets.token_hex(10)}",
    )
    if outbox_id is None:
        raise MailboxMissing(mailbox_id=mail.mailbox_id)
    return outbox_id


def _answer_token(settings: Settings, mail: OutgoingMail) -> str | None:
    """Return where an answer goes: to the conversation, which the ticket's requester does not see, or to the ticket."""
    if mail.conversation_id is not None:
        return conversation_token(settings, mail.conversation_id)
    return reply_token(settings, mail.ticket_id) if mail.ticket_id is not None else None


async def rewrite_mail(work: UnitOfWork, held: LockedMail, mail: OutgoingMail) -> None:
    """Let a waiting mail say something else, or go to others."""
    await queries.rewrite(work, held.id, mail, _written(mail, mail.ticket_number))


async def lock_waiting_mail(work: UnitOfWork, message_id: int, version: int | None) -> LockedMail:
    """Lock the mail of a message that is still to be written or timed differently.

    Raises OutboxMailNotFound, MailNotWaiting, VersionConflict, PermissionMissing (somebody else's).
    """
    mail = await queries.lock_mail_of(work, message_id)
    _require_waiting(work, mail, version)
    return mail


async def time_mail(
    database: Database, actor: Actor, outbox_id: int, send_at: datetime | None, version: int | None
) -> OutboxItem:
    """Let a waiting mail leave at a moment, or now (None)."""
    async with database.writing(actor, "outbox.schedule" if send_at else "outbox.hurry") as work:
        mail = await queries.lock_mail(work, outbox_id)
        _require_waiting(work, mail, version)
        await hold_mail(work, mail, 0, require_moment(send_at))
        work.summary = {"outbox_id": outbox_id}
        work.ticket_id = mail.ticket_id
        return await queries.get_item(work, outbox_id)


async def hold_mail(work: UnitOfWork, mail: LockedMail, seconds: float, send_at: datetime | None) -> None:
    """Let a waiting mail wait so long, and not leave before `send_at`; its job comes then."""
    await queries.hold(work, mail, seconds, send_at)
    delay = (send_at - clock.now()).total_seconds() if send_at else 0.0
    await _enqueue_moved(work, mail, max(seconds, delay, 0.0))


async def retry_mail(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Send a mail again that failed, came back, was cancelled or whose fate is unknown."""
    async with database.writing(actor, "outbox.retry") as work:
        mail = await queries.lock_mail(work, outbox_id)
        _require_own(work, mail)
        if mail.state not in RETRYABLE:
            raise MailNotRetryable(state=OutboxState(mail.state))
        await queries.move(work, mail, "queued")
        work.summary = {"outbox_id": outbox_id, "was": mail.state}
        work.ticket_id = mail.ticket_id
        await _enqueue_moved(work, mail)
        return await queries.get_item(work, outbox_id)


async def cancel_mail(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Keep a waiting mail from leaving."""
    async with database.writing(actor, "outbox.cancel") as work:
        mail = await queries.lock_mail(work, outbox_id)
        _require_own(work, mail)
        if mail.state not in WAITING:
            raise MailNotCancellable(state=OutboxState(mail.state))
        await queries.move(work, mail, "cancelled")
        work.summary = {"outbox_id": outbox_id}
        work.ticket_id = mail.ticket_id
        return await queries.get_item(work, outbox_id)


async def confirm_arrival(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Take somebody's word that a mail of unknown fate has arrived."""
    async with database.writing(actor, "outbox.arrived") as work:
        mail = await queries.lock_mail(work, outbox_id)
        _require_own(work, mail)
        if mail.state != "unknown":
            raise MailNotUnknown(state=OutboxState(mail.state))
        await queries.move(work, mail, "delivered")
        work.summary = {"outbox_id": outbox_id}
        work.ticket_id = mail.ticket_id
        return await queries.get_item(work, outbox_id)


def require_moment(send_at: datetime | None) -> datetime | None:
    """Return a moment a mail can be sent at. Raises ValidationFailed for the past and the far future."""
    if send_at is None:
        return None
    if send_at.tzinfo is None:
        raise ValidationFailed.of("send_at", NoZone())
    now = clock.now()
    if send_at <= now:
        raise ValidationFailed.of("send_at", Passed())
    if send_at > now + timedelta(days=LATEST_DAYS):
        raise ValidationFailed.of("send_at", TooFarAhead(LATEST_DAYS))
    return send_at


def _written(mail: OutgoingMail, number: int | None) -> WrittenMail:
    layout = mail.layout or Layout()
    values = values_of(mail.names, subject=mail.subject, number=number, link=mail.link)
    rendering = render_mail(
        mail.text,
        mail.html,
        number=number,
        link=mail.link,
        layout=layout,
        values=values,
        marker=mail.marker,
        quotes=mail.quotes,
        forwarded=mail.forwarded,
        language=mail.language,
        signature=mail.signature,
    )
    return WrittenMail(
        sender=sender_name(layout, values, mail.language, mail.sender_form),
        subject=subject_line(
            layout, values, mail.subject, number, answer=not mail.opens_ticket, language=mail.language
        ),
        text=rendering.text,
        html=rendering.html,
        plain=rendering.plain,
    )


def _require_own(work: UnitOfWork, mail: LockedMail) -> None:
    """Whoever wrote a mail may see to it; for anybody else's it takes a permission."""
    own = isinstance(work.actor, Actor) and mail.author_id == work.actor.person_id
    if not own:
        work.actor.require(OUTBOX_MANAGE)


def _require_waiting(work: UnitOfWork, mail: LockedMail, version: int | None) -> None:
    _require_own(work, mail)
    if mail.state not in WAITING or mail.attempts:
        raise MailNotWaiting(state=OutboxState(mail.state))
    require_version(version, mail.version)


async def _enqueue_moved(work: UnitOfWork, mail: LockedMail, delay_seconds: float = 0) -> None:
    """Enqueue a mail's job after a person moved it; a job that still waits finds nothing due."""
    key = f"outbox:{mail.id}:v{mail.version}"
    await work.enqueue(SEND_MAIL, SendMail(outbox_id=mail.id), delay_seconds=delay_seconds, key=key)
