"""Nobody's connections keep the mail of others out: not many addresses, not patience, not slow data."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import aiosmtplib
import msgspec
import pytest
from mail_desk import MailDesk, letter

from atum_desk.kernel.config.setting_kinds import Networks, networks
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.mail.receiving import connection_limits, limits
from atum_desk.mail.receiving.connection_limits import (
    MAX_CONNECTIONS,
    MAX_CONNECTIONS_OF_ADDRESS,
    MAX_CONNECTIONS_OF_NETWORK,
    MAX_CONNECTIONS_OF_RELAY,
    RESERVED_CONNECTIONS,
    ConnectionLimits,
    OpenConnection,
)
from atum_desk.mail.receiving.limits import IntakeLimits
from atum_desk.mail.receiving.listener import start_listeners
from suite.machine_speed import scaled
from waiting import deadline, in_time


class Admission:
    """Limits with the real numbers, without sockets; `dropped` counts who was displaced."""

    def __init__(self, trusted: str = "10.9.0.0/16") -> None:
        self.limits = ConnectionLimits(networks(trusted))
        self.dropped: list[str] = []

    def admit(self, peer: str) -> OpenConnection | None:
        return self.limits.admit(peer, lambda _words: self.dropped.append(peer))

    def hold(self, peer: str) -> int:
        """Let a peer take all it gets; return how many that are."""
        held = 0
        while held < 1000 and not self.dropped and self.admit(peer):
            held += 1
        return held


def test_five_addresses_hold_a_small_part_of_the_places() -> None:
    admission = Admission()
    held = [admission.hold(f"203.0.{n}.1") for n in range(5)]
    assert held == [MAX_CONNECTIONS_OF_ADDRESS] * 5
    assert sum(held) < MAX_CONNECTIONS / 4


@pytest.mark.parametrize(
    ("peers", "most"),
    [
        ([f"203.0.113.{n}" for n in range(1, 255)], MAX_CONNECTIONS_OF_NETWORK),
        ([f"::ffff:203.0.113.{n}" for n in range(1, 255)], MAX_CONNECTIONS_OF_NETWORK),
        ([f"2001:db8:1:1::{n:x}" for n in range(1, 255)], MAX_CONNECTIONS_OF_ADDRESS),
        ([f"2001:db8:1:{n:x}::1" for n in range(1, 255)], MAX_CONNECTIONS_OF_NETWORK),
    ],
)
def test_a_network_holds_no_more_than_its_share(peers: list[str], most: int) -> None:
    admission = Admission()
    assert sum(admission.hold(peer) for peer in peers) == most


def test_a_newcomer_displaces_whoever_holds_the_most_when_everything_is_taken() -> None:
    admission = Admission()
    greedy = iter(f"203.{n // 250}.{n % 250}.1" for n in range(1000))
    while not admission.dropped:
        admission.hold(next(greedy))
    admission.dropped.clear()
    for n in range(100):
        assert admission.admit(f"198.51.{n}.7") is not None
    assert len(admission.dropped) == 100
    assert not any(peer.startswith("198.") for peer in admission.dropped)


def test_the_trusted_relays_have_places_of_their_own_and_are_not_displaced() -> None:
    admission = Admission()
    relay = [admission.admit("10.9.0.1") for _ in range(30)]
    number = 0
    while len(admission.dropped) < 200:
        admission.admit(f"203.{number // 250}.{number % 250}.1")
        number += 1
        assert number < 5000 or admission.dropped
        if number > 2000:
            break
    assert not any(peer.startswith("10.9.") for peer in admission.dropped)
    assert all(relay)
    before = len(admission.dropped)
    assert [admission.admit("10.9.0.2") is not None for _ in range(RESERVED_CONNECTIONS - 30)] == [True] * (
        RESERVED_CONNECTIONS - 30
    )
    assert len(admission.dropped) == before
    assert admission.limits.trusts("local")
    assert admission.limits.trusts("::ffff:10.9.3.4")
    assert not admission.limits.trusts("10.10.0.1")


def test_a_relay_has_a_limit_too() -> None:
    assert Admission().hold("10.9.0.1") == MAX_CONNECTIONS_OF_RELAY


def test_a_connection_whose_mail_is_being_kept_stays() -> None:
    admission = Admission()
    held = [admission.admit(f"203.{n // 250}.{n % 250}.1") for n in range(MAX_CONNECTIONS - RESERVED_CONNECTIONS)]
    for one in held:
        assert one is not None
        one.busy, one.useful_at = True, 0.0
    assert admission.admit("198.51.100.1") is None
    assert held[7] is not None
    held[7].busy = False
    assert admission.admit("198.51.100.1") is not None
    assert admission.dropped == ["203.0.7.1"]


def test_what_was_useful_lately_outlives_what_only_waits() -> None:
    admission = Admission()
    held = [admission.admit(f"203.{n // 250}.{n % 250}.1") for n in range(MAX_CONNECTIONS - RESERVED_CONNECTIONS)]
    # All came just now and hold one each: nobody is displaced for one more.
    assert admission.admit("198.51.100.1") is None
    waiting = held[300]
    assert waiting is not None
    waiting.useful_at -= connection_limits.USELESS_SECONDS + 1
    assert admission.admit("198.51.100.1") is not None
    assert admission.dropped == ["203.1.50.1"]


def test_leaving_twice_gives_one_place_back() -> None:
    admission = Admission()
    held = [admission.admit("203.0.113.1") for _ in range(MAX_CONNECTIONS_OF_ADDRESS)]
    assert held[0] is not None
    admission.limits.leave(held[0])
    admission.limits.leave(held[0])
    assert admission.hold("203.0.113.1") == 1


def test_slow_data_ends_and_more_so_while_memory_is_short() -> None:
    shared = IntakeLimits(1_000_000)
    assert not shared.is_too_slow(1, limits.PATIENT_SECONDS)
    assert shared.is_too_slow(int(limits.PATIENT_SECONDS), limits.PATIENT_SECONDS + 1)
    # A 50 MB mail over a slow line (50 kB/s) takes its thousand seconds.
    assert not shared.is_too_slow(50_000 * 1000, 1000)
    shared.take_bytes(limits.MAX_BYTES_ON_THE_WAY * 2 // 3, 1)
    assert shared.is_too_slow(50_000 * 1000, 1000)
    assert shared.is_too_slow(10**9, limits.LONGEST_DATA_SECONDS + 1)


@asynccontextmanager
async def strangers_only(mail_desk: MailDesk) -> AsyncIterator[int]:
    """Run listeners that trust nobody; yield the port."""
    await mail_desk.stop()
    settings = msgspec.structs.replace(mail_desk.settings, mail_trusted_networks=Networks())
    listeners = await start_listeners(
        WorkerContext(database=mail_desk.database, settings=settings, files=mail_desk.files)
    )
    try:
        yield settings.smtp_port
    finally:
        await listeners.close()


class Holder:
    """A connection of one loopback address that says as little as it can."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def of(cls, address: str, port: int) -> Holder | None:
        """Connect; None when there is no place."""
        made = cls(*await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0)))
        if (await in_time(made.reader.readline(), 10)).startswith(b"220"):
            return made
        await made.close()
        return None

    async def ends(self, seconds: float) -> bytes:
        """Wait until the server ends it; return its last words.

        A server that closes while words lie unread on its side resets the connection.
        """
        last = b""
        async with deadline(seconds):
            with suppress(ConnectionError):
                while words := await self.reader.read(65_536):
                    last += words
        return last

    async def answer(self, code: bytes) -> None:
        """Read to the answer that begins with a code."""
        async with deadline(10):
            while not (line := await self.reader.readline()).startswith(code):
                assert line, "the server ended it"

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


