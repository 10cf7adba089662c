"""Brings the ledger to the clients: one tail for all, what happened to those who may hear of it."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import structlog
from websockets.asyncio.server import ServerConnection

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.ledger.tail import BATCH_SIZE, LedgerChange, Position, Tail, read_changes
from atum_desk.kernel.problems import Unavailable
from atum_desk.live.audience import may_hear
from atum_desk.live.client import SIGNED_OUT, LiveClient
from atum_desk.live.clients import LiveClients, send
from atum_desk.live.feed import Feed, Feeds
from atum_desk.live.frames import frames_for, tell
from atum_desk.live.models import PING, RESYNC, Event, Powers, ReadyFrame, TicketNow, Told, encode
from atum_desk.live.presence import Presence
from atum_desk.live.read_changes import Gathering, Reader, RowReader

MOST_MISSED = 2_000
# Rows that one client's catching up may read; who missed more tickets fetches its lists anew.
MOST_ROWS_MISSED = 500
# The first change after a quiet moment is told at once, what follows within so long together.
GATHER_SECONDS = 0.075
# Without a client the ledger is only looked at: the position has to move on.
IDLE_SECONDS = 1.0
PING_SECONDS = 25.0
SILENCE_SECONDS = 60.0
RECHECK_SECONDS = 60.0
RETRY_SECONDS = 0.5

log = structlog.get_logger()
T = TypeVar("T")
P = ParamSpec("P")


class Hub:
    """All clients of this process and what they are told."""

    def __init__(self, database: Database, presence: Presence, read_rows: RowReader) -> None:
        self._database = database
        self._clients = LiveClients()
        self._feeds = Feeds()
        self._reader = Reader(database, read_rows)
        self._presence = presence
        self._closing: set[asyncio.Task[None]] = set()
        self.tail = Tail(database)
        self.position: Position | None = None
        self.started = asyncio.Event()
        # Grows whenever powers may have changed, so that whoever is reading them reads again.
        self._powers_generation = 0

    @property
    def client_count(self) -> int:
        """How many clients are connected."""
        return len(self._clients)

    def ready_staff(self) -> list[LiveClient]:
        """Return the clients of staff who read tickets and were told what they missed."""
        return [
            client
            for client in self._clients.everybody()
            if client.backlog is None
            and client.powers.audience == "staff"
            and "ticket:read" in client.powers.permissions
        ]

    async def run(self) -> None:
        """Follow the ledger, ping, and look again at who may hear what, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow())
            group.create_task(self._ping())
            group.create_task(self._recheck_everybody())

    async def join(self, connection: ServerConnection, actor: Actor, last_seq: str | None) -> LiveClient | None:
        """Add a client and tell it what it missed since `last_seq`; None when its session ended."""
        # Held before the powers are read, so that a change of them is noticed from then on.
        with self._feeds.held(actor.workspace_id) as feed:
            powers = await self._current_powers(actor)
            if powers is None:
                return None
            assert self.position is not None
            here = max(self.position, feed.position)
            client = LiveClient(connection, powers)
            # From here on what is committed lands in the client's backlog.
            self._clients.add(client)
            self._feeds.hold(actor.workspace_id)
        try:
            missed = await self._find_missed(feed, powers, last_seq, here)
            frames = [encode(ReadyFrame(seq=str(here), resumed=missed is not None))]
            if last_seq is not None and missed is None:
                frames.append(RESYNC)
            if client not in self._clients:
                return None
            # Its powers may have changed while was read what it missed.
            await client.catch_up(frames + frames_for(client.powers, missed or ()))
        except BaseException:
            self.leave(client)
            raise
        return client

    def leave(self, client: LiveClient) -> None:
        """Forget a client whose connection ended."""
        if self._clients.remove(client):
            self._feeds.let_go(client.powers.workspace_id)
        self._presence.leave(client)

    async def _follow(self) -> None:
        async for changes in self.tail.batches():
            began_at = time.monotonic()
            if changes:
                await self._pass_on(changes)
            else:
                self.position = self._feeds.taken = self.tail.position
                self.started.set()
            if len(changes) < BATCH_SIZE:
                rest = GATHER_SECONDS - (time.monotonic() - began_at)
                await self._feeds.wait(max(0, rest), IDLE_SECONDS)

    async def _pass_on(self, changes: list[LedgerChange]) -> None:
        """Tell the clients of each workspace what changed; nobody's workspace is passed over unread."""
        by_workspace: defaultdict[int, list[LedgerChange]] = defaultdict(list)
        for change in changes:
            if self._feeds.find(change.workspace_id):
                by_workspace[change.workspace_id].append(change)
        end = self._feeds.taken = changes[-1].position
        for workspace_id, some in by_workspace.items():
            gathering = await _patiently(self._gather, workspace_id, some)
            self._tell(workspace_id, gathering, end)
        self.position = end

    async def _gather(self, workspace_id: int, changes: list[LedgerChange]) -> Gathering:
        """Read what the changes did, and let the clients have the powers of that moment.

        Whoever came meanwhile, or was given a team, may see tickets whose rows were not asked for;
        to a browser a change without its row means that the ticket is out of sight. So it is read again.
        """
        while True:
            asked = {client.powers.session_id for client in self._clients.of(workspace_id)}
            teams = self._clients.seen_teams(workspace_id)
            gathering = await self._reader.gather(changes, teams, list(asked))
            if gathering.powers is not None:
                self._powers_generation += 1
                self._give_powers(workspace_id, asked, gathering.powers)
                # Who came meanwhile may have read theirs before they changed.
                if any(one.powers.session_id not in asked for one in self._clients.of(workspace_id)):
                    await self._recheck(workspace_id)
            if self._clients.seen_teams(workspace_id) <= teams:
                return gathering

    def _tell(self, workspace_id: int, gathering: Gathering, end: Position) -> None:
        """Tell everybody in the workspace what is for them, made once for all who hear the same."""
        told = tell(gathering.events, gathering.rows)
        if feed := self._feeds.find(workspace_id):
            feed.ring.note_rows((one.ticket_id for one in gathering.events if one.ticket_id), gathering.rows)
            for event in gathering.events:
                feed.ring.add(event)
            feed.position = end
        named = frozenset[int]().union(*(event.people for event in gathering.events))
        for powers, clients in self._clients.groups(workspace_id, named):
            for frame in frames_for(powers, told):
                _pass_to(clients, frame)
        for event in gathering.events:
            if event.number and event.team_id:
                self._presence.move_ticket(workspace_id, event.number, event.team_id)

    async def _find_missed(
        self, feed: Feed, powers: Powers, last_seq: str | None, until: Position
    ) -> list[Told] | None:
        """Return what happened after `last_seq`; None when that cannot be told."""
        since = Position.parse(last_seq) if last_seq is not None else None
        if since is None or since > until:
            return None
        async with feed.catching_up:
            events = feed.ring.since(since)
            if events is None and await self._read_older(feed, powers.workspace_id, since):
                events = feed.ring.since(since)
        if events is None:
            return None
        heard = [one for one in events if one.position <= until and may_hear(powers, one)]
        rows = await self._rows_of_missed(feed, powers, heard)
        return None if rows is None else tell(heard, rows)

    async def _read_older(self, feed: Feed, workspace_id: int, since: Position) -> bool:
        """Put what happened before all that is kept into the ring; False when there is too much."""
        floor = feed.ring.floor
        async with self._database.connection("atum_desk_worker") as connection:
            changes = await read_changes(connection, since, MOST_MISSED + 1)
        older = [one for one in changes if one.position <= floor]
        if len(older) > MOST_MISSED:
            return False
        ours = [one for one in older if one.workspace_id == workspace_id]
        events = await self._reader.read_events(ours)
        if feed.ring.floor != floor:
            return False
        feed.ring.add_older(events, since)
        return True

    async def _rows_of_missed(self, feed: Feed, powers: Powers, events: list[Event]) -> dict[int, TicketNow] | None:
        """Return the rows of the tickets that events concern; None when those are too many to read."""
        if powers.audience != "staff":
            return {}
        wanted = {event.ticket_id for event in events if event.ticket_id is not None}
        rows = feed.ring.rows_of(wanted)
        unknown = list(wanted - rows.keys())
        if len(unknown) > MOST_ROWS_MISSED:
            return None
        return rows | (await self._reader.read_rows_for(powers, unknown) if unknown else {})

    async def _current_powers(self, actor: Actor) -> Powers | None:
        """Read what a session may hear, again if that may have changed while it was read."""
        while True:
            generation = self._powers_generation
            found = await self._reader.read_powers(actor.workspace_id, [actor.session_id])
            if generation == self._powers_generation:
                return found.get(actor.session_id)

    async def _recheck(self, workspace_id: int) -> None:
        """Read anew what the clients of a workspace may hear; close those whose session ended."""
        while asked := {client.powers.session_id for client in self._clients.of(workspace_id)}:
            generation = self._powers_generation
            powers = await self._reader.read_powers(workspace_id, list(asked))
            # Newer ones may have come by another way meanwhile.
            if generation == self._powers_generation:
                self._give_powers(workspace_id, asked, powers)
                return

    def _give_powers(self, workspace_id: int, asked: set[int], powers: dict[int, Powers]) -> None:
        """Give the clients whose powers were asked for what was found; close those without any."""
        for client in self._clients.of(workspace_id):
            session_id = client.powers.session_id
            now = powers.get(session_id)
            if now is None and session_id in asked:
                self._close_soon(client)
            elif now is not None and now != client.powers:
                sees_otherwise = now.hearing != client.powers.hearing
                self._clients.give_powers(client, now)
                self._presence.recheck(client)
                # No frame tells of each row that came into sight or left it.
                if sees_otherwise:
                    _pass_to([client], RESYNC)

    def _close_soon(self, client: LiveClient) -> None:
        """Say goodbye to a client, which hears nothing more from this moment on."""
        self.leave(client)
        task = asyncio.create_task(client.close(SIGNED_OUT, "not signed in"))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _recheck_everybody(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            for workspace_id in self._clients.workspaces():
                await _patiently(self._recheck, workspace_id)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            silent_since = time.monotonic() - SILENCE_SECONDS
            everybody = self._clients.everybody()
            for client in everybody:
                if client.heard_at < silent_since:
                    client.drop()
            send([client for client in everybody if client.backlog is None], PING)


def _pass_to(clients: list[LiveClient], frame: bytes) -> None:
    """Send a frame to clients, or put it behind what they are being told."""
    send([client for client in clients if client.backlog is None], frame)
    for client in clients:
        if client.backlog is not None:
            client.keep_for_later(frame)


async def _patiently(read: Callable[P, Awaitable[T]], *given: P.args, **named: P.kwargs) -> T:
    """Read until the database answers: what it would say must not be passed over."""
    while True:
        try:
            return await read(*given, **named)
        except Unavailable as error:
            log.warning("live_read_failed", error=str(error))
            await asyncio.sleep(RETRY_SECONDS)
