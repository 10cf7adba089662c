"""One ticket as a ZIP archive: its JSON as the API gives it, mails as they came, attachments."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Literal

import msgspec

from atum_desk.exports import queries
from atum_desk.exports.permissions import MAIL_READ, TICKET_EXPORT
from atum_desk.exports.queries import StoredAttachment
from atum_desk.exports.slots import ExportSlots
from atum_desk.exports.streamed_file import StreamedFile, prefetched
from atum_desk.exports.thread_parts import ThreadOutline, read_outline, walk_thread
from atum_desk.exports.zip_stream import ZipStream
from atum_desk.files.public import FileMissing, FileStore, clean_filename
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import READ_ONE_MOMENT, Database, ReadTransaction
from atum_desk.mail.public import MailNotFound, get_raw
from atum_desk.tickets.public import get_ticket, present_ticket

MOST_ATTACHMENTS = 5_000
MOST_BYTES = 2_000_000_000
# Of a numbered name; with the number it fits into the 255 that file systems take.
MOST_STEM_BYTES = 200
MOST_ENDING_BYTES = 20
# A bundle's ticket has its whole thread, where the API has the newest part and what lies before it.
_OF_A_PART = {"thread_cursor": None, "thread_earlier": 0, "first_message": None, "first_unread_id": None}

Why = Literal["permission", "size", "missing", "erased"]


class Included(msgspec.Struct, frozen=True):
    """A file of the archive and the message that it belongs to."""

    path: str
    message_id: int
    size: int


class LeftOut(msgspec.Struct, frozen=True):
    """What is not in the archive, and why: no permission, too large together, lost by the store, or erased."""

    what: str
    message_id: int
    why: Why


class Contents(msgspec.Struct):
    """What the archive holds, and what of the ticket it does not."""

    ticket: int
    notes: bool
    thread_is_cut: bool
    files: list[Included] = []
    left_out: list[LeftOut] = []


class FileNames:
    """Gives each file a name of its own in one folder, on every file system."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._taken: set[str] = set()
        self._numbers: Counter[str] = Counter()

    def of(self, filename: str) -> str:
        """Return a safe path: cleaned of folders, and numbered where the name was given before."""
        wanted = name = clean_filename(filename)
        while (folded := _folded(wanted)) in self._taken:
            self._numbers[_folded(name)] += 1
            wanted = _numbered(name, self._numbers[_folded(name)] + 1)
        self._taken.add(folded)
        return f"{self._folder}/{wanted}"


