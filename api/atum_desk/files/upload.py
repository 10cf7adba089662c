"""An upload from its first byte to its row: received, scanned, stored, named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import structlog

from atum_desk.files import queries
from atum_desk.files.commands import attachment_url
from atum_desk.files.content_types import detect_type
from atum_desk.files.filenames import clean_filename
from atum_desk.files.models import Attachment
from atum_desk.files.partial_files import Draft, received
from atum_desk.files.problems import FileInfected, FileNotScanned, ScannerUnavailable, UploadStalled
from atum_desk.files.store import FileStore
from atum_desk.files.virus import ScannerAway, scan_file
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database

# Whoever sends nothing for so long holds a place that others wait for.
STALL_SECONDS = 30.0

log = structlog.get_logger()


class Incoming(msgspec.Struct, frozen=True):
    """A file on its way: name and type as its sender says them, and its bytes as they arrive."""

    filename: str
    claimed_type: str
    pieces: AsyncIterator[bytes]


async def receive_upload(
    database: Database,
    files: FileStore,
    settings: Settings,
    actor: Actor | SystemActor,
    incoming: Incoming,
    *,
    claim_hash: bytes | None = None,
    known: Callable[[str, str], None] | None = None,
    count_piece: Callable[[int], Awaitable[None]] | None = None,
) -> Attachment:
    """Keep an upload of the actor that no message has yet.

    `known` hears the name and the SHA-256 of what will be kept; `count_piece` the bytes of
    each piece and may raise. Raises TooLarge, UploadStalled, FileInfected, FileNotScanned and
    ScannerUnavailable; then nothing is kept.
    """
    pieces = _in_time(incoming.pieces, count_piece)
    name = clean_filename(incoming.filename)
    async with received(files.folder, pieces, settings.upload_max_bytes) as draft:
        await _require_clean(database, settings, actor, draft, name)
        if known:
            known(name, draft.sha256)
        kind = detect_type(draft.head, incoming.claimed_type)
        async with database.writing(actor, "attachment.upload") as work:
            # The insert locks the content's name, so that no sweep removes what is stored next.
            attachment_id = await queries.insert_attachment(
                work,
                filename=name,
                mime_type=kind,
                size=draft.size,
                sha256=draft.sha256,
                inline=False,
                content_id=None,
                ticket_id=None,
                message_id=None,
                claim_hash=claim_hash,
            )
            await files.adopt(draft)
    return Attachment(
        id=attachment_id,
        filename=name,
        mime_type=kind,
        size=draft.size,
        inline=False,
        url=attachment_url(attachment_id),
    )


async def _in_time(
    pieces: AsyncIterator[bytes], count_piece: Callable[[int], Awaitable[None]] | None
) -> AsyncIterator[bytes]:
    iterator = aiter(pieces)
    while True:
        try:
            async with asyncio.timeout(STALL_SECONDS):
                piece = await anext(iterator, None)
        except TimeoutError:
            raise UploadStalled(seconds=round(STALL_SECONDS)) from None
        if piece is None:
            return
        if count_piece:
            await count_piece(len(piece))
        yield piece


async def _require_clean(
    database: Database, settings: Settings, actor: Actor | SystemActor, draft: Draft, name: str
) -> None:
    """Let the scanner look, as mail does; what it finds is refused and recorded."""
    if not settings.clamd:
        return
    try:
        found = await scan_file(settings.clamd, draft.path)
    except ScannerAway as error:
        log.warning("scanner_away", error=str(error))
        raise ScannerUnavailable from error
    if found.verdict == "unscanned":
        raise FileNotScanned(filename=name)
    if found.verdict == "infected":
        log.warning("upload_infected", finding=found.words, sha256=draft.sha256)
        async with database.writing(actor, "attachment.refuse") as work:
            work.summary = {"filename": name, "finding": found.words, "sha256": draft.sha256}
        raise FileInfected(finding=found.words, filename=name)
