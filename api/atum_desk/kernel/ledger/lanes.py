"""The lanes: hands every waiting change to its consumer, in order within a lane, lanes side by side."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import asyncpg
import msgspec
import structlog

from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.schedules import Trouble
from atum_desk.kernel.ledger.change_feed import LANES_CHANNEL
from atum_desk.kernel.ledger.consumers import Consumer
from atum_desk.kernel.ledger.lane_batch import Lane, LaneBatch, LaneFailure
from atum_desk.kernel.ledger.parked_changes import count_parked, park, put_off
from atum_desk.kernel.ledger.suspects import BATCH_SIZE, LaneInOtherHands, Suspects
from atum_desk.kernel.ledger.tail import POLL_SECONDS
from atum_desk.kernel.problems import ChainTooLong, Unavailable

# So long one lane keeps its turn while others of its consumer wait.
TURN_SECONDS = 1.0
# A lane that another worker has in hand is looked at again after so long.
TAKEN_SECONDS = 0.1
LANES_LOOKED_AT = 1000
CROWDED_POLL_SECONDS = 0.05
COUNT_PARKED_SECONDS = 3.0
MOST_TROUBLES = 20
STOP_SECONDS = 5.0

log = structlog.get_logger()


class Head(msgspec.Struct, frozen=True):
    """A lane whose first change is due; it may have ended a process, or was in hand when one ended."""

    lane: Lane
    is_suspect: bool
    was_begun: bool


class LaneRunner:
    """Works in the lanes until stopped. Any number of workers do so at once: a lane is one's at a time."""

    def __init__(self, database: Database, consumers: Mapping[str, Consumer]) -> None:
        self._database = database
        self._consumers = consumers
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()
        self._in_hand: dict[Lane, asyncio.Task[None]] = {}
        self._served_at: dict[Lane, float] = {}
        self._not_before: dict[Lane, float] = {}
        # How many a lane's transaction last had time for, where it had not for all.
        self._limits: dict[Lane, int] = {}
        self._suspects = Suspects()
        # The lane whose first change is handled while no other lane is, so that no other is blamed.
        self._alone: Lane | None = None
        self._failing: dict[Lane, Trouble] = {}
        self._parked: list[Trouble] = []
        self._counted_at = -COUNT_PARKED_SECONDS
        self._looked_up_to = Lane("", "")

    @property
    def troubles(self) -> list[Trouble]:
        """What this worker cannot get past, and what is parked."""
        return [*self._parked, *self._failing.values()][:MOST_TROUBLES]

    async def run(self) -> None:
        """Work until `stop`, through restarts of PostgreSQL."""
        while not self._stopping.is_set():
            connection: asyncpg.Connection | None = None
            try:
                connection = await self._database.connect_worker()
                await self._suspects.note_start(connection)
                await connection.add_listener(LANES_CHANNEL, self._ring)
                while not self._stopping.is_set():
                    self._wake.clear()
                    await self._wait(await self._look(connection))
            except UNREACHABLE as error:
                log.warning("lanes_connection_lost", error=str(error))
                await self._wait(POLL_SECONDS)
            finally:
                if connection:
                    connection.terminate()
        await self._end_turns()

    def stop(self) -> None:
        """End after the changes in hand."""
        self._stopping.set()
        self._wake.set()

    def _ring(self, *_notification: object) -> None:
        self._wake.set()

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _end_turns(self) -> None:
        turns = list(self._in_hand.values())
        if turns:
            _, late = await asyncio.wait(turns, timeout=STOP_SECONDS)
            for turn in late:
                turn.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _look(self, connection: asyncpg.Connection) -> float:
        """Begin a turn in each lane that is due; return how many seconds the next look may wait."""
        now = time.monotonic()
        if now - self._counted_at >= COUNT_PARKED_SECONDS:
            self._counted_at = now
            self._parked = await count_parked(connection)
        rows = await connection.fetch(HEADS, self._looked_up_to.consumer, self._looked_up_to.name)
        # All of them next time, or those behind the last one seen.
        is_full = len(rows) == LANES_LOOKED_AT
        self._looked_up_to = Lane(rows[-1]["consumer"], rows[-1]["lane"]) if is_full else Lane("", "")
        wait = CROWDED_POLL_SECONDS if is_full else POLL_SECONDS
        due: list[Head] = []
        for row in rows:
            lane = Lane(row["consumer"], row["lane"])
            consumer = self._consumers.get(lane.consumer)
            if consumer is None or (consumer.strict_order and row["has_parked"]):
                continue
            seconds = max(row["wait_seconds"] or 0.0, self._not_before.get(lane, 0.0) - now)
            if seconds > 0:
                wait = min(wait, seconds)
            else:
                due.append(Head(lane, self._suspects.has(lane, row["id"], row["begun"]), row["begun"] > 0))
        self._forget_troubles({Lane(r["consumer"], r["lane"]) for r in rows if r["attempts"]})
        self._begin_turns(due)
        return wait

    def _forget_troubles(self, failing: set[Lane]) -> None:
        """Forget the lanes that another worker got past: their first change has not failed."""
        for lane in [*self._failing]:
            if lane not in failing and lane not in self._in_hand and lane not in self._not_before:
                del self._failing[lane]

    def _begin_turns(self, due: list[Head]) -> None:
        """Begin with the lanes that have waited longest for a turn, as many as each consumer may have."""
        now, waiting = time.monotonic(), {head.lane for head in due}
        self._served_at = {lane: at for lane, at in self._served_at.items() if lane in waiting}
        self._not_before = {lane: at for lane, at in self._not_before.items() if at > now}
        self._limits = {lane: most for lane, most in self._limits.items() if lane in waiting}
        busy = Counter(lane.consumer for lane in self._in_hand)
        for head in sorted(due, key=lambda head: (not head.was_begun, self._served_at.get(head.lane, 0.0))):
            lane, consumer = head.lane, self._consumers[head.lane.consumer]
            if lane in self._in_hand:
                continue
            if self._alone or (head.was_begun and self._in_hand):
                return
            if busy[lane.consumer] >= consumer.lanes_at_once:
                continue
            busy[lane.consumer] += 1
            self._served_at[lane] = now
            self._alone = lane if head.was_begun else None
            turn = asyncio.create_task(self._take_turn(head, consumer), name=f"lane {lane}")
            self._in_hand[lane] = turn
            turn.add_done_callback(partial(self._end_turn, lane))

    def _end_turn(self, lane: Lane, _turn: asyncio.Task[None]) -> None:
        self._in_hand.pop(lane, None)
        if self._alone == lane:
            self._alone = None
        self._wake.set()

    async def _take_turn(self, head: Head, consumer: Consumer) -> None:
        """Handle what waits in a lane until it is empty, fails or had its time."""
        lane = head.lane
        try:
            if not head.is_suspect or (await self._handle_suspects(lane, consumer) and not head.was_begun):
                await self._handle_waiting(lane, consumer)
        except Unavailable:
            self._not_before[lane] = time.monotonic() + POLL_SECONDS
        except Exception as error:
            # Not the change's fault: the lane could not be read, or what failed not be noted.
            what, reason = f"consumer {lane.consumer}", f"{type(error).__name__}: {error}"
            attempts = self._failing[lane].attempts + 1 if lane in self._failing else 1
            self._failing[lane] = Trouble(what=what, attempts=attempts, error=reason)
            self._not_before[lane] = time.monotonic() + consumer.delay_after(attempts)
            log.exception("lane_failed", consumer=lane.consumer, lane=lane.name)

    async def _handle_suspects(self, lane: Lane, consumer: Consumer) -> bool:
        """Handle the first changes of a lane one by one while they are suspects; tell whether the turn goes on."""
        until = time.monotonic() + TURN_SECONDS
        while not self._stopping.is_set() and time.monotonic() < until:
            try:
                done = await self._handle_suspect(lane, consumer)
            except LaneFailure as failure:
                await self._note_failure(lane, consumer, failure)
                return False
            except LaneInOtherHands:
                self._not_before[lane] = time.monotonic() + TAKEN_SECONDS
                return False
            if not done:
                return True
            self._failing.pop(lane, None)
        return False

    async def _handle_suspect(self, lane: Lane, consumer: Consumer) -> bool:
        """Handle the first change of a lane alone, or park it; tell whether there was a suspect."""
        async with self._database.connection("atum_desk_worker", writes=True) as connection:
            suspect = await self._suspects.begin(connection, lane)
            if suspect is None:
                return False
            if suspect.reason is not None:
                told = {"consumer": lane.consumer, "lane": lane.name, "change_id": suspect.change_id}
                log.error("change_parked", **told, attempts=suspect.ended_processes, error=suspect.reason.text)
                await park(connection, lane, suspect.waiting_id, suspect.ended_processes, suspect.reason)
                self._suspects.forget(suspect)
                self._counted_at = -COUNT_PARKED_SECONDS
                return True
        done = 0
        try:
            done = await LaneBatch(self._database, lane, consumer).handle(1)
        finally:
            if done:
                self._suspects.forget(suspect)
            else:
                async with self._database.connection("atum_desk_worker", writes=True) as connection:
                    await self._suspects.end(connection, lane, suspect)
        if not done:
            raise LaneInOtherHands
        return True

    async def _handle_waiting(self, lane: Lane, consumer: Consumer) -> None:
        until = time.monotonic() + TURN_SECONDS
        limit = self._limits.pop(lane, BATCH_SIZE)
        while not self._stopping.is_set():
            batch = LaneBatch(self._database, lane, consumer)
            try:
                done = await batch.handle(limit)
            except LaneFailure as failure:
                if limit == 1 or failure.place == 0:
                    await self._note_failure(lane, consumer, failure)
                    return
                # Those before it by themselves, then it alone.
                limit = failure.place or 1
                continue
            if not done:
                self._not_before[lane] = time.monotonic() + TAKEN_SECONDS
                return
            self._failing.pop(lane, None)
            is_empty = done < limit and not batch.was_cut
            limit = min(2 * done if batch.was_cut else 4 * limit, BATCH_SIZE)
            if batch.was_cut:
                self._limits[lane] = limit
            if is_empty or time.monotonic() > until:
                return

    async def _note_failure(self, lane: Lane, consumer: Consumer, failure: LaneFailure) -> None:
        change, error = failure.change, failure.error
        attempts, reason = change.attempts + 1, str(failure)
        what = f"consumer {lane.consumer} at change {change.id} ({change.command})"
        is_last = attempts >= consumer.max_attempts or isinstance(error, ChainTooLong)
        log.error(
            "change_parked" if is_last else "consumer_failed",
            consumer=lane.consumer,
            lane=lane.name,
            change_id=change.id,
            attempts=attempts,
            error=reason,
            exc_info=error if attempts == 1 else None,
        )
        async with self._database.connection("atum_desk_worker", writes=True) as connection:
            if is_last:
                self._failing.pop(lane, None)
                await park(connection, lane, failure.waiting_id, attempts, failure.notice)
                self._counted_at = -COUNT_PARKED_SECONDS
            else:
                self._failing[lane] = Trouble(what=what, attempts=attempts, error=reason)
                delay = consumer.delay_after(attempts)
                await put_off(connection, lane, failure.waiting_id, attempts, reason, delay)


# The head of every lane, one probe of the index for each; whatever waits behind it is not read.
HEADS = f"""
    with recursive heads as (
      (select w.consumer, w.lane, w.id, w.due_at, w.attempts, w.begun from waiting_changes w
        where (w.consumer, w.lane) > ($1, $2) order by w.consumer, w.lane, w.id limit 1)
      union all
      select n.* from heads h cross join lateral (
        select w.consumer, w.lane, w.id, w.due_at, w.attempts, w.begun from waiting_changes w
         where (w.consumer, w.lane) > (h.consumer, h.lane) order by w.consumer, w.lane, w.id limit 1) n)
    select h.consumer, h.lane, h.id, h.attempts, h.begun,
           extract(epoch from h.due_at - clock_timestamp())::float8 as wait_seconds,
           exists (select from parked_changes p where p.consumer = h.consumer and p.lane = h.lane) as has_parked
      from heads h limit {LANES_LOOKED_AT}"""
