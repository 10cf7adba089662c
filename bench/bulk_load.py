"""Thousands of tickets changed at once by the worker, while somebody else goes on writing to others."""

import asyncio
import math
import random
import time
from typing import Any

import msgspec

from bench.bench_database import ALL, BenchDatabase
from bench.client import Connection, Request

API = "/api/v1"
# For how many tickets a time is promised; of a smaller run it is told what so many would take at its pace.
PROMISED_TICKETS = 10_000
POLL_SECONDS = 0.25
NOTE_EVERY_SECONDS = 0.1
NOTES_ALONE = 20
FINISHED = ("done", "cancelled", "failed")
NOTE = msgspec.json.encode({"kind": "note", "text": "Looked at it once more."})


class MeasuredRun(msgspec.Struct, frozen=True):
    """One run: how long PROMISED_TICKETS take, and milliseconds of CPU of worker and PostgreSQL a ticket."""

    seconds: float
    cpu_ms: float


class BulkLoad(msgspec.Struct, frozen=True):
    """A run of edits and one of replies; what notes of somebody else took meanwhile, and what before."""

    tickets: int
    edits: MeasuredRun
    replies: MeasuredRun
    others_p95_ms: float
    others_worst_ms: float
    alone_p95_ms: float


class _Desk(msgspec.Struct, frozen=True):
    bench_database: BenchDatabase
    port: int
    cookie: str
    # Notes go to tickets up to this number, runs to those beyond.
    apart: int

    async def ask(self, connection: Connection, request: Request) -> Any:
        """Send a request and return its answer."""
        return msgspec.json.decode(
            await connection.send(request.encoded(self.port, self.cookie), request.expected_status)
        )


async def measure_bulk(bench_database: BenchDatabase, tickets: int) -> BulkLoad:
    """Change the newest tickets twice, and tell what that cost and what it cost others."""
    newest = bench_database.data.tickets
    numbers = list(range(newest - tickets + 1, newest + 1))
    with bench_database.services(*ALL) as [(_, port), _, (worker, _)]:
        desk = _Desk(bench_database, port, await bench_database.sign_in(), newest - tickets)
        quiet = asyncio.Event()
        writing = asyncio.create_task(_write_notes(desk, quiet))
        await asyncio.sleep(NOTES_ALONE * NOTE_EVERY_SECONDS)
        quiet.set()
        alone = await writing
        busy = asyncio.Event()
        writing = asyncio.create_task(_write_notes(desk, busy))
        runs = []
        for actions in (
            {"add_tags": [f"bulk{random.randrange(10**9)}"]},
            {"message": {"kind": "reply", "text": "Dear {{ requester.first_name }}, it works again."}},
        ):
            cpu = worker.cpu_seconds() + bench_database.postgres_cpu_seconds()
            seconds = await _run(desk, numbers, actions)
            cpu = worker.cpu_seconds() + bench_database.postgres_cpu_seconds() - cpu
            runs.append(MeasuredRun(seconds * PROMISED_TICKETS / tickets, cpu * 1000 / tickets))
        busy.set()
        others = await writing
    return BulkLoad(
        tickets=tickets,
        edits=runs[0],
        replies=runs[1],
        others_p95_ms=_p95_ms(others),
        others_worst_ms=max(others) * 1000,
        alone_p95_ms=_p95_ms(alone),
    )


async def _run(desk: _Desk, numbers: list[int], actions: dict[str, Any]) -> float:
    """Begin a run and wait for its end; return the seconds. Raises RuntimeError unless every ticket was changed."""
    connection = await Connection.open(desk.port)
    try:
        began = time.perf_counter()
        asked = msgspec.json.encode({"numbers": numbers, "actions": actions})
        run = await desk.ask(connection, Request("POST", f"{API}/bulk", asked, 202))
        while run["state"] not in FINISHED:
            await asyncio.sleep(POLL_SECONDS)
            run = await desk.ask(connection, Request("GET", f"{API}/bulk/{run['id']}"))
        if run["changed"] != len(numbers):
            raise RuntimeError(f"a bulk run left tickets alone: {run!r}")
        return time.perf_counter() - began
    finally:
        connection.close()


async def _write_notes(desk: _Desk, until: asyncio.Event) -> list[float]:
    """Write notes to other tickets one after another; return the seconds that each took."""
    connection = await Connection.open(desk.port)
    taken: list[float] = []
    try:
        while not until.is_set() or not taken:
            began = time.perf_counter()
            number = random.randint(1, desk.apart)
            await desk.ask(connection, Request("POST", f"{API}/tickets/{number}/messages", NOTE, 201))
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(NOTE_EVERY_SECONDS)
    finally:
        connection.close()
    return taken


def _p95_ms(seconds: list[float]) -> float:
    return sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1] * 1000
