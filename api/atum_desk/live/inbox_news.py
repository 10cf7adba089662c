"""Tells each person how many of their notifications are unread, whenever that moves, and that their timers moved.

Neither are rows of the ledger, so no frame of a change tells of them. One small table says whose inbox and
timers changed when; it is looked at once a second, for all clients of this process together.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

import asyncpg
import msgspec
import structlog

from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import Unavailable
from atum_desk.live.client import LiveClient
from atum_desk.live.clients import send
from atum_desk.live.hub import Hub
from atum_desk.live.models import InboxFrame, TimersFrame, encode

LOOK_SECONDS = 1.0
# A change is seen once it is committed, which may be a while after the moment that it bears.
RECENT_SECONDS = 60
TIMERS = encode(TimersFrame())

log = structlog.get_logger()


class Inbox(msgspec.Struct, frozen=True):
    """What a client was told of its person's inbox."""

    unread: int
    changed_at: datetime | None
    timers_changed_at: datetime | None = None


class InboxNews:
    """Looks whose inbox or timers changed, and tells the clients of that person."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub

    async def run(self) -> None:
        """Look until cancelled; a database that is gone is asked again."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (Unavailable, asyncpg.PostgresError) as error:
                log.warning("inboxes_unread", error=str(error))

    async def look(self) -> None:
        """Tell every client what it was not told yet."""
        clients = self._hub.ready_staff()
        if not clients:
            return
        coming = list({client.powers.person_id for client in clients if client.inbox is None})
        found = await self._read(coming)
        for client in clients:
            _tell(client, found.get(client.powers.person_id))

    async def _read(self, people: list[int]) -> dict[int, Inbox]:
        async with self._database.connection("atum_desk_worker") as connection:
            rows = await connection.fetch("select * from atum.inboxes_told($1, $2)", RECENT_SECONDS, people)
        return {row["person_id"]: Inbox(row["unread"], row["changed_at"], row["timers_changed_at"]) for row in rows}


def _tell(client: LiveClient, now: Inbox | None) -> None:
    """Send what is news. A client that just came and whose person has nothing unread is told nothing."""
    if now is None:
        client.inbox = client.inbox or Inbox(0, None)
        return
    before, client.inbox = client.inbox, now
    moved = before is None or (now.unread, now.changed_at) != (before.unread, before.changed_at)
    if moved and (before is not None or now.unread):
        send([client], encode(InboxFrame(now.unread)))
    # Who comes back may have missed what moved meanwhile.
    if now.timers_changed_at != (before.timers_changed_at if before else None):
        send([client], TIMERS)
