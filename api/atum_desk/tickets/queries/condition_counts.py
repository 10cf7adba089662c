"""How many tickets meet each of many conditions: one statement for all, and each of the slow ones by itself.

Conditions of open tickets are asked in one walk of these; others that are led by the same filter in one walk
of that filter's index. A walk looks at so many tickets and no more, so that no condition makes the others
wait; what it did not come to the end of, and did not find a thousand of either, is counted by its own filter,
and else alone within a bounded time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import asyncpg
import msgspec

from atum_desk.conditions.public import (
    Condition,
    ConditionReader,
    Group,
    Leaf,
    Register,
    compile_condition,
    group,
    leaves_of,
)
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.lifecycle.public import OPEN_CATEGORIES
from atum_desk.tickets.narrowed_list import narrowed
from atum_desk.tickets.queries.lists import Parameters, conditions_of_one, page_statement
from atum_desk.tickets.queries.stored_views import Known
from atum_desk.tickets.queries.walks import RECENT_DAYS
from atum_desk.tickets.schemas import TicketFilter
from atum_desk.tickets.snoozed import AWAKE

COUNT_CAP = 1_000
# Tickets that one walk looks at: less where each takes a look at other tables.
WALKED = 10_000
# The walk that all conditions of open tickets share ends with a desk's open tickets where they are not more.
WALKED_TOGETHER = 12_000
WALKED_WITH_LOOKUPS = 1_000
# What is slow is counted one by one: each so long, and all of them together.
SLOW_SECONDS = 0.25
ALL_SLOW_SECONDS = 0.75
EXACT_SECONDS = 5.0
_RECENTLY_RESOLVED = (Leaf("open", "is", (False,)), Leaf("resolved_at", "above", (f"now-{RECENT_DAYS}d",)))
# Larger than any desk.
ALL_ROWS = 100_000_000


class Counted(msgspec.Struct, frozen=True):
    """How many tickets meet a condition: so many, or at least so many where it is not `exact`.

    `slow` says that counting took too long; `broken` that the condition names what is gone and matches nothing.
    """

    count: int
    exact: bool
    slow: bool = False
    broken: bool = False


class Walked(msgspec.Struct):
    """The walk of one filter, and the conditions that are asked of each of its tickets, by their places.

    One that is `together` is of all open tickets, in no order, and asks the whole filter of each.
    """

    base: TicketFilter
    asked: dict[int, TicketFilter]
    rows: int = WALKED
    together: bool = False


async def count_conditions(
    transaction: ReadTransaction, known: Known, conditions: Sequence[Condition], reader: ConditionReader
) -> list[Counted]:
    """Return the count of each condition, exact up to COUNT_CAP where the time allows."""
    found = [Counted(0, exact=True, broken=bool(known.broken(one))) for one in conditions]
    # Teams like to have the same view as others; it is counted once.
    places: dict[bytes, list[int]] = {}
    for place, one in enumerate(conditions):
        if not found[place].broken:
            places.setdefault(msgspec.json.encode(one), []).append(place)
    wanted = {
        alike[0]: _filter_of(known.living(conditions[alike[0]]), reader, known.register) for alike in places.values()
    }
    counted = await _count_together(transaction, wanted, known.register)
    for alike in places.values():
        for place in alike:
            found[place] = counted[alike[0]]
    return found


async def count_lists(
    transaction: ReadTransaction, wanted: dict[int, TicketFilter], register: Register
) -> dict[int, Counted]:
    """Return the count of each list, exact up to COUNT_CAP where the time allows."""
    found = await _count_walks(transaction, _walks_of(wanted, register), register)
    await _count_slow(transaction, found, wanted)
    return found


async def _count_together(
    transaction: ReadTransaction, wanted: dict[int, TicketFilter], register: Register
) -> dict[int, Counted]:
    """Count lists as count_lists does; those of open tickets share a walk, and are led one by one only after it."""
    walks = walks_of(wanted, register)
    found = await _count_walks(transaction, walks, register)
    together = {place: one for walk in walks if walk.together for place, one in walk.asked.items()}
    again = {place: one for place, one in together.items() if _is_open(found[place]) and _is_led(one)}
    found |= await _count_walks(transaction, _walks_of(again, register), register)
    await _count_slow(transaction, found, wanted)
    return found


async def _count_walks(transaction: ReadTransaction, walks: list[Walked], register: Register) -> dict[int, Counted]:
    """Return what the walks tell of the lists that are asked in them, in one statement."""
    found: dict[int, Counted] = {}
    if not walks:
        return found
    statement, values = counts_statement(walks, register)
    for walk, counts in zip(walks, await transaction.fetchrow(statement, *values) or (), strict=True):
        whole = counts[0] < walk.rows
        for place, count in zip(walk.asked, counts[1:], strict=True):
            found[place] = Counted(min(count, COUNT_CAP), exact=whole and count <= COUNT_CAP)
    return found


def _is_open(counted: Counted) -> bool:
    """Tell whether a walk left open how many there are."""
    return not counted.exact and counted.count < COUNT_CAP


async def count_exactly(
    transaction: ReadTransaction, known: Known, condition: Condition, reader: ConditionReader
) -> Counted:
    """Return how many tickets meet a condition, however many; after EXACT_SECONDS only that it is slow."""
    if known.broken(condition):
        return Counted(0, exact=True, broken=True)
    wanted = _filter_of(known.living(condition), reader, known.register)
    counted = await _count_alone(transaction, wanted, ALL_ROWS, EXACT_SECONDS)
    return Counted(0, exact=False, slow=True) if counted is None else Counted(counted, exact=True)


def counts_statement(walks: list[Walked], register: Register) -> tuple[str, list[object]]:
    """Return the statement that has a column for each walk: how many it saw, and how many met each condition."""
    parameters = Parameters()
    columns = []
    for walk in walks:
        if walk.together:
            # In no order: the open tickets lie close together, their index's order is another.
            rows = f"""select t.*, {AWAKE} as awake from tickets t
                        where t.workspace_id = (select ctx_workspace()) and t.is_open limit {walk.rows:d}"""
            tests = [_whole_test_of(one, register, parameters) for one in walk.asked.values()]
        else:
            rows = page_statement(walk.base, None, walk.rows, parameters, is_sorted=False)
            tests = [_test_of(one, register, parameters) for one in walk.asked.values()]
        columns.append(_counts_of_one(rows, tests[0], walk.rows) if len(tests) == 1 else _counts_of_many(rows, tests))
    return f"select {', '.join(columns)}", parameters.values


def _counts_of_many(rows: str, tests: list[str]) -> str:
    counts = ", ".join(["count(*)", *(f"count(*) filter (where {test})" for test in tests)])
    return f"(select array[{counts}] from ({rows}) t)"


def _counts_of_one(rows: str, test: str, most: int) -> str:
    """A walk of one condition ends with the ticket that is one too many."""
    numbered = f"select r.*, row_number() over () as place from ({rows}) r"
    met = f"""select t.place, ({test}) is true as held from ({numbered}) t
               where ({test}) is true or t.place = {most:d} limit {COUNT_CAP + 2}"""
    return f"(select array[coalesce(max(m.place), 0), count(*) filter (where m.held)] from ({met}) m)"


def _filter_of(condition: Condition, reader: ConditionReader, register: Register) -> TicketFilter:
    base, rest = _scope_of(condition)
    return narrowed(base, rest, reader, register, searches=False) if rest else base


def _scope_of(condition: Condition) -> tuple[TicketFilter, Condition | None]:
    """Return the list that a condition is walked in, and what it asks beside that.

    What is lately resolved is walked by when it was: among all tickets by their updates it would be asked of
    each. Only a count may do so, as it asks for no order.
    """
    members = condition.members if isinstance(condition, Group) and condition.match == "all" else ()
    if not set(_RECENTLY_RESOLVED) <= set(members):
        return TicketFilter(view="all"), condition
    rest = [one for one in members if one not in _RECENTLY_RESOLVED]
    return TicketFilter(view="recently_resolved"), group("all", rest) if rest else None


def walks_of(wanted: dict[int, TicketFilter], register: Register) -> list[Walked]:
    """Return the walks of one statement that tells of all lists: one of open tickets first, where they share it."""
    shared = _shared_walks(wanted, register)
    together = {place for walk in shared for place in walk.asked}
    others = {place: one for place, one in wanted.items() if place not in together}
    return [*shared, *_walks_of(others, register)]


def _shared_walks(wanted: dict[int, TicketFilter], register: Register) -> list[Walked]:
    """Return the walk of all open tickets with the conditions that ask for such, where it is worth its while.

    What an index tells alone, and what looks into other tables, stays with that index.
    """
    base = TicketFilter(view="all_open")
    of_open = {place: one for place, one in wanted.items() if _is_of_open(one)}
    plain = {place: one for place, one in of_open.items() if not _looks_up(one, register)}
    looks_up = {place: one for place, one in of_open.items() if place not in plain and not _is_led(one)}
    walks = []
    if any(one.where for one in plain.values()):
        walks.append(Walked(base, plain, WALKED_TOGETHER, together=True))
    if looks_up:
        walks.append(Walked(base, looks_up, WALKED_WITH_LOOKUPS, together=True))
    return walks


def _is_of_open(one: TicketFilter) -> bool:
    """Tell whether a list holds open tickets alone, found by nothing that is dear to ask of each."""
    if one.field_key or one.starred:
        return False
    return one.view == "all_open" or (
        one.view == "all" and bool(one.categories) and set(one.categories) <= set(OPEN_CATEGORIES)
    )


def _is_led(one: TicketFilter) -> bool:
    return msgspec.structs.replace(one, where=None) != TicketFilter(view=one.view)


def _walks_of(wanted: dict[int, TicketFilter], register: Register) -> list[Walked]:
    """Put conditions of one filter together, those that look into other tables apart: their walk is shorter."""
    walks: dict[tuple[bytes, bool], Walked] = {}
    for place, one in wanted.items():
        base = msgspec.structs.replace(one, where=None)
        looks_up = bool(one.where) and _looks_up(one, register)
        key = (msgspec.json.encode(base), looks_up)
        walk = walks.setdefault(key, Walked(base, {}, WALKED_WITH_LOOKUPS if looks_up else WALKED))
        walk.asked[place] = one
    for walk in walks.values():
        if not any(one.where for one in walk.asked.values()):
            walk.rows = COUNT_CAP + 1
    return list(walks.values())


def _looks_up(wanted: TicketFilter, register: Register) -> bool:
    """Tell whether a condition reads other tables for each ticket."""
    leaves = leaves_of(wanted.where.condition) if wanted.where else ()
    fields = [register.by_key[leaf.field] for leaf in leaves]
    return any(field.within != "{test}" or "select true" in field.sql or "from " in field.sql for field in fields)


def _test_of(wanted: TicketFilter, register: Register, parameters: Parameters) -> str:
    if wanted.where is None:
        return "true"
    return compile_condition(wanted.where.condition, register, wanted.where.reader, parameters.add)


def _whole_test_of(wanted: TicketFilter, register: Register, parameters: Parameters) -> str:
    """Return the test of a list's filter and condition, where the ticket is known to be open."""
    bare = msgspec.structs.replace(wanted, view="all", where=None)
    tests = ["t.awake"] if wanted.view == "all_open" else []
    tests += conditions_of_one(bare, parameters)
    if wanted.where:
        tests.append(f"({_test_of(wanted, register, parameters)})")
    return " and ".join(tests) or "true"


