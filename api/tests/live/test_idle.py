"""A live process reads for its own clients: nothing of workspaces and teams that nobody here listens to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.kernel.ledger.tail import LedgerChange
from atum_desk.live.hub import Hub
from atum_desk.live.presence import Presence
from atum_desk.live.read_changes import Reader
from atum_desk.tickets.list_row import TicketFacts, list_facts
from factories import Given
from live_process import rename
from waiting import in_time, until


class FakeSocket:
    """What the hub needs of a connection; it keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.protocol = SimpleNamespace(state=State.OPEN)
        self.transport = SimpleNamespace(write=self.sent.append, get_write_buffer_size=lambda: 0)

    async def send(self, frame: bytes, **_options: Any) -> None:
        self.sent.append(frame)


class Watched:
    """A hub in this process and what it reads."""

    def __init__(self, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
        self.given = given
        self.gathered: list[int] = []
        self.asked_teams: list[list[int]] = []
        real = Reader.gather

        async def gather(reader: Reader, changes: list[LedgerChange], *rest: Any) -> Any:
            self.gathered += [one.id for one in changes]
            return await real(reader, changes, *rest)

        async def read_rows(
            transaction: ReadTransaction, tickets: list[int], teams: list[int]
        ) -> dict[int, TicketFacts]:
            self.asked_teams.append(teams)
            return await list_facts(transaction, tickets, teams)

        monkeypatch.setattr(Reader, "gather", gather)
        self.hub = Hub(given.database, Presence("test"), read_rows)

    async def listen(self, who: Any, last_seq: str | None = None) -> tuple[Any, FakeSocket]:
        socket = FakeSocket()
        client = await self.hub.join(cast(ServerConnection, socket), who.actor, last_seq)
        assert client
        return client, socket

    async def everything_is_passed(self) -> None:
        async with self.given.database.reading(self.given.system) as transaction:
            newest = await transaction.fetchval("select max(id) from changes")
        await until(lambda: self.hub.position is not None and self.hub.position.id >= newest, 30)


@pytest.fixture
async def watched(given: Given, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watched]:
    made = Watched(given, monkeypatch)
    running = asyncio.create_task(made.hub.run())
    try:
        await in_time(made.hub.started.wait(), 30)
        yield made
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_without_a_client_nothing_is_read_and_nothing_is_lost(given: Given, watched: Watched) -> None:
    agent, ticket = await given.staff(), await given.ticket()
    await watched.everything_is_passed()
    assert watched.gathered == []
    client, socket = await watched.listen(agent)
    await rename(given, ticket.id, "Heard")
    await until(lambda: any(b"Heard" in frame for frame in socket.sent), 30)
    read = len(watched.gathered)
    assert read
    seq = str(watched.hub.position)
    watched.hub.leave(client)
    await rename(given, ticket.id, "While nobody listened")
    await watched.everything_is_passed()
    assert len(watched.gathered) == read
    _, again = await watched.listen(agent, seq)
    assert b'"resumed":true' in again.sent[0]
    assert b"While nobody listened" in again.sent[1]


async def test_rows_are_read_of_the_teams_that_somebody_here_sees(given: Given, watched: Watched) -> None:
    sales, billing = await given.team(), await given.team()
    agent = await given.staff(teams=(sales,), sees_all_teams=False)
    theirs = await given.ticket(team_id=billing)
    contact_id = await given.contact()
    mine = await given.ticket(team_id=sales, requester_id=contact_id)
    await watched.everything_is_passed()
    contact = await watched.listen(await given.sign_in(contact_id, "contact"))
    await watched.everything_is_passed()
    await rename(given, mine.id, "For contacts without a row", public=True)
    await until(lambda: any(b'"changes"' in frame for frame in contact[1].sent), 30)
    assert watched.asked_teams == []
    _, socket = await watched.listen(agent)
    await rename(given, theirs.id, "Not here")
    await rename(given, mine.id, "Here")
    await until(lambda: any(b"Here" in frame for frame in socket.sent), 30)
    assert {team for teams in watched.asked_teams for team in teams} == {sales}
    assert not any(b"Not here" in frame for frame in socket.sent)


async def test_who_comes_while_changes_are_read_hears_of_them_with_their_rows(
    given: Given, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a browser a change without its row means that the ticket is out of sight."""
    sales, billing = await given.team(), await given.team()
    first = await given.staff(teams=(sales,), sees_all_teams=False)
    second = await given.staff(teams=(billing,), sees_all_teams=False)
    ticket = await given.ticket(team_id=billing)
    reads, may_go_on, real = asyncio.Event(), asyncio.Event(), Reader.gather

    async def gather(reader: Reader, *rest: Any) -> Any:
        read = await real(reader, *rest)
        reads.set()
        await may_go_on.wait()
        return read

    await watched.everything_is_passed()
    await watched.listen(first)
    await watched.everything_is_passed()
    monkeypatch.setattr(Reader, "gather", gather)
    await rename(given, ticket.id, "With its row")
    await in_time(reads.wait(), 30)
    _, socket = await watched.listen(second)
    may_go_on.set()
    await until(lambda: any(b'"changes"' in frame for frame in socket.sent), 30)
    assert any(b'"row":' in frame and b"With its row" in frame for frame in socket.sent)
