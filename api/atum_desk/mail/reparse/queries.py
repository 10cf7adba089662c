"""SQL of messages that came by mail, for reading their mail again."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.mime import PARSER_VERSION
from atum_desk.tickets.public import MessageExtras, MessageKind


class FiledFile(msgspec.Struct, frozen=True):
    """A file of a message."""

    id: int
    sha256: str
    content_id: str | None


class FiledMessage(msgspec.Struct, frozen=True):
    """The message that a mail became; `sender` is the address it was filed under."""

    id: int
    ticket_id: int
    kind: MessageKind
    text: str
    quoted: str | None
    html: str | None
    extras: MessageExtras | None
    sender: str | None
    files: list[FiledFile]
    from_staff: bool
    # whether its mail opened the ticket, and not as one that follows another
    opened: bool

    @property
    def forwarded(self) -> bool:
        """Whether it speaks for somebody whose mail was forwarded."""
        return self.extras is not None and self.extras.forwarded_by is not None


async def find_message(transaction: ReadTransaction, mail_id: int) -> FiledMessage | None:
    """Return the message that a mail became."""
    row = await transaction.fetchrow(
        """select m.id, m.ticket_id, m.kind, m.text, m.quoted, m.html, m.extras, i.from_address as sender,
                  m.from_staff, i.state = 'ticketed' and t.follow_up_of_id is null as opened,
                  coalesce((select json_agg(
                       json_build_object('id', f.id, 'sha256', f.sha256, 'content_id', f.content_id) order by f.id)
                     from attachments f where f.message_id = m.id), '[]') as files
             from messages m join mails i on i.id = m.mail_id join tickets t on t.id = m.ticket_id
            where m.mail_id = $1 order by m.id limit 1""",
        mail_id,
    )
    return msgspec.convert(dict(row), FiledMessage) if row else None


async def update_subject(work: UnitOfWork, mail_id: int, subject: str) -> None:
    """Write the subject that lists of mail show."""
    await work.execute("update mails set subject = $2 where id = $1", mail_id, subject)


async def note_version(work: UnitOfWork, mail_ids: list[int]) -> None:
    """Note that mails are as the parser reads them now."""
    await work.execute("update mails set parser_version = $2 where id = any($1)", mail_ids, PARSER_VERSION)


async def list_older(transaction: ReadTransaction, after: int, limit: int, *, everything: bool) -> list[int]:
    """Return filed mails that an earlier parser read (or all), in order, after an id."""
    rows = await transaction.fetch(
        """select id from mails where workspace_id = ctx_workspace() and state in ('ticketed', 'appended') and id > $1
              and erased_at is null and ($3 or coalesce(parser_version, 0) < $4) order by id limit $2""",
        after,
        limit,
        everything,
        PARSER_VERSION,
    )
    return [row["id"] for row in rows]
