"""When everything that was started also serves."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from atum_desk.kernel.settings import Settings

READY_PATH = "/api/v1/health/ready"
PAUSE_SECONDS = 0.03
ANSWER_TIMEOUT_SECONDS = 5.0
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


async def until_ready(settings: Settings) -> None:
    """Return once both services say they are ready and mail is taken."""
    host = reachable_host(settings.bind)
    await asyncio.gather(
        _until(lambda: _answers_ready(host, settings.api_port)),
        _until(lambda: _answers_ready(host, settings.live_port)),
        _until(lambda: _takes_connections(host, settings.smtp_port)),
    )


def reachable_host(bind: str) -> str:
    """Return the address at which this machine reaches what listens on `bind`."""
    return ANY_ADDRESS.get(bind, bind)


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    while True:
        with contextlib.suppress(OSError, TimeoutError, EOFError):
            if await asyncio.wait_for(holds(), ANSWER_TIMEOUT_SECONDS):
                return
        await asyncio.sleep(PAUSE_SECONDS)


async def _answers_ready(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        request = f"GET {READY_PATH} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        status_line = await reader.readline()
        return status_line.split()[1:2] == [b"200"]
    finally:
        writer.close()


async def _takes_connections(host: str, port: int) -> bool:
    if port:
        _, writer = await asyncio.open_connection(host, port)
        writer.close()
    return True
