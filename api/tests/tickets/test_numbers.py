"""Ticket numbers: nobody waits for another's commit to get one, and none is given twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from atum_desk.kernel.database.migrate import migrate
from atum_desk.kernel.database.units_of_work import Database
from factories import Given
from scratch_databases import SECRET, with_database
from waiting import until

# What the function was in the release before: some still run it while the schema is expanded.
COUNTED = """update ticket_counters set last_number = last_number + 1
              where workspace_id = 1 returning last_number"""
NEXT = "select next_ticket_number()"


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url, server_settings={"search_path": "atum"})
    yield connection
    await connection.close()


async def test_whoever_opens_does_not_wait_for_who_has_not_committed(database: Database, given: Given) -> None:
    async with database.writing(given.system, "ticket.open") as first:
        taken = await first.fetchval(NEXT)
        async with database.writing(given.system, "ticket.open") as second:
            await second.execute("set local lock_timeout = '20s'")
            assert await second.fetchval(NEXT) == taken + 1
            second.unchanged = True
        first.unchanged = True


async def test_a_number_that_was_not_kept_is_not_given_again(database: Database, given: Given) -> None:
    async with database.writing(given.system, "ticket.open") as work:
        lost = await work.fetchval(NEXT)
        work.unchanged = True
    assert (await given.ticket()).number == lost + 1


async def test_the_release_before_takes_numbers_of_the_same_sequence(
    owner: asyncpg.Connection, database: Database, given: Given
) -> None:
    numbers = []
    for _ in range(5):
        numbers.append(await owner.fetchval(COUNTED))
        numbers.append((await given.ticket()).number)
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("restored", [700, 3])
async def test_a_counter_that_is_set_raises_the_sequence_and_never_lowers_it(
    owner: asyncpg.Connection, given: Given, restored: int
) -> None:
    for _ in range(9):
        last = (await given.ticket()).number
    await owner.execute("update ticket_counters set last_number = $1", restored)
    assert (await given.ticket()).number == max(last, restored) + 1


async def test_another_workspace_counts_for_itself(owner: asyncpg.Connection, database: Database, given: Given) -> None:
    await given.ticket()
    await owner.execute(
        "set session_replication_role = replica; insert into workspaces (id, name) values (7, 'other');"
        "reset session_replication_role; insert into ticket_counters (workspace_id) values (7)"
    )
    await owner.execute("begin; select enter_system(7)")
    assert [await owner.fetchval(NEXT) for _ in range(3)] == [1, 2, 3]
    await owner.execute("rollback; begin")
    assert await owner.fetchval(NEXT) is None
    await owner.execute("rollback")


async def test_a_schema_that_is_expanded_goes_on_where_its_tickets_end(cluster: str) -> None:
    """Also when somebody is about to open a ticket as the release before does, and waits for the migration."""
    administrator = await asyncpg.connect(with_database(cluster, "postgres"))
    await administrator.execute("create database atum_test_numbers")
    url = with_database(cluster, "atum_test_numbers")
    try:
        await migrate(url, SECRET, "0020")
        before, late = [await asyncpg.connect(url, server_settings={"search_path": "atum"}) for _ in "ab"]
        await before.execute(
            "set session_replication_role = replica; insert into workspaces (id, name) values (1, 'main');"
            "insert into ticket_counters (workspace_id, last_number) values (1, 41)"
        )
        await before.execute("begin")
        assert await before.fetchval(COUNTED) == 42
        expanding = asyncio.create_task(migrate(url, SECRET))
        await _until_waiting(late, 1)
        opening = asyncio.create_task(late.fetchval(COUNTED))
        await _until_waiting(administrator, 2, "atum_test_numbers")
        await before.execute("commit")
        await expanding
        assert await opening == 43
        await before.execute("begin; select enter_system(1)")
        assert await before.fetchval(NEXT) == 44
        await before.close()
        await late.close()
    finally:
        await administrator.execute("drop database atum_test_numbers with (force)")
        await administrator.close()


async def _until_waiting(connection: asyncpg.Connection, backends: int, database: str | None = None) -> None:
    async def waiting() -> bool:
        return backends == await connection.fetchval(
            """select count(*) from pg_stat_activity
                where datname = coalesce($1, current_database()) and wait_event_type = 'Lock'""",
            database,
        )

    await until(waiting)
