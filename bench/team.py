"""A team at work: many open browsers, many changes a second, and what an agent's reply takes meanwhile.

A browser here does with live frames what the web application does, at the rates of the policy that
both read (web/src/lib/livePolicy.json); that the application keeps to it is its own tests' matter.
The requests are those that others' changes cause: nobody of the browsers writes.
"""

import asyncio
import itertools
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, cast

import asyncpg
import msgspec

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.kernel.database.units_of_work import Database
from bench.client import Connection, Request
from bench.house import House
from bench.live_fanout import Browser, sign_in_staff
from bench.operations import ANSWER, API

POLICY_FILE = REPOSITORY / "web" / "src" / "lib" / "livePolicy.json"
LIST = f"{API}/tickets?view=all_open&limit=50"
COUNTS = f"{API}/tickets/counts"
# Of ten changes two are replies; the rest is what agents do in lists.
EDITS: tuple[dict[str, object], ...] = (
    {"priority": "high"}, {"priority": "normal"}, {"priority": "low"}, {"type": "incident"}, {"type": "question"},
)  # fmt: skip
REPLY_EVERY = 5
WRITERS = 16
WINDOW_SECONDS = 5.0
LAST_NEWS_SECONDS = 10.0
CONNECT_SECONDS = 60.0


class Policy(msgspec.Struct, frozen=True, rename="camel"):
    """How the web application keeps itself up to date; times in milliseconds."""

    gather_ms: int
    list_or_count_every_ms: int
    spread_ms: int
    ticket_every_ms: int
    ticket_spread_ms: int
    count_fields: frozenset[str]


class Team(msgspec.Struct, frozen=True, kw_only=True):
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
    api_cores: float
    live_cores: float
    postgres_cores: float


class _Row(msgspec.Struct, frozen=True):
    number: int
    version: int


class _Change(msgspec.Struct, frozen=True):
    ticket: int | None
    fields: list[str]
    row: _Row | None = None


class _Changes(msgspec.Struct, frozen=True):
    changes: list[_Change]


class _Rows(msgspec.Struct, frozen=True):
    items: list[_Row]


_decode_changes = msgspec.json.Decoder(_Changes).decode
_decode_rows = msgspec.json.Decoder(_Rows).decode


