"""Jobs are declared: their workspace is the transaction's, and none is lost between releases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import msgspec
import pytest
from test_jobs import running

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.jobs.dead_jobs import DeadJob, list_dead_jobs
from atum_desk.kernel.jobs.handlers import HandledJob, JobContext, JobFailed, JobType
from factories import Given
from waiting import in_time, until

Connect = Callable[..., Any]
OVERDUE = "update jobs.pgqueuer set execute_after = now() - interval '11 minutes'"


class Noted(msgspec.Struct):
    """The parameters of the jobs of these tests."""

    note: str


class NotedLater(msgspec.Struct):
    """The same as a later release has them."""

    note: str
    urgent: bool = False


NOTE = JobType(name="test.note", parameters=Noted)


class Notes:
    """What a job's handler was given."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, Noted | NotedLater]] = []

    async def handle(self, job: JobContext, parameters: Noted) -> None:
        async with job.reading() as transaction:
            self.seen.append((await transaction.fetchval("select ctx_workspace()"), parameters))

    async def handle_later(self, job: JobContext, parameters: NotedLater) -> None:
        self.seen.append((job.actor.workspace_id, parameters))

    def handled(self) -> HandledJob:
        return NOTE.handled_by(self.handle)


async def dead_jobs(given: Given) -> list[DeadJob]:
    async with given.database.connection("atum_desk_worker") as connection:
        return await list_dead_jobs(connection)


async def count_jobs(given: Given, status: str) -> int:
    async with given.database.connection("atum_desk_worker") as connection:
        counted = "select count(*)::int from jobs.pgqueuer where status::text = $1 and entrypoint like 'test.%'"
        return await connection.fetchval(counted, status) or 0


async def has_dead(given: Given) -> bool:
    return bool(await dead_jobs(given))


async def enqueue_as_before(given: Given, job: str, payload: bytes, key: str | None = None) -> None:
    """Enqueue as the release before does, which names its workspace itself."""
    async with given.database.writing(given.system, "test.enqueue") as work:
        await work.execute("select enqueue_job($1, $2, '0', $3)", job, payload, key)


async def overdue(given: Given) -> None:
    async with given.database.connection("atum_desk_worker") as connection:
        await connection.execute(OVERDUE)


async def test_the_handler_is_in_the_workspace_of_the_transaction(given: Given, settings: Settings) -> None:
    notes = Notes()
    async with given.database.writing(given.system, "test.enqueue") as work:
        await work.enqueue(NOTE, Noted("x"))
    async with given.database.marking(given.system) as transaction:
        await transaction.enqueue(NOTE, Noted("y"))
    async with running(given.database, settings, notes.handled()):
        await until(lambda: len(notes.seen) == 2, 30)
    assert sorted(notes.seen, key=str) == [(given.workspace_id, Noted("x")), (given.workspace_id, Noted("y"))]


async def test_parameters_cannot_name_a_workspace(given: Given) -> None:
    class Elsewhere(msgspec.Struct):
        workspace_id: int

    with pytest.raises(TypeError, match="from the transaction"):
        JobType(name="test.elsewhere", parameters=Elsewhere)
    async with given.database.writing(given.system, "test.enqueue") as work:
        # Past the types, by SQL: the workspace is the transaction's all the same.
        await work.execute("""select enqueue_workspace_job('test.note', '{"note": "x", "workspace_id": 77}')""")
        payload = await work.fetchval("select payload from jobs.pgqueuer where entrypoint = 'test.note'")
    assert NOTE.decode(payload) == (given.workspace_id, Noted("x"))


@pytest.mark.parametrize("role", ["atum_desk_staff", "atum_desk_contact", "atum_desk_worker"])
async def test_who_has_not_entered_enqueues_nothing(given: Given, connected: Connect, role: str) -> None:
    async with connected(role) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="by who entered"):
            await connection.execute("select enqueue_workspace_job('test.note', '{}')")


async def test_a_reading_transaction_enqueues_nothing(given: Given) -> None:
    async with given.database.reading(given.system) as transaction:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await transaction.enqueue(NOTE, Noted("x"))


async def test_jobs_that_wait_from_the_release_before_still_run(given: Given, settings: Settings) -> None:
    notes = Notes()
    await enqueue_as_before(given, "test.note", msgspec.json.encode({"workspace_id": given.workspace_id, "note": "x"}))
    async with running(given.database, settings, notes.handled()):
        await until(lambda: len(notes.seen) == 1, 30)
    assert notes.seen == [(given.workspace_id, Noted("x"))]


async def test_the_release_before_reads_the_jobs_of_this_one(given: Given) -> None:
    """It decodes workspace and parameters from one object, and knows nothing of what was added since."""

    class AsBefore(msgspec.Struct):
        workspace_id: int
        note: str

    later = JobType(name="test.note", parameters=NotedLater)
    async with given.database.writing(given.system, "test.enqueue") as work:
        await work.enqueue(later, NotedLater("x", urgent=True))
        payload = await work.fetchval("select payload from jobs.pgqueuer where entrypoint = 'test.note'")
    assert msgspec.json.decode(payload, type=AsBefore) == AsBefore(given.workspace_id, "x")
    assert NOTE.decode(payload) == (given.workspace_id, Noted("x"))
    # And the other way round: what it enqueued lacks what was added.
    assert later.decode(b'{"workspace_id":3,"note":"y"}') == (3, NotedLater("y"))


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"note":"x"}', b'{"workspace_id":1,"note":5}', b"\xff"])
async def test_a_payload_that_is_none_of_the_jobs_is_kept_for_people_at_once(
    given: Given, settings: Settings, payload: bytes
) -> None:
    notes = Notes()
    await enqueue_as_before(given, "test.note", payload)
    async with running(given.database, settings, notes.handled()):
        await until(lambda: has_dead(given), 30)
    (dead,) = await dead_jobs(given)
    assert (dead.payload, notes.seen) == (payload, [])
    assert dead.error is not None
    assert dead.error.startswith("JobFailed: its parameters cannot be read: ")


