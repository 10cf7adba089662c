"""Attaching: files of mails into the store, and uploads to the message that names them."""

from __future__ import annotations

from collections.abc import Collection

from atum_desk.files import queries
from atum_desk.files.content_types import detect_type
from atum_desk.files.filenames import clean_filename
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


def attachment_url(attachment_id: int) -> str:
    """Return the address staff download an attachment from."""
    return f"/api/v1/attachments/{attachment_id}"
