"""What the ledger costs a write: the same transaction with and without it, in turns, in one PostgreSQL."""

import secrets
import statistics
import time

import asyncpg
import msgspec

from bench.bare import statements
from bench.bare.app import prepare_connection
from bench.bench_database import BenchDatabase
from bench.operations import ANSWER, SUBJECT

BATCH = 20
FINISH_CHANGE = "select atum.finish_change('ticket.reply', 'session', {}, true, '{{}}', null, null); "
MAIL = {"name": "Agent", "address": "support@bench.example"}


class LedgerCost(msgspec.Struct):
    """Seconds that each batch of writes took, on either side."""

    with_seconds: list[float] = []
    without_seconds: list[float] = []

    @property
    def ratio(self) -> float:
        """Time of a write, times one without the ledger: of medians, which a busy moment does not move."""
        return statistics.median(self.with_seconds) / statistics.median(self.without_seconds)


async def measure_ledger(bench_database: BenchDatabase, batches: int) -> LedgerCost:
    """Write replies (message, ticket, mail, job) in turns on both databases."""
    cost = LedgerCost()
    ledgered = await _connect(bench_database.url)
    plain = await _connect(bench_database.bare_url)
    try:
        for batch in range(batches + 1):
            for connection, with_ledger, took in (
                (ledgered, True, cost.with_seconds),
                (plain, False, cost.without_seconds),
            ):
                began = time.perf_counter()
                for place in range(BATCH):
                    ticket_id = bench_database.data.tickets - (batch * BATCH + place) % (
                        bench_database.data.tickets // 2
                    )
                    await _write(connection, ticket_id, bench_database.data.administrator_id, with_ledger)
                if batch:  # the first one warms up
                    took.append(time.perf_counter() - began)
    finally:
        await ledgered.close()
        await plain.close()
    return cost


async def _write(connection: asyncpg.Connection, ticket_id: int, person_id: int, with_ledger: bool) -> None:
    enter = "enter_system_and_open" if with_ledger else "enter_system"
    await connection.execute(f"begin; select atum.{enter}(1, {person_id:d})")
    message_id = await connection.fetchval(
        statements.APPEND, 1, ticket_id, person_id, "Agent", ANSWER, [MAIL], ANSWER[:200]
    )
    await connection.execute(
        statements.SEND,
        1,
        ticket_id,
        message_id,
        1,
        f"{secrets.token_hex(12)}@bench.example",
        MAIL["address"],
        MAIL,
        [MAIL],
        SUBJECT,
        ANSWER,
        f"<html><body><p>{ANSWER}</p></body></html>",
    )
    await connection.execute((FINISH_CHANGE.format(ticket_id) if with_ledger else "") + "commit")


async def _connect(url: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(url, server_settings={"search_path": "atum, public", "jit": "off"})
    await prepare_connection(connection)
    return connection