async def test_an_unknown_job_is_parked_and_runs_once_a_release_knows_it(given: Given, settings: Settings) -> None:
    notes = Notes()
    async with given.database.writing(given.system, "test.enqueue") as work:
        await work.enqueue(NOTE, Noted("x"), key="one")
    await overdue(given)
    async with running(given.database, settings):
        await until(lambda: has_dead(given), 30)
    (dead,) = await dead_jobs(given)
    assert (dead.name, NOTE.decode(dead.payload)) == ("test.note", (given.workspace_id, Noted("x")))
    assert dead.error == "UnknownJob: no worker of this release knows this job; a release that does will run it"
    async with running(given.database, settings, notes.handled()):
        await until(lambda: len(notes.seen) == 1, 30)
        await until(lambda: _is_gone(given), 30)
    assert notes.seen == [(given.workspace_id, Noted("x"))]


async def _is_gone(given: Given) -> bool:
    return await count_jobs(given, "queued") + await count_jobs(given, "picked") == 0 and not await has_dead(given)


async def test_a_job_that_is_not_long_overdue_waits_for_a_worker_of_its_release(
    given: Given, settings: Settings
) -> None:
    async with given.database.writing(given.system, "test.enqueue") as work:
        await work.enqueue(NOTE, Noted("x"))
        await work.enqueue(JobType(name="test.old", parameters=Noted), Noted("y"))
    async with given.database.connection("atum_desk_worker") as connection:
        await connection.execute(OVERDUE + " where entrypoint = 'test.old'")
    async with running(given.database, settings):
        await until(lambda: has_dead(given), 30)
    assert [dead.name for dead in await dead_jobs(given)] == ["test.old"]
    assert await count_jobs(given, "queued") == 1


async def test_what_a_later_release_schedules_is_dropped_and_not_shown_to_people(
    given: Given, settings: Settings
) -> None:
    await enqueue_as_before(given, "test.later_sweep", b"", "schedule:test.later_sweep")
    await enqueue_as_before(given, "test.note", b"{}")
    await overdue(given)
    async with running(given.database, settings):
        await until(lambda: has_dead(given), 30)
    assert [dead.name for dead in await dead_jobs(given)] == ["test.note"]
    assert await count_jobs(given, "queued") == 0


async def test_what_failed_for_another_reason_stays_with_people(given: Given, settings: Settings) -> None:
    async def fail(_job: JobContext, _parameters: Noted) -> None:
        raise JobFailed("no such mailbox")

    async with given.database.writing(given.system, "test.enqueue") as work:
        await work.enqueue(NOTE, Noted("x"))
    async with running(given.database, settings, NOTE.handled_by(fail)):
        await until(lambda: has_dead(given), 30)
    notes = Notes()
    async with running(given.database, settings, notes.handled()) as runner:
        await in_time(runner.started.wait(), 20)
        await asyncio.sleep(0)
    assert [dead.error for dead in await dead_jobs(given)] == ["JobFailed: no such mailbox"]
    assert notes.seen == []


async def test_a_job_has_one_handler(given: Given, settings: Settings) -> None:
    notes = Notes()
    with pytest.raises(ValueError, match=r"two handlers of the job test\.note"):
        async with running(given.database, settings, notes.handled(), notes.handled()):
            pass


async def test_a_job_that_sql_enqueues_in_a_consumers_work_has_its_cause(given: Given) -> None:
    """A mail is put into the outbox by one statement, which knows no cause itself."""
    async with given.database.writing(given.system, "test.write") as work:
        await work.execute("insert into teams (workspace_id, name) values ($1, 'T')", given.workspace_id)
    async with given.database.connection("atum_desk_worker") as connection, connection.transaction():
        await connection.execute("select enter_caused_and_open($1, null, $2)", given.workspace_id, work.change_id)
        await connection.execute("select enqueue_workspace_job('test.note', '{}')")
        headers = await connection.fetchval("select headers from jobs.pgqueuer where entrypoint = 'test.note'")
    assert headers == {"cause": {"change_id": work.change_id}}


async def test_jobs_of_two_workspaces_run_each_in_its_own(given: Given, settings: Settings) -> None:
    notes, other = Notes(), given.workspace_id + 1
    for workspace_id in (given.workspace_id, other):
        actor = SystemActor(workspace_id=workspace_id, via="job")
        async with given.database.marking(actor) as transaction:
            await transaction.enqueue(NOTE, Noted(str(workspace_id)))
    async with running(given.database, settings, notes.handled()):
        await until(lambda: len(notes.seen) == 2, 30)
    assert sorted((one, parameters.note) for one, parameters in notes.seen) == [
        (one, str(one)) for one in (given.workspace_id, other)
    ]
