"""The worker is killed at random moments; nothing is lost, nothing comes twice, nothing leaves twice."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable

import aiosmtplib
import msgspec
import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk, eventually, letter

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail.audit import audit_lines, audit_mail
from atum_desk.outbox import jobs as outbox_jobs
from atum_desk.tickets.commands.agent_messages import answer_ticket
from atum_desk.tickets.schemas import MessageInput
from factories import Given
from free_ports import free_port
from worker_process import WorkerProcess

# A longer run: ATUM_TEST_KILLS=50.
KILLS = int(os.environ.get("ATUM_TEST_KILLS", "3"))
MAILS = 12 * KILLS
# A lost worker's jobs are taken back after 12 s; the last kill is waited out with room.
PATIENCE_SECONDS = 90


@pytest.fixture
async def outside(settings: Settings, database: Database, relay: FakeRelay, given: Given) -> MailDesk:
    """Questions to the database; the work is done by a process of its own."""
    settings = msgspec.structs.replace(settings, smtp_port=free_port(), mail_relay=f"smtp://127.0.0.1:{relay.port}")
    return MailDesk(settings, database, given.workspace_id)


async def kill_at_random(worker: WorkerProcess, chance: random.Random, done: Callable[[], bool]) -> None:
    """Kill and restart the worker until enough, at moments from at once to a second after."""
    kills = 0
    while kills < KILLS and not done():
        await asyncio.sleep(chance.uniform(0.05, 1.0))
        worker.kill()
        kills += 1
        await worker.start()


@pytest.mark.slow("a real worker is killed and started again and again")
async def test_every_accepted_mail_becomes_exactly_one_message_though_the_worker_is_killed(
    outside: MailDesk, database_url: str
) -> None:
    chance = random.Random(20261122)
    worker = WorkerProcess(outside.settings, database_url)
    await worker.start()
    accepted: list[str] = []
    killed_enough = asyncio.Event()

    async def feed() -> None:
        while len(accepted) < MAILS or not killed_enough.is_set():
            name = f"crash{len(accepted)}@example.org"
            try:
                await outside.deliver(letter(message_id=f"<{name}>", text=name))
            except (aiosmtplib.SMTPException, OSError):
                # Unsure whether it was taken: as every sender must, send it again.
                await asyncio.sleep(0.05)
                continue
            accepted.append(name)
            await asyncio.sleep(0.03)

    try:
        feeder = asyncio.create_task(feed())
        await kill_at_random(worker, chance, feeder.done)
        killed_enough.set()
        await feeder
        worker.kill()
        await worker.start()

        async def all_settled() -> bool:
            return await outside.value("select count(*) = 0 from mails where state = 'received'")

        await eventually(all_settled, PATIENCE_SECONDS)
    finally:
        worker.kill()
    messages = Counter(row["id"] for row in await outside.rows("select mail_message_id as id from messages"))
    assert messages == Counter(accepted)
    assert await outside.value("select count(*) from tickets") == len(accepted)
    states = Counter(row["state"] for row in await outside.rows("select state from mails"))
    assert set(states) <= {"ticketed", "refused"}
    rows = await audit_mail(outside.settings, database_url)
    assert [row.mailbox for row in rows] == [MAILBOX]
    assert audit_lines(rows)[-1] == "The balance is right: nothing is lost."


@pytest.mark.slow("a real worker is killed and started again and again")
async def test_no_mail_leaves_twice_though_the_worker_is_killed_while_it_sends(
    outside: MailDesk, relay: FakeRelay, given: Given, database_url: str
) -> None:
    chance = random.Random(4)
    agent = await given.staff()
    worker = WorkerProcess(outside.settings, database_url)
    slow = relay.handle_DATA

    async def handle_slowly(server: object, session: object, envelope: object) -> str:
        answer = await slow(server, session, envelope)  # type: ignore[arg-type]
        await asyncio.sleep(chance.uniform(0, 0.15))
        return answer

    relay.handle_DATA = handle_slowly  # type: ignore[method-assign]
    ticket = await given.ticket()
    for number in range(MAILS):
        message = MessageInput(kind="reply", text=f"answer {number}")
        await answer_ticket(outside.database, outside.settings, agent.actor, ticket.number, message)
    await worker.start()
    try:
        await kill_at_random(worker, chance, lambda: len(relay.taken) >= MAILS)
        await outbox_jobs.sweep(outside.worker, b"")

        async def nothing_queued() -> bool:
            return await outside.value("select count(*) = 0 from outbox where state = 'queued'")

        await eventually(nothing_queued, PATIENCE_SECONDS)
        await asyncio.sleep(1)
    finally:
        worker.kill()
    async with outside.database.writing(outside.system, "test.age") as work:
        await work.execute(
            """update outbox set claimed_at = claimed_at - interval '11 minutes'
                where state = 'sending'"""
        )
    await outbox_jobs.sweep(outside.worker, b"")
    taken = Counter(mail["Message-ID"].strip("<>") for _, mail in relay.taken)
    assert max(taken.values()) == 1
    rows = await outside.rows("select mail_message_id, state from outbox")
    assert {row["state"] for row in rows} <= {"sent", "unknown"}
    for row in rows:
        if row["state"] == "sent":
            assert taken[row["mail_message_id"]] == 1


async def test_the_audit_names_a_mailbox_whose_mail_went_astray(mail_desk: MailDesk, database_url: str) -> None:
    await mail_desk.deliver(letter())
    await mail_desk.settled(1)
    async with mail_desk.database.writing(mail_desk.system, "test.lose") as work:
        await work.execute("update messages set mail_id = null")
    rows = await audit_mail(mail_desk.settings, database_url)
    assert audit_lines(rows)[-1] == f"The balance is wrong for {MAILBOX}."
