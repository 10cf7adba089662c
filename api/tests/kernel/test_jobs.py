"""The job queue: at least once, in the transaction, through crashes, and nothing fails unseen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.dead_jobs import DeadJobNotFound, list_dead_jobs, requeue_job
from atum_desk.kernel.jobs.handlers import HandledJob, JobContext, JobFailed, JobType, RetryLater, WorkerContext
from atum_desk.kernel.jobs.runner import JobRunner
from atum_desk.kernel.jobs.worker_health import get_worker_health
from factories import Given
from waiting import assert_promise, in_time, until


class Numbered(msgspec.Struct):
    """The parameters of the jobs of these tests."""

    number: int = 0


RUN = JobType(name="test.run", parameters=Numbered)


@asynccontextmanager
async def running(database: Database, settings: Settings, *jobs: HandledJob, **more: Any) -> AsyncIterator[JobRunner]:
    """A runner at work, stopped at the end."""
    worker = WorkerContext(database=database, settings=settings, files=None)
    runner = JobRunner(worker, jobs, **more)
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        await runner.stop(grace_seconds=1)
        await in_time(task, 10)


async def enqueue(given: Given, number: int = 0, **more: Any) -> None:
    async with given.database.writing(given.system, "test.enqueue") as work:
        await work.enqueue(RUN, Numbered(number), **more)


async def queue_length(database: Database) -> int:
    async with database.connection("atum_desk_worker") as connection:
        return await connection.fetchval("select count(*) from jobs.pgqueuer")


async def test_a_job_runs_soon_after_its_transaction_commits(given: Given, settings: Settings) -> None:
    ran: list[tuple[float, int]] = []

    async def handler(_job: JobContext, parameters: Numbered) -> None:
        ran.append((time.monotonic(), parameters.number))

    async def seconds_until_run() -> float:
        ran.clear()
        await enqueue(given, 7)
        committed_at = time.monotonic()
        await until(lambda: len(ran) == 1)
        await until(lambda: _is_empty(given.database))
        assert ran[0][1] == 7
        return ran[0][0] - committed_at

    async with running(given.database, settings, RUN.handled_by(handler)) as runner:
        await in_time(runner.started.wait(), 10)
        await assert_promise("a job after its commit", 0.5, seconds_until_run)


async def _is_empty(database: Database) -> bool:
    return await queue_length(database) == 0


async def test_a_rolled_back_unit_of_work_leaves_no_job(given: Given) -> None:
    async def enqueue_and_fail() -> None:
        async with given.database.writing(given.system, "test.enqueue") as work:
            await work.enqueue(RUN, Numbered())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await enqueue_and_fail()
    assert await queue_length(given.database) == 0


async def test_many_jobs_of_one_kind_leave_room_for_another(given: Given, settings: Settings) -> None:
    """A backlog of mail, or a relay that hangs, does not hold all that a worker does at once."""
    end, others = asyncio.Event(), 0

    async def crowd(_job: JobContext, _parameters: Numbered) -> None:
        await end.wait()

    async def other(_job: JobContext, _parameters: Numbered) -> None:
        nonlocal others
        others += 1

    crowded = JobType(name="test.crowd", parameters=Numbered, at_once=3)
    another = JobType(name="test.other", parameters=Numbered)
    async with given.database.writing(given.system, "test.enqueue") as work:
        for number in range(60):
            await work.enqueue(crowded, Numbered(number))
        await work.enqueue(another, Numbered())
    async with running(given.database, settings, crowded.handled_by(crowd), another.handled_by(other)):
        await until(lambda: others == 1, seconds=30)
        end.set()
        await until(lambda: _is_empty(given.database), seconds=30)


async def test_one_job_waits_per_key(given: Given) -> None:
    await enqueue(given, 1, key="same")
    await enqueue(given, 2, key="same")
    await enqueue(given, 3, key="other")
    assert await queue_length(given.database) == 2


async def test_a_delayed_job_waits(given: Given, settings: Settings) -> None:
    ran: list[float] = []

    async def handler(_job: JobContext, _parameters: Numbered) -> None:
        ran.append(time.monotonic())

    async def seconds_until_run() -> float:
        ran.clear()
        began_at = time.monotonic()
        await enqueue(given, delay_seconds=1.0)
        await until(lambda: len(ran) == 1)
        assert ran[0] - began_at >= 1.0
        return ran[0] - began_at

    async with running(given.database, settings, RUN.handled_by(handler)):
        await assert_promise("a job that waits a second", 2.2, seconds_until_run)


async def test_a_failing_job_is_retried_later_each_time_and_then_kept_as_a_dead_letter(
    given: Given, settings: Settings
) -> None:
    tries: list[float] = []

    async def handler(_job: JobContext, _parameters: Numbered) -> None:
        tries.append(time.monotonic())
        raise ValueError("the relay is asleep")

    patient = JobType(name="test.run", parameters=Numbered, max_attempts=3, first_delay_seconds=0.4)
    async with running(given.database, settings, patient.handled_by(handler)):
        await enqueue(given, 4)
        await until(lambda: _has_dead(given.database), 10)
    assert len(tries) == 3
    assert tries[1] - tries[0] >= 0.2
    assert tries[2] - tries[1] >= 0.4
    async with given.database.connection("atum_desk_worker") as connection:
        (dead,) = await list_dead_jobs(connection)
    assert (dead.name, RUN.decode(dead.payload)) == ("test.run", (given.workspace_id, Numbered(4)))
    assert dead.error == "ValueError: the relay is asleep"


async def _has_dead(database: Database) -> bool:
    async with database.connection("atum_desk_worker") as connection:
        return bool(await list_dead_jobs(connection))


async def test_a_hopeless_job_is_dead_at_once_and_can_be_tried_again(given: Given, settings: Settings) -> None:
    tries: list[int] = []

    async def handler(_job: JobContext, parameters: Numbered) -> None:
        tries.append(parameters.number)
        if len(tries) == 1:
            raise JobFailed("no such mailbox")

    async with running(given.database, settings, RUN.handled_by(handler)):
        await enqueue(given, key="k")
        await until(lambda: _has_dead(given.database))
        async with given.database.connection("atum_desk_worker") as connection:
            (dead,) = await list_dead_jobs(connection)
            await requeue_job(connection, dead.id)
            with pytest.raises(DeadJobNotFound):
                await requeue_job(connection, dead.id)
        await until(lambda: _is_empty(given.database))
    assert len(tries) == 2


async def test_a_handler_may_name_the_time_of_its_next_attempt(given: Given, settings: Settings) -> None:
    tries: list[float] = []

    async def handler(_job: JobContext, _parameters: Numbered) -> None:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise RetryLater(0.6, "greylisted")

    async with running(given.database, settings, RUN.handled_by(handler)):
        await enqueue(given)
        await until(lambda: len(tries) == 2)
    assert tries[1] - tries[0] >= 0.6


async def test_a_job_that_hangs_is_ended_and_retried(given: Given, settings: Settings) -> None:
    tries: list[int] = []

    async def handler(_job: JobContext, _parameters: Numbered) -> None:
        tries.append(1)
        if len(tries) == 1:
            await asyncio.sleep(60)

    job = JobType(name="test.run", parameters=Numbered, timeout_seconds=0.2, first_delay_seconds=0.1)
    async with running(given.database, settings, job.handled_by(handler)):
        await enqueue(given)
        await until(lambda: len(tries) == 2)


async def test_a_stopping_worker_puts_unfinished_jobs_back(given: Given, settings: Settings) -> None:
    begun = asyncio.Event()

    async def handler(_job: JobContext, _parameters: Numbered) -> None:
        begun.set()
        await asyncio.sleep(60)

    async with running(given.database, settings, RUN.handled_by(handler)):
        await enqueue(given)
        await in_time(begun.wait(), 5)
    async with given.database.connection("atum_desk_worker") as connection:
        status = await connection.fetchval("select status::text from jobs.pgqueuer")
    assert status == "queued"


async def test_a_job_whose_worker_was_killed_comes_back_and_the_attempt_counts(
    given: Given, settings: Settings
) -> None:
    await enqueue(given)
    async with given.database.connection("atum_desk_worker") as connection:
        await connection.execute(
            """update jobs.pgqueuer set status = 'picked', queue_manager_id = gen_random_uuid(),
                      heartbeat = now() - interval '13 seconds'"""
        )
    ran = asyncio.Event()

    async def handler(_job: JobContext, _parameters: Numbered) -> None:
        ran.set()
        raise JobFailed("look at the attempts")

    async with running(given.database, settings, RUN.handled_by(handler)):
        await in_time(ran.wait(), 5)
        await until(lambda: _has_dead(given.database))
    async with given.database.connection("atum_desk_worker") as connection:
        (dead,) = await list_dead_jobs(connection)
    assert dead.attempts == 1


async def test_a_job_that_kills_its_worker_each_time_becomes_a_dead_letter(given: Given, settings: Settings) -> None:
    await enqueue(given)
    async with given.database.connection("atum_desk_worker") as connection:
        await connection.execute("update jobs.pgqueuer set attempts = 10")

    async def handler(_job: JobContext, _parameters: Numbered) -> None:
        raise AssertionError("it must not run once more")

    async with running(given.database, settings, RUN.handled_by(handler)):
        await until(lambda: _has_dead(given.database))
    async with given.database.connection("atum_desk_worker") as connection:
        (dead,) = await list_dead_jobs(connection)
    assert dead.error == "JobFailed: its worker was lost 10 times"


async def test_two_workers_share_a_schedule(given: Given, settings: Settings) -> None:
    runs: list[float] = []

    async def handler(_worker: WorkerContext, _payload: bytes) -> None:
        runs.append(time.monotonic())

    often = {"test.tick": (2.0, handler)}
    async with running(given.database, settings, schedules=often), running(given.database, settings, schedules=often):
        await until(lambda: len(runs) == 3, 20)
    assert all(later - earlier > 1.2 for earlier, later in pairwise(runs))


async def test_the_queue_goes_on_after_its_connection_is_lost(given: Given, settings: Settings) -> None:
    ran: list[int] = []

    async def handler(_job: JobContext, parameters: Numbered) -> None:
        ran.append(parameters.number)

    async with running(given.database, settings, RUN.handled_by(handler)):
        await enqueue(given, 1)
        await until(lambda: len(ran) == 1)
        async with given.database.connection("atum_desk_worker") as connection:
            ended = await connection.fetchval(
                """select count(pg_terminate_backend(pid)) from pg_stat_activity
                    where datname = current_database() and query like '%jobs.%' and pid <> pg_backend_pid()"""
            )
        assert ended >= 1
        await enqueue(given, 2)
        await until(lambda: len(ran) == 2)


async def test_a_living_worker_is_seen_and_a_stopped_one_is_gone(given: Given, settings: Settings) -> None:
    async with given.database.connection("atum_desk_staff") as connection:
        async with running(given.database, settings):
            await until(lambda: _is_seen(given.database))
            seen = await get_worker_health(connection)
            assert seen.seconds_since_seen is not None
            assert seen.seconds_since_seen < 4
            assert seen.troubles == []
        gone = await get_worker_health(connection)
    assert gone.seconds_since_seen is None


async def _is_seen(database: Database) -> bool:
    async with database.connection("atum_desk_staff") as connection:
        return (await get_worker_health(connection)).seconds_since_seen is not None


@pytest.mark.parametrize("attempts", [0, 3, 200])
def test_back_off_grows_and_is_bounded(attempts: int) -> None:
    job = JobType(name="test.run", parameters=Numbered, first_delay_seconds=2, max_delay_seconds=100)
    delays = [job.delay_after(attempts).total_seconds() for _ in range(50)]
    longest = min(2 * 2 ** min(attempts, 30), 100)
    assert longest / 2 <= min(delays) < max(delays) <= longest
