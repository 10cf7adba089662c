"""Mail of a conversation with others about a ticket: it is kept there, and the requester never sees it."""

from __future__ import annotations

from atum_desk.conversations.public import receive_answer
from atum_desk.files.public import FileStore
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.mail.filing.authors import Author
from atum_desk.mail.filing.messages import message_of
from atum_desk.mail.incoming import IncomingMail


async def add_to_conversation(
    work: UnitOfWork, files: FileStore, incoming: IncomingMail, author: Author, ticket_id: int, conversation_id: int
) -> None:
    """Add a mail to a conversation of a ticket.

    Whoever it is by and copies becomes no participant of the ticket, and it is sent on to nobody.
    """
    work.command = "conversation.receive"
    message = await message_of(work, files, incoming, author, kind="note", ticket_id=ticket_id)
    await receive_answer(work, conversation_id, message)
