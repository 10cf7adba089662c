"""Rows in the frames of the staff: as GET /tickets gives them, and never of a ticket the hearer may not read.

The law runs over generated histories. What lies between a commit and the reading of its rows is
generated as well: tickets that change or move again, and powers that are taken or given.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import READ_ONE_MOMENT
from atum_desk.kernel.ledger.tail import LedgerChange, Position, find_end, read_changes
from atum_desk.kernel.problems import NotSignedIn
from atum_desk.live.frames import frames_for, tell
from atum_desk.live.models import Powers
from atum_desk.live.read_changes import Reader
from atum_desk.tickets.list_row import ToldFacts, list_facts
from atum_desk.tickets.queries import lists
from atum_desk.tickets.schemas import TicketFilter, TicketRow
from factories import Given, MadeTicket, SignedIn
from live_process import Clients, rename, write_message
from waiting import until

READ_TICKETS = "ticket:read"
SEEDS = range(4)
ROUNDS = 10


class World:
    """A small desk in which anything may happen, and what the live service knows of it."""

    def __init__(self, given: Given, chance: random.Random) -> None:
        self.given, self.chance = given, chance
        self.reader = Reader(given.database, list_facts)
        self.people: list[SignedIn] = []
        self.teams: list[int] = []
        self.tickets: list[MadeTicket] = []
        self.known: dict[int, Powers] = {}
        self.field_id = 0

    async def fill(self) -> None:
        given, chance = self.given, self.chance
        self.teams = [await given.team() for _ in range(3)]
        for number in range(5):
            teams = tuple(chance.sample(self.teams, chance.randint(0, 2)))
            self.people.append(await given.staff(teams=teams, sees_all_teams=number == 0))
        self.tickets = [await given.ticket(team_id=chance.choice(self.teams)) for _ in range(4)]
        contact = await given.contact()
        self.tickets.append(await given.ticket(team_id=self.teams[0], requester_id=contact))
        self.people.append(await given.sign_in(contact, "contact"))
        async with given.database.writing(given.system, "custom_field.add") as work:
            self.field_id = await work.fetchval(
                """insert into custom_fields (workspace_id, entity, key, name, kind)
                   values ($1, 'ticket', 'hours', 'Hours', 'number') returning id""",
                given.workspace_id,
            )
        self.known = await self.reader.read_powers(given.workspace_id, [one.actor.session_id for one in self.people])

    async def end(self) -> Position:
        async with self.given.database.connection("atum_desk_worker") as connection:
            return await find_end(connection)

    async def something_happens(self) -> None:
        deed = self.chance.choice(
            [
                *(self.edit, self.fill_in, self.move, self.move, self.answer),
                *(self.swap_team, self.swap_sight, self.narrow),
            ]
        )
        await deed()

    async def edit(self) -> None:
        ticket = self.chance.choice(self.tickets)
        await rename(self.given, ticket.id, f"Words {self.chance.random()}", public=True)

    async def fill_in(self) -> None:
        """Give a ticket another value of the custom field."""
        async with self.given.database.writing(self.given.system, "ticket.edit") as work:
            work.ticket_id = self.chance.choice(self.tickets).id
            await work.execute(
                """insert into ticket_field_values (workspace_id, ticket_id, field_id, number_value)
                   values ($1, $2, $3, $4) on conflict (id) do update set number_value = excluded.number_value""",
                self.given.workspace_id,
                work.ticket_id,
                self.field_id,
                self.chance.randint(1, 10**6),
            )

    async def answer(self) -> None:
        kind = self.chance.choice(["reply", "note"])
        await write_message(self.given, self.chance.choice(self.tickets).id, kind, public=True)

    async def move(self) -> None:
        async with self.given.database.writing(self.given.system, "ticket.move") as work:
            work.ticket_id = self.chance.choice(self.tickets).id
            await work.execute(
                "update tickets set team_id = $2 where id = $1", work.ticket_id, self.chance.choice(self.teams)
            )

    async def swap_team(self) -> None:
        """Take somebody off a team they are on, or put them onto it."""
        person, team = self.chance.choice(self.people[:-1]), self.chance.choice(self.teams)
        async with self.given.database.writing(self.given.system, "team.update") as work:
            gone = await work.fetchval(
                "delete from team_members where person_id = $1 and team_id = $2 returning id", person.id, team
            )
            if gone is None:
                await work.execute(
                    "insert into team_members (workspace_id, team_id, person_id) values ($1, $2, $3)",
                    self.given.workspace_id,
                    team,
                    person.id,
                )

    async def swap_sight(self) -> None:
        async with self.given.database.writing(self.given.system, "person.update") as work:
            await work.execute(
                "update people set sees_all_teams = not sees_all_teams where id = $1",
                self.chance.choice(self.people[:-1]).id,
            )

    async def narrow(self) -> None:
        """Let a session read tickets no more, or again."""
        async with self.given.database.writing(self.given.system, "token.narrow") as work:
            await work.execute(
                "update sessions set scopes = case when scopes is null then '{ticket:note}'::text[] end where person_id = $1",
                self.chance.choice(self.people[:-1]).id,
            )
            work.summary = {"person_id": 0}

    async def changes_after(self, position: Position, count: int) -> list[LedgerChange]:
        """Return so many changes after a position, once they can be read."""
        found: list[LedgerChange] = []

        async def are_read() -> bool:
            async with self.given.database.connection("atum_desk_worker") as connection:
                found[:] = await read_changes(connection, position)
            return len(found) == count

        await until(are_read, 30)
        return found


async def reads(given: Given, actor: Actor) -> dict[int, TicketRow]:
    """Return what a member of the staff may read in lists now, by number."""
    try:
        async with given.database.reading(actor) as transaction:
            fresh = transaction.actor
    except NotSignedIn:
        return {}
    assert isinstance(fresh, Actor)
    if not fresh.may(READ_TICKETS):
        return {}
    page = await lists.read_tickets(given.database, fresh, TicketFilter(view="all", fields=["hours"]), None, 50)
    return {row.number: row for row in page.items}


def rows_in(frames: list[bytes]) -> dict[int, dict[str, Any]]:
    changes = [one for frame in frames for one in msgspec.json.decode(frame)["changes"]]
    with_row = [one for one in changes if "row" in one]
    assert len({one["ticket"] for one in with_row}) == len(with_row)
    return {one["ticket"]: one["row"] for one in with_row}


def without_what_differs_by_reader(row: TicketRow) -> dict[str, Any]:
    shown = msgspec.json.decode(msgspec.json.encode(row))
    del shown["unread"]
    return shown


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_row_reaches_those_who_may_read_the_ticket_and_nobody_else(given: Given, seed: int) -> None:
    world = World(given, random.Random(seed))
    await world.fill()
    sent = kept_back = 0
    for _ in range(ROUNDS):
        since = await world.end()
        told_of = world.chance.randint(1, 3)
        for _ in range(told_of):
            await world.something_happens()
        changes = await world.changes_after(since, told_of)
        # What is committed before the rows are read and told only later.
        for _ in range(world.chance.randint(0, 2)):
            await world.something_happens()
        seen = {
            team for powers in world.known.values() if READ_TICKETS in powers.permissions for team in powers.team_ids
        }
        gathering = await world.reader.gather(changes, seen, list(world.known))
        if gathering.powers is not None:
            world.known = gathering.powers
        told = tell(gathering.events, gathering.rows)
        concerned = {one.event.number for one in told if one.event.ticket_id}
        for person in world.people:
            rows = rows_in(frames_for(world.known[person.actor.session_id], told))
            readable = {} if person.actor.audience == "contact" else await reads(given, person.actor)
            assert rows.keys() <= readable.keys(), person.actor.name
            for number, row in rows.items():
                assert row == without_what_differs_by_reader(readable[number])
            sent += len(rows)
            kept_back += len(concerned - readable.keys())
    assert sent > 3
    assert kept_back > 3


async def test_who_may_read_a_ticket_gets_its_row_with_its_last_change(given: Given) -> None:
    """A frame without a row takes the ticket off a list, so it must not be missing either."""
    world = World(given, random.Random(1))
    await world.fill()
    since = await world.end()
    for _ in range(12):
        await world.chance.choice([world.edit, world.move, world.answer])()
    changes = await world.changes_after(since, 12)
    gathering = await world.reader.gather(changes, set(world.teams), list(world.known))
    told = tell(gathering.events, gathering.rows)
    concerned = {one.event.number for one in told}
    for person in world.people[:-1]:
        rows = rows_in(frames_for(world.known[person.actor.session_id], told))
        readable = await reads(given, person.actor)
        assert rows.keys() == concerned & readable.keys()


async def test_powers_taken_after_a_commit_count_for_its_row(given: Given) -> None:
    """The row is newer than the change: what was written after somebody left is not theirs to read."""
    team = await given.team()
    agent = await given.staff(teams=(team,), sees_all_teams=False)
    ticket = await given.ticket(team_id=team)
    world = World(given, random.Random(0))
    known = await world.reader.read_powers(given.workspace_id, [agent.actor.session_id])
    since = await world.end()
    await rename(given, ticket.id, "Before")
    changes = await world.changes_after(since, 1)
    async with given.database.writing(given.system, "team.update") as work:
        await work.execute("delete from team_members where person_id = $1", agent.id)
    await rename(given, ticket.id, "Not for who left")
    gathering = await world.reader.gather(changes, {team}, list(known))
    assert gathering.powers is not None
    powers = gathering.powers[agent.actor.session_id]
    assert rows_in(frames_for(powers, tell(gathering.events, gathering.rows))) == {}


async def test_rows_and_powers_are_of_one_moment(given: Given) -> None:
    """Also when both change between the reading of the one and of the other."""
    team = await given.team()
    agent = await given.staff(teams=(team,), sees_all_teams=False)
    ticket = await given.ticket(team_id=team)
    world = World(given, random.Random(0))
    known = await world.reader.read_powers(given.workspace_id, [agent.actor.session_id])
    since = await world.end()
    await rename(given, ticket.id, "Before")
    changes = await world.changes_after(since, 1)

    async def read_late(*given_: Any) -> dict[int, ToldFacts]:
        async with given.database.writing(given.system, "team.update") as work:
            await work.execute("delete from team_members where person_id = $1", agent.id)
        await rename(given, ticket.id, "Not for who left")
        return await list_facts(*given_)

    gathering = await Reader(given.database, read_late).gather(changes, {team}, list(known))
    assert b"Before" in gathering.rows[ticket.id].encoded
    assert gathering.powers is None


def test_a_row_is_what_a_list_shows_without_what_differs_by_reader() -> None:
    fields = {field.name for field in msgspec.structs.fields(TicketRow)}
    assert {field.name for field in msgspec.structs.fields(ToldFacts)} == fields - {"unread", "match", "starred"}


async def test_the_database_says_that_rows_are_read_at_one_moment(given: Given) -> None:
    async with given.database.reading(given.system, READ_ONE_MOMENT) as transaction:
        assert await transaction.fetchval("show transaction_isolation") == "repeatable read"
        assert await transaction.fetchval("show transaction_read_only") == "on"


async def test_the_staff_hear_with_a_row_and_contacts_without(given: Given, clients: Clients) -> None:
    requester_id = await given.contact()
    ticket = await given.ticket(requester_id=requester_id)
    agent = await given.staff()
    listener = await clients.listen(agent)
    contact = await clients.listen(await given.sign_in(requester_id, "contact"))
    await write_message(given, ticket.id, "reply", public=True)
    change = await listener.change()
    [row] = (await reads(given, agent.actor)).values()
    assert change["row"] == without_what_differs_by_reader(row)
    heard = await contact.change()
    assert (heard["ticket"], "row" in heard) == (ticket.number, False)


async def test_a_ticket_that_leaves_ones_sight_is_told_without_its_row(given: Given, clients: Clients) -> None:
    sales, billing = await given.team(), await given.team()
    agent = await given.staff(teams=(sales,), sees_all_teams=False)
    ticket = await given.ticket(team_id=sales)
    listener = await clients.listen(agent)
    await rename(given, ticket.id, "Mine")
    assert (await listener.change())["row"]["subject"] == "Mine"
    async with given.database.writing(given.system, "ticket.move") as work:
        await work.execute("update tickets set team_id = $2, subject = 'Theirs' where id = $1", ticket.id, billing)
        work.ticket_id = ticket.id
    moved = await listener.change()
    assert (moved["command"], "row" in moved) == ("ticket.move", False)


@pytest.mark.parametrize("somebody_stayed", [True, False])
async def test_who_comes_back_gets_the_rows_of_what_they_missed_as_they_stand_now(
    given: Given, clients: Clients, somebody_stayed: bool
) -> None:
    """From memory, or from the ledger when nobody was connected meanwhile."""
    sales, billing = await given.team(), await given.team()
    agent = await given.staff(teams=(sales,), sees_all_teams=False)
    kept, moved = await given.ticket(team_id=sales), await given.ticket(team_id=sales)
    if somebody_stayed:
        await clients.listen(await given.staff())
    listener = await clients.listen(agent)
    await rename(given, kept.id, "Heard")
    heard = await listener.change()
    await listener.socket.close()
    await rename(given, moved.id, "Was mine")
    for subject in ("First", "Second"):
        await rename(given, kept.id, subject)
    async with given.database.writing(given.system, "ticket.move") as work:
        await work.execute("update tickets set team_id = $2 where id = $1", moved.id, billing)
        work.ticket_id = moved.id
    again = await clients.listen(agent, last_seq=heard["seq"])
    changes = await again.changes()
    # What was done to the ticket before it left is told to whom it was in sight when it was read.
    told = [one["ticket"] for one in changes if one["command"] == "ticket.edit"]
    assert told in ([kept.number] * 2, [moved.number, kept.number, kept.number])
    assert (changes[-1]["command"], changes[-1]["ticket"]) == ("ticket.move", moved.number)
    rows = [(one["ticket"], one["row"]["subject"]) for one in changes if "row" in one]
    assert rows == [(kept.number, "Second")]
