"""Tags are described, renamed, merged and retired; what that does to tickets is one run with one undo."""

from __future__ import annotations

from typing import Any

from bulk_runs import counts, done, undone
from desk import Client, Desk


async def tagged(client: Client, tags: list[str], **more: Any) -> int:
    ticket = await client.posted(
        "/tickets", {"subject": "x", "text": "y", "requester": {"email": "ann@example.org"}, "tags": tags, **more}
    )
    number: int = ticket["number"]
    return number


async def tags_of(client: Client, *numbers: int) -> list[list[str]]:
    return [(await client.got(f"/tickets/{number}"))["tags"] for number in numbers]


async def managed(client: Client, **query: Any) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in (await client.got("/tags/managed", **query))["items"]}


async def test_tags_on_tickets_are_listed_with_their_counts(desk: Desk) -> None:
    lead = await desk.staff("Team lead")
    await tagged(lead, ["vpn", "printer"])
    await tagged(lead, ["vpn"])
    told = await lead.posted("/tags", {"name": "Hardware", "description": "Things that break", "color": "#5B9BD5"})
    assert (told["tag"]["name"], told["run"]) == ("hardware", None)
    listed = await managed(lead)
    assert {name: one["tickets"] for name, one in listed.items()} == {"hardware": 0, "printer": 1, "vpn": 2}
    assert listed["hardware"]["description"] == "Things that break"
    assert listed["vpn"]["id"] is None
    assert list(await managed(lead, q="rin")) == ["printer"]
    first = await lead.got("/tags/managed", limit=2)
    rest = await lead.got("/tags/managed", limit=2, cursor=first["next_cursor"])
    assert [one["name"] for one in [*first["items"], *rest["items"]]] == ["hardware", "printer", "vpn"]
    # What is described is offered before any ticket has it.
    assert "hardware" in (await lead.got("/tags"))["items"]
    assert {"text": "hardware", "hint": "Things that break"}.items() <= (
        await lead.got("/fields/completions", q="tag:har")
    )["items"][0].items()


async def test_a_renamed_tag_is_renamed_on_all_tickets_also_those_out_of_sight_and_taken_back(desk: Desk) -> None:
    first, second = await desk.given.first_team(), await desk.given.team()
    everybody = await desk.administrator()
    lead = await desk.staff("Team lead", sees_all_teams=False, teams=(first,))
    seen = await tagged(everybody, ["red", "vpn", "blue"])
    hidden = await tagged(everybody, ["vpn"], team_id=second)
    told = await lead.patched("/tags/vpn", {"name": "Remote Access", "description": "From outside"})
    assert (told["tag"]["name"], told["tag"]["former"]) == ("remote access", ["vpn"])
    # Whoever writes the former name meanwhile writes the new one.
    during = await tagged(everybody, ["VPN"])
    assert await tags_of(everybody, during) == [["remote access"]]
    report = await done(desk, lead, told["run"])
    assert counts(report) == ("done", 2, 0, 0)
    assert await tags_of(everybody, seen, hidden) == [["red", "blue", "remote access"], ["remote access"]]
    assert (await managed(everybody))["remote access"]["tickets"] == 3
    assert (await managed(lead))["remote access"]["tickets"] == 2
    assert "vpn" not in await managed(lead)
    assert counts(await undone(desk, lead, report)) == ("done", 2, 0, 0)
    assert await tags_of(everybody, seen, hidden, during) == [["red", "vpn", "blue"], ["vpn"], ["remote access"]]
    assert {name: one["tickets"] for name, one in (await managed(everybody)).items()} == {
        "blue": 1,
        "red": 1,
        "remote access": 1,
        "vpn": 2,
    }


async def test_merged_tags_are_one_and_come_apart_again(desk: Desk) -> None:
    lead = await desk.staff("Team lead")
    one, both, other = (
        await tagged(lead, ["vpn"]),
        await tagged(lead, ["tunnel", "vpn"]),
        await tagged(lead, ["tunnel"]),
    )
    told = await lead.posted("/tags/tunnel/merge", {"into": "vpn"}, 200)
    assert counts(await done(desk, lead, told["run"])) == ("done", 2, 0, 0)
    assert await tags_of(lead, one, both, other) == [["vpn"], ["vpn"], ["vpn"]]
    assert {name: tag["former"] for name, tag in (await managed(lead)).items()} == {"vpn": ["tunnel"]}
    # A tag that became another is no tag any more.
    assert (await lead.patch("/tags/tunnel", json={"retired": True})).status_code == 404
    taken_back = await undone(desk, lead, told["run"])
    assert counts(taken_back) == ("done", 2, 0, 0)
    assert await tags_of(lead, one, both, other) == [["vpn"], ["tunnel", "vpn"], ["tunnel"]]
    assert sorted(await managed(lead)) == ["tunnel", "vpn"]
    assert counts(await undone(desk, lead, taken_back)) == ("done", 2, 0, 0)
    assert await tags_of(lead, one, both, other) == [["vpn"], ["vpn"], ["vpn"]]
    assert sorted(await managed(lead)) == ["vpn"]


