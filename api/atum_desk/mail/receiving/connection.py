"""One connection of a sender: aiosmtpd's dialogue, within the limits, with a reader for large mail.

The library reads data line by line, refuses lines above 1000 bytes and needs several times a mail's
size; here data is read in the pieces the network brings.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol, cast

import msgspec
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, TLSSetupException, syntax

from atum_desk.mail.receiving import limits
from atum_desk.mail.receiving.connection_limits import LOCAL, OpenConnection
from atum_desk.mail.receiving.limits import IntakeLimits

# Longer commands than any sender needs; data has no lines for us.
BUFFER_BYTES = 256 * 1024
END = b"\r\n.\r\n"
# How long a peer has to take the last words of a connection that we end.
HANG_UP_SECONDS = 2.0


class SharesLimits(Protocol):
    """A handler of sessions: it holds what they share."""

    limits: IntakeLimits


class ReceivedData(msgspec.Struct):
    """The data of a mail as it came, or why there is none."""

    content: bytes = b""
    problem: str | None = None


class SmtpSession(SMTP):
    """One SMTP connection."""

    line_length_limit = BUFFER_BYTES

    def __init__(self, handler: SharesLimits, **options: Any) -> None:
        super().__init__(handler, **options)
        self._limits = handler.limits
        self._held: OpenConnection | None = None
        self._ending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a peer in unless it holds too many connections; after STARTTLS it is in already."""
        if self._held is not None:
            super().connection_made(transport)
            return
        self._held = self._limits.connections.admit(_peer_of(transport), self._hang_up)
        if self._held is not None:
            super().connection_made(transport)
            self._expect_mail()
            return
        refused = _writable(transport)
        refused.write(b"421 4.7.0 Too many connections from you; try again later\r\n")
        refused.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Give the peer's place back."""
        if self._held is not None:
            self._limits.connections.leave(self._held)
            self._stop_expecting()
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """End with a peer that ends."""
        return super().eof_received() if self._held is not None else False

    def _expect_mail(self) -> None:
        """End the connection unless a mail comes in time; commands alone do not keep it open."""
        self._stop_expecting()
        self._ending = asyncio.get_running_loop().call_later(
            limits.USELESS_CONNECTION_SECONDS, self._hang_up, b"421 4.4.2 No mail came\r\n"
        )

    def _stop_expecting(self) -> None:
        if self._ending is not None:
            self._ending.cancel()

    def _hang_up(self, words: bytes) -> None:
        """Say why and end at once, whether or not the peer reads it."""
        if self.transport is not None:
            transport = _writable(self.transport)
            transport.write(words)
            asyncio.get_running_loop().call_later(HANG_UP_SECONDS, transport.abort)
            transport.close()

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        """Go on encrypted; a handshake that fails ends the connection, which the library forgets."""
        try:
            await super().smtp_STARTTLS(arg)
        except TLSSetupException:
            _writable(self._original_transport).abort()
            raise

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take a mail's data and answer what became of it."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        if arg or not self.envelope.rcpt_tos:
            await self.push("501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 Name a recipient first")
            return
        assert self._held is not None
        recipients = len(self.envelope.rcpt_tos)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._stop_expecting()
        self._held.receiving = True
        try:
            received = await self._read_data()
        finally:
            self._held.receiving = False
        status = received.problem
        if status is None:
            self.envelope.content = self.envelope.original_content = received.content
            del received
            self._held.busy = True
            try:
                status = await self.event_handler.handle_DATA(self, self.session, self.envelope)
                self._held.was_useful()
            except Exception as error:
                status = await self.handle_exception(error)
            finally:
                self._held.busy = False
        self._expect_mail()
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self._answer_data(status, recipients)

    async def _answer_data(self, status: str, recipients: int) -> None:
        await self.push(status)

    async def _read_data(self) -> ReceivedData:
        """Read up to the lone dot and take the dots out that were stuffed in (RFC 5321, 4.5.2)."""
        pieces, size, problem, came = [], 0, None, 0
        began = time.monotonic()
        # As if a line had ended before, so that a dot at once is the end too.
        held, skipped = b"\r\n", 2
        try:
            while True:
                read = await self._read_piece()
                came += len(read)
                if self._limits.is_too_slow(came, time.monotonic() - began):
                    self._hang_up(b"421 4.4.2 Your data comes too slowly\r\n")
                    raise ConnectionResetError("the data came too slowly")
                window = held + read
                end = window.find(END)
                reach = end + 2 if end >= 0 else max(len(window) - len(END) + 1, 0)
                piece = window[min(skipped, reach) : reach]
                skipped -= min(skipped, reach)
                problem = problem or self._objection(len(piece), size + len(piece))
                if problem is None:
                    pieces.append(piece)
                    size += len(piece)
                else:
                    pieces.clear()
                if end >= 0:
                    self._give_back(window[end + len(END) :])
                    break
                held = window[reach:]
            return ReceivedData(_unstuffed(pieces), problem)
        finally:
            self._limits.give_back_bytes(size)

    async def _read_piece(self) -> bytes:
        """Return all that has arrived, waiting for something to arrive."""
        piece = await self._reader.read(1 << 30)
        if not piece:
            raise ConnectionResetError("the sender hung up within the data")
        self._reset_timeout()
        return piece

    def _objection(self, piece_bytes: int, mail_bytes: int) -> str | None:
        if self.data_size_limit and mail_bytes > self.data_size_limit:
            return "552 5.3.4 The mail is larger than we take"
        if not self._limits.take_bytes(piece_bytes, mail_bytes):
            return "452 4.3.1 Too much mail at once; try again later"
        return None

    def _give_back(self, rest: bytes) -> None:
        """Let what came after the data be read as the commands it is (the buffer is empty now)."""
        if rest:
            self._reader.feed_data(rest)


class LmtpSession(SmtpSession, LMTP):
    """One LMTP connection: after the data comes one answer for each recipient (RFC 2033, 4.2)."""

    async def _answer_data(self, status: str, recipients: int) -> None:
        for _ in range(recipients):
            await self.push(status)


def _writable(transport: asyncio.BaseTransport | None) -> asyncio.Transport:
    """Return a stream's transport as what it is; uvloop's are of none of asyncio's classes."""
    assert transport is not None
    return cast(asyncio.Transport, transport)


def _unstuffed(pieces: list[bytes]) -> bytes:
    data = b"".join(pieces)
    pieces.clear()
    if data.startswith(b"."):
        data = data[1:]
    return data.replace(b"\r\n.", b"\r\n")


def _peer_of(transport: asyncio.BaseTransport) -> str:
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if peer else LOCAL
