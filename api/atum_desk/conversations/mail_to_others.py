"""The message of a mail to others, and the mail itself."""

from __future__ import annotations

from collections.abc import Sequence

from atum_desk.conversations.carried import Carried
from atum_desk.conversations.models import LockedConversation, MailThread
from atum_desk.conversations.schemas import MailInput
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.outbox.public import ForwardedMessage, Layout, MailNames, OutgoingMail
from atum_desk.tickets.public import (
    LockedTicket,
    MailContext,
    MessageExtras,
    NewMessage,
    Recipients,
    hold_seconds,
    read_body,
    require_attached,
)

Body = tuple[str, str | None]


async def read_mail(settings: Settings, given: MailInput, *, may_be_empty: bool) -> Body:
    """Return what a mail says, as text and cleaned HTML. Raises ValidationFailed unless there is one body."""
    if may_be_empty and not (given.text or "").strip() and not (given.html or "").strip():
        return "", None
    body = await read_body(given.text, given.html, web_url=settings.web_url)
    require_attached(body[1], given.attachment_ids)
    return body


def message_of(
    settings: Settings,
    given: MailInput,
    body: Body,
    context: MailContext,
    people: Recipients,
    actor: Actor,
    conversation: LockedConversation,
    carried: Carried,
) -> NewMessage:
    """Return the message that stands for a mail: a note, so that no policy shows it to the requester."""
    text, html = body
    return NewMessage(
        kind="note",
        text=text,
        html=html,
        quoted=carried.text,
        author_id=actor.person_id,
        author_name=actor.name,
        from_staff=True,
        channel="email",
        recipients=people.to,
        cc=people.cc,
        bcc=people.bcc,
        attachment_ids=[*given.attachment_ids, *carried.attachment_ids],
        hold_seconds=hold_seconds(settings, context),
        extras=MessageExtras(forwarded=carried.message_ids) if carried.message_ids else None,
        conversation_id=conversation.id,
        aside=conversation.kind == "side",
    )


def mail_of(
    ticket: LockedTicket,
    context: MailContext,
    conversation: LockedConversation,
    message: NewMessage,
    people: Recipients,
    carried: Sequence[ForwardedMessage],
    thread: MailThread | None,
) -> OutgoingMail:
    """Return a mail to others. Of the team's layout it has sender and signature: the rest speaks to the requester."""
    layout = context.layout or Layout()
    return OutgoingMail(
        mailbox_id=context.mailbox_id or 0,
        kind="reply",
        recipients=people.to,
        cc=people.cc,
        bcc=people.bcc,
        subject=conversation.subject,
        text=message.text,
        html=message.html,
        # Never the ticket's own mails: their ids are between us and the requester.
        in_reply_to=thread.in_reply_to if thread else None,
        references=thread.references if thread else [],
        ticket_id=ticket.id,
        ticket_number=ticket.number,
        hold_seconds=message.hold_seconds,
        layout=Layout(sender=layout.sender, signature=layout.signature),
        names=MailNames(
            agent=message.author_name,
            team=context.team_name,
            mailbox=context.mailbox_name or "",
            mailbox_address=context.mailbox_address or "",
        ),
        forwarded=list(carried),
        conversation_id=conversation.id,
        opens_ticket=thread is None,
    )
