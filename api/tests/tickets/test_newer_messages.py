"""A reply says what its author has seen, and is refused when somebody else wrote in between."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from desk import Client, Desk
from factories import MadeTicket


@pytest.fixture
async def agent(shared_desk: Desk) -> Client:
    return await shared_desk.staff("Agent", name="Ada")


@pytest.fixture
async def colleague(shared_desk: Desk) -> Client:
    return await shared_desk.staff("Agent", name="Kim")


@pytest.fixture
async def ticket(shared_desk: Desk) -> MadeTicket:
    return await shared_desk.given.ticket()


async def write(client: Client, ticket: MadeTicket, **body: Any) -> httpx.Response:
    given = {"kind": "reply", "text": "Try again.", **body}
    key = given.pop("key", None)
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(f"/tickets/{ticket.number}/messages", json=given, headers=headers)


async def newest(client: Client, ticket: MadeTicket) -> int:
    thread = (await client.got(f"/tickets/{ticket.number}"))["thread"]
    return max(item["id"] for item in thread if item["type"] == "message")


@pytest.mark.parametrize("kind", ["reply", "note"])
async def test_what_a_colleague_wrote_meanwhile_is_told_and_then_it_can_be_sent_anyway(
    shared_desk: Desk, agent: Client, colleague: Client, ticket: MadeTicket, kind: str
) -> None:
    seen = await newest(agent, ticket)
    theirs = (await write(colleague, ticket, kind=kind, text="I have it.")).json()["message"]["id"]
    refused = await write(agent, ticket, seen_message_id=seen)
    assert refused.status_code == 409
    problem = refused.json()
    assert (problem["code"], problem["newest_message_id"]) == ("newer_messages", theirs)
    assert problem["detail"].startswith("Kim wrote in the meantime.")
    count = "select message_count from tickets where id = $1"
    assert await shared_desk.value(count, ticket.id) == 2
    sent = await write(agent, ticket, seen_message_id=problem["newest_message_id"])
    assert sent.status_code == 201


async def test_who_says_nothing_or_has_seen_all_is_not_asked(
    agent: Client, colleague: Client, ticket: MadeTicket
) -> None:
    await write(colleague, ticket)
    assert (await write(agent, ticket)).status_code == 201
    assert (await write(agent, ticket, seen_message_id=await newest(agent, ticket))).status_code == 201


async def test_ones_own_messages_are_known(agent: Client, ticket: MadeTicket) -> None:
    seen = await newest(agent, ticket)
    await write(agent, ticket, text="One.")
    assert (await write(agent, ticket, text="Two.", seen_message_id=seen)).status_code == 201


async def test_a_reply_that_was_taken_back_stands_in_nobodys_way(
    agent: Client, colleague: Client, ticket: MadeTicket
) -> None:
    seen = await newest(agent, ticket)
    change_id = (await write(colleague, ticket)).json()["change_id"]
    await colleague.posted(f"/changes/{change_id}/undo", status=200)
    assert (await write(agent, ticket, seen_message_id=seen)).status_code == 201


async def test_of_two_who_send_in_the_same_moment_one_is_asked(
    agent: Client, colleague: Client, ticket: MadeTicket
) -> None:
    seen = await newest(agent, ticket)
    both = await asyncio.gather(
        write(agent, ticket, seen_message_id=seen), write(colleague, ticket, seen_message_id=seen)
    )
    assert sorted(answer.status_code for answer in both) == [201, 409]


async def test_the_same_request_again_answers_the_same_and_sends_nothing_twice(
    shared_desk: Desk, agent: Client, colleague: Client, ticket: MadeTicket
) -> None:
    seen = await newest(agent, ticket)
    first = await write(agent, ticket, seen_message_id=seen, key="sent-once")
    await write(colleague, ticket, text="Meanwhile.")
    again = await write(agent, ticket, seen_message_id=seen, key="sent-once")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    count = "select message_count from tickets where id = $1"
    assert await shared_desk.value(count, ticket.id) == 3


async def test_a_refused_request_does_not_use_up_its_key(agent: Client, colleague: Client, ticket: MadeTicket) -> None:
    seen = await newest(agent, ticket)
    await write(colleague, ticket)
    assert (await write(agent, ticket, seen_message_id=seen, key="refused")).status_code == 409
    seen = await newest(agent, ticket)
    assert (await write(agent, ticket, seen_message_id=seen, key="refused")).status_code == 201


@pytest.mark.parametrize("seen", [-1, "x", 1.5])
async def test_what_is_no_message_id_is_refused(agent: Client, ticket: MadeTicket, seen: Any) -> None:
    assert (await write(agent, ticket, seen_message_id=seen)).status_code in (400, 422)
