"""The groups of a list that query parameters, a view and a text ask for."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.group_schemas import TicketGroups
from atum_desk.tickets.list_groups import grouping_field
from atum_desk.tickets.queries.conditions import BEGIN_LIST, list_time_named, parse_condition, reader_of
from atum_desk.tickets.queries.fields import register_of
from atum_desk.tickets.queries.groups import read_groups
from atum_desk.tickets.queries.view_lists import condition_in_view
from atum_desk.tickets.schemas import TicketFilter


async def read_grouped_list(
    database: Database, actor: Actor, wanted: TicketFilter, by: str, text: str, zone: ZoneInfo
) -> TicketGroups:
    """Return the groups of a list by a field; a view whose condition is broken has none.

    Raises GroupUnknown, ViewNotFound, ConditionInvalid, ListTooBroad.
    """
    async with database.reading(actor, BEGIN_LIST) as transaction:
        with list_time_named():
            register = await register_of(transaction)
            field = grouping_field(register, by)
            if wanted.view_id is None:
                condition, _ = await parse_condition(transaction, text, register)
            else:
                condition, _ = await condition_in_view(transaction, register, wanted.view_id, text)
                if condition is None:
                    return TicketGroups(by, [], complete=True)
            return await read_groups(transaction, wanted, condition, field, reader_of(actor, zone), register)
