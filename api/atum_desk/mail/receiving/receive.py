"""Keeps mail before its sender is told so: mails that wait at the same moment share one commit.

A mail that comes alone is committed at once. While mail pours in a batch gathers for some
milliseconds, and for as long as a commit runs, so a burst costs few transactions.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from contextlib import suppress

import msgspec
import structlog

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail import queries
from atum_desk.mail.models import MailboxTarget, OfferedMail
from atum_desk.mail.receiving.source import dedupe_key, read_message_id
from atum_desk.mail.receiving.traffic import intake

BATCH_MAILS = 64
BATCH_BYTES = 16 * 1024 * 1024
WRITERS = 2
# So long a batch gathers while mail pours in: a commit costs as much as several mails of it.
GATHER_SECONDS = 0.015

log = structlog.get_logger()


class _Waiting(msgspec.Struct):
    mail: OfferedMail
    kept: asyncio.Future[int]


class Receiver:
    """Writes received mails in batches; use `start` and `close` inside one running loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[_Waiting] = deque()
        self._arrived = asyncio.Condition()
        self._writers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to write."""
        self._writers = [asyncio.create_task(self._write(), name=f"mail-writer-{n}") for n in range(WRITERS)]

    async def close(self) -> None:
        """Stop writing; a mail that was not committed is not acknowledged either."""
        for writer in self._writers:
            writer.cancel()
        for writer in self._writers:
            with suppress(asyncio.CancelledError):
                await writer
        while self._waiting:
            self._waiting.popleft().kept.cancel()

    async def keep(self, mails: list[OfferedMail]) -> list[int]:
        """Return the ids of mails once all of them are committed.

        Raises what the database raised; then some may be committed all the same, and the sender's
        next attempt counts as a duplicate there.
        """
        loop = asyncio.get_running_loop()
        waiting = [_Waiting(mail, loop.create_future()) for mail in mails]
        async with self._arrived:
            self._waiting.extend(waiting)
            self._arrived.notify()
        results = await asyncio.gather(*(one.kept for one in waiting), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return [result for result in results if isinstance(result, int)]

    async def _write(self) -> None:
        while True:
            async with self._arrived:
                await self._arrived.wait_for(lambda: bool(self._waiting))
            if intake.is_busy():
                await asyncio.sleep(GATHER_SECONDS)
            if not self._waiting:
                # The other writer took them.
                continue
            batch = self._take_batch()
            try:
                await self._commit(batch)
            except Exception as error:
                await self._commit_singly(batch, error)
            except asyncio.CancelledError:
                for one in batch:
                    one.kept.cancel()
                raise

    def _take_batch(self) -> list[_Waiting]:
        """Take the oldest waiting mails of one workspace, bounded in number and bytes."""
        batch, size = [self._waiting.popleft()], 0
        workspace_id = batch[0].mail.target.workspace_id
        while self._waiting and len(batch) < BATCH_MAILS and size < BATCH_BYTES:
            if self._waiting[0].mail.target.workspace_id != workspace_id:
                break
            size += len(self._waiting[0].mail.raw)
            batch.append(self._waiting.popleft())
        return batch

    async def _commit(self, batch: list[_Waiting]) -> None:
        actor = SystemActor(workspace_id=batch[0].mail.target.workspace_id, via="mail")
        async with self._database.writing(actor, "mail.receive") as work:
            ids = await queries.insert_mails(work, [one.mail for one in batch])
            work.summary = {"mail_ids": ids}
        intake.count(len(ids))
        for one, mail_id in zip(batch, ids, strict=True):
            if not one.kept.done():
                one.kept.set_result(mail_id)

    async def _commit_singly(self, batch: list[_Waiting], error: Exception) -> None:
        """Keep one unstorable mail from refusing those that came with it."""
        log.warning("mail_batch_failed", mails=len(batch), error=f"{type(error).__name__}: {error}")
        for one in batch:
            try:
                if len(batch) == 1:
                    raise error
                await self._commit([one])
            except Exception as problem:
                if not one.kept.done():
                    one.kept.set_exception(problem)


def incoming_mails(envelope_from: str, recipients: dict[str, MailboxTarget], raw: bytes) -> list[OfferedMail]:
    """Return one mail for each workspace among the recipients; takes the time of hashing `raw`."""
    message_id, key = read_message_id(raw), dedupe_key(raw)
    sha256 = hashlib.sha256(raw).hexdigest()
    by_workspace: dict[int, list[str]] = {}
    for address, target in recipients.items():
        by_workspace.setdefault(target.workspace_id, []).append(address)
    return [
        OfferedMail(
            target=recipients[addresses[0]],
            envelope_from=envelope_from,
            envelope_to=addresses,
            raw=raw,
            mail_message_id=message_id,
            dedupe_key=key,
            sha256=sha256,
        )
        for addresses in by_workspace.values()
    ]