def _numbered(name: str, number: int) -> str:
    """Return a name with a number before its ending, short enough that the number is never cut off."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > MOST_ENDING_BYTES:
        stem, dot, ending = name, "", ""
    short = stem.encode()[:MOST_STEM_BYTES].decode("utf-8", "ignore")
    return clean_filename(f"{short} ({number}){dot}{ending}")


async def bundle_ticket(
    database: Database, files: FileStore, actor: Actor, slots: ExportSlots, number: int, *, notes: bool
) -> StreamedFile:
    """Return the archive of a ticket; it is told to the ledger before it leaves.

    Raises PermissionMissing, TicketNotFound, TooManyExports and ExportsBusy.
    """
    pieces = await prefetched(_pieces(database, files, actor, slots, number, notes))
    try:
        async with database.writing(actor, "export.ticket") as work:
            work.actor.require(TICKET_EXPORT)
            work.ticket_id = (await get_ticket(work, number)).id
            work.summary = {"number": number, "notes": notes}
    except BaseException:
        await pieces.close()
        raise
    return StreamedFile(pieces, "application/zip", f"ticket-{number}.zip")


async def _pieces(
    database: Database, files: FileStore, actor: Actor, slots: ExportSlots, number: int, notes: bool
) -> AsyncGenerator[bytes, None]:
    with slots.slot(actor.person_id):
        async with database.reading(actor, READ_ONE_MOMENT) as transaction:
            bundle = _Bundle(transaction, files, ZipStream())
            async for piece in bundle.pieces(number, notes):
                if piece:
                    yield piece


class _Bundle:
    """Writes one archive."""

    def __init__(self, transaction: ReadTransaction, files: FileStore, archive: ZipStream) -> None:
        self._transaction = transaction
        self._files = files
        self._archive = archive
        self._bytes = 0

    async def pieces(self, number: int, notes: bool) -> AsyncGenerator[bytes, None]:
        """Yield the archive: ticket.json, mails, attachments, and last what it holds."""
        stored = await get_ticket(self._transaction, number)
        outline = await read_outline(self._transaction, stored.id, number, with_notes=notes)
        self._contents = Contents(number, notes, outline.is_cut)
        ticket: dict[str, Any] = msgspec.to_builtins(present_ticket(stored, self._transaction.actor))
        async for piece in self._thread(ticket, outline):
            yield piece
        async for piece in self._mails(outline):
            yield piece
        async for piece in self._attachments(stored.id, outline, notes):
            yield piece
        with self._archive.entry("contents.json") as entry:
            entry.write(msgspec.json.format(msgspec.json.encode(self._contents)))
        self._archive.close()
        yield self._archive.take()

    async def _thread(self, ticket: dict[str, Any], outline: ThreadOutline) -> AsyncGenerator[bytes, None]:
        del ticket["thread"]
        separator = b""
        with self._archive.entry("ticket.json") as entry:
            entry.write(msgspec.json.encode(ticket | _OF_A_PART).removesuffix(b"}") + b',"thread":[')
            async for part in walk_thread(self._transaction, outline):
                for message in part:
                    entry.write(separator + msgspec.json.encode(message))
                    separator = b","
                yield self._archive.take()
            entry.write(b"]}")

    async def _mails(self, outline: ThreadOutline) -> AsyncGenerator[bytes, None]:
        for place, message in enumerate((one for one in outline.messages if one.mail_id), start=1):
            name = f"mails/{place:04d}-{message.at:%Y-%m-%d}-mail-{message.mail_id}.eml"
            if not self._transaction.actor.may(MAIL_READ):
                self._leave_out(f"mail {message.mail_id}", message.id, "permission")
                continue
            try:
                raw = await get_raw(self._transaction, message.mail_id or 0)
            except MailNotFound:
                self._leave_out(f"mail {message.mail_id}", message.id, "erased")
                continue
            if self._fits(f"mail {message.mail_id}", message.id, len(raw)):
                with self._archive.entry(name, message.at) as entry:
                    entry.write(raw)
                self._include(name, message.id, len(raw))
                yield self._archive.take()

    async def _attachments(self, ticket_id: int, outline: ThreadOutline, notes: bool) -> AsyncGenerator[bytes, None]:
        names, told = FileNames("attachments"), {message.id for message in outline.messages}
        found = await queries.list_attachments(self._transaction, ticket_id, MOST_ATTACHMENTS, with_notes=notes)
        for file in found:
            if file.message_id not in told or not self._fits(file.filename, file.message_id, file.size):
                continue
            try:
                content = await self._files.stream(file.sha256, 0, file.size)
            except FileMissing:
                self._leave_out(file.filename, file.message_id, "missing")
                continue
            path = names.of(file.filename)
            async for piece in self._copied(path, file, content):
                yield piece

    async def _copied(
        self, path: str, file: StoredAttachment, content: AsyncIterator[bytes]
    ) -> AsyncGenerator[bytes, None]:
        with self._archive.entry(path, file.at) as entry:
            async for piece in content:
                entry.write(piece)
                yield self._archive.take()
        self._include(path, file.message_id, file.size)

    def _fits(self, what: str, message_id: int, size: int) -> bool:
        if self._bytes + size > MOST_BYTES:
            self._leave_out(what, message_id, "size")
            return False
        self._bytes += size
        return True

    def _include(self, path: str, message_id: int, size: int) -> None:
        self._contents.files.append(Included(path, message_id, size))

    def _leave_out(self, what: str, message_id: int, why: Why) -> None:
        self._contents.left_out.append(LeftOut(what, message_id, why))


def _folded(name: str) -> str:
    """Return what two names share that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
