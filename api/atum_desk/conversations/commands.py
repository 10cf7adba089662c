"""Use cases of conversations: start one, forward a message, write, close, and take an answer in."""

from __future__ import annotations

import msgspec

from atum_desk.conversations import queries
from atum_desk.conversations.carried import Carried, carry
from atum_desk.conversations.mail_to_others import mail_of, message_of, read_mail
from atum_desk.conversations.models import ConversationKind, LockedConversation, MailThread
from atum_desk.conversations.permissions import REPLY
from atum_desk.conversations.problems import ConversationNotFound, NoMailboxToSend, TooManyConversations
from atum_desk.conversations.schemas import (
    MOST_PEOPLE,
    ConversationMessage,
    ConversationSent,
    ForwardInput,
    MailInput,
    NewConversation,
)
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import require_text, require_version
from atum_desk.outbox.public import MailAddress, queue_mail
from atum_desk.tickets.public import (
    Appended,
    LockedTicket,
    MailContext,
    NewMessage,
    Recipients,
    RecipientsInput,
    add_message,
    get_ticket_id,
    list_conversation_messages,
    lock_living_ticket,
    lock_ticket_with_mail_context,
    read_recipients,
    require_living,
    settle_outsiders,
)

MOST_OF_A_TICKET = 200
SUBJECT_CHARACTERS = 500


class _Beginning(msgspec.Struct, frozen=True):
    """What a conversation begins with; `message_ids` None: what the requester sees, `file_ids` None: all files."""

    kind: ConversationKind
    subject: str | None
    message_ids: list[int] | None
    file_ids: list[int] | None


async def start_conversation(
    database: Database, settings: Settings, actor: Actor, number: int, given: NewConversation
) -> ConversationSent:
    """Start a side conversation with a mail to others; it carries of the ticket what is named, by default nothing.

    Raises what `settle_outsiders` and `carry` raise, TicketNotFound, MergedElsewhere, NoMailboxToSend and
    TooManyConversations.
    """
    subject = require_text("subject", given.subject)
    beginning = _Beginning("side", subject, given.message_ids, given.file_ids)
    return await _begin(database, settings, actor, number, given, beginning)


async def forward(
    database: Database, settings: Settings, actor: Actor, number: int, given: ForwardInput
) -> ConversationSent:
    """Forward one message, or what the requester sees of a ticket, to others.

    Raises what `start_conversation` raises.
    """
    message_ids = None if given.message_id is None else [given.message_id]
    beginning = _Beginning("forward", None, message_ids, given.file_ids)
    return await _begin(database, settings, actor, number, given, beginning)


async def _begin(
    database: Database, settings: Settings, actor: Actor, number: int, given: MailInput, beginning: _Beginning
) -> ConversationSent:
    named = read_recipients(_recipients(given))
    body = await read_mail(settings, given, may_be_empty=beginning.kind == "forward")
    aside = beginning.kind == "side"
    async with database.writing(actor, "conversation.start" if aside else "ticket.forward") as work:
        work.actor.require(REPLY)
        ticket, context = await _lock(work, number)
        people = await settle_outsiders(work, named, context.requester_email)
        if await queries.count_conversations(work, ticket.id) >= MOST_OF_A_TICKET:
            raise TooManyConversations(limit=MOST_OF_A_TICKET)
        carried = await carry(work, ticket.id, beginning.message_ids, beginning.file_ids)
        subject = beginning.subject or f"Fwd: {ticket.subject}"[:SUBJECT_CHARACTERS]
        openly = [*people.to, *people.cc]
        conversation_id = await queries.insert_conversation(work, ticket.id, beginning.kind, subject, openly)
        conversation = await queries.lock_conversation(work, conversation_id)
        message = message_of(settings, given, body, context, people, actor, conversation, carried)
        sent = await _send(work, settings, ticket, context, conversation, message, people, carried, None)
    sent.change_id = work.change_id
    return sent


