"""HTTP routes of attachments for staff; contacts have their own in the portal."""

from __future__ import annotations

from functools import partial

from litestar import get, post
from litestar.response import Stream

from atum_desk.files import problems, queries
from atum_desk.files.models import Attachment
from atum_desk.files.permissions import TICKET_READ, TICKET_WRITE
from atum_desk.files.responses import download
from atum_desk.files.store import FileStore
from atum_desk.files.upload import Incoming, receive_upload
from atum_desk.files.upload_slots import UploadSlots
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import Range
from atum_desk.http.requests import AnyRequest
from atum_desk.http.uploads import UploadOperation, bind_idempotency_key, read_file_part
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database


@post("/attachments", opt=needs(*TICKET_WRITE), responses=answers(*problems.REFUSALS), operation_class=UploadOperation)
async def upload(
    request: AnyRequest,
    database: Database,
    files: FileStore,
    settings: Settings,
    upload_slots: UploadSlots,
    actor: Actor,
) -> Attachment:
    """Upload a file (form field `file`) for a message that will name it."""
    with upload_slots.slot(f"person {actor.person_id}"):
        part = await read_file_part(request)
        return await receive_upload(
            database,
            files,
            settings,
            actor,
            Incoming(part.filename, part.content_type, part.pieces()),
            known=partial(bind_idempotency_key, request),
        )


@get(
    "/attachments/{attachment_id:int}",
    opt=needs(TICKET_READ),
    responses=answers(problems.AttachmentNotFound, problems.RangeNotSatisfiable),
    media_type="application/octet-stream",
)
async def get_attachment(
    database: Database,
    files: FileStore,
    actor: Actor,
    attachment_id: int,
    inline: bool = False,
    byte_range: Range = None,
) -> Stream:
    """Download a file; `inline` shows harmless images in place."""
    async with database.reading(actor) as transaction:
        attachment = await queries.get_attachment(transaction, attachment_id)
    given = await download(attachment, files, inline=inline, wanted=byte_range)
    return Stream(given.pieces, status_code=given.status, headers=given.headers)


routes = [upload, get_attachment]