class Page:
    """One browser: a list, the counts and an open ticket, kept true as the web application does."""

    def __init__(self, policy: Policy, api_port: int, cookie: str, opened: int) -> None:
        self.shown: dict[int, int] = {}
        # When which version of a ticket came to be shown, by number and version.
        self.right_at: dict[tuple[int, int], float] = {}
        self.asked_at: list[float] = []
        self.ready = asyncio.Event()
        self._policy, self._port, self._cookie, self._opened = policy, api_port, cookie, opened
        self._connection: Connection | None = None
        self._busy = asyncio.Lock()
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
            if row.version > self.shown.get(row.number, 0):
                self.shown[row.number] = row.version
                self.right_at[row.number, row.version] = now

    def _later(self, path: str, turn: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        if path not in self._waiting:
            self._waiting.add(path)
            task = asyncio.create_task(turn(path))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _in_turn(self, path: str) -> None:
        """Ask for a list or the counts when their turn has come."""
        now = time.perf_counter()
        at = max(now, self._next_turn) + random.random() * self._policy.spread_ms / 1000
        self._next_turn = at + self._policy.list_or_count_every_ms / 1000
        await asyncio.sleep(at - now)
        self._waiting.discard(path)
        self.asked_at.append(time.perf_counter())
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


class Writers:
    """Agents who change tickets at a fixed rate, whatever the answers take."""

    def __init__(self, port: int, cookie: str, versions: dict[int, int]) -> None:
        self.changed: dict[tuple[int, int], float] = {}
        self.reply_seconds: list[float] = []
        self._port, self._cookie = port, cookie
        self._numbers = itertools.cycle(versions)
        self._edits = itertools.cycle(EDITS)
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        self._versions = dict(versions)

    async def run(self, per_second: int, seconds: float) -> float:
        """Change so many tickets a second; return how long it took."""
        for _ in range(WRITERS):
            self._free.put_nowait(await Connection.open(self._port))
        began_at = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for place in range(int(per_second * seconds)):
                due_at = began_at + place / per_second
                await asyncio.sleep(max(0.0, due_at - time.perf_counter()))
                group.create_task(self._change(place, next(self._numbers), due_at))
        took_seconds = time.perf_counter() - began_at
        while not self._free.empty():
            self._free.get_nowait().close()
        return took_seconds

    async def _change(self, place: int, number: int, due_at: float) -> None:
        is_reply = place % REPLY_EVERY == 0
        path = f"{API}/tickets/{number}"
        if is_reply:
            body = msgspec.json.encode({"kind": "reply", "text": ANSWER})
            request = Request("POST", f"{path}/messages", body, 201)
        else:
            request = Request("PATCH", path, msgspec.json.encode(next(self._edits)))
        connection = await self._free.get()
        try:
            answer = await connection.send(
                request.encoded(self._port, self._cookie), request.expected_status
            )
        finally:
            self._free.put_nowait(connection)
        now = time.perf_counter()
        if is_reply:
            self.reply_seconds.append(now - due_at)
        version = _version_in(answer)
        if version and version > self._versions[number]:
            self._versions[number] = version
            self.changed[number, version] = now


async def measure_team(
    house: House, browsers: int, changes_per_second: int, seconds: float
) -> Team:
    """Measure so many browsers while agents make so many changes a second; worker and live run beside it."""
    policy = msgspec.json.decode(POLICY_FILE.read_bytes(), type=Policy)
    async with AsyncExitStack() as stack:
        sockets = {"ATUM_LIVE_SOCKETS_PER_PERSON": "1000", "ATUM_LIVE_SOCKETS_PER_ADDRESS": "10000"}
        api, api_port = stack.enter_context(house.service("api", "api_port"))
        live, live_port = stack.enter_context(house.service("live", "live_port", **sockets))
        stack.enter_context(house.service("worker", "smtp_port"))
        database = Database(house.settings, house.url, house.settings.secret)
        await database.open("atum_desk_worker", size=2)
        stack.push_async_callback(database.close)
        cookies = await sign_in_staff(database)
        versions = await _open_tickets(house)
        pages = await _open_pages(
            policy, api_port, live_port, cookies, list(versions), browsers, stack
        )
        writers = Writers(api_port, await house.sign_in(), versions)
        before = api.cpu_seconds(), live.cpu_seconds(), house.postgres_cpu_seconds()
        took = await writers.run(changes_per_second, seconds)
        after = api.cpu_seconds(), live.cpu_seconds(), house.postgres_cpu_seconds()
        await _await_news(pages, writers)
    return _result(
        pages, writers, took, [(b - a) / took for a, b in zip(before, after, strict=True)]
    )


async def _open_tickets(house: House) -> dict[int, int]:
    """Return the versions of the newest open tickets by number, in random order."""
    connection = await asyncpg.connect(house.url, server_settings={"search_path": "atum, public"})
    try:
        rows = await connection.fetch(
            "select number, version from tickets where is_open order by updated_at desc limit 2000"
        )
    finally:
        await connection.close()
    random.Random(7).shuffle(rows)
    return {row["number"]: row["version"] for row in rows}


async def _open_pages(
    policy: Policy, api_port: int, live_port: int, cookies: list[str], numbers: list[int], count: int,
    stack: AsyncExitStack,
) -> list[Page]:  # fmt: skip
    loop = asyncio.get_running_loop()
    pages: list[Page] = []
    for place in range(count):
        cookie = cookies[place % len(cookies)]
        page = Page(policy, api_port, cookie, numbers[place % len(numbers)])
        _, socket = await loop.create_connection(
            lambda page=page, cookie=cookie: Browser(page, live_port, cookie),  # type: ignore[misc]
            "127.0.0.1", live_port,
        )  # fmt: skip
        stack.callback(socket.close)
        stack.callback(page.close)
        await page.load()
        pages.append(page)
    async with asyncio.timeout(CONNECT_SECONDS):
        for page in pages:
            await page.ready.wait()
    return pages


async def _await_news(pages: list[Page], writers: Writers) -> None:
    """Wait until every page shows the last version of every changed ticket, or no longer."""
    newest: dict[int, int] = {}
    for number, version in writers.changed:
        newest[number] = max(version, newest.get(number, 0))
    deadline = time.perf_counter() + LAST_NEWS_SECONDS
    waiting = deque(pages)
    while waiting and time.perf_counter() < deadline:
        page = waiting[0]
        if all(page.shown.get(number, 0) >= version for number, version in newest.items()):
            waiting.popleft()
        else:
            await asyncio.sleep(0.05)


def _result(pages: list[Page], writers: Writers, took: float, cores: list[float]) -> Team:
    waits, never = [], 0
    for page in pages:
        reached = _reached_at(page)
        for (number, version), at in writers.changed.items():
            shown_at = next(
                (when for seen, when in reached.get(number, ()) if seen >= version), None
            )
            if shown_at is None:
                never += 1
            else:
                # A frame may overtake the answer to the commit it tells of.
                waits.append(max(0.0, shown_at - at))
    waits.sort()
    replies = sorted(writers.reply_seconds)
    return Team(
        browsers=len(pages), changes=len(writers.changed), changes_per_second=len(writers.changed) / took,
        reply_p50_ms=_share(replies, 0.5) * 1e3, reply_p95_ms=_share(replies, 0.95) * 1e3,
        right_p50_seconds=_share(waits, 0.5), right_p95_seconds=_share(waits, 0.95),
        right_worst_seconds=_share(waits, 1),
        never_right=never, requests=sum(len(page.asked_at) for page in pages),
        most_requests_in_5_seconds=max(_most_in_window(page.asked_at) for page in pages),
        api_cores=cores[0], live_cores=cores[1], postgres_cores=cores[2],
    )  # fmt: skip


def _reached_at(page: Page) -> dict[int, list[tuple[int, float]]]:
    """Return for each ticket the versions that a page came to show, in their order, and when."""
    reached: dict[int, list[tuple[int, float]]] = {}
    for (number, version), at in sorted(page.right_at.items()):
        reached.setdefault(number, []).append((version, at))
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


def _version_in(answer: bytes) -> int | None:
    """Return the ticket's version in an answer to a change of it."""
    found = cast(dict[str, Any], msgspec.json.decode(answer))
    ticket = found.get("ticket", found)
    return ticket.get("version") if isinstance(ticket, dict) else None
