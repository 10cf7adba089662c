"""What the page of a contact or an organization shows and changes."""

from __future__ import annotations

import pytest

from desk import Client, Desk


@pytest.fixture
async def agent(shared_desk: Desk) -> Client:
    return await shared_desk.staff()


async def test_addresses_and_phones_are_replaced_in_their_order(agent: Client) -> None:
    made = await agent.posted("/contacts", {"name": "Reach", "email": "first@reach.example"})
    path = f"/contacts/{made['id']}"
    body = {
        "emails": ["second@reach.example", "First@Reach.example", "second@reach.example"],
        "phones": [{"number": "+49 30 1", "label": "desk"}, {"number": "+49 30 1", "label": "again"}],
        "vip": True,
        "language": "de",
        "external_id": "reach-1",
    }
    changed = await agent.patched(path, body)
    assert changed["emails"] == ["second@reach.example", "first@reach.example"]
    assert [one["is_primary"] for one in changed["addresses"]] == [True, False]
    assert changed["phones"] == [{"number": "+49 30 1", "label": "desk"}]
    assert (changed["vip"], changed["language"], changed["external_id"]) == (True, "de", "reach-1")
    less = await agent.patched(path, {"emails": ["first@reach.example"], "phones": [], "external_id": None})
    assert (less["emails"], less["phones"], less["external_id"], less["vip"]) == (
        ["first@reach.example"],
        [],
        None,
        True,
    )


async def test_what_belongs_to_somebody_else_or_is_no_address_is_refused_whole(agent: Client) -> None:
    await agent.posted("/contacts", {"name": "Owner", "email": "owner@refuse.example"})
    made = await agent.posted("/contacts", {"name": "Other", "email": "other@refuse.example"})
    path = f"/contacts/{made['id']}"
    taken = await agent.patch(path, json={"emails": ["new@refuse.example", "owner@refuse.example"], "name": "X"})
    assert (taken.status_code, taken.json()["code"]) == (409, "already_exists")
    for emails in (["support@atum.localhost"], ["no address@x.y"], []):
        assert (await agent.patch(path, json={"emails": emails})).status_code in (400, 422)
    assert (await agent.patch(path, json={"phones": [{"number": "call me"}]})).status_code == 422
    await agent.patched(path, {"external_id": "once"})
    third = await agent.posted("/contacts", {"name": "Third", "email": "third@refuse.example"})
    again = await agent.patch(f"/contacts/{third['id']}", json={"external_id": "once"})
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")
    assert (await agent.got(path))["name"] == "Other"


async def test_a_page_counts_the_tickets_that_its_reader_sees(shared_desk: Desk, agent: Client) -> None:
    made = await agent.posted("/contacts", {"name": "Counted", "email": "counted@count.example"})
    seen, hidden = await shared_desk.given.team(), await shared_desk.given.team()
    first = await shared_desk.given.ticket(requester_id=made["id"], team_id=seen)
    await shared_desk.given.ticket(requester_id=made["id"], team_id=hidden)
    await agent.patched(f"/tickets/{first.number}", {"status": "resolved"})
    counts = (await agent.got(f"/contacts/{made['id']}"))["ticket_counts"]
    assert (counts["resolved"], sum(counts.values())) == (1, 2)
    narrow = await shared_desk.staff(teams=(seen,), sees_all_teams=False)
    assert (await narrow.got(f"/contacts/{made['id']}"))["ticket_counts"] == {"resolved": 1}


