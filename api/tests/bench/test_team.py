"""The team of the bench: what it measures is the desk's doing and not its own."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest

from bench import team
from bench.live_fanout import Browser
from bench.team import Page, Policy
from bench.writers import TYPES, WrittenTicket, edit_of, hired_writers
from suite.machine_speed import scaled
from waiting import until

THEN = datetime(2026, 11, 2, tzinfo=UTC)
POLICY = Policy(
    gather_ms=0,
    list_or_count_every_ms=500,
    spread_ms=0,
    ticket_every_ms=500,
    ticket_spread_ms=0,
    count_fields=frozenset({"status"}),
)


class StandIn:
    """An API that answers every change at once, from a thread of its own."""

    def __init__(self) -> None:
        self.port = 0
        self._listens = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> StandIn:
        self._thread.start()
        assert self._listens.wait(scaled(20))
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._listens.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"Content-Length: (\d+)", head)
                await reader.readexactly(int(length.group(1)) if length else 0)
                now = {"updated_at": datetime.now(UTC)}
                is_reply = head.startswith(b"POST")
                body = msgspec.json.encode({"ticket": now} if is_reply else now)
                status = b"201 Created" if is_reply else b"200 OK"
                writer.write(b"HTTP/1.1 %s\r\ncontent-length: %d\r\n\r\n" % (status, len(body)) + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def test_what_the_browsers_cost_delays_no_change() -> None:
    """The browsers' loop is blocked for a second and more at a time; half of a reply's wait would be that."""
    tickets = [WrittenTicket(number, THEN, 2, "task") for number in range(1, 41)]
    with StandIn() as api:
        async with hired_writers() as writers:
            changing = asyncio.create_task(writers.change(api.port, "a=b", tickets, 20, 4))
            while not changing.done():
                await asyncio.sleep(0.001)
                time.sleep(1.2)  # noqa: ASYNC251
            written = changing.result()
    assert len(written.changed) == 80
    assert len(written.late_seconds) == 80
    assert sorted(written.late_seconds)[40] < 0.3
    assert sorted(written.reply_seconds)[len(written.reply_seconds) // 2] < 0.3


def test_every_edit_alters_its_ticket() -> None:
    for priority in (1, 2, 3, 4):
        for kind in TYPES:
            ticket = WrittenTicket(1, THEN, priority, kind)
            names = ("low", "normal", "high", "urgent")
            assert edit_of(ticket, 1)["priority"] != names[priority - 1]
            assert edit_of(ticket, 2)["type"] != kind


async def test_a_browser_whose_request_was_late_still_waits_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(POLICY, 0, "a=b", 1)

    async def answered(_path: str) -> bytes:
        return b"{}"

    monkeypatch.setattr(page, "_ask", answered)
    change = b'{"type":"changes","changes":[{"ticket":7,"fields":["status"]}]}'
    for asked in (1, 2, 3):
        page.note(change)
        await asyncio.sleep(0.01)
        time.sleep(0.4)  # noqa: ASYNC251 - the loop is late, once the request is due
        await until(lambda asked=asked: len(page.asked_at) == asked, 20)
    gaps = [b - a for a, b in zip(page.asked_at, page.asked_at[1:], strict=False)]
    assert min(gaps) > POLICY.list_or_count_every_ms / 1000 - 0.001
    page.close()


def test_frames_are_taken_as_they_were_sent_wherever_they_are_cut() -> None:
    sizes = [2, 40, 125, 126, 700, 65_535, 65_536, 3]
    payloads = [b'{"type":"changes"' + b"x" * size for size in sizes]
    taken: list[bytes] = []

    class Hearer:
        def note(self, payload: bytes) -> None:
            taken.append(payload)

    browser = Browser(Hearer(), 1, "a=b")
    browser._open = True
    wire = b"".join(_framed(payload) for payload in payloads)
    for start in range(0, len(wire), 997):
        browser.data_received(wire[start : start + 997])
    assert taken == payloads


def test_a_reply_is_seen_although_it_leaves_the_version_as_it_was() -> None:
    page = Page(POLICY, 0, "a=b", 1)
    for minute in (0, 1):
        page._show([team._Row(7, THEN + timedelta(minutes=minute))])
    assert [at for at, _ in team._reached_at(page)[7]] == [THEN, THEN + timedelta(minutes=1)]


async def test_jobs_that_were_left_are_gone_and_running_ones_stay(database_url: str) -> None:
    connection = await asyncpg.connect(database_url, server_settings={"search_path": "atum, public"})
    try:
        for key in ("one", "two"):
            await connection.execute("select enqueue_job('outbox.send', '{}', interval '0', $1)", key)
        await connection.execute("update jobs.pgqueuer set status = 'picked' where dedupe_key = 'two'")
        await team.forget_left_jobs(database_url)
        left = await connection.fetch("select dedupe_key from jobs.pgqueuer")
    finally:
        await connection.close()
    assert [row["dedupe_key"] for row in left] == ["two"]


def _framed(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2) + payload
    return b"\x81\x7f" + size.to_bytes(8) + payload
