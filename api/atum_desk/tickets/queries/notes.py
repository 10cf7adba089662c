"""Statements of notes that are changed after they were written; the ledger knows what they said."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.tickets.note_schemas import NoteVersion

MOST_VERSIONS = 100
# The changes of what a message says; an undo is one as well.
REWRITES = """from row_changes r where r.table_name = 'messages' and r.row_id = m.id and r.operation = 'U'
                and r.new ?| array['text', 'html', 'text#sha256', 'html#sha256']"""


class StoredNote(msgspec.Struct, frozen=True):
    """Whether a message is a note that left by no mail, its author, and how often it was changed, counted from 1."""

    is_note: bool
    author_id: int
    version: int


async def find_note(transaction: ReadTransaction, message_id: int) -> StoredNote | None:
    """Return what decides whether a message may be changed; None for one that nobody here sees."""
    row = await transaction.fetchrow(
        f"""select m.kind = 'note' and m.from_staff and m.conversation_id is null as is_note, m.author_id,
                   1 + (select count(*) {REWRITES})::int as version
              from messages m where m.id = $1""",
        message_id,
    )
    return StoredNote(**row) if row else None


async def rewrite_note(work: UnitOfWork, message_id: int, text: str, html: str | None) -> None:
    """Replace what a note says, and say when."""
    await work.execute(
        "update messages set text = $2, html = $3, edited_at = moment() where id = $1", message_id, text, html
    )


async def list_note_versions(transaction: ReadTransaction, message_id: int) -> list[NoteVersion]:
    """Return what a message says and said, the newest first; none for one that nobody here sees."""
    now = await transaction.fetchrow(
        """select m.text, m.html, m.created_at, m.author_name from messages m where m.id = $1""", message_id
    )
    if now is None:
        return []
    rows = await transaction.fetch(
        f"""select w.old, c.at, p.name from messages m, lateral (
              select r.change_id, r.seq, r.old {REWRITES} order by r.change_id desc, r.seq desc limit {MOST_VERSIONS}) w
              join changes c on c.id = w.change_id left join people p on p.id = c.actor_id
             where m.id = $1 order by w.change_id desc, w.seq desc""",
        message_id,
    )
    return _versions(now, rows)


def _versions(now: asyncpg.Record, rows: list[asyncpg.Record]) -> list[NoteVersion]:
    """Go back from what stands now: each change holds what it wrote over."""
    text, html = now["text"], now["html"]
    found = []
    for place, row in enumerate(rows):
        found.append(
            NoteVersion(version=len(rows) + 1 - place, text=text, html=html, at=row["at"], actor_name=row["name"])
        )
        old = row["old"]
        text = None if "text#sha256" in old else old.get("text", text)
        html = None if "html#sha256" in old else old.get("html", html)
    found.append(NoteVersion(version=1, text=text, html=html, at=now["created_at"], actor_name=now["author_name"]))
    return found