async def test_notes_are_edited_deleted_and_brought_back(agent: Client) -> None:
    made = await agent.posted("/contacts", {"name": "Noted", "email": "noted@notes.example"})
    path = f"/contacts/{made['id']}/notes"
    first, second = [await agent.posted(path, {"text": text}) for text in (" one\x00 ", "كلمة\r\nZoë 💥")]
    assert [note["text"] for note in (await agent.got(path))["items"]] == ["كلمة\nZoë 💥", "one"]
    page = await agent.got(path, limit=1)
    assert [note["id"] for note in (await agent.got(path, cursor=page["next_cursor"]))["items"]] == [first["id"]]
    edited = await agent.patched(f"/contact-notes/{first['id']}", {"text": "one more", "version": first["version"]})
    assert (edited["text"], edited["edited_at"] is not None) == ("one more", True)
    stale = await agent.patch(f"/contact-notes/{first['id']}", json={"text": "two", "version": first["version"]})
    assert stale.status_code == 412
    removed = await agent.delete(f"/contact-notes/{second['id']}")
    assert [note["id"] for note in (await agent.got(path))["items"]] == [first["id"]]
    await agent.posted(f"/changes/{removed.headers['x-change-id']}/undo", status=200)
    assert (await agent.got(path))["items"][0]["text"] == "كلمة\nZoë 💥"
    for text in ("", "  ", "x" * 20_001):
        assert (await agent.post(path, json={"text": text})).status_code in (400, 422)
    told = (await agent.got(f"/contacts/{made['id']}/changes"))["items"]
    assert {"contact.add", "contact.note", "contact.note_edit"} <= {one["command"] for one in told}


async def test_tickets_of_a_vip_organization_are_found_by_a_condition(shared_desk: Desk, agent: Client) -> None:
    vip = await agent.posted("/organizations", {"name": "Marked works", "vip": True})
    plain = await agent.posted("/organizations", {"name": "Plain works"})
    numbers = []
    for number, organization in enumerate((vip["id"], plain["id"], None)):
        new = {"name": "Of works", "email": f"of{number}@works.example", "organization_id": organization}
        made = await agent.posted("/contacts", new)
        numbers.append((await shared_desk.given.ticket(requester_id=made["id"])).number)
    for text, expected in (
        ("organization.vip:yes", numbers[:1]),
        ("organization.vip:no", numbers[1:]),
        ("-organization.vip:yes", numbers[1:]),
    ):
        query = f"{text} requester.email:works.example"
        found = await agent.got("/tickets", view="all", q=query, sort="number")
        assert [row["number"] for row in found["items"]] == expected, text
    completed = await agent.got("/fields/completions", q="organization.v", at=14)
    assert "organization.vip" in str(completed)


async def test_a_vip_is_marked_in_lists_on_the_ticket_and_found_by_a_condition(
    shared_desk: Desk, agent: Client
) -> None:
    made = await agent.posted("/contacts", {"name": "Marked", "email": "marked@vip.example"})
    await agent.patched(f"/contacts/{made['id']}", {"vip": True})
    ticket = await shared_desk.given.ticket(requester_id=made["id"])
    assert (await agent.got(f"/tickets/{ticket.number}"))["requester"]["vip"] is True
    found = await agent.got("/tickets", view="all", q="requester.vip:yes requester.email:vip.example")
    assert [(row["number"], row["requester"]["vip"]) for row in found["items"]] == [(ticket.number, True)]
    none = await agent.got("/tickets", view="all", q="requester.vip:no requester.email:vip.example")
    assert none["items"] == []


async def test_an_organization_that_shares_its_tickets_shows_them_to_all_of_its_people(
    shared_desk: Desk, agent: Client
) -> None:
    company = await agent.posted("/organizations", {"name": "Sharing", "domains": ["sharing.example"]})
    people = [
        await agent.posted("/contacts", {"name": name, "email": f"{name}@sharing.example"}) for name in ("ada", "bo")
    ]
    ticket = await shared_desk.given.ticket(requester_id=people[0]["id"])
    stranger = await shared_desk.requester(await shared_desk.given.contact())
    other = await shared_desk.requester(people[1]["id"])
    path = f"/portal/tickets/{ticket.number}"
    assert (await other.get(path)).status_code == 404
    shared = await agent.patch(f"/organizations/{company['id']}", json={"shares_tickets": True})
    assert (await agent.got(f"/contacts/{people[1]['id']}"))["sees_organization"] is True
    assert (await other.get(path)).status_code == 200
    assert [one["number"] for one in (await other.got("/portal/tickets"))["items"]] == [ticket.number]
    assert (await stranger.get(path)).status_code == 404
    link = await shared_desk.requester(people[1]["id"], only_ticket_id=(await shared_desk.given.ticket()).id)
    assert (await link.get(path)).status_code == 404, "a link shows its one request"
    await agent.posted(f"/changes/{shared.headers['x-change-id']}/undo", status=200)
    assert (await other.get(path)).status_code == 404
