"""The worker is killed at every step of a mail's way in and of a mail's way out.

A step is one piece on any line between the worker and the world (`trap.py`). A calm mail tells how
many steps there are; the schedule kills at each of them, once so that the piece still arrives and
once so that it does not.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit, urlunsplit

import aiosmtplib
import asyncpg
import msgspec
import pytest
from house import House, Relay, free_port, letter
from trap import Kill, Streams, Trap, tapped

from atum_desk.kernel.db import Database
from atum_desk.kernel.settings import Settings
from atum_desk.mail.audit import audit_lines, audit_mail, audit_sent
from atum_desk.outbox import jobs as outbox_jobs
from atum_desk.tickets.commands.answering import answer_ticket
from atum_desk.tickets.schemas import MessageInput
from factories import Given
from worker_process import WorkerProcess

# Kills of one direction in one of its lanes. All steps of every kind of mail: ATUM_TEST_KILLS=250.
KILLS = int(os.environ.get("ATUM_TEST_KILLS", "6"))
LANES = 2
PATIENCE_SECONDS = 40


class Besieged:
    """A worker whose every line to the world is tapped, and the questions of the house about it."""

    def __init__(self, house: House, relay: Relay, database_url: str) -> None:
        self.house, self.relay, self.database_url = house, relay, database_url
        self.worker: WorkerProcess | None = None
        self.trap = Trap(self._kill)
        self.killed = False
        # when, in the attempt at hand
        self.killed_at: datetime | None = None
        self.where: Counter[str] = Counter()

    def _kill(self) -> None:
        assert self.worker
        self.worker.kill()
        self.killed, self.killed_at = True, datetime.now(UTC)

    async def come_back(self) -> None:
        """Start the worker again, in the state of the clock in which its dead self is not waited for."""
        assert self.worker
        assert self.trap.where
        self.where[self.trap.where] += 1
        self.killed = False
        await self.execute(
            """update jobs.pgqueuer set heartbeat = heartbeat - interval '1 minute'
                where status = 'picked'"""
        )
        await self.worker.start()

    async def execute(self, query: str) -> None:
        """Run a statement as the database's owner."""
        connection = await asyncpg.connect(self.database_url)
        try:
            await connection.execute(query)
        finally:
            await connection.close()

    async def attempt(self, kill: Kill | None, work: Callable[[], Awaitable[bool]]) -> bool:
        """Do one mail's work with a kill on its way; return whether the kill was reached.

        `work` is tried until it says that all is settled.
        """
        self.killed_at = None
        self.trap.set(kill)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await work():
                if self.killed:
                    await self.come_back()
                await asyncio.sleep(0.02)
        self.trap.disarm()
        if self.killed:
            await self.come_back()
        return self.killed_at is not None


@pytest.fixture
async def besieged(
    settings: Settings, database: Database, relay: Relay, given: Given, database_url: str
) -> AsyncIterator[Besieged]:
    """A worker behind lines, and a house outside of them."""
    house = House(settings, database, given.workspace_id)
    await house.rule("unknown_senders", "participants")
    found = Besieged(house, relay, database_url)
    async with AsyncExitStack() as lines:

        async def line(name: str, connect: Callable[[], Awaitable[Streams]]) -> int:
            return await lines.enter_async_context(tapped(found.trap, name, connect))

        inside = free_port()
        to_worker = await line("SMTP", lambda: asyncio.open_connection("127.0.0.1", inside))
        to_relay = await line("relay", lambda: asyncio.open_connection("127.0.0.1", relay.port))
        to_database = await line("database", lambda: _reach(database_url))
        house.settings = msgspec.structs.replace(
            settings, smtp_port=to_worker, mail_relay=f"smtp://127.0.0.1:{to_relay}"
        )
        found.worker = WorkerProcess(
            msgspec.structs.replace(house.settings, smtp_port=inside),
            _through(database_url, to_database),
        )
        await found.worker.start()
        try:
            yield found
        finally:
            found.worker.kill()


@pytest.mark.timeout(120 + 10 * KILLS)
@pytest.mark.parametrize("lane", range(LANES))
async def test_a_mail_is_one_message_wherever_its_worker_is_killed(
    besieged: Besieged, lane: int
) -> None:
    house = besieged.house
    sent: list[EmailMessage] = []

    async def send(kill: Kill | None, mail: EmailMessage) -> bool:
        name = mail["Message-ID"].strip("<>")
        taken = False

        async def work() -> bool:
            nonlocal taken
            if not taken:
                try:
                    await house.deliver(mail)
                except (aiosmtplib.SMTPException, OSError):
                    # Unsure whether it was taken: as every sender must, send it again.
                    return False
                taken = True
            return await house.value(
                """select bool_or(state in ('ticketed', 'appended')) and not bool_or(state = 'received')
                     from mails where mail_message_id = $1""",
                name,
            )

        sent.append(mail)
        return await besieged.attempt(kill, work)

    await _besiege(besieged, lane, lambda number, kill: send(kill, _mail_in(number, sent)))
    messages = await house.rows("select mail_message_id as id, ticket_id from messages")
    assert Counter(row["id"] for row in messages) == Counter(
        mail["Message-ID"].strip("<>") for mail in sent
    )
    requests = sum(1 for mail in sent if mail["In-Reply-To"] is None)
    assert await house.value("select count(*) from tickets") == requests
    assert await house.value(
        "select count(*) from attachments where message_id is not null"
    ) == sum(1 for mail in sent for _part in mail.iter_attachments())
    rows = await audit_mail(house.settings, besieged.database_url)
    assert audit_lines(rows)[-1] == "The law holds: nothing is lost."


