"""Changing a reply while its mail still waits: the message and the mail change together."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.outbox.public import (
    LockedMail,
    OutboxMailNotFound,
    hold_mail,
    lock_waiting_mail,
    require_moment,
    rewrite_mail,
)
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.agent_messages import mail_of_reply, reaches_requester
from atum_desk.tickets.commands.bodies import preview_of, read_body
from atum_desk.tickets.commands.inline_images import require_attached
from atum_desk.tickets.commands.recipients import Named, names_recipients, read_recipients, settle_recipients
from atum_desk.tickets.models import LockedTicket, NewMessage, Recipients
from atum_desk.tickets.notices import NeedsRecipient
from atum_desk.tickets.presentation import present_ticket
from atum_desk.tickets.problems import MessageNotFound
from atum_desk.tickets.queries import edits, threads, writes
from atum_desk.tickets.schemas import MessageAdded, MessageEdit


async def edit_waiting_reply(
    database: Database, settings: Settings, actor: Actor, message_id: int, given: MessageEdit, version: int | None
) -> MessageAdded:
    """Change what a reply says, who gets it or when it leaves, while its mail waits.

    History keeps what it said. Who gets it stays unless recipients are given. Raises MessageNotFound,
    MailNotWaiting, VersionConflict, PermissionMissing, ValidationFailed and what recipients raise.
    """
    named = read_recipients(given) if names_recipients(given) else None
    rewrites = _rewrites(given) or (named is None and given.send_at is UNSET)
    body = await read_body(given.text, given.html, web_url=settings.web_url) if rewrites else None
    async with database.writing(actor, "ticket.edit_reply") as work:
        work.actor.require(permissions.REPLY)
        ticket = await writes.lock_ticket_of_message(work, message_id)
        mail = await _lock(work, message_id, given.version if version is None else version)
        if given.send_at is not UNSET:
            await hold_mail(work, mail, 0, require_moment(given.send_at))
        if body is not None or named is not None:
            await _rewrite(work, settings, ticket, mail, message_id, body, named)
        work.ticket_id = ticket.id
        work.summary = {"number": ticket.number, "message_id": message_id}
        stored = await threads.get_ticket_with_message(work, ticket.number, message_id)
    presented = (
        present_ticket(msgspec.structs.replace(stored, messages=[]), work.actor)
        if work.actor.may(permissions.READ)
        else None
    )
    return MessageAdded(message=stored.messages[0], ticket=presented, change_id=work.change_id, undo_seconds=0)


async def _lock(work: UnitOfWork, message_id: int, version: int | None) -> LockedMail:
    try:
        return await lock_waiting_mail(work, message_id, version)
    except OutboxMailNotFound:
        raise MessageNotFound from None


def _rewrites(given: MessageEdit) -> bool:
    return given.text is not None or given.html is not None


async def _rewrite(
    work: UnitOfWork,
    settings: Settings,
    ticket: LockedTicket,
    mail: LockedMail,
    message_id: int,
    body: tuple[str, str | None] | None,
    named: Named | None,
) -> None:
    context = await writes.get_mail_context(work, ticket.id)
    written = await edits.get_written(work, message_id)
    text, html = written.text, written.html
    if body is not None:
        text, html = body
        require_attached(html, written.attachment_ids)
        await edits.rewrite_message(work, message_id, text, html)
        await edits.set_preview(work, ticket.id, message_id, preview_of(text))
    people = Recipients(mail.recipients, mail.cc, mail.bcc)
    if named is not None:
        people = await settle_recipients(work, ticket, context, named)
        if not people.to:
            raise ValidationFailed.of("to", NeedsRecipient())
        await edits.readdress_message(work, message_id, people)
    message = NewMessage(
        kind="reply",
        text=text,
        html=html,
        author_id=written.author_id,
        author_name=written.author_name,
        from_staff=True,
        channel="email",
        quoted_messages=_quoted_still(mail, context, people),
        signature=written.signature,
    )
    changed = await mail_of_reply(work, settings, ticket, message, people, context, message_id, own_mail_id=mail.id)
    changed.opens_ticket = written.opens_ticket
    await rewrite_mail(work, mail, changed)


def _quoted_still(mail: LockedMail, context: writes.MailContext, people: Recipients) -> int:
    """Return how many messages a mail quotes; none once it no longer goes to the requester."""
    was = reaches_requester(context, Recipients(mail.recipients, mail.cc, mail.bcc))
    return 0 if was and not reaches_requester(context, people) else mail.quoted_messages
