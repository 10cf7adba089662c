"""A change whose handling ends the worker's process is parked, and nobody else is blamed for it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import asyncpg
import pytest

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.ledger import lanes
from atum_desk.kernel.ledger.change_feed import ChangeFeed
from atum_desk.kernel.ledger.consumers import Consumer, HandedChange, lane_by
from atum_desk.kernel.ledger.lane_batch import Lane
from atum_desk.kernel.ledger.suspects import BATCH_SIZE, MAX_ENDED_PROCESSES, Suspects
from atum_desk.kernel.ledger.tail import LedgerChange
from consumer_runs import answered, count_effect, effects, held, running, value, write_change
from factories import Given
from scratch_databases import SECRET
from waiting import deadline, in_time, until

# A change of the lane "slow" takes longer than it takes a deadly one to end the process.
PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from atum_desk.kernel.feature import Command, Feature, declared
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.ledger.consumer_runner import ConsumerRunner
from atum_desk.kernel.ledger.consumers import Consumer, lane_by
from atum_desk.kernel.config.settings import Settings
from consumer_runs import count_effect

async def handle(work, change):
    if change.summary["key"] == "deadly":
        await asyncio.sleep(0.05)
        os._exit(9)
    await asyncio.sleep(1.0 if change.lane == "slow" else 0)
    await count_effect(work, "handled", change.id)

async def main():
    database = Database(Settings(data=Path(sys.argv[3])), sys.argv[1], sys.argv[2])
    await database.open("atum_desk_worker", size=6)
    lanes = lane_by(lambda change: "slow" if change.summary["key"] == "slow" else "main")
    consumer = Consumer(handler=handle, wants=lambda change: change.command == "test.write",
                        lanes=lanes, from_beginning=True)
    declared.add(
        Feature(name="test", commands=(Command(name="test_deadly.follow", permission=None, undo="inverse"),))
    )
    await ConsumerRunner(database, {"test_deadly": consumer}).run()

asyncio.run(main())
"""


def is_test(change: LedgerChange) -> bool:
    return change.command == "test.write"


class Workers:
    """One worker process, started again whenever it ended by itself."""

    def __init__(self, program: Path, database_url: str) -> None:
        program.write_text(PROGRAM)
        self._command = [sys.executable, str(program), database_url, SECRET, str(program.parent)]
        self.deaths = 0

    async def run_until_parked(self, given: Given) -> None:
        here = Path(__file__).parents[2]
        paths = {"PYTHONPATH": f"{here}:{here / 'tests'}", "PATH": os.environ["PATH"]}
        while True:
            process = await asyncio.create_subprocess_exec(*self._command, cwd=here, env=paths)
            ended = asyncio.create_task(process.wait())
            try:
                while not ended.done():
                    if await value(given, "select count(*) from parked_changes") and await is_empty(given):
                        return
                    await asyncio.wait([ended], timeout=0.1)
            finally:
                if not ended.done():
                    process.kill()
                    await ended
            assert ended.result() == 9
            self.deaths += 1


async def is_empty(given: Given) -> bool:
    return await value(given, "select count(*) from waiting_changes") == 0


@pytest.mark.slow("starts five processes, one after the other")
async def test_a_change_that_ends_the_process_each_time_is_parked_and_its_neighbours_are_handled_once(
    given: Given, database_url: str, tmp_path: Path
) -> None:
    keys = ["a", "a", "deadly", "a", "slow", "a"]
    written = [await write_change(given, key) for key in keys]
    workers = Workers(tmp_path / "deadly.py", database_url)
    async with deadline(200):
        await workers.run_until_parked(given)
    assert MAX_ENDED_PROCESSES <= workers.deaths <= MAX_ENDED_PROCESSES + 1
    async with given.database.reading(given.system) as transaction:
        parked = await transaction.fetch("select change_id, lane, error from parked_changes")
    told = f"Its handling ended the worker's process {MAX_ENDED_PROCESSES} times."
    assert [tuple(row) for row in parked] == [(written[2], "main", told)]
    handled = await effects(given, "handled")
    assert len(handled) == len(written) - 1
    assert set(handled.values()) == {1}
    main = [change for change in await answered(given) if change != written[4]]
    assert main == [written[0], written[1], written[3], written[5]]


