"""A team at work: many open browsers, many changes a second, and what an agent's reply takes meanwhile.

A browser here does with live frames what the web application does, at the rates of the policy that
both read (web/src/lib/livePolicy.json); that the application keeps to it is its own tests' matter.
The requests are those that others' changes cause: nobody of the browsers writes.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.kernel.database.units_of_work import Database
from bench.bench_database import ALL, BenchDatabase
from bench.client import Connection, Request
from bench.live_fanout import Browser, sign_in_staff
from bench.operations import API
from bench.writers import WriterReport, WrittenTicket, hired_writers

POLICY_FILE = REPOSITORY / "web" / "src" / "lib" / "livePolicy.json"
LIST = f"{API}/tickets?view=all_open&limit=50"
COUNTS = f"{API}/tickets/counts"
WINDOW_SECONDS = 5.0
LAST_NEWS_SECONDS = 10.0
CONNECT_SECONDS = 60.0
TICK_SECONDS = 0.02
LONG_AGO = datetime.min.replace(tzinfo=UTC)
# No worker ran beside the parts of the bench that wrote replies. What they left to do is not the team's.
LEFT_JOBS = "delete from jobs.pgqueuer where status = 'queued'"


class Policy(msgspec.Struct, frozen=True, rename="camel"):
    """How the web application keeps itself up to date; times in milliseconds."""

    gather_ms: int
    list_or_count_every_ms: int
    spread_ms: int
    ticket_every_ms: int
    ticket_spread_ms: int
    count_fields: frozenset[str]


class TeamLoad(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. A list is right once it shows what a change made of its ticket."""

    browsers: int
    changes: int
    changes_per_second: float
    reply_p50_ms: float
    reply_p95_ms: float
    right_p50_seconds: float
    right_p95_seconds: float
    right_worst_seconds: float
    never_right: int
    requests: int
    most_requests_in_5_seconds: int
    # How long what was due waited in the load generator itself.
    writers_late_p95_ms: float
    browsers_late_p95_ms: float
    api_cores: float
    live_cores: float
    postgres_cores: float


class _Row(msgspec.Struct, frozen=True):
    number: int
    updated_at: datetime


class _Change(msgspec.Struct, frozen=True):
    ticket: int | None
    fields: list[str]
    row: _Row | None = None


class _Changes(msgspec.Struct, frozen=True):
    changes: list[_Change]


class _Rows(msgspec.Struct, frozen=True):
    items: list[_Row]


_decode_rows = msgspec.json.Decoder(_Rows).decode


@lru_cache(maxsize=256)
def _decode_changes(payload: bytes) -> _Changes:
    """Decode a frame once for all browsers of this process that get it."""
    return msgspec.json.decode(payload, type=_Changes)


