"""Attaching: files of mails into the store, and uploads to the message that names them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from atum_desk.files import queries
from atum_desk.files.content_types import detect_type
from atum_desk.files.filenames import clean_filename
from atum_desk.files.models import KeptFile
from atum_desk.files.problems import AttachmentTaken
from atum_desk.files.store import FileStore, name_of
from atum_desk.kernel.database.units_of_work import UnitOfWork


async def store_attachment(
    work: UnitOfWork,
    files: FileStore,
    *,
    filename: str,
    mime_type: str,
    content: bytes,
    inline: bool = False,
    content_id: str | None = None,
    ticket_id: int | None = None,
    message_id: int | None = None,
) -> int:
    """Keep a file within a unit of work (a mail's part) and return the attachment's id."""
    sha256 = await name_of(content)
    # The insert locks the content's name, so that no sweep removes what is stored next.
    attachment_id = await queries.insert_attachment(
        work,
        filename=clean_filename(filename),
        mime_type=detect_type(content, mime_type),
        size=len(content),
        sha256=sha256,
        inline=inline,
        content_id=content_id,
        ticket_id=ticket_id,
        message_id=message_id,
        claim_hash=None,
    )
    await files.put_named(sha256, content)
    return attachment_id


async def attach_uploads(
    work: UnitOfWork, attachment_ids: list[int], ticket_id: int, message_id: int, shown: Collection[int] = ()
) -> None:
    """Give uploads to a message whose HTML shows those of `shown` in place.

    Raises AttachmentTaken unless every one is the actor's and free.
    """
    if not attachment_ids:
        return
    wanted = set(attachment_ids)
    if await queries.attach(work, list(wanted), ticket_id, message_id, list(shown)) != len(wanted):
        raise AttachmentTaken


async def keep_files(work: UnitOfWork, attachment_ids: list[int]) -> list[KeptFile]:
    """Keep the actor's own free uploads for copies, in the order given. Raises AttachmentTaken for others."""
    if not attachment_ids:
        return []
    kept = {file.id: file for file in await queries.keep_own_uploads(work, attachment_ids)}
    if kept.keys() != set(attachment_ids):
        raise AttachmentTaken
    return [kept[one] for one in dict.fromkeys(attachment_ids)]


async def copy_files(work: UnitOfWork, files: Sequence[KeptFile]) -> list[int]:
    """Return the ids of new uploads of the actor's with the contents of files that are kept."""
    return [
        await queries.insert_attachment(
            work,
            filename=file.filename,
            mime_type=file.mime_type,
            size=file.size,
            sha256=file.sha256,
            inline=False,
            content_id=None,
            ticket_id=None,
            message_id=None,
            claim_hash=None,
        )
        for file in files
    ]


def attachment_url(attachment_id: int) -> str:
    """Return the address staff download an attachment from."""
    return f"/api/v1/attachments/{attachment_id}"
