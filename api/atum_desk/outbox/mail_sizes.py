"""How large a mail is on its way, and how large its mailbox's relay lets it be."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

# Base64 makes lines of 76 characters and a line break of 57 bytes (RFC 2045, 6.8).
LINE_BYTES = 57
ENCODED_LINE_BYTES = 78
# Headers, with the ids of a long thread, signatures and boundaries.
FRAME_BYTES = 6_000
# The headers of a file's part, with a name of 255 bytes that is encoded.
FILE_HEADER_BYTES = 1_200
# Of one mail's files together; $ is the message. The same sum stands in the desk's composer.
FILE_BYTES = f"""coalesce((select sum((f.size + {LINE_BYTES - 1}) / {LINE_BYTES} * {ENCODED_LINE_BYTES}
                                           + {FILE_HEADER_BYTES})::bigint
                              from attachments f where f.message_id = {{message}}), 0)"""
# The limit of mailbox `b` with its `mailbox_sending s`, where somebody set one or its present relay named one.
LIMIT = """coalesce(s.max_bytes, (select l.max_bytes from relay_limits l
                                  where l.mailbox_id = b.id
                                    and l.relay = coalesce(s.host || ':' || s.port, '')))"""


class RelayLimit(msgspec.Struct, frozen=True):
    """What a relay announced to a mailbox: `max_bytes` None, where it names no limit."""

    mailbox_id: int
    relay: str
    max_bytes: int | None


def encoded_bytes(size: int) -> int:
    """Return how many bytes so many become on their way, at most."""
    return (size + LINE_BYTES - 1) // LINE_BYTES * ENCODED_LINE_BYTES


def text_bytes(*texts: str) -> int:
    """Return how large a mail without files is at most, in bytes."""
    return FRAME_BYTES + sum(encoded_bytes(len(text.encode())) for text in texts)


async def keep_relay_limit(work: UnitOfWork, limit: RelayLimit) -> None:
    """Remember what a relay announced."""
    await work.execute(
        """insert into relay_limits (workspace_id, mailbox_id, relay, max_bytes)
           values (ctx_workspace(), $1, $2, $3)
           on conflict (mailbox_id) do update set relay = excluded.relay, max_bytes = excluded.max_bytes,
             learned_at = moment()""",
        limit.mailbox_id,
        limit.relay,
        limit.max_bytes,
    )


async def find_announced_limit(transaction: ReadTransaction, mailbox_id: int, relay: str) -> int | None:
    """Return what a relay announced to a mailbox when it last sent through it, in bytes."""
    found: Any = await transaction.fetchval(
        "select max_bytes from relay_limits where mailbox_id = $1 and relay = $2", mailbox_id, relay
    )
    return found
