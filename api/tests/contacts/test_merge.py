"""Duplicates become one contact, and one undo makes them two again."""

from __future__ import annotations

from typing import Any

import pytest

from atum_desk.contacts.merge import queries as merges
from atum_desk.tickets.public import request_link
from desk import Client, Desk


@pytest.fixture
async def agent(shared_desk: Desk) -> Client:
    return await shared_desk.administrator()


async def contact(agent: Client, name: str, *emails: str, **change: Any) -> dict[str, Any]:
    made = await agent.posted("/contacts", {"name": name, "email": emails[0]})
    return await agent.patched(f"/contacts/{made['id']}", {"emails": list(emails), **change})


async def two(agent: Client, where: str) -> tuple[dict[str, Any], dict[str, Any]]:
    source = await contact(agent, "Inês Carvalho", f"ines@{where}", f"finance@{where}", external_id=f"crm-{where}")
    return source, await contact(agent, "Ines Carvalho", f"ines.c@{where}")


async def merge(agent: Client, source: dict[str, Any], target: dict[str, Any], *take: str) -> tuple[Any, int]:
    answer = await agent.post(f"/contacts/{source['id']}/merge", json={"into": target["id"], "take": list(take)})
    assert answer.status_code == 200, answer.text
    return answer.json(), int(answer.headers["x-change-id"])


async def test_whoever_merges_without_administering_takes_it_back(shared_desk: Desk) -> None:
    agent = await shared_desk.staff()
    source, target = await two(agent, "taken-back.example")
    _, change_id = await merge(agent, source, target)
    undone = await agent.posted(f"/changes/{change_id}/undo", status=200)
    assert (await agent.got(f"/contacts/{source['id']}"))["id"] == source["id"]
    await agent.posted(f"/changes/{undone['change_id']}/undo", status=200)


async def test_what_was_the_ones_is_the_others_and_one_undo_brings_it_back(shared_desk: Desk, agent: Client) -> None:
    source, target = await two(agent, "merged.example")
    phones = {"phones": [{"number": "+351 21 555 0142", "label": "desk"}]}
    source = await agent.patched(f"/contacts/{source['id']}", phones)
    target = await agent.patched(f"/contacts/{target['id']}", phones)
    await agent.posted(f"/contacts/{source['id']}/notes", {"text": "Call before noon."})
    own = await shared_desk.given.ticket(requester_id=source["id"])
    copied = await shared_desk.given.ticket(requester_id=target["id"])
    await agent.posted(f"/tickets/{copied.number}/participants", {"email": "ines@merged.example"}, status=200)
    before = [await agent.got(f"/contacts/{one['id']}") for one in (source, target)]

    living, change_id = await merge(agent, source, target, "name")
    assert (living["id"], living["name"], living["external_id"]) == (
        target["id"],
        "Inês Carvalho",
        "crm-merged.example",
    )
    assert living["emails"] == ["ines.c@merged.example", "ines@merged.example", "finance@merged.example"]
    assert [phone["number"] for phone in living["phones"]] == ["+351 21 555 0142"]
    assert living["ticket_count"] == 2
    assert [note["text"] for note in (await agent.got(f"/contacts/{target['id']}/notes"))["items"]] == [
        "Call before noon."
    ]
    assert (await agent.got(f"/tickets/{own.number}"))["requester"]["id"] == target["id"]
    assert (await agent.got(f"/tickets/{copied.number}"))["cc"] == []

    undone = await agent.posted(f"/changes/{change_id}/undo", status=200)
    assert any("came after the merge" in one for one in undone["kept"])
    after = [await agent.got(f"/contacts/{one['id']}") for one in (source, target)]
    assert [without_version(one) for one in after] == [without_version(one) for one in before]
    assert (await agent.got(f"/tickets/{own.number}"))["requester"]["id"] == source["id"]
    assert [one["id"] for one in (await agent.got(f"/tickets/{copied.number}"))["cc"]] == [source["id"]]


def without_version(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key != "version"}


async def test_what_came_after_the_merge_stays_with_the_one_that_was_kept(shared_desk: Desk, agent: Client) -> None:
    source, target = await two(agent, "later.example")
    earlier = await shared_desk.given.ticket(requester_id=source["id"])
    _, change_id = await merge(agent, source, target)
    body = {"subject": "Later", "text": "x", "requester": {"email": "ines@later.example", "name": "Inês"}}
    later = await agent.posted("/tickets", body)
    assert later["requester"]["id"] == target["id"]
    await agent.posted(f"/tickets/{earlier.number}/messages", {"kind": "note", "text": "Meanwhile."})
    await agent.posted(f"/changes/{change_id}/undo", status=200)
    assert (await agent.got(f"/tickets/{earlier.number}"))["requester"]["id"] == source["id"]
    assert (await agent.got(f"/tickets/{later['number']}"))["requester"]["id"] == target["id"]
    assert (await agent.got(f"/contacts/{source['id']}"))["emails"] == ["ines@later.example", "finance@later.example"]


