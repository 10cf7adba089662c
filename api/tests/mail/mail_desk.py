"""A desk that takes and sends mail for tests: real listeners, a real queue, a real relay outside."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

from atum_desk.files.public import FileStore
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.handlers import JobContext, WorkerContext
from atum_desk.kernel.jobs.runner import JobRunner
from atum_desk.mail import jobs as mail_jobs
from atum_desk.mail.receiving.listener import Listeners, start_listeners
from atum_desk.mail.rules import MAIL_RULES
from atum_desk.outbox import jobs as outbox_jobs
from free_ports import free_port
from suite.machine_speed import scaled
from waiting import deadline

MAILBOX = "support@atum.localhost"


class FakeRelay:
    """A mail server outside that keeps what it takes; `answer_*` decide otherwise, once set."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[tuple[Envelope, EmailMessage]] = []
        self.answer_rcpt: Callable[[str], str | None] = lambda _address: None
        self.answer_data: Callable[[], str | None] = lambda: None
        self.hang_up_at_data = False
        self.hang_up_after_taking = False
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="relay.localhost", loop=loop), "127.0.0.1", self.port
        )

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self.answer_rcpt(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if refusal := self.answer_data():
            return refusal
        if not self.hang_up_at_data:
            parsed = BytesParser(policy=default).parsebytes(envelope.original_content or b"")
            assert isinstance(parsed, EmailMessage)
            self.taken.append((envelope, parsed))
        if self.hang_up_at_data or self.hang_up_after_taking:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 OK"


class MailDesk:
    """Listeners and queue of one workspace in this process, and questions about what they did."""

    def __init__(self, settings: Settings, database: Database, workspace_id: int) -> None:
        self.settings = settings
        self.database = database
        self.workspace_id = workspace_id
        self.system = SystemActor(workspace_id=workspace_id, via="job")
        self.files = FileStore(settings.uploads)
        self.worker = WorkerContext(database=database, settings=settings, files=self.files)
        self._listeners: Listeners | None = None
        self._runner: JobRunner | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def job(self) -> JobContext:
        """What a handler of a job of the workspace is given."""
        return self.worker.in_workspace(self.workspace_id)

    async def start(self) -> None:
        self._listeners = await start_listeners(self.worker)
        self.start_jobs()

    def start_jobs(self) -> None:
        self._runner = JobRunner(self.worker, [*mail_jobs.job_handlers, *outbox_jobs.job_handlers], {})
        self._running = asyncio.create_task(self._runner.run())

    async def stop_jobs(self) -> None:
        if self._runner and self._running:
            await self._runner.stop(5)
            await self._running
        self._runner = None

    async def rule(self, name: str, value: object) -> None:
        """Set one of the workspace's rules for received mail."""
        async with self.database.writing(self.system, "mail_rules.edit") as work:
            await MAIL_RULES.set(work, name, value)

    async def stop(self) -> None:
        if self._listeners:
            await self._listeners.close()
        await self.stop_jobs()

    async def deliver(
        self, message: EmailMessage | bytes, *, sender: str = "ann@example.org", to: str | list[str] = MAILBOX
    ) -> str:
        """Send a mail in by SMTP; return the server's answer to the data."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.settings.smtp_port, timeout=scaled(20))
        async with client:
            await client.mail(sender)
            for one in [to] if isinstance(to, str) else to:
                await client.rcpt(one)
            return (await client.data(raw)).message

    async def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        async with self.database.reading(self.system) as transaction:
            return [dict(row) for row in await transaction.fetch(query, *arguments)]

    async def value(self, query: str, *arguments: Any) -> Any:
        async with self.database.reading(self.system) as transaction:
            return await transaction.fetchval(query, *arguments)

    async def settled(self, count: int) -> list[dict[str, Any]]:
        """Wait until `count` mails are settled and return all mails in order."""

        async def enough() -> bool:
            return await self.value("select count(*) from mails where state <> 'received'") >= count

        await eventually(enough)
        return await self.rows("select * from mails order by id")

    async def outbox_in(self, *states: str) -> list[dict[str, Any]]:
        """Wait until every outbox row is in one of these states and return them."""

        async def all_there() -> bool:
            return await self.value("select count(*) > 0 and bool_and(state = any($1)) from outbox", list(states))

        await eventually(all_there)
        return await self.rows("select * from outbox order by id")


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Wait until a condition holds; fail after that long."""
    async with deadline(seconds):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.03)


_numbers = iter(range(1, 1_000_000))


def letter(
    *,
    sender: str = "Ann Example <ann@example.org>",
    to: str = MAILBOX,
    subject: str = "Printer",
    text: str = "It is on fire.",
    **headers: str,
) -> EmailMessage:
    """Return a plain mail with a Message-ID of its own; `in_reply_to` becomes In-Reply-To."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Sun, 22 Nov 2026 10:00:00 +0000"
    message["Message-ID"] = headers.pop("message_id", f"<letter{next(_numbers)}@example.org>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message
