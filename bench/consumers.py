"""How soon consumers of the ledger have handled a change that was committed, under load."""

import asyncio
import random
import time

import asyncpg
import msgspec

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database
from bench.bench_database import BenchDatabase
from bench.commands import CONSUMERS, PRIORITY
from bench.processes import Process

ENDPOINTS = 10
RULE_FIRES_ON_ONE_IN = 10
WRITERS = 6
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 60.0
DOUBLES_SECONDS = 0.5
PREPARE = """create table atum.bench_effects (consumer text not null, change_id bigint not null);
             grant insert on atum.bench_effects to atum_desk_worker"""
TICKETS = "select array(select id from tickets order by id desc limit 2000)"
WRITE = "update tickets set priority = case priority when 3 then 2 else 3 end where id = $1"


class ConsumerLoad(msgspec.Struct, frozen=True):
    """What five consumers did while changes were due at a given rate, whether or not they kept up.

    Times are from the commit's answer to the writer until a look, 20 ms after another at most, that
    saw the effect committed. `missing` and `doubled` are effects. CPU is for each effect;
    PostgreSQL's includes the writing of the changes.
    """

    offered: float
    written: float
    handled: int
    missing: int
    doubled: int
    p50_ms: float
    p95_ms: float
    worst_ms: float
    worker_cpu_ms: float
    postgres_cpu_ms: float


async def measure_consumers(bench_database: BenchDatabase, a_second: float, seconds: float) -> ConsumerLoad:
    """Let so many changes a second be due for so long while a worker's consumers follow."""
    admin = await asyncpg.connect(bench_database.url, server_settings={"search_path": "atum"})
    await admin.execute("drop table if exists atum.bench_effects")
    await admin.execute(PREPARE)
    await admin.execute("delete from consumers; delete from waiting_changes")
    worker = Process("bench.consumer_worker", **bench_database.environment())
    try:
        await _await_consumers(admin, worker)
        return await _measure(bench_database, admin, worker, a_second, seconds)
    finally:
        worker.stop()
        await admin.execute("drop table atum.bench_effects")
        await admin.close()


async def _await_consumers(admin: asyncpg.Connection, worker: Process) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while await admin.fetchval("select count(*) from consumers") < len(CONSUMERS):
        if time.monotonic() > end:
            raise RuntimeError(f"the consumers did not start: {worker.last_words()}")
        await asyncio.sleep(0.1)


async def _measure(
    bench_database: BenchDatabase, admin: asyncpg.Connection, worker: Process, a_second: float, seconds: float
) -> ConsumerLoad:
    began = time.monotonic()
    worker_before, postgres_before = worker.cpu_seconds(), bench_database.postgres_cpu_seconds()
    looks = _Looks(admin)
    looking = asyncio.create_task(looks.run())
    try:
        committed_at = await _write(bench_database, a_second, seconds)
        writing_seconds = time.monotonic() - began
        await looks.until_seen(len(committed_at) * len(CONSUMERS))
        worker_cpu = worker.cpu_seconds() - worker_before
        postgres_cpu = bench_database.postgres_cpu_seconds() - postgres_before
        # What comes twice would come now.
        await asyncio.sleep(DOUBLES_SECONDS)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    ours = {key: at for key, at in looks.first_at.items() if key[1] in committed_at}
    waits = sorted((at - committed_at[key[1]]) * 1000 for key, at in ours.items())
    return ConsumerLoad(
        offered=a_second,
        written=len(committed_at) / writing_seconds,
        handled=len(ours),
        missing=len(committed_at) * len(CONSUMERS) - len(ours),
        doubled=looks.seen - len(looks.first_at),
        p50_ms=_part_of(waits, 0.5),
        p95_ms=_part_of(waits, 0.95),
        worst_ms=_part_of(waits, 1.0),
        worker_cpu_ms=worker_cpu * 1000 / max(looks.seen, 1),
        postgres_cpu_ms=postgres_cpu * 1000 / max(looks.seen, 1),
    )


class _Looks:
    """Takes the effects away as they are seen, with the moment of each."""

    def __init__(self, admin: asyncpg.Connection) -> None:
        self._admin = admin
        self.seen = 0
        self.first_at: dict[tuple[str, int], float] = {}

    async def until_seen(self, effects: int) -> None:
        """Wait until so many were seen, a minute at most."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.seen < effects and time.monotonic() < end:  # noqa: ASYNC110 - it looks at the clock, too
            await asyncio.sleep(LOOK_SECONDS)

    async def run(self) -> None:
        while True:
            rows = await self._admin.fetch("delete from bench_effects returning consumer, change_id")
            at = time.monotonic()
            self.seen += len(rows)
            for row in rows:
                self.first_at.setdefault((row["consumer"], row["change_id"]), at)
            await asyncio.sleep(LOOK_SECONDS)


def _part_of(waits: list[float], part: float) -> float:
    """Return what so large a part of the sorted waits does not exceed; 0 without any."""
    return waits[min(int(part * len(waits)), len(waits) - 1)] if waits else 0.0


async def _write(bench_database: BenchDatabase, a_second: float, seconds: float) -> dict[int, float]:
    """Commit changes as they are due, whether or not those before are done; return when each was."""
    database = Database(bench_database.settings, bench_database.url, bench_database.settings.secret)
    await database.open("atum_desk_worker", size=WRITERS + 2)
    due: asyncio.Queue[int | None] = asyncio.Queue()
    committed_at: dict[int, float] = {}
    chance = random.Random(1)
    try:
        async with database.connection("atum_desk_worker") as connection:
            workspace = await connection.fetchval("select min(workspace_id) from all_workspaces()")
        actor = SystemActor(workspace_id=workspace, via="job")
        async with database.reading(actor) as transaction:
            tickets = await transaction.fetchval(TICKETS)
        async with asyncio.TaskGroup() as group:
            for _ in range(WRITERS):
                group.create_task(_write_due(database, actor, due, committed_at))
            began = time.monotonic()
            for number in range(int(a_second * seconds)):
                await asyncio.sleep(max(0.0, began + number / a_second - time.monotonic()))
                due.put_nowait(chance.choice(tickets))
            for _ in range(WRITERS):
                due.put_nowait(None)
    finally:
        await database.close()
    return committed_at


async def _write_due(
    database: Database, actor: SystemActor, due: asyncio.Queue[int | None], committed_at: dict[int, float]
) -> None:
    while (ticket := await due.get()) is not None:
        async with database.writing(actor, PRIORITY) as work:
            work.ticket_id = ticket
            await work.execute(WRITE, ticket)
        if work.change_id:
            committed_at[work.change_id] = time.monotonic()
