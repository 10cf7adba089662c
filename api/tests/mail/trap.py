"""Lines that count what passes, and spring at a chosen piece: a process is killed at any step of its work.

Whatever a worker does to the world passes a line: what senders say to it, what it says to PostgreSQL
and to the relay, and all their answers. A step is one piece on any of these lines, so a schedule of
all steps needs no knowledge of the code, and none is forgotten when the code changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import msgspec

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
async def tapped(
    trap: Trap, name: str, connect: Callable[[], Awaitable[Streams]]
) -> AsyncIterator[int]:
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


async def _pump(
    trap: Trap, line: str, source: asyncio.StreamReader, target: asyncio.StreamWriter
) -> None:
    with suppress(OSError):
        while data := await source.read(1 << 20):

            async def forward(piece: bytes = data) -> None:
                target.write(piece)
                await target.drain()

            await trap.pass_on(line, forward)
