"""Checklists on tickets: made, done, ordered, required before resolving whoever does it, taken along by merges, undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import bulk_runs
from atum_desk.checklists.jobs import tell_due_items
from atum_desk.files.public import FileStore
from atum_desk.kernel import clock
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.notifications.consumers import consumers
from consumer_runs import running
from desk import Client, Desk
from waiting import until

MOVING = {"version": 0, "updated_at": 0}
TABLES = ("tickets", "messages", "checklists", "checklist_items", "checklist_templates")


async def opened(client: Client) -> int:
    new = {"subject": "New laptop", "text": "Please", "requester": {"email": "ann@example.org"}}
    number: int = (await client.posted("/tickets", new))["number"]
    return number


async def made(client: Client, number: int, *texts: str, name: str = "Setup", **more: Any) -> dict[str, Any]:
    """Add a checklist and return it with its items."""
    items = [{"text": text, **more} for text in texts]
    shown = await client.posted(f"/tickets/{number}/checklists", {"name": name, "items": items})
    added: dict[str, Any] = shown["items"][-1]
    return added


async def texts(client: Client, number: int) -> list[list[str]]:
    shown = await client.got(f"/tickets/{number}/checklists")
    return [[item["text"] for item in one["items"]] for one in shown["items"]]


async def state_of(desk: Desk) -> list[list[dict[str, Any]]]:
    return [
        [{k: MOVING.get(k, v) for k, v in row.items()} for row in await desk.rows(f"select * from {table} order by id")]
        for table in TABLES
    ]


def path_of(number: int, checklist: dict[str, Any], place: int | None = None) -> str:
    one = f"/tickets/{number}/checklists/{checklist['id']}"
    return one if place is None else f"{one}/items/{checklist['items'][place]['id']}"


async def test_each_command_does_one_thing_and_its_undo_takes_it_back_whole(desk: Desk) -> None:
    admin = await desk.administrator()
    number, me = await opened(admin), (await admin.got("/me"))["person"]["id"]
    states = [await state_of(desk)]
    one = await made(admin, number, " Order  it ", "Install", "Hand over")
    assert [item["text"] for item in one["items"]] == ["Order it", "Install", "Hand over"]
    at = path_of(number, one)
    steps: list[tuple[str, str, dict[str, Any] | None]] = [
        ("patch", at, {"name": "Laptop"}),
        ("post", f"{at}/items", {"text": "Ask how it goes", "required": True, "person_id": me}),
        ("patch", path_of(number, one, 0), {"text": "Order two", "due_at": "2099-01-01T00:00:00Z"}),
        ("patch", path_of(number, one, 2), {"place": 0}),
        ("patch", path_of(number, one, 1), {"done": True}),
        ("patch", path_of(number, one, 1), {"done": False}),
        ("delete", path_of(number, one, 0), None),
        ("delete", at, None),
    ]
    for method, path, body in steps:
        states.append(await state_of(desk))
        answer = await admin.request(method, path, json=body)
        assert answer.is_success, answer.text
    changes = (await admin.got("/changes", limit=len(states)))["items"]
    assert [change["command"] for change in reversed(changes)] == [
        *("checklist.add", "checklist.rename", "checklist.add_item", "checklist.edit_item", "checklist.move_item"),
        *("checklist.check", "checklist.uncheck", "checklist.delete_item", "checklist.delete"),
    ]
    for change, before in zip(changes, reversed(states), strict=True):
        await admin.posted(f"/changes/{change['id']}/undo", status=200)
        assert await state_of(desk) == before, change["command"]


async def test_an_item_says_who_did_it_and_the_ticket_how_far_it_is(desk: Desk) -> None:
    admin = await desk.administrator()
    number = await opened(admin)
    one = await made(admin, number, "a", "b", "c", required=True)
    item = await admin.patched(path_of(number, one, 1), {"done": True})
    assert item["done_by"]["id"] == (await admin.got("/me"))["person"]["id"]
    assert item["done_at"] is not None
    expected = {"done": 1, "total": 3, "required": 2}
    assert (await admin.got(f"/tickets/{number}"))["checklist"] == expected
    [row] = (await admin.got("/tickets", q="checklist:open"))["items"]
    assert (row["number"], row["checklist"]) == (number, expected)
    assert (await admin.got("/tickets", q="checklist:done"))["items"] == []
    other = await opened(admin)
    for place in (0, 2):
        await admin.patched(path_of(number, one, place), {"done": True})
    assert [row["number"] for row in (await admin.got("/tickets", q="checklist:done"))["items"]] == [number]
    assert [row["number"] for row in (await admin.got("/tickets", q="-checklist:any"))["items"]] == [other]
    assert (await admin.got(f"/tickets/{other}"))["checklist"] is None


async def test_items_stand_where_they_are_moved_however_often(desk: Desk) -> None:
    admin = await desk.administrator()
    number = await opened(admin)
    one = await made(admin, number, *"abcd")
    expected, ids = list("abcd"), [item["id"] for item in one["items"]]
    for text, place in [("d", 0), ("a", 3), ("b", 9), *[("c", 1), ("d", 1)] * 40]:
        expected.remove(text)
        expected.insert(min(place, 3), text)
        path = f"{path_of(number, one)}/items/{ids['abcd'.index(text)]}"
        await admin.patched(path, {"place": place})
        assert await texts(admin, number) == [expected]


async def refused_by(client: Client, answer: Any, *names: str) -> None:
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "checklist_items_required"
    assert answer.json()["names"] == list(names)


async def test_nobody_resolves_a_ticket_while_a_required_item_is_open(desk: Desk) -> None:
    admin = await desk.administrator()
    number = await opened(admin)
    one = await made(admin, number, "Sign", "Send")
    await admin.patched(path_of(number, one, 0), {"required": True})
    path = f"/tickets/{number}"
    for status in ("resolved", "closed"):
        await refused_by(admin, await admin.patch(path, json={"status": status}), "Sign")
    for kind in ("note", "reply"):
        body = {"kind": kind, "text": "Done", "status": "resolved"}
        await refused_by(admin, await admin.post(f"{path}/messages", json=body), "Sign")
    many = await admin.posted("/tickets/bulk", {"numbers": [number], "set": {"status": "resolved"}}, 200)
    assert many["refused"][0]["problem"]["code"] == "checklist_items_required"
    macro = {"name": "End", "actions": [{"do": "status", "status": "resolved"}], "scope": "shared"}
    macro_id = (await admin.posted("/macros", macro))["id"]
    await refused_by(admin, await admin.post(f"{path}/macros/{macro_id}", json={}), "Sign")
    run = await bulk_runs.done(
        desk, admin, await bulk_runs.begun(admin, {"set": {"status": "resolved"}}, numbers=[number])
    )
    assert (run["refused"], run["changed"]) == (1, 0)
    requester = await desk.requester(await desk.value("select requester_id from tickets where number = $1", number))
    assert (await requester.post(f"/portal/tickets/{number}/resolve")).status_code == 409
    assert (await admin.got(path))["status"]["category"] == "new"
    # An ended ticket may be closed, whatever is added to it.
    await admin.patched(path_of(number, one, 0), {"done": True})
    await admin.patched(path, {"status": "resolved"})
    await admin.patched(path_of(number, one, 0), {"done": False})
    await admin.patched(path, {"status": "closed"})


async def test_a_requester_resolves_what_requires_nothing_and_sees_no_checklist(desk: Desk) -> None:
    admin = await desk.administrator()
    number = await opened(admin)
    await made(admin, number, "Secret step")
    requester = await desk.requester(await desk.value("select requester_id from tickets where number = $1", number))
    assert "Secret step" not in (await requester.get(f"/portal/tickets/{number}")).text
    assert (await requester.get(f"/tickets/{number}/checklists")).status_code in (401, 403)
    assert (await requester.post(f"/portal/tickets/{number}/resolve")).status_code == 200


async def test_a_merge_takes_checklists_along_and_they_block_the_living_ticket(desk: Desk) -> None:
    admin = await desk.administrator()
    source, target = await opened(admin), await opened(admin)
    await made(admin, source, "Sign", required=True)
    await made(admin, target, "Send")
    before = await state_of(desk)
    merged = await admin.post(f"/tickets/{source}/merge", json={"into": target})
    assert merged.is_success, merged.text
    assert sorted(await texts(admin, target)) == [["Send"], ["Sign"]]
    assert await texts(admin, source) == []
    assert (await admin.patch(f"/tickets/{target}", json={"status": "resolved"})).status_code == 422
    refused = await admin.post(f"/tickets/{source}/checklists", json={"name": "Late"})
    assert (refused.status_code, refused.json()["code"]) == (409, "merged_elsewhere")
    [change] = (await admin.got("/changes", limit=1))["items"]
    await admin.posted(f"/changes/{change['id']}/undo", status=200)
    assert await state_of(desk) == before


async def test_a_separated_ticket_gets_its_checklists_back_with_what_was_added_since(desk: Desk) -> None:
    admin = await desk.administrator()
    source, target = await opened(admin), await opened(admin)
    one = await made(admin, source, "Sign")
    assert (await admin.post(f"/tickets/{source}/merge", json={"into": target})).is_success
    await admin.posted(f"{path_of(target, one)}/items", {"text": "Send"})
    assert (await admin.post(f"/tickets/{source}/separate", json={})).is_success
    assert await texts(admin, source) == [["Sign", "Send"]]
    assert await texts(admin, target) == []


async def test_macros_and_bulk_runs_add_a_templates_checklist_before_they_resolve(desk: Desk) -> None:
    admin = await desk.administrator()
    me = (await admin.got("/me"))["person"]["id"]
    items = [{"text": "Sign", "required": True, "person_id": me, "due_minutes": 60}, {"text": "Send"}]
    template = await admin.posted("/checklist-templates", {"name": "Leaving", "items": items, "scope": "shared"})
    add = {"do": "checklist", "template_id": template["id"]}
    macro = {"name": "M", "actions": [add, {"do": "status", "status": "resolved"}], "scope": "shared"}
    both = (await admin.posted("/macros", macro))["id"]
    alone = (await admin.posted("/macros", {"name": "A", "actions": [add], "scope": "shared"}))["id"]
    number = await opened(admin)
    await refused_by(admin, await admin.post(f"/tickets/{number}/macros/{both}", json={}), "Sign")
    assert await texts(admin, number) == []
    before = await state_of(desk)
    applied = await admin.posted(f"/tickets/{number}/macros/{alone}", {}, 200)
    shown = (await admin.got(f"/tickets/{number}/checklists"))["items"][0]
    assert (shown["name"], [one["text"] for one in shown["items"]]) == ("Leaving", ["Sign", "Send"])
    assert shown["items"][0]["person"]["id"] == me
    assert shown["items"][0]["due_at"] > clock.now().isoformat()
    await admin.posted(f"/changes/{applied['change_id']}/undo", status=200)
    assert await state_of(desk) == before
    run = await bulk_runs.done(
        desk, admin, await bulk_runs.begun(admin, {"checklist_template_id": template["id"]}, numbers=[number])
    )
    assert run["changed"] == 1
    assert await texts(admin, number) == [["Sign", "Send"]]
    await bulk_runs.undone(desk, admin, run)
    assert await texts(admin, number) == []


async def due(desk: Desk, **moved: int) -> None:
    worker = WorkerContext(database=desk.database, settings=desk.settings, files=FileStore(desk.settings.uploads))
    clock.move(timedelta(**moved))
    try:
        await tell_due_items(worker, b"")
    finally:
        clock.move(timedelta(0))


async def test_who_has_an_item_is_told_and_once_more_when_it_is_due(desk: Desk) -> None:
    admin, ines = await desk.administrator(), await desk.staff(name="Ines")
    her_id = (await ines.got("/me"))["person"]["id"]
    number = await opened(admin)
    async with running(desk.database, **consumers) as runner:
        one = await made(admin, number, "Sign")
        due_at = (clock.now() + timedelta(hours=1)).isoformat()
        await admin.patched(path_of(number, one, 0), {"person_id": her_id, "due_at": due_at})
        await due(desk)
        for _ in range(2):
            await due(desk, hours=2)
        last = await desk.value("select max(id) from changes")
        await until(lambda: min(place.id for place in runner.feed.positions.values()) >= last, 30)
        await until(lambda: nothing_waits(desk), 30)
    assert await desk.value("select count(*) from changes where command = 'checklist.due'") == 1
    [ticket] = (await ines.got("/notifications"))["items"]
    told = [(one["reason"], one["actor"] is None, one["excerpt"]) for one in ticket["items"]]
    assert told == [("checklist", True, "Sign"), ("checklist", False, "Sign")]


async def nothing_waits(desk: Desk) -> bool:
    return await desk.value("select count(*) from waiting_changes where consumer = 'notifications'") == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"name": ""}, 400),
        ({"name": "x" * 101}, 400),
        ({"name": "x", "items": [{"text": "y"}] * 101}, 400),
        ({"name": "x", "items": [{"text": " "}]}, 422),
        ({"name": "x", "items": [{"text": "y", "due_at": "2026-01-01T00:00:00"}]}, 400),
        ({"name": "x", "items": [{"text": "y", "person_id": 999_999}]}, 422),
        ({"template_id": 999_999}, 404),
    ],
)
async def test_what_cannot_be_is_refused(shared_desk: Desk, body: dict[str, Any], status: int) -> None:
    client = await shared_desk.staff()
    number = await opened(client)
    answer = await client.post(f"/tickets/{number}/checklists", json=body)
    assert answer.status_code in ({400, 422} if status != 404 else {404}), answer.text
    assert await texts(client, number) == []


async def test_there_is_an_end_to_checklists_and_items(desk: Desk) -> None:
    client = await desk.staff()
    number = await opened(client)
    one = await made(client, number, *(str(place) for place in range(100)))
    refused = await client.post(f"{path_of(number, one)}/items", json={"text": "one more"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_checklist_items")
    for _ in range(19):
        await made(client, number)
    refused = await client.post(f"/tickets/{number}/checklists", json={"name": "one more"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_checklists")


async def test_an_item_of_somebody_who_does_not_see_the_ticket_is_refused(desk: Desk) -> None:
    client, hidden = await desk.administrator(), await desk.given.team("Hidden")
    stranger = await desk.given.staff(teams=(hidden,), sees_all_teams=False)
    number = await opened(client)
    one = await made(client, number, "Sign")
    refused = await client.patch(path_of(number, one, 0), json={"person_id": stranger.id})
    assert (refused.status_code, refused.json()["code"]) == (422, "assignee_unknown")
    assert (await desk.client(stranger).get(f"/tickets/{number}/checklists")).status_code == 404


async def test_templates_are_their_owners_teams_or_everybodys(desk: Desk) -> None:
    team = await desk.given.team("Network")
    lead, agent = await desk.staff("Team lead", teams=(team,)), await desk.staff()
    new = {"name": "Onboarding", "items": [{"text": "Greet"}]}
    assert (await agent.post("/checklist-templates", json=new | {"scope": "shared"})).status_code == 403
    mine = await agent.posted("/checklist-templates", new)
    of_team = await lead.posted("/checklist-templates", new | {"scope": "team", "team_id": team})
    shared = await lead.posted("/checklist-templates", new | {"name": "Leaving", "scope": "shared"})
    seen = [one["id"] for one in (await agent.got("/checklist-templates"))["items"]]
    assert seen == [shared["id"], mine["id"]]
    assert [one["id"] for one in (await lead.got("/checklist-templates", q="board"))["items"]] == [of_team["id"]]
    refused = await agent.patch(f"/checklist-templates/{shared['id']}", json={"name": "Mine"})
    assert (refused.status_code, refused.json()["code"]) == (403, "checklist_template_not_editable")
    changed = await lead.patched(
        f"/checklist-templates/{shared['id']}", {"items": [{"text": "Wave"}], "version": shared["version"]}
    )
    assert [one["text"] for one in changed["items"]] == ["Wave"]
    stale = await lead.patch(f"/checklist-templates/{shared['id']}", json={"name": "x", "version": shared["version"]})
    assert stale.status_code == 412
    assert (await lead.delete(f"/checklist-templates/{shared['id']}")).status_code == 204
    [change] = (await lead.got("/changes", limit=1))["items"]
    await lead.posted(f"/changes/{change['id']}/undo", status=200)
    assert (await agent.got(f"/checklist-templates/{shared['id']}"))["items"] == changed["items"]
