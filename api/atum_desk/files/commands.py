"""Uploading: bytes into the store, then one row that names them."""

from __future__ import annotations

import re
import unicodedata

from atum_desk.files import queries
from atum_desk.files.models import Attachment
from atum_desk.files.problems import AttachmentTaken
from atum_desk.files.store import FileStore
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.db import Database, Work
from atum_desk.kernel.problems import TooLarge

FALLBACK_TYPE = "application/octet-stream"
_TYPE = re.compile(r"^[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,120}$")


async def upload_attachment(
    database: Database, files: FileStore, actor: Actor | SystemActor, *,
    filename: str, mime_type: str, content: bytes, limit_bytes: int, claim_hash: bytes | None = None,
) -> Attachment:  # fmt: skip
    """Keep an upload of the actor that no message has yet. Raises TooLarge above `limit_bytes`."""
    if len(content) > limit_bytes:
        raise TooLarge(limit_bytes=limit_bytes)
    stored = await files.put(content)
    name, kind = clean_filename(filename), clean_mime_type(mime_type)
    async with database.writing(actor, "attachment.upload") as work:
        attachment_id = await queries.insert_attachment(
            work, filename=name, mime_type=kind, size=stored.size, sha256=stored.sha256, inline=False,
            content_id=None, ticket_id=None, message_id=None, claim_hash=claim_hash,
        )  # fmt: skip
    return Attachment(
        id=attachment_id, filename=name, mime_type=kind, size=stored.size, inline=False,
        url=attachment_url(attachment_id),
    )  # fmt: skip


async def store_attachment(
    work: Work, files: FileStore, *, filename: str, mime_type: str, content: bytes,
    inline: bool = False, content_id: str | None = None,
    ticket_id: int | None = None, message_id: int | None = None,
) -> int:  # fmt: skip
    """Keep a file within a unit of work (a mail's part) and return the attachment's id."""
    stored = await files.put(content)
    return await queries.insert_attachment(
        work, filename=clean_filename(filename), mime_type=clean_mime_type(mime_type),
        size=stored.size, sha256=stored.sha256, inline=inline, content_id=content_id,
        ticket_id=ticket_id, message_id=message_id, claim_hash=None,
    )  # fmt: skip


async def attach_uploads(
    work: Work, attachment_ids: list[int], ticket_id: int, message_id: int
) -> None:
    """Give uploads to a message. Raises AttachmentTaken unless every one is the actor's and free."""
    if not attachment_ids:
        return
    wanted = set(attachment_ids)
    if await queries.attach(work, list(wanted), ticket_id, message_id) != len(wanted):
        raise AttachmentTaken


def attachment_url(attachment_id: int) -> str:
    """Return the address staff download an attachment from."""
    return f"/api/v1/attachments/{attachment_id}"


def clean_filename(filename: str) -> str:
    """Return a name without path, control characters or direction overrides, at most 255 long."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs")).strip(" .")
    if len(name) > 255:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: 254 - len(ending)]}.{ending}" if dot and len(ending) < 20 else name[:255]
    return name or "file"


def clean_mime_type(mime_type: str) -> str:
    """Return a well-formed lower-case type, or the type of unknown bytes."""
    kind = mime_type.partition(";")[0].strip().lower()
    return kind if _TYPE.match(kind) else FALLBACK_TYPE
