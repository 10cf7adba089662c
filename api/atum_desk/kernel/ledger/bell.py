"""The bell: wakes whoever follows the ledger or the queue, after the commit and never inside it.

A NOTIFY in the writing transaction would queue all commits behind one lock (measured: half the
write throughput). A lost ring costs latency only: readers also look once a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

import asyncpg
import msgspec
import structlog

CHANNEL = "atum_changes"
QUEUE_CHANNEL = "ch_pgqueuer"
QUIET_SECONDS = 0.02

log = structlog.get_logger()


class Bell:
    """Rings at most once in 20 ms, from a connection of its own."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
        self._connect = connect
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen for `ring`; call inside a running loop."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="bell")

    async def stop(self) -> None:
        """End quietly."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def ring(self) -> None:
        """Ask for a ring soon; costs nothing and never fails."""
        self._wanted.set()

    async def _run(self) -> None:
        connection: asyncpg.Connection | None = None
        try:
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                try:
                    connection = connection or await self._connect()
                    await connection.execute(
                        "select pg_notify($1, ''), pg_notify($2, $3)", CHANNEL, QUEUE_CHANNEL, _queue_envelope()
                    )
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                    log.warning("bell_failed", error=str(error))
                    if connection:
                        connection.terminate()
                    connection = None
                    await asyncio.sleep(1)
                await asyncio.sleep(QUIET_SECONDS)
        finally:
            if connection:
                connection.terminate()


def _queue_envelope() -> str:
    """The event that PgQueuer's own trigger would have sent."""
    return msgspec.json.encode(
        {
            "channel": QUEUE_CHANNEL,
            "operation": "insert",
            "sent_at": datetime.now(UTC),
            "table": "pgqueuer",
            "type": "table_changed_event",
        }
    ).decode()
