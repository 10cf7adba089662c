"""The audience's rules against the tables' policies: whoever hears of a ticket sees it, and the other way."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import msgspec

from atum_desk.kernel.ledger.tail import BEGINNING, LedgerChange, Position, read_changes
from atum_desk.live.audience import make_events, may_hear, touches_powers
from atum_desk.live.models import Event, Powers
from atum_desk.live.queries import TouchedRow, list_powers, list_touched_rows
from atum_desk.live.recent_frames import Ring
from factories import Given, MadeTicket, SignedIn
from live_process import rename, write_message
from waiting import until


async def make_events_of(given: Given, command: str, count: int = 1) -> list[Event]:
    """Return the events of all changes with this command, once so many can be read."""
    found: list[LedgerChange] = []

    async def are_told() -> bool:
        async with given.database.connection("atum_desk_worker") as connection:
            found[:] = [one for one in await read_changes(connection, BEGINNING) if one.command == command]
        return len(found) >= count

    await until(are_told, 30)
    async with given.database.reading(given.system) as transaction:
        rows = await list_touched_rows(transaction, found)
    return [
        event for change in found for event in make_events(change, [row for row in rows if row.change_id == change.id])
    ]


async def powers_of(given: Given, people: list[SignedIn]) -> dict[int, Powers]:
    async with given.database.reading(given.system) as transaction:
        powers = await list_powers(transaction, [one.actor.session_id for one in people])
    return {one.session_id: one for one in powers}


async def make_people(given: Given, chance: random.Random) -> tuple[list[SignedIn], list[int], list[int]]:
    """Staff of some teams or of all, contacts of some organizations, a few of them managers."""
    teams = [await given.team() for _ in range(3)]
    organizations = [await given.organization() for _ in range(2)]
    staff = [
        await given.staff(teams=tuple(chance.sample(teams, chance.randint(0, 2))), sees_all_teams=one == 0)
        for one in range(5)
    ]
    contact_ids = [
        await given.contact(organization_id=chance.choice([None, *organizations]), manager=chance.random() < 0.5)
        for _ in range(6)
    ]
    contacts = [await given.sign_in(one, "contact") for one in contact_ids]
    return staff + contacts, teams, contact_ids


async def test_whoever_hears_of_a_ticket_sees_it_and_whoever_sees_it_hears(given: Given) -> None:
    chance = random.Random(2026)
    people, teams, contact_ids = await make_people(given, chance)
    tickets: list[MadeTicket] = []
    for _ in range(12):
        requester_id = chance.choice(contact_ids)
        tickets.append(
            await given.ticket(
                team_id=chance.choice(teams),
                requester_id=requester_id,
                cc_ids=tuple(chance.sample(contact_ids, chance.randint(0, 2))),
            )
        )
    links = [
        await given.sign_in(contact_ids[one], "contact", only_ticket_id=chance.choice(tickets).id) for one in range(3)
    ]
    for ticket in tickets:
        await write_message(given, ticket.id, "reply", public=True)
    events = await make_events_of(given, "ticket.reply", len(tickets))
    assert len(events) == len(tickets)
    powers = await powers_of(given, people + links)
    pairs = 0
    for person in people + links:
        async with given.database.reading(person.actor) as transaction:
            sees = {row["id"] for row in await transaction.fetch("select id from tickets")}
        hears = {event.ticket_id for event in events if may_hear(powers[person.actor.session_id], event)}
        assert hears == sees, person.actor.name
        pairs += len(sees)
    assert pairs > 20


async def test_contacts_hear_of_nothing_that_is_not_public_or_shows_them_nothing(given: Given) -> None:
    ticket = await given.ticket()
    await rename(given, ticket.id, "Inside")
    await write_message(given, ticket.id, "note", public=True)
    async with given.database.writing(given.system, "ticket.assign") as work:
        await work.execute("update tickets set priority = 4, tags = '{vip}' where id = $1", ticket.id)
        work.ticket_id, work.public = ticket.id, True
    for command in ("ticket.edit", "ticket.note", "ticket.assign"):
        (event,) = await make_events_of(given, command)
        assert event.contact_frame is None


async def test_a_token_hears_only_of_what_it_may_read(given: Given) -> None:
    agent = await given.staff()
    await given.ticket()
    async with given.database.writing(given.system, "team.rename") as work:
        await work.execute("update teams set color = '#112233'")
    (opened,) = await make_events_of(given, "ticket.open")
    (renamed,) = await make_events_of(given, "team.rename")
    (powers,) = (await powers_of(given, [agent])).values()
    heard = {
        scope: [
            may_hear(msgspec.structs.replace(powers, permissions=frozenset({scope})), event)
            for event in (opened, renamed)
        ]
        for scope in ("ticket:read", "people:read", "audit:read", "ticket:note", "contact:read")
    }
    assert heard == {
        # A team's name stands in the rows of its tickets.
        "ticket:read": [True, True],
        "people:read": [False, True],
        "audit:read": [True, True],
        "ticket:note": [False, False],
        "contact:read": [False, False],
    }


async def test_powers_are_those_of_the_role_narrowed_to_the_scopes_of_the_token(given: Given) -> None:
    agent = await given.staff()
    async with given.database.writing(given.system, "token.narrow") as work:
        await work.execute(
            "update sessions set scopes = '{ticket:note,settings:people:edit}' where person_id = $1", agent.id
        )
        work.summary = {"person_id": agent.id}
    (powers,) = (await powers_of(given, [agent])).values()
    assert powers.permissions == {"ticket:note"}
    assert not powers.sees_tickets_of(next(iter(powers.team_ids)))


async def test_another_workspace_hears_nothing(given: Given) -> None:
    agent = await given.staff()
    (powers,) = (await powers_of(given, [agent])).values()
    await given.ticket()
    (event,) = await make_events_of(given, "ticket.open")
    assert may_hear(powers, event)
    elsewhere = Powers(**{**{f: getattr(powers, f) for f in powers.__struct_fields__}, "workspace_id": 999})
    assert not may_hear(elsewhere, event)


def make_event(xid: int, number: int) -> Event:
    return Event(
        position=Position(xid, number),
        seq=f"{xid}.{number}",
        workspace_id=1,
        ticket_id=1,
        number=1,
        team_id=1,
        team_ids=frozenset({1}),
        requester_id=1,
        organization_id=None,
        cc_ids=frozenset(),
        staff_frame=b"",
        contact_frame=None,
    )


def test_the_ring_tells_what_came_after_a_place_and_admits_what_it_forgot() -> None:
    ring = Ring(Position(10, 0), length=3)
    events = [make_event(xid, 5) for xid in (11, 12, 13, 14, 15)]
    for event in events[:3]:
        ring.add(event)
    assert ring.since(Position(10, 0)) == events[:3]
    assert ring.since(Position(12, 5)) == events[2:3]
    assert ring.since(Position(13, 5)) == []
    assert ring.since(Position(9, 9)) is None
    for event in events[3:]:
        ring.add(event)
    assert ring.since(Position(11, 5)) is None
    assert ring.since(Position(12, 5)) == events[2:]


def test_a_change_of_two_tickets_leaves_no_gap_between_its_frames() -> None:
    # The place told with the first frame lies before the change, whatever else the transaction did.
    change = LedgerChange(
        xid=50,
        id=8,
        workspace_id=1,
        actor_id=None,
        via="job",
        command="ticket.bulk",
        ticket_id=None,
        public=False,
        summary={},
        undo_of=None,
        at=None,  # type: ignore[arg-type]
    )
    ring = Ring(Position(49, 0))
    ring.add(make_event(50, 7))
    ring.add(make_event(50, 8))
    assert ring.since(Position(change.xid, change.id - 1)) == [make_event(50, 8)]


def test_what_ends_a_links_sessions_makes_the_live_service_look_again() -> None:
    def told(command: str, table: str | None = None, columns: list[str] | None = None) -> bool:
        change = LedgerChange(
            xid=5,
            id=5,
            workspace_id=1,
            actor_id=None,
            via="session",
            command=command,
            ticket_id=10,
            public=True,
            summary={},
            undo_of=None,
            at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        nothing: dict[str, Any] = dict.fromkeys(TouchedRow.__struct_fields__)
        touched = TouchedRow(**nothing | {"change_id": 5, "ticket_id": 10, "table_name": table, "columns": columns})
        return touches_powers(change, [touched] if table else [])

    assert told("ticket.revoke_links")
    assert told("ticket.edit", "tickets", ["requester_id"])
    assert told("contact.edit", "addresses")
    assert not told("ticket.edit", "tickets", ["subject"])
    assert not told("ticket.edit", "tickets")
