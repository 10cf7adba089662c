"""What the desk holds on disk: bytes a ticket by kind of table, and what one reply adds."""

import re

import asyncpg
import msgspec

from bench.bench_database import BenchDatabase
from bench.client import press
from bench.operations import operations

CONNECTIONS = 4
# Tables and indexes grow by pages of 8 kB: of fewer replies the figure would say how many of those there are.
LEAST_REPLIES = 500
# Which tables belong together; what is named nowhere is "other".
KINDS = {
    "tickets": ("tickets", "participants", "ticket_reads", "ticket_links"),
    "messages": ("messages", "attachments"),
    "mail": ("mails", "mail_sources", "outbox"),
    "people": ("people", "addresses", "organizations"),
    "ledger": ("changes", "row_changes"),
}
# The ledger's traces stand in parts.
PART = re.compile(r"^row_changes_\d+$")
SIZES = """select c.relname as name, pg_total_relation_size(c.oid) as bytes
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('atum', 'jobs') and c.relkind in ('r', 'm')"""


class Disk(msgspec.Struct, frozen=True):
    """Bytes; `ledger_share` is the ledger's part of the whole database."""

    tickets: int
    database_bytes: int
    bytes_per_ticket: dict[str, float]
    reply_bytes: float
    reply_ledger_bytes: float

    @property
    def ledger_share(self) -> float:
        """Return the ledger's part of all tables."""
        return self.bytes_per_ticket["ledger"] / sum(self.bytes_per_ticket.values())


async def measure_disk(bench_database: BenchDatabase, seconds: float) -> Disk:
    """Weigh the tables, then answer tickets for so many seconds and weigh what that added.

    As many replies before it are not weighed: the data set is loaded in one go, so its pages are full, and the
    first change on each splits it once.
    """
    connection = await asyncpg.connect(bench_database.url)
    try:
        loaded = await _sizes(connection)
        await _answer(bench_database, seconds)
        before = await _sizes(connection)
        replies = await _answer(bench_database, seconds)
        after = await _sizes(connection)
        whole = await connection.fetchval("select pg_database_size(current_database())")
    finally:
        await connection.close()
    tickets = bench_database.data.tickets
    added = {kind: after[kind] - before[kind] for kind in after}
    return Disk(
        tickets=tickets,
        database_bytes=whole,
        bytes_per_ticket={kind: size / tickets for kind, size in loaded.items()},
        reply_bytes=sum(added.values()) / replies,
        reply_ledger_bytes=added["ledger"] / replies,
    )


async def _answer(bench_database: BenchDatabase, seconds: float) -> int:
    """Write replies for so many seconds, and until there are LEAST_REPLIES; they are held and not sent.

    Return how many.
    """
    reply = next(one for one in operations(bench_database.data) if one.name == "reply")
    with bench_database.service("api", "api_port") as (_, port):
        cookie = await bench_database.sign_in()
        replies = 0
        while replies < LEAST_REPLIES:
            samples = await press(port, cookie, reply.next_request, seconds, CONNECTIONS)
            replies += len(samples.latencies_seconds)
    return replies


async def _sizes(connection: asyncpg.Connection) -> dict[str, int]:
    # What updates left behind is given back first, or it would count as what the replies hold.
    await connection.execute("vacuum")
    sizes = dict.fromkeys((*KINDS, "other"), 0)
    for row in await connection.fetch(SIZES):
        sizes[kind_of(row["name"])] += row["bytes"]
    return sizes


def kind_of(table: str) -> str:
    """Return which kind of table it is."""
    name = PART.sub("row_changes", table)
    return next((kind for kind, names in KINDS.items() if name in names), "other")
