"""Statements that change a message: one whose mail still waits, or one that its parser reads anew."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.mime import MessageBody
from atum_desk.signatures.public import SignatureTexts
from atum_desk.tickets.models import MessageExtras, Recipients


class WrittenMessage(msgspec.Struct, frozen=True):
    """What a message says, its files, and who wrote it by the name it was written under.

    `opens_ticket`: it is its ticket's first message.
    """

    author_id: int
    author_name: str
    text: str
    html: str | None
    attachment_ids: list[int]
    signature: SignatureTexts | None
    opens_ticket: bool


async def get_written(transaction: ReadTransaction, message_id: int) -> WrittenMessage:
    """Return what a message says."""
    row = await transaction.fetchone(
        """select m.author_id, m.author_name, m.text, m.html, m.signature,
                  array(select f.id from attachments f where f.message_id = m.id) as attachment_ids,
                  not exists (select from messages e where e.ticket_id = m.ticket_id and e.id < m.id) as opens_ticket
             from messages m where m.id = $1""",
        message_id,
    )
    return msgspec.convert(dict(row), WrittenMessage)


async def rewrite_message(work: UnitOfWork, message_id: int, text: str, html: str | None) -> None:
    """Replace what a message says."""
    await work.execute("update messages set text = $2, html = $3 where id = $1", message_id, text, html)


async def set_preview(work: UnitOfWork, ticket_id: int, message_id: int, preview: str) -> None:
    """Let a list show a message's first words, if it is the ticket's last reply."""
    await work.execute(
        """update tickets set preview = $3 where id = $1 and $2 = (
             select max(m.id) from messages m where m.ticket_id = $1 and m.kind = 'reply')""",
        ticket_id,
        message_id,
        preview,
    )


async def readdress_message(work: UnitOfWork, message_id: int, people: Recipients) -> None:
    """Write who gets a message."""
    await work.execute(
        "update messages set recipients = $2, cc = $3, bcc = $4 where id = $1",
        message_id,
        people.to,
        people.cc,
        people.bcc,
    )


async def write_parsed_message(
    work: UnitOfWork, message_id: int, body: MessageBody, extras: MessageExtras | None
) -> None:
    """Let a message that came by mail say what the parser reads now."""
    await work.execute(
        """update messages set text = $2, quoted = $3, html = $4, extras = $5
            where id = $1 and (text, quoted, html, extras) is distinct from ($2, $3, $4, $5::jsonb)""",
        message_id,
        body.text,
        body.quoted,
        body.html,
        extras,
    )
