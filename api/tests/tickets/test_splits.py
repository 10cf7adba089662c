"""Messages become a ticket of their own, and come back exactly as they stood."""

from __future__ import annotations

import random
from typing import Any

import httpx
import pytest

from desk import Client, Desk

# All that a split may touch, but for what counts edits.
STATE = """
    select jsonb_build_object(
      'tickets', (select jsonb_agg(to_jsonb(t) - '{version,updated_at}'::text[] order by id) from tickets t),
      'messages', (select jsonb_agg(jsonb_build_array(id, ticket_id, subject, text) order by id) from messages),
      'attachments', (select jsonb_agg(jsonb_build_array(id, ticket_id, message_id) order by id) from attachments),
      'outbox', (select jsonb_agg(jsonb_build_array(id, ticket_id, message_id) order by id) from outbox),
      'mails', (select jsonb_agg(jsonb_build_array(id, ticket_id) order by id) from mails),
      'relations', (select jsonb_agg(jsonb_build_array(ticket_id, other_id, kind) order by id) from ticket_relations),
      'participants', (select jsonb_agg(jsonb_build_array(ticket_id, person_id) order by ticket_id, person_id)
                         from participants))::text"""
COUNTED = """
    select t.number, t.message_count, count(m.id) as messages from tickets t
      left join messages m on m.ticket_id = t.id group by t.id order by t.id"""


async def opened(client: Client, subject: str, email: str = "ann@example.org", **more: Any) -> int:
    body = {"subject": subject, "text": f"first of {subject}", "requester": {"email": email}} | more
    return (await client.posted("/tickets", body))["number"]


async def said(client: Client, number: int, text: str, kind: str = "note", **more: Any) -> int:
    body = {"kind": kind, "text": text} | more
    return (await client.posted(f"/tickets/{number}/messages", body))["message"]["id"]


async def messages(client: Client, number: int) -> list[dict[str, Any]]:
    return [item for item in (await client.got(f"/tickets/{number}"))["thread"] if item["type"] == "message"]


async def texts(client: Client, number: int) -> list[str]:
    return [one["text"] for one in await messages(client, number)]


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_messages_become_a_ticket_with_their_files_and_mails(desk: Desk) -> None:
    agent = await desk.administrator()
    one = await opened(agent, "Printer", tags=["paper"], priority="high")
    file = await agent.posted("/attachments", files={"file": ("a.txt", b"a")})
    note = await said(agent, one, "about the VPN", attachment_ids=[file["id"]])
    reply = await said(agent, one, "We look at it.", "reply")
    shown = await agent.posted(f"/tickets/{one}/split", {"message_ids": [note, reply], "subject": "VPN"})
    two = shown["number"]
    assert (shown["subject"], shown["message_count"], shown["priority"], shown["tags"]) == ("VPN", 2, "high", ["paper"])
    assert (shown["status"], shown["team"]) == ((await agent.got(f"/tickets/{one}"))["status"], shown["team"])
    assert await texts(agent, one) == ["first of Printer"]
    assert await texts(agent, two) == ["about the VPN", "We look at it."]
    assert [file["filename"] for file in (await messages(agent, two))[0]["attachments"]] == ["a.txt"]
    assert (await messages(agent, two))[1]["mail"]["state"] == "queued"
    related = (await agent.got(f"/tickets/{one}/links"))["related"]
    assert [(link["kind"], link["number"], link["subject"]) for link in related] == [("split_into", two, "VPN")]
    related = (await agent.got(f"/tickets/{two}/links"))["related"]
    assert [(link["kind"], link["number"]) for link in related] == [("split_from", one)]
    for words, number in (("vpn", two), ("printer", one)):
        found = await agent.got("/tickets", view="all", q=words)
        assert [row["number"] for row in found["items"]] == [number], words


async def test_what_is_proposed_follows_from_the_messages(desk: Desk) -> None:
    agent = await desk.administrator()
    one = await opened(agent, "Printer")
    await agent.posted(f"/tickets/{one}/participants", {"email": "bob@example.org", "name": "Bob"}, 200)
    bob = await desk.value("select person_id from addresses where email = 'bob@example.org'")
    ann = await desk.value("select person_id from addresses where email = 'ann@example.org'")
    portal = await desk.requester(bob)
    text = (
        "Good morning,\n\nthe VPN in the warehouse drops whenever somebody opens the large ledger of the last quarter"
    )
    await portal.posted(f"/portal/tickets/{one}/messages", {"text": text})
    by_bob = (await messages(agent, one))[-1]["id"]
    asked = await agent.posted(f"/tickets/{one}/split/preview", {"message_ids": [by_bob]}, 200)
    assert asked["subject"] == "the VPN in the warehouse drops whenever somebody opens the large ledger of the"
    assert (asked["requester_id"], asked["participant_ids"]) == (bob, [])
    assert {person["id"]: person["wrote"] for person in asked["people"]} == {ann: False, bob: True}
    body = {"message_ids": [by_bob], "requester_id": ann, "participant_ids": [bob]}
    shown = await agent.posted(f"/tickets/{one}/split", body)
    assert (shown["requester"]["id"], [person["id"] for person in shown["cc"]]) == (ann, [bob])
    assert (await portal.get(f"/portal/tickets/{shown['number']}")).status_code == 200
    stranger = await desk.given.contact()
    note = await said(agent, one, "more")
    for field in ({"requester_id": stranger}, {"participant_ids": [stranger]}):
        answer = await agent.post(f"/tickets/{one}/split", json={"message_ids": [note], **field})
        refused(answer, 404, "participant_not_found")


