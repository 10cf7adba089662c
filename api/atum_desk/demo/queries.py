"""All SQL of the demo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from atum_desk.demo.models import DemoRow, DemoStep
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import ReadTransaction

STEPS_AT_ONCE = 500
# Which columns of a table a row writes: (table, is an update, with an id, columns).
Shape = tuple[str, bool, bool, tuple[str, ...]]
PLAY = Path(__file__).with_name("play.sql")
MOVED_CLOCK = """
    create or replace function atum.moment() returns timestamptz language sql stable parallel safe
    return statement_timestamp()
         + coalesce(nullif(current_setting('atum.clock_offset', true), '')::interval, interval '0')"""


class Ground(msgspec.Struct, frozen=True):
    """What a fresh workspace holds that the demo builds on."""

    administrator_id: int
    team_id: int
    mailbox_id: int
    mailbox_address: str
    roles: dict[str, int]
    statuses: dict[str, int]
    last_number: int


async def get_ground(transaction: ReadTransaction) -> Ground:
    """Return what is there."""
    row = await transaction.fetchrow(
        """select (select min(id) from people where kind = 'staff') as administrator_id, b.team_id,
                  b.id as mailbox_id, b.address as mailbox_address,
                  (select json_object_agg(name, id) from roles) as roles,
                  (select json_object_agg(key, id) from statuses) as statuses,
                  coalesce(pg_sequence_last_value(('ticket_numbers_' || ctx_workspace())::regclass), 0) as last_number
             from (select * from mailboxes order by id limit 1) b"""
    )
    assert row is not None, "a workspace has a mailbox"
    return msgspec.convert(dict(row), Ground)


async def lock_tickets(transaction: ReadTransaction) -> None:
    """Keep anybody else from opening tickets, which would take the demo's numbers, until the end."""
    await transaction.execute("lock table tickets in share row exclusive mode")


async def has_tickets(transaction: ReadTransaction) -> bool:
    """Tell whether there is any ticket."""
    return await transaction.fetchval("select exists (select from tickets)")


async def take_ids(transaction: ReadTransaction, table: str, count: int) -> list[int]:
    """Take ids of a table from its sequence, in order."""
    rows = await transaction.fetch(
        "select nextval(pg_get_serial_sequence($1, 'id')) as id from generate_series(1, $2)", f"atum.{table}", count
    )
    return [row["id"] for row in rows]


@asynccontextmanager
async def past_history(owner: asyncpg.Connection, actor: SystemActor) -> AsyncIterator[ReadTransaction]:
    """Open a transaction of the database's owner in which the clock can be moved, and in no other."""
    async with owner.transaction():
        clock = await owner.fetchval("select pg_get_functiondef('atum.moment()'::regprocedure)")
        await owner.execute(MOVED_CLOCK)
        await owner.execute("set local role atum_desk_gate")
        transaction = ReadTransaction(owner, actor)
        await _enter(transaction)
        yield transaction
        await owner.execute("reset role")
        await owner.execute(clock)


async def _enter(transaction: ReadTransaction) -> None:
    await transaction.execute(
        "select atum.enter_as($1, null, $2)", transaction.actor.workspace_id, transaction.actor.via
    )


async def play(transaction: ReadTransaction, steps: list[DemoStep]) -> None:
    """Write each step as a change of its own, at its own moment, in order."""
    await transaction.execute(PLAY.read_text(encoding="utf-8"))
    writers: dict[Shape, int] = {}
    for start in range(0, len(steps), STEPS_AT_ONCE):
        known = len(writers)
        chunk = [_scripted(step, writers) for step in steps[start : start + STEPS_AT_ONCE]]
        for shape, number in list(writers.items())[known:]:
            await transaction.execute(_writer(shape, number))
        await transaction.execute("select pg_temp.play($1, $2)", transaction.actor.workspace_id, chunk)
    await transaction.execute("set local atum.clock_offset = ''")
    # The last change ended its context.
    await _enter(transaction)


def _scripted(step: DemoStep, writers: dict[Shape, int]) -> dict[str, Any]:
    rows = [
        {"writer": writers.setdefault(_shape(row), len(writers)), "id": row.id, "values": row.values}
        for row in step.rows
    ]
    return msgspec.structs.asdict(step) | {"rows": rows}


def _shape(row: DemoRow) -> Shape:
    return row.table, row.update, row.id is not None, tuple(sorted(row.values))


def _writer(shape: Shape, number: int) -> str:
    """Return a function that writes rows of one shape: planned once, not for each row."""
    table, update, with_id, names = shape
    columns = ", ".join(names)
    if update:
        body = (
            f"update atum.{table} t set ({columns}) = row({', '.join(f'v.{name}' for name in names)})"
            f" from jsonb_populate_record(null::atum.{table}, p_values) v where t.id = p_id"
        )
    else:
        body = (
            f"insert into atum.{table} ({'id, ' * with_id}workspace_id, {columns})"
            f" select {'p_id, ' * with_id}atum.ctx_workspace(), {columns}"
            f" from jsonb_populate_record(null::atum.{table}, p_values)"
        )
    return (
        f"create function pg_temp.write_{number}(p_id bigint, p_values jsonb) returns void"
        f" language plpgsql as $$ begin {body}; end $$"
    )


async def set_last_number(transaction: ReadTransaction, number: int) -> None:
    """Let the next ticket follow the demo's last."""
    await transaction.execute(
        "update ticket_counters set last_number = $1 where workspace_id = (select ctx_workspace())", number
    )


async def mark_read(transaction: ReadTransaction, unread_ticket_ids: list[int]) -> None:
    """Let every member of the staff have read every ticket, except that some wait unread."""
    await transaction.execute(
        """insert into ticket_reads (workspace_id, person_id, ticket_id, read_at)
           select t.workspace_id, p.id, t.id, moment() from tickets t cross join people p
            where p.kind = 'staff' and p.workspace_id = t.workspace_id and t.id <> all($1)""",
        unread_ticket_ids,
    )


async def list_unanswered(transaction: ReadTransaction, limit: int) -> list[int]:
    """Return the open tickets whose requesters wrote last, newest first."""
    rows = await transaction.fetch(
        """select id from tickets where is_open and last_requester_message_at = last_message_at
            order by last_message_at desc limit $1""",
        limit,
    )
    return [row["id"] for row in rows]
