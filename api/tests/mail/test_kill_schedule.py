"""The worker is killed at every step of a mail's way in by SMTP, and of a mail's way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import msgspec
import pytest
from mail_desk import FakeRelay, MailDesk, letter

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail.audit import audit_lines, audit_mail, audit_sent
from atum_desk.outbox import jobs as outbox_jobs
from atum_desk.tickets.commands.agent_messages import answer_ticket
from atum_desk.tickets.schemas import MessageInput
from crash_schedule import LANES, TIMEOUT_SECONDS, CrashSchedule, Kill, open_crash_schedule
from factories import Given
from free_ports import free_port
from suite.machine_speed import scaled

# A request, an answer to one, a request with a file.
KINDS = 3


@pytest.fixture
async def crash_schedule(
    settings: Settings, relay: FakeRelay, database_url: str
) -> AsyncIterator[tuple[CrashSchedule, Settings]]:
    """A worker behind lines, and the settings of the desk outside of them."""
    async with open_crash_schedule(database_url) as crash_schedule:
        inside = free_port()
        to_relay = await crash_schedule.line("relay", relay.port)
        outside = msgspec.structs.replace(
            settings, smtp_port=await crash_schedule.line("SMTP", inside), mail_relay=f"smtp://127.0.0.1:{to_relay}"
        )
        await crash_schedule.begin(msgspec.structs.replace(outside, smtp_port=inside))
        yield crash_schedule, outside


@pytest.mark.slow("a real worker is killed at chosen steps")
@pytest.mark.timeout(scaled(TIMEOUT_SECONDS))
@pytest.mark.parametrize("lane", range(LANES))
async def test_a_mail_is_one_message_wherever_its_worker_is_killed(
    crash_schedule: tuple[CrashSchedule, Settings], database: Database, given: Given, database_url: str, lane: int
) -> None:
    line, settings = crash_schedule
    mail_desk = MailDesk(settings, database, given.workspace_id)
    await mail_desk.rule("unknown_senders", "participants")
    sent: list[EmailMessage] = []

    async def send(number: int, kill: Kill | None) -> bool:
        mail = _mail(number, sent)
        taken = False

        async def work() -> bool:
            nonlocal taken
            if not taken:
                try:
                    await mail_desk.deliver(mail)
                except (aiosmtplib.SMTPException, OSError):
                    # Unsure whether it was taken: as every sender must, send it again.
                    return False
                taken = True
            return await mail_desk.value(
                """select bool_or(state in ('ticketed', 'appended')) and not bool_or(state = 'received')
                     from mails where mail_message_id = $1""",
                mail["Message-ID"].strip("<>"),
            )

        sent.append(mail)
        return await line.attempt(kill, work)

    await line.lay(lane, KINDS, send)
    messages = await mail_desk.rows("select mail_message_id as id from messages")
    assert Counter(row["id"] for row in messages) == Counter(mail["Message-ID"].strip("<>") for mail in sent)
    requests = sum(1 for mail in sent if mail["In-Reply-To"] is None)
    assert await mail_desk.value("select count(*) from tickets") == requests
    files = sum(1 for mail in sent for _part in mail.iter_attachments())
    assert await mail_desk.value("select count(*) from attachments") == files
    rows = await audit_mail(settings, database_url)
    assert audit_lines(rows)[-1] == "The balance is right: nothing is lost."


@pytest.mark.slow("a real worker is killed at chosen steps")
@pytest.mark.timeout(scaled(TIMEOUT_SECONDS))
@pytest.mark.parametrize("lane", range(LANES))
async def test_an_answer_leaves_once_at_most_wherever_its_worker_is_killed(
    crash_schedule: tuple[CrashSchedule, Settings],
    relay: FakeRelay,
    database: Database,
    given: Given,
    database_url: str,
    lane: int,
) -> None:
    line, settings = crash_schedule
    mail_desk = MailDesk(settings, database, given.workspace_id)
    agent = await given.staff()
    ticket = await given.ticket()

    async def answer(number: int, kill: Kill | None) -> bool:
        message = MessageInput(kind="reply", text=f"answer {number}")
        answered = False

        async def work() -> bool:
            nonlocal answered
            if not answered:
                answered = True
                await answer_ticket(database, settings, agent.actor, ticket.number, message)
            # One that was being handed over stays so for ten minutes: nobody knows of it.
            return await mail_desk.value(
                """select o.state in ('sent', 'unknown') or (o.state = 'sending' and o.claimed_at < $2)
                     from outbox o join messages m on m.id = o.message_id where m.text = $1""",
                message.text,
                line.killed_at,
            )

        return await line.attempt(kill, work)

    await line.lay(lane, KINDS, answer)
    await line.execute(
        """set session_replication_role = replica;
           update atum.outbox set claimed_at = claimed_at - interval '11 minutes' where state = 'sending'"""
    )
    await outbox_jobs.sweep(mail_desk.worker, b"")
    taken = Counter(mail["Message-ID"].strip("<>") for _envelope, mail in relay.taken)
    rows = await mail_desk.rows("select mail_message_id as id, state from outbox")
    states = Counter(row["state"] for row in rows)
    print(dict(states))
    assert set(states) <= {"sent", "unknown"}
    assert max(taken.values()) == 1
    assert {row["id"] for row in rows if row["state"] == "sent"} <= set(taken)
    # What nobody can know is rare: most kills do not fall between claim and answer.
    assert states["unknown"] <= len(rows) / 2
    assert all(row.holds for row in await audit_sent(settings, database_url))


def _mail(number: int, before: list[EmailMessage]) -> EmailMessage:
    name = f"<mail{number}@example.org>"
    if number % KINDS == 1:
        earlier = next(one for one in reversed(before) if one["In-Reply-To"] is None)
        return letter(message_id=name, text=f"more {number}", in_reply_to=earlier["Message-ID"])
    mail = letter(message_id=name, subject=f"Printer {number}", text=f"mail {number}")
    if number % KINDS == 2:
        mail.add_attachment(b"%PDF " * 9000, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    return mail
