"""What becomes of a change that a consumer cannot handle, and of its lane."""

from __future__ import annotations

import asyncio

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.jobs.schedules import Trouble
from atum_desk.kernel.ledger.consumers import Consumer, HandedChange, lane_by
from atum_desk.kernel.ledger.tail import LedgerChange
from consumer_runs import answered, count_effect, effects, held, running, value, write_change
from factories import Given
from waiting import until

by_key = lane_by(lambda change: change.summary.get("key", ""))


def is_test(change: LedgerChange) -> bool:
    return change.command == "test.write"


async def test_a_change_that_keeps_failing_is_parked_and_its_lane_goes_on(given: Given) -> None:
    poisoned: set[int] = set()

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        await count_effect(work, "done", change.id)
        if change.id in poisoned:
            raise ValueError("poison")

    async def are_handled() -> bool:
        return len(await answered(given)) == 4

    def is_parked() -> bool:
        return [one.what for one in runner.troubles] == ["parked changes of consumer test_poison: 1"]

    consumer = Consumer(handler=handler, wants=is_test, max_attempts=3, first_delay_seconds=0.01)
    async with running(given.database, test_poison=consumer) as runner:
        # Held until all are written, so that the poisoned one stands in the middle of a batch.
        async with held(given, "test_poison"):
            written = [await write_change(given) for _ in range(5)]
            poisoned.add(written[2])
        await until(are_handled, 30)
        await until(is_parked, 20)
        assert runner.troubles[0].error == "ValueError: poison"
    assert await answered(given) == [*written[:2], *written[3:]]
    async with given.database.reading(given.system) as transaction:
        parked = await transaction.fetch("select change_id, attempts, error, lane from parked_changes")
    assert [tuple(row) for row in parked] == [(written[2], 3, "ValueError: poison", "")]
    assert set((await effects(given, "done")).values()) == {1}


async def test_a_worker_forgets_the_trouble_of_a_lane_that_another_got_past(given: Given) -> None:
    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        raise ValueError("only here")

    async def is_handled_elsewhere() -> bool:
        async with given.database.connection("atum_desk_worker") as other:
            gone = "delete from waiting_changes where attempts = 1 returning id"
            return await other.fetchval(gone) is not None

    consumer = Consumer(handler=handler, wants=is_test, first_delay_seconds=600)
    async with running(given.database, test_past=consumer) as runner:
        change_id = await write_change(given)
        await until(lambda: bool(runner.troubles), 20)
        assert runner.troubles[0].what == f"consumer test_past at change {change_id} (test.write)"
        await until(is_handled_elsewhere, 20)
        await until(lambda: runner.troubles == [], 20)


async def test_a_lane_of_strict_order_waits_for_its_parked_change(given: Given) -> None:
    handled: list[int] = []
    poisoned: set[int] = set()

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        if change.id in poisoned:
            raise ValueError("poison")
        handled.append(change.id)

    async def only_one_waits() -> bool:
        return await value(given, "select count(*) from waiting_changes") == 1

    consumer = Consumer(handler=handler, wants=is_test, lanes=by_key, max_attempts=1, strict_order=True)
    async with running(given.database, test_strict=consumer) as runner:
        async with held(given, "test_strict", "a"):
            first, second = await write_change(given, "a"), await write_change(given, "a")
            poisoned.add(first)
        await until(lambda: bool(runner.troubles), 20)
        other = await write_change(given, "b")
        await until(lambda: handled == [other], 20)
        await until(only_one_waits, 20)
        poisoned.clear()
        async with given.database.writing(given.system, "operations.replay_change") as work:
            await work.fetch("select * from settle_parked_change((select id from parked_changes), true)")
        await until(lambda: handled == [other, first, second], 20)


async def test_a_consumer_that_cannot_sort_changes_holds_up_no_other(given: Given) -> None:
    handled: list[tuple[str, int]] = []
    is_healed = False

    def handler_of(name: str) -> Consumer:
        async def handler(work: UnitOfWork, change: HandedChange) -> None:
            handled.append((name, change.id))

        def wants(change: HandedChange) -> bool:
            if name == "broken" and not is_healed:
                raise KeyError("lane")
            return is_test(change)

        return Consumer(handler=handler, wants=wants)  # type: ignore[arg-type]

    async with running(given.database, broken=handler_of("broken"), sound=handler_of("sound")) as runner:
        change_id = await write_change(given)
        await until(lambda: handled == [("sound", change_id)], 20)
        await until(lambda: bool(runner.troubles), 20)
        assert "consumer broken cannot sort changes" in runner.troubles[0].what
        is_healed = True
        await until(lambda: len(handled) == 2, 20)
        assert runner.troubles == []


async def test_a_handler_that_hangs_fails_after_its_time(given: Given) -> None:
    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        await work.execute("select pg_sleep(300)")

    consumer = Consumer(handler=handler, wants=is_test, timeout_seconds=0.1, max_attempts=2, first_delay_seconds=0.01)
    async with running(given.database, test_hangs=consumer) as runner:
        await write_change(given)

        def is_parked() -> bool:
            return runner.troubles != [] and runner.troubles[0].what.startswith("parked")

        await until(is_parked, 30)
        assert runner.troubles == [
            Trouble(what="parked changes of consumer test_hangs: 1", attempts=2, error="TimeoutError: ")
        ]


async def test_a_restart_of_postgresql_counts_as_no_attempt(given: Given) -> None:
    attempts: list[int] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        attempts.append(change.attempts)
        if len(attempts) == 1:
            await work.execute("select pg_terminate_backend(pg_backend_pid())")

    async with running(given.database, test_restart=Consumer(handler=handler, wants=is_test, max_attempts=1)):
        await write_change(given)
        await until(lambda: len(attempts) == 2, 30)
    assert attempts == [0, 0]
    assert await value(given, "select count(*) from parked_changes") == 0


async def test_a_batch_that_takes_long_commits_what_it_did(given: Given) -> None:
    handled: list[int] = []
    transactions: set[int] = set()

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        await asyncio.sleep(0.15)
        transactions.add(await work.fetchval("select pg_current_xact_id()::text::bigint"))
        handled.append(change.id)

    async with running(given.database, test_long=Consumer(handler=handler, wants=is_test)):
        async with held(given, "test_long"):
            written = [await write_change(given) for _ in range(6)]
        await until(lambda: len(handled) == 6, 30)
    assert handled == written
    assert len(transactions) >= 3
