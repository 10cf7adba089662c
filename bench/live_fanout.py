"""How soon an open browser hears of a change, and what telling costs: many sockets, changes at a fixed rate.

Alone: `PYTHONPATH=.:api api/.venv/bin/python -m bench.live_fanout --sockets 2000 --changes-per-second 50`.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from array import array
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol, cast

import msgspec
import uvloop

from atum_desk.http.session_cookies import STAFF_COOKIE
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor, new_token, token_hash
from atum_desk.kernel.database.units_of_work import Database
from bench.bench_database import BenchDatabase, free_port, open_house
from bench.processes import Process, cpu_seconds

SETTLE_SECONDS = 1.0
CONNECT_AT_ONCE = 50
CONNECT_SECONDS = 30.0
STAFF = 60
LAST_FRAMES_SECONDS = 10.0


class Fanout(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. CPU is that of all live processes, in cores; memory is of one socket."""

    sockets: int
    processes: int
    changes: int
    frames: int
    deliveries_missing: int
    p50_ms: float
    p95_ms: float
    worst_ms: float
    live_cores: float
    live_database_ms_per_change: float
    microseconds_per_frame: float
    bytes_per_socket: float
    idle_megabytes: float


class Listener(Protocol):
    """What wants to know of frames."""

    def note(self, payload: bytes) -> None:
        """Take a frame that has just come."""


class Heard:
    """When which frame reached a socket; a frame that many got is kept once."""

    def __init__(self) -> None:
        self.moments: dict[bytes, array[float]] = {}
        self._ready = 0
        self._wanted = asyncio.Event()

    async def at_least(self, sockets: int) -> None:
        """Return when so many sockets were told that they are ready."""
        while self._ready < sockets:
            self._wanted.clear()
            await self._wanted.wait()

    def note(self, payload: bytes) -> None:
        """Note a frame that has just come."""
        if payload.startswith(b'{"type":"ready"'):
            self._ready += 1
            self._wanted.set()
        elif payload.startswith(b'{"type":"changes"'):
            self.moments.setdefault(payload, array("d")).append(time.perf_counter())


