"""What is required when, by every route, and what requesters see and fill in."""

from __future__ import annotations

from typing import Any

import pytest

from desk import Client, Desk
from factories import MadeTicket

ASK = {"name": "Ada", "email": "ada@x.example", "subject": "S", "text": "t"}
OPEN = {"subject": "S", "text": "t", "requester": {"email": "r@x.example"}}


async def add(client: Client, **settings: Any) -> dict[str, Any]:
    return await client.posted("/custom-fields", {"entity": "ticket", "name": "Machine", "kind": "text", **settings})


async def requires(client: Client, method: str, path: str, body: dict[str, Any]) -> list[str]:
    """Send what must be refused for missing fields; return their names."""
    answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "fields_required"), answer.text
    return answer.json()["names"]


async def test_what_is_required_on_open_is_asked_of_people_and_never_of_mail(desk: Desk) -> None:
    client = await desk.administrator()
    await add(client, required_on=["open"])
    await add(client, name="Serial", required_on=["open"], requesters="edit")
    assert await requires(client, "POST", "/tickets", OPEN) == ["Machine", "Serial"]
    filled = {"machine": "HX", "serial": "7"}
    assert await requires(client, "POST", "/tickets", OPEN | {"fields": filled | {"serial": " "}}) == ["Serial"]
    assert (await client.posted("/tickets", OPEN | {"fields": filled}))["fields"] == filled
    portal = desk.client()
    assert await requires(portal, "POST", "/portal/tickets", ASK) == ["Serial"]
    await portal.posted("/portal/tickets", ASK | {"fields": {"serial": "8"}}, status=202)
    # As mail opens one.
    await desk.given.ticket()


async def test_a_default_fills_what_is_required(desk: Desk) -> None:
    client = await desk.administrator()
    await add(client, required_on=["open"], default="unknown")
    assert (await client.posted("/tickets", OPEN))["fields"] == {"machine": "unknown"}


@pytest.mark.parametrize("way", ["patch", "bulk", "reply"])
async def test_a_ticket_is_resolved_with_what_is_required_alone(desk: Desk, way: str) -> None:
    client = await desk.administrator()
    await add(client, required_on=["resolve"])
    await add(client, name="Of incidents", required_on=["resolve"], ticket_types=["incident"])
    ticket = await desk.given.ticket()
    assert await resolve(client, ticket, way) == ["Machine"]
    assert (await client.got(f"/tickets/{ticket.number}"))["status"]["key"] == "new"
    await client.patched(f"/tickets/{ticket.number}", {"status": "waiting"})
    await client.patched(f"/tickets/{ticket.number}", {"fields": {"machine": "HX"}})
    assert await resolve(client, ticket, way) is None
    assert (await client.got(f"/tickets/{ticket.number}"))["status"]["key"] == "resolved"


async def resolve(client: Client, ticket: MadeTicket, way: str) -> list[str] | None:
    """Resolve a ticket; return the names of what is missing, if anything."""
    if way == "bulk":
        body = {"numbers": [ticket.number], "set": {"status": "resolved"}}
        result = await client.posted("/tickets/bulk", body, status=200)
        return result["refused"][0]["problem"]["names"] if result["refused"] else None
    path = f"/tickets/{ticket.number}"
    if way == "patch":
        answer = await client.patch(path, json={"status": "resolved"})
    else:
        answer = await client.post(f"{path}/messages", json={"kind": "note", "text": "t", "status": "resolved"})
    return answer.json().get("names")


async def test_value_and_status_may_come_together_and_clearing_counts(desk: Desk) -> None:
    client = await desk.administrator()
    await add(client, required_on=["resolve"])
    ticket = await desk.given.ticket()
    path = f"/tickets/{ticket.number}"
    await client.patched(path, {"fields": {"machine": "HX"}})
    assert await requires(client, "PATCH", path, {"status": "resolved", "fields": {"machine": None}}) == ["Machine"]
    assert (await client.got(path))["fields"] == {"machine": "HX"}
    await client.patched(path, {"status": "resolved", "fields": {"machine": "TR"}})


async def test_a_hand_over_asks_for_what_the_team_needs(desk: Desk) -> None:
    client = await desk.administrator()
    second, third = await desk.given.team(), await desk.given.team()
    await add(client, required_on=["hand_over"], hand_over_team_ids=[second])
    ticket = await desk.given.ticket()
    path = f"/tickets/{ticket.number}"
    assert await requires(client, "PATCH", path, {"team_id": second}) == ["Machine"]
    await client.patched(path, {"team_id": third})
    await client.patched(path, {"team_id": second, "fields": {"machine": "HX"}})


async def test_requesters_see_and_fill_in_what_is_for_them(desk: Desk) -> None:
    client = await desk.administrator()
    options = [{"name": "Red", "key": "red"}, {"name": "Gone", "key": "gone", "active": False}]
    await add(client, name="Color", kind="choice", options=options, requesters="edit", required_on=["open"])
    await add(client, name="State", requesters="see")
    await add(client, name="Secret")
    portal = desk.client()
    [form] = (await portal.got("/portal/fields"))["items"]
    assert (form["key"], form["required"], [one["key"] for one in form["options"]]) == ("color", True, ["red"])
    for hidden in ("state", "secret", "nothing"):
        answer = await portal.post("/portal/tickets", json=ASK | {"fields": {"color": "red", hidden: "x"}})
        assert [one["field"] for one in answer.json()["errors"]] == [f"fields.{hidden}"]
    asked = await portal.posted("/portal/tickets", ASK | {"fields": {"color": "red"}}, status=202)
    await client.patched(f"/tickets/{asked['number']}", {"fields": {"state": "Ordered", "secret": "x"}})
    requester_id = (await client.got(f"/tickets/{asked['number']}"))["requester"]["id"]
    seen = await (await desk.requester(requester_id)).got(f"/portal/tickets/{asked['number']}")
    assert seen["fields"] == [
        {"key": "color", "name": "Color", "kind": "choice", "value": "Red"},
        {"key": "state", "name": "State", "kind": "text", "value": "Ordered"},
    ]
    await client.patched("/custom-fields/state", {"requesters": "none"})
    seen = await (await desk.requester(requester_id)).got(f"/portal/tickets/{asked['number']}")
    assert [one["key"] for one in seen["fields"]] == ["color"]
