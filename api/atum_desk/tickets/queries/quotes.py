"""The messages of a ticket that an answer may quote, or a mail carry to somebody else."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.outbox.public import (
    MAX_QUOTED_CHARS,
    MAX_QUOTED_HTML_CHARS,
    MOST_QUOTED_CHARS,
    ForwardedMessage,
    QuotedMessage,
)


async def list_quotable(
    transaction: ReadTransaction, ticket_id: int, before_message_id: int, limit: int
) -> list[QuotedMessage]:
    """Return the replies before a message that its requester sees, newest first; bounded in length, all together too.

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
    return _within([msgspec.convert(dict(row), QuotedMessage) for row in rows], MOST_QUOTED_CHARS)


def _within(messages: list[QuotedMessage], most_chars: int) -> list[QuotedMessage]:
    """Return the newest messages that are no longer than so many characters together, one at least."""
    total = 0
    for place, one in enumerate(messages):
        total += max(len(one.text), len(one.html or ""))
        if total > most_chars and place:
            return messages[:place]
    return messages


class CarriedMessage(ForwardedMessage, frozen=True, kw_only=True):
    """A message of the ticket that a mail may carry to somebody else, with its id."""

    id: int


async def list_carried(
    transaction: ReadTransaction, ticket_id: int, message_ids: list[int] | None, limit: int
) -> list[CarriedMessage]:
    """Return some replies of a ticket, or its newest ones, the oldest first: no notes, and nothing that is held."""
    rows = await transaction.fetch(
        """select x.* from (
             select m.id, m.author_name, m.created_at, m.recipients as "to", m.text, m.html,
                    case when not m.from_staff then
                      (select a.email from addresses a where a.person_id = m.author_id and a.is_primary)
                    end as author_email
               from messages m
              where m.ticket_id = $1 and m.kind = 'reply' and (m.shown_at is null or m.shown_at <= moment())
                and ($2::bigint[] is null or m.id = any($2))
              order by m.id desc limit $3) x order by x.id""",
        ticket_id,
        message_ids,
        limit,
    )
    return [msgspec.convert(dict(row), CarriedMessage) for row in rows]
