"""What following the ledger reads does not grow with the desk: the same rows at two sizes, and no table whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import msgspec
import pytest

from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.ledger.lanes import HEADS
from atum_desk.kernel.ledger.tail import LedgerChange, Position, find_end, read_changes
from atum_desk.live.audience import commands_that_leave_powers, tables_of_powers
from atum_desk.live.queries import find_ticket_place, list_powers, list_touched_rows, powers_moved
from atum_desk.tickets.list_row import list_facts
from factories import Given
from loaded_databases import loaded_database
from rows_read import PLANS, count_rows_read, rows_read, total
from scratch_databases import SECRET, make_settings

SIZES = (1_000, 4_000)
# Of the ledger, the part that has the rows.
GROWING = {"tickets", "messages", "changes", "row_changes_0", "people", "participants"}
CHANGES = 5
# What a read may touch for each of so few changes: its rows, their ticket and the names in it.
MOST_ROWS = 30 * CHANGES


class SizedDesk(msgspec.Struct):
    """A desk of one size, and its newest changes."""

    database: Database
    system: SystemActor
    agent: Actor
    changes: list[LedgerChange]
    before: Position


Read = Callable[[SizedDesk, ReadTransaction], Awaitable[object]]
READS: dict[str, Read] = {
    "what changes wrote": lambda desk, view: list_touched_rows(view, desk.changes),
    "rows of tickets": lambda desk, view: list_facts(
        view, [one.ticket_id for one in desk.changes if one.ticket_id], list(range(1, 13))
    ),
    "powers of sessions": lambda desk, view: list_powers(view, [desk.agent.session_id]),
    "whether powers moved": lambda desk, view: powers_moved(
        view, desk.before, commands_that_leave_powers(), tables_of_powers()
    ),
    "where a ticket is": lambda _desk, view: find_ticket_place(view, 77),
    "the tail": lambda desk, view: read_changes(view.connection, desk.before),
    "the tail's beginning": lambda _desk, view: find_end(view.connection),
    "which lanes are due": lambda _desk, view: view.fetch(HEADS, "", ""),
}


@pytest.fixture(scope="module")
async def desks(
    cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[SizedDesk]]:
    settings = make_settings(tmp_path_factory.mktemp("reads") / "data")
    async with (
        loaded_database(cluster, template, SIZES[0]) as small,
        loaded_database(cluster, template, SIZES[1]) as large,
    ):
        desks = []
        for url in (small, large):
            database = Database(settings, url, SECRET)
            await database.open("atum_desk_staff", "atum_desk_worker", size=2)
            desks.append(await describe(database))
        yield desks
        for desk in desks:
            await desk.database.close()


async def describe(database: Database) -> SizedDesk:
    given = await Given.of_first_workspace(database)
    agent = await given.staff()
    async with database.connection("atum_desk_worker") as connection:
        before = await find_end(connection)
    async with database.reading(given.system) as transaction:
        rows = await transaction.fetch("select id from tickets order by id desc limit $1", CHANGES)
    for row in rows:
        async with database.writing(given.system, "ticket.edit") as work:
            work.ticket_id = row["id"]
            await work.execute("update tickets set subject = 'Read me' where id = $1", row["id"])
    async with database.connection("atum_desk_worker") as connection:
        changes: list[LedgerChange] = []
        while len(changes) < CHANGES:
            # The end may lie before the session that was just begun, while others write.
            changes = [one for one in await read_changes(connection, before) if one.command == "ticket.edit"]
    return SizedDesk(database, given.system, agent.actor, changes, before)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("name", READS)
async def test_a_read_touches_as_many_rows_at_both_sizes(desks: list[SizedDesk], name: str, plan: str) -> None:
    counts = []
    for desk in desks:
        read = await rows_read(desk.database, desk.system, partial(READS[name], desk), plan)
        assert {table for table in GROWING if read.get(table, (0, 0))[0]} == set(), name
        assert total(read) <= MOST_ROWS, name
        counts.append(total(read))
    # Which names stand in the rows differs, and whether a table of a dozen rows is read whole; four times the desk are not.
    assert counts[1] <= 2 * counts[0] + 4 * CHANGES, name


async def test_a_lane_reads_what_it_takes_and_no_table_whole(desks: list[SizedDesk]) -> None:
    for desk in desks:
        async with desk.database.marking(desk.system) as transaction:
            await transaction.execute("set local enable_seqscan = off")
            await transaction.execute(
                """insert into waiting_changes (consumer, lane, workspace_id, change_id)
                   select 'reads', 'all', workspace_id, id from changes where id = any($1)""",
                [one.id for one in desk.changes],
            )
            before = await count_rows_read(transaction)
            taken = await transaction.fetch("select * from take_lane('reads', 'all', 50, true, true)")
            after = await count_rows_read(transaction)
        read = {name: (whole - before[name][0], some - before[name][1]) for name, (whole, some) in after.items()}
        assert len(taken) == CHANGES
        assert all(len(row["rows"]) == 1 for row in taken)
        assert {table for table in GROWING if read.get(table, (0, 0))[0]} == set()
        assert total(read) <= MOST_ROWS


async def test_a_join_on_a_ticket_of_either_column_would_be_noticed(desks: list[SizedDesk]) -> None:
    """The query that this test was written for."""

    desk = desks[1]

    async def join(transaction: ReadTransaction) -> object:
        return await transaction.fetch(
            """select t.number from unnest($1::bigint[], $2::bigint[]) as c(id, ticket_id)
                 left join row_changes r on r.change_id = c.id
                 left join tickets t on t.id = coalesce(r.ticket_id, c.ticket_id)""",
            [one.id for one in desk.changes],
            [one.ticket_id for one in desk.changes],
        )

    assert total(await rows_read(desk.database, desk.system, join, PLANS[0])) > SIZES[1]
