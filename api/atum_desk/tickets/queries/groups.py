"""A list in groups by a field: which values its tickets have, and how many have each.

One walk of the list groups its first tickets. Where the list is longer than the walk, the groups that did
not reach the cap are counted by themselves, and so are values that the walk did not meet.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from atum_desk.conditions.public import Condition, ConditionReader, Field, Kind, Register, group
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.group_schemas import TicketGroup, TicketGroups
from atum_desk.tickets.list_groups import condition_of_group, group_key
from atum_desk.tickets.narrowed_list import narrowed
from atum_desk.tickets.queries.condition_counts import COUNT_CAP, WALKED, Counted, count_lists
from atum_desk.tickets.queries.lists import Parameters, page_statement
from atum_desk.tickets.schemas import TicketFilter

MOST_GROUPS = 100
# Values that are counted by themselves in one statement, and how long such statements may begin.
BATCH = 20
ALONE_SECONDS = 1.0

# $1 the stored values, $2 whether all that may be a value are told; in the order of groups.
NAMED: dict[Kind, str] = {
    "status": """select s.id, s.key, s.name, s.color, s.category from statuses s
                  where s.id = any($1::bigint[]) or $2::boolean order by s.position, s.id""",
    "resolution": """select z.id, z.key, z.name, null as color, null as category from resolutions z
                      where z.id = any($1::bigint[]) or $2::boolean order by z.position, z.id""",
    "team": """select g.id, g.id::text as key, g.name, g.color, null as category from teams g
                where g.id = any($1::bigint[]) or $2::boolean and g.id = any((select ctx_teams())::bigint[])
                order by lower(g.name), g.id""",
    "person": """select p.id, p.id::text as key, p.name, null as color, null as category from people p
                  where p.id = any($1::bigint[]) or $2::boolean and p.kind = 'staff' and p.active
                  order by lower(p.name), p.id""",
    "contact": """select p.id, p.id::text as key, p.name, null as color, null as category from people p
                   where p.id = any($1::bigint[]) and $2::boolean is not null order by lower(p.name), p.id""",
    "organization": """select o.id, o.id::text as key, o.name, null as color, null as category from organizations o
                        where o.id = any($1::bigint[]) and $2::boolean is not null order by lower(o.name), o.id""",
    "mailbox": """select b.id, b.id::text as key, b.name, null as color, null as category from mailboxes b
                   where b.id = any($1::bigint[]) or $2::boolean order by lower(b.name), b.id""",
}
# Of these a walk alone tells which values there are: there may be many more than groups.
FROM_WALK_ONLY: tuple[Kind, ...] = ("contact", "organization")


class GroupValue(msgspec.Struct, frozen=True):
    """A value by which a list may have a group: as its column holds it, and as addresses and people name it."""

    stored: Any
    key: str | None
    name: str | None = None
    color: str | None = None
    category: Any = None


class Walk(msgspec.Struct, frozen=True):
    """How many of the tickets that were walked have each stored value; `whole` when the list has no others."""

    counts: dict[Any, int]
    whole: bool
    # Whether the values of all walked tickets are among the counts.
    complete: bool


async def read_groups(
    transaction: ReadTransaction,
    wanted: TicketFilter,
    condition: Condition | None,
    field: Field,
    reader: ConditionReader,
    register: Register,
) -> TicketGroups:
    """Return the groups of a list, at most MOST_GROUPS, each counted exactly up to COUNT_CAP where the time allows.

    `wanted` is the list as its parameters name it, `condition` what its view and text say beside them.
    """

    def narrowed_to(leaf: Condition | None) -> TicketFilter:
        parts = [one for one in (condition, leaf) if one is not None]
        return narrowed(wanted, group("all", parts), reader, register, searches=False) if parts else wanted

    walk = await _walk(transaction, narrowed_to(None), field)
    values = await _values_of(transaction, field, walk)
    counted = {one: _counted(walk, one) for one in values}
    if not walk.whole:
        open_values = [one for one in values if counted[one].count < COUNT_CAP]
        lists = {one: narrowed_to(condition_of_group(group_key(field, one.key), register)) for one in open_values}
        counted |= await _count_alone(transaction, lists, counted, register)
    items = [_present(field, one, counted[one]) for one in values if counted[one].count]
    # Of a value that nobody could count there may be tickets.
    all_counted = all(one.exact or one.count for one in counted.values())
    from_all = walk.whole or field.kind not in FROM_WALK_ONLY
    return TicketGroups(field.key, items[:MOST_GROUPS], walk.complete and from_all and all_counted)


def walk_statement(wanted: TicketFilter, field: Field) -> tuple[str, list[Any]]:
    """Return the statement that counts the first WALKED tickets of a list by value, and its values."""
    parameters = Parameters()
    rows = page_statement(wanted, None, WALKED, parameters)
    statement = f"""select {field.value_sql} as value, count(*)::int as tickets, (sum(count(*)) over ())::int as walked
                      from ({rows}) t group by 1 order by 2 desc limit {MOST_GROUPS + 1}"""
    return statement, parameters.values


async def _walk(transaction: ReadTransaction, wanted: TicketFilter, field: Field) -> Walk:
    statement, values = walk_statement(wanted, field)
    rows = await transaction.fetch(statement, *values)
    counts = {row["value"]: row["tickets"] for row in rows[:MOST_GROUPS]}
    return Walk(counts, whole=not rows or rows[0]["walked"] < WALKED, complete=len(rows) <= MOST_GROUPS)


async def _values_of(transaction: ReadTransaction, field: Field, walk: Walk) -> list[GroupValue]:
    """Return the values in the order of groups, those without tickets among them where the walk was not whole."""
    found = [one for one in walk.counts if one is not None]
    if statement := NAMED.get(field.kind):
        rows = await transaction.fetch(f"{statement} limit {2 * MOST_GROUPS}", found, not walk.whole)
        known = [GroupValue(row["id"], row["key"], row["name"], row["color"], row["category"]) for row in rows]
    elif field.kind == "boolean":
        known = [GroupValue(True, "true"), GroupValue(False, "false")]
    else:
        known = [
            GroupValue(place if field.kind == "ranked_choice" else choice, choice)
            for place, choice in enumerate(field.choices, start=1)
        ]
        # What is most urgent is the highest of its ranks.
        known = known[::-1] if field.kind == "ranked_choice" else known
    named = {one.stored for one in known}
    # A choice that is not offered any more, or somebody whom the reader does not see.
    unnamed = [GroupValue(one, str(one)) for one in found if one not in named and field.kind not in ("status",)]
    return [*known, *unnamed, GroupValue(None, None)]


def _counted(walk: Walk, value: GroupValue) -> Counted:
    seen = walk.counts.get(value.stored, 0)
    return Counted(min(seen, COUNT_CAP), exact=walk.whole and seen <= COUNT_CAP)


async def _count_alone(
    transaction: ReadTransaction,
    lists: dict[GroupValue, TicketFilter],
    seen: dict[GroupValue, Counted],
    register: Register,
) -> dict[GroupValue, Counted]:
    """Count groups by themselves as long as the time lasts; of the others what the walk saw is the least."""
    until = time.monotonic() + ALONE_SECONDS
    found: dict[GroupValue, Counted] = {}
    for batch in _batches(lists, key=lambda one: -seen[one].count):
        if time.monotonic() > until:
            break
        counted = await count_lists(transaction, {place: lists[one] for place, one in enumerate(batch)}, register)
        for place, one in enumerate(batch):
            # A count that was given up may have seen less than the walk.
            found[one] = max(counted[place], seen[one], key=lambda each: (each.exact, each.count))
    return found


def _batches(lists: Iterable[GroupValue], key: Callable[[GroupValue], int]) -> list[list[GroupValue]]:
    ordered = sorted(lists, key=key)
    return [ordered[place : place + BATCH] for place in range(0, len(ordered), BATCH)]


def _present(field: Field, value: GroupValue, counted: Counted) -> TicketGroup:
    return TicketGroup(
        group=group_key(field, value.key),
        value=value.key,
        name=value.name,
        color=value.color,
        category=value.category,
        count=counted.count,
        exact=counted.exact,
    )
