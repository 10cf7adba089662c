"""What an export would hold, before it is made."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from atum_desk.exports.columns import DEFAULT_KEYS, exported_fields
from atum_desk.exports.words import Words
from atum_desk.exports.xlsx_file import MOST_ROWS
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import READ, Database
from atum_desk.tickets.public import (
    ListTooBroad,
    TicketFilter,
    count_tickets_up_to,
    register_of,
    walk_ticket_ids,
    with_condition,
)

COUNT_SECONDS = 5
MOST_COUNTED = 100_000
# A search is walked to be counted.
MOST_FOUND = 1_000


class ExportColumn(msgspec.Struct, frozen=True):
    """A column that an export may have; `is_default`: it has it unless others are chosen."""

    key: str
    name: str
    heading: str
    is_default: bool


class ExportPreview(msgspec.Struct, frozen=True):
    """How many tickets an export would hold; not exact means so many or more."""

    tickets: int
    is_exact: bool
    most_sheet_rows: int
    columns: list[ExportColumn]


async def preview_export(
    database: Database, actor: Actor, wanted: TicketFilter, text: str, zone: ZoneInfo, language: str
) -> ExportPreview:
    """Count the tickets of a list up to a bound, and list the columns. Raises ConditionInvalid and ListTooBroad."""
    begin = f"{READ}; set local statement_timeout = {COUNT_SECONDS * 1000}"
    words = Words(language)
    async with database.reading(actor, begin) as transaction:
        fields = exported_fields(await register_of(transaction))
        wanted = await with_condition(transaction, actor, wanted, text, zone)
        try:
            if wanted.words:
                most, tickets = MOST_FOUND, 0
                async for ids in walk_ticket_ids(transaction, wanted, 200):
                    tickets += len(ids)
                    if tickets >= most:
                        break
            else:
                most = MOST_COUNTED
                tickets = await count_tickets_up_to(transaction, wanted, most)
        except asyncpg.QueryCanceledError:
            raise ListTooBroad from None
    columns = [
        ExportColumn(one.key, one.name, words.get("column", one.key, one.name), one.key in DEFAULT_KEYS)
        for one in fields
    ]
    return ExportPreview(min(tickets, most), tickets < most, MOST_ROWS - 1, columns)
