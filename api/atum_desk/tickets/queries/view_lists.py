"""The tickets of a stored view."""

from __future__ import annotations

from typing import get_args
from zoneinfo import ZoneInfo

import msgspec

from atum_desk.conditions.public import Condition, Register, group, require_bounds
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.tickets.list_groups import within_group
from atum_desk.tickets.narrowed_list import narrowed
from atum_desk.tickets.queries.conditions import BEGIN_LIST, list_time_named, parse_condition, read_page, reader_of
from atum_desk.tickets.queries.fields import MARK, register_of
from atum_desk.tickets.queries.stored_views import find_view_condition, read_known
from atum_desk.tickets.schemas import Sort, TicketFilter, TicketPage


async def read_tickets_of_view(
    database: Database,
    actor: Actor,
    view_id: int,
    wanted: TicketFilter,
    sort: str | None,
    text: str,
    zone: ZoneInfo,
    cursor: str | None,
    limit: int,
) -> TicketPage:
    """Return a page of the tickets of a view that also meet a text, in the view's order unless another is asked for.

    A view whose condition is broken has no tickets. Raises ViewNotFound, ConditionInvalid, GroupUnknown, ListTooBroad.
    """
    async with database.reading(actor, BEGIN_LIST) as transaction:
        with list_time_named():
            register = await register_of(transaction)
            condition, own_sort = await condition_in_view(transaction, register, view_id, text)
            if condition is None:
                return TicketPage(items=[], next_cursor=None)
            condition = within_group(condition, wanted.group, register) or condition
            order = sort or own_sort
            named = order if order in get_args(Sort) else wanted.sort
            by_field = order if order.removeprefix("-").startswith(MARK) else ""
            wanted = msgspec.structs.replace(wanted, view="all", sort=named, field_sort=by_field)
            return await read_page(
                transaction, narrowed(wanted, condition, reader_of(actor, zone), register), cursor, limit
            )


async def condition_in_view(
    transaction: ReadTransaction, register: Register, view_id: int, text: str
) -> tuple[Condition | None, str]:
    """Return the condition of a view and a text together, None for a view that is broken, and the view's order.

    Raises ViewNotFound, and ConditionInvalid also where both together are more than one condition may be.
    """
    condition, sort = await find_view_condition(transaction, view_id)
    known = await read_known(transaction, register, [condition])
    if known.broken(condition):
        return None, sort
    condition = known.living(condition)
    typed, _ = await parse_condition(transaction, text, register)
    if typed is not None:
        condition = group("all", [condition, typed])
        require_bounds(condition, len(text))
    return condition, sort
