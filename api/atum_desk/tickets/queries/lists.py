"""Lists and counts of tickets. Visibility is the policies'; these only narrow and sort."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, get_args

import asyncpg
import msgspec

from atum_desk.conditions.public import compile_condition
from atum_desk.custom_fields.public import FIELD_BITS
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.stored_reads import StoredRead
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.tickets.fields import IN_LIST, column_types_of
from atum_desk.tickets.list_row import COLUMNS as SHARED_COLUMNS
from atum_desk.tickets.list_row import JOINS as SHARED_JOINS
from atum_desk.tickets.list_row import facts_of
from atum_desk.tickets.queries.row_fields import add_fields
from atum_desk.tickets.queries.walks import RECENT_DAYS, driver_of, page_of
from atum_desk.tickets.schemas import Sort, TicketFilter, TicketPage, TicketRow, Where
from atum_desk.tickets.schemas import View as ListedView
from atum_desk.tickets.snoozed import AWAKE, SNOOZED, WOKEN_FOR_READER
from atum_desk.tickets.starred import STARRED_BY_READER
from atum_desk.tickets.values import priority_number

COLUMNS = f"""{SHARED_COLUMNS},
    coalesce(t.last_requester_message_at > coalesce(d.read_at, '-infinity'), false)
      or coalesce(t.woken_at > coalesce(d.read_at, '-infinity') and {WOKEN_FOR_READER}, false) as unread,
    {STARRED_BY_READER} as starred"""
JOINS = f"""{SHARED_JOINS}
    left join ticket_reads d on d.person_id = (select ctx_person()) and d.ticket_id = t.id"""
# The types of COLUMNS, as a function that returns them must be told.
COLUMN_TYPES = f"id bigint, {column_types_of(IN_LIST)}, unread boolean, starred boolean"

VIEWS = {
    "my_open": f"t.is_open and t.assignee_id = (select ctx_person()) and {AWAKE}",
    "unassigned": f"t.is_open and t.assignee_id is null and {AWAKE}",
    "all_open": f"t.is_open and {AWAKE}",
    "waiting": "t.category = 'waiting'",
    "snoozed": SNOOZED,
    # Nothing is resolved without being updated: an index by updates may be walked as well.
    "recently_resolved": f"""not t.is_open and t.resolved_at > moment() - interval '{RECENT_DAYS} days'
                             and t.updated_at > moment() - interval '{RECENT_DAYS} days'""",
    "all": "true",
}


class Order(msgspec.Struct, frozen=True):
    """A sort by columns in one direction; a cursor holds their values, decoded as `kinds`."""

    columns: tuple[str, ...]
    kinds: Any
    descending: bool = True

    @property
    def by(self) -> str:
        """The ORDER BY."""
        direction = " desc" if self.descending else ""
        return ", ".join(f"t.{column}{direction}" for column in self.columns)

    def after(self, places: list[str]) -> str:
        """The condition that follows a cursor whose values stand at these places."""
        columns = ", ".join(f"t.{column}" for column in self.columns)
        return f"({columns}) {'<' if self.descending else '>'} ({', '.join(places)})"


BY_TIME = tuple[datetime, int]
ORDERS = {
    "-updated_at": Order(("updated_at", "id"), BY_TIME),
    "updated_at": Order(("updated_at", "id"), BY_TIME, descending=False),
    # Tickets are numbered as they are opened.
    "-created_at": Order(("number",), tuple[int]),
    "created_at": Order(("number",), tuple[int], descending=False),
    "-priority": Order(("priority", "updated_at", "id"), tuple[int, datetime, int]),
    "-number": Order(("number",), tuple[int]),
    "number": Order(("number",), tuple[int], descending=False),
}
# The view of resolved tickets is walked by when they were resolved, as its index is.
RESOLVED_ORDERS = {
    "-updated_at": Order(("resolved_at", "id"), BY_TIME),
    "updated_at": Order(("resolved_at", "id"), BY_TIME, descending=False),
}


class Parameters:
    """Collects the values of a statement and names their places."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def add(self, value: Any) -> str:
        """Take a value and return its place."""
        self.values.append(value)
        return f"${len(self.values)}"


def list_statement(wanted: TicketFilter, cursor: str | None, limit: int) -> tuple[str, list[Any]]:
    """Return the statement of a list and its values; `limit + 1` rows tell whether more follow.

    The page is cut before names are joined, so a list costs fifty look-ups and never a join of all;
    the limit is written out, for behind a parameter the planner sees a tenth of the table.
    """
    parameters = Parameters()
    inner = page_statement(wanted, cursor, limit + 1, parameters)
    by = order_of(wanted).by
    return f"select {COLUMNS} from ({inner}) t {JOINS} order by {by}", parameters.values


def page_statement(
    wanted: TicketFilter, cursor: str | None, rows: int, parameters: Parameters, *, is_sorted: bool = True
) -> str:
    """Return the statement of so many tickets of a list, in its order and without names.

    What only counts them needs no order, and what several walks give is then not sorted.
    """
    order = order_of(wanted)
    conditions = [
        "t.workspace_id = (select ctx_workspace())",
        VIEWS[wanted.view],
        *_narrowings(wanted, parameters, leave_out=driver_of(wanted)),
    ]
    places = decode_cursor(cursor, order.kinds)
    after = order.after([parameters.add(value) for value in places]) if places else "true"
    return page_of(wanted, order, conditions, after, parameters, rows, is_sorted=is_sorted)


