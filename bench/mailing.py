"""Mail in: how fast it is accepted over real SMTP, and how soon it is a ticket."""

import asyncio
import time
from email.message import EmailMessage
from email.utils import make_msgid

import asyncpg
import msgspec

from bench.house import House

MAILBOX = "support@atum.localhost"
CONNECTIONS = 4
PATIENCE_SECONDS = 120.0
FILED = "select not exists (select from mails where state = 'received')"
# A kept house has the jobs of the replies of its last run.
IDLE = """select not exists (select from jobs.pgqueuer where status in ('queued', 'picked')
                                and execute_after < now())"""
IDLE_MAILS = 5
BODY = (
    "Since Friday the connection ends about every twenty minutes for all of us. Could you look at it?\n"
    * 6
)


class MailResult(msgspec.Struct):
    """What the worker did with mail."""

    accepted: int
    accepting_seconds: float
    filing_seconds: float
    ticketed_when_idle_seconds: list[float]


async def measure_mail(house: House, port: int, count: int) -> MailResult:
    """Send so many mails at once, wait until all are filed, then a few one by one."""
    connection = await asyncpg.connect(house.url, server_settings={"search_path": "atum, public"})
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
            await asyncio.sleep(0.4)
            sent = time.perf_counter()
            await _deliver(port, 1, f"idle{n}")
            await _until(connection, FILED, "the worker does not file its mail")
            waits.append(time.perf_counter() - sent)
        return MailResult(share * CONNECTIONS, accepted_after, filed_after, waits)
    finally:
        await connection.close()


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
