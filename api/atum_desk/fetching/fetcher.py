"""Fetches one mailbox's mail for as long as it is to be fetched (docs/mail-fetching.md).

What was read is noted in the commit that keeps the mails, so a crash at any moment repeats a fetch
and never skips one. Whatever the server marks as seen, and whatever date a mail has, plays no part.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import structlog

from atum_desk.fetching import log_notices, queries
from atum_desk.fetching import server_notices as notices
from atum_desk.fetching.connection import ImapConnection
from atum_desk.fetching.error_texts import ConnectionBroken, ServerRefused, SignInRefused
from atum_desk.fetching.folder_reader import LONGEST_STRIDE, FolderReader
from atum_desk.fetching.models import FetchedMailbox
from atum_desk.fetching.sign_in import Credentials
from atum_desk.fetching.store_mail import FolderCursorMoved
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.notices import Sayable
from atum_desk.kernel.problems import Unavailable

T = TypeVar("T")

# One exchange with the server, however slowly it speaks.
CALL_SECONDS = 900.0
FIRST_BACK_OFF_SECONDS = 1.0
LONGEST_BACK_OFF_SECONDS = 300.0
# Servers lock accounts that keep trying.
SIGN_IN_BACK_OFF_SECONDS = 60.0

log = structlog.get_logger()


class MailboxFetcher:
    """One mailbox's connection, kept up until cancelled."""

    def __init__(self, worker: WorkerContext, threads: ThreadPoolExecutor, mailbox: FetchedMailbox) -> None:
        self.worker = worker
        self.threads = threads
        self.mailbox = mailbox
        self.actor = SystemActor(workspace_id=mailbox.workspace_id, via="mail")
        self._credentials = Credentials(worker.settings)
        self.asked = asyncio.Event()
        self.failures = 0
        self._running: asyncio.Future[Any] | None = None
        # Mails during whose fetch the connection broke: they are fetched alone, then left over.
        self.suspects: Counter[int] = Counter()
        self.stride = LONGEST_STRIDE

    def ask(self) -> None:
        """Look now instead of later."""
        self.asked.set()

    async def run(self) -> None:
        """Connect, fetch and wait, for ever; what goes wrong is told and tried again."""
        while True:
            shortest = 0.0
            try:
                await self._session()
            except (ServerRefused, ConnectionBroken) as error:
                shortest = SIGN_IN_BACK_OFF_SECONDS if isinstance(error, SignInRefused) else 0.0
                await self._report(error.notice)
            except FolderCursorMoved:
                await self._report(log_notices.OtherWorker())
            except Unavailable:
                log.warning("fetching_waits_for_database", mailbox_id=self.mailbox.mailbox_id)
            except Exception as error:
                log.exception("fetching_failed", mailbox_id=self.mailbox.mailbox_id)
                await self._report(log_notices.OurFault(type(error).__name__))
            await self._back_off(shortest)

    async def _back_off(self, shortest: float) -> None:
        self.failures += 1
        longest = min(FIRST_BACK_OFF_SECONDS * 2 ** min(self.failures, 12), LONGEST_BACK_OFF_SECONDS)
        delay = max(shortest, longest * random.uniform(0.5, 1.0))
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self.asked.wait()
        self.asked.clear()

    async def _session(self) -> None:
        """Connect and fetch until something ends it."""
        async with self.worker.database.reading(self.actor) as transaction:
            source = await queries.find_source(transaction, self.mailbox.mailbox_id)
        if source is None:
            raise ConnectionBroken(notices.NotSetUpYet())
        connection = ImapConnection(source.server, self.worker.settings.outgoing_rules)
        try:
            sign_in = await self._credentials.prepare(source, self._keep_token)
            await self.call(connection, connection.connect)
            await self.call(connection, sign_in, connection)
            await FolderReader(self, source, connection).run()
        finally:
            self._end(connection)

    def _end(self, connection: ImapConnection) -> None:
        running = self._running
        connection.abort()
        if running is None or running.done():
            connection.release()
        else:
            running.add_done_callback(lambda _: connection.release())

    async def _keep_token(self, sealed: bytes) -> None:
        async with self.worker.database.marking(self.actor) as transaction:
            await queries.keep_refresh_token(transaction, self.mailbox.mailbox_id, sealed)

    async def call(self, connection: ImapConnection, call: Callable[..., T], *arguments: object, **named: object) -> T:
        """Run a blocking call in a thread; a cancelled or endless one loses its connection."""
        loop = asyncio.get_running_loop()
        self._running = running = loop.run_in_executor(self.threads, lambda: call(*arguments, **named))
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await asyncio.shield(running)
        except TimeoutError:
            connection.abort()
            raise ConnectionBroken(notices.TookTooLongTo()) from None
        finally:
            if not running.done():
                connection.abort()
                running.add_done_callback(_forget)

    async def _report(self, notice: Sayable) -> None:
        log.warning("fetching_trouble", mailbox_id=self.mailbox.mailbox_id, words=notice.text)
        with suppress(Unavailable):
            async with self.worker.database.marking(self.actor) as transaction:
                await queries.tell(transaction, self.mailbox.mailbox_id, "warning", notice)
                await queries.note_state(transaction, self.mailbox.mailbox_id, "failed", notice)


def _forget(running: asyncio.Future[T]) -> None:
    """Take note of what a call became that nobody waits for."""
    if not running.cancelled():
        running.exception()
