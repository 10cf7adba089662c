"""Lists sorted by a custom field: the tickets that have a value by it, then those that have none.

Numbers, dates and moments are walked by the index of their ranks, choices and booleans by one short walk for
each option, in the order of the options (ADR 0052). Tickets without a value follow in the order of updates,
whichever way the list is sorted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec

from atum_desk.custom_fields.public import CustomField, list_fields
from atum_desk.kernel.cursors import cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.queries.lists import (
    COLUMNS,
    JOINS,
    Parameters,
    conditions_of_one,
    order_of,
    page_statement,
    ticket_row,
)
from atum_desk.tickets.queries.row_fields import add_fields
from atum_desk.tickets.queries.walks import SEES_ANY
from atum_desk.tickets.schemas import TicketFilter, TicketPage

RANKED = frozenset({"number", "money", "date", "moment"})
KEYED = frozenset({"choice", "boolean"})
# Each option takes a walk of a page.
MOST_OPTIONS = 100
# What stands before the cursor of a page among tickets without a value.
UNSET = "~"
AFTER_ALL = datetime(9999, 1, 1, tzinfo=UTC)
LAST_ID = 2**63 - 1


class FieldOrder(msgspec.Struct, frozen=True):
    """A sort by a custom field. `keys` are those of its options in order, None where ranks lead."""

    field_id: int
    descending: bool
    keys: list[str] | None


def can_sort(field: CustomField) -> bool:
    """Tell whether a list may be sorted by a field: its values are ranked, or few and in an order of their own."""
    is_few = field.kind in KEYED and len(field.options) <= MOST_OPTIONS
    return field.entity == "ticket" and field.active and (field.kind in RANKED or is_few)


async def find_order(transaction: ReadTransaction, sort: str) -> FieldOrder | None:
    """Return the order that `field.<key>`, or `-field.<key>`, asks for; None where lists have none such (any more)."""
    key = sort.removeprefix("-").removeprefix("field.")
    fields = await list_fields(transaction, "ticket")
    return next((_order_of(one, sort.startswith("-")) for one in fields if one.key == key and can_sort(one)), None)


def _order_of(field: CustomField, descending: bool) -> FieldOrder:
    if field.kind in RANKED:
        return FieldOrder(field.id, descending, None)
    values = ["false", "true"] if field.kind == "boolean" else [one.key for one in field.options]
    keys = [f"{field.id}={one}" for one in values]
    return FieldOrder(field.id, descending, keys[::-1] if descending else keys)


async def read_sorted_tickets(
    transaction: ReadTransaction, wanted: TicketFilter, order: FieldOrder, cursor: str | None, limit: int
) -> TicketPage:
    """Return a page of a list in the order of a custom field. Raises ValidationFailed for a cursor of another list."""
    items, next_cursor = [], None
    if not (cursor or "").startswith(UNSET):
        parameters = Parameters()
        statement = sorted_statement(wanted, order, cursor, limit + 1, parameters)
        rows, more = cut_page(await transaction.fetch(statement, *parameters.values), limit)
        items = [ticket_row(row) for row in rows]
        if more:
            next_cursor = next_place(rows[-1])
        cursor = UNSET
    if next_cursor is None:
        unset = without_value(wanted, order)
        parameters = Parameters()
        page = page_statement(unset, (cursor or UNSET)[len(UNSET) :] or None, limit - len(items) + 1, parameters)
        by = order_of(unset)
        statement = f"select {COLUMNS} from ({page}) t {JOINS} order by {by.by}"
        rows, more = cut_page(await transaction.fetch(statement, *parameters.values), limit - len(items))
        items += [ticket_row(row) for row in rows]
        if more:
            # A page that ended with the last value goes on at the first ticket without one.
            after = encode_cursor(*(rows[-1][name] for name in by.columns)) if rows else ""
            next_cursor = UNSET + after
    await add_fields(transaction, items, wanted.fields)
    return TicketPage(items=items, next_cursor=next_cursor)


def sorted_statement(
    wanted: TicketFilter, order: FieldOrder, cursor: str | None, rows: int, parameters: Parameters
) -> str:
    """Return the statement of so many tickets that have a value, in its order; `place` is the value's."""
    page, by = sorted_page(wanted, order, cursor, rows, parameters)
    return f"select {COLUMNS}, t.place from ({page}) t {JOINS} order by {by}"


