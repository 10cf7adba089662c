"""Connections of one login role, lent one at a time.

asyncpg's pool starts two tasks for every loan (a time limit, a shield around the return), which
costs a read a tenth of its CPU (docs/performance.md). Here a loan is a pop from a list: context is
local to its transaction, so nothing is reset, and a connection that comes back in doubt is ended.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

import asyncpg

IDLE_SECONDS = 300.0


class Connections:
    """At most `size` connections; the one used last is lent first, so that the rest may age away."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], size: int) -> None:
        self._connect = connect
        self._size = size
        self._open = 0
        self._free: list[tuple[asyncpg.Connection, float]] = []
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._all: set[asyncpg.Connection] = set()
        self._closed = False

    @property
    def in_use(self) -> int:
        """How many are lent."""
        return self._open - len(self._free)

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._waiting)

    async def take(self, seconds: float) -> asyncpg.Connection:
        """Lend a connection. Raises TimeoutError when none comes free in time, InterfaceError when closed."""
        while not self._closed:
            while self._free:
                connection = self._free.pop()[0]
                if not connection.is_closed():
                    return connection
                self._forget(connection)
            if self._open < self._size:
                return await self._opened()
            await self._turn(seconds)
        raise asyncpg.InterfaceError("the connections are closed")

    def give(self, connection: asyncpg.Connection, *, in_doubt: bool = False) -> None:
        """Take a connection back; one whose work was cut short, or is still open, is ended."""
        if in_doubt or self._closed or connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
            self._forget(connection)
        else:
            self._free.append((connection, time.monotonic()))
            self._end_one_of_old()
        self._wake_one()

    async def close(self) -> None:
        """End every connection; those that are lent are cut."""
        self._closed = True
        for connection, _ in self._free:
            self._all.discard(connection)
            await connection.close(timeout=2)
        for connection in self._all:
            connection.terminate()
        self._free.clear()
        while self._waiting:
            self._wake_one()

    async def _opened(self) -> asyncpg.Connection:
        self._open += 1
        try:
            connection = await self._connect()
        except BaseException:
            self._open -= 1
            self._wake_one()
            raise
        self._all.add(connection)
        return connection

    async def _turn(self, seconds: float) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            async with asyncio.timeout(seconds):
                await mine
        except BaseException:
            if mine.done() and not mine.cancelled():
                # Woken and cut short in the same moment: the turn is another's.
                self._wake_one()
            raise
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)

    def _wake_one(self) -> None:
        while self._waiting:
            next_one = self._waiting.popleft()
            if not next_one.done():
                next_one.set_result(None)
                return

    def _end_one_of_old(self) -> None:
        oldest, since = self._free[0]
        if len(self._free) > 1 and time.monotonic() - since > IDLE_SECONDS:
            del self._free[0]
            oldest.terminate()
            self._forget(oldest)

    def _forget(self, connection: asyncpg.Connection) -> None:
        self._all.discard(connection)
        self._open -= 1
