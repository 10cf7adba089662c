"""Fetches every mailbox that is to be fetched, in the worker; of several workers one does."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

import asyncpg
import structlog

from atum_desk.fetching import queries
from atum_desk.fetching.fetcher import MailboxFetcher
from atum_desk.fetching.models import FetchedMailbox
from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.jobs.handlers import WorkerContext

# A thread is taken for the time of one exchange with a server; waiting for mail takes none.
THREADS = 8
LOOK_SECONDS = 2.0
STAND_BY_SECONDS = 5.0
LOOK_TIMEOUT_SECONDS = 30.0

log = structlog.get_logger()


class _Running:
    def __init__(self, fetcher: MailboxFetcher, mailbox: FetchedMailbox) -> None:
        self.fetcher = fetcher
        self.stamp = mailbox.stamp
        self.asked_at = mailbox.asked_at
        self.task = asyncio.create_task(fetcher.run(), name=f"fetch-{mailbox.mailbox_id}")

    def hear(self, asked_at: datetime | None) -> None:
        """Look now when somebody asked since."""
        if asked_at != self.asked_at:
            self.asked_at = asked_at
            self.fetcher.ask()

    async def stop(self) -> None:
        """End it; what was committed stands."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


class Fetching:
    """All fetchers of this process; `run` until `close`."""

    def __init__(self, worker: WorkerContext) -> None:
        self._worker = worker
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="imap")
        self._running: dict[int, _Running] = {}
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Fetch while this process holds the lock; stand by while another does."""
        while not self._stopping.is_set():
            connection: asyncpg.Connection | None = None
            try:
                connection = await self._worker.database.connect_worker()
                if await connection.fetchval("select pg_try_advisory_lock(hashtextextended('atum.fetching', 0))"):
                    await self._follow_settings(connection)
            except UNREACHABLE as error:
                log.warning("fetching_connection_lost", error=str(error) or type(error).__name__)
            finally:
                await self._stop_all()
                if connection:
                    connection.terminate()
            await self._pause(STAND_BY_SECONDS)

    async def close(self) -> None:
        """Stop fetching."""
        self._stopping.set()
        await self._stop_all()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _follow_settings(self, connection: asyncpg.Connection) -> None:
        while not self._stopping.is_set():
            async with asyncio.timeout(LOOK_TIMEOUT_SECONDS):
                wanted = {one.mailbox_id: one for one in await queries.list_fetched(connection)}
            for mailbox_id, running in list(self._running.items()):
                if mailbox_id not in wanted or wanted[mailbox_id].stamp != running.stamp:
                    await self._running.pop(mailbox_id).stop()
            for mailbox_id, mailbox in wanted.items():
                if mailbox_id not in self._running:
                    fetcher = MailboxFetcher(self._worker, self._threads, mailbox)
                    self._running[mailbox_id] = _Running(fetcher, mailbox)
                self._running[mailbox_id].hear(mailbox.asked_at)
            await self._pause(LOOK_SECONDS)

    async def _stop_all(self) -> None:
        stopped, self._running = list(self._running.values()), {}
        await asyncio.gather(*(one.stop() for one in stopped))

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
