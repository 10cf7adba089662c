"""Replies and notes of agents, and the mail of a reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.outbox.public import MailNames, OutgoingMail, queue_mail, require_moment
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.absent_assignees import add_notices
from atum_desk.tickets.commands.assigned_by_reply import assigns_author
from atum_desk.tickets.commands.bodies import read_body
from atum_desk.tickets.commands.custom_fields import require_to_end
from atum_desk.tickets.commands.further_actions import FurtherActions, FurtherPlan, finish_further, plan_further
from atum_desk.tickets.commands.inline_images import require_attached
from atum_desk.tickets.commands.living_tickets import require_living
from atum_desk.tickets.commands.mentions import require_fit_mentions, settle_mentions
from atum_desk.tickets.commands.new_tickets import add_message
from atum_desk.tickets.commands.recipients import read_recipients, settle_recipients
from atum_desk.tickets.commands.reply_signatures import signature_below
from atum_desk.tickets.commands.resolutions import find_resolution_id, require_items_done, require_resolution
from atum_desk.tickets.commands.status import find_answered_status, find_next_status
from atum_desk.tickets.links import request_link
from atum_desk.tickets.models import LockedTicket, NewMessage, Recipients, StoredTicket
from atum_desk.tickets.notices import ForReplies, SomebodyElse
from atum_desk.tickets.presentation import present_ticket
from atum_desk.tickets.problems import NewerMessages, TicketNotFound
from atum_desk.tickets.queries import threads, writes
from atum_desk.tickets.queries.quotes import list_quotable
from atum_desk.tickets.quote_schemas import QUOTED
from atum_desk.tickets.schemas import MessageAdded, MessageInput


async def answer_ticket(
    database: Database,
    settings: Settings,
    actor: Actor,
    number: int,
    given: MessageInput,
    further: FurtherActions | None = None,
) -> MessageAdded:
    """Add a reply (which leaves as mail) or a note, and set the status and do what else is asked in the same change.

    Raises NewerMessages when somebody else added a message that the author has not seen, MergedElsewhere,
    MentionUnknown, MentionOutOfSight, and what `plan_further` raises.
    """
    _require_fit_for_note(given)
    require_fit_mentions(given)
    named = read_recipients(given)
    send_at = require_moment(given.send_at)
    body = await read_body(given.text, given.html, web_url=settings.web_url)
    require_attached(body[1], given.attachment_ids)
    async with database.writing(actor, f"ticket.{given.kind}") as work:
        work.actor.require(permissions.REPLY if given.kind == "reply" else permissions.NOTE)
        people, context = Recipients(), None
        if given.kind == "reply":
            ticket, context = await writes.lock_ticket_with_mail_context(work, number)
            require_living(ticket)
            await _require_seen(work, ticket, given.seen_message_id)
            people = await settle_recipients(work, ticket, context, named)
        else:
            ticket = await writes.lock_ticket(work, number)
            require_living(ticket)
            await _require_seen(work, ticket, given.seen_message_id)
        plan = await plan_further(work, ticket, further) if further else None
        status_id = await _status_after(work, ticket, given, plan)
        further_columns = await _columns_after(work, ticket, given, plan, context)
        message = _message_of(settings, given, body, context, people, actor, send_at)
        message.mentions = await settle_mentions(work, ticket, given.mentions)
        message.attachment_ids = [*message.attachment_ids, *(plan.attachment_ids if plan else [])]
        appended = await add_message(work, ticket, message, status_id)
        if further_columns:
            # After the status: taken back in the other order, the reopened ticket has no reason to take back.
            await writes.update_ticket(work, ticket.id, further_columns)
        if context:
            await queue_reply(work, settings, ticket, message, people, context, appended.message_id)
        stored, in_sight = await _finished(work, ticket, appended.message_id, plan)
    presented = (
        add_notices(work, present_ticket(msgspec.structs.replace(stored, messages=[]), work.actor))
        if in_sight and work.actor.may(permissions.READ)
        else None
    )
    return MessageAdded(
        message=stored.messages[0], ticket=presented, change_id=work.change_id, undo_seconds=int(message.hold_seconds)
    )


async def _finished(
    work: UnitOfWork, ticket: LockedTicket, message_id: int, plan: FurtherPlan | None
) -> tuple[StoredTicket, bool]:
    """Write what else was planned; return the ticket with its message, and whether the actor still sees it."""
    before = await threads.get_ticket_with_message(work, ticket.number, message_id) if plan and plan.moves else None
    if plan:
        await finish_further(work, ticket, plan)
    try:
        return await threads.get_ticket_with_message(work, ticket.number, message_id), True
    except TicketNotFound:
        if before is None:
            raise
        return before, False


async def _status_after(
    work: UnitOfWork, ticket: LockedTicket, given: MessageInput, plan: FurtherPlan | None
) -> int | None:
    """The status asked for; else a first reply takes a new ticket to Open, unless what is planned sets one."""
    if plan and plan.sets_status:
        return None
    if given.status is not None:
        status_id = await find_next_status(work, ticket, given.status)
        if status_id is not None:
            work.actor.require(permissions.STATUS)
            await require_to_end(work, ticket, given.status)
            await require_items_done(work, ticket, given.status)
        return status_id
    return await find_answered_status(work, ticket) if given.kind == "reply" else None


async def _columns_after(
    work: UnitOfWork,
    ticket: LockedTicket,
    given: MessageInput,
    plan: FurtherPlan | None,
    context: writes.MailContext | None,
) -> dict[str, Any]:
    """Return what else is written of the ticket: why it is resolved, and who works on it."""
    columns: dict[str, Any] = {}
    resolution_id = await _resolution_after(work, ticket, given)
    if resolution_id != ticket.columns["resolution_id"]:
        columns["resolution_id"] = resolution_id
    planned = plan.properties.columns if plan else {}
    team_id = planned.get("team_id", ticket.team_id)
    if (
        context
        and "assignee_id" not in planned
        and await assigns_author(work, ticket, team_id, given.assign_me, context.reply_assigns)
    ):
        columns["assignee_id"] = work.actor.person_id
    return columns


async def _resolution_after(work: UnitOfWork, ticket: LockedTicket, given: MessageInput) -> int | None:
    """Return the reason for which the ticket is resolved after the message. Raises what `require_resolution` raises."""
    held_id: int | None = ticket.columns["resolution_id"]
    if given.status is None and given.resolution is None:
        return held_id
    resolution_id = held_id if given.resolution is None else await find_resolution_id(work, given.resolution, held_id)
    await require_resolution(work, ticket, status=given.status, team_id=ticket.team_id, resolution_id=resolution_id)
    if resolution_id != held_id:
        work.actor.require(permissions.STATUS)
    return resolution_id


async def _require_seen(work: UnitOfWork, ticket: LockedTicket, seen_message_id: int | None) -> None:
    """Raise NewerMessages when others wrote since; the locked ticket gets no message meanwhile."""
    if seen_message_id is None:
        return
    newer = await threads.find_newest_of_others(work, ticket.id, seen_message_id)
    if newer is not None:
        message_id, author = newer
        known = author if work.actor.may(permissions.READ) else None
        raise NewerMessages(who=known or SomebodyElse(), newest_message_id=message_id)


def _require_fit_for_note(given: MessageInput) -> None:
    if given.kind != "note":
        return
    if given.send_at is not None:
        raise ValidationFailed.of("send_at", ForReplies())
    if given.quote not in (None, "none"):
        raise ValidationFailed.of("quote", ForReplies())
    for field in ("recipients", "to", "cc", "bcc", "plain_text", "quoted_messages", "assign_me"):
        if getattr(given, field):
            raise ValidationFailed.of(field, ForReplies())


def _message_of(
    settings: Settings,
    given: MessageInput,
    body: tuple[str, str | None],
    context: writes.MailContext | None,
    people: Recipients,
    actor: Actor,
    send_at: datetime | None,
) -> NewMessage:
    text, html = body
    return NewMessage(
        kind=given.kind,
        text=text,
        html=html,
        author_id=actor.person_id,
        author_name=actor.name,
        from_staff=True,
        channel="email" if people.to else "api",
        recipients=people.to,
        cc=people.cc,
        bcc=people.bcc,
        attachment_ids=given.attachment_ids,
        send_at=send_at if people.to else None,
        hold_seconds=hold_seconds(settings, context) if context and people.to else 0,
        plain_text=given.plain_text,
        quoted_messages=given.quoted_messages if given.quote is None else QUOTED[given.quote],
        signature=signature_below(context, actor.name, given.signature) if context and people.to else None,
    )


def hold_seconds(settings: Settings, context: writes.MailContext) -> int:
    """Return how long the one who writes wants to be able to undo."""
    own = context.undo_send_seconds
    return settings.undo_send_seconds if own is None else own


async def queue_reply(
    work: UnitOfWork,
    settings: Settings,
    ticket: LockedTicket,
    message: NewMessage,
    people: Recipients,
    context: writes.MailContext,
    message_id: int,
    *,
    opens_ticket: bool = False,
) -> None:
    """Put a reply's mail into the outbox, if there is a mailbox to send it and somebody to get it."""
    if context.mailbox_id is not None and people.to:
        mail = await mail_of_reply(work, settings, ticket, message, people, context, message_id)
        mail.opens_ticket = opens_ticket
        await queue_mail(work, settings, mail)


