"""Why tickets are resolved: the list of reasons, which tickets carry one, and where one is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from atum_desk.tickets.public import NewMessage, append_message
from desk import Client, Desk
from factories import MadeTicket


async def reasons(admin: Client, *names: str) -> list[str]:
    return [(await admin.posted("/resolutions", {"name": name, "description": f"{name}."}))["key"] for name in names]


async def held(client: Client, ticket: MadeTicket) -> dict[str, Any]:
    shown = await client.got(f"/tickets/{ticket.number}")
    return {"status": shown["status"]["key"], "resolution": shown["resolution"] and shown["resolution"]["key"]}


async def undo(desk: Desk, client: Client) -> None:
    """Undo the newest change that still stands."""
    change_id = await desk.value(
        """select max(c.id) from changes c where c.undo_of is null
              and split_part(c.command, '.', 1) in ('ticket', 'resolution')
              and not exists (select from changes u where u.undo_of = c.id)"""
    )
    command = await desk.value("select command from changes where id = $1", change_id)
    answer = await client.post(f"/changes/{change_id}/undo")
    assert answer.status_code == 200, f"{command}: {answer.text}"


async def require(admin: Client, *, team_id: int | None = None) -> None:
    path = "/lifecycle-rules" if team_id is None else f"/lifecycle-rules/teams/{team_id}"
    await admin.patched(path, {"resolution_required": True})


async def test_the_list_is_kept_with_an_undo_of_each_change(desk: Desk) -> None:
    admin = await desk.administrator()
    keys = await reasons(admin, "Duplicate", "Solved by us")
    seen = [(await admin.got("/resolutions"))["items"]]
    await admin.patched(f"/resolutions/{keys[0]}", {"name": "The same again"})
    seen.append((await admin.got("/resolutions"))["items"])
    assert (await admin.put("/resolutions/order", json={"keys": [keys[1], keys[0]]})).status_code == 200
    seen.append((await admin.got("/resolutions"))["items"])
    assert [(one["key"], one["name"]) for one in seen[-1]] == [(keys[1], "Solved by us"), (keys[0], "The same again")]
    await admin.patched(f"/resolutions/{keys[1]}", {"active": False})
    for before in reversed(seen):
        await undo(desk, admin)
        now = (await admin.got("/resolutions"))["items"]
        assert [one | {"version": 0} for one in now] == [one | {"version": 0} for one in before]


async def test_two_reasons_have_two_names_and_an_order_names_all(shared_desk: Desk) -> None:
    admin = await shared_desk.administrator()
    await reasons(admin, "Only one")
    again = await admin.post("/resolutions", json={"name": "only ONE"})
    assert again.status_code == 409, again.text
    order = await admin.put("/resolutions/order", json={"keys": ["nothing"]})
    assert (order.status_code, order.json()["code"]) == (422, "order_incomplete")
    agent = await shared_desk.staff()
    assert (await agent.post("/resolutions", json={"name": "Mine"})).status_code == 403


async def test_a_ticket_carries_its_reason_and_reopening_clears_it_and_undo_brings_it_back(desk: Desk) -> None:
    admin, ticket = await desk.administrator(), await desk.given.ticket()
    [key] = await reasons(admin, "Duplicate")
    path = f"/tickets/{ticket.number}"
    await admin.patched(path, {"status": "resolved", "resolution": key})
    [row] = (await admin.got("/tickets", q="resolution:duplicate", view="all"))["items"]
    assert (row["number"], row["resolution"]) == (ticket.number, {"key": key, "name": "Duplicate"})
    assert (await admin.got("/tickets", q="resolution:none", view="all"))["items"] == []
    changes = (await admin.got(f"{path}/history"))["items"]
    [told] = [one for change in changes for one in change["changes"] if one["field"] == "resolution"]
    assert (told["old"], told["new"]) == (None, {"key": key, "name": "Duplicate"})
    await admin.patched(path, {"status": "open"})
    assert await held(admin, ticket) == {"status": "open", "resolution": None}
    await undo(desk, admin)
    assert await held(admin, ticket) == {"status": "resolved", "resolution": key}
    await undo(desk, admin)
    assert await held(admin, ticket) == {"status": "new", "resolution": None}


async def test_a_requesters_answer_clears_it(desk: Desk) -> None:
    contact, admin = await desk.given.contact(), await desk.administrator()
    ticket = await desk.given.ticket(requester_id=contact)
    [key] = await reasons(admin, "Duplicate")
    await admin.patched(f"/tickets/{ticket.number}", {"status": "resolved", "resolution": key})
    async with desk.database.writing(desk.given.system, "ticket.reply") as work:
        message = NewMessage(
            kind="reply", text="No.", author_id=contact, author_name="C", from_staff=False, channel="email"
        )
        await append_message(work, ticket.id, message)
    assert await held(admin, ticket) == {"status": "open", "resolution": None}


async def test_a_renamed_reason_keeps_its_tickets_and_a_retired_one_takes_no_other(desk: Desk) -> None:
    admin = await desk.administrator()
    old, new = await desk.given.ticket(), await desk.given.ticket()
    key, other = await reasons(admin, "Duplicate", "Solved")
    await admin.patched(f"/tickets/{old.number}", {"status": "resolved", "resolution": key})
    await admin.patched(f"/resolutions/{key}", {"name": "Asked twice", "active": False})
    assert (await admin.got(f"/tickets/{old.number}"))["resolution"] == {"key": key, "name": "Asked twice"}
    await admin.patched(f"/tickets/{old.number}", {"status": "closed", "resolution": key})
    answer = await admin.patch(f"/tickets/{new.number}", json={"status": "resolved", "resolution": key})
    assert (answer.status_code, answer.json()["code"], answer.json()["allowed"]) == (422, "resolution_unknown", [other])


async def test_an_open_ticket_has_no_reason(shared_desk: Desk) -> None:
    admin, ticket = await shared_desk.administrator(), await shared_desk.given.ticket()
    [key] = await reasons(admin, "Much too early")
    answer = await admin.patch(f"/tickets/{ticket.number}", json={"resolution": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_ended")


@pytest.mark.parametrize("status", ["resolved", "closed"])
async def test_a_reason_that_is_asked_for_is_asked_for_at_every_door(desk: Desk, status: str) -> None:
    admin = await desk.administrator()
    keys = await reasons(admin, "Duplicate", "Solved")
    await require(admin)
    ticket, path = await desk.given.ticket(), ""
    path = f"/tickets/{ticket.number}"
    note = {"kind": "note", "text": "So.", "status": status}
    for method, address, body in (
        ("patch", path, {"status": status}),
        ("post", f"{path}/messages", note),
        ("post", f"{path}/messages", {**note, "kind": "reply"}),
    ):
        answer = await getattr(admin, method)(address, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "resolution_required"), answer.text
        assert answer.json()["allowed"] == keys
        assert answer.json()["detail"] == "Say why it is resolved; the reasons are: Duplicate, Solved.", answer.text
    many = {"numbers": [ticket.number], "set": {"status": status}}
    [refused] = (await admin.posted("/tickets/bulk", many, status=200))["refused"]
    assert refused["problem"]["code"] == "resolution_required"
    assert (await held(admin, ticket)) == {"status": "new", "resolution": None}
    await admin.posted(f"{path}/messages", {**note, "resolution": keys[1]})
    assert (await held(admin, ticket)) == {"status": status, "resolution": keys[1]}
    cleared = await admin.patch(path, json={"resolution": None})
    assert (cleared.status_code, cleared.json()["code"]) == (422, "resolution_required")
    await undo(desk, admin)
    done = await admin.posted("/tickets/bulk", {**many, "set": {"status": status, "resolution": keys[0]}}, status=200)
    assert done["updated"] == [ticket.number]
    assert (await held(admin, ticket)) == {"status": status, "resolution": keys[0]}


async def test_a_team_asks_for_a_reason_by_itself_and_nobody_does_where_there_is_none(desk: Desk) -> None:
    admin, asking = await desk.administrator(), await desk.given.team("Asking")
    await require(admin, team_id=asking)
    free, bound = await desk.given.ticket(), await desk.given.ticket(team_id=asking)
    await admin.patched(f"/tickets/{bound.number}", {"status": "resolved"})
    await admin.patched(f"/tickets/{bound.number}", {"status": "open"})
    [key] = await reasons(admin, "Duplicate")
    await admin.patched(f"/tickets/{free.number}", {"status": "resolved"})
    assert (await admin.patch(f"/tickets/{bound.number}", json={"status": "resolved"})).status_code == 422
    await admin.patched(f"/tickets/{bound.number}", {"status": "resolved", "resolution": key})


async def test_a_requester_is_not_asked_for_one(desk: Desk) -> None:
    contact, admin = await desk.given.contact(), await desk.administrator()
    ticket = await desk.given.ticket(requester_id=contact)
    await reasons(admin, "Duplicate")
    await require(admin)
    requester = await desk.requester(contact)
    await requester.posted(f"/portal/tickets/{ticket.number}/resolve", status=200)
    assert (await held(admin, ticket))["status"] == "resolved"
