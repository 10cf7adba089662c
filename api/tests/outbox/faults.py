"""A connection that goes wrong at a chosen byte: cut, reset, silent or garbled, in either direction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """What happens to the byte at a place of a direction; `value` replaces a garbled one."""

    direction: Literal["to_relay", "to_us"]
    at: int
    how: Literal["cut", "reset", "silence", "garble"]
    value: int = 0


class FaultyLine:
    """Carries bytes between us and a relay, and does one thing wrong."""

    def __init__(self, port: int, fault: Fault | None) -> None:
        self._port = port
        self._fault = fault
        # bytes carried so far in each direction, over all connections
        self.carried = {"to_relay": 0, "to_us": 0}
        self._writers: list[asyncio.StreamWriter] = []

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers += [writer, back]
        pumps = [
            asyncio.create_task(self._pump("to_relay", reader, back, writer)),
            asyncio.create_task(self._pump("to_us", there, writer, back)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            for one in (writer, back):
                one.close()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(
        self,
        direction: Literal["to_relay", "to_us"],
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        other: asyncio.StreamWriter,
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                start = self.carried[direction]
                self.carried[direction] += len(data)
                fault = self._fault
                if fault and fault.direction == direction and start <= fault.at < start + len(data):
                    self._fault = None
                    place = fault.at - start
                    if fault.how == "garble":
                        data = data[:place] + bytes([fault.value]) + data[place + 1 :]
                    else:
                        target.write(data[:place])
                        await target.drain()
                        await self._stop(fault, target, other)
                        return
                target.write(data)
                await target.drain()

    async def _stop(self, fault: Fault, target: asyncio.StreamWriter, other: asyncio.StreamWriter) -> None:
        if fault.how == "silence":
            await asyncio.sleep(3600)
        if fault.how == "reset":
            for one in (target, other):
                transport = one.transport
                assert isinstance(transport, asyncio.WriteTransport)
                transport.abort()


@asynccontextmanager
async def faulty_line(port: int, fault: Fault | None) -> AsyncIterator[tuple[int, FaultyLine]]:
    """Yield the port of a line to a relay, and the line."""
    line = FaultyLine(port, fault)
    running: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await line.carry(reader, writer)
        except asyncio.CancelledError:
            # asyncio's streams would write a traceback about every connection that is ended here.
            writer.close()
        finally:
            running.discard(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], line
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()
