"""Asks clamd about a mail's bytes (INSTREAM, clamd(8)), over a Unix socket or TCP."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

from atum_desk.mail.models import ScanVerdict

SCAN_SECONDS = 120.0
CONNECT_SECONDS = 5.0
PIECE_BYTES = 256 * 1024
MAX_ANSWER_BYTES = 4096
_TCP = re.compile(r"^tcp://([^/:]+):(\d+)/?$")


class ScannerAway(Exception):
    """The scanner cannot be asked right now; the words say why."""


async def scan(clamd: str, raw: bytes) -> ScanVerdict:
    """Return what the scanner at a setting's address says. Raises ScannerAway."""
    try:
        async with asyncio.timeout(SCAN_SECONDS):
            answer = await _ask(clamd, raw)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise ScannerAway(f"{type(error).__name__}: {error}".strip(": ")) from error
    words = answer.removeprefix("stream:").strip()
    if words == "OK":
        return ScanVerdict("clean", "")
    if words.endswith(" FOUND"):
        return ScanVerdict("infected", words.removesuffix(" FOUND")[:200])
    if "size limit exceeded" in words.lower():
        return ScanVerdict("unscanned", "It is larger than the virus scanner takes.")
    raise ScannerAway(words[:200] or "an empty answer")


async def _ask(clamd: str, raw: bytes) -> str:
    async with asyncio.timeout(CONNECT_SECONDS):
        if tcp := _TCP.match(clamd):
            reader, writer = await asyncio.open_connection(tcp.group(1), int(tcp.group(2)))
        else:
            reader, writer = await asyncio.open_unix_connection(clamd.removeprefix("unix:"))
    try:
        # It says why before it hangs up on a stream that is too long.
        with suppress(ConnectionError):
            await _stream(writer, raw)
        return (await reader.read(MAX_ANSWER_BYTES)).rstrip(b"\0\n").decode("utf-8", "replace")
    finally:
        writer.close()


async def _stream(writer: asyncio.StreamWriter, raw: bytes) -> None:
    writer.write(b"zINSTREAM\0")
    for begin in range(0, len(raw), PIECE_BYTES):
        piece = raw[begin : begin + PIECE_BYTES]
        writer.write(len(piece).to_bytes(4, "big") + piece)
        await writer.drain()
    writer.write((0).to_bytes(4, "big"))
    await writer.drain()