def sorted_page(
    wanted: TicketFilter, order: FieldOrder, cursor: str | None, rows: int, parameters: Parameters
) -> tuple[str, str]:
    """Return the statement of so many tickets that have a value, without names, and the order that it is read in."""
    place = decode_cursor(cursor, tuple[int, datetime, int])
    scope = {"all": "true", "recently_resolved": "not k.is_open"}.get(wanted.view, "k.is_open")
    conditions = [SEES_ANY, scope, "k.workspace_id = (select ctx_workspace())", *conditions_of_one(wanted, parameters)]
    if order.keys is None:
        direction = "desc" if order.descending else "asc"
        return (_ranked(order, place, conditions, rows, parameters), f"t.place {direction}, t.id {direction}")
    page = _by_options(order.keys, place, conditions, rows, parameters)
    return page, "t.place, t.updated_at desc, t.id desc"


def orders_of_whole_list(order: FieldOrder) -> list[FieldOrder]:
    """Return the orders that a whole list is walked in, one after the other: each option's tickets by themselves.

    A page may be of any option, so it takes a walk of each; whoever reads on to the end needs one at a time.
    """
    if order.keys is None:
        return [order]
    return [msgspec.structs.replace(order, keys=[key]) for key in order.keys]


def next_place(row: asyncpg.Record) -> str:
    """Return the cursor behind a ticket that has a value."""
    return encode_cursor(row["place"], row["updated_at"], row["id"])


def without_value(wanted: TicketFilter, order: FieldOrder) -> TicketFilter:
    """Return the rest of a list: its tickets without a value, in the order of updates."""
    return msgspec.structs.replace(wanted, without_field=order.field_id, sort="-updated_at")


def _ranked(
    order: FieldOrder, place: tuple[Any, ...] | None, conditions: list[str], rows: int, parameters: Parameters
) -> str:
    direction, sign = ("desc", "<") if order.descending else ("asc", ">")
    after = ["true"]
    if place:
        after = [f"(k.rank, k.ticket_id) {sign} ({parameters.add(place[0])}, {parameters.add(place[2])})"]
    where = " and ".join([*conditions, *after, f"k.field_id = {parameters.add(order.field_id)}"])
    return f"""
        select t.*, k.rank as place from ticket_field_ranks k join tickets t on t.id = k.ticket_id
         where {where} order by k.rank {direction}, k.ticket_id {direction} limit {rows:d}"""


def _by_options(
    keys: list[str], place: tuple[Any, ...] | None, conditions: list[str], rows: int, parameters: Parameters
) -> str:
    """A walk for each option that is left; the first of them begins behind the cursor."""
    first = place[0] if place else 0
    places = list(range(first, len(keys)))
    moments: list[datetime] = [AFTER_ALL] * len(places)
    ids = [LAST_ID] * len(places)
    if place and places:
        moments[0], ids[0] = place[1], place[2]
    given = [keys[first:], places, moments, ids]
    arrays = [
        f"{parameters.add(values)}::{kind}[]"
        for values, kind in zip(given, ("text", "bigint", "timestamptz", "bigint"), strict=True)
    ]
    return f"""
        select t.* from unnest({", ".join(arrays)}) x(key, place, moment, id)
         cross join lateral (
           select t.*, x.place from ticket_field_keys k join tickets t on t.id = k.ticket_id
            where {" and ".join(conditions)} and k.key = x.key and (k.updated_at, k.ticket_id) < (x.moment, x.id)
            order by k.updated_at desc, k.ticket_id desc limit {rows:d}) t
         order by t.place, t.updated_at desc, t.id desc limit {rows:d}"""
