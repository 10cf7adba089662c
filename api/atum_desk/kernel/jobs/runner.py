"""Background work: jobs that were enqueued in a transaction, run after it committed.

A thin layer over PgQueuer (ADR 0003). A job runs at least once, so every handler is idempotent: it
does its side effect, then reports through a command. What fails is tried again, later each time;
what keeps failing stays visible as a dead letter (`kernel.jobs.dead_jobs`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import asyncpg
import msgspec
import structlog
from pgqueuer import Queries, QueueManager, RetryRequested
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain.models import Context
from pgqueuer.domain.models import Job as QueuedJob
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel

from atum_desk.kernel.context import RequestContext, request_context
from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.jobs.handlers import HandledJob, JobFailed, JobType, RetryLater, WorkerContext
from atum_desk.kernel.jobs.schedules import KERNEL_SCHEDULES, Caretaker, Schedule
from atum_desk.kernel.ledger.bell import QUEUE_CHANNEL

POLL_SECONDS = 1.0
BATCH_SIZE = 10
AT_ONCE = 20
# Beats go out at half of this. The caretaker takes lost jobs back earlier and counts the attempt,
# which PgQueuer's own recovery does not: a job that kills its worker would come back for ever.
HEARTBEAT_TIMEOUT_SECONDS = 16.0
RECONNECT_SECONDS = 1.0
# The queue is looked at every second; opening a connection to a silent host takes up to 60.
STUCK_AFTER_SECONDS = 90.0

# What runs a payload of the queue.
Run = Callable[[bytes], Awaitable[None]]

log = structlog.get_logger()
# It logs failures of handlers a second time, with their text.
logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)


class JobRunner:
    """Runs the queue until stopped, through restarts of PostgreSQL."""

    def __init__(
        self, worker: WorkerContext, jobs: Iterable[HandledJob], schedules: Mapping[str, Schedule] | None = None
    ) -> None:
        """Take jobs with their handlers and, by name, what to run every so many seconds."""
        self._worker = worker
        self._jobs: dict[str, JobType[Any]] = {}
        self._runs: dict[str, Run] = {}
        for handled in jobs:
            self._add(handled.job, partial(_run_job, worker, handled))
        self._schedules = {**KERNEL_SCHEDULES, **(schedules or {})}
        for name, (_seconds, handler) in self._schedules.items():
            # The next period runs it anyway.
            scheduled = JobType(name=name, parameters=_Nothing, max_attempts=1, keep_failed=False)
            self._add(scheduled, partial(handler, worker))
        seconds_by_schedule = {name: seconds for name, (seconds, _handler) in self._schedules.items()}
        self.caretaker = Caretaker(seconds_by_schedule, list(self._jobs))
        self._manager: QueueManager | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._running_by_name: Counter[str] = Counter()
        self._stopping = asyncio.Event()
        self._looked_at = time.monotonic()
        self.started = asyncio.Event()

    def _add(self, job: JobType[Any], run: Run) -> None:
        if job.name in self._jobs:
            raise ValueError(f"two handlers of the job {job.name}")
        self._jobs[job.name], self._runs[job.name] = job, run

    def is_alive(self) -> bool:
        """Tell whether the queue was looked at lately, or at least asked for."""
        return time.monotonic() - self._looked_at < STUCK_AFTER_SECONDS

    def _note_look(self) -> None:
        self._looked_at = time.monotonic()
        self.started.set()

    def _list_crowded(self) -> set[str]:
        """Return the jobs of which as many run as may: one kind must not hold the whole worker."""
        return {
            name
            for name, job in self._jobs.items()
            if job.at_once is not None and self._running_by_name[name] >= job.at_once
        }

    async def run(self) -> None:
        """Work until `stop`; a lost connection is opened again."""
        while not self._stopping.is_set():
            self._looked_at = time.monotonic()
            try:
                await self._run_connected()
            except* UNREACHABLE as errors:
                log.warning("queue_connection_lost", error=str(errors.exceptions[0]))
                with suppress(TimeoutError):
                    async with asyncio.timeout(RECONNECT_SECONDS):
                        await self._stopping.wait()

    async def stop(self, grace_seconds: float = 10.0) -> None:
        """Take no more jobs; give the running ones time, then put them back into the queue."""
        self._stopping.set()
        if self._manager:
            self._manager.shutdown.set()
        if self._running:
            await asyncio.wait(self._running, timeout=grace_seconds)
        for task in list(self._running):
            task.cancel()

    async def _run_connected(self) -> None:
        connection = await self._worker.database.connect_worker()
        try:
            # PgQueuer reads and writes JSON as text itself.
            for name in ("json", "jsonb"):
                await connection.reset_type_codec(name, schema="pg_catalog")
            # Planning a look at the queue costs several times its work, and its plan never changes.
            await connection.execute("set plan_cache_mode = force_generic_plan")
            driver = AsyncpgDriver(connection)
            self._manager = manager = self._make_manager(driver)
            if self._stopping.is_set():
                return
            async with asyncio.TaskGroup() as group:
                care = group.create_task(self.caretaker.run(driver))
                await manager.run(
                    dequeue_timeout=timedelta(seconds=POLL_SECONDS),
                    batch_size=BATCH_SIZE,
                    max_concurrent_tasks=AT_ONCE,
                    heartbeat_timeout=timedelta(seconds=HEARTBEAT_TIMEOUT_SECONDS),
                    log_aggregation_interval=timedelta(0),
                )
                care.cancel()
        finally:
            await _close(connection)

    def _make_manager(self, driver: AsyncpgDriver) -> QueueManager:
        names = DBSettings(db_schema="jobs", channel=Channel(QUEUE_CHANNEL))
        queries = _NotedQueries(
            driver, qbe=QueryBuilderEnvironment(names), qbq=QueryQueueBuilder(names), qbs=QuerySchedulerBuilder(names)
        )
        queries.note_look = self._note_look
        queries.list_crowded = self._list_crowded
        manager = QueueManager(queries, channel=names.channel)
        for name, job in self._jobs.items():
            manager.register_executor(name, _Executor(job, self._runs[name], self._running, self._running_by_name))
        return manager


class _NotedQueries(Queries):
    """The queue's queries; every look for work is noted, and leaves out what runs often enough."""

    note_look: Callable[[], None]
    list_crowded: Callable[[], set[str]]

    async def dequeue(self, *given: Any, **named: Any) -> list[QueuedJob]:
        self.note_look()
        crowded = self.list_crowded()
        named["entrypoints"] = {name: one for name, one in named["entrypoints"].items() if name not in crowded}
        return await super().dequeue(*given, **named)