async def read_tickets(
    database: Database, actor: Actor, wanted: TicketFilter, cursor: str | None, limit: int
) -> TicketPage:
    """Return a page of the tickets the actor sees; a plain view's first page in one round trip."""
    statement, values = list_statement(wanted, cursor, limit)
    if not values and limit == DEFAULT_LIMIT and not wanted.fields:
        found, _ = await database.read_once(actor, _plain_list(statement))
        return _page(found, wanted, limit)
    async with database.reading(actor) as transaction:
        return await read_tickets_in(transaction, wanted, cursor, limit)


async def read_tickets_in(
    transaction: ReadTransaction, wanted: TicketFilter, cursor: str | None, limit: int
) -> TicketPage:
    """Return a page of the tickets in a transaction that is open already."""
    statement, values = list_statement(wanted, cursor, limit)
    page = _page(await transaction.fetch(statement, *values), wanted, limit)
    await add_fields(transaction, page.items, wanted.fields)
    return page


def _page(found: list[asyncpg.Record], wanted: TicketFilter, limit: int) -> TicketPage:
    rows, more = cut_page(found, limit)
    key = order_of(wanted).columns
    next_cursor = encode_cursor(*(rows[-1][name] for name in key)) if more else None
    return TicketPage(items=[ticket_row(row) for row in rows], next_cursor=next_cursor)


def stored_lists() -> list[StoredRead]:
    """Return the reads of the first page of every view in every order."""
    plain = [TicketFilter(view=view, sort=sort) for view in get_args(ListedView) for sort in get_args(Sort)]
    return [_plain_list(list_statement(one, None, DEFAULT_LIMIT)[0]) for one in plain]


@cache
def _plain_list(statement: str) -> StoredRead:
    """Views and sorts are few, so their functions are; what is narrowed goes the usual way."""
    return StoredRead(statement, columns=COLUMN_TYPES)


def ticket_row(row: asyncpg.Record) -> TicketRow:
    """Make a list's row of the columns in COLUMNS."""
    return TicketRow(*facts_of(row), row["unread"], True if row["starred"] else msgspec.UNSET)


def order_of(wanted: TicketFilter) -> Order:
    """Return the order of a list."""
    if wanted.view == "recently_resolved":
        return RESOLVED_ORDERS.get(wanted.sort) or ORDERS[wanted.sort]
    return ORDERS[wanted.sort]


def conditions_of_one(wanted: TicketFilter, parameters: Parameters) -> list[str]:
    """Return the conditions by which one ticket is of a list, to be asked of tickets that are found otherwise."""
    conditions = [VIEWS[wanted.view]] if wanted.view != "all" else []
    conditions += _narrowings(msgspec.structs.replace(wanted, tag=None, field_key=None), parameters)
    if wanted.tag:
        conditions.append(f"t.tags @> array[{parameters.add(wanted.tag.lower())}::text]")
    if wanted.field_key:
        conditions.append(
            f"""(select true from ticket_field_keys k
                  where k.ticket_id = t.id and k.key = {parameters.add(wanted.field_key)} limit 1)"""
        )
    return conditions


def _narrowings(wanted: TicketFilter, parameters: Parameters, leave_out: str | None = None) -> list[str]:
    """Return one condition for each filter that is set, but the one left out; every value is a parameter."""
    if leave_out:
        wanted = msgspec.structs.replace(wanted, **{leave_out: getattr(TicketFilter(), leave_out)})
    conditions = []
    if len(wanted.team_ids) == 1:
        conditions.append(f"t.team_id = {parameters.add(wanted.team_ids[0])}")
    elif wanted.team_ids:
        conditions.append(f"t.team_id = any({parameters.add(wanted.team_ids)})")
    if wanted.assignee_id == 0:
        conditions.append("t.assignee_id is null")
    elif wanted.assignee_id is not None:
        conditions.append(f"t.assignee_id = {parameters.add(wanted.assignee_id)}")
    if wanted.statuses:
        conditions.append(
            f"t.status_id = any(array(select id from statuses where key = any({parameters.add(wanted.statuses)})))"
        )
    if wanted.categories:
        conditions.append(f"t.category = any({parameters.add(list(wanted.categories))})")
    if wanted.priorities:
        conditions.append(f"t.priority = any({parameters.add([priority_number(p) for p in wanted.priorities])})")
    if wanted.tag:
        conditions.append(f"t.tags @> array[{parameters.add(wanted.tag.lower())}]")
    if wanted.requester_id is not None:
        conditions.append(f"t.requester_id = {parameters.add(wanted.requester_id)}")
    if wanted.organization_id is not None:
        conditions.append(f"t.organization_id = {parameters.add(wanted.organization_id)}")
    if wanted.starred:
        conditions.append(STARRED_BY_READER)
    if wanted.without_field is not None:
        value = f"v.id = (t.id << {FIELD_BITS}) + {parameters.add(wanted.without_field)}"
        conditions.append(
            f"case when (select true from ticket_field_values v where {value} limit 1) then false else true end"
        )
    if wanted.where:
        conditions.append(_opaque(wanted.where, parameters))
    return conditions


def _opaque(where: Where, parameters: Parameters) -> str:
    """Return a condition as one of which the planner knows nothing: it takes half of the tickets for fitting.

    So every condition walks the list's index; by what it knows of single columns PostgreSQL would
    now and then expect so few tickets that it reads and sorts all of them.
    """
    compiled = compile_condition(where.condition, where.register, where.reader, parameters.add)
    return f"case when {compiled} then true else false end"
