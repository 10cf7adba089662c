"""Following the ledger: changes in the order (transaction, id), none skipped.

Ids are taken before commits, and commits happen in any order, so a cursor on the id alone would
pass over changes that commit late. The pair (xid, id) is read only below the snapshot's xmin,
where everything has committed (docs/ledger.md).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
import structlog

from atum_desk.kernel.context import Via
from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.ledger.bell import CHANNEL

BATCH_SIZE = 500
POLL_SECONDS = 1.0
FIRST_POLL_SECONDS = 0.015
RECONNECT_SECONDS = 0.5
# A connection whose other end vanished without a word must not hold a reader for ever.
READ_TIMEOUT_SECONDS = 30.0

log = structlog.get_logger()


class Position(msgspec.Struct, frozen=True, order=True):
    """A place in the ledger. Everything at or before it has been seen, everything after has not."""

    xid: int
    id: int

    def __str__(self) -> str:
        return f"{self.xid}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> Position | None:
        """Return the position a client was told, or None when it is no such text."""
        xid, dot, number = text.partition(".")
        if not (dot and xid.isascii() and xid.isdigit() and number.isascii() and number.isdigit()):
            return None
        position = cls(int(xid), int(number))
        return position if position.xid < 2**64 and position.id < 2**63 else None


BEGINNING = Position(0, 0)


class LedgerChange(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the ledger.

    `cause_id` is the change that a consumer answered with this one, None for what people did;
    `depth` counts such steps back to a person. `run_id` is the first change of those made at once.
    """

    xid: int
    id: int
    workspace_id: int
    actor_id: int | None
    via: Via
    command: str
    ticket_id: int | None
    public: bool
    summary: dict[str, Any]
    undo_of: int | None
    cause_id: int | None = None
    depth: int = 0
    run_id: int | None = None
    at: datetime

    @property
    def position(self) -> Position:
        """Where the change stands in the ledger."""
        return Position(self.xid, self.id)


async def read_changes(connection: asyncpg.Connection, after: Position, limit: int = BATCH_SIZE) -> list[LedgerChange]:
    """Return what certainly committed after a position, in order; any workspace.

    `connection` is one of the worker role; it need not have entered.
    """
    rows = await connection.fetch(
        "select * from atum.changes_after($1, $2, $3)", after.xid, after.id, limit, timeout=READ_TIMEOUT_SECONDS
    )
    return [LedgerChange(**row) for row in rows]


async def find_end(connection: asyncpg.Connection) -> Position:
    """Return the position after everything that has certainly committed."""
    row = await connection.fetchrow("select * from atum.tail_now()")
    return BEGINNING if row is None or row["xid"] is None else Position(row["xid"], row["id"])


async def is_held_back(connection: asyncpg.Connection) -> bool:
    """Tell whether a transaction still runs behind which something may have committed unread."""
    return await connection.fetchval(
        "select atum.settled_before() < pg_snapshot_xmax(pg_current_snapshot())", timeout=READ_TIMEOUT_SECONDS
    )


class PollDelay:
    """How long a reader that found nothing waits before it looks again.

    The bell ends the wait. What rang may be held back for some milliseconds by an older transaction
    that rings nothing itself: then the looks follow closely and ever more slowly.
    """

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._seconds = POLL_SECONDS

    @property
    def is_hurried(self) -> bool:
        """Whether the next look is to follow soon."""
        return self._seconds < POLL_SECONDS

    def rest(self) -> None:
        """Let the next look wait for the bell or the end of a second."""
        self._seconds = POLL_SECONDS

    def ring(self, *_notification: object) -> None:
        """End the wait, or the next one."""
        self._rung.set()
        self._seconds = FIRST_POLL_SECONDS

    async def wait(self) -> None:
        """Wait for the bell, at most a second."""
        seconds, self._seconds = self._seconds, min(self._seconds * 2, POLL_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()


async def wait_for_more(connection: asyncpg.Connection, patience: PollDelay) -> None:
    """Wait after a look that found nothing; until the bell or a second if nothing can be held back."""
    if patience.is_hurried and not await is_held_back(connection):
        patience.rest()
    await patience.wait()


class Tail:
    """Follows the ledger from a position on, for as long as the process lives.

    It keeps a connection of its own that listens for the bell, looks once a second besides, and
    comes back after PostgreSQL restarts. `position` is the end of what was handed out.
    """

    def __init__(self, database: Database, position: Position | None = None) -> None:
        """Begin after `position`; without one, after everything committed at the first connect."""
        self._database = database
        self._patience = PollDelay()
        self._read_at: float | None = None
        self.position = position

    @property
    def seconds_since_read(self) -> float | None:
        """How long ago the ledger was last read up to its end; None before the first time."""
        return None if self._read_at is None else time.monotonic() - self._read_at

    async def batches(self) -> AsyncIterator[list[LedgerChange]]:
        """Yield changes as they commit, up to 500 at once, for ever.

        The first batch is empty and says that `position` is known.
        """
        while True:
            connection: asyncpg.Connection | None = None
            try:
                connection = await self._database.connect_worker()
                await connection.add_listener(CHANNEL, self._patience.ring)
                if self.position is None:
                    self.position = await find_end(connection)
                    yield []
                while True:
                    changes = await self._next(connection)
                    if changes:
                        yield changes
                        self.position = changes[-1].position
            except UNREACHABLE as error:
                log.warning("ledger_connection_lost", error=str(error) or type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
            finally:
                if connection:
                    connection.terminate()

    async def _next(self, connection: asyncpg.Connection) -> list[LedgerChange]:
        """Return the next changes at once, or nothing after waiting for a wake-up."""
        assert self.position is not None
        changes = await read_changes(connection, self.position)
        if len(changes) < BATCH_SIZE:
            self._read_at = time.monotonic()
        if not changes:
            await wait_for_more(connection, self._patience)
        return changes
