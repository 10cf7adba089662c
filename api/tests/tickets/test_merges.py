"""A merged ticket goes on in another, and stands by itself again exactly as it was."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from atum_desk.tickets.public import NewMessage, append_message
from atum_desk.tickets.queries import merges, writes
from desk import Client, Desk
from waiting import until

# All that a merge may touch, but for what counts edits.
STATE = """
    select jsonb_build_object(
      'tickets', (select jsonb_agg(to_jsonb(t) - '{version,updated_at}'::text[] order by id) from tickets t),
      'messages', (select jsonb_agg(jsonb_build_array(id, ticket_id, text) order by id) from messages),
      'attachments', (select jsonb_agg(jsonb_build_array(id, ticket_id, message_id) order by id) from attachments),
      'outbox', (select jsonb_agg(jsonb_build_array(id, ticket_id, message_id) order by id) from outbox),
      'links', (select jsonb_agg(jsonb_build_array(ticket_id, other_id) order by id) from ticket_links),
      'participants', (select jsonb_agg(jsonb_build_array(ticket_id, person_id) order by ticket_id, person_id)
                         from participants))::text"""
COUNTED = """
    select t.number, t.message_count, count(m.id) as messages, t.last_message_at, max(m.created_at) as newest,
           max(m.created_at) filter (where m.kind = 'reply' and not m.from_staff) as asked,
           t.last_requester_message_at
      from tickets t left join messages m on m.ticket_id = t.id group by t.id order by t.id"""


async def opened(client: Client, subject: str, email: str, **more: Any) -> int:
    body = {"subject": subject, "text": f"first of {subject}", "requester": {"email": email}} | more
    return (await client.posted("/tickets", body))["number"]


async def said(client: Client, number: int, text: str, kind: str = "note") -> None:
    await client.posted(f"/tickets/{number}/messages", {"kind": kind, "text": text})


def is_near(kept: datetime | None, counted: datetime | None) -> bool:
    """A ticket's first message is written a statement after the ticket."""
    if kept is None or counted is None:
        return kept is counted
    return abs(kept - counted) < timedelta(seconds=20)


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def texts(client: Client, number: int) -> list[str]:
    thread = (await client.got(f"/tickets/{number}"))["thread"]
    return [item["text"] for item in thread if item["type"] == "message"]


async def test_what_was_said_goes_on_in_the_other_ticket_by_time(desk: Desk) -> None:
    agent = await desk.administrator()
    one = await opened(agent, "Printer", "ann@example.org")
    two = await opened(agent, "Printer again", "bob@example.org")
    await said(agent, one, "second", "reply")
    await said(agent, two, "third")
    shown = await agent.posted(f"/tickets/{two}/merge", {"into": one}, 200)
    assert shown["number"] == one
    assert await texts(agent, one) == ["first of Printer", "first of Printer again", "second", "third"]
    assert [person["email"] for person in shown["cc"]] == ["bob@example.org"]
    merged = await agent.got(f"/tickets/{two}")
    assert (merged["merged_into"], merged["status"]["category"], merged["message_count"]) == (one, "closed", 0)
    assert (await agent.got(f"/tickets/{one}/links"))["merged"] == [{"number": two, "subject": "Printer again"}]
    found = await agent.got("/tickets", view="all", q="third")
    assert [row["number"] for row in found["items"]] == [one]
    found = await agent.got("/tickets", view="all", q=f"merged_into:{one}")
    assert [row["number"] for row in found["items"]] == [two]


async def test_nobody_answers_where_nobody_reads(desk: Desk) -> None:
    agent = await desk.administrator()
    one, two = await opened(agent, "A", "ann@example.org"), await opened(agent, "B", "ann@example.org")
    three = await opened(agent, "C", "ann@example.org")
    await agent.posted(f"/tickets/{two}/merge", {"into": one}, 200)
    for kind in ("reply", "note"):
        refused(await agent.post(f"/tickets/{two}/messages", json={"kind": kind, "text": "x"}), 409, "merged_elsewhere")
    for number, into in ((two, three), (three, two)):
        refused(await agent.post(f"/tickets/{number}/merge", json={"into": into}), 409, "merged_elsewhere")
    refused(await agent.post(f"/tickets/{one}/merge", json={"into": one}), 422, "merged_into_itself")
    refused(await agent.post(f"/tickets/{one}/merge", json={"into": 999}), 404, "ticket_not_found")
    refused(await agent.post(f"/tickets/{one}/separate", json={}), 404, "not_merged")
    refused(await agent.get(f"/tickets/{one}/merge"), 404, "not_merged")


