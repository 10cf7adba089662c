"""What follows a reply: whom it assigns as the ticket's team has it, undone with it, and where its author goes."""

from __future__ import annotations

from typing import Any

import pytest

from desk import Client, Desk
from factories import MadeTicket


async def set_way(desk: Desk, ticket: MadeTicket, way: str) -> None:
    administrator = await desk.administrator()
    team_id = await desk.value("select team_id from tickets where id = $1", ticket.id)
    answer = await administrator.patched(f"/teams/{team_id}", {"reply_assigns": way})
    assert answer["reply_assigns"] == way


async def replied(client: Client, ticket: MadeTicket, **more: Any) -> dict[str, Any]:
    return await client.posted(f"/tickets/{ticket.number}/messages", {"kind": "reply", "text": "Hello", **more})


async def assignee(desk: Desk, ticket: MadeTicket) -> int | None:
    return await desk.value("select assignee_id from tickets where id = $1", ticket.id)


@pytest.mark.parametrize(
    ("way", "asked", "assigns"),
    [
        ("always", None, True),
        ("always", False, False),
        ("ask", None, False),
        ("ask", True, True),
        ("never", None, False),
        ("never", True, True),
    ],
)
async def test_a_reply_assigns_its_author_as_the_team_has_it_unless_they_say(
    desk: Desk, way: str, asked: bool | None, assigns: bool
) -> None:
    agent, ticket = await desk.staff(), await desk.given.ticket()
    me = (await agent.got("/me"))["person"]["id"]
    await set_way(desk, ticket, way)
    added = await replied(agent, ticket, assign_me=asked)
    assert await assignee(desk, ticket) == (me if assigns else None)
    shown = added["ticket"]["assignee"]
    assert (shown["id"] if shown else None) == (me if assigns else None)


async def test_one_undo_takes_back_the_reply_and_the_assignment_and_redo_brings_both(desk: Desk) -> None:
    agent, ticket = await desk.staff(), await desk.given.ticket()
    await set_way(desk, ticket, "always")
    added = await replied(agent, ticket, status="waiting")
    before = await desk.value("select count(*) from messages where ticket_id = $1", ticket.id)
    undone = await agent.posted(f"/changes/{added['change_id']}/undo", status=200)
    assert await assignee(desk, ticket) is None
    assert await desk.value("select count(*) from messages where ticket_id = $1", ticket.id) == before - 1
    await agent.posted(f"/changes/{undone['change_id']}/undo", status=200)
    assert await assignee(desk, ticket) == (await agent.got("/me"))["person"]["id"]


async def test_whoever_has_a_ticket_keeps_it_and_a_note_assigns_nobody(desk: Desk) -> None:
    agent, colleague, ticket = await desk.staff(), await desk.staff(), await desk.given.ticket()
    await set_way(desk, ticket, "always")
    note = await agent.posted(f"/tickets/{ticket.number}/messages", {"kind": "note", "text": "Mind the gap"})
    assert note["ticket"]["assignee"] is None
    await replied(agent, ticket)
    await replied(colleague, ticket)
    assert await assignee(desk, ticket) == (await agent.got("/me"))["person"]["id"]
    refused = await agent.post(
        f"/tickets/{ticket.number}/messages", json={"kind": "note", "text": "Mine", "assign_me": True}
    )
    assert refused.status_code == 422, refused.text


async def test_what_the_team_has_asks_nothing_of_who_may_not_assign_and_a_wish_names_the_permission(desk: Desk) -> None:
    administrator, ticket = await desk.administrator(), await desk.given.ticket()
    await set_way(desk, ticket, "always")
    me = (await administrator.got("/me"))["person"]["id"]
    scopes = ("ticket:read", "ticket:reply")
    client = desk.bearer(await desk.token(me, *scopes))
    assert (await replied(client, ticket))["ticket"]["assignee"] is None
    refused = await client.post(
        f"/tickets/{ticket.number}/messages", json={"kind": "reply", "text": "Mine", "assign_me": True}
    )
    assert (refused.status_code, refused.json()["permission"]) == (403, "ticket:assign")


async def test_where_one_goes_after_a_reply_is_ones_own_choice(desk: Desk) -> None:
    agent, colleague = await desk.staff(), await desk.staff()
    assert (await agent.got("/me"))["settings"]["after_send"] == "stay"
    for way in ("next", "list", "stay"):
        assert (await agent.patched("/me", {"after_send": way}))["settings"]["after_send"] == way
    await agent.patched("/me", {"after_send": "next"})
    assert (await agent.patched("/me", {"undo_send_seconds": 5}))["settings"]["after_send"] == "next"
    assert (await colleague.got("/me"))["settings"]["after_send"] == "stay"
    refused = await agent.patch("/me", json={"after_send": "nowhere"})
    assert refused.status_code == 422, refused.text
