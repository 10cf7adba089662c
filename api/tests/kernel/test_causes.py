"""What a consumer writes carries its cause; a chain of answers ends, and goes through jobs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import msgspec
import pytest

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.jobs.handlers import JobContext, JobType, WorkerContext
from atum_desk.kernel.jobs.runner import JobRunner
from atum_desk.kernel.ledger.consumers import Consumer, HandedChange
from consumer_runs import count_effect, held, running, value, write_change
from factories import Given
from waiting import in_time, until


class AnswerChange(msgspec.Struct):
    """Which change a job answers."""

    change_id: int


ANSWER = JobType(name="test.answer", parameters=AnswerChange)


async def test_a_chain_of_answers_ends_at_the_eighth_and_is_told(given: Given) -> None:
    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        await count_effect(work, "answer", change.id)
        work.command = "rule.answer"

    consumer = Consumer(handler=handler, wants=lambda c: c.command in ("test.write", "rule.answer"), sees_own=True)
    async with running(given.database, test_chain=consumer) as runner:
        first = await write_change(given)
        await until(lambda: bool(runner.troubles), 30)
        assert "ends here" in runner.troubles[0].error
    depths = await value(given, "select array_agg(depth order by id) from changes where command = 'rule.answer'")
    assert depths == [1, 2, 3, 4, 5, 6, 7, 8]
    chain = await value(given, "select array(select changes_with($1, 'chain', 100))", first)
    assert len(chain) == 9
    # Refused at once: trying again would not help.
    assert await value(given, "select attempts from parked_changes") == 1


async def test_a_job_acts_for_the_cause_of_the_consumer_that_enqueued_it(given: Given, tmp_path: Path) -> None:
    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        await work.enqueue(ANSWER, AnswerChange(change.id))

    async def job(job: JobContext, parameters: AnswerChange) -> None:
        async with job.writing("test.answered") as work:
            await count_effect(work, "answered", 1)

    worker = WorkerContext(database=given.database, settings=Settings(data=tmp_path), files=None)
    runner = JobRunner(worker, [ANSWER.handled_by(job)])
    jobs = asyncio.create_task(runner.run())

    async def is_answered() -> bool:
        return await value(given, "select exists (select from changes where command = 'test.answered')")

    consumer = Consumer(handler=handler, wants=lambda c: c.command == "test.write")
    async with running(given.database, test_jobs=consumer):
        change_id = await write_change(given)
        await until(is_answered, 30)
    await runner.stop(1)
    await in_time(jobs, 20)
    told = "select array[cause_id, depth::bigint] from changes where command = 'test.answered'"
    assert await value(given, told) == [change_id, 1]
    # A consumer that only enqueues makes no change of its own.
    assert await value(given, "select count(*) from changes where command = 'test_jobs.follow'") == 0


async def test_a_change_of_another_workspace_is_no_cause(given: Given) -> None:
    change_id = await write_change(given)
    async with given.database.connection("atum_desk_worker") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval("select enter_caused_and_open($1, null, $2)", given.workspace_id + 1, change_id)


async def test_a_change_that_only_refined_its_name_is_none(given: Given) -> None:
    """`next_change` before anything was written ends nothing."""
    ended: list[int | None] = []

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        ended.append(await work.next_change("rule.first"))
        await count_effect(work, "one", change.id)
        ended.append(await work.next_change("rule.second"))

    consumer = Consumer(handler=handler, wants=lambda c: c.command == "test.write")
    async with running(given.database, test_names=consumer):
        await write_change(given)
        await until(lambda: len(ended) == 2, 20)
        async with held(given, "test_names"):
            pass
    made = "select array_agg(command order by id) from changes where cause_id is not null"
    assert ended[0] is None
    assert await value(given, made) == ["rule.first"]
