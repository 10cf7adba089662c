"""All SQL of attachments."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.files.models import AttachmentContent, KeptFile
from atum_desk.files.problems import AttachmentNotFound
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

# Whoever archives the store holds it shared (infra/atumctl/backup/backup.py), whoever removes holds it alone.
STORE_LOCK = 0x41_54_55_4D_46_49_4C_45


async def get_attachment(transaction: ReadTransaction, attachment_id: int) -> AttachmentContent:
    """Return what a download needs. Raises AttachmentNotFound for what the actor may not see."""
    row = await transaction.fetchrow(
        "select id, filename, mime_type, size, sha256, created_at from attachments where id = $1", attachment_id
    )
    if row is None:
        raise AttachmentNotFound
    return msgspec.convert(dict(row), AttachmentContent)


async def insert_attachment(
    work: UnitOfWork,
    *,
    filename: str,
    mime_type: str,
    size: int,
    sha256: str,
    inline: bool,
    content_id: str | None,
    ticket_id: int | None,
    message_id: int | None,
    claim_hash: bytes | None,
) -> int:
    """Insert an attachment of the acting person and return its id.

    The content's name stays locked until the unit of work ends: what names a file and what removes
    it cannot do so at once. The file may be stored before or after, within the unit of work.
    """
    return await work.fetchval(
        """with locked as (select pg_advisory_xact_lock_shared($10))
           insert into attachments (workspace_id, uploaded_by, filename, mime_type, size, sha256, inline,
                                    content_id, ticket_id, message_id, claim_hash)
           select ctx_workspace(), ctx_person(), $1, $2, $3, $4, $5, $6, $7, $8, $9 from locked returning id""",
        filename,
        mime_type,
        size,
        sha256,
        inline,
        content_id,
        ticket_id,
        message_id,
        claim_hash,
        lock_key(sha256),
    )


def lock_key(sha256: str) -> int:
    """Return the number under which PostgreSQL locks a file's name: 64 bits of it."""
    return int.from_bytes(bytes.fromhex(sha256[:16]), "big", signed=True)


async def keep_upload(work: UnitOfWork, attachment_id: int) -> None:
    """Let an upload stay that something other than a message took: what the ledger saw change is not swept."""
    await work.execute("update attachments set inline = true where id = $1", attachment_id)


async def keep_own_uploads(work: UnitOfWork, attachment_ids: list[int]) -> list[KeptFile]:
    """Let free uploads of the actor's stay, and return those that are."""
    rows = await work.fetch(
        """update attachments set inline = true
            where id = any($1) and message_id is null and uploaded_by is not distinct from ctx_person()
           returning id, filename, mime_type, size, sha256""",
        attachment_ids,
    )
    return [msgspec.convert(dict(row), KeptFile) for row in rows]


async def attach(work: UnitOfWork, attachment_ids: list[int], ticket_id: int, message_id: int, shown: list[int]) -> int:
    """Give the actor's own unattached uploads to a message; return how many that were.

    Those of `shown` stand in its HTML. Contacts show none: they may not write that column.
    """
    set_inline = ", inline = inline or id = any($4)" if shown else ""
    rows = await work.fetch(
        f"""update attachments set ticket_id = $2, message_id = $3{set_inline}
            where id = any($1) and message_id is null and uploaded_by is not distinct from ctx_person()
           returning id""",
        attachment_ids,
        ticket_id,
        message_id,
        *([shown] if shown else []),
    )
    return len(rows)


async def list_files_of(transaction: ReadTransaction, message_ids: list[int], limit: int) -> list[KeptFile]:
    """Return the files of messages that the actor sees, in the order in which they came."""
    rows = await transaction.fetch(
        """select id, filename, mime_type, size, sha256 from attachments
            where message_id = any($1) order by id limit $2""",
        message_ids,
        limit,
    )
    return [msgspec.convert(dict(row), KeptFile) for row in rows]


async def find_claimed(work: UnitOfWork, claim_hashes: list[bytes]) -> list[int]:
    """Return the anonymous uploads that these claims open, still unattached; adopts them."""
    rows = await work.fetch(
        """update attachments set uploaded_by = ctx_person(), claim_hash = null
            where claim_hash = any($1) and message_id is null returning id""",
        claim_hashes,
    )
    return [row["id"] for row in rows]


async def delete_unattached(work: UnitOfWork, age_hours: int, limit: int) -> int:
    """Delete old uploads that no message ever had and no draft holds; return how many.

    One whose reply was taken back had a message: the ledger can restore it, so it stays.
    """
    rows = await work.fetch(
        """delete from attachments where message_id is null and id in (
             select a.id from attachments a
              where a.message_id is null and a.created_at < moment() - make_interval(hours => $1)
                and not exists (select from row_changes r where r.table_name = 'attachments'
                                   and r.row_id = a.id and r.operation = 'U')
                and not exists (select from draft_texts x where x.attachment_ids @> array[a.id])
              order by a.created_at limit $2)
           returning id""",
        age_hours,
        limit,
    )
    return len(rows)


async def find_unnamed(connection: asyncpg.Connection, names: list[str]) -> list[str]:
    """Return which contents neither a row names nor the ledger could restore a row of."""
    rows = await connection.fetch("select sha256 from unnamed_files($1)", names)
    return [row["sha256"] for row in rows]


async def lock_for_removal(connection: asyncpg.Connection, sha256: str) -> bool:
    """Lock a content's name for the transaction; False while it is being stored or a backup runs."""
    return await connection.fetchval(
        "select pg_try_advisory_xact_lock($1) and pg_try_advisory_xact_lock($2)", STORE_LOCK, lock_key(sha256)
    )


async def move_files(work: UnitOfWork, from_id: int, to_id: int, message_ids: list[int]) -> None:
    """Let the files of messages that go to another ticket go there, too."""
    await work.execute(
        "update attachments set ticket_id = $2 where ticket_id = $1 and message_id = any($3)",
        from_id,
        to_id,
        message_ids,
    )
