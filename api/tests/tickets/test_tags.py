"""A tag's rows are what its tickets are, whatever was done and undone."""

from __future__ import annotations

import random

import pytest

from desk import Client, Desk

TAGS = ("vpn", "printer", "rechnung", "كلمة")
OF_TICKETS = """
    select t.id, g.tag, t.workspace_id, t.team_id, t.is_open, t.number, t.priority, t.updated_at
      from tickets t cross join lateral (select distinct unnest(t.tags)) g(tag) order by 1, 2"""
KEPT = """
    select ticket_id as id, tag, workspace_id, team_id, is_open, number, priority, updated_at
      from ticket_tags order by 1, 2"""


async def change_something(desk: Desk, client: Client, source: random.Random) -> None:
    number = await desk.value("select number from tickets order by random() limit 1")
    team = await desk.value("select id from teams order by random() limit 1")
    match source.randrange(7):
        case 0:
            await client.posted(
                "/tickets",
                {
                    "subject": "x",
                    "text": "y",
                    "requester": {"email": "ann@example.org"},
                    "tags": source.sample(TAGS, source.randrange(3)),
                },
            )
        case 1:
            await client.posted(f"/tickets/{number}/messages", {"kind": "note", "text": "z"})
        case 2:
            # What was undone already, or is in another's way, is refused.
            await client.post(f"/changes/{await desk.value('select max(id) from changes')}/undo")
        case 3:
            await client.patched(f"/tickets/{number}", {"tags": source.sample(TAGS, source.randrange(4))})
        case 4:
            await client.patched(f"/tickets/{number}", {"team_id": team})
        case 5:
            await client.patched(f"/tickets/{number}", {"priority": source.choice(["low", "urgent"])})
        case 6:
            await client.patch(f"/tickets/{number}", json={"status": source.choice(["closed", "open"])})


@pytest.mark.parametrize("seed", range(3))
async def test_tags_follow_their_tickets(desk: Desk, seed: int) -> None:
    source = random.Random(seed)
    await desk.given.team("Second")
    for _ in range(4):
        await desk.given.ticket()
    client = await desk.administrator()
    for _ in range(40):
        await change_something(desk, client, source)
        assert await desk.rows(KEPT) == await desk.rows(OF_TICKETS)
    assert await desk.value("select count(*) from ticket_tags") > 0


async def test_a_tag_is_as_hidden_as_its_ticket(desk: Desk) -> None:
    second = await desk.given.team("Second")
    administrator = await desk.administrator()
    await administrator.posted(
        "/tickets",
        {"subject": "x", "text": "y", "requester": {"email": "ann@example.org"}, "tags": ["secret"], "team_id": second},
    )
    blind = await desk.given.staff(sees_all_teams=False, teams=(await desk.given.first_team(),))
    seeing = await desk.given.staff(sees_all_teams=False, teams=(second,))
    for person, seen in ((blind, 0), (seeing, 1)):
        async with desk.database.reading(person.actor) as transaction:
            assert await transaction.fetchval("select count(*) from ticket_tags") == seen
        found = await desk.client(person).got("/tickets", view="all", tag="secret")
        assert len(found["items"]) == seen
