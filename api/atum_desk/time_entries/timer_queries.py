"""All SQL of timers. A timer belongs to the ticket that goes on from where it was started."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.time_entries.schemas import Timer

ELAPSED = "seconds + coalesce(greatest(extract(epoch from moment() - running_since), 0), 0)::int"
TIMER = f"""select r.id, t.id as ticket_id, t.number, t.subject, r.{ELAPSED.replace("running", "r.running")} as seconds,
       r.running_since, r.started_at, moment() as now
  from timers r join tickets t on t.id = ticket_now(r.ticket_id)
 where r.person_id = (select ctx_person())"""


class HeldTimer(msgspec.Struct, frozen=True):
    """A timer of the actor's own on a ticket."""

    id: int
    timer: Timer


async def list_timers(transaction: ReadTransaction, limit: int) -> list[Timer]:
    """Return the actor's timers, the running one first."""
    rows = await transaction.fetch(f"{TIMER} order by r.running_since nulls last, r.id desc limit $1", limit)
    return [_held(dict(row)).timer for row in rows]


async def find_timer(transaction: ReadTransaction, ticket_id: int) -> HeldTimer | None:
    """Return the actor's timer on a ticket, also one that was started on a ticket merged into it."""
    row = await transaction.fetchrow(
        f"{TIMER} and t.id = $1 order by r.running_since nulls last, r.id limit 1", ticket_id
    )
    return _held(dict(row)) if row else None


async def lock_timers(transaction: ReadTransaction) -> int:
    """Let nothing else change the actor's timers until the transaction ends; return how many there are."""
    await transaction.execute("select pg_advisory_xact_lock(hashtextextended('timers', ctx_person()))")
    return await transaction.fetchval("select count(*) from timers where person_id = (select ctx_person())") or 0


async def pause_running(transaction: ReadTransaction) -> None:
    """Pause the actor's running timer, if there is one."""
    await transaction.execute(
        f"""update timers set seconds = {ELAPSED}, running_since = null
             where person_id = (select ctx_person()) and running_since is not null"""
    )


async def start_timer(transaction: ReadTransaction, timer_id: int) -> None:
    """Let a paused timer go on."""
    await transaction.execute("update timers set running_since = moment() where id = $1", timer_id)


async def insert_timer(transaction: ReadTransaction, ticket_id: int) -> None:
    """Start a timer of the actor's on a ticket."""
    await transaction.execute(
        """insert into timers (workspace_id, person_id, ticket_id, running_since)
           values (ctx_workspace(), ctx_person(), $1, moment())""",
        ticket_id,
    )


async def delete_timer(transaction: ReadTransaction, timer_id: int) -> None:
    """Delete a timer."""
    await transaction.execute("delete from timers where id = $1", timer_id)


def _held(row: dict[str, object]) -> HeldTimer:
    timer_id = row.pop("id")
    row.pop("ticket_id")
    return HeldTimer(timer_id, msgspec.convert(row, Timer))  # type: ignore[arg-type]
