"""Consumers of the ledger: exactly once, in order within a lane, and no lane waits for another."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.ledger import lanes
from atum_desk.kernel.ledger.consumer_runner import ConsumerRunner
from atum_desk.kernel.ledger.consumers import Consumer, HandedChange, lane_by, lane_by_workspace, read_text
from atum_desk.kernel.ledger.tail import LedgerChange
from consumer_runs import count_effect, effects, held, running, value, write_change
from factories import Given
from scratch_databases import SECRET
from waiting import deadline, in_time, until

by_key = lane_by(lambda change: change.summary.get("key", ""))


def is_test(change: LedgerChange) -> bool:
    return change.command == "test.write"


PROGRAM = """
import asyncio, sys
from pathlib import Path
from atum_desk.kernel.feature import Command, Feature, declared
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.ledger.consumer_runner import ConsumerRunner
from atum_desk.kernel.ledger.consumers import Consumer, lane_by
from atum_desk.kernel.config.settings import Settings
from consumer_runs import count_effect

async def count(work, change):
    await count_effect(work, "counted", change.id)
    await asyncio.sleep(0.004)

async def main():
    database = Database(Settings(data=Path(sys.argv[3])), sys.argv[1], sys.argv[2])
    await database.open("atum_desk_worker", size=4)
    consumer = Consumer(handler=count, wants=lambda change: change.command == "test.write",
                        lanes=lane_by(lambda change: change.summary["key"]), from_beginning=True)
    declared.add(
        Feature(name="test", commands=(Command(name="test_counter.follow", permission=None, undo="inverse"),))
    )
    await ConsumerRunner(database, {"test_counter": consumer}).run()

