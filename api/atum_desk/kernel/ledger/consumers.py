"""Durable consumers of the ledger: each change handled once, in order, through any crash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg
import structlog

from atum_desk.kernel import clock
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.database.units_of_work import Database, Work
from atum_desk.kernel.jobs.schedules import Trouble
from atum_desk.kernel.ledger.bell import CHANNEL
from atum_desk.kernel.ledger.tail import (
    BEGINNING,
    POLL_SECONDS,
    Change,
    Patience,
    Position,
    find_end,
    read_changes,
    wait_for_more,
)
from atum_desk.kernel.problems import Unavailable

LONGEST_BACK_OFF_SECONDS = 60.0
FIRST_BACK_OFF_SECONDS = 0.5

log = structlog.get_logger()

ChangeHandler = Callable[[Work, Change], Awaitable[None]]


class CursorMoved(Exception):
    """Another process follows under this name; ours stands back."""


class Follower:
    """Hands every change of every workspace to a handler, exactly once and in order.

    The handler gets a unit of work in the change's workspace, as nobody in particular; the same
    transaction moves the cursor. It becomes a change of its own (`<name>.follow`, unless the
    handler names it better) only if it wrote something that is ledgered; enqueueing a job alone
    does not. A change that a follower made itself is not handed back to it.

    A handler that raises is tried again, later each time and for ever: nothing after that change
    is handled meanwhile, and `trouble` says so.
    """

    def __init__(
        self, database: Database, name: str, handler: ChangeHandler, *, from_beginning: bool = False
    ) -> None:
        """`from_beginning`: a name never seen before starts with the first change, not with now."""
        self._database = database
        self._name = name
        self._handler = handler
        self._from_beginning = from_beginning
        self._patience = Patience()
        self._stopping = asyncio.Event()
        self.trouble: Trouble | None = None
        self.position: Position | None = None

    async def run(self) -> None:
        """Follow until `stop`; of several processes one follows, the others stand by."""
        while not self._stopping.is_set():
            connection: asyncpg.Connection | None = None
            try:
                connection = await self._database.connect_worker()
                await connection.add_listener(CHANNEL, self._patience.ring)
                if await self._become_active(connection):
                    await self._follow(connection)
            except UNREACHABLE as error:
                log.warning("follower_connection_lost", consumer=self._name, error=str(error))
            except CursorMoved:
                log.warning("follower_stood_back", consumer=self._name)
            finally:
                if connection:
                    connection.terminate()
            await self._pause(POLL_SECONDS)

    def stop(self) -> None:
        """End after the change in hand."""
        self._stopping.set()
        self._patience.ring()

    async def _become_active(self, connection: asyncpg.Connection) -> bool:
        return await connection.fetchval(
            "select pg_try_advisory_lock(hashtextextended('atum.consumer.' || $1, 0))", self._name
        )

    async def _follow(self, connection: asyncpg.Connection) -> None:
        self.position = await self._load_position(connection)
        while not self._stopping.is_set():
            changes = await read_changes(connection, self.position)
            for change in changes:
                await self._handle(change)
                if self._stopping.is_set():
                    return
            if not changes:
                await wait_for_more(connection, self._patience)

    async def _load_position(self, connection: asyncpg.Connection) -> Position:
        start = BEGINNING if self._from_beginning else await find_end(connection)
        await connection.execute(
            "insert into consumers (name, xid, change_id) values ($1, $2, $3) on conflict do nothing",
            self._name, start.xid, start.id,
        )  # fmt: skip
        row = await connection.fetchrow(
            "select xid, change_id from consumers where name = $1", self._name
        )
        assert row
        return Position(row["xid"], row["change_id"])

    async def _handle(self, change: Change) -> None:
        attempts = 0
        while True:
            try:
                await self._handle_once(change)
            except CursorMoved:
                raise
            except Exception as error:
                attempts += 1
                self._report(change, attempts, error)
                await self._pause(_back_off_seconds(attempts, error))
                if self._stopping.is_set():
                    return
            else:
                self.trouble = None
                self.position = change.position
                return

    def _report(self, change: Change, attempts: int, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        what = f"consumer {self._name} at change {change.id} ({change.command})"
        self.trouble = Trouble(what=what, attempts=attempts, error=reason)
        log.error(
            "consumer_stuck", consumer=self._name, change_id=change.id, attempts=attempts, error=reason,
            exc_info=attempts == 1,
        )  # fmt: skip

    async def _handle_once(self, change: Change) -> None:
        """Handle a change and move the cursor past it, both or neither."""
        actor = SystemActor(workspace_id=change.workspace_id, via="rule")
        enter = f"select atum.enter_system_and_open({change.workspace_id:d})"
        async with (
            self._database.connection("atum_desk_worker") as connection,
            connection.transaction(),
        ):
            await connection.execute(f"{clock.offset_sql()} {enter}")
            work = Work(connection, actor, f"{self._name}.follow")
            if not self._is_own(change):
                await self._handler(work, change)
            await self._move_cursor(connection, change)
            await self._record(work)
        if work.change_id:
            self._database.bell.ring()

    def _is_own(self, change: Change) -> bool:
        return change.via == "rule" and change.summary.get("consumer") == self._name

    async def _move_cursor(self, connection: asyncpg.Connection, change: Change) -> None:
        assert self.position is not None
        moved = await connection.fetchval(
            """update consumers set xid = $2, change_id = $3
                where name = $1 and xid = $4 and change_id = $5 returning id""",
            self._name, change.xid, change.id, self.position.xid, self.position.id,
        )  # fmt: skip
        if moved is None:
            raise CursorMoved

    async def _record(self, work: Work) -> None:
        wrote = await work.fetchval(
            "select exists (select from row_changes where change_id = (select atum.ctx_change()))"
        )
        if wrote:
            work.summary["consumer"] = self._name
            await work._finish()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


def _back_off_seconds(attempts: int, error: Exception) -> float:
    if isinstance(error, Unavailable):
        # PostgreSQL restarts: the change is innocent.
        return POLL_SECONDS
    return min(FIRST_BACK_OFF_SECONDS * 2 ** min(attempts, 20), LONGEST_BACK_OFF_SECONDS)
