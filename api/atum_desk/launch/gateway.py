"""One address for a browser: a port that passes connections on to the API or the live service.

It stands where nginx stands in production, and only when ATUM_WEB_PORT is a port of its own. A
connection is judged by the path of its first request, which suffices because browsers open a
connection of its own for each WebSocket.
"""

import asyncio
import contextlib

from atum_desk.kernel.config.settings import Settings
from atum_desk.launch.readiness import reachable_host

LIVE_PREFIX = b"/ws/"
LONGEST_REQUEST_LINE_BYTES = 16_384
FIRST_LINE_TIMEOUT_SECONDS = 30.0
BLOCK_BYTES = 65_536


async def open_gateway(settings: Settings) -> asyncio.Server:
    """Listen on the web port and pass connections on; the caller closes the server."""
    host = reachable_host(settings.bind)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(FIRST_LINE_TIMEOUT_SECONDS):
                first = await reader.readline()
            path = [*first.split(), b"", b""][1]
            port = settings.live_port if path.startswith(LIVE_PREFIX) else settings.api_port
            behind, behind_writer = await asyncio.open_connection(host, port)
            behind_writer.write(first)
            await asyncio.gather(_pass(reader, behind_writer), _pass(behind, writer))
        writer.close()

    return await asyncio.start_server(serve, settings.bind, settings.web_port, limit=LONGEST_REQUEST_LINE_BYTES)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the reading side ends, then end the writing side."""
    with contextlib.suppress(OSError):
        while block := await reader.read(BLOCK_BYTES):
            writer.write(block)
            await writer.drain()
    writer.close()
