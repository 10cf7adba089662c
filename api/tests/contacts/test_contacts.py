"""Contacts and organizations through their routes."""

from __future__ import annotations

from typing import Any

import pytest

from desk import Client, Desk


@pytest.fixture
async def agent(shared_desk: Desk) -> Client:
    return await shared_desk.staff()


async def test_a_contact_joins_the_organization_of_their_mail_domain(agent: Client) -> None:
    organization = await agent.posted(
        "/organizations", {"name": "Nordwind", "domains": ["Nordwind.example", "nordwind.example"]}
    )
    assert (organization["domains"], organization["contact_count"]) == (["nordwind.example"], 0)
    made = await agent.posted("/contacts", {"name": " Ida ", "email": "Ida@NORDWIND.example"})
    assert (made["name"], made["emails"], made["organization"]) == (
        "Ida",
        ["ida@nordwind.example"],
        {"id": organization["id"], "name": "Nordwind"},
    )
    assert made == await agent.got(f"/contacts/{made['id']}")
    assert (await agent.got(f"/organizations/{organization['id']}"))["contact_count"] == 1


async def test_an_organization_adopts_those_who_write_from_its_domain_and_have_none(agent: Client) -> None:
    lone = await agent.posted("/contacts", {"name": "Lone", "email": "lone@adopting.example"})
    other = await agent.posted("/organizations", {"name": "Other"})
    taken = await agent.posted(
        "/contacts", {"name": "Taken", "email": "taken@adopting.example", "organization_id": other["id"]}
    )
    organization = await agent.posted("/organizations", {"name": "Adopting", "domains": ["adopting.example"]})
    assert (await agent.got(f"/contacts/{lone['id']}"))["organization"]["id"] == organization["id"]
    assert (await agent.got(f"/contacts/{taken['id']}"))["organization"]["id"] == other["id"]


async def test_a_contact_is_renamed_moved_and_made_manager(agent: Client) -> None:
    organization = await agent.posted("/organizations", {"name": "Movers"})
    made = await agent.posted("/contacts", {"name": "Ona", "email": "ona@example.org"})
    path = f"/contacts/{made['id']}"
    changed = await agent.patched(
        path, {"name": "Ona B.", "organization_id": organization["id"], "organization_manager": True}
    )
    assert (changed["name"], changed["organization"]["name"], changed["organization_manager"]) == (
        "Ona B.",
        "Movers",
        True,
    )
    without = await agent.patched(path, {"organization_id": None})
    assert (without["name"], without["organization"]) == ("Ona B.", None)


async def test_an_organization_is_renamed_and_its_domains_replaced(agent: Client) -> None:
    made = await agent.posted("/organizations", {"name": "Before", "domains": ["one.example", "two.example"]})
    changed = await agent.patched(
        f"/organizations/{made['id']}", {"name": "After", "domains": ["two.example", "three.example"]}
    )
    assert (changed["name"], changed["domains"], changed["version"]) == (
        "After",
        ["three.example", "two.example"],
        made["version"] + 1,
    )
    none = await agent.patched(f"/organizations/{made['id']}", {"domains": []})
    assert (none["name"], none["domains"]) == ("After", [])


async def test_an_address_and_a_domain_belong_to_one(agent: Client) -> None:
    await agent.posted("/contacts", {"name": "A", "email": "only@one.test"})
    again = await agent.post("/contacts", json={"name": "B", "email": "ONLY@one.test"})
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")
    await agent.posted("/organizations", {"name": "A", "domains": ["single.test"]})
    for answer in (
        await agent.post("/organizations", json={"name": "B", "domains": ["Single.test"]}),
        await agent.patch(
            f"/organizations/{(await agent.posted('/organizations', {'name': 'C'}))['id']}",
            json={"domains": ["single.test"]},
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/contacts", {"name": " ", "email": "a@b.example"}, "validation_failed"),
        ("/contacts", {"name": "A", "email": "a b@c.example"}, "validation_failed"),
        ("/contacts", {"name": "A", "email": "@"}, "validation_failed"),
        ("/contacts", {"name": "x" * 201, "email": "a@b.example"}, "validation_failed"),
        ("/contacts", {"name": "A", "email": "lost@b.example", "organization_id": 99_999}, "organization_unknown"),
        ("/organizations", {"name": "\t"}, "validation_failed"),
        ("/organizations", {"name": "A", "domains": ["no dots"]}, "validation_failed"),
        ("/organizations", {"name": "A", "domains": ["a@b.example"]}, "validation_failed"),
        ("/organizations", {"name": "A", "domains": ["x" * 300 + ".example"]}, "validation_failed"),
    ],
)
async def test_what_cannot_be_is_refused(agent: Client, path: str, body: dict[str, Any], code: str) -> None:
    answer = await agent.post(path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


async def test_a_contact_moves_to_no_unknown_organization(agent: Client) -> None:
    made = await agent.posted("/contacts", {"name": "Stays", "email": "stays@example.org"})
    for organization_id in (99_999, -1):
        answer = await agent.patch(f"/contacts/{made['id']}", json={"organization_id": organization_id})
        assert (answer.status_code, answer.json()["code"]) == (422, "organization_unknown")
    assert (await agent.got(f"/contacts/{made['id']}"))["version"] == made["version"]


async def test_staff_are_no_contacts(shared_desk: Desk, agent: Client) -> None:
    person = await shared_desk.given.staff()
    assert (await agent.get(f"/contacts/{person.id}")).json()["code"] == "contact_not_found"
    assert (await agent.patch(f"/contacts/{person.id}", json={"name": "X"})).json()["code"] == "contact_not_found"


async def test_contacts_and_organizations_are_found_by_a_part(agent: Client) -> None:
    organization = await agent.posted("/organizations", {"name": "Fünf_Prozent 5%"})
    made = await agent.posted("/contacts", {"name": "Søren Kjær", "email": "kjaer@findable.example"})
    for words in ("kjær", "SØREN", "@findable"):
        assert [c["id"] for c in (await agent.got("/contacts", q=words))["items"]] == [made["id"]]
    for words in ("5%", "fünf_", "FÜNF"):
        assert [o["id"] for o in (await agent.got("/organizations", q=words))["items"]] == [organization["id"]]
    for words in ("%%%", "\\", "___x"):
        assert (await agent.got("/contacts", q=words))["items"] == []
        assert (await agent.got("/organizations", q=words))["items"] == []


async def test_organizations_are_listed_once_page_by_page(agent: Client) -> None:
    for name in ("ΩΣ", "İzmir", "ẞ", "same", "Same"):
        await agent.posted("/organizations", {"name": name})
    read: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = await agent.got("/organizations", limit=2, **cursor)
        read += [o["id"] for o in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(read) == len(set(read)) == len((await agent.got("/organizations", limit=200))["items"])


async def test_a_requesters_tickets_are_counted(shared_desk: Desk, agent: Client) -> None:
    contact_id = await shared_desk.given.contact()
    for _ in range(2):
        await shared_desk.given.ticket(requester_id=contact_id)
    assert (await agent.got(f"/contacts/{contact_id}"))["ticket_count"] == 2
    listed = await agent.got("/tickets", view="all", requester_id=contact_id)
    assert len(listed["items"]) == 2


async def test_an_address_of_the_desk_is_nobodys(agent: Client) -> None:
    own = "support+x@atum.localhost"
    refused = await agent.post("/contacts", json={"name": "Ida", "email": own})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "email")
    refused = await agent.post("/tickets", json={"subject": "x", "text": "x", "requester": {"email": own}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "email")
