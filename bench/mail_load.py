"""Mail in: how fast it is accepted over real SMTP, and how soon it is a ticket."""

import asyncio
import time
import uuid
from contextlib import suppress
from email.message import EmailMessage
from email.utils import make_msgid

import asyncpg
import msgspec

from bench.bench_database import BenchDatabase
from bench.mail_samples import MAILBOX, Sample, make_samples

CONNECTIONS = 4
LOAD_CONNECTIONS = 16
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.25
FILED = "select not exists (select from mails where state = 'received')"
# A kept data set has the jobs of the replies of its last run.
IDLE = """select not exists (select from jobs.pgqueuer where status in ('queued', 'picked')
                                and execute_after < now())"""
PROGRESS = """select count(*) filter (where state <> 'received') as filed, count(*) as kept,
                     extract(epoch from clock_timestamp() - min(received_at) filter (where state = 'received'))::float8
                       as oldest_seconds
                from mails where id > $1"""
IDLE_MAILS = 5
PAUSE_SECONDS = 0.4
BODY = "Since Friday the connection ends about every twenty minutes for all of us. Could you look at it?\n" * 6


class MailLoad(msgspec.Struct, frozen=True):
    """What the worker did while mail came at a given rate, whether or not it kept up.

    `accepted` and `filed` are a second, both over the time in which mail was due; `filed_after` is
    the rate from then until all was filed, None when nothing was left. `waits_ms` are how long after
    a mail was due its sender heard 250 (median and the 95th of a hundred).
    """

    offered: float
    accepted: float
    filed: float
    filed_after: float | None
    oldest_waiting_seconds: float
    waits_ms: tuple[float, float]


class MailResult(msgspec.Struct):
    """What the worker did with mail; `load` while more came than is promised."""

    accepted: int
    accepting_seconds: float
    filing_seconds: float
    ticketed_when_idle_seconds: list[float]
    load: MailLoad | None = None


async def measure_mail(bench_database: BenchDatabase, port: int, count: int) -> MailResult:
    """Send so many mails at once, wait until all are filed, then a few one by one."""
    connection = await _connect(bench_database.url)
    try:
        await _until(connection, IDLE, "the worker does not come to rest")
        began = time.perf_counter()
        share = count // CONNECTIONS
        await asyncio.gather(*(_deliver(port, share, f"{n}") for n in range(CONNECTIONS)))
        accepted_after = time.perf_counter() - began
        await _until(connection, FILED, "the worker does not file its mail")
        filed_after = time.perf_counter() - began
        waits = []
        for n in range(IDLE_MAILS):
            await asyncio.sleep(PAUSE_SECONDS)
            sent = time.perf_counter()
            await _deliver(port, 1, f"idle{n}")
            await _until(connection, FILED, "the worker does not file its mail")
            waits.append(time.perf_counter() - sent)
        return MailResult(share * CONNECTIONS, accepted_after, filed_after, waits)
    finally:
        await connection.close()


async def measure_mail_load(
    url: str, port: int, *, a_second: float, seconds: float, samples: list[Sample] | None = None
) -> MailLoad:
    """Let so many mails a second be due for so long, on `LOAD_CONNECTIONS` connections, and look on.

    A mail is due whether or not those before it were taken (an open loop). `url` is a superuser's
    address of the database, which counts what is filed while more comes in.
    """
    connection = await _connect(url)
    try:
        await _until(connection, IDLE, "the worker does not come to rest")
        last_id = await connection.fetchval("select coalesce(max(id), 0) from mails")
        due = _Due(samples or make_samples())
        senders = [asyncio.create_task(due.send(port)) for _ in range(LOAD_CONNECTIONS)]
        looks = _MailLooks(connection, last_id)
        looking = asyncio.create_task(looks.go_on())
        await due.come(a_second, seconds)
        await looks.look()
        accepted, filed = due.accepted, looks.filed
        began = time.perf_counter()
        await asyncio.gather(*senders)
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        await looks.until_filed(due.accepted)
        rest_seconds = time.perf_counter() - began
        after = (looks.filed - filed) / rest_seconds if looks.filed > filed else None
        waits = sorted(due.waits)
        return MailLoad(
            offered=due.number / seconds,
            accepted=accepted / seconds,
            filed=filed / seconds,
            filed_after=after,
            oldest_waiting_seconds=looks.oldest_seconds,
            waits_ms=(waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.95)] * 1000),
        )
    finally:
        await connection.close()


