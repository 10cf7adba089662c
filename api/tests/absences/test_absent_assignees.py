"""Whoever gives a ticket to somebody who is away is told so in the answer, however they give it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from atum_desk.kernel import clock
from desk import Client, Desk


@pytest.fixture
async def ann(desk: Desk) -> int:
    """Return the id of somebody who is away, for whom Ben stands in."""
    signed_in, ben = await desk.given.staff("Ann"), await desk.given.staff("Ben")
    begun, back = clock.now() - timedelta(hours=1), clock.now() + timedelta(days=3)
    dates = {"starts_at": begun.isoformat(), "ends_at": back.isoformat(), "deputy_id": ben.id}
    assert (await desk.client(signed_in).put("/me/absence", json=dates)).status_code == 200
    return signed_in.id


def said(answer: dict[str, Any]) -> list[str]:
    return [one["code"] for one in answer.get("notices", [])]


async def agent_with_ticket(desk: Desk) -> tuple[Client, int]:
    agent = await desk.staff("Agent")
    return agent, (await desk.given.ticket()).number


async def test_an_agent_is_told_and_the_ticket_is_theirs_all_the_same(desk: Desk, ann: int) -> None:
    agent, number = await agent_with_ticket(desk)
    answer = await agent.patched(f"/tickets/{number}", {"assignee_id": ann})
    assert said(answer) == ["tickets.assignee_absent_with_deputy"]
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    assert answer["notices"][0]["text"] == f"Ann is away until {day}; Ben stands in."
    assert answer["assignee"]["id"] == ann
    # Said once, where it was done.
    assert "notices" not in await agent.got(f"/tickets/{number}")
    assert said(await agent.patched(f"/tickets/{number}", {"priority": "high"})) == []


async def test_who_is_there_is_given_tickets_without_a_word(desk: Desk) -> None:
    agent, number = await agent_with_ticket(desk)
    there = (await desk.given.staff("Cem")).id
    assert "notices" not in await agent.patched(f"/tickets/{number}", {"assignee_id": there})


async def test_a_new_ticket_says_it_in_the_answer_that_opens_it(desk: Desk, ann: int) -> None:
    agent = await desk.staff("Agent")
    new = {"subject": "Printer", "text": "It is broken", "requester": {"name": "Eva", "email": "eva@example.org"}}
    opened = await agent.posted("/tickets", {**new, "assignee_id": ann})
    assert said(opened) == ["tickets.assignee_absent_with_deputy"]
    assert opened["assignee"]["id"] == ann
    assert "notices" not in await agent.got(f"/tickets/{opened['number']}")
    there = (await desk.given.staff("Cem")).id
    assert "notices" not in await agent.posted("/tickets", {**new, "assignee_id": there})
    assert "notices" not in await agent.posted("/tickets", new)


async def test_many_tickets_say_it_once(desk: Desk, ann: int) -> None:
    agent, number = await agent_with_ticket(desk)
    other = (await desk.given.ticket()).number
    answer = await agent.posted("/tickets/bulk", {"numbers": [number, other], "set": {"assignee_id": ann}}, 200)
    assert answer["updated"] == [number, other]
    assert said(answer) == ["tickets.assignee_absent_with_deputy"]
    request = {"numbers": [number], "actions": {"set": {"assignee_id": ann}}}
    assert said(await agent.posted("/bulk/preview", request, 200)) == ["tickets.assignee_absent_with_deputy"]
    assert said(await agent.posted("/bulk", request, 202)) == ["tickets.assignee_absent_with_deputy"]


async def test_a_macro_says_it_with_and_without_a_message(desk: Desk, ann: int) -> None:
    agent, number = await agent_with_ticket(desk)
    assign = {"do": "assign", "to": "person", "id": ann}
    macro = await agent.posted("/macros", {"name": "To Ann", "actions": [assign], "scope": "personal"})
    applied = await agent.posted(f"/tickets/{number}/macros/{macro['id']}", {}, 200)
    assert said(applied["ticket"]) == ["tickets.assignee_absent_with_deputy"]
    other = (await desk.given.ticket()).number
    note = {"kind": "note", "text": "Please look", "actions": [assign]}
    added = await agent.posted(f"/tickets/{other}/messages", note)
    assert said(added["ticket"]) == ["tickets.assignee_absent_with_deputy"]