asyncio.run(main())
"""


@pytest.mark.slow("starts and kills eight processes")
async def test_each_change_is_handled_once_though_two_workers_are_killed_again_and_again(
    given: Given, database_url: str, tmp_path: Path
) -> None:
    program = tmp_path / "consumers.py"
    program.write_text(PROGRAM)
    written: list[int] = []

    async def has_counted(goal: int) -> bool:
        return len(await effects(given, "counted")) >= goal

    async def start() -> asyncio.subprocess.Process:
        here = Path(__file__).parents[2]
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(program),
            database_url,
            SECRET,
            str(tmp_path),
            cwd=here,
            env={"PYTHONPATH": f"{here}:{here / 'tests'}", "PATH": os.environ["PATH"]},
        )

    async with deadline(180):
        for last in (False, False, False, True):
            written += [await write_change(given, random.choice("abc")) for _ in range(30)]
            processes = [await start(), await start()]
            goal = len(written) if last else len(written) - random.randint(1, 25)
            try:
                await until(lambda goal=goal: has_counted(goal), 40)
            finally:
                for process in processes:
                    process.send_signal(signal.SIGKILL)
                    await process.wait()
    # One effect and one change for each, for both commit with the lane.
    counted = await effects(given, "counted")
    assert len(counted) == len(written)
    assert set(counted.values()) == {1}
    made = await value(
        given,
        """select array[count(*), count(distinct cause_id)] from changes
            where command = 'test_counter.follow' and summary->>'consumer' = 'test_counter' and depth = 1""",
    )
    assert made == [len(written)] * 2
    assert await value(given, "select count(*) from waiting_changes") == 0


async def test_a_lane_keeps_the_order_and_lanes_are_mixed(given: Given) -> None:
    handled: dict[str, list[int]] = defaultdict(list)

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        await asyncio.sleep(random.choice([0, 0.01]))
        handled[change.lane].append(change.id)

    consumer = Consumer(handler=handler, wants=is_test, lanes=by_key)
    async with running(given.database, test_order=consumer):
        written: dict[str, list[int]] = defaultdict(list)
        for _ in range(40):
            key = random.choice("abc")
            written[key].append(await write_change(given, key))
        await until(lambda: sum(map(len, handled.values())) == 40, 30)
    assert handled == written


async def test_a_change_may_stand_in_several_lanes_and_is_handled_once_in_each(given: Given) -> None:
    handled: list[tuple[str, int]] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        handled.append((change.lane, change.id))

    async def endpoints(connection: object, changes: list[object]) -> list[list[str]]:
        return [["one", "two", "one"], *([] for _ in changes[1:])]

    consumer = Consumer(handler=handler, wants=is_test, lanes=endpoints)  # type: ignore[arg-type]
    async with running(given.database, test_endpoints=consumer):
        change_id = await write_change(given)
        await until(lambda: len(handled) == 2, 20)
    assert sorted(handled) == [("one", change_id), ("two", change_id)]


async def test_a_slow_lane_does_not_delay_another(given: Given) -> None:
    handled: list[str] = []
    may_end = asyncio.Event()

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        if change.lane == "slow":
            await may_end.wait()
        handled.append(change.lane)

    consumer = Consumer(handler=handler, wants=is_test, lanes=by_key, lanes_at_once=2, timeout_seconds=300)
    async with running(given.database, test_slow=consumer):
        for key in ("slow", "slow", "quick", "quick"):
            await write_change(given, key)
        await until(lambda: handled == ["quick", "quick"], 20)
        may_end.set()
        await until(lambda: handled == ["quick", "quick", "slow", "slow"], 20)


async def test_two_workers_share_the_lanes_and_the_one_left_takes_over(given: Given) -> None:
    handled: list[tuple[str, int]] = []
    begun: set[str] = set()
    may_end = asyncio.Event()

    def consumer_of(worker: str) -> Consumer:
        async def handler(work: UnitOfWork, change: HandedChange) -> None:
            begun.add(worker)
            await may_end.wait()
            handled.append((worker, change.id))

        return Consumer(handler=handler, wants=is_test, lanes=by_key, lanes_at_once=1, timeout_seconds=300)

    async with running(given.database, test_twins=consumer_of("a")) as first:
        second = ConsumerRunner(given.database, {"test_twins": consumer_of("b")})
        task = asyncio.create_task(second.run())
        written = [await write_change(given, key) for key in "ab"]
        # Each may have one lane in hand, and there are two.
        await until(lambda: begun == {"a", "b"}, 20)
        may_end.set()
        await until(lambda: len(handled) == 2, 20)
        assert {worker for worker, _id in handled} == {"a", "b"}
        first.stop()
        written += [await write_change(given, "a") for _ in range(3)]
        await until(lambda: len(handled) == 5, 30)
        second.stop()
        await task
    assert sorted(one for _worker, one in handled) == written


async def test_a_handler_gets_the_rows_and_reads_a_long_text_where_it_stands(given: Given) -> None:
    ticket = await given.ticket(text="short")
    long, longer = "ä" * 2_000, "b" * 3_000
    seen: dict[str, HandedChange] = {}
    texts: list[str | None] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        seen[change.command] = change
        for row in change.rows:
            if row.table == "messages":
                texts.append(await read_text(work, change, row, "text"))

    async with running(given.database, test_rows=Consumer(handler=handler, wants=lambda c: c.ticket_id is not None)):
        async with held(given, "test_rows"):
            for command, statement, text in (
                ("test.add", ADD_MESSAGE, long),
                ("test.edit", "update messages set text = $2 where ticket_id = $1 and text like 'ä%'", longer),
            ):
                async with given.database.writing(given.system, command) as work:
                    await work.execute(statement, ticket.id, text)
                    work.ticket_id = ticket.id
        await until(lambda: "test.edit" in seen, 20)
    (added,), (edited,) = seen["test.add"].rows, seen["test.edit"].rows
    assert (added.operation, added.table, added.ticket_id) == ("I", "messages", ticket.id)
    assert added.new
    assert added.new["kind"] == "note"
    assert "text" not in added.new
    assert edited.row_id == added.row_id
    assert edited.old
    assert edited.new
    assert set(edited.new) == {"text#sha256", "text#length"}
    assert edited.new["text#length"] == 3_000
    assert edited.old["text#sha256"] == added.new["text#sha256"]
    assert texts == [long, longer]


ADD_MESSAGE = """
    insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
    select workspace_id, id, 'note', requester_id, 'A', true, 'api', $2 from tickets where id = $1"""


async def test_a_consumer_is_told_of_two_hundred_rows_and_that_there_are_more(given: Given) -> None:
    seen: list[HandedChange] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        seen.append(change)

    async with running(given.database, test_many=Consumer(handler=handler, wants=lambda c: c.command == "test.many")):
        async with given.database.writing(given.system, "test.many") as work:
            await work.execute(
                "insert into teams (workspace_id, name) select $1, 'Team of many ' || n from generate_series(1, 201) n",
                given.workspace_id,
            )
        await until(lambda: bool(seen), 20)
    assert (len(seen[0].rows), seen[0].has_more_rows) == (200, True)


async def test_what_a_consumer_wrote_does_not_come_back_unless_it_asks(given: Given) -> None:
    seen: list[str] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        seen.append(change.command)
        if change.command == "test.write":
            await count_effect(work, "answer", change.id)
            work.command = "rule.answer"

    async with running(given.database, test_answer=Consumer(handler=handler)):
        await write_change(given)
        await given.team()
        await until(lambda: "team.create" in seen, 20)
    assert seen == ["test.write", "team.create"]
    assert await value(given, "select count(*) from changes where command = 'rule.answer'") == 1


async def test_lanes_beyond_those_of_one_look_get_their_turn(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LANES_LOOKED_AT", 3)
    monkeypatch.setattr(lanes, "HEADS", lanes.HEADS.replace("limit 1000", "limit 3"))
    handled: list[str] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        if change.lane < "e":
            raise ValueError("never")
        handled.append(change.lane)

    consumer = Consumer(handler=handler, wants=is_test, lanes=by_key, first_delay_seconds=600, max_delay_seconds=600)
    async with running(given.database, test_crowd=consumer):
        for key in "abcdef":
            await write_change(given, key)
        await until(lambda: sorted(handled) == ["e", "f"], 20)


async def test_a_lane_may_be_the_workspace(given: Given) -> None:
    seen: list[str] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        seen.append(change.lane)

    async with running(given.database, test_by=Consumer(handler=handler, wants=is_test, lanes=lane_by_workspace)):
        await write_change(given)
        await until(lambda: seen == [str(given.workspace_id)], 20)


async def test_a_worker_without_consumers_ends_at_once(given: Given) -> None:
    await in_time(ConsumerRunner(given.database, {}).run(), 20)