async def test_the_merged_one_leads_to_the_other_and_is_listed_nowhere(agent: Client) -> None:
    source, target = await two(agent, "gone.example")
    await merge(agent, source, target)
    assert (await agent.got(f"/contacts/{source['id']}"))["id"] == target["id"]
    listed = await agent.got("/contacts", q="gone.example")
    assert [one["id"] for one in listed["items"]] == [target["id"]]
    refused = await agent.patch(f"/contacts/{source['id']}", json={"name": "Back"})
    assert (refused.status_code, refused.json()["code"], refused.json()["into"]) == (409, "merged", target["id"])
    opened = await agent.posted("/tickets", {"subject": "S", "text": "x", "requester_id": source["id"]})
    assert opened["requester"]["id"] == target["id"]


async def test_a_link_of_the_merged_one_opens_its_request_and_nothing_else(shared_desk: Desk, agent: Client) -> None:
    source, target = await two(agent, "links.example")
    ticket = await shared_desk.given.ticket(requester_id=source["id"])
    other = await shared_desk.given.ticket(requester_id=target["id"])
    token = request_link(shared_desk.settings, ticket.id, source["id"], 0).rpartition("/")[2]
    signed_in = await shared_desk.requester(source["id"])
    _, change_id = await merge(agent, source, target)
    assert (await signed_in.get("/portal/tickets")).status_code == 401
    browser = shared_desk.client()
    assert await browser.posted("/portal/session", {"token": token}, status=200) == {"ticket_number": ticket.number}
    assert (await browser.get(f"/portal/tickets/{ticket.number}")).status_code == 200
    assert (await browser.get(f"/portal/tickets/{other.number}")).status_code == 404
    # Separate people again: the browser that was the other one's sees that request no more, the link works.
    await agent.posted(f"/changes/{change_id}/undo", status=200)
    assert (await browser.get(f"/portal/tickets/{ticket.number}")).status_code == 404
    again = shared_desk.client()
    assert await again.posted("/portal/session", {"token": token}, status=200) == {"ticket_number": ticket.number}
    # Who revokes the living one's links revokes those as well.
    await merge(agent, source, target)
    await agent.posted(f"/tickets/{ticket.number}/portal-links/revoke", {}, status=200)
    assert (await shared_desk.client().post("/portal/session", json={"token": token})).status_code != 200


async def test_a_merge_reaches_the_teams_that_the_agent_does_not_see(shared_desk: Desk, agent: Client) -> None:
    source, target = await two(agent, "teams.example")
    seen, hidden = await shared_desk.given.team(), await shared_desk.given.team()
    ticket = await shared_desk.given.ticket(requester_id=source["id"], team_id=hidden)
    narrow = await shared_desk.staff(teams=(seen,), sees_all_teams=False)
    living, change_id = await merge(narrow, source, target)
    assert living["ticket_count"] == 0, "what the agent does not see is not counted for them"
    assert (await agent.got(f"/tickets/{ticket.number}"))["requester"]["id"] == target["id"]
    assert (await narrow.post(f"/changes/{change_id}/undo")).status_code == 404
    await agent.posted(f"/changes/{change_id}/undo", status=200)
    assert (await agent.got(f"/tickets/{ticket.number}"))["requester"]["id"] == source["id"]


async def test_a_chain_of_merges_leads_to_the_last_and_comes_apart_from_its_end(agent: Client) -> None:
    first, second = await two(agent, "chain.example")
    third = await contact(agent, "I. Carvalho", "i@chain.example")
    _, one = await merge(agent, first, second)
    _, other = await merge(agent, second, third)
    assert (await agent.got(f"/contacts/{first['id']}"))["id"] == third["id"]
    refused = await agent.post(f"/changes/{one}/undo")
    assert refused.status_code == 409
    await agent.posted(f"/changes/{other}/undo", status=200)
    await agent.posted(f"/changes/{one}/undo", status=200)
    assert (await agent.got(f"/contacts/{first['id']}"))["emails"] == ["ines@chain.example", "finance@chain.example"]


