"""Attachments of visible tickets whose names hold the words of a search, the newest first."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.kernel.cursors import decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.search.marks import Patterns, like_patterns, marked
from atum_desk.search.schemas import AttachmentHits, FoundAttachment

# Attachments that one statement walks, by turns more; how many of a rare name may lie beyond; its candidates.
WALKED = (1_000, 4_000, 16_000)
MOST_NAMED = 2_000
MOST_CANDIDATES = 500

# $1 the patterns, $2 below which id, $3 how many are walked.
ATTACHMENTS = f"""
    select h.searched_from, a.id, a.filename, a.mime_type, a.size, a.created_at, a.message_id,
           t.number as ticket_number, t.subject as ticket_subject
      from attachments_named($1::text::jsonb, $2, $3, {MOST_NAMED}, {MOST_CANDIDATES}) h
      left join (attachments a join tickets t on t.id = a.ticket_id) on a.id = any(h.attachment_ids)
     order by a.id desc nulls last"""


async def find_attachments(
    transaction: ReadTransaction, patterns: Patterns, cursor: str | None, limit: int
) -> tuple[list[asyncpg.Record], int]:
    """Return the newest visible attachments whose name holds all words, and below which id to go on (0: none)."""
    place = decode_cursor(cursor, tuple[int])
    before = place[0] if place else 2**62
    found: list[asyncpg.Record] = []
    wanted = msgspec.json.encode(like_patterns(patterns)).decode()
    for span in WALKED:
        rows = await transaction.fetch(ATTACHMENTS, wanted, before, span)
        found += [row for row in rows if row["id"] is not None]
        before = rows[0]["searched_from"]
        if len(found) > limit:
            return found[:limit], found[limit - 1]["id"]
        if not before:
            break
    return found, before


def present_attachments(rows: list[asyncpg.Record], before: int, patterns: Patterns) -> AttachmentHits:
    """Return a page of attachments with the words marked."""
    items = [
        FoundAttachment(
            id=row["id"],
            filename=marked(row["filename"], patterns),
            mime_type=row["mime_type"],
            size=row["size"],
            created_at=row["created_at"],
            message_id=row["message_id"],
            ticket_number=row["ticket_number"],
            ticket_subject=row["ticket_subject"],
        )
        for row in rows
    ]
    return AttachmentHits(items, encode_cursor(before) if before else None)
