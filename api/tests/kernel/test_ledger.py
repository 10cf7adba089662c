"""Following the ledger: nothing skipped under slow writers, nothing done twice through a kill."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import asyncpg
import pytest

from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.ledger import tail
from atum_desk.kernel.ledger.tail import BEGINNING, LedgerChange, PollDelay, Position, Tail, find_end, read_changes
from factories import Given
from scratch_databases import SECRET
from suite.machine_speed import scaled
from waiting import in_time, until

WRITERS = 8
CHANGES_PER_WRITER = 25


async def write_change(database: Database, given: Given, seconds: float = 0.0) -> int:
    """Commit a change that takes its id at once and dawdles before it commits."""
    async with database.writing(given.system, "test.write") as work:
        await work.execute(
            "insert into settings (workspace_id, name, value) values ($1, $2, '1')",
            given.workspace_id,
            "test.a" + "".join(random.choices("abcdefghij", k=12)),
        )
        await asyncio.sleep(seconds)
    assert work.change_id
    return work.change_id


async def write_slowly(database: Database, given: Given) -> list[int]:
    """Commit changes from several connections at once, each open for a while."""

    async def one() -> list[int]:
        return [
            await write_change(database, given, random.choice([0.0, 0.002, 0.03])) for _ in range(CHANGES_PER_WRITER)
        ]

    return [number for numbers in await asyncio.gather(*(one() for _ in range(WRITERS))) for number in numbers]


async def follow_naively(connection: asyncpg.Connection, seen: set[int]) -> None:
    """What a cursor on the id alone would see."""
    last = 0
    while True:
        rows = await connection.fetch("select id from changes where id > $1 order by id", last)
        seen.update(row["id"] for row in rows)
        last = max([last, *(row["id"] for row in rows)])
        await asyncio.sleep(0.001)


async def follow_tail(tail: Tail, seen: list[LedgerChange]) -> None:
    async for changes in tail.batches():
        seen.extend(changes)


async def test_the_tail_skips_nothing_where_a_cursor_on_the_id_does(given: Given, database_url: str) -> None:
    database = given.database
    writers = Database(database._settings, database_url, SECRET)
    await writers.open("atum_desk_worker", size=WRITERS)
    superuser = await asyncpg.connect(database_url, server_settings={"search_path": "atum"})
    naive: set[int] = set()
    told: list[LedgerChange] = []
    tail = Tail(database, BEGINNING)
    tasks = [asyncio.create_task(follow_naively(superuser, naive)), asyncio.create_task(follow_tail(tail, told))]
    try:
        written = await write_slowly(writers, given)
        await until(lambda: {change.id for change in told} >= set(written))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await superuser.close()
        await writers.close()
    ids = [change.id for change in told if change.command == "test.write"]
    assert sorted(ids) == sorted(written)
    assert len(ids) == len(set(ids))
    positions = [change.position for change in told]
    assert positions == sorted(positions)
    skipped = len(set(written) - naive)
    print(f"a cursor on the id skipped {skipped} of {len(written)} changes")
    assert skipped > 0


async def test_the_tail_waits_for_an_older_transaction_and_then_hands_out_both(given: Given, database_url: str) -> None:
    database = given.database
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def write_slowly_enough() -> int:
        async with database.writing(given.system, "test.write") as work:
            await work.execute(
                "insert into settings (workspace_id, name, value) values ($1, 'test.slow', '1')", given.workspace_id
            )
            written.set()
            await may_commit.wait()
        assert work.change_id
        return work.change_id

    slow = asyncio.create_task(write_slowly_enough())
    await in_time(written.wait(), 10)
    fast = await write_change(database, given)
    async with database.connection("atum_desk_worker") as connection:

        async def handed_out() -> set[int]:
            return {change.id for change in await read_changes(connection, BEGINNING)}

        async def both_are() -> bool:
            return {slow_id, fast} <= await handed_out()

        before = await handed_out()
        may_commit.set()
        slow_id = await slow
        await until(both_are)
    assert not before & {slow_id, fast}


async def test_a_transaction_of_another_database_holds_nothing_back(given: Given, bare_database_url: str) -> None:
    elsewhere = await asyncpg.connect(bare_database_url)
    try:
        async with elsewhere.transaction():
            await elsewhere.execute("create table slow_import (id int)")
            change_id = await write_change(given.database, given)
            async with given.database.connection("atum_desk_worker") as connection:

                async def is_told() -> bool:
                    # Not at once: the server's own housekeeping works in this database, too.
                    told = await read_changes(connection, BEGINNING)
                    end = await find_end(connection)
                    return told[-1].id == change_id and end == told[-1].position

                await until(is_told)
    finally:
        await elsewhere.close()


async def test_the_tail_comes_back_after_its_connection_is_lost(given: Given) -> None:
    told: list[LedgerChange] = []
    tail = Tail(given.database, BEGINNING)
    task = asyncio.create_task(follow_tail(tail, told))
    try:
        first = await write_change(given.database, given)
        await until(lambda: first in {change.id for change in told})
        async with given.database.connection("atum_desk_worker") as connection:
            ended = await connection.fetchval(
                """select count(pg_terminate_backend(pid)) from pg_stat_activity
                    where datname = current_database() and query ~ 'changes_after|settled_before' and pid <> pg_backend_pid()"""
            )
        assert ended == 1
        second = await write_change(given.database, given)
        await until(lambda: second in {change.id for change in told})
    finally:
        task.cancel()
    ids = [change.id for change in told]
    assert len(ids) == len(set(ids))


async def test_a_bell_that_brought_nothing_costs_one_look(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    """The looks that follow closely are for what an older transaction holds back, and nothing does."""
    looks = 0

    async def look(*given_: Any) -> list[LedgerChange]:
        nonlocal looks
        looks += 1
        return await read_changes(*given_)

    monkeypatch.setattr(tail, "read_changes", look)
    followed = Tail(given.database)
    task = asyncio.create_task(follow_tail(followed, []))
    try:
        await until(lambda: looks > 0)
        before = looks
        followed._patience.ring()
        await until(lambda: looks > before)
        await asyncio.sleep(0.7)
        # Within so long there would be six that follow closely; one more comes each second.
        assert looks - before <= 3
    finally:
        task.cancel()


@pytest.mark.parametrize("turns", range(6))
async def test_a_cancellation_that_meets_the_bell_ends_the_wait_all_the_same(turns: int) -> None:
    patience = PollDelay()

    async def wait_for_ever() -> None:
        while True:
            await patience.wait()

    task = asyncio.create_task(wait_for_ever())
    await asyncio.sleep(0.01)
    patience.ring()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=scaled(2))
    task.cancel()
    assert done == {task}


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "a.b", "1.2.3", "-1.2", "1." + "9" * 30])
def test_what_is_no_position_is_not_taken_for_one(text: str) -> None:
    assert Position.parse(text) is None


def test_a_position_survives_its_text() -> None:
    assert Position.parse(str(Position(74_321, 12))) == Position(74_321, 12)


async def test_history_holds_every_column_that_is_not_left_out_on_purpose(given: Given) -> None:
    async with given.database.connection("atum_desk_worker") as connection:
        tables = await connection.fetch(
            """select c.relname::text as name, p.prosrc,
                  coalesce(string_to_array(rtrim(encode(t.tgargs, 'escape'), '\\000'), '\\000'), '{}') as hidden,
                  array(select a.attname::text from pg_attribute a
                         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
             from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
            where t.tgname = 'ledger'"""
        )
    assert len(tables) > 10
    for table in tables:
        for column in table["columns"]:
            written = f"'{column}', new.{column}" in table["prosrc"].replace('"', "")
            assert written != (column in table["hidden"]), f"{table['name']}.{column}"
