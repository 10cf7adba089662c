"""Following the ledger: nothing skipped under slow writers, nothing done twice through a kill."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from atum_desk.kernel.database.units_of_work import Database, Work
from atum_desk.kernel.ledger import tail
from atum_desk.kernel.ledger.consumers import Follower
from atum_desk.kernel.ledger.tail import (
    BEGINNING,
    Change,
    Patience,
    Position,
    Tail,
    find_end,
    read_changes,
)
from factories import Given
from scratch_databases import SECRET
from suite.machine_speed import scaled
from waiting import deadline, in_time, until

WRITERS = 8
CHANGES_PER_WRITER = 25


async def write_change(database: Database, given: Given, seconds: float = 0.0) -> int:
    """Commit a change that takes its id at once and dawdles before it commits."""
    async with database.writing(given.system, "test.write") as work:
        await work.execute(
            "insert into settings (workspace_id, name, value) values ($1, $2, '1')",
            given.workspace_id, "test.a" + "".join(random.choices("abcdefghij", k=12)),
        )  # fmt: skip
        await asyncio.sleep(seconds)
    assert work.change_id
    return work.change_id


async def write_slowly(database: Database, given: Given) -> list[int]:
    """Commit changes from several connections at once, each open for a while."""

    async def one() -> list[int]:
        return [
            await write_change(database, given, random.choice([0.0, 0.002, 0.03]))
            for _ in range(CHANGES_PER_WRITER)
        ]

    return [
        number
        for numbers in await asyncio.gather(*(one() for _ in range(WRITERS)))
        for number in numbers
    ]


async def follow_naively(connection: asyncpg.Connection, seen: set[int]) -> None:
    """What a cursor on the id alone would see."""
    last = 0
    while True:
        rows = await connection.fetch("select id from changes where id > $1 order by id", last)
        seen.update(row["id"] for row in rows)
        last = max([last, *(row["id"] for row in rows)])
        await asyncio.sleep(0.001)


async def follow_tail(tail: Tail, seen: list[Change]) -> None:
    async for changes in tail.batches():
        seen.extend(changes)


async def test_the_tail_skips_nothing_where_a_cursor_on_the_id_does(
    given: Given, database_url: str
) -> None:
    database = given.database
    writers = Database(database._settings, database_url, SECRET)
    await writers.open("atum_desk_worker", size=WRITERS)
    superuser = await asyncpg.connect(database_url, server_settings={"search_path": "atum"})
    naive: set[int] = set()
    told: list[Change] = []
    tail = Tail(database, BEGINNING)
    tasks = [
        asyncio.create_task(follow_naively(superuser, naive)),
        asyncio.create_task(follow_tail(tail, told)),
    ]
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


async def test_the_tail_waits_for_an_older_transaction_and_then_hands_out_both(
    given: Given, database_url: str
) -> None:
    database = given.database
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def write_slowly_enough() -> int:
        async with database.writing(given.system, "test.write") as work:
            await work.execute(
                "insert into settings (workspace_id, name, value) values ($1, 'test.slow', '1')",
                given.workspace_id,
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


async def test_a_transaction_of_another_database_holds_nothing_back(
    given: Given, bare_database_url: str
) -> None:
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
    told: list[Change] = []
    tail = Tail(given.database, BEGINNING)
    task = asyncio.create_task(follow_tail(tail, told))
    try:
        first = await write_change(given.database, given)
        await until(lambda: first in {change.id for change in told})
        async with given.database.connection("atum_desk_worker") as connection:
            ended = await connection.fetchval(
                """select count(pg_terminate_backend(pid)) from pg_stat_activity
                    where datname = current_database() and query ~ 'tail_changes|settled_before' and pid <> pg_backend_pid()"""
            )
        assert ended == 1
        second = await write_change(given.database, given)
        await until(lambda: second in {change.id for change in told})
    finally:
        task.cancel()
    ids = [change.id for change in told]
    assert len(ids) == len(set(ids))


async def test_a_bell_that_brought_nothing_costs_one_look(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The looks that follow closely are for what an older transaction holds back, and nothing does."""
    looks = 0

    async def look(*given_: Any) -> list[Change]:
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
    patience = Patience()

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


FOLLOWER_PROGRAM = """
import asyncio, sys
from pathlib import Path
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.feature import Command, Feature, declared
from atum_desk.kernel.ledger.consumers import Follower
from atum_desk.kernel.config.settings import Settings

declared.add(
    Feature(name="test", commands=(Command(name="test_counter.follow", permission=None, undo="inverse"),))
)

async def count(work, change):
    if change.command == "test.write":
        await work.execute("insert into settings (workspace_id, name, value) values ($1, $2, '1')",
                           change.workspace_id, "counted." + "".join(chr(97 + int(d)) for d in str(change.id)))
        await asyncio.sleep(0.004)

async def main():
    database = Database(Settings(data=Path(sys.argv[3])), sys.argv[1], sys.argv[2])
    await database.open("atum_desk_worker", size=2)
    await Follower(database, "test_counter", count, from_beginning=True).run()

asyncio.run(main())
"""