class Page:
    """One browser: a list, the counts and an open ticket, kept true as the web application does."""

    def __init__(self, policy: Policy, api_port: int, cookie: str, opened: int) -> None:
        self.shown: dict[int, datetime] = {}
        # When which state of a ticket came to be shown, by its number and `updated_at`.
        self.right_at: dict[tuple[int, datetime], float] = {}
        self.asked_at: list[float] = []
        self.ready = asyncio.Event()
        self._policy, self._port, self._cookie, self._opened = policy, api_port, cookie, opened
        self._connection: Connection | None = None
        self._busy = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._gathered: list[_Change] = []
        self._next_turn = 0.0
        self._next_ticket = 0.0
        self._waiting: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, payload: bytes) -> None:
        """Take a frame from the live service."""
        if payload.startswith(b'{"type":"ready"'):
            self.ready.set()
        elif payload.startswith(b'{"type":"changes"'):
            if not self._gathered:
                loop = asyncio.get_running_loop()
                loop.call_later(self._policy.gather_ms / 1000, self._apply)
            self._gathered += _decode_changes(payload).changes

    async def load(self) -> None:
        """Ask for what a page shows at first."""
        self._show(_decode_rows(await self._ask(LIST)).items)
        await self._ask(COUNTS)

    def close(self) -> None:
        """Ask for nothing more."""
        for task in self._tasks:
            task.cancel()
        if self._connection:
            self._connection.close()

    def _apply(self) -> None:
        changes, self._gathered = self._gathered, []
        self._show([one.row for one in changes if one.row])
        if any(not self._policy.count_fields.isdisjoint(one.fields) for one in changes):
            self._later(COUNTS, self._in_turn)
        if any(one.ticket == self._opened for one in changes):
            self._later(f"{API}/tickets/{self._opened}", self._ticket_in_turn)

    def _show(self, rows: list[_Row]) -> None:
        now = time.perf_counter()
        for row in rows:
            if row.updated_at > self.shown.get(row.number, LONG_AGO):
                self.shown[row.number] = row.updated_at
                self.right_at[row.number, row.updated_at] = now

    def _later(self, path: str, turn: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        if path not in self._waiting:
            self._waiting.add(path)
            task = asyncio.create_task(turn(path))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _in_turn(self, path: str) -> None:
        """Ask for a list or the counts when their turn has come."""
        async with self._turn:
            now = time.perf_counter()
            at = max(now, self._next_turn) + random.random() * self._policy.spread_ms / 1000
            await asyncio.sleep(at - now)
            self._waiting.discard(path)
            asked_at = time.perf_counter()
            # As in the application: the next wait begins when the request does, which may be late.
            self._next_turn = asked_at + self._policy.list_or_count_every_ms / 1000
        self.asked_at.append(asked_at)
        await self._ask(path)

    async def _ticket_in_turn(self, path: str) -> None:
        now = time.perf_counter()
        at = max(now, self._next_ticket) + random.random() * self._policy.ticket_spread_ms / 1000
        self._next_ticket = at + self._policy.ticket_every_ms / 1000
        await asyncio.sleep(at - now)
        self._waiting.discard(path)
        await self._ask(path)

    async def _ask(self, path: str) -> bytes:
        async with self._busy:
            self._connection = self._connection or await Connection.open(self._port)
            request = Request("GET", path)
            return await self._connection.send(request.encoded(self._port, self._cookie), 200)


async def measure_team(
    bench_database: BenchDatabase, browsers: int, changes_per_second: int, seconds: float
) -> TeamLoad:
    """Measure so many browsers while agents make so many changes a second; worker and live run beside it."""
    policy = msgspec.json.decode(POLICY_FILE.read_bytes(), type=Policy)
    await forget_left_jobs(bench_database.url)
    async with AsyncExitStack() as stack:
        sockets = {"ATUM_LIVE_SOCKETS_PER_PERSON": "1000", "ATUM_LIVE_SOCKETS_PER_ADDRESS": "10000"}
        (api, api_port), (live, live_port), _ = stack.enter_context(bench_database.services(*ALL, **sockets))
        database = Database(bench_database.settings, bench_database.url, bench_database.settings.secret)
        await database.open("atum_desk_worker", size=2)
        stack.push_async_callback(database.close)
        cookies = await sign_in_staff(database)
        tickets = await _open_tickets(bench_database)
        pages = await _open_pages(
            policy, api_port, live_port, cookies, [one.number for one in tickets], browsers, stack
        )
        writers = await stack.enter_async_context(hired_writers())
        cookie = await bench_database.sign_in()
        ticks: list[float] = []
        ticking = asyncio.create_task(_tick(ticks))
        before = api.cpu_seconds(), live.cpu_seconds(), bench_database.postgres_cpu_seconds()
        written = await writers.change(api_port, cookie, tickets, changes_per_second, seconds)
        after = api.cpu_seconds(), live.cpu_seconds(), bench_database.postgres_cpu_seconds()
        ticking.cancel()
        await _await_news(pages, written)
    took = written.took_seconds
    cores = [(b - a) / took for a, b in zip(before, after, strict=True)]
    return _result(pages, written, ticks, cores)


async def forget_left_jobs(url: str) -> None:
    """Take what earlier parts of the bench left to do out of the queue. `url` is a superuser's.

    The worker would do it while the team is measured: each reply that waits to leave is a change of
    its own, thousands at once, and every browser is told of each.
    """
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(LEFT_JOBS)
    finally:
        await connection.close()


async def _tick(late_seconds: list[float]) -> None:
    """Note until cancelled how long the browsers' process leaves what is due waiting."""
    while True:
        due_at = time.perf_counter() + TICK_SECONDS
        await asyncio.sleep(TICK_SECONDS)
        late_seconds.append(time.perf_counter() - due_at)


async def _open_tickets(bench_database: BenchDatabase) -> list[WrittenTicket]:
    """Return the newest open tickets in random order."""
    connection = await asyncpg.connect(bench_database.url, server_settings={"search_path": "atum, public"})
    try:
        rows = await connection.fetch(
            """select number, updated_at, priority, type from tickets
                where is_open order by updated_at desc limit 2000"""
        )
    finally:
        await connection.close()
    random.Random(7).shuffle(rows)
    return [WrittenTicket(**row) for row in rows]


async def _open_pages(
    policy: Policy,
    api_port: int,
    live_port: int,
    cookies: list[str],
    numbers: list[int],
    count: int,
    stack: AsyncExitStack,
) -> list[Page]:
    loop = asyncio.get_running_loop()
    pages: list[Page] = []
    for place in range(count):
        cookie = cookies[place % len(cookies)]
        page = Page(policy, api_port, cookie, numbers[place % len(numbers)])
        _, socket = await loop.create_connection(
            lambda page=page, cookie=cookie: Browser(page, live_port, cookie),  # type: ignore[misc]
            "127.0.0.1",
            live_port,
        )
        stack.callback(socket.close)
        stack.callback(page.close)
        await page.load()
        pages.append(page)
    async with asyncio.timeout(CONNECT_SECONDS):
        for page in pages:
            await page.ready.wait()
    return pages


async def _await_news(pages: list[Page], written: WriterReport) -> None:
    """Wait until every page shows the last state of every changed ticket, or no longer."""
    newest: dict[int, datetime] = {}
    for number, updated_at in written.changed:
        newest[number] = max(updated_at, newest.get(number, LONG_AGO))
    deadline = time.perf_counter() + LAST_NEWS_SECONDS
    waiting = deque(pages)
    while waiting and time.perf_counter() < deadline:
        page = waiting[0]
        if all(page.shown.get(number, LONG_AGO) >= at for number, at in newest.items()):
            waiting.popleft()
        else:
            await asyncio.sleep(0.05)


def _result(pages: list[Page], written: WriterReport, ticks: list[float], cores: list[float]) -> TeamLoad:
    waits, never = [], 0
    for page in pages:
        reached = _reached_at(page)
        for (number, updated_at), at in written.changed.items():
            shown_at = next((when for seen, when in reached.get(number, ()) if seen >= updated_at), None)
            if shown_at is None:
                never += 1
            else:
                # A frame may overtake the answer to the commit it tells of.
                waits.append(max(0.0, shown_at - at))
    waits.sort()
    replies = sorted(written.reply_seconds)
    return TeamLoad(
        browsers=len(pages),
        changes=len(written.changed),
        changes_per_second=len(written.changed) / written.took_seconds,
        reply_p50_ms=_share(replies, 0.5) * 1e3,
        reply_p95_ms=_share(replies, 0.95) * 1e3,
        right_p50_seconds=_share(waits, 0.5),
        right_p95_seconds=_share(waits, 0.95),
        right_worst_seconds=_share(waits, 1),
        never_right=never,
        requests=sum(len(page.asked_at) for page in pages),
        most_requests_in_5_seconds=max(_most_in_window(page.asked_at) for page in pages),
        writers_late_p95_ms=_share(sorted(written.late_seconds), 0.95) * 1e3,
        browsers_late_p95_ms=_share(sorted(ticks), 0.95) * 1e3,
        api_cores=cores[0],
        live_cores=cores[1],
        postgres_cores=cores[2],
    )


def _reached_at(page: Page) -> dict[int, list[tuple[datetime, float]]]:
    """Return for each ticket the states that a page came to show, in their order, and when."""
    reached: dict[int, list[tuple[datetime, float]]] = {}
    for (number, updated_at), at in sorted(page.right_at.items()):
        reached.setdefault(number, []).append((updated_at, at))
    return reached


def _most_in_window(moments: list[float]) -> int:
    most, window = 0, deque[float]()
    for moment in sorted(moments):
        window.append(moment)
        while window[0] <= moment - WINDOW_SECONDS:
            window.popleft()
        most = max(most, len(window))
    return most


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
