"""All files of a ticket or of one message as a ZIP archive, written while they are read."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable

from atum_desk.exports import queries
from atum_desk.exports.bundle import MOST_ATTACHMENTS, MOST_BYTES, FileNames
from atum_desk.exports.problems import AttachmentsNotFound
from atum_desk.exports.queries import StoredAttachment
from atum_desk.exports.slots import ExportSlots
from atum_desk.exports.streamed_file import StreamedFile, prefetched
from atum_desk.exports.zip_stream import ZipStream
from atum_desk.files.public import FileMissing, FileStore
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import READ_ONE_MOMENT, Database, ReadTransaction
from atum_desk.tickets.public import get_ticket_id

# Says which files are not in the archive, and why.
LEFT_OUT = "not-included.txt"


async def zip_of_ticket(
    database: Database, files: FileStore, actor: Actor, slots: ExportSlots, number: int
) -> StreamedFile:
    """Return all files of a ticket. Raises TicketNotFound, AttachmentsNotFound, TooManyExports and ExportsBusy."""

    async def found(transaction: ReadTransaction) -> list[StoredAttachment]:
        ticket_id = await get_ticket_id(transaction, number)
        return await queries.list_attachments(transaction, ticket_id, MOST_ATTACHMENTS, with_notes=True)

    pieces = await prefetched(_pieces(database, files, actor, slots, found))
    return StreamedFile(pieces, "application/zip", f"ticket-{number}-files.zip")


async def zip_of_message(
    database: Database, files: FileStore, actor: Actor, slots: ExportSlots, message_id: int
) -> StreamedFile:
    """Return all files of a message. Raises AttachmentsNotFound (also for no message), TooManyExports, ExportsBusy."""

    async def found(transaction: ReadTransaction) -> list[StoredAttachment]:
        return await queries.list_attachments_of_message(transaction, message_id, MOST_ATTACHMENTS)

    pieces = await prefetched(_pieces(database, files, actor, slots, found))
    return StreamedFile(pieces, "application/zip", f"message-{message_id}-files.zip")


async def _pieces(
    database: Database,
    files: FileStore,
    actor: Actor,
    slots: ExportSlots,
    found: Callable[[ReadTransaction], Awaitable[list[StoredAttachment]]],
) -> AsyncGenerator[bytes, None]:
    with slots.slot(actor.person_id):
        async with database.reading(actor, READ_ONE_MOMENT) as transaction:
            attachments = await found(transaction)
        if not attachments:
            raise AttachmentsNotFound
        archive = ZipStream()
        async for piece in _files(files, archive, attachments):
            if piece:
                yield piece
        archive.close()
        yield archive.take()


async def _files(
    files: FileStore, archive: ZipStream, attachments: list[StoredAttachment]
) -> AsyncGenerator[bytes, None]:
    names, total, left_out = FileNames("files"), 0, []
    for file in attachments:
        if total + file.size > MOST_BYTES:
            left_out.append(f"{file.filename}: too large together with the others")
            continue
        try:
            content = await files.stream(file.sha256, 0, file.size)
        except FileMissing:
            left_out.append(f"{file.filename}: missing in the store")
            continue
        total += file.size
        with archive.entry(names.of(file.filename), file.at) as entry:
            async for piece in content:
                entry.write(piece)
                yield archive.take()
    if left_out:
        with archive.entry(LEFT_OUT) as entry:
            entry.write("\n".join(left_out).encode())
