"""How many live connections one person and one address may hold, and under which names they come."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from factories import Given
from live_process import Clients, LiveListener, LiveProcess, rename


async def test_a_persons_newest_windows_stay_and_the_oldest_gives_way(
    database_url: str, tmp_path: Path, given: Given
) -> None:
    async with narrow_live(database_url, tmp_path, ATUM_LIVE_SOCKETS_PER_PERSON="2") as live:
        clients = Clients(live, given)
        agent, other = await given.staff(), await given.staff()
        first, second, bystander = [await clients.listen(who) for who in (agent, agent, other)]
        third = await clients.listen(agent)
        assert await first.closed() == 4409
        ticket = await given.ticket()
        await rename(given, ticket.id, "Heard")
        for listener in (second, third, bystander):
            assert (await listener.change())["ticket"] == ticket.number
        await second.socket.close()
        await asyncio.sleep(0.2)
        await clients.listen(agent)
        await rename(given, ticket.id, "Heard again")
        assert (await third.change())["ticket"] == ticket.number
        await clients.close()


async def test_an_address_holds_so_many_connections_whoever_they_are(
    database_url: str, tmp_path: Path, given: Given
) -> None:
    trusting = {"ATUM_LIVE_SOCKETS_PER_ADDRESS": "3", "ATUM_TRUSTED_PROXIES": "127.0.0.0/8"}
    async with narrow_live(database_url, tmp_path, **trusting) as live:
        clients = Clients(live, given)
        crowd = {"X-Forwarded-For": "203.0.113.9"}
        held = [await clients.open(additional_headers=crowd) for _ in range(3)]
        refused = LiveListener(await clients.open(additional_headers=crowd))
        assert await refused.closed() == 4429
        forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
        assert await LiveListener(await clients.open(additional_headers=forged)).closed() == 4429
        await clients.listen(await given.staff())
        await held[0].close()
        await asyncio.sleep(0.2)
        agent = await given.staff()
        cookie = {"Cookie": f"atum_staff={agent.token}", **crowd}
        back = LiveListener(await clients.open(additional_headers=cookie))
        await back.send(type="hello", last_seq=None)
        assert (await back.frame())["type"] == "ready"
        await clients.close()


async def test_a_name_that_is_not_ours_is_refused(live: LiveProcess, clients: Clients) -> None:
    for path in ("/ws/", "/api/v1/health/live"):
        request = f"GET {path} HTTP/1.1\r\nHost: rebound.example:{live.port}\r\n\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
        writer.write(request.encode())
        answer = await reader.read()
        assert answer.startswith((b"HTTP/1.1 421", b"HTTP/1.1 400", b"HTTP/1.1 426")), answer
        assert path == "/ws/" or answer.startswith(b"HTTP/1.1 421")
        writer.close()


@asynccontextmanager
async def narrow_live(database_url: str, tmp_path: Path, **settings: str) -> AsyncIterator[LiveProcess]:
    """Run the live service with settings of its own."""
    process = LiveProcess(database_url, tmp_path / "narrow", **settings)
    await process.start()
    try:
        yield process
    finally:
        await process.end(signal.SIGKILL)