async def test_a_ticket_keeps_a_message_and_gives_none_of_others(desk: Desk) -> None:
    agent = await desk.administrator()
    one, two = await opened(agent, "A"), await opened(agent, "B")
    (first,) = await messages(agent, one)
    (other,) = await messages(agent, two)
    refused(await agent.post(f"/tickets/{one}/split", json={"message_ids": [first["id"]]}), 422, "nothing_left")
    refused(await agent.post(f"/tickets/{one}/split", json={"message_ids": [other["id"]]}), 404, "message_not_found")
    refused(await agent.post(f"/tickets/{one}/unsplit", json={}), 404, "not_split")
    refused(await agent.get(f"/tickets/{one}/split"), 404, "not_split")
    await agent.posted(f"/tickets/{two}/merge", {"into": one}, 200)
    refused(await agent.post(f"/tickets/{two}/split", json={"message_ids": [first["id"]]}), 409, "merged_elsewhere")


async def test_what_came_since_stays_or_goes_back(desk: Desk) -> None:
    agent = await desk.administrator()
    one = await opened(agent, "A")
    before = await desk.value(STATE)
    chosen = [await said(agent, one, "x"), await said(agent, one, "y")]
    two = (await agent.posted(f"/tickets/{one}/split", {"message_ids": chosen}))["number"]
    stays, goes = await said(agent, two, "stays"), await said(agent, two, "goes")
    asked = await agent.got(f"/tickets/{two}/split")
    assert (asked["origin"]["number"], asked["messages"]) == (one, 2)
    assert [later["id"] for later in asked["later"]] == [stays, goes]
    await agent.posted(f"/tickets/{two}/unsplit", {"message_ids": [goes, 1]}, 200)
    assert await texts(agent, one) == ["first of A", "x", "y", "goes"]
    assert await texts(agent, two) == ["stays"]
    assert (await agent.got(f"/tickets/{two}"))["merged_into"] is None
    assert (await agent.got(f"/tickets/{one}/links"))["related"] == []
    subjects = await desk.rows("select subject from messages order by id")
    assert [row["subject"] for row in subjects] == ["A", None, None, "x", None]
    assert before != await desk.value(STATE)


async def test_a_ticket_that_gives_all_of_it_back_leads_to_the_other(desk: Desk) -> None:
    agent = await desk.administrator()
    one = await opened(agent, "A")
    note = await said(agent, one, "x")
    two = (await agent.posted(f"/tickets/{one}/split", {"message_ids": [note]}))["number"]
    later = await said(agent, two, "later")
    await agent.posted(f"/tickets/{two}/unsplit", {"message_ids": [later]}, 200)
    shown = await agent.got(f"/tickets/{two}")
    assert (shown["merged_into"], shown["status"]["category"], shown["message_count"]) == (one, "closed", 0)
    assert await texts(agent, one) == ["first of A", "x", "later"]


async def test_who_does_not_see_the_other_ticket_learns_nothing_of_it(desk: Desk) -> None:
    second = await desk.given.team("Second")
    administrator = await desk.administrator()
    one = await opened(administrator, "A")
    note = await said(administrator, one, "x")
    two = (await administrator.posted(f"/tickets/{one}/split", {"message_ids": [note]}))["number"]
    await administrator.patched(f"/tickets/{two}", {"team_id": second})
    agent = await desk.staff(teams=(second,), sees_all_teams=False)
    assert (await agent.got(f"/tickets/{two}/links"))["related"] == []
    refused(await agent.get(f"/tickets/{two}/split"), 404, "not_split")
    refused(await agent.post(f"/tickets/{two}/unsplit", json={}), 404, "not_split")


@pytest.mark.parametrize("seed", range(3))
async def test_each_undo_gives_back_exactly_what_stood(desk: Desk, seed: int) -> None:
    source = random.Random(seed)
    agent = await desk.administrator()
    numbers = [await opened(agent, f"T{n}", f"p{n % 3}@example.org") for n in range(3)]
    for n in range(12):
        await said(agent, source.choice(numbers), f"message {n}", source.choice(["note", "reply"]))
    done = 0
    for step in range(30):
        number = source.choice(numbers)
        before = await desk.value(STATE)
        action = source.choice(["split", "split", "unsplit", "merge", "say"])
        if action == "say":
            await agent.post(f"/tickets/{number}/messages", json={"kind": "note", "text": f"later {step}"})
            continue
        ids = [one["id"] for one in await messages(agent, number)] or [1]
        chosen = source.sample(ids, min(len(ids), source.randrange(1, 3)))
        body: dict[str, Any] = {"into": source.choice(numbers)} if action == "merge" else {"message_ids": chosen}
        answer = await agent.post(f"/tickets/{number}/{action}", json=body)
        if answer.status_code >= 400:
            assert await desk.value(STATE) == before, answer.text
            continue
        done += 1
        for row in await desk.rows(COUNTED):
            assert row["message_count"] == row["messages"]
        if source.random() < 0.5:
            undone = await agent.post(f"/changes/{answer.headers['x-change-id']}/undo")
            assert undone.status_code == 200, undone.text
            assert await desk.value(STATE) == before
        elif action == "split":
            numbers.append(answer.json()["number"])
    assert done > 5
