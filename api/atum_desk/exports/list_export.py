"""The export of a whole list: read in batches on one snapshot, written while it is read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
import structlog

from atum_desk.exports import queries
from atum_desk.exports.cells import CellMaker
from atum_desk.exports.columns import columns_of
from atum_desk.exports.csv_file import CsvFile
from atum_desk.exports.permissions import TICKET_EXPORT
from atum_desk.exports.problems import ExportTooLong
from atum_desk.exports.slots import ExportSlots
from atum_desk.exports.streamed_file import StreamedFile, prefetched
from atum_desk.exports.words import Words
from atum_desk.exports.xlsx_file import XlsxFile
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import READ_ONE_MOMENT, Database
from atum_desk.tickets.public import ListTooBroad, TicketFilter, register_of, walk_ticket_ids, with_condition

log = structlog.get_logger()
# What is in memory at a time.
BATCH = 1_000
# A batch that few tickets meet is looked for so long; below the 60 s after which the driver gives up.
BATCH_SECONDS = 50
# The snapshot holds back the cleaning of old rows for as long.
MOST_MINUTES = 30


class AskedExport(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody exports: a list with a condition, its columns in order, and how it is written."""

    wanted: TicketFilter
    # No order was asked for: a stored view has its own.
    in_own_order: bool = False
    text: str
    zone: ZoneInfo
    columns: list[str]
    language: str
    format: str
    byte_order_mark: bool = True

    def new_file(self, words: Words) -> CsvFile | XlsxFile:
        """Return the file to write."""
        return XlsxFile(words) if self.format == "xlsx" else CsvFile(words, byte_order_mark=self.byte_order_mark)


async def export_list(database: Database, actor: Actor, slots: ExportSlots, asked: AskedExport) -> StreamedFile:
    """Return the file of a list, whose first piece is read; it is told to the ledger before it leaves.

    Raises PermissionMissing, ConditionInvalid, ListTooBroad, ColumnUnknown, TooManyColumns, TooManyExports
    and ExportsBusy. What goes wrong later cuts the file off.
    """
    words = Words(asked.language)
    file = asked.new_file(words)
    pieces = await prefetched(_pieces(database, actor, slots, asked, file, words))
    try:
        async with database.writing(actor, "export.list") as work:
            work.actor.require(TICKET_EXPORT)
            work.summary = {
                "format": asked.format,
                "view": asked.wanted.view_id or asked.wanted.view,
                "q": asked.text,
                "columns": asked.columns,
                "filters": _filters_of(asked.wanted),
            }
    except BaseException:
        await pieces.close()
        raise
    return StreamedFile(pieces, file.media_type, f"tickets.{file.ending}")


async def _pieces(
    database: Database, actor: Actor, slots: ExportSlots, asked: AskedExport, file: CsvFile | XlsxFile, words: Words
) -> AsyncGenerator[bytes, None]:
    ends_at = time.monotonic() + MOST_MINUTES * 60
    begin = f"{READ_ONE_MOMENT}; set local statement_timeout = {BATCH_SECONDS * 1000}"
    count = 0
    with slots.slot(actor.person_id):
        async with database.reading(actor, begin) as transaction:
            columns = columns_of(await register_of(transaction), asked.columns, words)
            wanted = await with_condition(
                transaction, actor, asked.wanted, asked.text, asked.zone, in_own_order=asked.in_own_order
            )
            cells = CellMaker(columns, asked.zone, words)
            headings = [_heading(column.heading, column.kind == "moment", asked.zone) for column in columns]
            piece = file.begin(headings)
            try:
                async for ids in walk_ticket_ids(transaction, wanted, BATCH):
                    rows = [cells.row(row) for row in await queries.list_cells(transaction, columns, ids)]
                    # In a thread: compressing a batch takes longer than other requests should wait.
                    piece += await asyncio.to_thread(file.rows, rows)
                    count += len(rows)
                    if piece:
                        yield piece
                    piece = b""
                    if file.is_full:
                        break
                    if time.monotonic() > ends_at:
                        raise ExportTooLong(minutes=MOST_MINUTES)
            except asyncpg.QueryCanceledError:
                raise ListTooBroad from None
            yield piece + await asyncio.to_thread(file.end)
    log.info("list_exported", format=asked.format, tickets=count)


def _heading(name: str, is_moment: bool, zone: ZoneInfo) -> str:
    return f"{name} ({zone.key})" if is_moment else name


# What is told beside the filters, or follows from the text.
LEFT_OUT = ("words", "where", "view", "view_id")


def _filters_of(wanted: TicketFilter) -> dict[str, object]:
    """Return the filters that are set, as the ledger keeps them."""
    nothing = TicketFilter(view=wanted.view)
    held = {name: getattr(wanted, name) for name in wanted.__struct_fields__ if name not in LEFT_OUT}
    return {name: value for name, value in held.items() if value != getattr(nothing, name)}
