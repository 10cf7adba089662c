"""What the ledger costs a write: the same transaction with and without it, in turns, in one PostgreSQL."""

import secrets
import time

import asyncpg
import msgspec

from bench.bare import statements
from bench.bare.app import prepare_connection
from bench.house import House
from bench.operations import ANSWER, SUBJECT
from bench.processes import cpu_seconds

BATCH = 20
OPEN_CHANGE = ", atum.open_change()"
FINISH_CHANGE = "select atum.finish_change('ticket.reply', 'session', $1, true, '{}', null, null)"
MAIL = {"name": "Agent", "address": "support@bench.example"}


class LedgerCost(msgspec.Struct):
    """Time of a write on either side: of the whole transaction, and of PostgreSQL's CPU in it."""

    writes: int = 0
    with_seconds: float = 0
    without_seconds: float = 0
    with_cpu_seconds: float = 0
    without_cpu_seconds: float = 0


async def measure_ledger(house: House, batches: int) -> LedgerCost:
    """Write replies (message, ticket, mail, job) in turns on both databases."""
    cost = LedgerCost()
    ledgered = await _connect(house.url)
    plain = await _connect(house.bare_url)
    try:
        for batch in range(batches + 1):
            for connection, with_ledger in ((ledgered, True), (plain, False)):
                cpu, began = cpu_seconds(connection.get_server_pid()), time.perf_counter()
                for place in range(BATCH):
                    ticket_id = house.data.tickets - (batch * BATCH + place) % (
                        house.data.tickets // 2
                    )
                    await _write(connection, ticket_id, house.data.administrator_id, with_ledger)
                elapsed = time.perf_counter() - began
                used = cpu_seconds(connection.get_server_pid()) - cpu
                if batch:  # the first one warms up
                    _add(cost, with_ledger, elapsed, used)
            cost.writes += BATCH if batch else 0
    finally:
        await ledgered.close()
        await plain.close()
    return cost


def _add(cost: LedgerCost, with_ledger: bool, elapsed: float, used: float) -> None:
    if with_ledger:
        cost.with_seconds += elapsed
        cost.with_cpu_seconds += used
    else:
        cost.without_seconds += elapsed
        cost.without_cpu_seconds += used


async def _write(
    connection: asyncpg.Connection, ticket_id: int, person_id: int, with_ledger: bool
) -> None:
    begin = f"begin; select atum.enter_system(1, {person_id:d})"
    await connection.execute(begin + OPEN_CHANGE if with_ledger else begin)
    message_id = await connection.fetchval(
        statements.APPEND, 1, ticket_id, person_id, "Agent", ANSWER, [MAIL], ANSWER[:200]
    )
    await connection.execute(
        statements.SEND, 1, ticket_id, message_id, 1, f"{secrets.token_hex(12)}@bench.example",
        MAIL["address"], MAIL, [MAIL], SUBJECT, ANSWER, f"<html><body><p>{ANSWER}</p></body></html>",
    )  # fmt: skip
    if with_ledger:
        await connection.execute(FINISH_CHANGE, ticket_id)
    await connection.execute("commit")


async def _connect(url: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(
        url, server_settings={"search_path": "atum, public", "jit": "off"}
    )
    await prepare_connection(connection)
    return connection
