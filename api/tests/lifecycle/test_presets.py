"""Managed intake: taken over as one change, enforced for everybody, and taken back as a whole."""

from __future__ import annotations

from typing import Any

from desk import Client, Desk
from factories import MadeTicket

INTAKE = ["new", "accepted", "assigned", "in_progress", "waiting", "resolved", "closed", "cancelled"]


async def statuses_of(client: Client) -> list[dict[str, Any]]:
    return (await client.got("/statuses"))["items"]


def without_versions(statuses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"version": 0} for one in statuses]


async def moved(client: Client, ticket: MadeTicket, status: str) -> Any:
    return await client.patch(f"/tickets/{ticket.number}", json={"status": status})


async def take_over(client: Client, **body: Any) -> list[dict[str, Any]]:
    return (await client.posted("/statuses/preset", {"preset": "managed_intake", **body}, status=200))["items"]


async def test_statuses_and_transitions_are_those_of_the_preset(desk: Desk) -> None:
    admin = await desk.administrator()
    taken = await take_over(admin)
    assert [one["key"] for one in taken if one["active"]] == INTAKE
    assert [one["key"] for one in taken] == [*INTAKE, "open", "on_hold"]
    leads = [r["id"] for r in (await admin.got("/roles"))["items"] if r["name"] in ("Team lead", "Administrator")]
    by_key = {one["key"]: one for one in taken}
    assert by_key["new"]["next"] == [{"key": "accepted", "role_ids": leads}, {"key": "cancelled", "role_ids": []}]
    assert [one["key"] for one in by_key["in_progress"]["next"]] == ["waiting", "resolved"]
    assert {one["key"]: one["category"] for one in taken}["accepted"] == "open"


async def test_only_leads_accept_and_nothing_is_skipped(desk: Desk) -> None:
    admin, lead, agent = await desk.administrator(), await desk.staff("Team lead"), await desk.staff("Agent")
    await take_over(admin)
    ticket = await desk.given.ticket()
    refused = await moved(agent, ticket, "accepted")
    assert (refused.status_code, refused.json()["code"], refused.json()["allowed"]) == (
        409,
        "transition_forbidden",
        ["cancelled"],
    )
    refused = await moved(lead, ticket, "in_progress")
    assert refused.json()["allowed"] == ["accepted", "cancelled"]
    assert (await moved(lead, ticket, "accepted")).status_code == 200
    for status in ("assigned", "in_progress", "waiting", "in_progress", "resolved", "closed"):
        assert (await moved(agent, ticket, status)).status_code == 200, status
    started = await desk.given.ticket()
    for status in ("accepted", "assigned", "in_progress"):
        assert (await moved(lead, started, status)).status_code == 200
    assert (await moved(lead, started, "cancelled")).json()["allowed"] == ["waiting", "resolved"]


async def test_what_was_open_before_finds_its_way_on(desk: Desk) -> None:
    admin, agent = await desk.administrator(), await desk.staff("Agent")
    ticket, held = await desk.given.ticket(), await desk.given.ticket()
    await moved(agent, ticket, "open")
    await moved(agent, held, "on_hold")
    await take_over(admin)
    assert (await agent.got(f"/tickets/{ticket.number}"))["status"]["key"] == "open"
    for one in (ticket, held):
        shown = await agent.got(f"/tickets/{one.number}")
        assert shown["allowed_statuses"] == ["in_progress", "waiting", "resolved", "closed"]
        assert (await moved(agent, one, "in_progress")).status_code == 200


async def test_one_undo_takes_all_of_it_back(desk: Desk) -> None:
    admin = await desk.administrator()
    before = await statuses_of(admin)
    await take_over(admin)
    (newest,) = (await admin.got("/changes", limit=1))["items"]
    assert (newest["command"], newest["can_undo"]) == ("status.preset", True)
    await admin.posted(f"/changes/{newest['id']}/undo", status=200)
    assert without_versions(await statuses_of(admin)) == without_versions(before)


async def test_it_can_be_taken_over_twice_and_beside_statuses_of_ones_own(desk: Desk) -> None:
    admin = await desk.administrator()
    await admin.posted("/statuses", {"name": "Assigned", "category": "waiting"})
    await admin.posted("/statuses", {"name": "in progress", "category": "on_hold"})
    taken = await take_over(admin)
    # What has the key and another category means something else.
    beside = {"assigned": "assigned_2", "in_progress": "in_progress_2"}
    assert [one["key"] for one in taken if one["active"]] == [beside.get(key, key) for key in INTAKE]
    assert [one["name"] for one in taken][2:4] == ["Assigned (assigned_2)", "In progress (in_progress_2)"]
    assert {one["category"] for one in taken[1:4]} == {"open"}
    assert without_versions(await take_over(admin)) == without_versions(taken)


async def test_other_roles_may_accept(desk: Desk) -> None:
    admin = await desk.administrator()
    agents = next(r["id"] for r in (await admin.got("/roles"))["items"] if r["name"] == "Agent")
    taken = await take_over(admin, role_ids=[agents])
    assert taken[0]["next"][0] == {"key": "accepted", "role_ids": [agents]}
    unknown = await admin.post("/statuses/preset", json={"preset": "managed_intake", "role_ids": [999_999]})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "role_unknown")
    lead = await desk.staff("Team lead")
    assert (await lead.post("/statuses/preset", json={"preset": "managed_intake"})).status_code == 403