async def test_a_follower_handles_each_change_once_though_it_is_killed_again_and_again(
    given: Given, database_url: str, tmp_path: Path
) -> None:
    program = tmp_path / "follower.py"
    program.write_text(FOLLOWER_PROGRAM)
    written: list[int] = []
    async with deadline(90):
        for last in (False, False, False, True):
            written += [await write_change(given.database, given) for _ in range(30)]
            process = await asyncio.create_subprocess_exec(
                sys.executable, str(program), database_url, SECRET, str(tmp_path),
                cwd=Path(__file__).parents[2],
                env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]},
            )  # fmt: skip
            goal = len(written) if last else len(written) - random.randint(1, 25)
            await until(lambda goal=goal: _has_counted(given, goal), 30)
            process.send_signal(signal.SIGKILL)
            await process.wait()
    # One row and one change for each, for the row and the cursor commit together.
    async with given.database.reading(given.system) as view:
        made = await view.fetch(
            "select summary, count(*) over () as n from changes where command = 'test_counter.follow'"
        )
    assert len(made) == len(written)
    assert all(row["summary"]["consumer"] == "test_counter" for row in made)


async def _has_counted(given: Given, goal: int) -> bool:
    async with given.database.reading(given.system) as view:
        counted = "select count(*) from settings where name like 'counted.%'"
        return await view.fetchval(counted) >= goal


async def test_a_poison_change_is_retried_and_reported_and_nothing_passes_it(given: Given) -> None:
    handled: list[int] = []
    healed = False

    async def handler(work: Work, change: Change) -> None:
        if change.command != "test.write":
            return
        if not healed and not handled:
            raise ValueError("poison")
        handled.append(change.id)

    follower = Follower(given.database, "test_poison", handler)
    task = asyncio.create_task(follower.run())
    try:
        await until(lambda: follower.position is not None)
        first, second = [await write_change(given.database, given) for _ in range(2)]
        await until(lambda: follower.trouble is not None and follower.trouble.attempts >= 2)
        assert follower.trouble
        assert f"at change {first}" in follower.trouble.what
        assert follower.trouble.error == "ValueError: poison"
        assert handled == []
        healed = True
        await until(lambda: handled == [first, second])
        assert follower.trouble is None
    finally:
        follower.stop()
        await in_time(task, 5)


async def test_only_one_of_two_followers_works_and_the_other_takes_over(given: Given) -> None:
    handled: list[tuple[str, int]] = []

    def make(label: str) -> Follower:
        async def handler(work: Work, change: Change) -> None:
            if change.command == "test.write":
                handled.append((label, change.id))

        return Follower(given.database, "test_twins", handler)

    twins = {label: make(label) for label in ("a", "b")}
    tasks = {label: asyncio.create_task(twin.run()) for label, twin in twins.items()}
    await until(lambda: any(twin.position is not None for twin in twins.values()))
    first = [await write_change(given.database, given) for _ in range(5)]
    await until(lambda: len(handled) == 5)
    (active,) = {label for label, _id in handled}
    twins[active].stop()
    await in_time(tasks[active], 5)
    second = [await write_change(given.database, given) for _ in range(5)]
    await until(lambda: len(handled) == 10)
    (other,) = {"a", "b"} - {active}
    twins[other].stop()
    await in_time(tasks[other], 5)
    assert handled == [(active, one) for one in first] + [(other, one) for one in second]


async def test_a_follower_does_not_answer_its_own_changes(given: Given) -> None:
    seen: list[str] = []

    async def handler(work: Work, change: Change) -> None:
        seen.append(change.command)
        if change.command == "test.write":
            await work.execute(
                "insert into settings (workspace_id, name, value) values ($1, 'answer.given', '1')",
                change.workspace_id,
            )
            work.command = "rule.answer"

    follower = Follower(given.database, "test_answer", handler)
    task = asyncio.create_task(follower.run())
    await until(lambda: follower.position is not None)
    await write_change(given.database, given)
    await given.team()
    await until(lambda: "team.create" in seen)
    follower.stop()
    await in_time(task, 5)
    assert seen == ["test.write", "team.create"]
    async with given.database.reading(given.system) as view:
        assert (
            await view.fetchval("select count(*) from changes where command = 'rule.answer'") == 1
        )


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
