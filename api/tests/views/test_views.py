"""Views: added, changed, shared, ordered, laid out and deleted, each with one undo; and what survives what."""

from __future__ import annotations

from typing import Any

import pytest

from desk import Client, Desk
from factories import MadeTicket

BUILT_IN = ["my_open", "unassigned", "all_open", "waiting", "snoozed", "recently_resolved"]


async def views_of(client: Client) -> dict[int, dict[str, Any]]:
    return {one["id"]: one for one in (await client.got("/views"))["items"]}


async def state_of(desk: Desk) -> list[list[dict[str, Any]]]:
    """All that is stored of views, but for versions, which only grow."""
    return [
        [{**row, "version": 0} for row in await desk.rows(f"select * from {table} order by id")]
        for table in ("views", "view_preferences")
    ]


async def tagged(desk: Desk, subject: str, tag: str) -> MadeTicket:
    ticket = await desk.given.ticket(subject)
    await (await desk.staff()).patched(f"/tickets/{ticket.number}", {"tags": [tag]})
    return ticket


async def undo_last(client: Client) -> None:
    [newest] = (await client.got("/changes", limit=1))["items"]
    await client.posted(f"/changes/{newest['id']}/undo", status=200)


async def numbers_in(client: Client, view: object, **query: Any) -> list[int]:
    return [one["number"] for one in (await client.got("/tickets", view=view, limit=200, **query))["items"]]


async def test_a_workspace_begins_with_the_views_that_addresses_name(desk: Desk) -> None:
    views = list((await views_of(await desk.staff())).values())
    assert [one["key"] for one in views[:6]] == BUILT_IN
    assert [one["listed_as"] for one in views[:6]] == BUILT_IN
    assert {(one["scope"], one["can_edit"], one["broken"]) for one in views[:6]} == {("shared", False, None)}


async def test_a_view_is_added_listed_changed_deleted_and_each_is_taken_back(desk: Desk) -> None:
    lead = await desk.staff("Team lead")
    ticket, other = await desk.given.ticket("Pump leaks"), await desk.given.ticket("Relay clicks")
    states = [await state_of(desk)]
    view = await lead.posted("/views", {"name": "Pumps", "text": "subject:pump status:new", "sort": "-priority"})
    assert (view["text"], view["listed_as"], view["can_edit"]) == ("subject:pump status:new", str(view["id"]), True)
    states.append(await state_of(desk))
    assert ticket.number in await numbers_in(lead, view["id"])
    assert other.number not in await numbers_in(lead, view["id"])
    assert await numbers_in(lead, view["id"], q="subject:relay") == []
    path = f"/views/{view['id']}"
    changed = await lead.patched(path, {"text": "subject:relay", "columns": ["assignee", "tags"], "grouped": True})
    assert (changed["text"], changed["columns"], changed["grouped"]) == ("subject:relay", ["assignee", "tags"], True)
    assert other.number in await numbers_in(lead, view["id"])
    states.append(await state_of(desk))
    await lead.patched(f"{path}/layout", {"density": "cosy", "columns": ["team"], "sort": "created_at"})
    states.append(await state_of(desk))
    assert (await lead.put("/views/order", json={"ids": [view["id"]]})).json()["items"][0]["id"] == view["id"]
    states.append(await state_of(desk))
    assert (await lead.delete(path)).status_code == 204
    assert (await lead.get("/tickets", params={"view": view["id"]})).json()["code"] == "view_not_found"
    changes = (await lead.got("/changes", limit=5))["items"]
    assert [one["command"] for one in changes] == ["view.delete", "view.order", "view.lay_out", "view.edit", "view.add"]
    for change, before in zip(changes, reversed(states), strict=True):
        await lead.posted(f"/changes/{change['id']}/undo", status=200)
        assert await state_of(desk) == before, change["command"]


