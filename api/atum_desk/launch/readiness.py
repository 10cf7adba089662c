"""When everything that was started also serves."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from atum_desk.kernel.config.settings import Settings

READY_PATH = "/api/v1/health/ready"
PAUSE_SECONDS = 0.03
ANSWER_TIMEOUT_SECONDS = 5.0
Condition = Callable[[], Awaitable[bool]]
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


async def until_ready(settings: Settings, waiting: set[str]) -> None:
    """Return once both services say they are ready and mail is taken.

    `waiting` holds the names of what is still awaited, for whoever gives up waiting.
    """
    host = reachable_host(settings.bind)
    api, live, smtp = settings.api_port, settings.live_port, settings.smtp_port
    awaited: dict[str, Condition] = {
        f"the API on port {api}": lambda: _answers_ready(host, api),
        f"the live service on port {live}": lambda: _answers_ready(host, live),
    }
    if smtp:
        smtp_host = reachable_host(settings.smtp_address)
        awaited[f"mail on port {smtp}"] = lambda: _takes_connections(smtp_host, smtp)
    waiting.update(awaited)

    async def wait(name: str, holds: Condition) -> None:
        await _until(holds)
        waiting.discard(name)

    await asyncio.gather(*(wait(name, holds) for name, holds in awaited.items()))


async def until_api_ready(settings: Settings) -> None:
    """Return once the API says at its own port that it is ready."""
    host = reachable_host(settings.bind)
    await _until(lambda: _answers_ready(host, settings.api_port))


def reachable_host(bind: str) -> str:
    """Return the address at which this machine reaches what listens on `bind`."""
    return ANY_ADDRESS.get(bind, bind)


async def _until(holds: Condition) -> None:
    while True:
        with contextlib.suppress(OSError, TimeoutError, EOFError):
            async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
                if await holds():
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
    _, writer = await asyncio.open_connection(host, port)
    writer.close()
    return True