class _Executor(AbstractEntrypointExecutor):
    """Runs one job and turns how it ended into what the queue understands."""

    def __init__(self, job: JobType[Any], run: Run, running: set[asyncio.Task[Any]], by_name: Counter[str]) -> None:
        super().__init__(
            EntrypointExecutorParameters(
                concurrency_limit=0, func=self.execute, on_failure="hold" if job.keep_failed else "delete"
            )
        )
        self._job = job
        self._run = run
        self._running = running
        self._by_name = by_name

    async def execute(self, job: QueuedJob, context: Context) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        self._by_name[job.entrypoint] += 1
        cause = job.header_section("cause") or {}
        cause_id = cause.get("change_id")
        request_context.set(
            RequestContext(request_id=f"job-{job.id}", cause_id=cause_id if isinstance(cause_id, int) else None)
        )
        try:
            await self._attempt(job)
        except asyncio.CancelledError:
            # PgQueuer would delete it as canceled; nobody asked for that, the worker only stops.
            raise RetryRequested(timedelta(0), "the worker stopped") from None
        finally:
            self._running.discard(task)
            self._by_name[job.entrypoint] -= 1

    async def _attempt(self, job: QueuedJob) -> None:
        if job.attempts >= self._job.max_attempts:
            raise JobFailed(f"its worker was lost {job.attempts} times")
        try:
            async with asyncio.timeout(self._job.timeout_seconds):
                await self._run(job.payload or b"")
        except RetryLater as later:
            self._tell("job_put_off", job, later)
            raise RetryRequested(timedelta(seconds=later.delay_seconds), str(later)) from later
        except JobFailed as error:
            self._tell("job_failed", job, error)
            raise
        except Exception as error:
            if job.attempts + 1 >= self._job.max_attempts:
                self._tell("job_failed", job, error)
                raise
            delay = self._job.delay_after(job.attempts)
            self._tell("job_retried", job, error, delay_seconds=round(delay.total_seconds(), 1))
            raise RetryRequested(delay, f"{type(error).__name__}: {error}") from error

    def _tell(self, event: str, job: QueuedJob, error: Exception, **more: object) -> None:
        log.warning(
            event,
            job=job.entrypoint,
            job_id=job.id,
            attempt=job.attempts + 1,
            error=f"{type(error).__name__}: {error}",
            **more,
        )


class _Nothing(msgspec.Struct):
    """What runs by the clock has no parameters."""


async def _run_job(worker: WorkerContext, handled: HandledJob, payload: bytes) -> None:
    """Run a job in its workspace. Raises JobFailed for a payload that is none of it, which people then see."""
    try:
        workspace_id, parameters = handled.job.decode(payload)
    except msgspec.DecodeError as error:
        raise JobFailed(f"its parameters cannot be read: {error}") from error
    await handled.handler(worker.in_workspace(workspace_id), parameters)


async def _close(connection: asyncpg.Connection) -> None:
    with suppress(*UNREACHABLE):
        await connection.close(timeout=2)