async def test_only_those_asked_for_join(desk: Desk) -> None:
    agent = await desk.administrator()
    one, two = await opened(agent, "A", "ann@example.org"), await opened(agent, "B", "bob@example.org")
    bob = await desk.value("select person_id from addresses where email = 'bob@example.org'")
    portal = await desk.requester(bob)
    shown = await agent.posted(f"/tickets/{two}/merge", {"into": one, "join_people": False}, 200)
    assert shown["cc"] == []
    assert (await portal.get(f"/portal/tickets/{one}")).status_code == 404
    await agent.posted(f"/tickets/{two}/separate", {}, 200)
    await agent.posted(f"/tickets/{two}/merge", {"into": one}, 200)
    assert (await portal.get(f"/portal/tickets/{one}")).status_code == 200


async def test_what_came_since_goes_where_it_is_said_to(desk: Desk) -> None:
    agent = await desk.administrator()
    one, two = await opened(agent, "A", "ann@example.org"), await opened(agent, "B", "bob@example.org")
    await agent.posted(f"/tickets/{two}/merge", {"into": one}, 200)
    await said(agent, one, "for ann")
    await said(agent, one, "for bob")
    asked = await agent.got(f"/tickets/{two}/merge")
    assert (asked["into"]["number"], [later["preview"] for later in asked["later"]]) == (one, ["for ann", "for bob"])
    await agent.posted(f"/tickets/{two}/separate", {"message_ids": [asked["later"][1]["id"], 1]}, 200)
    assert await texts(agent, one) == ["first of A", "for ann"]
    assert await texts(agent, two) == ["first of B", "for bob"]
    back = await agent.got(f"/tickets/{two}")
    assert (back["merged_into"], back["status"]["category"], back["message_count"]) == (None, "new", 2)
    assert (await agent.got(f"/tickets/{one}"))["cc"] == []


async def test_who_sees_one_of_two_merges_neither(desk: Desk) -> None:
    second = await desk.given.team("Second")
    administrator = await desk.administrator()
    one = await opened(administrator, "A", "ann@example.org")
    two = await opened(administrator, "B", "bob@example.org", team_id=second)
    agent = await desk.staff(teams=(second,), sees_all_teams=False)
    refused(await agent.post(f"/tickets/{two}/merge", json={"into": one}), 404, "ticket_not_found")
    await administrator.posted(f"/tickets/{two}/merge", {"into": one}, 200)
    refused(await agent.post(f"/tickets/{two}/separate", json={}), 404, "not_merged")
    assert await texts(agent, two) == []


@pytest.mark.parametrize("seed", range(3))
async def test_each_undo_gives_back_exactly_what_stood(desk: Desk, seed: int) -> None:
    source = random.Random(seed)
    agent = await desk.administrator()
    numbers = [await opened(agent, f"T{n}", f"p{n % 3}@example.org") for n in range(5)]
    for n in range(12):
        await said(agent, source.choice(numbers), f"message {n}", source.choice(["note", "reply"]))
    merges = 0
    for _ in range(25):
        one, two = source.sample(numbers, 2)
        before = await desk.value(STATE)
        action = source.choice(["merge", "merge", "separate"])
        body = {"into": two} if action == "merge" else {}
        answer = await agent.post(f"/tickets/{one}/{action}", json=body)
        if answer.status_code != 200:
            assert await desk.value(STATE) == before
            continue
        merges += 1
        for row in await desk.rows(COUNTED):
            assert row["message_count"] == row["messages"]
            assert is_near(row["last_message_at"], row["newest"])
            assert is_near(row["last_requester_message_at"], row["asked"])
        if source.random() < 0.5:
            await agent.post(f"/changes/{answer.headers['x-change-id']}/undo")
            assert await desk.value(STATE) == before
    assert merges > 5
    assert await desk.value("select count(*) from messages") == 17


async def test_an_answer_that_waited_for_the_merge_arrives_where_the_ticket_goes_on(desk: Desk) -> None:
    agent = await desk.administrator()
    one, two = await opened(agent, "A", "ann@example.org"), await opened(agent, "B", "bob@example.org")
    ids = {row["number"]: row["id"] for row in await desk.rows("select number, id from tickets")}
    bob = await desk.value("select person_id from addresses where email = 'bob@example.org'")

    async def answer() -> None:
        async with desk.database.writing(desk.given.system, "ticket.reply") as work:
            message = NewMessage(
                kind="reply", author_id=bob, author_name="Bob", from_staff=False, channel="email", text="late"
            )
            appended = await append_message(work, ids[two], message)
            assert (appended.number, appended.opened) == (one, False)

    async def is_waiting() -> bool:
        return await desk.value("select exists (select from pg_locks where not granted)")

    async with desk.database.writing(desk.given.system, "ticket.merge") as work:
        await writes.lock_tickets(work, [one, two])
        answering = asyncio.create_task(answer())
        await until(is_waiting, 20)
        await merges.close_into(work, ids[two], one)
        work.ticket_id = ids[two]
    await answering
    assert await texts(agent, one) == ["first of A", "late"]
