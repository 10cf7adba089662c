"""Hot reads in one round trip: entering and asking are one call of a function of the schema.

BEGIN with `enter`, the query and COMMIT are three messages, and each costs the application more than
the query does. So a hot statement is stored as a function, which enters and then answers. Its call
is a transaction of its own and ends with all it entered. The function runs as whoever calls it,
under their policies; without entering it sees no row. Functions are made when a database is
prepared and never while requests are answered, so a standby and a pooler serve them, too (ADR 0039).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import asyncpg

from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor

SCHEMA = "atum_reads"
# Whoever takes an upgrade back finds the functions of the release before.
KEPT_GENERATIONS = 3
# Two processes that prepare one database take turns.
LOCK = 7_202_611
MISSING = (asyncpg.UndefinedFunctionError, asyncpg.InvalidSchemaNameError)


class StoredRead:
    """A statement, the types of its parameters, and the columns of its rows with their types."""

    def __init__(self, statement: str, *types: str, columns: str = "answer text") -> None:
        digest = hashlib.sha256(f"{types}{statement}".encode()).hexdigest()
        self.name = f"read_{digest[:16]}"
        self.arguments = ", ".join((*types, "bytea", "text", "text"))
        places = ", ".join(f"${n}" for n in range(1, len(types) + 4))
        self._call = f"select * from {SCHEMA}.{self.name}({places}) as ({columns})"
        names = ", ".join(column.split()[0] for column in columns.split(","))
        # What is asked where the function is missing, in a transaction that has entered.
        self.statement = f"select * from ({statement}) as stored_read ({names})"
        self.definition = f"""
            create or replace function {SCHEMA}.{self.name}({self.arguments})
            returns setof record language plpgsql as $read$
            begin
              perform set_config('transaction_read_only', 'on', true),
                      set_config('atum.clock_offset', ${len(types) + 3}, true),
                      atum.enter(${len(types) + 1}, ${len(types) + 2});
              return query {statement};
            end $read$"""

    async def fetch(
        self, connection: asyncpg.Connection, actor: Actor, values: tuple[Any, ...]
    ) -> list[asyncpg.Record]:
        """Return what the statement says to the actor. Raises what `atum.enter` raises, or MISSING."""
        given = (*values, actor.token_hash, actor.stamp, clock.offset_text())
        return await connection.fetch(self._call, *given)


async def store_reads(connection: asyncpg.Connection, reads: Iterable[StoredRead]) -> None:
    """Make the functions that are missing, and drop those that no release of the last few has.

    `connection` is the administrator's. Nothing is written when all of them stand already.
    """
    wanted = {read.name: read for read in reads}
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
        stored = {
            row["name"]: row
            for row in await connection.fetch(
                """select p.proname as name, p.oid::regprocedure::text as signature,
                          coalesce(obj_description(p.oid, 'pg_proc')::int, 0) as generation
                     from pg_proc p where p.pronamespace = $1::regnamespace""",
                SCHEMA,
            )
        }
        newest = max((row["generation"] for row in stored.values()), default=0)
        if all(name in stored and stored[name]["generation"] == newest for name in wanted):
            return
        for read in wanted.values():
            await _store(connection, read, newest + 1, is_new=read.name not in stored)
        for name, row in stored.items():
            if name not in wanted and row["generation"] <= newest + 1 - KEPT_GENERATIONS:
                await connection.execute(f"drop function {row['signature']}")


async def _store(connection: asyncpg.Connection, read: StoredRead, generation: int, *, is_new: bool) -> None:
    signature = f"{SCHEMA}.{read.name}({read.arguments})"
    if is_new:
        await connection.execute(
            f"""{read.definition};
                alter function {signature} owner to atum_desk_owner;
                revoke execute on function {signature} from public;
                grant execute on function {signature} to atum_desk_app"""
        )
    await connection.execute(f"comment on function {signature} is '{generation:d}'")
