"""The export of time entries: those of a range of days that the actor sees, written while they are read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator

import msgspec

from atum_desk.exports.cells import Cell
from atum_desk.exports.csv_file import CsvFile
from atum_desk.exports.permissions import TICKET_EXPORT
from atum_desk.exports.problems import ExportTooLong
from atum_desk.exports.slots import ExportSlots
from atum_desk.exports.streamed_file import StreamedFile, prefetched
from atum_desk.exports.words import Words
from atum_desk.exports.xlsx_file import XlsxFile
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import READ_ONE_MOMENT, Database
from atum_desk.time_entries.public import DateRange, ListedTime, list_entries

BATCH = 1_000
# The snapshot holds back the cleaning of old rows for as long.
MOST_MINUTES = 30
HEADINGS = (
    *("number", "subject", "organization", "agent", "activity"),
    *("seconds", "minutes", "billable", "started_at", "note"),
)


class AskedTime(msgspec.Struct, frozen=True, kw_only=True):
    """Which time somebody exports, and how it is written."""

    range: DateRange
    language: str
    format: str
    byte_order_mark: bool = True


async def export_time(database: Database, actor: Actor, slots: ExportSlots, asked: AskedTime) -> StreamedFile:
    """Return the file of a range, whose first piece is read; it is told to the ledger before it leaves.

    Raises PermissionMissing, TooManyExports and ExportsBusy. What goes wrong later cuts the file off.
    """
    words = Words(asked.language)
    file: CsvFile | XlsxFile = (
        XlsxFile(words, sheet="time")
        if asked.format == "xlsx"
        else CsvFile(words, byte_order_mark=asked.byte_order_mark)
    )
    pieces = await prefetched(_pieces(database, actor, slots, asked, file, words))
    try:
        async with database.writing(actor, "export.time") as work:
            work.actor.require(TICKET_EXPORT)
            work.summary = {
                "format": asked.format,
                "from": asked.range.first.isoformat(),
                "to": asked.range.last.isoformat(),
                "zone": asked.range.zone.key,
            }
    except BaseException:
        await pieces.close()
        raise
    return StreamedFile(pieces, file.media_type, f"time.{file.ending}")


async def _pieces(
    database: Database, actor: Actor, slots: ExportSlots, asked: AskedTime, file: CsvFile | XlsxFile, words: Words
) -> AsyncGenerator[bytes, None]:
    ends_at = time.monotonic() + MOST_MINUTES * 60
    headings = [words.get("time", name) for name in HEADINGS]
    headings[HEADINGS.index("started_at")] += f" ({asked.range.zone.key})"
    with slots.slot(actor.person_id):
        async with database.reading(actor, READ_ONE_MOMENT) as transaction:
            piece, after = file.begin(headings), None
            while not file.is_full:
                batch = await list_entries(transaction, asked.range, after, BATCH)
                # In a thread: compressing a batch takes longer than other requests should wait.
                piece += await asyncio.to_thread(file.rows, [_cells(one, asked.range) for one in batch])
                if piece:
                    yield piece
                piece = b""
                if len(batch) < BATCH:
                    break
                after = (batch[-1].started_at, batch[-1].id)
                if time.monotonic() > ends_at:
                    raise ExportTooLong(minutes=MOST_MINUTES)
            yield piece + await asyncio.to_thread(file.end)


def _cells(entry: ListedTime, asked: DateRange) -> list[Cell]:
    started_at = entry.started_at.astimezone(asked.zone).replace(tzinfo=None, microsecond=0)
    return [
        *(entry.number, entry.subject, entry.organization_name, entry.person_name, entry.activity_name),
        *(entry.seconds, round(entry.seconds / 60, 2), entry.billable, started_at, entry.note),
    ]
