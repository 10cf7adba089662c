"""Idempotency-Key: a repeated write answers what the first one did and does nothing again."""

from __future__ import annotations

import asyncpg

from atum_desk.kernel.context import Actor, SystemActor, request_context
from atum_desk.kernel.problems import AlreadyDone, KeyReused


class Replay(Exception):
    """The request was carried out before; `status` and `body` are what it answered."""

    def __init__(self, status: int, body: bytes, change_id: int | None) -> None:
        self.status = status
        self.body = body
        self.change_id = change_id
        super().__init__(f"replay of change {change_id}")


async def claim_key(connection: asyncpg.Connection, actor: Actor | SystemActor) -> None:
    """Take the running request's key in this transaction; the first unit of work takes it.

    A concurrent duplicate waits here for the first to commit. Raises Replay when its answer is
    kept, AlreadyDone when it was carried out but its answer was lost, KeyReused when the key came
    with other content.
    """
    context = request_context.get()
    key = context.idempotency if context else None
    if context is None or key is None or key.used or not isinstance(actor, Actor):
        return
    key.used = True
    taken = await connection.fetchval(
        """insert into idempotency_keys (workspace_id, person_id, key, request_hash, change_id)
           values ($1, $2, $3, $4, atum.ctx_change()) on conflict do nothing returning id""",
        actor.workspace_id, actor.person_id, key.key, key.request_hash,
    )  # fmt: skip
    if taken:
        return
    kept = await connection.fetchrow(
        "select request_hash, status, response, change_id from idempotency_keys where key = $1", key.key
    )
    if kept["request_hash"] != key.request_hash:
        raise KeyReused
    if kept["response"] is None:
        raise AlreadyDone(change_id=kept["change_id"])
    raise Replay(kept["status"], kept["response"], kept["change_id"])


async def keep_response(connection: asyncpg.Connection, key: str, status: int, body: bytes) -> None:
    """Remember what a keyed write answered; runs in a transaction that has entered."""
    await connection.execute(
        "update idempotency_keys set status = $2, response = $3 where key = $1", key, status, body
    )
