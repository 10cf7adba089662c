"""Changes that a consumer could not handle: put off, then parked until people settle them."""

from __future__ import annotations

from datetime import datetime, timedelta

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.jobs.schedules import Trouble
from atum_desk.kernel.ledger.lane_batch import Lane
from atum_desk.kernel.notices import NoticeRef, Sayable, kept, notice_beside
from atum_desk.kernel.problems import NotFound

LONGEST_ERROR = 500
MOST_COUNTED = 1000


class ParkedChangeNotFound(NotFound):
    """There is no parked change {parked_id}; it may have been settled already."""

    code = "parked_change_not_found"


class ParkedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a consumer could not handle, and what its last attempt ended with."""

    id: int
    consumer: str
    lane: str
    change_id: int
    command: str | None
    attempts: int
    error: str
    error_notice: NoticeRef | None = None
    parked_at: datetime


class SettledChange(msgspec.Struct, frozen=True, kw_only=True):
    """What was replayed or discarded."""

    change_id: int
    consumer: str
    lane: str
    attempts: int
    error: str


async def put_off(
    connection: asyncpg.Connection, lane: Lane, waiting_id: int, attempts: int, error: str, seconds: float
) -> None:
    """Note a failed attempt and let the lane wait; nothing if another worker got past it meanwhile."""
    await connection.execute(
        """update waiting_changes set attempts = $4, error = $5, due_at = clock_timestamp() + $6
            where consumer = $1 and lane = $2 and id = $3 and attempts = $4 - 1""",
        lane.consumer,
        lane.name,
        waiting_id,
        attempts,
        error[:LONGEST_ERROR],
        timedelta(seconds=seconds),
    )


async def park(connection: asyncpg.Connection, lane: Lane, waiting_id: int, attempts: int, said: Sayable) -> None:
    """Take a change out of its lane and keep it for people, with what its last attempt ended with."""
    error, notice = kept(said, LONGEST_ERROR)
    await connection.execute(
        """with gone as (delete from waiting_changes where consumer = $1 and lane = $2 and id = $3 returning *)
           insert into parked_changes (id, workspace_id, consumer, lane, change_id, attempts, error, error_notice)
           select id, workspace_id, consumer, lane, change_id, $4, $5, $6 from gone""",
        lane.consumer,
        lane.name,
        waiting_id,
        attempts,
        error,
        msgspec.to_builtins(notice),
    )


async def count_parked(connection: asyncpg.Connection) -> list[Trouble]:
    """Return what is parked for each consumer as a trouble, counted up to a thousand changes."""
    rows = await connection.fetch(
        """select consumer, count(*)::int as parked, max(attempts) as attempts, min(error) as error
             from (select consumer, attempts, error from parked_changes limit $1) p group by 1 order by 1""",
        MOST_COUNTED,
    )
    return [
        Trouble(
            what=f"parked changes of consumer {row['consumer']}: {row['parked']}",
            attempts=row["attempts"],
            error=row["error"],
        )
        for row in rows
    ]


async def count_own_parked(transaction: ReadTransaction) -> int:
    """Return how many changes of the workspace are parked, counted up to a thousand."""
    return await transaction.fetchval(
        """select count(*)::int from (select from parked_changes
             where workspace_id = (select ctx_workspace()) limit $1) p""",
        MOST_COUNTED,
    )


async def list_parked(transaction: ReadTransaction, limit: int) -> list[ParkedChange]:
    """Return parked changes of the workspace, the newest first; `command` only of what the actor sees."""
    rows = await transaction.fetch(
        f"""select p.id, p.consumer, p.lane, p.change_id, c.command, p.attempts, p.error, p.parked_at,
                  {notice_beside("p.error", "p.error_notice")} as error_notice
             from (select * from parked_changes where workspace_id = (select ctx_workspace())
                    order by id desc limit $1) p
             left join changes c on c.id = p.change_id
            order by p.id desc""",
        limit,
    )
    return [msgspec.convert(dict(row), ParkedChange) for row in rows]


async def settle_parked(work: UnitOfWork, parked_id: int, *, replay: bool) -> SettledChange:
    """Put a parked change back into its place, with all its attempts, or forget it.

    Raises ParkedChangeNotFound.
    """
    row = await work.fetchrow("select * from settle_parked_change($1, $2)", parked_id, replay)
    if row is None:
        raise ParkedChangeNotFound(parked_id=parked_id)
    return SettledChange(**row)
