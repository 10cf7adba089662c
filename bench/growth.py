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
from bench.client import Request, press
from bench.dataset import load
from bench.disk import KINDS, kind_of
from bench.house import House
from bench.mailing import measure_mail_load
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
    async with _filled(folder, tickets) as house:
        connection = await asyncpg.connect(house.url)
        try:
            held = await weigh(connection)
            dump_seconds, dump_bytes = await _dump(house, folder / "dump")
            mails, uploads = await _weighed(connection, house, _take_mail)
            edits, _ = await _weighed(connection, house, _set_priorities)
            replies, _ = await _weighed(connection, house, _reply)
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
    connection: asyncpg.Connection, house: House, work: Callable[[House], Awaitable[int]]
) -> tuple[Weights, float]:
    """Return what one piece of a work adds: to the tables, and to the files (bytes)."""
    before, files = await weigh(connection), _bytes_in(house.settings.uploads)
    count = await work(house)
    after = await weigh(connection)
    added = {
        kind: Weight(
            (after[kind].rows - before[kind].rows) / count,
            (after[kind].indexes - before[kind].indexes) / count,
        )
        for kind in before
    }
    return added, (_bytes_in(house.settings.uploads) - files) / count


@contextlib.asynccontextmanager
async def _filled(folder: Path, tickets: int) -> AsyncIterator[House]:
    postgres = EmbeddedPostgres(data_directory=folder / "postgres")
    url = postgres.start()
    try:
        settings = ensure_secret(Settings(data=folder / "data"))
        await prepare_database(url, settings)
        yield House(postgres, settings, await load(url, tickets))
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _reply(house: House) -> int:
    """Answer tickets; the mails are held and not sent."""
    reply = next(one for one in operations(house.data) if one.name == "reply")
    return await _press(house, reply.next_request)


async def _set_priorities(house: House) -> int:
    """Change a field of one ticket after the other; every request is a change."""
    numbers = itertools.count(house.data.tickets, -1)

    def request() -> Request:
        number = next(numbers)
        body = msgspec.json.encode({"priority": "urgent" if number % 2 else "low"})
        return Request("PATCH", f"{API}/tickets/{number}", body)

    return await _press(house, request)


async def _press(house: House, next_request: Callable[[], Request]) -> int:
    with house.service("api", "api_port") as (_, port):
        cookie = await house.sign_in()
        samples = await press(port, cookie, next_request, SECONDS, CONNECTIONS)
    return len(samples.latencies_seconds)


async def _take_mail(house: House) -> int:
    """Let mail come, as ordinary as the samples are, and be filed; return how many mails."""
    connection = await asyncpg.connect(house.url)
    try:
        last = await connection.fetchval("select coalesce(max(id), 0) from atum.mails")
        with house.service("worker", "smtp_port") as (_, port):
            await measure_mail_load(house.url, port, a_second=MAILS_A_SECOND, seconds=SECONDS)
        return await connection.fetchval("select count(*) from atum.mails where id > $1", last)
    finally:
        await connection.close()


async def _dump(house: House, file: Path) -> tuple[float, int]:
    program = find_client("pg_dump", house.postgres.server)
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        str(program), "-Fc", "-f", str(file), "-d", house.url
    )
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
