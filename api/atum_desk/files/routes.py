"""Doors of attachments for staff; contacts have their own in the portal."""

from __future__ import annotations

from litestar import Response, get, post

from atum_desk.files import commands, problems, queries
from atum_desk.files.models import Attachment
from atum_desk.files.permissions import TICKET_READ, TICKET_WRITE
from atum_desk.files.responses import download
from atum_desk.files.store import FileStore
from atum_desk.http.access import needs
from atum_desk.http.answers import answers
from atum_desk.http.uploads import Upload, file_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.db import Database
from atum_desk.kernel.problems import TooLarge
from atum_desk.kernel.settings import Settings


@post("/attachments", opt=needs(*TICKET_WRITE), responses=answers(TooLarge))
async def upload(
    database: Database, files: FileStore, settings: Settings, actor: Actor, data: Upload
) -> Attachment:
    """Upload a file (form field `file`) for a message that will name it."""
    file = file_of(data)
    return await commands.upload_attachment(
        database, files, actor, filename=file.filename, mime_type=file.content_type,
        content=await file.read(), limit_bytes=settings.upload_max_bytes,
    )  # fmt: skip


@get(
    "/attachments/{attachment_id:int}",
    opt=needs(TICKET_READ),
    responses=answers(problems.AttachmentNotFound),
    media_type="application/octet-stream",
)
async def get_attachment(
    database: Database, files: FileStore, actor: Actor, attachment_id: int, inline: bool = False
) -> Response[bytes]:
    """Download a file; `inline` shows harmless images and PDF in place."""
    async with database.reading(actor) as view:
        attachment = await queries.get_attachment(view, attachment_id)
    answer = download(attachment, await files.get(attachment.sha256), inline=inline)
    return Response(answer.content, media_type=answer.mime_type, headers=answer.headers)


routes = [upload, get_attachment]
