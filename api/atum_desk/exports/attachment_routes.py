"""HTTP routes of all files of a ticket or a message as an archive."""

from __future__ import annotations

from litestar import get
from litestar.response import Stream

from atum_desk.exports import problems
from atum_desk.exports.attachments_zip import zip_of_message, zip_of_ticket
from atum_desk.exports.permissions import TICKET_READ
from atum_desk.exports.routes import download
from atum_desk.exports.slots import ExportSlots
from atum_desk.files.public import FileStore
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.public import TicketNotFound


@get(
    "/tickets/{number:int}/attachments.zip",
    opt=needs(TICKET_READ),
    responses=answers(TicketNotFound, problems.AttachmentsNotFound, problems.TooManyExports, problems.ExportsBusy),
    media_type="application/zip",
)
async def zip_ticket_attachments(
    database: Database, files: FileStore, export_slots: ExportSlots, actor: Actor, number: int
) -> Stream:
    """Download all files of a ticket's messages as one archive."""
    return download(await zip_of_ticket(database, files, actor, export_slots, number))


@get(
    "/messages/{message_id:int}/attachments.zip",
    opt=needs(TICKET_READ),
    responses=answers(problems.AttachmentsNotFound, problems.TooManyExports, problems.ExportsBusy),
    media_type="application/zip",
)
async def zip_message_attachments(
    database: Database, files: FileStore, export_slots: ExportSlots, actor: Actor, message_id: int
) -> Stream:
    """Download all files of a message as one archive."""
    return download(await zip_of_message(database, files, actor, export_slots, message_id))


routes = [zip_ticket_attachments, zip_message_attachments]