async def test_a_retired_tag_stays_on_tickets_and_is_neither_offered_nor_accepted(desk: Desk) -> None:
    lead = await desk.staff("Team lead")
    held, other = await tagged(lead, ["fax"]), await tagged(lead, [])
    retired = await lead.patched("/tags/fax", {"retired": True})
    assert retired["tag"]["retired"]
    assert "fax" not in (await lead.got("/tags"))["items"]
    # It stays where it is, also when the ticket gets another.
    await lead.patched(f"/tickets/{held}", {"tags": ["fax", "scan"]})
    for refused in (
        await lead.patch(f"/tickets/{other}", json={"tags": ["fax"]}),
        await lead.post(
            "/tickets", json={"subject": "x", "text": "y", "requester": {"email": "a@example.org"}, "tags": ["fax"]}
        ),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "tag_retired")
    bulk = await lead.posted("/tickets/bulk", {"numbers": [other], "add_tags": ["fax"]}, 200)
    assert bulk["refused"][0]["problem"]["code"] == "tag_retired"
    renamed = await lead.patched("/tags/fax", {"name": "telefax"})
    assert counts(await done(desk, lead, renamed["run"])) == ("done", 1, 0, 0)
    assert await tags_of(lead, held) == [["scan", "telefax"]]
    await lead.patched("/tags/telefax", {"retired": False})
    await lead.patched(f"/tickets/{other}", {"tags": ["fax"]})
    assert await tags_of(lead, other) == [["telefax"]]


async def test_tags_are_managed_by_who_may(desk: Desk) -> None:
    agent, lead = await desk.staff(), await desk.staff("Team lead")
    await tagged(agent, ["vpn"])
    for answer in (
        await agent.get("/tags/managed"),
        await agent.post("/tags", json={"name": "x"}),
        await agent.patch("/tags/vpn", json={"name": "y"}),
        await agent.post("/tags/vpn/merge", json={"into": "y"}),
    ):
        assert (answer.status_code, answer.json()["permission"]) == (403, "settings:tags:edit")
    for answer, code in (
        (await lead.patch("/tags/none", json={"retired": True}), "tag_not_found"),
        (await lead.post("/tags", json={"name": " "}), "validation_failed"),
        (await lead.post("/tags/vpn/merge", json={"into": "vpn"}), "same_tag"),
        (await lead.post("/tags/vpn/merge", json={"into": "nowhere"}), "tag_not_found"),
    ):
        assert answer.json()["code"] == code
    await tagged(lead, ["tunnel"])
    taken = await lead.patch("/tags/vpn", json={"name": "tunnel"})
    assert (taken.status_code, taken.json()["code"]) == (409, "tag_taken")
    described = await lead.patched("/tags/vpn", {"description": "One"})
    stale = await lead.patch("/tags/vpn", json={"description": "Two"}, headers={"if-match": '"99"'})
    assert stale.status_code == 412
    by_id = await lead.patched(f"/tags/{described['tag']['id']}", {"description": "Three"})
    assert by_id["tag"]["description"] == "Three"


async def test_a_tag_renamed_back_has_its_name_again(desk: Desk) -> None:
    lead = await desk.staff("Team lead")
    ticket = await tagged(lead, ["vpn"])
    there = await lead.patched("/tags/vpn", {"name": "tunnel"})
    await done(desk, lead, there["run"])
    back = await lead.patched("/tags/tunnel", {"name": "vpn"})
    assert counts(await done(desk, lead, back["run"])) == ("done", 1, 0, 0)
    assert await tags_of(lead, ticket) == [["vpn"]]
    assert {name: one["former"] for name, one in (await managed(lead)).items()} == {"vpn": ["tunnel"]}
    await lead.patched(f"/tickets/{ticket}", {"tags": ["tunnel"]})
    assert await tags_of(lead, ticket) == [["vpn"]]
