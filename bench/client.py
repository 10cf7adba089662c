"""A small HTTP/1.1 client that costs little: raw keep-alive connections, one request at a time on each."""

import asyncio
import time
from collections.abc import Callable

import msgspec


class Request(msgspec.Struct, frozen=True):
    """One request; `body` is JSON."""

    method: str
    path: str
    body: bytes = b""
    expected_status: int = 200

    def encoded(self, port: int, cookie: str) -> bytes:
        """Return the bytes on the wire."""
        head = f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        if self.body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n"
        return head.encode() + b"\r\n" + self.body


class Samples(msgspec.Struct):
    """What was measured: latencies, and of each slice the CPU time that a request took."""

    latencies_seconds: list[float] = []
    elapsed_seconds: float = 0
    app_cpu_seconds: list[float] = []
    postgres_cpu_seconds: list[float] = []

    def add(self, other: "Samples") -> None:
        """Take another slice in."""
        self.latencies_seconds += other.latencies_seconds
        self.elapsed_seconds += other.elapsed_seconds
        self.app_cpu_seconds += other.app_cpu_seconds
        self.postgres_cpu_seconds += other.postgres_cpu_seconds

    def took_cpu(self, app_seconds: float, postgres_seconds: float) -> None:
        """Note the CPU time of one slice, if anything was answered in it."""
        if requests := len(self.latencies_seconds):
            self.app_cpu_seconds = [app_seconds / requests]
            self.postgres_cpu_seconds = [postgres_seconds / requests]


class Connection:
    """One keep-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**22))

    async def send(self, raw: bytes, expected_status: int) -> bytes:
        """Send a request and return the body of its answer; raises RuntimeError for another status."""
        self._writer.write(raw)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        body = await self._reader.readexactly(length)
        if int(head[9:12]) != expected_status:
            raise RuntimeError(f"{raw[:120]!r} answered {head[9:12]!r}: {body[:500]!r}")
        return body

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def press(
    port: int, cookie: str, next_request: Callable[[], Request], seconds: float, connections: int
) -> Samples:
    """Send requests one after another on each connection for so long."""
    opened = [await Connection.open(port) for _ in range(connections)]
    samples = Samples()
    start = time.perf_counter()
    end = start + seconds

    async def work(connection: Connection) -> None:
        while (began := time.perf_counter()) < end:
            request = next_request()
            await connection.send(request.encoded(port, cookie), request.expected_status)
            samples.latencies_seconds.append(time.perf_counter() - began)

    try:
        await asyncio.gather(*(work(connection) for connection in opened))
    finally:
        for connection in opened:
            connection.close()
    samples.elapsed_seconds = time.perf_counter() - start
    return samples
