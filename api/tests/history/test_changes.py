"""The list of changes, and who may undo what."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from desk import Client, Desk

WORK = {"kind": "note", "text": "x"}


async def change_of(client: Client, method: str, path: str, body: Mapping[str, object] | None = None) -> int:
    answer = await client.request(method, path, json=body)
    assert answer.is_success, answer.text
    return int(answer.headers["x-change-id"])


async def test_an_agent_undoes_their_own_and_a_lead_anybodys(shared_desk: Desk) -> None:
    one, other, lead = (await shared_desk.staff(), await shared_desk.staff(), await shared_desk.staff("Team lead"))
    ticket = await shared_desk.given.ticket()
    path = f"/tickets/{ticket.number}"
    change_id = await change_of(one, "patch", path, {"priority": "high"})
    refused = await other.post(f"/changes/{change_id}/undo")
    assert (refused.status_code, refused.json()["permission"]) == (403, "change:undo_any")
    assert (await one.post(f"/changes/{change_id}/undo")).status_code == 200
    change_id = await change_of(one, "patch", path, {"priority": "high"})
    undone = await lead.posted(f"/changes/{change_id}/undo", status=200)
    assert (undone["undone"], undone["kept"]) == (change_id, [])
    assert (await other.got(path))["priority"] == "normal"


async def test_an_undo_and_a_redo_need_the_permission_of_the_command(desk: Desk) -> None:
    agent, person = await desk.administrator(), await desk.given.staff()
    client = desk.client(person)
    ticket = await desk.given.ticket()
    change_id = await change_of(client, "patch", f"/tickets/{ticket.number}", {"priority": "high"})
    undone = await client.posted(f"/changes/{change_id}/undo", status=200)
    async with desk.database.writing(desk.given.system, "role.edit") as work:
        await work.execute(
            "update roles set permissions = array_remove(permissions, 'ticket:priority') where name = 'Agent'"
        )
    redo = await client.post(f"/changes/{undone['change_id']}/undo")
    assert (redo.status_code, redo.json()["permission"]) == (403, "ticket:priority")
    redone = await agent.posted(f"/changes/{undone['change_id']}/undo", status=200)
    undo_again = await client.post(f"/changes/{redone['change_id']}/undo")
    assert undo_again.status_code == 403


@pytest.mark.parametrize("role", ["Agent", "Auditor"])
async def test_only_auditors_see_changes_outside_tickets_that_are_not_their_own(shared_desk: Desk, role: str) -> None:
    admin, client = await shared_desk.administrator(), await shared_desk.staff(role)
    change_id = await change_of(admin, "post", "/contacts", {"name": "C", "email": f"{role}.audit@example.org"})
    own = await change_of(client, "patch", "/me", {"name": "Own name"})
    seen = {c["id"] for c in (await client.got("/changes", limit=200))["items"]}
    assert own in seen
    assert (change_id in seen) == (role == "Auditor")
    hidden = await client.post(f"/changes/{change_id}/undo")
    assert hidden.status_code == (403 if role == "Auditor" else 404)


async def offered(client: Client) -> dict[int, bool]:
    return {c["id"]: c["can_undo"] for c in (await client.got("/changes", limit=200))["items"]}


async def test_an_undo_is_offered_to_whoever_may_undo(desk: Desk) -> None:
    admin, agent, lead, auditor = [
        await desk.staff(role) for role in ("Administrator", "Agent", "Team lead", "Auditor")
    ]
    path = f"/tickets/{(await desk.given.ticket()).number}"
    of_ticket = await change_of(agent, "patch", path, {"priority": "high"})
    of_people = await change_of(admin, "post", "/contacts", {"name": "C", "email": "c@example.org"})
    of_teams = await change_of(admin, "post", "/teams", {"name": "Second line"})
    for client, expected in ((admin, [True, True, True]), (agent, [True]), (lead, [True]), (auditor, [False] * 3)):
        found = await offered(client)
        told = [found[one] for one in (of_ticket, of_people, of_teams) if one in found]
        assert told == expected
    undone = (await agent.posted(f"/changes/{of_ticket}/undo", status=200))["change_id"]
    found = await offered(agent)
    assert (found[of_ticket], found[undone]) == (False, True)
    assert not (await offered(auditor))[undone]
    # Nothing that the list offers here is refused, and nothing else is taken back.
    assert not (await admin.post(f"/changes/{of_ticket}/undo")).is_success
    assert (await admin.post(f"/changes/{of_teams}/undo")).is_success


async def test_changes_are_listed_newest_first_page_by_page_and_by_ticket(shared_desk: Desk) -> None:
    client = await shared_desk.administrator()
    tickets = [await shared_desk.given.ticket() for _ in range(2)]
    made = [await change_of(client, "post", f"/tickets/{tickets[n % 2].number}/messages", WORK) for n in range(6)]
    read: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = await client.got("/changes", ticket=tickets[0].number, limit=2, **cursor)
        read += [c["id"] for c in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert read[:3] == [made[4], made[2], made[0]]
    assert len(read) == 4
    first = (await client.got("/changes", limit=1))["items"][0]
    me = (await client.got("/me"))["person"]
    assert (first["id"], first["command"], first["via"], first["ticket_number"]) == (
        made[5],
        "ticket.note",
        "session",
        tickets[1].number,
    )
    assert first["actor"] == {"id": me["id"], "name": me["name"]}
    assert (await client.got("/changes", ticket=99_999))["items"] == []


async def test_a_change_tells_by_which_way_it_came(shared_desk: Desk) -> None:
    person = await shared_desk.given.staff()
    script = shared_desk.bearer(await shared_desk.token(person.id))
    ticket = await shared_desk.given.ticket()
    change_id = await change_of(script, "post", f"/tickets/{ticket.number}/messages", WORK)
    assert await shared_desk.value("select via from changes where id = $1", change_id) == "token"
    assert len(await shared_desk.value("select request_id from changes where id = $1", change_id)) >= 16


async def test_what_came_by_mail_is_never_taken_back(desk: Desk) -> None:
    client = await desk.administrator()
    ticket = await desk.given.ticket()
    mailed = type(desk.given.system)(workspace_id=desk.given.workspace_id, via="mail")
    async with desk.database.writing(mailed, "ticket.reply") as work:
        await work.execute("update tickets set subject = 'By mail' where id = $1", ticket.id)
        work.ticket_id = ticket.id
    refused = await client.post(f"/changes/{work.change_id}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_undoable")
    assert "mail that arrived stays" in refused.json()["detail"]


async def test_a_refused_write_and_a_read_make_no_change(shared_desk: Desk) -> None:
    client = await shared_desk.staff()
    before = await shared_desk.value("select max(id) from changes")
    ticket_number = (
        await shared_desk.value("select max(number) from tickets") or (await shared_desk.given.ticket()).number
    )
    before = await shared_desk.value("select max(id) from changes")
    for path in ("/tickets", f"/tickets/{ticket_number}", "/changes", "/me", "/contacts"):
        assert "x-change-id" not in (await client.get(path)).headers
    refused = await client.patch(f"/tickets/{ticket_number}", json={"assignee_id": 99_999})
    assert "x-change-id" not in refused.headers
    assert await shared_desk.value("select max(id) from changes") == before
