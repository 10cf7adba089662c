"""Brings the ledger to the clients: one tail for all, each event to those who may hear of it."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import ParamSpec, TypeVar

import structlog
from websockets.asyncio.server import ServerConnection, broadcast

from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.db import Database
from atum_desk.kernel.ledger import BEGINNING, Change, Position, Tail, read_changes
from atum_desk.kernel.problems import Unavailable
from atum_desk.live.audience import make_events, may_hear, touches_powers
from atum_desk.live.client import SIGNED_OUT, Client
from atum_desk.live.models import PING, RESYNC, Event, Powers, ReadyFrame, encode
from atum_desk.live.presence import Presence
from atum_desk.live.queries import TouchedRow, list_powers, list_touched_rows
from atum_desk.live.ring import Ring

MOST_MISSED = 2_000
PING_SECONDS = 25.0
SILENCE_SECONDS = 60.0
RECHECK_SECONDS = 60.0
RETRY_SECONDS = 0.5

log = structlog.get_logger()
T = TypeVar("T")
P = ParamSpec("P")


class Hub:
    """All clients of this process and what they are told."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._clients: defaultdict[int, set[Client]] = defaultdict(set)
        self._presence = presence
        self._closing: set[asyncio.Task[None]] = set()
        self._ring = Ring(BEGINNING)
        self.tail = Tail(database)
        self.position: Position | None = None
        self.started = asyncio.Event()
        # Grows whenever powers may have changed, so that whoever is reading them reads again.
        self._powers_generation = 0

    @property
    def client_count(self) -> int:
        """How many clients are connected."""
        return sum(len(clients) for clients in self._clients.values())

    async def run(self) -> None:
        """Follow the ledger, ping, and look again at who may hear what, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow())
            group.create_task(self._ping())
            group.create_task(self._recheck_everybody())

    async def join(
        self, connection: ServerConnection, actor: Actor, last_seq: str | None
    ) -> Client | None:
        """Add a client and tell it what it missed since `last_seq`; None when its session ended."""
        powers = await self._current_powers(actor)
        if powers is None:
            return None
        assert self.position is not None
        here = self.position
        client = Client(connection, powers)
        # From here on what is committed lands in the client's backlog.
        self._clients[powers.workspace_id].add(client)
        try:
            missed = await self._find_missed(powers.workspace_id, last_seq, here)
            frames = [encode(ReadyFrame(seq=str(here), resumed=missed is not None))]
            if last_seq is not None and missed is None:
                frames.append(RESYNC)
            frames += [_frame_for(powers, one) for one in missed or () if may_hear(powers, one)]
            await client.catch_up(frames)
        except BaseException:
            self.leave(client)
            raise
        return client

    def leave(self, client: Client) -> None:
        """Forget a client whose connection ended."""
        clients = self._clients[client.powers.workspace_id]
        clients.discard(client)
        if not clients:
            del self._clients[client.powers.workspace_id]
        self._presence.leave(client)

    async def _follow(self) -> None:
        async for changes in self.tail.batches():
            if not changes:
                self.position = self.tail.position
                assert self.position is not None
                self._ring = Ring(self.position)
                self.started.set()
                continue
            touched = await _patiently(self._read_touched, changes)
            for workspace_id in {
                change.workspace_id
                for change in changes
                if touches_powers(change, touched[change.id])
            }:
                self._powers_generation += 1
                await _patiently(self._recheck, workspace_id)
            for change in changes:
                for event in make_events(change, touched[change.id]):
                    self._ring.add(event)
                    self._tell(event)
            self.position = changes[-1].position

    def _tell(self, event: Event) -> None:
        """Send an event to those who may hear of it."""
        staff, contacts = [], []
        for client in self._clients.get(event.workspace_id, ()):
            if not may_hear(client.powers, event):
                continue
            if client.backlog is not None:
                client.keep_for_later(_frame_for(client.powers, event))
            elif client.powers.audience == "staff":
                staff.append(client)
            else:
                contacts.append(client)
        _send(staff, event.staff_frame)
        if event.contact_frame:
            _send(contacts, event.contact_frame)
        if event.number and event.team_id:
            self._presence.move_ticket(event.workspace_id, event.number, event.team_id)

    async def _read_touched(self, changes: list[Change]) -> dict[int, list[TouchedRow]]:
        """Return what each change wrote: one query per workspace."""
        touched: defaultdict[int, list[TouchedRow]] = defaultdict(list)
        by_workspace: defaultdict[int, list[Change]] = defaultdict(list)
        for change in changes:
            by_workspace[change.workspace_id].append(change)
        for workspace_id, some in by_workspace.items():
            async with self._database.reading(_system(workspace_id)) as view:
                for row in await list_touched_rows(view, some):
                    touched[row.change_id].append(row)
        return touched

    async def _find_missed(
        self, workspace_id: int, last_seq: str | None, until: Position
    ) -> list[Event] | None:
        """Return what happened after `last_seq`; None when that cannot be told."""
        since = Position.parse(last_seq) if last_seq is not None else None
        if since is None or since > until:
            return None
        missed = self._ring.since(since)
        if missed is None:
            return await self._read_missed(workspace_id, since, until)
        return missed

    async def _read_missed(
        self, workspace_id: int, since: Position, until: Position
    ) -> list[Event] | None:
        """Return events older than the ring from the ledger, or None when there are too many."""
        async with self._database.connection("atum_desk_worker") as connection:
            changes = await read_changes(connection, since, MOST_MISSED + 1)
        if len(changes) > MOST_MISSED:
            return None
        ours = [
            one for one in changes if one.workspace_id == workspace_id and one.position <= until
        ]
        touched = await self._read_touched(ours)
        return [event for change in ours for event in make_events(change, touched[change.id])]

    async def _current_powers(self, actor: Actor) -> Powers | None:
        """Read what a session may hear, again if that may have changed while it was read."""
        while True:
            generation = self._powers_generation
            found = await self._powers_of(actor.workspace_id, [actor.session_id])
            if generation == self._powers_generation:
                return found.get(actor.session_id)

    async def _powers_of(self, workspace_id: int, session_ids: list[int]) -> dict[int, Powers]:
        async with self._database.reading(_system(workspace_id)) as view:
            return {one.session_id: one for one in await list_powers(view, session_ids)}

    async def _recheck(self, workspace_id: int) -> None:
        """Read anew what the clients of a workspace may hear; close those whose session ended."""
        clients = list(self._clients.get(workspace_id, ()))
        if not clients:
            return
        powers = await self._powers_of(
            workspace_id, list({client.powers.session_id for client in clients})
        )
        for client in clients:
            now = powers.get(client.powers.session_id)
            if now is None:
                self._close_soon(client)
            elif now != client.powers:
                client.powers = now
                self._presence.recheck(client)

    def _close_soon(self, client: Client) -> None:
        """Say goodbye to a client, which hears nothing more from this moment on."""
        self.leave(client)
        task = asyncio.create_task(client.close(SIGNED_OUT, "not signed in"))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _recheck_everybody(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            for workspace_id in list(self._clients):
                await _patiently(self._recheck, workspace_id)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            silent_since = time.monotonic() - SILENCE_SECONDS
            everybody = [client for clients in self._clients.values() for client in clients]
            for client in everybody:
                if client.heard_at < silent_since:
                    client.drop()
            _send([client for client in everybody if client.backlog is None], PING)


async def _patiently(read: Callable[P, Awaitable[T]], *given: P.args, **named: P.kwargs) -> T:
    """Read until the database answers: what it would say must not be passed over."""
    while True:
        try:
            return await read(*given, **named)
        except Unavailable as error:
            log.warning("live_read_failed", error=str(error))
            await asyncio.sleep(RETRY_SECONDS)


def _send(clients: Iterable[Client], frame: bytes) -> None:
    clients = list(clients)
    broadcast([client.connection for client in clients], frame, text=True)
    for client in clients:
        client.drop_if_slow()


def _frame_for(powers: Powers, event: Event) -> bytes:
    if powers.audience == "staff":
        return event.staff_frame
    assert event.contact_frame is not None
    return event.contact_frame


def _system(workspace_id: int) -> SystemActor:
    return SystemActor(workspace_id=workspace_id, via="job")
