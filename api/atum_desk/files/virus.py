"""Asks clamd about bytes (INSTREAM, clamd(8)), over a Unix socket or TCP; mail and uploads both do."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from atum_desk.files.models import ScanVerdict
from atum_desk.files.notices import EmptyAnswer, LargerThanScanned
from atum_desk.kernel.notices import Foreign, NoticeError

SCAN_SECONDS = 120.0
CONNECT_SECONDS = 5.0
PIECE_BYTES = 256 * 1024
MAX_ANSWER_BYTES = 4096
_TCP = re.compile(r"^tcp://([^/:]+):(\d+)/?$")


class ScannerAway(NoticeError):
    """The scanner cannot be asked right now; the words say why."""


async def scan(clamd: str, raw: bytes) -> ScanVerdict:
    """Return what the scanner at a setting's address says of bytes. Raises ScannerAway."""
    return await _scan(clamd, _pieces_of(raw))


async def scan_file(clamd: str, path: Path) -> ScanVerdict:
    """Return what the scanner says of a file, which is never in memory whole. Raises ScannerAway."""
    with await asyncio.to_thread(path.open, "rb") as file:
        return await _scan(clamd, _pieces_in(file))


async def _scan(clamd: str, pieces: AsyncIterator[bytes]) -> ScanVerdict:
    try:
        async with asyncio.timeout(SCAN_SECONDS):
            answer = await _ask(clamd, pieces)
    except (OSError, TimeoutError) as error:
        raise ScannerAway(Foreign(f"{type(error).__name__}: {error}".strip(": "))) from error
    words = answer.removeprefix("stream:").strip()
    if words == "OK":
        return ScanVerdict("clean", "")
    if words.endswith(" FOUND"):
        return ScanVerdict("infected", words.removesuffix(" FOUND")[:200])
    if "size limit exceeded" in words.lower():
        return ScanVerdict.not_scanned(LargerThanScanned())
    raise ScannerAway(Foreign(words[:200]) if words else EmptyAnswer())


async def _pieces_of(raw: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(raw), PIECE_BYTES):
        yield raw[begin : begin + PIECE_BYTES]


async def _pieces_in(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
        yield piece


async def _ask(clamd: str, pieces: AsyncIterator[bytes]) -> str:
    """Speak over a bare socket: a stream forgets what was said before the other side hung up."""
    loop = asyncio.get_running_loop()
    with await _connect(clamd) as one:
        # It says why before it hangs up on a stream that is too long.
        with suppress(ConnectionError):
            await loop.sock_sendall(one, b"zINSTREAM\0")
            async for piece in pieces:
                await loop.sock_sendall(one, len(piece).to_bytes(4, "big") + piece)
            await loop.sock_sendall(one, (0).to_bytes(4, "big"))
        answer = b""
        while len(answer) < MAX_ANSWER_BYTES and (piece := await loop.sock_recv(one, 1024)):
            answer += piece
            if b"\0" in piece:
                break
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


async def _connect(clamd: str) -> socket.socket:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_SECONDS):
        if not (tcp := _TCP.match(clamd)):
            return await _connected(socket.AF_UNIX, clamd.removeprefix("unix:"))
        found = await loop.getaddrinfo(tcp.group(1), int(tcp.group(2)), type=socket.SOCK_STREAM)
        family, _kind, _protocol, _name, address = found[0]
        return await _connected(family, address)


async def _connected(family: int, address: Any) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(one, address)
    except BaseException:
        one.close()
        raise
    return one
