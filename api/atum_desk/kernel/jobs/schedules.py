"""The queue's caretaker: what is due is enqueued, lost jobs come back, the worker says it lives."""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.jobs.unknown_jobs import park_unknown, put_back_known
from atum_desk.kernel.ledger.parts import keep_ledger

if TYPE_CHECKING:
    from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver

    from atum_desk.kernel.jobs.handlers import WorkerContext

TICK_SECONDS = 1.0
TICKS_PER_BEAT = 3
TICKS_PER_LOOK_FOR_UNKNOWN = 60
# The queue shares this connection: when its other end has vanished, this ends the wait for both.
TICK_TIMEOUT_SECONDS = 30.0
# A living worker's beat is at most 10 s old: 8 s between beats and 2 s in the buffer.
LOST_AFTER_SECONDS = 12.0
KEEP_LOG_DAYS = 7
KEEP_KEYS_DAYS = 2

Schedule = tuple[float, Callable[["WorkerContext", bytes], Awaitable[None]]]

log = structlog.get_logger()


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something a worker cannot get past: what, since how many attempts, and why."""

    what: str
    attempts: int
    error: str


class Caretaker:
    """Looks after the queue once a second, on the queue's own connection.

    Any number of workers do so at once: each period of a schedule is claimed by one of them.
    """

    def __init__(self, seconds_by_schedule: Mapping[str, float], known_jobs: Sequence[str]) -> None:
        """`known_jobs`: the names of all that the worker can run."""
        self._known_jobs = known_jobs
        self.worker_id = uuid.uuid4()
        self.list_troubles: Callable[[], list[Trouble]] = list
        self._schedules = {name: f"every {seconds:g} s" for name, seconds in seconds_by_schedule.items()}
        self._seconds = dict(seconds_by_schedule)

    async def run(self, driver: AsyncpgDriver) -> None:
        """Work until cancelled."""
        await self._register(driver)
        await put_back_known(driver, self._known_jobs)
        ticks = 0
        try:
            while True:
                async with asyncio.timeout(TICK_TIMEOUT_SECONDS):
                    if ticks % TICKS_PER_BEAT == 0:
                        await self._beat(driver)
                    await self._take_back_lost(driver)
                    await self._enqueue_due(driver)
                    if ticks % TICKS_PER_LOOK_FOR_UNKNOWN == 0:
                        await park_unknown(driver, self._known_jobs)
                ticks += 1
                await asyncio.sleep(TICK_SECONDS)
        finally:
            with suppress(*UNREACHABLE):
                await driver.execute("delete from jobs.workers where id = $1", self.worker_id)

    async def _register(self, driver: AsyncpgDriver) -> None:
        names, expressions = list(self._schedules), list(self._schedules.values())
        await driver.execute(
            """with ours as (select * from unnest($1::text[], $2::text[]) as o(entrypoint, expression)),
                    gone as (delete from jobs.pgqueuer_schedules s using ours o
                              where s.entrypoint = o.entrypoint and s.expression <> o.expression)
               insert into jobs.pgqueuer_schedules (entrypoint, expression)
               select entrypoint, expression from ours on conflict do nothing""",
            names,
            expressions,
        )

    async def _beat(self, driver: AsyncpgDriver) -> None:
        await driver.execute(
            """with gone as (delete from jobs.workers where seen_at < clock_timestamp() - interval '1 hour')
               insert into jobs.workers (id, host, pid, trouble) values ($1, $2, $3, $4::jsonb)
               on conflict (id) do update set seen_at = clock_timestamp(), trouble = excluded.trouble""",
            self.worker_id,
            socket.gethostname(),
            os.getpid(),
            msgspec.json.encode(self.list_troubles()).decode(),
        )

    async def _take_back_lost(self, driver: AsyncpgDriver) -> None:
        rows = await driver.fetch(
            """update jobs.pgqueuer set status = 'queued', queue_manager_id = null, updated = now(),
                      attempts = attempts + 1
                where status = 'picked' and heartbeat < now() - $1::interval
               returning id, entrypoint, attempts""",
            timedelta(seconds=LOST_AFTER_SECONDS),
        )
        for row in rows:
            log.warning("job_taken_back", job=row["entrypoint"], job_id=row["id"], attempt=row["attempts"])

    async def _enqueue_due(self, driver: AsyncpgDriver) -> None:
        await driver.execute(
            """with ours as (select * from unnest($1::text[], $2::text[], $3::float8[])
                                as o(entrypoint, expression, seconds)),
                    due as (update jobs.pgqueuer_schedules s
                               set next_run = now() + make_interval(secs => o.seconds),
                                   last_run = now(), updated = now()
                              from ours o
                             where s.entrypoint = o.entrypoint and s.expression = o.expression
                               and s.next_run <= now()
                         returning s.entrypoint)
               select atum.enqueue_job(entrypoint, ''::bytea, '0', 'schedule:' || entrypoint) from due""",
            list(self._schedules),
            list(self._schedules.values()),
            list(self._seconds.values()),
        )


async def _prune_job_log(worker: WorkerContext, _payload: bytes) -> None:
    """Forget what became of jobs long done, a bounded number at a time."""
    async with worker.database.connection("atum_desk_worker") as connection:
        await connection.execute(
            """delete from jobs.pgqueuer_log where id in (
                 select id from jobs.pgqueuer_log where created < now() - $1::interval limit 50000)""",
            timedelta(days=KEEP_LOG_DAYS),
        )


async def _prune_keys(worker: WorkerContext, _payload: bytes) -> None:
    async with worker.database.connection("atum_desk_worker") as connection:
        await connection.execute("select atum.prune_idempotency_keys($1)", timedelta(days=KEEP_KEYS_DAYS))
        # Under this name, for a worker of the release before must know every schedule (ADR 0017).
        await connection.execute("select atum.close_previous_doors(interval '1 day')")
    await keep_ledger(worker)


KERNEL_SCHEDULES: dict[str, Any] = {
    "kernel.prune_job_log": (600.0, _prune_job_log),
    "kernel.prune_idempotency_keys": (3600.0, _prune_keys),
}
