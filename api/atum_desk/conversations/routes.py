"""HTTP routes of conversations and of forwarding."""

from __future__ import annotations

from litestar import get, patch, post

from atum_desk.conversations import commands, problems, queries
from atum_desk.conversations.models import Conversation
from atum_desk.conversations.permissions import READ, REPLY
from atum_desk.conversations.schemas import (
    ConversationChange,
    ConversationMessage,
    ConversationPage,
    ConversationSent,
    ConversationThread,
    ForwardInput,
    NewConversation,
)
from atum_desk.files.public import AttachmentNotFound, AttachmentTaken
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.outbox.public import AddressStopped, MailTooLarge
from atum_desk.tickets.public import (
    THREAD_LIMIT,
    ManyRecipients,
    MergedElsewhere,
    TicketNotFound,
    get_ticket_id,
    list_conversation_messages,
)

OF_MAILS = (
    *(
        TicketNotFound,
        MergedElsewhere,
        ManyRecipients,
        AddressStopped,
        MailTooLarge,
        AttachmentTaken,
        AttachmentNotFound,
    ),
    *(problems.NoMailboxToSend, problems.NothingToForward, problems.TooMuchToForward),
    *(problems.TooManyFilesToForward, problems.TooManyConversations),
)


@get("/tickets/{number:int}/conversations", opt=needs(READ), responses=answers(TicketNotFound))
async def list_conversations(
    database: Database, actor: Actor, number: int, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> ConversationPage:
    """List a ticket's conversations with others, the newest first."""
    before = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        ticket_id = await get_ticket_id(transaction, number)
        rows = await queries.list_conversations(transaction, ticket_id, before[0] if before else None, limit + 1)
    items, more = cut_page(rows, limit)
    return ConversationPage(items, encode_cursor(items[-1].id) if more else None)


@post("/tickets/{number:int}/conversations", opt=needs(REPLY), responses=answers(*OF_MAILS))
async def start_conversation(
    database: Database, settings: Settings, actor: Actor, number: int, data: NewConversation
) -> ConversationSent:
    """Start a conversation with others about a ticket, which its requester does not see."""
    return await commands.start_conversation(database, settings, actor, number, data)


@post("/tickets/{number:int}/forward", opt=needs(REPLY), responses=answers(*OF_MAILS))
async def forward_ticket(
    database: Database, settings: Settings, actor: Actor, number: int, data: ForwardInput
) -> ConversationSent:
    """Forward a message of a ticket, or what its requester sees of it, to others; their answers are internal."""
    return await commands.forward(database, settings, actor, number, data)


@get(
    "/tickets/{number:int}/conversations/{conversation_id:int}",
    opt=needs(READ),
    responses=answers(TicketNotFound, problems.ConversationNotFound),
)
async def get_conversation(
    database: Database, actor: Actor, number: int, conversation_id: int, before: int | None = None
) -> ConversationThread:
    """Return a conversation with its newest messages, or those before one (`thread_cursor`), oldest first."""
    async with database.reading(actor) as transaction:
        ticket_id = await get_ticket_id(transaction, number)
        conversation = await queries.get_conversation(transaction, ticket_id, conversation_id)
        messages = await list_conversation_messages(
            transaction, conversation_id, 2**62 if before is None else before, THREAD_LIMIT
        )
    more = len(messages) == THREAD_LIMIT
    return ConversationThread(conversation, [*reversed(messages)], str(messages[-1].id) if more else None)


@post(
    "/tickets/{number:int}/conversations/{conversation_id:int}/messages",
    opt=needs(REPLY),
    responses=answers(problems.ConversationNotFound, *OF_MAILS),
)
async def answer_conversation(
    database: Database, settings: Settings, actor: Actor, number: int, conversation_id: int, data: ConversationMessage
) -> ConversationSent:
    """Write in a conversation."""
    return await commands.answer_conversation(database, settings, actor, number, conversation_id, data)


@patch(
    "/tickets/{number:int}/conversations/{conversation_id:int}",
    opt=needs(REPLY),
    responses=answers(TicketNotFound, problems.ConversationNotFound, VersionConflict),
)
async def change_conversation(
    database: Database,
    actor: Actor,
    number: int,
    conversation_id: int,
    data: ConversationChange,
    if_match: IfMatch = None,
) -> Conversation:
    """Close a conversation, or open it again."""
    await commands.close_conversation(
        database, actor, number, conversation_id, closed=data.closed, version=version_of(if_match)
    )
    async with database.reading(actor) as transaction:
        return await queries.get_conversation(transaction, await get_ticket_id(transaction, number), conversation_id)


@post(
    "/tickets/{number:int}/conversations/{conversation_id:int}/read",
    opt=needs(READ),
    status_code=204,
    responses=answers(TicketNotFound, problems.ConversationNotFound),
)
async def mark_conversation_read(database: Database, actor: Actor, number: int, conversation_id: int) -> None:
    """Remember that the actor has read a conversation as it is now."""
    async with database.marking(actor) as transaction:
        if not await queries.mark_read(transaction, await get_ticket_id(transaction, number), conversation_id):
            raise problems.ConversationNotFound


routes = [
    list_conversations,
    start_conversation,
    forward_ticket,
    get_conversation,
    answer_conversation,
    change_conversation,
    mark_conversation_read,
]
