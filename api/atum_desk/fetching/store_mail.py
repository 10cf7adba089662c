"""Keeps fetched mails: the mails and how far the folder was read are one commit."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import asyncpg

from atum_desk.fetching import queries
from atum_desk.fetching.envelope import fetched_mail
from atum_desk.fetching.log_notices import NotStored
from atum_desk.fetching.models import FetchedMailbox, ListedMail, Progress, Source
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.notices import Sayable
from atum_desk.mail.public import OfferedMail, insert_mails, intake

FIRST_DELAY = timedelta(minutes=1)


class FolderCursorMoved(Exception):
    """Another worker fetches the same mailbox; nothing was kept."""


class Keeper:
    """Writes one folder's mails and moves its cursor, in memory only once that is committed."""

    def __init__(
        self,
        database: Database,
        actor: SystemActor,
        mailbox: FetchedMailbox,
        source: Source,
        progress: Progress,
        threads: ThreadPoolExecutor,
    ) -> None:
        self._database = database
        self._actor = actor
        self._mailbox = mailbox
        self._source = source
        self._progress = progress
        self._threads = threads

    async def keep(self, mails: list[ListedMail], bodies: dict[int, bytes]) -> tuple[int, int]:
        """Keep mails that stand in the order of their UIDs.

        Returns how many were kept and how many had been before, byte for byte. Raises FolderCursorMoved;
        a mail that the database cannot store is left over.
        """
        if not mails:
            return 0, 0
        # A mailbox with years of mail waits for its filing as senders do.
        await intake.admit()
        incoming = await self._incoming([bodies[mail.uid] for mail in mails])
        try:
            return await self._commit(incoming, mails[-1].uid)
        except (*UNREACHABLE, asyncpg.QueryCanceledError):
            raise
        except asyncpg.PostgresError as error:
            if len(mails) == 1:
                await self.leave_over(mails[0], NotStored(type(error).__name__))
                return 0, 0
        kept, known = 0, 0
        for mail in mails:
            done = await self.keep([mail], bodies)
            kept, known = kept + done[0], known + done[1]
        return kept, known

    async def keep_leftover(self, mail: ListedMail, raw: bytes | None) -> None:
        """Keep a mail that came late, or forget one that is gone from the server."""
        incoming = await self._incoming([raw] if raw is not None else [])
        validity = self._progress.uid_validity or 0
        fresh = await self._fresh(incoming)
        if not fresh:
            async with self._database.marking(self._actor) as transaction:
                await queries.forget_leftovers(transaction, self._source.mailbox_id, validity, [mail.uid])
            return
        async with self._database.writing(self._actor, "mail.receive") as work:
            ids = await insert_mails(work, fresh)
            await queries.forget_leftovers(work, self._source.mailbox_id, validity, [mail.uid])
            await queries.count_fetched(work, self._source.mailbox_id, len(ids))
            work.summary = {"mail_ids": ids}
        intake.count(len(ids))

    async def move_past(self, uid: int) -> None:
        """Move the cursor where there is nothing to keep."""
        if uid > self._progress.last_uid:
            async with self._database.marking(self._actor) as transaction:
                await self._move(transaction, uid, 0)
            self._note(uid)

    async def leave_over(self, mail: ListedMail, reason: Sayable, *, moves: bool = True) -> None:
        """Note that a mail could not be taken, and go past it in the same commit."""
        async with self._database.marking(self._actor) as transaction:
            await queries.leave_over(
                transaction,
                self._source.mailbox_id,
                self._progress.uid_validity or 0,
                mail.uid,
                mail.size,
                reason,
                FIRST_DELAY,
            )
            if moves:
                await self._move(transaction, mail.uid, 0)
        if moves:
            self._note(mail.uid)

    async def reword(self, mail: ListedMail, reason: Sayable) -> None:
        """Say anew why a mail could not be taken."""
        async with self._database.marking(self._actor) as transaction:
            await queries.reword_leftover(
                transaction, self._source.mailbox_id, self._progress.uid_validity or 0, mail.uid, reason
            )

    async def _incoming(self, raws: list[bytes]) -> list[OfferedMail]:
        """Hash in a thread: a large mail takes a moment."""

        def made() -> list[OfferedMail]:
            return [fetched_mail(self._mailbox, self._source.address, raw) for raw in raws]

        return await asyncio.get_running_loop().run_in_executor(self._threads, made)

    async def _fresh(self, mails: list[OfferedMail]) -> list[OfferedMail]:
        """Return the mails that were not kept before."""
        rereading = self._progress.last_uid < self._progress.reread_until
        async with self._database.reading(self._actor) as transaction:
            known = await queries.list_known(
                transaction, [mail.dedupe_key for mail in mails], [mail.sha256 for mail in mails], waiting=rereading
            )
        return [mail for mail in mails if mail.sha256 not in known]

    async def _commit(self, mails: list[OfferedMail], last_uid: int) -> tuple[int, int]:
        fresh = await self._fresh(mails)
        if fresh:
            async with self._database.writing(self._actor, "mail.receive") as work:
                ids = await insert_mails(work, fresh)
                await self._move(work, last_uid, len(ids))
                work.summary = {"mail_ids": ids}
            intake.count(len(ids))
        else:
            async with self._database.marking(self._actor) as transaction:
                await self._move(transaction, last_uid, 0)
        self._note(last_uid)
        return len(fresh), len(mails) - len(fresh)

    async def _move(self, transaction: ReadTransaction, last_uid: int, fetched: int) -> None:
        settled = self._source.afterwards == "leave"
        if not await queries.move_cursor(
            transaction, self._source.mailbox_id, self._progress, last_uid, settled=settled, fetched=fetched
        ):
            raise FolderCursorMoved

    def _note(self, last_uid: int) -> None:
        self._progress.last_uid = last_uid
        if self._source.afterwards == "leave":
            self._progress.settled_uid = last_uid