async def wait_in_lanes(given: Given, keys: str, **consumers: Consumer) -> list[int]:
    """Let a change of each key wait in its lane, as after a worker that fed and did no more; return them."""
    feed = ChangeFeed(given.database, consumers)
    feeding = asyncio.create_task(feed.run())

    async def all_wait() -> bool:
        return await value(given, "select count(*) from waiting_changes") == len(keys)

    await until(lambda: bool(feed.positions), 20)
    written = [await write_change(given, key) for key in keys]
    await until(all_wait, 30)
    feed.stop()
    await in_time(feeding, 20)
    return written


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lanes whose first change was noted before it was handled."""
    noted: list[str] = []
    begin = Suspects.begin

    async def note(self: Suspects, connection: asyncpg.Connection, lane: Lane) -> object:
        noted.append(lane.name)
        return await begin(self, connection, lane)

    monkeypatch.setattr(Suspects, "begin", note)
    return noted


async def test_what_comes_while_the_worker_lives_costs_no_note(given: Given, begun: list[str]) -> None:
    handled: list[int] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        handled.append(change.id)

    async with running(given.database, test_calm=Consumer(handler=handler, wants=is_test)):
        async with held(given, "test_calm"):
            written = [await write_change(given) for _ in range(70)]
        await until(lambda: len(handled) == 70, 30)
    assert handled == written
    assert begun == []


async def test_what_waited_as_the_worker_began_is_noted_as_far_as_a_batch_goes(given: Given, begun: list[str]) -> None:
    handled: list[int] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        handled.append(change.id)

    consumer = Consumer(handler=handler, wants=is_test)
    written = await wait_in_lanes(given, "a" * 70, test_waits=consumer)
    async with running(given.database, test_waits=consumer):
        await until(lambda: len(handled) == 70, 30)
    assert handled == written
    # One more tells that no suspect is left.
    assert BATCH_SIZE <= len(begun) <= BATCH_SIZE + 1


async def test_a_suspect_that_only_fails_is_no_longer_counted(given: Given, begun: list[str]) -> None:
    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        await count_effect(work, "half", change.id)
        raise ValueError("not deadly")

    async def has_failed() -> bool:
        return await value(given, "select count(*) from waiting_changes where attempts = 1") == 1

    consumer = Consumer(handler=handler, wants=is_test, first_delay_seconds=600)
    await wait_in_lanes(given, "a", test_fails=consumer)
    async with running(given.database, test_fails=consumer):
        await until(has_failed, 30)
    assert begun
    assert await value(given, "select begun from waiting_changes") == 0


async def test_a_suspect_that_a_stop_interrupts_is_not_counted(
    given: Given, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "STOP_SECONDS", 0.1)
    began, never = asyncio.Event(), asyncio.Event()

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        began.set()
        await never.wait()

    consumer = Consumer(handler=handler, wants=is_test)
    await wait_in_lanes(given, "a", test_stops=consumer)
    async with running(given.database, test_stops=consumer):
        await until(began.is_set, 30)
        assert await value(given, "select begun from waiting_changes") == 1
    assert begun
    assert await value(given, "select begun from waiting_changes") == 0


async def test_what_was_in_hand_when_a_process_ended_is_handled_while_no_other_lane_is(given: Given) -> None:
    at_once, most = 0, 0
    alone: list[int] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        nonlocal at_once, most
        at_once += 1
        await asyncio.sleep(0.05)
        if change.lane == "b":
            alone.append(at_once)
        most = max(most, at_once)
        at_once -= 1

    consumer = Consumer(handler=handler, wants=is_test, lanes=lane_by(lambda change: change.summary["key"]))
    await wait_in_lanes(given, "abcabc", test_alone=consumer)
    async with given.database.connection("atum_desk_worker") as connection:
        await connection.execute("update waiting_changes set begun = 1 where lane = 'b'")
    async with running(given.database, test_alone=consumer):
        await until(lambda: is_empty(given), 30)
    assert alone == [1, 1]
    assert most > 1


async def test_a_note_of_the_worker_that_lives_is_not_counted_twice(given: Given) -> None:
    """PostgreSQL was away as a handling ended: the process did not end, and begins the change again."""
    suspects = Suspects()
    lane = Lane("test_twice", "")
    await wait_in_lanes(given, "a", test_twice=Consumer(handler=count_nothing, wants=is_test))
    async with given.database.connection("atum_desk_worker") as connection:
        await suspects.note_start(connection)
        for _ in range(5):
            suspect = await suspects.begin(connection, lane)
            assert suspect
            assert suspect.ended_processes == 0
        other = await Suspects().begin(connection, lane)
        assert other
        assert other.ended_processes == 1


async def count_nothing(work: UnitOfWork, change: HandedChange) -> None: ...
