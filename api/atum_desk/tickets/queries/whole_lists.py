"""A whole list, from its first ticket to its last, in batches: what it takes in memory is one batch."""

from __future__ import annotations

from collections.abc import AsyncIterator

from atum_desk.kernel.cursors import encode_cursor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.queries.field_sorts import (
    FieldOrder,
    find_order,
    next_place,
    orders_of_whole_list,
    sorted_page,
    without_value,
)
from atum_desk.tickets.queries.lists import Parameters, order_of, page_statement
from atum_desk.tickets.queries.search import walk_found
from atum_desk.tickets.schemas import TicketFilter


async def walk_ticket_ids(transaction: ReadTransaction, wanted: TicketFilter, batch: int) -> AsyncIterator[list[int]]:
    """Yield the ids of all tickets of a list in its order, at most `batch` at a time.

    Each batch walks on behind the last ticket of the one before; in a transaction of one moment no
    ticket is left out or given twice. Raises ValidationFailed for more words than a search takes.
    """
    if wanted.words:
        async for ids in walk_found(transaction, wanted, batch):
            yield ids
        return
    order = await find_order(transaction, wanted.field_sort) if wanted.field_sort else None
    async for ids in _walk_sorted(transaction, wanted, order, batch) if order else _walk(transaction, wanted, batch):
        yield ids


async def _walk(transaction: ReadTransaction, wanted: TicketFilter, batch: int) -> AsyncIterator[list[int]]:
    order = order_of(wanted)
    columns = ", ".join(dict.fromkeys(("id", *order.columns)))
    cursor: str | None = None
    while True:
        parameters = Parameters()
        page = page_statement(wanted, cursor, batch, parameters)
        rows = await transaction.fetch(f"select {columns} from ({page}) t order by {order.by}", *parameters.values)
        if rows:
            yield [row["id"] for row in rows]
        if len(rows) < batch:
            return
        cursor = encode_cursor(*(rows[-1][name] for name in order.columns))


async def _walk_sorted(
    transaction: ReadTransaction, wanted: TicketFilter, order: FieldOrder, batch: int
) -> AsyncIterator[list[int]]:
    """Yield the tickets that have a value of a custom field in its order, then those that have none."""
    for part in orders_of_whole_list(order):
        cursor: str | None = None
        while True:
            parameters = Parameters()
            page, by = sorted_page(wanted, part, cursor, batch, parameters)
            statement = f"select t.id, t.updated_at, t.place from ({page}) t order by {by}"
            rows = await transaction.fetch(statement, *parameters.values)
            if rows:
                yield [row["id"] for row in rows]
            if len(rows) < batch:
                break
            cursor = next_place(rows[-1])
    async for ids in _walk(transaction, without_value(wanted, order), batch):
        yield ids


async def count_tickets_up_to(transaction: ReadTransaction, wanted: TicketFilter, most: int) -> int:
    """Return how many tickets a list holds that is not a search; `most` means so many or more."""
    parameters = Parameters()
    page = page_statement(wanted, None, most, parameters)
    return await transaction.fetchval(f"select count(*) from ({page}) t", *parameters.values)