async def deliver_from(address: str, port: int) -> float:
    """Deliver a mail from an address; return the seconds it took."""
    began = time.monotonic()
    await aiosmtplib.send(
        letter(),
        sender="ann@example.org",
        recipients=["support@atum.localhost"],
        hostname="127.0.0.1",
        port=port,
        source_address=(address, 0),
        start_tls=False,
        timeout=scaled(10),
    )
    return time.monotonic() - began


@pytest.mark.parametrize("addresses", [5, 40])
async def test_a_new_sender_delivers_while_others_hold_all_the_connections_they_can(
    mail_desk: MailDesk, monkeypatch: pytest.MonkeyPatch, addresses: int
) -> None:
    monkeypatch.setattr(connection_limits, "MAX_CONNECTIONS", 60)
    monkeypatch.setattr(connection_limits, "RESERVED_CONNECTIONS", 10)
    async with strangers_only(mail_desk) as port:
        held: list[Holder] = []
        for n in range(1, addresses + 1):
            for _ in range(MAX_CONNECTIONS_OF_ADDRESS + 1):
                if (one := await Holder.of(f"127.1.{n}.1", port)) is None:
                    break
                held.append(one)
        assert len(held) >= 50
        assert await deliver_from("127.77.0.1", port) < scaled(5)
        for n in range(5):
            assert await deliver_from(f"127.88.{n}.1", port) < scaled(5)
        for one in held:
            await one.close()
    assert await mail_desk.value("select count(*) from mails") == 6


async def trickle(holder: Holder, words: Callable[[int], bytes], every: float) -> None:
    number = 0
    while True:
        holder.writer.write(words(number))
        await holder.writer.drain()
        number += 1
        await asyncio.sleep(every)


@pytest.mark.parametrize("words", [lambda _: b"NOOP\r\n", lambda n: b"EHLO x\r\n"[n % 8 : n % 8 + 1], lambda _: b""])
async def test_a_connection_that_brings_no_mail_ends_whatever_it_says(
    mail_desk: MailDesk, monkeypatch: pytest.MonkeyPatch, words: Callable[[int], bytes]
) -> None:
    # Its greeting comes before that on any machine.
    monkeypatch.setattr(limits, "USELESS_CONNECTION_SECONDS", scaled(0.6))
    async with strangers_only(mail_desk) as port:
        holder = await Holder.of("127.0.0.1", port)
        assert holder is not None
        talking = asyncio.create_task(trickle(holder, words, 0.05))
        last = await holder.ends(10)
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        await holder.close()
    assert b"421 4.4.2 No mail came" in last


async def test_data_that_comes_byte_by_byte_ends(mail_desk: MailDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PATIENT_SECONDS", 0.3)
    async with strangers_only(mail_desk) as port:
        holder = await Holder.of("127.0.0.1", port)
        assert holder is not None
        holder.writer.write(b"EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<support@atum.localhost>\r\nDATA\r\n")
        await holder.answer(b"354")
        talking = asyncio.create_task(trickle(holder, lambda _: b"x", 0.05))
        last = await holder.ends(10)
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        await holder.close()
    assert last.startswith(b"421 4.4.2 Your data comes too slowly")
    assert await mail_desk.value("select count(*) from mails") == 0
