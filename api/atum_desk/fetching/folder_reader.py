"""Reads one folder in one session: begins where the last one ended, keeps, waits, for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, TypeVar

from atum_desk.fetching import log_notices, queries
from atum_desk.fetching import server_notices as notices
from atum_desk.fetching.connection import PIECE_BYTES, ImapConnection, folder_notice
from atum_desk.fetching.error_texts import ConnectionBroken, ServerRefused
from atum_desk.fetching.mark_or_move import settle
from atum_desk.fetching.models import Folder, ListedMail, LogLevel, Progress, Source
from atum_desk.fetching.store_mail import Keeper
from atum_desk.kernel.notices import Sayable
from atum_desk.mail.public import give_back_memory

if TYPE_CHECKING:
    from atum_desk.fetching.fetcher import MailboxFetcher

T = TypeVar("T")

BATCH_MAILS = 64
BATCH_BYTES = PIECE_BYTES
# UIDs looked at together; sparse numbering is walked in longer strides.
STRIDE = 256
LONGEST_STRIDE = 50_000
# RFC 2177 allows 29 minutes, routers between forget a silent connection much sooner.
IDLE_SECONDS = 240.0
POLL_SECONDS = 60.0
TRIES_OF_A_MAIL = 3
BROKE_EACH_TIME = log_notices.BrokeEachTime()
MEGABYTE = 1_048_576


class FolderReader:
    """Reads the folder of one session, from where the last one ended."""

    def __init__(self, fetcher: MailboxFetcher, source: Source, connection: ImapConnection) -> None:
        self._fetcher = fetcher
        self._source = source
        self._connection = connection
        self._database = fetcher.worker.database
        self._limit = fetcher.worker.settings.mail_max_bytes
        self._id = source.mailbox_id
        self._progress: Progress
        self._keeper: Keeper
        self._afterwards_refused = ""
        self._fetched = self._known = 0

    async def run(self) -> None:
        """Open the folder and read it for ever."""
        read_only = self._source.afterwards == "leave"
        folder = await self._call(self._connection.open_folder, self._source.folder, read_only=read_only)
        await self._begin(folder)
        held = folder_notice(self._source.folder, folder)
        await self._tell("info", log_notices.Connected(self._source.host, held), "connected")
        self._keeper = Keeper(
            self._database,
            self._fetcher.actor,
            self._fetcher.mailbox,
            self._source,
            self._progress,
            self._fetcher.threads,
        )
        while True:
            await self._settle()
            await self._retry_leftovers()
            await self._catch_up()
            async with self._database.marking(self._fetcher.actor) as transaction:
                await queries.note_look(transaction, self._id)
            self._fetcher.failures = 0
            await self._wait()

    async def _begin(self, folder: Folder) -> None:
        """Find where the folder was left, or begin it anew when its numbers are others."""
        async with self._database.marking(self._fetcher.actor) as transaction:
            self._progress = progress = await queries.ensure_progress(transaction, self._id)
        same_source = progress.source == self._source.identity
        if same_source and progress.uid_validity == folder.uid_validity:
            return
        newest = await self._call(self._connection.newest_uid)
        known = same_source and progress.uid_validity is not None
        leave = self._source.existing == "leave" and not known
        async with self._database.marking(self._fetcher.actor) as transaction:
            now = await queries.get_moment(transaction)
            self._progress = begun = Progress(
                source=self._source.identity,
                uid_validity=folder.uid_validity,
                last_uid=newest if leave else 0,
                settled_uid=newest if leave else 0,
                begun_at=(now if leave else None) if not known else progress.begun_at,
                reread_until=newest if progress.uid_validity is not None and not leave else 0,
            )
            await queries.begin(transaction, self._id, begun)
            if known:
                await queries.tell(transaction, self._id, "info", log_notices.NumberedAnew())

    async def _catch_up(self) -> None:
        """Fetch everything above the cursor, a bounded part at a time."""
        self._fetched = self._known = 0
        try:
            await self._read_up_to(await self._call(self._connection.newest_uid))
        except (ServerRefused, ConnectionBroken):
            await self._tell_fetched()
            raise
        await self._tell_fetched()

    async def _read_up_to(self, newest: int) -> None:
        position, stride = self._progress.last_uid, STRIDE
        while position < newest:
            end = min(position + min(stride, self._fetcher.stride), newest)
            listed = await self._list(position + 1, end)
            stride = STRIDE if listed else min(stride * 8, LONGEST_STRIDE)
            wanted = [mail for mail in listed if not self._was_left_alone(mail)]
            for batch in self._batches(wanted):
                await self._fetch(batch)
                await self._settle()
            position = end
            if len(wanted) < len(listed) or end == newest:
                await self._keeper.move_past(position)

    async def _list(self, first: int, last: int) -> list[ListedMail]:
        """List mails; a server that breaks over one of them is asked for ever fewer, then for that one.

        It has to read a mail to tell its size, so a damaged one can stand in the way already here.
        """
        if first == last and self._fetcher.suspects[first] > TRIES_OF_A_MAIL:
            await self._leave_over(ListedMail(first, 0, None), BROKE_EACH_TIME)
            return []
        rereading = first <= self._progress.reread_until
        try:
            listed = await self._call(self._connection.list_mails, first, last, dates=rereading)
        except ConnectionBroken:
            self._fetcher.stride = max(1, (last - first + 1) // 8)
            if first == last:
                self._fetcher.suspects[first] += 1
            raise
        self._fetcher.stride = min(2 * self._fetcher.stride, LONGEST_STRIDE)
        return listed

    def _was_left_alone(self, mail: ListedMail) -> bool:
        """Tell whether a mail was there before fetching began and was to stay where it is."""
        begun_at = self._progress.begun_at
        if begun_at is None or mail.uid > self._progress.reread_until or mail.arrived_at is None:
            return False
        return mail.arrived_at < begun_at

    def _batches(self, mails: list[ListedMail]) -> list[list[ListedMail]]:
        """Part mails into those fetched together; a large or suspect one stands alone."""
        batches: list[list[ListedMail]] = []
        size = 0
        for mail in mails:
            large = mail.size > min(PIECE_BYTES, self._limit)
            alone = large or mail.uid in self._fetcher.suspects
            full = size + mail.size > BATCH_BYTES or not batches or len(batches[-1]) >= BATCH_MAILS
            if alone or full:
                batches.append([])
                size = 0
            batches[-1].append(mail)
            # Nothing joins a mail that stands alone.
            size += BATCH_BYTES if alone else mail.size
        return batches

    async def _fetch(self, batch: list[ListedMail]) -> None:
        """Fetch and keep mails; one that is not given neither holds up nor loses the others."""
        uids = [mail.uid for mail in batch]
        if len(batch) == 1:
            await self._fetch_alone(batch[0])
            return
        try:
            bodies = await self._call(self._connection.fetch_mails, uids, sum(mail.size for mail in batch))
        except ServerRefused:
            bodies = {}
        except ConnectionBroken:
            self._fetcher.suspects.update(uids)
            raise
        given: list[ListedMail] = []
        for mail in batch:
            raw = bodies.get(mail.uid)
            if raw is not None and len(raw) <= self._limit:
                given.append(mail)
                continue
            await self._keep(given, bodies)
            given = []
            await self._fetch_alone(mail)
        await self._keep(given, bodies)

    async def _keep(self, mails: list[ListedMail], bodies: dict[int, bytes]) -> None:
        kept, known = await self._keeper.keep(mails, bodies)
        self._fetched += kept
        self._known += known
        if kept:
            self._fetcher.failures = 0

    async def _fetch_alone(self, mail: ListedMail) -> None:
        """Fetch one mail; what cannot be taken is left over, and those behind it come."""
        if self._fetcher.suspects[mail.uid] > TRIES_OF_A_MAIL:
            await self._leave_over(mail, BROKE_EACH_TIME)
            return
        # A mail of some megabytes lies in memory several times while it is kept.
        large = mail.size > PIECE_BYTES
        async with LARGE if large else nullcontext():
            await self._get_and_keep(mail)
        self._fetcher.suspects.pop(mail.uid, None)
        if large:
            give_back_memory()

    async def _get_and_keep(self, mail: ListedMail) -> None:
        try:
            raw = await self._get(mail)
        except ServerRefused as error:
            await self._leave_over(mail, error.notice)
            return
        except ConnectionBroken:
            self._fetcher.suspects[mail.uid] += 1
            raise
        if raw is None:
            await self._keeper.move_past(mail.uid)
            return
        await self._keep([mail], {mail.uid: raw})

    async def _get(self, mail: ListedMail) -> bytes | None:
        """Return a mail's bytes, None when it is gone. Raises ServerRefused."""
        if mail.size > self._limit:
            raise ServerRefused(notices.TooLargeMail(mail.size / MEGABYTE, self._limit / MEGABYTE))
        raw = await self._call(self._connection.fetch_large, mail.uid, self._limit)
        if raw is not None:
            return raw
        if await self._call(self._connection.list_mails, mail.uid, mail.uid):
            raise ServerRefused(notices.GivesNothing(self._source.host))
        return None

    async def _leave_over(self, mail: ListedMail, reason: Sayable) -> None:
        await self._keeper.leave_over(mail, reason)
        self._fetcher.suspects.pop(mail.uid, None)
        await self._tell("warning", log_notices.NotTaken(mail.uid, reason))

    async def _retry_leftovers(self) -> None:
        async with self._database.reading(self._fetcher.actor) as transaction:
            due = await queries.list_due(transaction, self._id, self._progress.uid_validity or 0)
        for uid, size in due:
            mail = ListedMail(uid, size, None)
            # Noted first: one that breaks the connection comes later each time.
            await self._keeper.leave_over(mail, log_notices.TriedAgain(), moves=False)
            try:
                raw = await self._get(mail)
            except ServerRefused as error:
                await self._keeper.reword(mail, error.notice)
                continue
            except ConnectionBroken:
                await self._keeper.reword(mail, BROKE_EACH_TIME)
                raise
            await self._keeper.keep_leftover(mail, raw)
            if raw is not None:
                await self._tell("info", log_notices.TakenAfterAll(uid))

    async def _settle(self) -> None:
        """Mark or move on the server what is committed here; a refusal holds up nothing."""
        if self._afterwards_refused or self._source.afterwards == "leave":
            return
        try:
            await settle(
                self._call,
                self._connection,
                self._database,
                self._fetcher.actor,
                self._source,
                self._progress,
                self._was_left_alone,
            )
        except ServerRefused as error:
            self._afterwards_refused = str(error)
            await self._tell("warning", log_notices.KeptAllTheSame(error.notice))

    async def _wait(self) -> None:
        """Wait until the server tells of mail, somebody asks, or it is time to look."""
        asked = self._fetcher.asked
        if not await self._call(lambda: self._connection.can_idle):
            await _either(asked, POLL_SECONDS)
        else:
            await self._idle(asked)
        asked.clear()

    async def _idle(self, asked: asyncio.Event) -> None:
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        fileno = await self._call(self._connection.begin_idle)
        if not await self._call(self._connection.heard):
            loop.add_reader(fileno, heard.set)
            try:
                await _either(asked, IDLE_SECONDS, heard)
            finally:
                loop.remove_reader(fileno)
        await self._call(self._connection.end_idle)

    async def _tell_fetched(self) -> None:
        if self._fetched:
            fetched = self._fetched
            await self._tell("info", log_notices.FetchedOne() if fetched == 1 else log_notices.FetchedMany(fetched))
        if self._known:
            known = self._known
            await self._tell("info", log_notices.KnownOne() if known == 1 else log_notices.KnownMany(known))

    async def _tell(self, level: LogLevel, notice: Sayable, state: str = "") -> None:
        async with self._database.marking(self._fetcher.actor) as transaction:
            await queries.tell(transaction, self._id, level, notice)
            if state:
                await queries.note_state(transaction, self._id, state, notice)

    async def _call(self, call: Callable[..., T], *arguments: object, **named: object) -> T:
        return await self._fetcher.call(self._connection, call, *arguments, **named)


LARGE = asyncio.Semaphore(1)


async def _either(asked: asyncio.Event, seconds: float, heard: asyncio.Event | None = None) -> None:
    """Wait for one of two events, at most so long."""
    waits = [asyncio.ensure_future(one.wait()) for one in (asked, heard) if one]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