async def test_a_personal_view_does_not_exist_for_others(desk: Desk) -> None:
    owner, admin = await desk.staff(), await desk.administrator()
    view = await owner.posted("/views", {"name": "Canary-personal", "text": "tag:canary-personal"})
    assert view["id"] not in await views_of(admin)
    for answer in (
        await admin.get("/tickets", params={"view": view["id"]}),
        await admin.get(f"/views/{view['id']}/count"),
        await admin.get(f"/views/{view['id']}/explain", params={"ticket": (await desk.given.ticket()).number}),
        await admin.patch(f"/views/{view['id']}", json={"name": "Mine"}),
        await admin.patch(f"/views/{view['id']}/layout", json={"hidden": True}),
        await admin.put("/views/order", json={"ids": [view["id"]]}),
        await admin.delete(f"/views/{view['id']}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "view_not_found")
    told = [await admin.get(path) for path in ("/views", "/views/counts")]
    assert not any("anary-personal" in one.text for one in told)
    assert [one for one in (await (await desk.staff()).got("/changes"))["items"] if "Canary" in str(one)] == []


async def test_a_team_view_is_its_members_alone(desk: Desk) -> None:
    team, second = await desk.given.team(), await desk.given.team()
    member = await desk.staff("Team lead", teams=(team,))
    colleague = await desk.staff(teams=(team,), sees_all_teams=False)
    sees_all, of_another = await desk.administrator(), await desk.staff(teams=(second,), sees_all_teams=False)
    new = {"name": "VPN", "text": "tag:vpn", "scope": "team", "team_id": team}
    view = await member.posted("/views", new)
    assert view["id"] in await views_of(colleague)
    assert view["id"] not in await views_of(of_another)
    assert view["id"] not in await views_of(sees_all)
    refused = await member.post("/views", json={**new, "team_id": second})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_in_team")
    assert (await colleague.post("/views", json=new)).json()["code"] == "permission_missing"
    # Seen is not changed, until its owner lets whoever sees it do that.
    assert (await colleague.patch(f"/views/{view['id']}", json={"name": "X"})).json()["code"] == "view_not_editable"
    await member.patched(f"/views/{view['id']}", {"editors": "viewers"})
    assert (await colleague.patched(f"/views/{view['id']}", {"name": "Tunnels"}))["name"] == "Tunnels"
    refused = await colleague.patch(f"/views/{view['id']}", json={"scope": "personal"})
    assert refused.json()["code"] == "view_not_editable"
    refused = await colleague.patch(f"/views/{view['id']}", json={"scope": "shared"})
    assert refused.json()["code"] == "permission_missing"


async def test_a_shared_view_is_seen_by_its_roles_and_by_who_looks_after_views(desk: Desk) -> None:
    lead, agent, auditor, admin = [
        await desk.staff(role) for role in ("Team lead", "Agent", "Auditor", "Administrator")
    ]
    roles = {row["name"]: row["id"] for row in await desk.rows("select name, id from roles")}
    view = await lead.posted("/views", {"name": "Leads", "scope": "shared", "role_ids": [roles["Auditor"]]})
    seen = [view["id"] in await views_of(one) for one in (lead, agent, auditor, admin)]
    assert seen == [True, False, True, True]
    assert (await auditor.patch(f"/views/{view['id']}", json={"name": "X"})).status_code == 403
    await admin.patched(f"/views/{view['id']}", {"role_ids": []})
    assert view["id"] in await views_of(agent)
    refused = await lead.post("/views", json={"name": "X", "scope": "shared", "role_ids": [999_999]})
    assert (refused.status_code, refused.json()["code"]) == (422, "role_unknown")


async def test_an_administrator_changes_a_built_in_view_and_its_name_in_addresses_stays_as_it_was(desk: Desk) -> None:
    admin, agent = await desk.administrator(), await desk.staff()
    ticket = await tagged(desk, "Unassigned and tagged", "phone")
    [view] = [one for one in (await views_of(agent)).values() if one["key"] == "unassigned"]
    assert (await agent.patch(f"/views/{view['id']}", json={"text": "tag:x"})).json()["code"] == "view_not_editable"
    changed = await admin.patched(f"/views/{view['id']}", {"text": "open:yes assignee:none -tag:phone"})
    assert changed["listed_as"] == str(view["id"])
    assert ticket.number not in await numbers_in(agent, view["id"])
    assert ticket.number in await numbers_in(agent, "unassigned")
    await undo_last(admin)
    assert (await views_of(agent))[view["id"]]["listed_as"] == "unassigned"


async def test_renaming_what_a_view_names_keeps_the_view(desk: Desk) -> None:
    admin = await desk.administrator()
    team = await desk.given.team("Old name")
    ticket = await desk.given.ticket(team_id=team)
    view = await admin.posted("/views", {"name": "V", "text": 'team:"Old name" status:new'})
    await admin.patched(f"/teams/{team}", {"name": "Newer name"})
    await admin.patched("/statuses/new", {"name": "Fresh"})
    now = (await views_of(admin))[view["id"]]
    assert now["text"] == 'team:"Newer name" status:new'
    assert now["broken"] is None
    assert await numbers_in(admin, view["id"]) == [ticket.number]


@pytest.mark.parametrize(
    "text", ["team:Passing", "-team:Passing", "subject:x or team:Passing", "open:yes -team:Passing"]
)
async def test_a_view_of_a_team_that_is_gone_says_so_and_matches_nothing(desk: Desk, text: str) -> None:
    admin = await desk.administrator()
    ticket = await desk.given.ticket("x marks it")
    added = await admin.post("/teams", json={"name": "Passing"})
    view = await admin.posted("/views", {"name": "V", "text": text})
    before = await numbers_in(admin, view["id"])
    assert before or text == "team:Passing"
    await admin.posted(f"/changes/{added.headers['x-change-id']}/undo", status=200)
    now = (await views_of(admin))[view["id"]]
    assert (now["text"], bool(now["broken"])) == (text, True)
    assert await numbers_in(admin, view["id"]) == []
    assert (await admin.got(f"/views/{view['id']}/count")) == {
        **{"id": view["id"], "count": 0, "exact": True, "slow": False, "broken": True}
    }
    [count] = [one for one in (await admin.got("/views/counts"))["items"] if one["id"] == view["id"]]
    assert (count["count"], count["broken"]) == (0, True)
    told = await admin.got(f"/views/{view['id']}/explain", ticket=ticket.number)
    assert (told["held"], told["broken"]) == (False, True)
    assert [one["held"] for one in told["parts"] if one["broken"]] == [False]


async def test_a_view_explains_each_part(desk: Desk) -> None:
    agent = await desk.staff()
    ticket = await tagged(desk, "Pump leaks", "spare")
    view = await agent.posted("/views", {"name": "V", "text": "subject:pump (tag:vpn or -(tag:spare status:new))"})
    told = await agent.got(f"/views/{view['id']}/explain", ticket=ticket.number)
    assert [(one["depth"], one["match"] or one["text"], one["held"]) for one in told["parts"]] == [
        (0, "all", False),
        (1, "subject:pump", True),
        (1, "any", False),
        (2, "tag:vpn", False),
        (2, "none", False),
        (3, "all", True),
        (4, "tag:spare", True),
        (4, "status:new", True),
    ]
    assert (told["held"], told["broken"]) == (False, False)


async def test_what_one_lays_over_a_view_is_ones_own_and_survives_its_deletion_and_return(desk: Desk) -> None:
    lead, agent = await desk.staff("Team lead"), await desk.staff()
    view = await lead.posted("/views", {"name": "V", "scope": "shared", "columns": ["team"]})
    path = f"/views/{view['id']}"
    own = (await agent.patched(f"{path}/layout", {"columns": ["tags", "assignee"], "hidden": True}))["own"]
    unlaid = dict.fromkeys(("sort", "grouped", "group_by", "density"))
    assert own == unlaid | {"columns": ["tags", "assignee"], "hidden": True}
    assert (await views_of(lead))[view["id"]]["own"]["columns"] is None
    assert (await lead.delete(path)).status_code == 204
    await undo_last(lead)
    assert (await views_of(agent))[view["id"]]["own"] == own
    reset = await agent.patched(f"{path}/layout", dict.fromkeys(("columns", "sort", "grouped", "density")))
    assert (reset["own"]["columns"], reset["columns"]) == (None, ["team"])
    refused = await agent.patch(f"{path}/layout", json={"columns": ["nothing"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "column_unknown")


async def test_a_stale_change_of_a_view_is_refused(desk: Desk) -> None:
    agent = await desk.staff()
    view = await agent.posted("/views", {"name": "V"})
    await agent.patched(f"/views/{view['id']}", {"name": "W", "version": view["version"]})
    stale = await agent.patch(f"/views/{view['id']}", json={"name": "X", "version": view["version"]})
    assert stale.status_code == 412
    gone = await agent.delete(f"/views/{view['id']}", headers={"if-match": f'"{view["version"]}"'})
    assert gone.status_code == 412


async def test_a_view_and_a_text_are_one_condition_within_its_bounds(desk: Desk) -> None:
    agent = await desk.staff()
    ticket: MadeTicket = await desk.given.ticket("Alpha beta")
    deep = "subject:a or (subject:b (subject:c or (subject:d (subject:e or subject:f))))"
    view = await agent.posted("/views", {"name": "Deep", "text": deep})
    assert ticket.number in await numbers_in(agent, view["id"])
    refused = await agent.get("/tickets", params={"view": view["id"], "q": "subject:a"})
    assert (refused.status_code, refused.json()["code"]) == (422, "condition_invalid")
    for wrong in ("nonsense", "-1", "9" * 30):
        refused = await agent.get("/tickets", params={"view": wrong})
        assert refused.status_code == 422, refused.text


async def test_a_view_is_grouped_by_a_field_until_that_goes_out_of_use(desk: Desk) -> None:
    admin = await desk.administrator()
    field = {"entity": "ticket", "name": "Hall", "key": "hall", "kind": "boolean"}
    await admin.posted("/custom-fields", field)
    view = await admin.posted("/views", {"name": "Halls", "grouped": True, "group_by": "field.hall"})
    path = f"/views/{view['id']}"
    assert (view["grouped"], view["group_by"], view["own"]["group_by"]) == (True, "field.hall", None)
    own = (await admin.patched(f"{path}/layout", {"group_by": "assignee"}))["own"]
    assert own["group_by"] == "assignee"
    await undo_last(admin)
    assert (await views_of(admin))[view["id"]]["own"]["group_by"] is None
    assert (await admin.patched(path, {"group_by": "team"}))["group_by"] == "team"
    await undo_last(admin)
    assert (await views_of(admin))[view["id"]]["group_by"] == "field.hall"
    for refused in (
        await admin.patch(path, json={"group_by": "subject"}),
        await admin.patch(f"{path}/layout", json={"group_by": "cc"}),
        await admin.post("/views", json={"name": "X", "group_by": "nowhere"}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "group_unknown")
    await admin.patched("/custom-fields/hall", {"active": False})
    gone = (await views_of(admin))[view["id"]]
    assert (gone["grouped"], gone["group_by"]) == (False, "category")


async def test_a_shared_view_is_made_personal_only_where_there_is_room_for_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await desk.staff("Team lead")
    await lead.posted("/views", {"name": "Own"})
    shared = await lead.posted("/views", {"name": "Shared", "scope": "shared"})
    monkeypatch.setattr("atum_desk.audiences.checks.MOST_PERSONAL", 1)
    refused = await lead.patch(f"/views/{shared['id']}", json={"scope": "personal"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_views")
    assert (await lead.patched(f"/views/{shared['id']}", {"name": "Ours"}))["scope"] == "shared"