async def mail_of_reply(
    work: UnitOfWork,
    settings: Settings,
    ticket: LockedTicket,
    message: NewMessage,
    people: Recipients,
    context: writes.MailContext,
    message_id: int,
    *,
    own_mail_id: int | None = None,
) -> OutgoingMail:
    """Return the mail of a reply with what it quotes; `own_mail_id` is its row, where it has one.

    A ticket's first mail has no line to write above: nothing was said yet that could stand below.
    """
    mail = _mail_of(settings, ticket, message, people, context, message_id)
    mail.marker = context.marker and context.first_mail_id not in (None, own_mail_id)
    if mail.quoted_messages:
        mail.quotes = await list_quotable(work, ticket.id, message_id, mail.quoted_messages)
    return mail


def reaches_requester(context: writes.MailContext, people: Recipients) -> bool:
    """Tell whether a mail goes to the requester."""
    requester = (context.requester_email or "").lower()
    return requester in [one.address.lower() for one in people.people]


def _mail_of(
    settings: Settings,
    ticket: LockedTicket,
    message: NewMessage,
    people: Recipients,
    context: writes.MailContext,
    message_id: int,
) -> OutgoingMail:
    """Return the mail of a reply. Its link speaks for the requester: only a mail to nobody else has it."""
    to_requester_alone = [one.address for one in people.people] == [context.requester_email]
    return OutgoingMail(
        mailbox_id=context.mailbox_id or 0,
        kind="reply",
        recipients=people.to,
        cc=people.cc,
        bcc=people.bcc,
        subject=ticket.subject,
        text=message.text,
        html=message.html,
        ticket_id=ticket.id,
        ticket_number=ticket.number,
        message_id=message_id,
        hold_seconds=message.hold_seconds,
        send_at=message.send_at,
        layout=context.layout,
        names=MailNames(
            agent=message.author_name,
            team=context.team_name,
            mailbox=context.mailbox_name or "",
            mailbox_address=context.mailbox_address or "",
            requester=context.requester_name,
        ),
        link=request_link(settings, ticket.id, ticket.requester_id, context.link_generation)
        if to_requester_alone
        else None,
        plain_text=message.plain_text,
        quoted_messages=_quoted_messages(message, context, people),
        language=context.requester_language,
        signature=message.signature,
        sender_form=context.sender_form,
    )


def _quoted_messages(message: NewMessage, context: writes.MailContext, people: Recipients) -> int:
    """What was chosen; else what the mailbox says, but nothing to people whose ticket it is not."""
    if message.quoted_messages is not None:
        return message.quoted_messages
    return context.quoted_messages if reaches_requester(context, people) else 0
