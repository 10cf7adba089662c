"""How many rows a read touches, as PostgreSQL counts them: also inside functions whose plans EXPLAIN does not show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import READ_ONE_MOMENT, Database, ReadTransaction

PLANS = ["force_custom_plan", "force_generic_plan"]


async def rows_read(
    database: Database, actor: Actor | SystemActor, read: Callable[[ReadTransaction], Awaitable[object]], plan: str
) -> dict[str, tuple[int, int]]:
    """Return how many rows of each table were read from end to end, and how many by an index.

    A small table is cheaper read whole; asked is whether a read can do without that.
    """
    async with database.reading(actor, READ_ONE_MOMENT) as transaction:
        await transaction.execute(f"set local plan_cache_mode = {plan}")
        await transaction.execute("set local enable_seqscan = off")
        before = await count_rows_read(transaction)
        await read(transaction)
        after = await count_rows_read(transaction)
    return {name: (a[0] - before[name][0], a[1] - before[name][1]) for name, a in after.items()}


def total(rows: dict[str, tuple[int, int]]) -> int:
    """Return all rows that were read, either way."""
    return sum(map(sum, rows.values()))


async def count_rows_read(transaction: ReadTransaction) -> dict[str, tuple[int, int]]:
    """Return the rows of each table that the transaction has read so far, whole or by an index."""
    rows = await transaction.fetch(
        """select relname, seq_tup_read, coalesce(idx_tup_fetch, 0) as fetched
             from pg_stat_xact_user_tables where schemaname = 'atum'"""
    )
    return {row["relname"]: (row["seq_tup_read"], row["fetched"]) for row in rows}