async def _count_slow(transaction: ReadTransaction, found: dict[int, Counted], wanted: dict[int, TicketFilter]) -> None:
    """Count alone what the walks did not come to the end of, as long as the time for all of them lasts."""
    until = time.monotonic() + ALL_SLOW_SECONDS
    for place, counted in found.items():
        if not _is_open(counted):
            continue
        left = min(SLOW_SECONDS, until - time.monotonic())
        alone = await _count_alone(transaction, wanted[place], COUNT_CAP + 1, left) if left > 0 else None
        if alone is None:
            found[place] = msgspec.structs.replace(counted, slow=True)
        else:
            found[place] = Counted(min(alone, COUNT_CAP), exact=alone <= COUNT_CAP)


async def _count_alone(transaction: ReadTransaction, wanted: TicketFilter, most: int, seconds: float) -> int | None:
    """Return how many tickets a list has, at most so many; None when it took too long, which harms nothing else."""
    parameters = Parameters()
    rows = page_statement(wanted, None, most, parameters, is_sorted=False)
    await transaction.execute(f"savepoint counting; set local statement_timeout = {max(1, int(seconds * 1000))}")
    try:
        count: int = await transaction.fetchval(f"select count(*) from ({rows}) t", *parameters.values)
    except (TimeoutError, asyncpg.QueryCanceledError):
        await transaction.execute("rollback to savepoint counting")
        return None
    await transaction.execute("rollback to savepoint counting")
    return count