async def test_nobody_is_merged_with_themselves_with_strangers_or_too_much(
    shared_desk: Desk, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = await two(agent, "refused.example")
    staff = await shared_desk.given.staff()
    path = f"/contacts/{source['id']}/merge"
    assert (await agent.post(path, json={"into": source["id"]})).json()["code"] == "merge_target"
    for stranger in (staff.id, 10**15):
        assert (await agent.post(path, json={"into": stranger})).json()["code"] == "contact_not_found"
    for _ in range(3):
        await shared_desk.given.ticket(requester_id=source["id"])
    monkeypatch.setattr(merges, "MOST_MOVED", 2)
    too_much = await agent.post(path, json={"into": target["id"]})
    assert (too_much.status_code, too_much.json()["code"]) == (422, "merge_too_large")
    assert (await agent.got(f"/contacts/{source['id']}"))["id"] == source["id"], "nothing was written"


async def test_duplicates_are_offered_with_what_they_have_in_common_until_somebody_says_no(agent: Client) -> None:
    phones = {"phones": [{"number": "+351 21 777 0142"}]}
    one = await contact(agent, "Zulmira Quintão", "zulmira.q@offered.example", **phones)
    same = await contact(agent, "Zulmira Quintao", "zulmira.q@elsewhere.example", phones=[{"number": "021 777 01 42"}])
    await contact(agent, "Bartholomew Unlike", "unlike@offered.example")
    offered = (await agent.got(f"/contacts/{one['id']}/duplicates"))["items"]
    assert [(item["contact"]["id"], item["reasons"]) for item in offered] == [
        (same["id"], ["address", "name", "phone"])
    ]
    said = await agent.post(f"/contacts/{same['id']}/keep-apart", json={"contact_id": one["id"]})
    assert said.status_code == 204
    for path in (one["id"], same["id"]):
        assert (await agent.got(f"/contacts/{path}/duplicates"))["items"] == []


async def test_organizations_become_one_with_their_people_domains_and_tickets(shared_desk: Desk, agent: Client) -> None:
    source = await agent.posted("/organizations", {"name": "Halvorsen Lisbon", "domains": ["hl.example"]})
    target = await agent.posted("/organizations", {"name": "Halvorsen  Lisboa", "domains": ["lisboa.example"]})
    person = await agent.posted("/contacts", {"name": "P", "email": "p@hl.example"})
    ticket = await shared_desk.given.ticket(requester_id=person["id"])
    similar = await agent.got(f"/organizations/{source['id']}/duplicates")
    assert target["id"] in [one["id"] for one in similar["items"]]
    answer = await agent.post(f"/organizations/{source['id']}/merge", json={"into": target["id"], "take": ["name"]})
    living = answer.json()
    assert (living["name"], living["domains"]) == ("Halvorsen Lisbon", ["hl.example", "lisboa.example"])
    assert [one["id"] for one in living["contacts"]] == [person["id"]]
    assert (await agent.got(f"/tickets/{ticket.number}"))["organization"]["id"] == target["id"]
    assert (await agent.got(f"/organizations/{source['id']}"))["id"] == target["id"]
    await agent.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    assert (await agent.got(f"/contacts/{person['id']}"))["organization"]["id"] == source["id"]
    assert (await agent.got(f"/organizations/{source['id']}"))["domains"] == ["hl.example"]


@pytest.mark.parametrize("kind", ["contact", "organization"])
async def test_values_of_custom_fields_come_along_where_the_other_has_none(agent: Client, kind: str) -> None:
    for name in ("Plan", "Region"):
        body = {"entity": kind, "name": f"{name} of {kind}", "kind": "text"}
        key = (await agent.posted("/custom-fields", body))["key"]
        assert key == f"{name.lower()}_of_{kind}"
    plan, region = f"plan_of_{kind}", f"region_of_{kind}"
    path = f"/{kind}s"
    bodies = [
        {"name": f"{kind} {n}"} | ({"email": f"v{n}@{kind}.example"} if kind == "contact" else {}) for n in (1, 2)
    ]
    source, target = [await agent.posted(path, body) for body in bodies]
    await agent.patched(f"{path}/{source['id']}", {"fields": {plan: "gold", region: "north"}})
    await agent.patched(f"{path}/{target['id']}", {"fields": {region: "south"}})
    answer = await agent.post(f"{path}/{source['id']}/merge", json={"into": target["id"], "take": []})
    assert answer.json()["fields"] == {plan: "gold", region: "south"}
    await agent.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    found = [(await agent.got(f"{path}/{one['id']}"))["fields"] for one in (source, target)]
    assert found == [{plan: "gold", region: "north"}, {region: "south"}]
