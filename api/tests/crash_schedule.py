"""A worker that is killed at every step of its work, by a schedule that nobody has to write.

Whatever a worker does to the world passes a line: what senders say to it, what it says to PostgreSQL,
to the relay and to mail servers, and all their answers. A step is one piece on any of these lines, so
none is forgotten when the code changes. A calm mail tells how many steps there are; the schedule
kills at each of them, once so that the piece still arrives and once so that it does not.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit, urlunsplit

import asyncpg
import msgspec

from atum_desk.kernel.config.settings import Settings
from waiting import deadline
from worker_process import WorkerProcess

# Kills of one way in one of its lanes. All steps of every kind of mail: ATUM_TEST_KILLS=150.
KILLS = int(os.environ.get("ATUM_TEST_KILLS", "3"))
LANES = 2
TIMEOUT_SECONDS = 120 + 12 * KILLS
PATIENCE_SECONDS = 40

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Kill(msgspec.Struct, frozen=True):
    """When to kill: at the `step`-th piece, and whether the piece still arrives."""

    step: int
    arrives: bool


class Trap:
    """Counts pieces from the moment it is set, and kills at the one it waits for."""

    def __init__(self, kill: Callable[[], None]) -> None:
        self._kill = kill
        self._waits_for: Kill | None = None
        self.steps = 0
        # the line that the last kill happened on
        self.where: str | None = None

    def set(self, kill: Kill | None) -> None:
        """Count from now, and spring once; None only counts."""
        self._waits_for, self.steps, self.where = kill, 0, None

    def disarm(self) -> None:
        """Let everything through; what was counted stays."""
        self._waits_for = None

    async def pass_on(self, line: str, forward: Callable[[], Awaitable[None]]) -> None:
        """Let one piece through, or spring instead, or right after."""
        self.steps += 1
        kill = self._waits_for
        if kill is None or kill.step != self.steps:
            await forward()
            return
        self._waits_for, self.where = None, line
        if kill.arrives:
            await forward()
        self._kill()


@asynccontextmanager
async def tapped(trap: Trap, name: str, connect: Callable[[], Awaitable[Streams]]) -> AsyncIterator[int]:
    """Yield the port of a line to what `connect` reaches."""
    running: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await _carry(trap, name, (reader, writer), await connect())
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _carry(trap: Trap, name: str, near: Streams, far: Streams) -> None:
    pumps = [
        asyncio.create_task(_pump(trap, f"{name}, asking", near[0], far[1])),
        asyncio.create_task(_pump(trap, f"{name}, answering", far[0], near[1])),
    ]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for writer in (near[1], far[1]):
            writer.close()
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


async def _pump(trap: Trap, line: str, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(1 << 20):

            async def forward(piece: bytes = data) -> None:
                target.write(piece)
                await target.drain()

            await trap.pass_on(line, forward)


class CrashSchedule:
    """A worker whose every line to the world is tapped, and what is done to it."""

    def __init__(self, database_url: str, lines: AsyncExitStack) -> None:
        self.database_url = database_url
        self._lines = lines
        self._worker: WorkerProcess | None = None
        self._trap = Trap(self._kill)
        self._dead = False
        # when, in the attempt at hand
        self.killed_at: datetime | None = None
        self.where: Counter[str] = Counter()

    async def line(self, name: str, port: int) -> int:
        """Tap the way to a port of this machine; return the port of the line."""
        return await self._tap(name, lambda: asyncio.open_connection("127.0.0.1", port))

    async def begin(self, settings: Settings, **environment: str) -> None:
        """Start the worker; its way to the database is tapped, the others are in its settings."""
        to_database = await self._tap("database", lambda: _reach(self.database_url))
        database_url = _through(self.database_url, to_database)
        self._worker = WorkerProcess(settings, database_url, **environment)
        self._lines.callback(self._worker.kill)
        await self._worker.start()

    async def lay(self, lane: int, kinds: int, run: Callable[[int, Kill | None], Awaitable[bool]]) -> None:
        """Run calm mails of each kind, then one for each kill of the lane's part of the schedule.

        `run` takes the mail's number, and returns what `attempt` did.
        """
        steps: list[int] = []
        for number in range(kinds):
            await run(number, None)
            steps.append(self._trap.steps)
        numbers = itertools.count(kinds)
        for kill in _schedule(max(steps), lane):
            # A run may take fewer steps than the longest calm one; then an earlier one is its end.
            step = kill.step
            while not await run(next(numbers), Kill(step, kill.arrives)):
                step //= 2
        print(f"{self.where.total()} kills within {steps} steps: {dict(self.where)}")
        assert self.where.total() == KILLS

    async def attempt(self, kill: Kill | None, work: Callable[[], Awaitable[bool]]) -> bool:
        """Do one mail's work with a kill on its way; return whether the kill was reached.

        `work` is tried until it says that all is settled.
        """
        self.killed_at = None
        self._trap.set(kill)
        async with deadline(PATIENCE_SECONDS):
            while not await work():
                if self._dead:
                    await self._come_back()
                await asyncio.sleep(0.02)
        self._trap.disarm()
        if self._dead:
            await self._come_back()
        return self.killed_at is not None

    async def execute(self, query: str) -> None:
        """Run a statement as the database's owner."""
        connection = await asyncpg.connect(self.database_url)
        try:
            await connection.execute(query)
        finally:
            await connection.close()

    def _kill(self) -> None:
        assert self._worker
        self._worker.kill()
        self._dead, self.killed_at = True, datetime.now(UTC)

    async def _come_back(self) -> None:
        """Start the worker again, as if the time had passed in which its dead self is waited for."""
        assert self._worker
        assert self._trap.where
        self.where[self._trap.where] += 1
        self._dead = False
        await self.execute(
            """update jobs.pgqueuer set heartbeat = heartbeat - interval '1 minute'
                where status = 'picked'"""
        )
        await self._worker.start()

    async def _tap(self, name: str, connect: Callable[[], Awaitable[Streams]]) -> int:
        return await self._lines.enter_async_context(tapped(self._trap, name, connect))


@asynccontextmanager
async def open_crash_schedule(database_url: str) -> AsyncIterator[CrashSchedule]:
    """Yield a crash schedule; its worker and its lines end with it."""
    async with AsyncExitStack() as lines:
        yield CrashSchedule(database_url, lines)


def _schedule(steps: int, lane: int) -> list[Kill]:
    """Return a lane's kills: every step both ways, over and over; a fair sample where fewer are wanted."""
    every = [Kill(step, arrives) for step in range(1, steps + 1) for arrives in (False, True)]
    chance = random.Random(20261122)
    rounds = math.ceil(KILLS * LANES / len(every))
    chosen = [kill for _ in range(rounds) for kill in chance.sample(every, len(every))]
    return chosen[: KILLS * LANES][lane::LANES]


def _through(database_url: str, port: int) -> str:
    """Return the URL of the same database behind a line."""
    parts = urlsplit(database_url)
    credentials, at, _host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, f"{credentials}{at}127.0.0.1:{port}", parts.path, "", ""))


async def _reach(database_url: str) -> Streams:
    """Connect to the server of a URL, by its socket where the URL names one."""
    parts = urlsplit(database_url)
    host = parse_qs(parts.query).get("host", [parts.hostname or "127.0.0.1"])[0]
    port = parts.port or 5432
    if host.startswith("/"):
        return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
    return await asyncio.open_connection(host, port)
