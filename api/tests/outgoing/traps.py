"""What a forbidden connection would reach, and the names of a test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

BANNER = b"220 inner.corp secret-banner-7 ready\r\n"


class TrapServer:
    """A server on loopback that shows a banner; `visits` counts who came."""

    def __init__(self) -> None:
        self.visits = 0
        self._server: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1") -> int:
        self._server = await asyncio.start_server(self._greet, host, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        assert self._server
        self._server.close()
        await self._server.wait_closed()

    async def _greet(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.write(BANNER)
        writer.close()


@contextmanager
def names(monkeypatch: pytest.MonkeyPatch, known: dict[str, list[list[str]]]) -> Iterator[list[str]]:
    """Let names resolve as given, one list after the other, the last for ever; yield what was asked."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: Any, **_: Any) -> list[Any]:
        asked.append(host)
        answers = known.get(host)
        if answers is None:
            try:
                # As the C library reads 2130706433, 0x7f.1 and 0177.0.0.1.
                answers = [[socket.inet_ntoa(socket.inet_aton(host))]]
            except OSError:
                raise socket.gaierror(socket.EAI_NONAME, "unknown") from None
        found = answers[min(asked.count(host), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield asked