async def answer_conversation(
    database: Database, settings: Settings, actor: Actor, number: int, conversation_id: int, given: ConversationMessage
) -> ConversationSent:
    """Write in a conversation, which opens it again; to all whom it is with, unless `to` says to whom.

    Raises ConversationNotFound and what `start_conversation` raises.
    """
    body = await read_mail(settings, given, may_be_empty=False)
    async with database.writing(actor, "conversation.reply") as work:
        work.actor.require(REPLY)
        ticket, context = await _lock(work, number)
        conversation = await queries.lock_conversation(work, conversation_id, ticket.id)
        recipients = _recipients(given)
        if given.to is None:
            recipients.to = [one.address for one in conversation.people]
            # Whom it is with was confirmed before.
            recipients.confirm_recipients = True
        people = await settle_outsiders(work, read_recipients(recipients), context.requester_email)
        await _take_part(work, conversation, people)
        if conversation.closed_at is not None:
            await queries.set_closed(work, conversation_id, closed=False)
        carried = Carried()
        message = message_of(settings, given, body, context, people, actor, conversation, carried)
        thread = await queries.find_mail_thread(work, conversation_id)
        sent = await _send(work, settings, ticket, context, conversation, message, people, carried, thread)
    sent.change_id = work.change_id
    return sent


async def close_conversation(
    database: Database, actor: Actor, number: int, conversation_id: int, *, closed: bool, version: int | None
) -> None:
    """Close a conversation, or open it again. Raises ConversationNotFound, TicketNotFound and VersionConflict."""
    async with database.writing(actor, "conversation.close" if closed else "conversation.reopen") as work:
        work.actor.require(REPLY)
        ticket_id = await get_ticket_id(work, number)
        conversation = await queries.lock_conversation(work, conversation_id, ticket_id)
        require_version(version, conversation.version)
        work.ticket_id, work.public = ticket_id, False
        work.summary = {"number": number, "conversation_id": conversation_id}
        work.unchanged = closed == (conversation.closed_at is not None)
        if not work.unchanged:
            await queries.set_closed(work, conversation_id, closed)


async def receive_answer(work: UnitOfWork, conversation_id: int, message: NewMessage) -> Appended:
    """Add a mail that came to its conversation, never to what the requester sees; a person's answer opens it again.

    Neither the ticket's status nor its people change. Raises ConversationNotFound.
    """
    ticket_id = await queries.find_ticket(work, conversation_id)
    if ticket_id is None:
        raise ConversationNotFound
    # The ticket before the conversation, as everybody locks them.
    ticket = await lock_living_ticket(work, ticket_id)
    conversation = await queries.lock_conversation(work, conversation_id)
    message.kind, message.conversation_id, message.aside = "note", conversation_id, conversation.kind == "side"
    appended = await add_message(work, ticket, message, None)
    if conversation.closed_at is not None and not message.automatic:
        await queries.set_closed(work, conversation_id, closed=False)
    work.summary |= {"conversation_id": conversation_id}
    return appended


def _recipients(given: MailInput) -> RecipientsInput:
    return RecipientsInput(to=given.to, cc=given.cc, bcc=given.bcc, confirm_recipients=given.confirm_recipients)


async def _lock(work: UnitOfWork, number: int) -> tuple[LockedTicket, MailContext]:
    ticket, context = await lock_ticket_with_mail_context(work, number)
    require_living(ticket)
    if context.mailbox_id is None:
        raise NoMailboxToSend
    return ticket, context


async def _take_part(work: UnitOfWork, conversation: LockedConversation, people: Recipients) -> None:
    """Let whom a mail names openly be of the conversation from now on; of more than fifty the first stay."""
    known = {one.address.lower() for one in conversation.people}
    further = [one for one in (*people.to, *people.cc) if one.address.lower() not in known]
    if further:
        all_people: list[MailAddress] = [*conversation.people, *further][:MOST_PEOPLE]
        await queries.set_people(work, conversation.id, all_people)


async def _send(
    work: UnitOfWork,
    settings: Settings,
    ticket: LockedTicket,
    context: MailContext,
    conversation: LockedConversation,
    message: NewMessage,
    people: Recipients,
    carried: Carried,
    thread: MailThread | None,
) -> ConversationSent:
    """Write the message with its mail, which follows `thread` or begins one; return both as they are shown."""
    appended = await add_message(work, ticket, message, None)
    mail = mail_of(ticket, context, conversation, message, people, carried.messages, thread)
    mail.message_id = appended.message_id
    await queue_mail(work, settings, mail)
    work.summary |= {"conversation_id": conversation.id}
    (stored,) = await list_conversation_messages(work, conversation.id, appended.message_id + 1, 1)
    return ConversationSent(
        conversation=await queries.get_conversation(work, ticket.id, conversation.id),
        message=stored,
        # Known when the work is done.
        change_id=None,
        undo_seconds=int(message.hold_seconds),
    )
