"""The feed: reads the ledger once for all consumers and puts each change into its lanes."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress

import asyncpg
import structlog

from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.schedules import Trouble
from atum_desk.kernel.ledger.bell import CHANNEL
from atum_desk.kernel.ledger.consumers import LONGEST_LANE, Consumer
from atum_desk.kernel.ledger.tail import (
    BEGINNING,
    POLL_SECONDS,
    LedgerChange,
    PollDelay,
    Position,
    find_end,
    read_changes,
    wait_for_more,
)

LANES_CHANNEL = "atum_lanes"
LONGEST_BACK_OFF_SECONDS = 60.0

log = structlog.get_logger()

Waiting = tuple[str, str, int, int]


class CursorMoved(Exception):
    """Another process feeds under these names; ours stands back."""


class ChangeFeed:
    """Moves every consumer's cursor over the ledger; what it wants waits in its lanes by the same commit.

    Of several processes one feeds, by an advisory lock; the cursors move by compare-and-set, so even
    a lock that was lost unnoticed cannot put a change into a lane twice. The consumers that stand
    at the same place share one reading.
    """

    def __init__(self, database: Database, consumers: Mapping[str, Consumer]) -> None:
        self._database = database
        self._consumers = consumers
        self._patience = PollDelay()
        self._stopping = asyncio.Event()
        self._retry_at: dict[str, float] = {}
        self.positions: dict[str, Position] = {}
        self.troubles: dict[str, Trouble] = {}

    async def run(self) -> None:
        """Feed until `stop`, through restarts of PostgreSQL."""
        while not self._stopping.is_set():
            connection: asyncpg.Connection | None = None
            try:
                connection = await self._database.connect_worker()
                await connection.add_listener(CHANNEL, self._patience.ring)
                while not await _become_active(connection):
                    await self._pause()
                    if self._stopping.is_set():
                        return
                await self._feed(connection)
            except UNREACHABLE as error:
                log.warning("feed_connection_lost", error=str(error))
            except CursorMoved:
                log.warning("feed_stood_back")
            finally:
                if connection:
                    connection.terminate()
            await self._pause()

    def stop(self) -> None:
        """End after the batch in hand."""
        self._stopping.set()
        self._patience.ring()

    async def _feed(self, connection: asyncpg.Connection) -> None:
        # A lost commit takes cursor and lanes back together, and a lane's own commit waits for the disk.
        await connection.execute("set synchronous_commit = off")
        self.positions = await self._load_positions(connection)
        while not self._stopping.is_set():
            has_fed = False
            for position, names in self._by_position().items():
                has_fed |= await self._feed_batch(connection, position, names)
            if not has_fed:
                await wait_for_more(connection, self._patience)

    async def _load_positions(self, connection: asyncpg.Connection) -> dict[str, Position]:
        end = await find_end(connection)
        starts = [BEGINNING if c.from_beginning else end for c in self._consumers.values()]
        rows = await connection.fetch(
            """with ours as (select * from unnest($1::text[], $2::xid8[], $3::bigint[]) as o(name, xid, change_id)),
                    added as (insert into consumers (name, xid, change_id) select name, xid, change_id from ours
                              on conflict (name) do update set name = excluded.name returning name, xid, change_id)
               select * from added""",
            list(self._consumers),
            [one.xid for one in starts],
            [one.id for one in starts],
        )
        return {row["name"]: Position(row["xid"], row["change_id"]) for row in rows}

    def _by_position(self) -> dict[Position, list[str]]:
        now = time.monotonic()
        names: dict[Position, list[str]] = defaultdict(list)
        for name, position in self.positions.items():
            if self._retry_at.get(name, 0.0) <= now:
                names[position].append(name)
        return names

    async def _feed_batch(self, connection: asyncpg.Connection, position: Position, names: list[str]) -> bool:
        """Put what follows a position into the lanes of the consumers there; tell whether anything did."""
        changes = await read_changes(connection, position)
        if not changes:
            return False
        moving, waiting = await self._sort(connection, names, changes)
        if not moving:
            return False
        end = changes[-1].position
        async with connection.transaction():
            moved = await connection.fetch(
                """update consumers set xid = $2, change_id = $3
                    where name = any($1) and xid = $4 and change_id = $5 returning name""",
                moving,
                end.xid,
                end.id,
                position.xid,
                position.id,
            )
            if len(moved) != len(moving):
                raise CursorMoved
            if waiting:
                await _insert_waiting(connection, waiting)
        for name in moving:
            self.positions[name] = end
        if waiting:
            # Not in the transaction: a NOTIFY inside would serialise commits (see bell.py).
            await connection.execute(f"select pg_notify('{LANES_CHANNEL}', '')")
        return True

    async def _sort(
        self, connection: asyncpg.Connection, names: list[str], changes: list[LedgerChange]
    ) -> tuple[list[str], list[Waiting]]:
        """Return the consumers that could tell their lanes, and what is to wait there."""
        moving, waiting = [], []
        for name in names:
            try:
                waiting += await _lanes_of(connection, name, self._consumers[name], changes)
            except UNREACHABLE:
                raise
            except Exception as error:
                self._note_failure(name, changes[0], error)
            else:
                moving.append(name)
                self.troubles.pop(name, None)
                self._retry_at.pop(name, None)
        return moving, waiting

    def _note_failure(self, name: str, change: LedgerChange, error: Exception) -> None:
        """A consumer that cannot say where its changes belong is asked again; the others go on."""
        attempts = self.troubles[name].attempts + 1 if name in self.troubles else 1
        reason = f"{type(error).__name__}: {error}"
        what = f"consumer {name} cannot sort changes from {change.id} on into lanes"
        self.troubles[name] = Trouble(what=what, attempts=attempts, error=reason)
        delay = min(2.0 ** min(attempts - 1, 30), LONGEST_BACK_OFF_SECONDS)
        self._retry_at[name] = time.monotonic() + delay
        log.error("consumer_cannot_sort", consumer=name, change_id=change.id, error=reason)

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._stopping.wait()


async def _become_active(connection: asyncpg.Connection) -> bool:
    return await connection.fetchval("select pg_try_advisory_lock(hashtextextended('atum.change_feed', 0))")


async def _lanes_of(
    connection: asyncpg.Connection, name: str, consumer: Consumer, changes: list[LedgerChange]
) -> list[Waiting]:
    wanted = [
        change for change in changes if (consumer.sees_own or not _is_own(name, change)) and consumer.wants(change)
    ]
    if not wanted:
        return []
    lanes = await consumer.lanes(connection, wanted)
    if any(len(lane) > LONGEST_LANE for named in lanes for lane in named):
        raise ValueError(f"a lane's name has more than {LONGEST_LANE} characters")
    return [
        (name, lane, change.workspace_id, change.id)
        for change, named in zip(wanted, lanes, strict=True)
        for lane in dict.fromkeys(named)
    ]


def _is_own(name: str, change: LedgerChange) -> bool:
    return change.via == "rule" and change.summary.get("consumer") == name


async def _insert_waiting(connection: asyncpg.Connection, waiting: list[Waiting]) -> None:
    """Insert what is to wait; the ids, given in this order under the cursors' locks, are the lanes' order."""
    consumers, lanes, workspaces, changes = (list(column) for column in zip(*waiting, strict=True))
    await connection.execute(
        """insert into waiting_changes (consumer, lane, workspace_id, change_id)
           select w.consumer, w.lane, w.workspace_id, w.change_id
             from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
                  with ordinality as w(consumer, lane, workspace_id, change_id, place) order by w.place""",
        consumers,
        lanes,
        workspaces,
        changes,
    )