class _Due:
    """Mails that are due at a rate, and the connections that send them, the earliest first."""

    def __init__(self, samples: list[Sample]) -> None:
        self._samples = samples
        self._queue: asyncio.Queue[tuple[int, float] | None] = asyncio.Queue()
        self._run = uuid.uuid4().hex[:12]
        self.number = self.accepted = 0
        self.waits: list[float] = []

    async def come(self, a_second: float, seconds: float) -> None:
        """Let mails become due for so long, then tell the connections that no more come."""
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            while self.number < passed * a_second:
                self._queue.put_nowait((self.number, began + self.number / a_second))
                self.number += 1
            await asyncio.sleep(0.005)
        for _ in range(LOAD_CONNECTIONS):
            self._queue.put_nowait(None)

    async def send(self, port: int) -> None:
        """Send what is due on one connection, the commands of a mail in one piece (RFC 2920)."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        commands = f"MAIL FROM:<bench@example.org>\r\nRCPT TO:<{MAILBOX}>\r\nDATA\r\n".encode()
        try:
            await _hear(reader, b"220")
            writer.write(b"EHLO bench.example\r\n")
            await _hear(reader, b"250")
            while (item := await self._queue.get()) is not None:
                number, due_at = item
                writer.write(commands)
                for expected in (b"250", b"250", b"354"):
                    await _hear(reader, expected)
                sample = self._samples[number % len(self._samples)]
                writer.write(sample.raw(number, self._run) + b"\r\n.\r\n")
                await _hear(reader, b"250")
                self.accepted += 1
                self.waits.append(time.perf_counter() - due_at)
        finally:
            writer.close()


class _MailLooks:
    """Looks at what became of the mails after an id, a few times a second."""

    def __init__(self, connection: asyncpg.Connection, last_id: int) -> None:
        self._connection = connection
        self._last_id = last_id
        self._alone = asyncio.Lock()
        self.filed = 0
        self.oldest_seconds = 0.0

    async def go_on(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def until_filed(self, count: int) -> None:
        """Look until so many mails are filed. Raises RuntimeError when that takes too long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.filed < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the worker filed {self.filed} of {count} mails")
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Count what is filed and remember how long the oldest waiting mail waited at most."""
        async with self._alone:
            row = await self._connection.fetchrow(PROGRESS, self._last_id)
        assert row is not None
        self.filed = row["filed"]
        self.oldest_seconds = max(self.oldest_seconds, row["oldest_seconds"] or 0.0)


async def _connect(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url, server_settings={"search_path": "atum, public"})


async def _deliver(port: int, count: int, sender: str) -> None:
    """Speak SMTP on one connection: each mail a transaction of its own, answered 250."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def say(line: str, expected: bytes) -> None:
        writer.write(line.encode() + b"\r\n")
        await _hear(reader, expected)

    try:
        await _hear(reader, b"220")
        await say("EHLO bench.example", b"250")
        for n in range(count):
            await say(f"MAIL FROM:<sender{sender}@example.org>", b"250")
            await say(f"RCPT TO:<{MAILBOX}>", b"250")
            await say("DATA", b"354")
            writer.write(_mail(sender, n))
            await say("\r\n.", b"250")
        await say("QUIT", b"221")
    finally:
        writer.close()


async def _hear(reader: asyncio.StreamReader, expected: bytes) -> None:
    while (line := await reader.readline())[3:4] == b"-":
        pass
    if not line.startswith(expected):
        raise RuntimeError(f"the worker said {line!r} instead of {expected!r}")


def _mail(sender: str, number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Sender {sender}.{number} <sender{sender}.{number}@example.org>"
    mail["To"] = MAILBOX
    mail["Subject"] = f"The connection ends, {sender}.{number}"
    mail["Message-ID"] = make_msgid(domain="bench.example")
    mail.set_content(BODY)
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").rstrip(b"\r\n")


async def _until(connection: asyncpg.Connection, question: str, otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await connection.fetchval(question):
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise)
        await asyncio.sleep(0.02)