@pytest.mark.timeout(120 + 12 * KILLS)
@pytest.mark.parametrize("lane", range(LANES))
async def test_an_answer_leaves_once_at_most_wherever_its_worker_is_killed(
    besieged: Besieged, given: Given, lane: int
) -> None:
    house, relay = besieged.house, besieged.relay
    agent = await given.staff()
    ticket = await given.ticket()

    async def answer(number: int, kill: Kill | None) -> bool:
        message = MessageInput(kind="reply", text=f"answer {number}")
        answered = False

        async def work() -> bool:
            nonlocal answered
            if not answered:
                answered = True
                await answer_ticket(
                    house.database, house.settings, agent.actor, ticket.number, message
                )
            # One that was being handed over stays so for ten minutes: nobody knows of it.
            return await house.value(
                """select o.state in ('sent', 'unknown') or (o.state = 'sending' and o.claimed_at < $2)
                     from outbox o join messages m on m.id = o.message_id where m.text = $1""",
                message.text, besieged.killed_at,
            )  # fmt: skip

        return await besieged.attempt(kill, work)

    await _besiege(besieged, lane, answer)
    await besieged.execute(
        """set session_replication_role = replica;
           update atum.outbox set claimed_at = claimed_at - interval '11 minutes' where state = 'sending'"""
    )
    await outbox_jobs.sweep(house.worker, b"")
    taken = Counter(mail["Message-ID"].strip("<>") for _envelope, mail in relay.taken)
    rows = await house.rows("select mail_message_id as id, state from outbox")
    states = Counter(row["state"] for row in rows)
    print(dict(states))
    assert set(states) <= {"sent", "unknown"}
    assert max(taken.values()) == 1
    assert {row["id"] for row in rows if row["state"] == "sent"} <= set(taken)
    # What nobody can know is rare: most kills do not fall between the data and its answer.
    assert states["unknown"] <= len(rows) / 2
    rows_sent = await audit_sent(house.settings, besieged.database_url)
    assert all(row.holds for row in rows_sent)


async def _besiege(
    besieged: Besieged, lane: int, run: Callable[[int, Kill | None], Awaitable[bool]]
) -> None:
    """Run calm mails of each kind, then one for each kill of the lane's part of the schedule."""
    steps: list[int] = []
    for number in range(KINDS):
        await run(number, None)
        steps.append(besieged.trap.steps)
    numbers = itertools.count(KINDS)
    for kill in _schedule(max(steps), lane):
        # A run may take fewer steps than the longest calm one; then an earlier one is its end.
        step = kill.step
        while not await run(next(numbers), Kill(step, kill.arrives)):
            step //= 2
    print(f"{besieged.where.total()} kills within {steps} steps: {dict(besieged.where)}")
    assert besieged.where.total() == KILLS


def _schedule(steps: int, lane: int) -> list[Kill]:
    """Return a lane's kills: every step both ways, over and over; a fair sample where fewer are wanted."""
    every = [Kill(step, arrives) for step in range(1, steps + 1) for arrives in (False, True)]
    chance = random.Random(20261122)
    rounds = math.ceil(KILLS * LANES / len(every))
    chosen = [kill for _ in range(rounds) for kill in chance.sample(every, len(every))]
    return chosen[: KILLS * LANES][lane::LANES]


# A request, an answer to one, a request with a file.
KINDS = 3


def _mail_in(number: int, before: list[EmailMessage]) -> EmailMessage:
    name = f"<siege{number}@example.org>"
    if number % KINDS == 1:
        earlier = next(one for one in reversed(before) if one["In-Reply-To"] is None)
        return letter(message_id=name, text=f"more {number}", in_reply_to=earlier["Message-ID"])
    mail = letter(message_id=name, subject=f"Printer {number}", text=f"mail {number}")
    if number % KINDS == 2:
        mail.add_attachment(
            b"%PDF " * 9000, maintype="application", subtype="pdf", filename="a.pdf"
        )
    return mail


def _through(database_url: str, port: int) -> str:
    """Return the URL of the same database behind a line."""
    parts = urlsplit(database_url)
    credentials, at, _host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, f"{credentials}{at}127.0.0.1:{port}", parts.path, "", ""))


async def _reach(database_url: str) -> Streams:
    """Connect to the server of a URL, by its socket where the URL names one."""
    parts = urlsplit(database_url)
    host = parse_qs(parts.query).get("host", [parts.hostname or "127.0.0.1"])[0]
    port = parts.port or 5432
    if host.startswith("/"):
        return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
    return await asyncio.open_connection(host, port)
