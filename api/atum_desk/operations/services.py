"""How each process and what it needs does, asked just now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from atum_desk.kernel.config.settings import Settings
from atum_desk.operations.models import Service, ServiceState

ASK_SECONDS = 3.0
LARGEST_ANSWER_BYTES = 65_536
READY_PATH = "/api/v1/health/ready"
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}
# What the health check calls it, and what people do.
NAMES = {"database": "PostgreSQL", "worker": "Worker", "redis": "Redis", "files": "Files"}


async def list_services(settings: Settings, asked: Mapping[str, Service]) -> list[Service]:
    """Return every service with its state; `asked` is what the API's own health check found."""
    live = await _ask_live(settings)
    unknown = Service(name="", state="unknown", detail="the database was not reached")
    others = [msgspec.structs.replace(asked.get(key, unknown), name=name) for key, name in NAMES.items()]
    return [Service(name="API", state="ok", detail=f"port {settings.api_port}"), live, *others]


async def _ask_live(settings: Settings) -> Service:
    where = f"port {settings.live_port}"
    try:
        async with asyncio.timeout(ASK_SECONDS):
            answer = await _get(settings.bind, settings.live_port)
    except (OSError, TimeoutError, msgspec.MsgspecError, ValueError):
        return Service(name="Live updates", state="down", detail=f"{where} does not answer")
    states: dict[str, ServiceState] = {"ok": "ok", "degraded": "degraded"}
    return Service(
        name="Live updates",
        state=states.get(str(answer.get("status")), "down"),
        detail=f"{where}, {_connections(answer)}",
    )


def _connections(answer: dict[str, Any]) -> str:
    ledger = answer.get("dependencies", {}).get("ledger", {})
    number = ledger.get("connections", 0)
    return "1 browser" if number == 1 else f"{number} browsers"


async def _get(bind: str, port: int) -> dict[str, Any]:
    """Return the JSON that our own service answers. Raises OSError or ValueError."""
    host = ANY_ADDRESS.get(bind, bind)
    reader, writer = await asyncio.open_connection(host, port)
    try:
        request = f"GET {READY_PATH} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        answer = await reader.read(LARGEST_ANSWER_BYTES)
        while more := await reader.read(LARGEST_ANSWER_BYTES):
            answer += more
    finally:
        writer.close()
    _head, _, body = answer.partition(b"\r\n\r\n")
    return msgspec.json.decode(body, type=dict[str, Any])
