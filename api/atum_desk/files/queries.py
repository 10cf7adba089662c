"""All SQL of attachments."""

from __future__ import annotations

import msgspec

from atum_desk.files.models import AttachmentContent
from atum_desk.files.problems import AttachmentNotFound
from atum_desk.kernel.db import View, Work


async def get_attachment(view: View, attachment_id: int) -> AttachmentContent:
    """Return what a download needs. Raises AttachmentNotFound for what the actor may not see."""
    row = await view.fetchrow(
        "select id, filename, mime_type, size, sha256, created_at from attachments where id = $1",
        attachment_id,
    )
    if row is None:
        raise AttachmentNotFound
    return msgspec.convert(dict(row), AttachmentContent)


async def insert_attachment(
    work: Work, *, filename: str, mime_type: str, size: int, sha256: str, inline: bool,
    content_id: str | None, ticket_id: int | None, message_id: int | None, claim_hash: bytes | None,
) -> int:  # fmt: skip
    """Insert an attachment of the acting person and return its id."""
    return await work.fetchval(
        """insert into attachments (workspace_id, uploaded_by, filename, mime_type, size, sha256, inline,
                                    content_id, ticket_id, message_id, claim_hash)
           values (ctx_workspace(), ctx_person(), $1, $2, $3, $4, $5, $6, $7, $8, $9) returning id""",
        filename, mime_type, size, sha256, inline, content_id, ticket_id, message_id, claim_hash,
    )  # fmt: skip


async def attach(work: Work, attachment_ids: list[int], ticket_id: int, message_id: int) -> int:
    """Give the actor's own unattached uploads to a message; return how many that were."""
    rows = await work.fetch(
        """update attachments set ticket_id = $2, message_id = $3
            where id = any($1) and message_id is null and uploaded_by is not distinct from ctx_person()
           returning id""",
        attachment_ids, ticket_id, message_id,
    )  # fmt: skip
    return len(rows)


async def find_claimed(work: Work, claim_hashes: list[bytes]) -> list[int]:
    """Return the anonymous uploads that these claims open, still unattached; adopts them."""
    rows = await work.fetch(
        """update attachments set uploaded_by = ctx_person(), claim_hash = null
            where claim_hash = any($1) and message_id is null returning id""",
        claim_hashes,
    )
    return [row["id"] for row in rows]
