"""One transaction of a lane: takes its first changes, lets the handler answer each, commits."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel import clock
from atum_desk.kernel.context import RequestContext, SystemActor, request_context
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.database.work import chain_ends_named
from atum_desk.kernel.ledger.consumers import Consumer, HandedChange, RowChange
from atum_desk.kernel.notices import Foreign, Sayable, notice_of
from atum_desk.kernel.problems import Unavailable

# A transaction holds back whoever follows the ledger, so a lane commits after so long at the latest.
LONGEST_BATCH_SECONDS = 0.1
MOST_ROWS = 200


class Lane(msgspec.Struct, frozen=True):
    """One consumer's lane."""

    consumer: str
    name: str


class LaneFailure(Exception):
    """A change of a batch was not handled, so the batch was not.

    `place` is how many of the batch came before it; None when only the commit failed.
    """

    def __init__(self, place: int | None, change: HandedChange, waiting_id: int, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.place = place
        self.change = change
        self.waiting_id = waiting_id
        self.error = error

    @property
    def notice(self) -> Sayable:
        """What people are told: the error's own sentence, or what the program says with its kind."""
        said = notice_of(self.error)
        return Foreign(str(self)) if isinstance(said, Foreign) else said


class LaneTaken(Exception):
    """Another worker handled what this one held; its lock was lost unnoticed."""


class LaneBatch:
    """The first changes of a lane, handled in one transaction.

    `was_cut` tells that it took long, so that more may wait than was handled.
    """

    def __init__(self, database: Database, lane: Lane, consumer: Consumer) -> None:
        self._database = database
        self._lane = lane
        self._consumer = consumer
        self._has_written = False
        self.was_cut = False

    async def handle(self, limit: int) -> int:
        """Handle at most so many changes and return how many, all of them or none.

        Raises LaneFailure. Returns 0 when the lane is empty, waits, or is in another one's hands.
        """
        async with self._database.connection("atum_desk_worker", writes=True) as connection:
            await connection.execute(f"begin; {clock.offset_sql()}")
            rows: list[asyncpg.Record] = []
            try:
                rows = await connection.fetch(
                    "select * from atum.take_lane($1, $2, $3, $4, $5)",
                    self._lane.consumer,
                    self._lane.name,
                    limit,
                    self._consumer.with_rows,
                    self._consumer.strict_order,
                )
                done = await self._handle_rows(connection, rows) if rows else 0
                await connection.execute("commit")
            except Exception as error:
                if connection.is_closed():
                    # PostgreSQL restarts, or the network broke: the change is innocent.
                    raise Unavailable from error
                await connection.execute("rollback")
                if isinstance(error, LaneFailure | LaneTaken) or not rows:
                    raise
                raise _failure(None, self._lane, rows[0], error) from error
        if self._has_written:
            self._database.bell.ring()
        return done

    async def _handle_rows(self, connection: asyncpg.Connection, rows: list[asyncpg.Record]) -> int:
        until = time.monotonic() + LONGEST_BATCH_SECONDS
        work = await self._enter(connection, rows[0])
        for place, row in enumerate(rows):
            is_last = place + 1 == len(rows)
            try:
                async with asyncio.timeout(self._consumer.timeout_seconds):
                    await self._consumer.handler(work, handed(self._lane, row))
                if is_last or time.monotonic() > until:
                    self.was_cut = not is_last
                    await self._finish(connection, work, rows[: place + 1])
                    return place + 1
                work = await self._finish_and_enter(connection, work, rows[place + 1])
            except LaneTaken:
                raise
            except Exception as error:
                raise _failure(place, self._lane, row, error) from error
        raise AssertionError("a batch ends with its last change")

    async def _enter(self, connection: asyncpg.Connection, row: asyncpg.Record) -> UnitOfWork:
        await connection.execute(f"select atum.enter_caused_and_open({row['workspace_id']:d}, null, {row['id']:d})")
        return self._open(connection, row)

    def _open(self, connection: asyncpg.Connection, row: asyncpg.Record) -> UnitOfWork:
        request_context.set(RequestContext(request_id=f"change-{row['id']}", cause_id=row["id"]))
        return UnitOfWork(
            connection,
            SystemActor(workspace_id=row["workspace_id"], via="rule"),
            f"{self._lane.consumer}.follow",
            cause_id=row["id"],
            marks={"consumer": self._lane.consumer},
        )

    async def _finish_and_enter(
        self, connection: asyncpg.Connection, work: UnitOfWork, row: asyncpg.Record
    ) -> UnitOfWork:
        """End one change's work and begin that of the next, in one round trip."""
        with chain_ends_named():
            written = await connection.fetchrow(
                """select done.id, atum.enter_caused_and_open($8, null, $9)
                     from (select atum.finish_if_written($1, $2, $3, $4, $5, $6, $7) as id offset 0) done""",
                *work.change_values(),
                row["workspace_id"],
                row["id"],
            )
        self._note_written(work, written)
        return self._open(connection, row)

    async def _finish(self, connection: asyncpg.Connection, work: UnitOfWork, rows: list[asyncpg.Record]) -> None:
        """End the last change's work, and take all that were handled out of the lane."""
        with chain_ends_named():
            ended = await connection.fetchrow(
                """with gone as (delete from waiting_changes where consumer = $8 and lane = $9 and id = any($10)
                                 returning id)
                   select atum.finish_if_written($1, $2, $3, $4, $5, $6, $7) as id,
                          (select count(*) from gone) as gone""",
                *work.change_values(),
                self._lane.consumer,
                self._lane.name,
                [row["waiting_id"] for row in rows],
            )
        if ended is None or ended["gone"] != len(rows):
            raise LaneTaken
        self._note_written(work, ended)

    def _note_written(self, work: UnitOfWork, ended: asyncpg.Record | None) -> None:
        has_change = ended is not None and ended["id"] is not None
        self._has_written |= has_change or work.change_id is not None


def handed(lane: Lane, row: asyncpg.Record) -> HandedChange:
    """Return a row of take_lane() as the handler gets it."""
    given: dict[str, Any] = {**row, "lane": lane.name}
    del given["waiting_id"]
    rows = msgspec.convert(given.pop("rows") or [], list[RowChange])
    return HandedChange(**given, rows=rows[:MOST_ROWS], has_more_rows=len(rows) > MOST_ROWS)


def _failure(place: int | None, lane: Lane, row: asyncpg.Record, error: Exception) -> LaneFailure:
    return LaneFailure(place, handed(lane, row), row["waiting_id"], error)
