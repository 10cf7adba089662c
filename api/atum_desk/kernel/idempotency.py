"""Idempotency-Key: a repeated write answers what the first one did and does nothing again."""

from __future__ import annotations

import asyncio

import asyncpg

from atum_desk.kernel.context import Actor, SystemActor, request_context
from atum_desk.kernel.problems import AlreadyDone, KeyReused, NotFound

# How long a duplicate waits for the answer of a request that has just committed.
ANSWER_WAIT_SECONDS = 3


class Replay(Exception):
    """The request was carried out before; `status` and `body` are what it answered."""

    def __init__(self, status: int, body: bytes, change_id: int | None) -> None:
        self.status = status
        self.body = body
        self.change_id = change_id
        super().__init__(f"replay of change {change_id}")


async def claim_key(connection: asyncpg.Connection, actor: Actor | SystemActor) -> None:
    """Take the running request's key in this transaction; the first unit of work takes it.

    `actor` is whom the transaction is of.
    The key belongs to whoever asked, also where the system works on their behalf. A concurrent
    duplicate waits here for the first to commit and answer. Raises Replay when the answer is kept,
    AlreadyDone when it was carried out but its answer was lost, secret or given to wider
    permissions, NotFound when the asker may no longer see what it is about, KeyReused when the key
    came with other content.
    """
    context = request_context.get()
    key = context.idempotency if context else None
    if context is None or context.actor is None or key is None or key.used:
        return
    # Not known yet what the key stands for: an upload's body is hashed while it streams.
    if not key.request_hash:
        return
    key.used = True
    workspace_id, person_id = context.actor.workspace_id, context.actor.person_id
    # The actor of the transaction is fresh; where that is the system, the asker is the context's.
    permissions = (actor if isinstance(actor, Actor) else context.actor).permissions
    taken = await connection.fetchval(
        """insert into idempotency_keys (workspace_id, person_id, key, request_hash, change_id, permissions)
           values ($1, $2, $3, $4, atum.ctx_change(), $5) on conflict do nothing returning id""",
        workspace_id,
        person_id,
        key.key,
        key.request_hash,
        sorted(permissions),
    )
    if taken:
        return
    kept = await _find_kept(connection, person_id, key.key)
    if kept["request_hash"] != key.request_hash:
        raise KeyReused
    while kept["status"] is None and kept["age_seconds"] < ANSWER_WAIT_SECONDS:
        await asyncio.sleep(0.05)
        kept = await _find_kept(connection, person_id, key.key)
    if not kept["is_visible"]:
        raise NotFound
    wider = set(kept["permissions"] or ()) - permissions
    if kept["response"] is None or wider:
        raise AlreadyDone(change_id=kept["change_id"])
    raise Replay(kept["status"], kept["response"], kept["change_id"])


async def keep_response(
    connection: asyncpg.Connection, person_id: int, key: str, status: int, body: bytes | None
) -> None:
    """Remember what a keyed write answered, without the body of a secret one; runs after `enter`."""
    await connection.execute(
        "update idempotency_keys set status = $3, response = $4 where person_id = $1 and key = $2",
        person_id,
        key,
        status,
        body,
    )


async def _find_kept(connection: asyncpg.Connection, person_id: int, key: str) -> asyncpg.Record:
    row = await connection.fetchrow(
        """select request_hash, status, response, change_id, permissions,
                  not exists (select from replayed_tickets(change_id) r
                               where not exists (select from tickets t where t.id = r.ticket_id)) as is_visible,
                  extract(epoch from clock_timestamp() - created_at)::float8 as age_seconds
             from idempotency_keys where person_id = $1 and key = $2 and workspace_id = atum.ctx_workspace()""",
        person_id,
        key,
    )
    assert row is not None, "a key that was taken is there"
    return row
