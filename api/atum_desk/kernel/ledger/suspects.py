"""Changes whose handling may have ended a worker's process: counted before they are handled, each by itself.

A handler that raises is noted afterwards. One that ends the process (a crash in a library, the kernel
for want of memory) leaves nothing behind, so what may have been in hand then is noted before.
"""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.kernel.ledger.lane_batch import Lane
from atum_desk.kernel.notices import Notice

# The first process to end counts only if the change waited already when that process began.
MAX_ENDED_PROCESSES = 3
# As many of a lane as one transaction takes at most.
BATCH_SIZE = 50


class EndedTheProcess(Notice, frozen=True):
    """Its handling ended the worker's process {times} times."""

    code = "ledger.ended_the_process"

    times: int


class Suspect(msgspec.Struct, frozen=True):
    """The first change of a lane, handled by itself; `ended_processes` is how many did not survive it."""

    waiting_id: int
    change_id: int
    ended_processes: int

    @property
    def reason(self) -> Notice | None:
        """Why it is handled no more, or None while it is."""
        if self.ended_processes < MAX_ENDED_PROCESSES:
            return None
        return EndedTheProcess(self.ended_processes)


class LaneInOtherHands(Exception):
    """Another worker works in the lane."""


class Suspects:
    """What may have been in hand when a process ended, as one worker knows it.

    That is what waited as this worker began, of each lane as many as a batch takes, and whatever was
    begun by itself and not ended.
    """

    def __init__(self) -> None:
        self._waited_up_to: int | None = None
        self._left: dict[Lane, int] = {}
        # What this process began and could not say that it ended: PostgreSQL was away.
        self._unended: set[int] = set()

    async def note_start(self, connection: asyncpg.Connection) -> None:
        """Note what waits as the process begins; a connection that is opened again changes nothing."""
        if self._waited_up_to is None:
            last = "select pg_sequence_last_value('atum.waiting_changes_id_seq')"
            self._waited_up_to = await connection.fetchval(last) or 0

    def has(self, lane: Lane, first_id: int, begun: int) -> bool:
        """Tell whether the first change of a lane is one."""
        return begun > 0 or first_id <= self._bound(lane)

    async def begin(self, connection: asyncpg.Connection, lane: Lane) -> Suspect | None:
        """Note that the first change of a lane is begun; None when it is no suspect or not due.

        Raises LaneInOtherHands.
        """
        # Without waiting for the disk: it is to outlive this process and not PostgreSQL.
        row = await connection.fetchrow(BEGIN, lane.consumer, lane.name, self._bound(lane), list(self._unended))
        if row is None or not row["is_ours"]:
            raise LaneInOtherHands
        if row["id"] is None:
            self._left[lane] = 0
            return None
        self._left[lane] = self._left.get(lane, BATCH_SIZE) - 1
        self._unended.add(row["id"])
        return Suspect(row["id"], row["change_id"], row["begun"] - 1)

    async def end(self, connection: asyncpg.Connection, lane: Lane, suspect: Suspect) -> None:
        """Note that the process survived a change that was not handled all the same."""
        await connection.execute(END, lane.consumer, lane.name, suspect.waiting_id)
        self.forget(suspect)

    def forget(self, suspect: Suspect) -> None:
        """Forget one that waits no more."""
        self._unended.discard(suspect.waiting_id)

    def _bound(self, lane: Lane) -> int:
        return self._waited_up_to or 0 if self._left.get(lane, BATCH_SIZE) > 0 else 0


# One transaction by itself, under the lane's lock: who handles the lane meanwhile is not counted.
BEGIN = """
    with lane_lock as materialized (
      select pg_try_advisory_xact_lock(hashtextextended('atum.lane.' || $1 || '.' || $2, 0)) as is_ours,
             set_config('synchronous_commit', 'off', true)),
    first as (
      select w.id from waiting_changes w where w.consumer = $1 and w.lane = $2 order by w.id limit 1),
    begun as (
      update waiting_changes w set begun = w.begun + case when w.id = any($4::bigint[]) then 0 else 1 end
        from first f, lane_lock l
       where l.is_ours and w.consumer = $1 and w.lane = $2 and w.id = f.id and (w.id <= $3 or w.begun > 0)
         and coalesce(w.due_at, '-infinity') <= clock_timestamp()
      returning w.id, w.change_id, w.begun)
    select l.is_ours, b.id, b.change_id, b.begun from lane_lock l left join begun b on true"""
END = """update waiting_changes set begun = greatest(begun - 1, 0)
          where consumer = $1 and lane = $2 and id = $3"""
