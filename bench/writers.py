"""Agents who change tickets at a fixed rate over HTTP, from a process of their own.

In the process of the simulated browsers their requests and answers would wait for its event loop, and what the load
generator took would be measured as what a reply takes.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from multiprocessing import get_context

import msgspec
import uvloop

from bench.client import Connection, Request
from bench.operations import ANSWER, API

# Of so many changes one is a reply; the rest is what agents do in lists.
REPLY_EVERY = 5
WRITERS = 16
# A process that has just begun opens its connections and plans its statements; a desk at work has done both.
WARM_UP_SECONDS = 2.0
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("question", "incident", "problem", "task")


class WrittenTicket(msgspec.Struct, frozen=True):
    """A ticket that agents change, as it stands before."""

    number: int
    updated_at: datetime
    priority: int
    type: str


class WriterReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the agents did; moments are those of `time.perf_counter`, which all processes share.

    `changed` holds when the answer to a change was there, by the ticket's number and its `updated_at`;
    `late_seconds` how long after it was due each change was begun, which is the generator's fault alone.
    """

    changed: dict[tuple[int, datetime], float]
    reply_seconds: list[float]
    late_seconds: list[float]
    took_seconds: float


class _Edited(msgspec.Struct, frozen=True):
    updated_at: datetime


class _Replied(msgspec.Struct, frozen=True):
    ticket: _Edited


_decode_edit = msgspec.json.Decoder(_Edited).decode
_decode_reply = msgspec.json.Decoder(_Replied).decode


class Writers:
    """The process of the agents; it runs from `hired_writers` until that ends."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    async def change(
        self, port: int, cookie: str, tickets: list[WrittenTicket], per_second: int, seconds: float
    ) -> WriterReport:
        """Change so many tickets a second, whatever the answers take; the first replies are not counted."""
        given = (port, cookie, tickets, per_second, seconds)
        return await asyncio.get_running_loop().run_in_executor(self._pool, _change_alone, *given)


@asynccontextmanager
async def hired_writers() -> AsyncIterator[Writers]:
    """Start the process, so that its start is over before anything is measured."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        await asyncio.get_running_loop().run_in_executor(pool, _come)
        yield Writers(pool)


def edit_of(ticket: WrittenTicket, place: int) -> dict[str, str]:
    """Return a change that alters the ticket, by turns its priority and its type."""
    if place % 2:
        return {"priority": PRIORITIES[ticket.priority % len(PRIORITIES)]}
    return {"type": TYPES[(TYPES.index(ticket.type) + 1) % len(TYPES)]}


def _come() -> None:
    """Do nothing: whoever waits for it knows that the process is there."""


def _change_alone(
    port: int, cookie: str, tickets: list[WrittenTicket], per_second: int, seconds: float
) -> WriterReport:
    return uvloop.run(_Run(port, cookie, tickets).go(per_second, seconds))


class _Run:
    def __init__(self, port: int, cookie: str, tickets: list[WrittenTicket]) -> None:
        self._port, self._cookie = port, cookie
        self._tickets = itertools.cycle(tickets)
        self._updated_at = {one.number: one.updated_at for one in tickets}
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        self._changed: dict[tuple[int, datetime], float] = {}
        self._replies: list[float] = []
        self._late: list[float] = []
        self._counts_from = 0.0

    async def go(self, per_second: int, seconds: float) -> WriterReport:
        for _ in range(WRITERS):
            self._free.put_nowait(await Connection.open(self._port))
        began_at = time.perf_counter()
        self._counts_from = began_at + min(WARM_UP_SECONDS, seconds / 2)
        async with asyncio.TaskGroup() as group:
            for place in range(int(per_second * seconds)):
                due_at = began_at + place / per_second
                await asyncio.sleep(max(0.0, due_at - time.perf_counter()))
                group.create_task(self._change(place, next(self._tickets), due_at))
        took = time.perf_counter() - began_at
        while not self._free.empty():
            self._free.get_nowait().close()
        return WriterReport(
            changed=self._changed, reply_seconds=self._replies, late_seconds=self._late, took_seconds=took
        )

    async def _change(self, place: int, ticket: WrittenTicket, due_at: float) -> None:
        self._late.append(time.perf_counter() - due_at)
        is_reply = place % REPLY_EVERY == 0
        path = f"{API}/tickets/{ticket.number}"
        if is_reply:
            body = msgspec.json.encode({"kind": "reply", "text": ANSWER})
            request = Request("POST", f"{path}/messages", body, 201)
        else:
            request = Request("PATCH", path, msgspec.json.encode(edit_of(ticket, place)))
        # An agent who waits for the answer before changes nothing else: the wait counts.
        connection = await self._free.get()
        try:
            answer = await connection.send(request.encoded(self._port, self._cookie), request.expected_status)
        finally:
            self._free.put_nowait(connection)
        now = time.perf_counter()
        if is_reply and due_at >= self._counts_from:
            self._replies.append(now - due_at)
        edited = _decode_reply(answer).ticket if is_reply else _decode_edit(answer)
        # A reply leaves the ticket's version as it was, so it is the time that tells which row is new.
        if edited.updated_at > self._updated_at[ticket.number]:
            self._updated_at[ticket.number] = edited.updated_at
            self._changed[ticket.number, edited.updated_at] = now