class Browser(asyncio.Protocol):
    """One WebSocket that says hello and listens; it costs the machine as little as can be."""

    def __init__(self, heard: Listener, port: int, cookie: str) -> None:
        self._heard, self._port, self._cookie = heard, port, cookie
        self._buffer = b""
        self._open = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(
            f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: {self._cookie}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take frames apart."""
        self._buffer += data
        if not self._open:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise RuntimeError(head.decode(errors="replace"))
            self._open, self._buffer = True, rest
            self.send(b'{"type":"hello","last_seq":null}')
        for payload in self._take_frames():
            if payload == b'{"type":"ping"}':
                self.send(b'{"type":"pong"}')
            else:
                self._heard.note(payload)

    def send(self, payload: bytes) -> None:
        """Send a short text frame, masked with zeros (RFC 6455, 5.3)."""
        assert self._transport
        self._transport.write(bytes((0x81, 0x80 | len(payload))) + b"\0\0\0\0" + payload)

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.abort()

    def _take_frames(self) -> list[bytes]:
        """Take all frames that are there as a whole; what follows them is kept once, not for each."""
        buffer, at, payloads = self._buffer, 0, []
        while len(buffer) >= at + 2:
            size, start = buffer[at + 1], at + 2
            if size >= 126:
                start += 2 if size == 126 else 8
                size = int.from_bytes(buffer[at + 2 : start])
            if len(buffer) < start + size:
                break
            at = start + size
            payloads.append(buffer[start:at])
        self._buffer = buffer[at:]
        return payloads


async def measure_fanout(
    bench_database: BenchDatabase, sockets: int, changes_per_second: int, seconds: float, processes: int = 1
) -> Fanout:
    """Measure so many sockets over so many live processes while tickets change at a fixed rate."""
    async with AsyncExitStack() as stack:
        database = Database(bench_database.settings, bench_database.url, bench_database.settings.secret)
        await database.open("atum_desk_worker", size=4)
        stack.push_async_callback(database.close)
        cookies = await sign_in_staff(database)
        own = set(await _backends(database))
        live = [_start(bench_database, stack) for _ in range(processes)]
        await asyncio.sleep(min(SETTLE_SECONDS, seconds))
        idle = sum(process.memory_bytes() for process, _ in live)
        heard = Heard()
        await _connect(heard, [port for _, port in live], cookies, sockets, stack)
        await asyncio.sleep(min(SETTLE_SECONDS, seconds))
        full = sum(process.memory_bytes() for process, _ in live)
        backends = set(await _backends(database)) - own
        before = _cpu(live), sum(map(cpu_seconds, backends)), time.perf_counter()
        committed = await _change_elsewhere(bench_database, changes_per_second, seconds)
        await _await_last(heard, sockets, max(committed))
        elapsed = time.perf_counter() - before[2]
        spent = _cpu(live) - before[0], sum(map(cpu_seconds, backends)) - before[1]
    waits, frames = _waits(heard, committed)
    return Fanout(
        sockets=sockets,
        processes=processes,
        changes=len(committed),
        frames=frames,
        deliveries_missing=sockets * len(committed) - len(waits),
        p50_ms=waits[len(waits) // 2] * 1e3,
        p95_ms=waits[len(waits) * 95 // 100] * 1e3,
        worst_ms=waits[-1] * 1e3,
        live_cores=spent[0] / elapsed,
        live_database_ms_per_change=spent[1] * 1e3 / len(committed),
        microseconds_per_frame=spent[0] * 1e6 / max(1, frames),
        bytes_per_socket=(full - idle) / sockets,
        idle_megabytes=idle / processes / 2**20,
    )


def _start(bench_database: BenchDatabase, stack: AsyncExitStack) -> tuple[Process, int]:
    port = free_port()
    environment = bench_database.environment(live_port=port) | {
        "ATUM_LIVE_SOCKETS_PER_PERSON": "1000",
        "ATUM_LIVE_SOCKETS_PER_ADDRESS": "10000",
    }
    process = Process("atum_desk.entry.live", **environment)
    stack.callback(process.stop)
    process.await_port(port)
    return process, port


def _cpu(live: list[tuple[Process, int]]) -> float:
    return sum(process.cpu_seconds() for process, _ in live)


async def sign_in_staff(database: Database) -> list[str]:
    """Open a session for everybody on the staff and return their cookies."""
    async with database.reading(SystemActor(workspace_id=1, via="cli")) as transaction:
        people = await transaction.fetch(
            "select id from people where kind = 'staff' and active order by id limit $1", STAFF
        )
    cookies = []
    async with database.connection("atum_desk_worker") as connection:
        for person in people:
            token = new_token("staff")
            await connection.execute(
                "select atum.open_session($1, 'staff', 'cookie', $2, null, 'bench', null, interval '1 hour')",
                person["id"],
                token_hash(token),
            )
            cookies.append(f"{STAFF_COOKIE}={token}")
    return cookies


async def _backends(database: Database) -> list[int]:
    async with database.connection("atum_desk_worker") as connection:
        rows = await connection.fetch("select pid from pg_stat_activity where datname = current_database()")
    return [row["pid"] for row in rows]


async def _connect(heard: Heard, ports: list[int], cookies: list[str], sockets: int, stack: AsyncExitStack) -> None:
    """Open the sockets, a few at a time, and return when each was told that it is ready."""
    loop = asyncio.get_running_loop()
    for number in range(sockets):
        port, cookie = ports[number % len(ports)], cookies[number // len(ports) % len(cookies)]
        _, browser = await loop.create_connection(partial(Browser, heard, port, cookie), "127.0.0.1", port)
        stack.callback(browser.close)
        async with asyncio.timeout(CONNECT_SECONDS):
            await heard.at_least(number - CONNECT_AT_ONCE)
    async with asyncio.timeout(CONNECT_SECONDS):
        await heard.at_least(sockets)


async def _change_elsewhere(bench_database: BenchDatabase, per_second: int, seconds: float) -> dict[int, float]:
    """Change tickets from a process of its own: here, its open transactions would wait for the sockets.

    The clock that both read is the machine's.
    """
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        given = (bench_database.settings, bench_database.url, per_second, seconds)
        return await loop.run_in_executor(pool, _change_alone, *given)


def _change_alone(settings: Settings, url: str, per_second: int, seconds: float) -> dict[int, float]:
    async def run() -> dict[int, float]:
        database = Database(settings, url, settings.secret)
        await database.open("atum_desk_worker", size=4)
        try:
            return await _change(database, per_second, seconds)
        finally:
            await database.close()

    return uvloop.run(run())


async def _change(database: Database, per_second: int, seconds: float) -> dict[int, float]:
    """Change a ticket so often and return when each change was committed, by its id."""
    actor = SystemActor(workspace_id=1, via="job")
    async with database.reading(actor) as transaction:
        rows = await transaction.fetch("select id from tickets where is_open order by id limit 200")
    tickets = [row["id"] for row in rows]
    committed: dict[int, float] = {}

    async def change(number: int) -> None:
        async with database.writing(actor, "ticket.edit") as work:
            work.ticket_id = tickets[number % len(tickets)]
            await work.execute("update tickets set subject = $2 where id = $1", work.ticket_id, f"Subject {number}")
        assert work.change_id
        committed[work.change_id] = time.perf_counter()

    began_at = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(per_second * seconds)):
            await asyncio.sleep(max(0, began_at + number / per_second - time.perf_counter()))
            group.create_task(change(number))
    return committed


async def _await_last(heard: Heard, sockets: int, last: int) -> None:
    """Wait until everybody heard of the last change, or no longer."""
    wanted = f'"change_id":{last},'.encode()
    deadline = time.perf_counter() + LAST_FRAMES_SECONDS
    while time.perf_counter() < deadline:
        if sum(len(at) for frame, at in heard.moments.items() if wanted in frame) >= sockets:
            return
        await asyncio.sleep(0.1)


def _waits(heard: Heard, committed: dict[int, float]) -> tuple[list[float], int]:
    """Return in order how long after its commit each socket heard of each change, and count the frames."""
    waits: list[float] = []
    frames = 0
    for payload, moments in heard.moments.items():
        frames += len(moments)
        ids = {change["change_id"] for change in msgspec.json.decode(payload)["changes"]}
        for at in [committed[one] for one in ids if one in committed]:
            # A frame may overtake the answer to the commit it tells of.
            waits += [max(0.0, moment - at) for moment in moments]
    return sorted(waits), frames


async def _main(asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="atum-fanout-") as folder:
        async with open_house(asked.folder or Path(folder), asked.tickets, keep=bool(asked.folder)) as bench_database:
            result = await measure_fanout(
                bench_database, asked.sockets, asked.changes_per_second, asked.seconds, asked.processes
            )
    print(msgspec.json.format(msgspec.json.encode(result)).decode())


def main() -> int:
    """Measure alone and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where a data set is kept, or shall be")
    parser.add_argument("--tickets", type=int, default=2_000)
    parser.add_argument("--sockets", type=int, default=2_000)
    parser.add_argument("--changes-per-second", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--processes", type=int, default=1)
    os.environ.setdefault("ATUM_LOG_LEVEL", "warning")
    uvloop.run(_main(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
