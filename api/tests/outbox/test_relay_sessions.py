"""One connection carries many mails; a connection that idles is closed; a dead one is replaced."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from atum_desk.outbox.relays.connections import MAILS_PER_SESSION, RelaySessions
from atum_desk.outbox.relays.smtp import EnvelopedMail, Relay
from local_rules import LOCAL
from waiting import until


class CountingRelay:
    """A relay that counts its connections and refuses who asks for it."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.servers: list[SMTP] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("gone"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return "250 2.0.0 OK"


@asynccontextmanager
async def relay() -> AsyncIterator[tuple[CountingRelay, Relay]]:
    taker, loop = CountingRelay(), asyncio.get_running_loop()

    def connected() -> SMTP:
        server = SMTP(taker, hostname="relay.localhost", loop=loop)
        taker.servers.append(server)
        return server

    listening = await loop.create_server(connected, "127.0.0.1", 0)
    try:
        yield taker, Relay("127.0.0.1", listening.sockets[0].getsockname()[1], rules=LOCAL)
    finally:
        listening.close()
        await listening.wait_closed()


def letter(number: int = 1, to: str = "b@example.org", **given: Any) -> EnvelopedMail:
    return EnvelopedMail("a@example.org", (to,), f"Subject: {number}\r\n\r\nx\r\n".encode(), **given)


async def test_one_connection_carries_many_mails() -> None:
    sessions = RelaySessions()
    async with relay() as (taker, there):
        for number in range(20):
            assert (await sessions.hand_over(there, letter(number))).kind == "sent"
        # A refusal is no reason to hang up.
        assert (await sessions.hand_over(there, letter(to="gone@example.org"))).kind == "rejected"
        assert (await sessions.hand_over(there, letter(21))).kind == "sent"
        await sessions.close()
    assert (len(taker.taken), len(taker.servers), sessions.opened) == (21, 1, 1)


async def test_a_connection_ends_after_a_hundred_mails_and_another_begins() -> None:
    sessions = RelaySessions()
    async with relay() as (taker, there):
        for number in range(MAILS_PER_SESSION + 1):
            await sessions.hand_over(there, letter(number))
        await sessions.close()
    assert (len(taker.taken), len(taker.servers)) == (MAILS_PER_SESSION + 1, 2)


async def test_a_connection_that_idles_is_closed() -> None:
    sessions = RelaySessions(idle_seconds=0.05)
    async with relay() as (taker, there):
        await sessions.hand_over(there, letter())
        await until(lambda: taker.servers[0].transport is None)
        await sessions.hand_over(there, letter())
        await sessions.close()
    assert len(taker.servers) == 2


async def test_a_connection_that_the_relay_closed_meanwhile_is_replaced_at_once() -> None:
    sessions = RelaySessions()
    async with relay() as (taker, there):
        await sessions.hand_over(there, letter(1))
        transport = taker.servers[0].transport
        assert transport is not None
        assert isinstance(transport, asyncio.WriteTransport)
        transport.abort()
        outcome = await sessions.hand_over(there, letter(2))
        await sessions.close()
    assert (outcome.kind, len(taker.taken), len(taker.servers)) == ("sent", 2, 2)


async def test_several_mails_at_once_use_a_few_connections() -> None:
    sessions = RelaySessions()
    async with relay() as (taker, there):

        async def one(number: int) -> str:
            async with sessions.room(there):
                return (await sessions.hand_over(there, letter(number))).kind

        kinds = await asyncio.gather(*(one(number) for number in range(40)))
        await sessions.close()
    assert set(kinds) == {"sent"}
    assert len(taker.taken) == 40
    assert len(taker.servers) <= 4
