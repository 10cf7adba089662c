"""The messages of a ticket that an answer may quote."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.outbox.public import MAX_QUOTED_CHARS, MAX_QUOTED_HTML_CHARS, QuotedMessage


async def list_quotable(
    transaction: ReadTransaction, ticket_id: int, before_message_id: int, limit: int
) -> list[QuotedMessage]:
    """Return the replies before a message that its requester sees, newest first; bounded in length.

    No notes, and nothing whose own mail still waits or was cancelled.
    """
    rows = await transaction.fetch(
        """select author_name, created_at, left(text, $4) as text,
                  case when length(html) <= $5 then html end as html
             from messages
            where ticket_id = $1 and id < $2 and kind = 'reply'
              and (shown_at is null or shown_at <= moment()) and (text <> '' or html is not null)
            order by id desc limit $3""",
        ticket_id,
        before_message_id,
        limit,
        MAX_QUOTED_CHARS + 1,
        MAX_QUOTED_HTML_CHARS,
    )
    return [msgspec.convert(dict(row), QuotedMessage) for row in rows]
