"""Tickets that agents and scripts open: for a requester who said something, or to write to them first."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from atum_desk.contacts.public import find_or_create_contact
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.notices import NoticeRef
from atum_desk.kernel.problems import ValidationFailed, require_text
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.absent_assignees import absence_notices, note_absence
from atum_desk.tickets.commands.agent_messages import hold_seconds, queue_reply
from atum_desk.tickets.commands.bodies import read_body
from atum_desk.tickets.commands.custom_fields import fill_new_ticket
from atum_desk.tickets.commands.inline_images import require_attached
from atum_desk.tickets.commands.new_tickets import add_first_message, insert_ticket, open_ticket
from atum_desk.tickets.commands.recipients import Named, read_recipients, settle_recipients
from atum_desk.tickets.commands.reply_signatures import signature_below
from atum_desk.tickets.models import NewMessage, NewTicket, OpenedTicket
from atum_desk.tickets.notices import (
    ForReplies,
    ForSentMessages,
    NeedsMailbox,
    NoAddressToSendTo,
    OneRequester,
    WrittenDownBy,
)
from atum_desk.tickets.problems import AssigneeUnknown, RequesterUnknown
from atum_desk.tickets.queries import writes
from atum_desk.tickets.schemas import RecipientsInput, TicketInput

SENT_ONLY = ("cc", "bcc", "confirm_recipients")


async def open_ticket_for(
    database: Database, settings: Settings, actor: Actor, given: TicketInput, asked: Collection[str] | None = None
) -> tuple[int, list[NoticeRef]]:
    """Open a ticket for a requester; return its number, and what there is to say of an assignee who is away.

    The first message speaks for the requester (`reply`), is a note of the agent, or with `send` a
    reply of the agent. `asked` are the custom fields that a form asked for, None without a form.
    Raises what a reply's recipients raise, and ValidationFailed when there is no address or mailbox
    to send with.
    """
    named = _named(given)
    body = await read_body(given.text, given.html, web_url=settings.web_url)
    require_attached(body[1], given.attachment_ids)
    async with database.writing(actor, "ticket.open") as work:
        work.actor.require(permissions.OPEN)
        requester_id, requester_name = await _requester_of(work, given)
        if named is not None:
            work.actor.require(permissions.REPLY)
            new = _new_ticket(given, requester_id, _reply(given, body, actor))
            opened = await _open_with_mail(work, settings, new, named, given.signature)
        else:
            message = _unsent_message(given, body, actor, requester_id, requester_name)
            opened = await open_ticket(work, _new_ticket(given, requester_id, message))
        await fill_new_ticket(work, opened.id, given.fields, asked=asked)
        if given.assignee_id is not None:
            await assign(work, opened, given.assignee_id)
        if given.kind == "note":
            work.public = False
    return opened.number, absence_notices(work)


def _named(given: TicketInput) -> Named | None:
    """Return who gets the first message besides the requester; None when it is not sent."""
    if given.send:
        if given.kind == "note":
            raise ValidationFailed.of("send", ForReplies())
        return read_recipients(RecipientsInput(cc=given.cc, bcc=given.bcc, confirm_recipients=given.confirm_recipients))
    for field in SENT_ONLY:
        if getattr(given, field):
            raise ValidationFailed.of(field, ForSentMessages())
    return None


async def _open_with_mail(
    work: UnitOfWork, settings: Settings, new: NewTicket, named: Named, signature: bool | None
) -> OpenedTicket:
    """Open a ticket whose first message is a reply that leaves as mail, as later replies do."""
    ticket_id, number = await insert_ticket(work, new)
    ticket, context = await writes.lock_ticket_with_mail_context(work, number)
    require_sendable(context)
    people = await settle_recipients(work, ticket, context, named)
    new.message = replace(
        new.message,
        recipients=people.to,
        cc=people.cc,
        bcc=people.bcc,
        hold_seconds=hold_seconds(settings, context),
        signature=signature_below(context, new.message.author_name, signature),
    )
    opened = await add_first_message(work, ticket_id, number, new)
    await queue_reply(work, settings, ticket, new.message, people, context, opened.message_id, opens_ticket=True)
    return opened


def require_sendable(context: writes.MailContext) -> None:
    """Raise ValidationFailed where a ticket's first mail has nobody to go to, or no mailbox to leave from."""
    if context.requester_email is None:
        raise ValidationFailed.of("requester_id", NoAddressToSendTo())
    if context.mailbox_id is None:
        raise ValidationFailed.of("mailbox_id", NeedsMailbox())


def _new_ticket(given: TicketInput, requester_id: int, message: NewMessage) -> NewTicket:
    return NewTicket(
        subject=require_text("subject", given.subject),
        requester_id=requester_id,
        channel=given.channel,
        mailbox_id=given.mailbox_id,
        team_id=given.team_id,
        priority=given.priority,
        type=given.type,
        tags=given.tags,
        category="open" if given.send else "new",
        message=message,
    )


def _reply(given: TicketInput, body: tuple[str, str | None], actor: Actor) -> NewMessage:
    text, html = body
    return NewMessage(
        kind="reply",
        text=text,
        html=html,
        author_id=actor.person_id,
        author_name=actor.name,
        from_staff=True,
        channel="email",
        attachment_ids=given.attachment_ids,
    )


def _unsent_message(
    given: TicketInput, body: tuple[str, str | None], actor: Actor, requester_id: int, requester_name: str
) -> NewMessage:
    (text, html), as_note = body, given.kind == "note"
    return NewMessage(
        kind=given.kind,
        text=text,
        html=html,
        channel=given.channel,
        from_staff=as_note,
        author_id=actor.person_id if as_note else requester_id,
        author_name=actor.name if as_note else requester_name,
        attachment_ids=given.attachment_ids,
        author_verdict=None if as_note else "unknown",
        author_notice=None if as_note else WrittenDownBy(actor.name),
    )


async def assign(work: UnitOfWork, opened: OpenedTicket, assignee_id: int) -> None:
    """Give a ticket that was just opened to somebody. Raises AssigneeUnknown and PermissionMissing."""
    work.actor.require(permissions.ASSIGN)
    ticket = await writes.lock_ticket_by_id(work, opened.id)
    if not await writes.can_be_assigned(work, assignee_id, ticket.team_id):
        raise AssigneeUnknown
    await writes.update_ticket(work, opened.id, {"assignee_id": assignee_id})
    await note_absence(work, assignee_id, ticket.team_id)


async def _requester_of(work: UnitOfWork, given: TicketInput) -> tuple[int, str]:
    if (given.requester_id is None) == (given.requester is None):
        raise ValidationFailed.of("requester", OneRequester())
    if given.requester is not None:
        email = read_address("requester.email", given.requester.email)
        contact = await find_or_create_contact(work, email, given.requester.name)
        return contact.id, contact.name
    person = await writes.find_person(work, given.requester_id or 0)
    if person is None:
        raise RequesterUnknown
    return person.id, person.name
