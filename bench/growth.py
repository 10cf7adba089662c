"""What a desk grows by: bytes that a reply, a mail and a status change add, at two sizes, and what follows."""

import asyncio
import contextlib
import itertools
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import msgspec

from atum_desk.entry.prepare import prepare_database
from atum_desk.kernel.config.settings import Settings, ensure_secret
from atum_desk.launch.postgres import EmbeddedPostgres
from atum_desk.launch.postgres_binaries import find_client
from bench.bench_database import BenchDatabase
from bench.client import Request, press
from bench.dataset import load
from bench.disk import KINDS, kind_of
from bench.mail_load import measure_mail_load
from bench.operations import API, operations

SCALES = (20_000, 100_000)
# A ticket of the data set: opened and answered by mail, replied to once, taken and resolved.
LIFE = {"reply": 1, "mail in": 2, "status change": 2}
SECONDS = 12.0
CONNECTIONS = 4
MAILS_A_SECOND = 50.0
# Heap with what is stored beside it, and indexes.
SIZES = """select c.relname as name, pg_table_size(c.oid) as rows, pg_indexes_size(c.oid) as indexes
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('atum', 'jobs') and c.relkind = 'r'"""


class Weight(msgspec.Struct, frozen=True):
    """Bytes of a kind of table: rows with their long values, and indexes."""

    rows: float
    indexes: float

    @property
    def whole(self) -> float:
        """Return both together."""
        return self.rows + self.indexes


Weights = dict[str, Weight]


class Size(msgspec.Struct, frozen=True):
    """A desk of so many tickets: what it holds, and what one of each operation adds (bytes)."""

    tickets: int
    held: Weights
    added: dict[str, Weights]
    upload_bytes_a_mail: float
    dump_seconds: float
    dump_bytes: int

    @property
    def bytes_of_tables(self) -> float:
        """Return all tables with their indexes."""
        return sum(one.whole for one in self.held.values())

    @property
    def life(self) -> Weights:
        """Return what a ticket adds in its life."""
        return {
            kind: Weight(
                sum(times * self.added[what][kind].rows for what, times in LIFE.items()),
                sum(times * self.added[what][kind].indexes for what, times in LIFE.items()),
            )
            for kind in self.held
        }


async def measure_growth(folder: Path, tickets: int) -> Size:
    """Fill a desk, weigh it, then let mail and people work on it and weigh what each thing added.

    Mail comes first: the worker that takes it would send what people wrote.
    """
    async with _filled(folder, tickets) as bench_database:
        connection = await asyncpg.connect(bench_database.url)
        try:
            held = await weigh(connection)
            dump_seconds, dump_bytes = await _dump(bench_database, folder / "dump")
            mails, uploads = await _weighed(connection, bench_database, _take_mail)
            edits, _ = await _weighed(connection, bench_database, _set_priorities)
            replies, _ = await _weighed(connection, bench_database, _reply)
        finally:
            await connection.close()
    added = {"reply": replies, "mail in": mails, "status change": edits}
    return Size(tickets, held, added, uploads, dump_seconds, dump_bytes)


async def weigh(connection: asyncpg.Connection) -> Weights:
    """Return bytes by kind of table, after what updates left behind was given back."""
    await connection.execute("vacuum")
    rows, indexes = dict.fromkeys((*KINDS, "other"), 0), dict.fromkeys((*KINDS, "other"), 0)
    for one in await connection.fetch(SIZES):
        kind = kind_of(one["name"])
        rows[kind] += one["rows"]
        indexes[kind] += one["indexes"]
    return {kind: Weight(rows[kind], indexes[kind]) for kind in rows}


async def _weighed(
    connection: asyncpg.Connection, bench_database: BenchDatabase, work: Callable[[BenchDatabase], Awaitable[int]]
) -> tuple[Weights, float]:
    """Return what one piece of a work adds: to the tables, and to the files (bytes)."""
    before, files = await weigh(connection), _bytes_in(bench_database.settings.uploads)
    count = await work(bench_database)
    after = await weigh(connection)
    added = {
        kind: Weight(
            (after[kind].rows - before[kind].rows) / count, (after[kind].indexes - before[kind].indexes) / count
        )
        for kind in before
    }
    return added, (_bytes_in(bench_database.settings.uploads) - files) / count


@contextlib.asynccontextmanager
async def _filled(folder: Path, tickets: int) -> AsyncIterator[BenchDatabase]:
    postgres = EmbeddedPostgres(data_directory=folder / "postgres")
    url = postgres.start()
    try:
        settings = ensure_secret(Settings(data=folder / "data"))
        await prepare_database(url, settings)
        yield BenchDatabase(postgres, settings, await load(url, tickets))
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _reply(bench_database: BenchDatabase) -> int:
    """Answer tickets; the mails are held and not sent."""
    reply = next(one for one in operations(bench_database.data) if one.name == "reply")
    return await _press(bench_database, reply.next_request)


async def _set_priorities(bench_database: BenchDatabase) -> int:
    """Change a field of one ticket after the other; every request is a change."""
    numbers = itertools.count(bench_database.data.tickets, -1)

    def request() -> Request:
        number = next(numbers)
        body = msgspec.json.encode({"priority": "urgent" if number % 2 else "low"})
        return Request("PATCH", f"{API}/tickets/{number}", body)

    return await _press(bench_database, request)


async def _press(bench_database: BenchDatabase, next_request: Callable[[], Request]) -> int:
    with bench_database.service("api", "api_port") as (_, port):
        cookie = await bench_database.sign_in()
        samples = await press(port, cookie, next_request, SECONDS, CONNECTIONS)
    return len(samples.latencies_seconds)


async def _take_mail(bench_database: BenchDatabase) -> int:
    """Let mail come, as ordinary as the samples are, and be filed; return how many mails."""
    connection = await asyncpg.connect(bench_database.url)
    try:
        last = await connection.fetchval("select coalesce(max(id), 0) from atum.mails")
        with bench_database.service("worker", "smtp_port") as (_, port):
            await measure_mail_load(bench_database.url, port, a_second=MAILS_A_SECOND, seconds=SECONDS)
        return await connection.fetchval("select count(*) from atum.mails where id > $1", last)
    finally:
        await connection.close()


async def _dump(bench_database: BenchDatabase, file: Path) -> tuple[float, int]:
    program = find_client("pg_dump", bench_database.postgres.server)
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(str(program), "-Fc", "-f", str(file), "-d", bench_database.url)
    if await process.wait():
        raise RuntimeError("pg_dump failed")
    return time.perf_counter() - began, await asyncio.to_thread(_take_size, file)


def _take_size(file: Path) -> int:
    """Return a file's size and remove it."""
    size = file.stat().st_size
    file.unlink()
    return size


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
