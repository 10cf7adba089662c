"""A workspace that fetches in this process, and questions about what came."""

from __future__ import annotations

import asyncio
from typing import Any

from dovecot import PASSWORD, USER

from atum_desk.fetching import credentials
from atum_desk.fetching.service import Fetching
from atum_desk.files.public import FileStore
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.runner import JobRunner
from atum_desk.mail import jobs as mail_jobs
from atum_desk.outbox import jobs as outbox_jobs
from waiting import deadline


class FetchingDesk:
    """A workspace that fetches in this process, and questions about what came."""

    def __init__(self, settings: Settings, database: Database, workspace_id: int, mailbox_id: int) -> None:
        self.settings = settings
        self.database = database
        self.mailbox_id = mailbox_id
        self.system = SystemActor(workspace_id=workspace_id, via="job")
        self.worker = WorkerContext(database=database, settings=settings, files=FileStore(settings.uploads))
        self._fetching: Fetching | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._runner: JobRunner | None = None

    async def set_up(self, port: int, **given: Any) -> None:
        """Write the settings of receiving as a command would."""
        sealed = credentials.close(
            self.settings.secret, "imap password", self.mailbox_id, given.pop("password", PASSWORD)
        )
        values = {
            "host": "127.0.0.1",
            "port": port,
            "security": "tls",
            "username": USER,
            "sign_in": "password",
            "folder": "INBOX",
            "afterwards": "leave",
            "existing": "fetch",
            "active": True,
            "password": sealed,
        } | given
        columns = ", ".join(values)
        places = ", ".join(f"${n}" for n in range(2, len(values) + 2))
        changes = ", ".join(f"{name} = excluded.{name}" for name in values)
        async with self.database.writing(self.system, "mailbox.receiving") as work:
            await work.execute(
                f"""insert into mailbox_receiving (workspace_id, mailbox_id, {columns}) values (ctx_workspace(), $1, {places})
                    on conflict (mailbox_id) do update set {changes}""",
                self.mailbox_id,
                *values.values(),
            )

    def start(self) -> None:
        self._fetching = Fetching(self.worker)
        self._tasks.append(asyncio.create_task(self._fetching.run()))

    def file(self) -> None:
        """File what comes, too."""
        self._runner = JobRunner(self.worker, [*mail_jobs.job_handlers, *outbox_jobs.job_handlers], {})
        self._tasks.append(asyncio.create_task(self._runner.run()))

    async def stop(self) -> None:
        if self._fetching:
            await self._fetching.close()
        if self._runner:
            await self._runner.stop(5)
        await asyncio.gather(*self._tasks)
        self._fetching, self._runner, self._tasks = None, None, []

    async def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        async with self.database.reading(self.system) as transaction:
            return [dict(row) for row in await transaction.fetch(query, *arguments)]

    async def value(self, query: str, *arguments: Any) -> Any:
        async with self.database.reading(self.system) as transaction:
            return await transaction.fetchval(query, *arguments)

    async def kept(self, count: int, seconds: float = 20) -> list[bytes]:
        """Wait until so many mails are kept; return their bytes in order."""
        await self.until("select count(*) >= $1 from mails", count, seconds=seconds)
        return [row["raw"] for row in await self.rows("select raw from mail_sources order by mail_id")]

    async def looked(self) -> None:
        """Wait until the folder was looked at to its end from now on."""
        since = await self.value("select clock_timestamp()")
        await self.value("select 1")
        async with self.database.marking(self.system) as transaction:
            await transaction.execute("update fetch_states set asked_at = clock_timestamp()")
        await self.until("select coalesce(max(looked_at) > $1, false) from fetch_states", since)

    async def until(self, query: str, *arguments: Any, seconds: float = 20) -> None:
        """Wait until a question is answered with true."""
        try:
            async with deadline(seconds):
                while not await self.value(query, *arguments):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        except TimeoutError:
            log = await self.log()
            raise AssertionError(f"{query} stayed false; the log says {log[-8:]}") from None

    async def log(self) -> list[str]:
        return [row["words"] for row in await self.rows("select words from fetch_log order by id")]

    async def state(self) -> dict[str, Any]:
        return (await self.rows("select * from fetch_states"))[0]
