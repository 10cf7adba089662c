"""Hot reads in one round trip: entering and asking are one call.

BEGIN with `enter`, the query and COMMIT are three messages, and each costs the application more than
the query does. So a hot statement becomes a function of the connection's own temporary schema,
which enters and then answers. Its call is a transaction of its own and ends with all it entered.
The function runs as whoever calls it, under their policies; without entering it sees no row.
"""

from __future__ import annotations

import hashlib
from typing import Any

import asyncpg

from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor


class OneTrip:
    """A statement, the types of its parameters, and the columns of its rows with their types."""

    def __init__(self, statement: str, *types: str, columns: str = "answer text") -> None:
        digest = hashlib.sha256(f"{types}{statement}".encode()).hexdigest()
        self._name = f"pg_temp.read_{digest[:16]}"
        places = ", ".join(f"${n}" for n in range(1, len(types) + 4))
        self._call = f"select * from {self._name}({places}) as ({columns})"
        self._definition = f"""
            create or replace function {self._name}({", ".join((*types, "bytea", "text", "text"))})
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
        """Return what the statement says to the actor. Raises what `atum.enter` raises."""
        given = (*values, actor.token_hash, actor.stamp, clock.offset_text())
        try:
            return await connection.fetch(self._call, *given)
        except (asyncpg.UndefinedFunctionError, asyncpg.InvalidSchemaNameError):
            # The first time on this connection.
            await connection.execute(self._definition)
            return await connection.fetch(self._call, *given)
