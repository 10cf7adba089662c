"""Connections of one login role, lent one at a time.

asyncpg's pool starts two tasks for every loan (a time limit, a shield around the return), which
costs a read a tenth of its CPU (docs/performance.md). Here a loan is a pop from a list: context is
local to its transaction, so nothing is reset, and a connection that comes back in doubt is ended.

A quarter of the connections is kept for writes: when many browsers ask for their lists at once, an
agent's reply does not queue behind them.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg

from atum_desk.kernel.problems import Unavailable

WAITING_SECONDS = 10.0
IDLE_SECONDS = 300.0
# One in so many connections is lent to writes only.
RESERVED_PART = 4
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.InterfaceError,
    # What a statement gets that is sent just after the server said goodbye.
    asyncpg.InternalClientError,
)


class Connections:
    """At most `size` connections; the one used last is lent first, so that the rest may age away."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], size: int) -> None:
        self._connect = connect
        self._size = size
        self._most_reads = size - size // RESERVED_PART
        self._open = 0
        self._free: list[tuple[asyncpg.Connection, float]] = []
        self._reads: set[asyncpg.Connection] = set()
        self._opening_reads = 0
        self._waiting_writes: deque[asyncio.Future[None]] = deque()
        self._waiting_reads: deque[asyncio.Future[None]] = deque()
        self._all: set[asyncpg.Connection] = set()
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._waiting_writes) + len(self._waiting_reads)

    async def take(self, seconds: float, *, writes: bool = False) -> asyncpg.Connection:
        """Lend a connection, for a write or a read.

        Raises TimeoutError when none comes free in time, InterfaceError when closed.
        """
        while not self._closed:
            while self._free and self._may_lend(writes):
                connection = self._free.pop()[0]
                if not connection.is_closed():
                    if not writes:
                        self._reads.add(connection)
                    return connection
                self._forget(connection)
            if self._open < self._size and self._may_lend(writes):
                return await self._opened(writes)
            await self._turn(seconds, self._waiting_writes if writes else self._waiting_reads)
        raise asyncpg.InterfaceError("the connections are closed")

    def give(self, connection: asyncpg.Connection, *, in_doubt: bool = False) -> None:
        """Take a connection back; one whose work was cut short, or is still open, is ended."""
        self._reads.discard(connection)
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
        while self.waiting:
            self._wake_one()

    def _may_lend(self, writes: bool) -> bool:
        return writes or self._closed or len(self._reads) + self._opening_reads < self._most_reads

    async def _opened(self, writes: bool) -> asyncpg.Connection:
        self._open += 1
        self._opening_reads += not writes
        try:
            connection = await self._connect()
        except BaseException:
            self._open -= 1
            self._opening_reads -= not writes
            self._wake_one()
            raise
        self._opening_reads -= not writes
        self._all.add(connection)
        if not writes:
            self._reads.add(connection)
        return connection

    async def _turn(self, seconds: float, waiting: deque[asyncio.Future[None]]) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(mine)
        try:
            async with asyncio.timeout(seconds):
                await mine
        except BaseException:
            if mine.done() and not mine.cancelled():
                # Woken and cut short in the same moment: the turn is another's.
                self._wake_one()
            raise
        finally:
            if mine in waiting:
                waiting.remove(mine)

    def _wake_one(self) -> None:
        """Tell a write that waits, else a read if one may be lent, that it is their turn."""
        while self._waiting_writes or (self._waiting_reads and self._may_lend(writes=False)):
            next_one = (self._waiting_writes or self._waiting_reads).popleft()
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


class Loan:
    """A connection for the time of a `with`. Raises Unavailable when the database cannot be reached."""

    __slots__ = ("_connection", "_pool", "_writes")

    def __init__(self, pool: Connections, writes: bool) -> None:
        self._pool = pool
        self._writes = writes
        self._connection: asyncpg.Connection

    async def __aenter__(self) -> asyncpg.Connection:
        try:
            self._connection = await self._pool.take(WAITING_SECONDS, writes=self._writes)
        except UNREACHABLE as error:
            raise Unavailable from error
        return self._connection

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, asyncpg.DataError):
            # asyncpg had the statement parsed before it refused the value: until another message ends it, the server
            # is within a transaction of which the client knows nothing, and the next could not choose its isolation.
            with suppress(*UNREACHABLE):
                await self._connection.execute("select")
        self._pool.give(self._connection, in_doubt=kind is not None and not issubclass(kind, Exception))
        if isinstance(error, UNREACHABLE):
            raise Unavailable from error
