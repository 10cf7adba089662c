"""Conditions in their text form: the names in them, the list that they narrow, and what of them a ticket meets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import asyncpg

from atum_desk.conditions.public import (
    KEYED_KINDS,
    Condition,
    ConditionReader,
    Field,
    Kind,
    NamedValue,
    Register,
    ValueNames,
    compile_condition,
    names_wanted,
    parse,
)
from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import READ, Database, ReadTransaction
from atum_desk.tickets.list_groups import within_group
from atum_desk.tickets.narrowed_list import narrowed
from atum_desk.tickets.problems import ListTooBroad, TicketNotFound
from atum_desk.tickets.queries.field_sorts import find_order, read_sorted_tickets
from atum_desk.tickets.queries.fields import register_for
from atum_desk.tickets.queries.lists import Parameters, read_tickets_in
from atum_desk.tickets.queries.row_fields import add_fields
from atum_desk.tickets.queries.search import search_tickets
from atum_desk.tickets.schemas import TicketFilter, TicketPage

# A list whose condition few tickets meet is walked so long and no longer.
LIST_SECONDS = 5
BEGIN_LIST = f"{READ}; set local statement_timeout = {LIST_SECONDS * 1000:.0f}"
OF_NUMBER = "t.workspace_id = (select ctx_workspace()) and t.number = $1::int"
MOST_NAMES = 500
MOST_COMPLETIONS = 12

# $1 the kinds, $2 the names in lower case. Of what is few all are told, so that the nearest one can be.
NAMES = f"""
    select 'status' as kind, s.key as value, array[s.key, s.name] as names from statuses s where 'status' = any($1)
    union all
    select 'resolution', z.key, array[z.key, z.name] from resolutions z where 'resolution' = any($1)
    union all
    (select 'team', g.id::text, array[g.name] from teams g where 'team' = any($1) order by g.name limit {MOST_NAMES})
    union all
    (select 'person', p.id::text, array[p.name, x.email] from people p
       left join addresses x on x.person_id = p.id and x.is_primary
      where 'person' = any($1) and p.kind = 'staff' order by lower(p.name), p.id limit {MOST_NAMES})
    union all
    (select 'mailbox', b.id::text, array[b.address, b.name] from mailboxes b
      where 'mailbox' = any($1) order by b.address limit {MOST_NAMES})
    union all
    (select 'contact', x.person_id::text, array[x.email] from addresses x
      where 'contact' = any($1) and x.workspace_id = (select ctx_workspace()) and x.email = any($2::text[]))
    union all
    (select 'organization', o.id::text, array[o.name] from organizations o
      where 'organization' = any($1) and lower(o.name) = any($2) and o.merged_into_id is null limit {MOST_NAMES})
    union all
    (select 'organization', d.organization_id::text, array[d.domain] from organization_domains d
      where 'organization' = any($1) and d.workspace_id = (select ctx_workspace()) and d.domain = any($2))"""

# $1 what is typed, in lower case. Each gives the text to write and what else tells it apart.
COMPLETIONS: dict[Kind, str] = {
    "status": "select s.key as text, s.name as hint from statuses s where starts_with(s.key, $1) order by s.position",
    "resolution": """select z.key as text, z.name as hint from resolutions z
                      where starts_with(z.key, $1) or strpos(lower(z.name), $1) > 0 order by z.position, z.id""",
    "team": "select g.name as text, '' as hint from teams g where strpos(lower(g.name), $1) > 0 order by lower(g.name)",
    "person": """select p.name as text, x.email as hint from people p
                   left join addresses x on x.person_id = p.id and x.is_primary
                  where p.kind = 'staff' and p.active and strpos(lower(p.name || ' ' || coalesce(x.email, '')), $1) > 0
                  order by lower(p.name), p.id""",
    "mailbox": """select b.address as text, b.name as hint from mailboxes b
                   where strpos(b.address || ' ' || lower(b.name), $1) > 0 order by b.address""",
    "contact": """select x.email as text, p.name as hint from people p
                    join addresses x on x.person_id = p.id and x.is_primary
                   where p.id = any(array(select person_id from people_named($1, 'contact', '', 0, 12)))
                   order by lower(p.name), p.id""",
    "organization": """select o.name as text, '' as hint from organizations o
                        where strpos(lower(o.name), $1) > 0 and o.merged_into_id is null
                        order by lower(o.name), o.id""",
    # Conditions also find what is retired; a renamed tag is on no ticket any more.
    "tags": """select tag as text, coalesce(g.description, '') as hint
                 from (select unnest(n.tags) as tag, 1 as uses
                         from (select t.tags from tickets t where t.workspace_id = (select ctx_workspace())
                                order by t.updated_at desc, t.id desc limit 2000) n
                        union all
                       select m.name, 0 from tags m
                        where m.workspace_id = (select ctx_workspace()) and m.became_id is null) u
                 left join tags g on g.workspace_id = (select ctx_workspace()) and g.name = u.tag
                where starts_with(tag, $1) group by tag, g.description order by sum(uses) desc, tag""",
}


def reader_of(actor: Actor | SystemActor, zone: ZoneInfo) -> ConditionReader:
    """Return what `me` and `today` mean to an actor; nobody is `me` to the system."""
    return ConditionReader(actor.person_id or 0, clock.now(), zone)


async def parse_condition(
    transaction: ReadTransaction, text: str, register: Register | None = None
) -> tuple[Condition | None, ValueNames]:
    """Return what a text says, and the names that it gives to what conditions hold by id.

    A text without such names and without custom fields asks the database nothing. `register` is the workspace's, for
    whoever has it already. Raises ConditionInvalid.
    """
    register = register or await register_for(transaction, text)
    wanted = names_wanted(text, register)
    names = ValueNames(await list_names(transaction, wanted) if wanted else ())
    return parse(text, register, names), names


async def list_names(transaction: ReadTransaction, wanted: dict[Kind, list[str]]) -> list[NamedValue]:
    """Return what is called by one of the names; of teams, staff, statuses and mailboxes all that there are."""
    lowered = [name.lower() for names in wanted.values() for name in names]
    rows = await transaction.fetch(NAMES, list(wanted), lowered)
    return [
        NamedValue(
            row["kind"],
            row["value"] if row["kind"] in KEYED_KINDS else int(row["value"]),
            tuple(name for name in row["names"] if name),
        )
        for row in rows
    ]


async def list_completions(transaction: ReadTransaction, field: Field, prefix: str) -> list[dict[str, str]]:
    """Return rows whose names begin with what is typed, or hold it, as a text to write and a hint."""
    statement = COMPLETIONS.get(field.kind)
    if statement is None:
        return []
    rows = await transaction.fetch(f"{statement} limit {MOST_COMPLETIONS}", prefix.lower())
    return [{"text": row["text"], "hint": row["hint"] or ""} for row in rows]


async def read_narrowed_tickets(
    database: Database, actor: Actor, wanted: TicketFilter, text: str, zone: ZoneInfo, cursor: str | None, limit: int
) -> TicketPage:
    """Return a page of the list's tickets that meet the condition of a text; words in it are searched for.

    Raises ConditionInvalid, GroupUnknown, and ListTooBroad when no page is found within LIST_SECONDS.
    """
    async with database.reading(actor, BEGIN_LIST) as transaction:
        with list_time_named():
            register = await register_for(transaction, text + wanted.group)
            condition, _ = await parse_condition(transaction, text, register)
            condition = within_group(condition, wanted.group, register)
            if condition is not None:
                wanted = narrowed(wanted, condition, reader_of(actor, zone), register)
            return await read_page(transaction, wanted, cursor, limit)


async def read_page(transaction: ReadTransaction, wanted: TicketFilter, cursor: str | None, limit: int) -> TicketPage:
    """Return a page of a list; words in it are searched for."""
    if wanted.words:
        page = await search_tickets(transaction, wanted, cursor, limit)
        await add_fields(transaction, page.items, wanted.fields)
        return page
    if wanted.field_sort and (order := await find_order(transaction, wanted.field_sort)):
        return await read_sorted_tickets(transaction, wanted, order, cursor, limit)
    return await read_tickets_in(transaction, wanted, cursor, limit)


@contextmanager
def list_time_named() -> Iterator[None]:
    """Raise ListTooBroad when a statement within takes longer than BEGIN_LIST lets it."""
    try:
        yield
    except asyncpg.QueryCanceledError:
        raise ListTooBroad from None


def evaluate_statement(
    conditions: list[Condition], reader: ConditionReader, ticket: str, register: Register
) -> tuple[str, list[object]]:
    """Return the statement that tells of each condition whether one ticket meets it, and its values.

    `ticket` is an SQL condition on `tickets t` with its value at $1, which is for the caller to put first.
    """
    parameters = Parameters()
    parameters.add(None)
    held = [f"({compile_condition(one, register, reader, parameters.add)}) is true" for one in conditions]
    return f"select array[{', '.join(held)}] as held from tickets t where {ticket}", parameters.values


async def evaluate(
    transaction: ReadTransaction, number: int, conditions: list[Condition], reader: ConditionReader, register: Register
) -> list[bool]:
    """Return of each condition whether the ticket of a number meets it, in one statement however many they are.

    Raises TicketNotFound.
    """
    statement, values = evaluate_statement(conditions, reader, OF_NUMBER, register)
    held = await transaction.fetchval(statement, number, *values[1:])
    if held is None:
        raise TicketNotFound
    return list(held)
