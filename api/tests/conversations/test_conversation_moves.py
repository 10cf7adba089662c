"""A conversation goes where the ticket goes that it is about, and is hidden from whoever does not see that."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from desk import Client, Desk

STATE = """
    select jsonb_build_object(
      'conversations', (select jsonb_agg(to_jsonb(c) - 'version' order by id) from conversations c),
      'messages', (select jsonb_agg(jsonb_build_array(id, ticket_id, conversation_id, aside) order by id)
                     from messages),
      'outbox', (select jsonb_agg(jsonb_build_array(id, ticket_id, conversation_id) order by id) from outbox))::text"""


async def opened(client: Client, subject: str, **more: Any) -> int:
    body = {"subject": subject, "text": f"first of {subject}", "requester": {"email": "ann@example.org"}} | more
    number: int = (await client.posted("/tickets", body))["number"]
    return number


async def begun(client: Client, number: int) -> dict[str, Any]:
    body = {"subject": "Part", "text": "When?", "to": ["parts@supplier.example"]}
    conversation: dict[str, Any] = (await client.posted(f"/tickets/{number}/conversations", body))["conversation"]
    await client.posted(f"/tickets/{number}/conversations/{conversation['id']}/messages", {"text": "Well?"})
    return conversation


async def listed(client: Client, number: int) -> list[int]:
    return [one["id"] for one in (await client.got(f"/tickets/{number}/conversations"))["items"]]


async def test_a_merge_takes_conversations_along_and_its_undo_brings_them_back_exactly(desk: Desk) -> None:
    lead = await desk.administrator()
    one, two = await opened(lead, "Pump"), await opened(lead, "Pump again")
    first, second = await begun(lead, two), await begun(lead, two)
    await lead.posted(f"/tickets/{two}/forward", {"to": ["parts@supplier.example"], "text": "Please look."})
    before = await desk.value(STATE)
    merged = await lead.post(f"/tickets/{two}/merge", json={"into": one})
    assert merged.status_code == 200, merged.text
    assert len(await listed(lead, one)) == 3
    assert await listed(lead, two) == []
    path = f"/tickets/{one}/conversations/{first['id']}"
    assert [message["text"] for message in (await lead.got(path))["messages"]] == ["When?", "Well?"]
    undone = await lead.post(f"/changes/{merged.headers['x-change-id']}/undo")
    assert undone.status_code == 200, undone.text
    assert await desk.value(STATE) == before
    # And later, when something came on the other ticket since.
    await lead.posted(f"/tickets/{two}/merge", {"into": one}, 200)
    await lead.posted(f"/tickets/{one}/conversations/{second['id']}/messages", {"text": "Please answer."})
    await lead.posted(f"/tickets/{two}/separate", {"message_ids": []}, 200)
    assert set(await listed(lead, two)) >= {first["id"], second["id"]}
    assert await listed(lead, one) == []


async def test_who_does_not_see_the_ticket_sees_no_conversation_of_it(desk: Desk) -> None:
    lead = await desk.administrator()
    elsewhere = await desk.staff("Agent", sees_all_teams=False, teams=(await desk.given.team(),))
    number = await opened(lead, "Pump", team_id=await desk.given.first_team())
    conversation = await begun(lead, number)
    path = f"/tickets/{number}/conversations/{conversation['id']}"
    own = await opened(lead, "Another")
    assert (await elsewhere.get(path)).status_code == 404
    assert (await elsewhere.get(f"/tickets/{number}/conversations")).status_code == 404
    # Nor by the number of a ticket that is seen.
    refused = await lead.get(f"/tickets/{own}/conversations/{conversation['id']}")
    assert (refused.status_code, refused.json()["code"]) == (404, "conversation_not_found")


async def test_the_requester_sees_no_conversation_in_the_portal(desk: Desk) -> None:
    lead = await desk.administrator()
    number = await opened(lead, "Pump")
    await begun(lead, number)
    await lead.posted(f"/tickets/{number}/forward", {"to": ["parts@supplier.example"], "text": "He is rude."})
    ann = await desk.value("select person_id from addresses where email = 'ann@example.org'")
    requester = await desk.requester(ann)
    seen = await requester.get(f"/portal/tickets/{number}")
    assert seen.status_code == 200
    for hidden in ("When?", "Well?", "rude", "supplier.example"):
        assert hidden not in seen.text


async def test_a_reply_can_be_of_no_conversation(desk: Desk) -> None:
    lead = await desk.administrator()
    number = await opened(lead, "Pump")
    conversation = await begun(lead, number)
    with pytest.raises(asyncpg.CheckViolationError):
        async with desk.database.writing(desk.given.system, "ticket.reply") as work:
            await work.execute("update messages set kind = 'reply' where conversation_id = $1", conversation["id"])


async def test_the_requester_and_addresses_of_ours_are_nobody_else(desk: Desk) -> None:
    lead = await desk.administrator()
    number = await opened(lead, "Pump")
    for address in ("ann@example.org", "support@atum.localhost"):
        body = {"subject": "Part", "text": "When?", "to": [address]}
        refused = await lead.post(f"/tickets/{number}/conversations", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "to")
    nobody = await lead.post(f"/tickets/{number}/forward", json={"text": "Hm."})
    assert (nobody.status_code, nobody.json()["errors"][0]["field"]) == (422, "to")
    many = [f"p{n}@supplier.example" for n in range(11)]
    asked = await lead.post(f"/tickets/{number}/forward", json={"to": many})
    assert (asked.status_code, asked.json()["code"], asked.json()["count"]) == (409, "many_recipients", 11)


async def test_what_is_held_is_not_rewritten_as_a_reply(desk: Desk) -> None:
    """A change of a waiting reply addresses the requester: of a mail to others it would tell them all."""
    lead = await desk.administrator()
    number = await opened(lead, "Pump")
    sent = await lead.posted(f"/tickets/{number}/forward", {"to": ["parts@supplier.example"], "text": "Please look."})
    refused = await lead.patch(f"/messages/{sent['message']['id']}", json={"text": "x", "recipients": "all"})
    assert (refused.status_code, refused.json()["code"]) == (404, "message_not_found")
