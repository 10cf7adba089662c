"""The workspace's name: set by administrators, seen by everybody, and taken back."""

from __future__ import annotations

from desk import Client, Desk


async def administrator(desk: Desk) -> Client:
    return desk.client(await desk.given.staff(role="Administrator"))


async def test_a_new_name_stands_in_the_desk_and_the_portal_and_can_be_taken_back(desk: Desk) -> None:
    admin = await administrator(desk)
    before = (await admin.got("/workspace"))["name"]
    on_portal = (await desk.client().got("/portal"))["workspace_name"]
    answer = await admin.patch("/workspace", json={"name": "  Halvorsen  Help "})
    named = answer.json()["name"]
    assert answer.status_code == 200
    assert named.split() == ["Halvorsen", "Help"]
    assert (await admin.got("/me"))["workspace"]["name"] == named
    assert (await desk.client().got("/portal"))["workspace_name"] == named
    change = answer.headers["x-change-id"]
    await admin.posted(f"/changes/{change}/undo", status=200)
    assert (await admin.got("/workspace"))["name"] == before
    assert (await desk.client().got("/portal"))["workspace_name"] == on_portal


async def test_the_same_name_is_no_change(desk: Desk) -> None:
    admin = await administrator(desk)
    name = (await admin.got("/workspace"))["name"]
    answer = await admin.patch("/workspace", json={"name": name})
    assert answer.status_code == 200
    assert "x-change-id" not in answer.headers


async def test_two_who_rename_at_once_do_not_overwrite_each_other(desk: Desk) -> None:
    admin = await administrator(desk)
    version = (await admin.got("/workspace"))["version"]
    await admin.patched("/workspace", {"name": "First", "version": version})
    late = await admin.patch("/workspace", json={"name": "Second"}, headers={"if-match": f'"{version}"'})
    assert (late.status_code, late.json()["code"]) == (412, "version_conflict")
    assert (await admin.got("/workspace"))["name"] == "First"


async def test_agents_read_the_name_and_cannot_set_it(desk: Desk) -> None:
    agent = desk.client(await desk.given.staff())
    assert (await agent.got("/workspace"))["name"]
    assert (await agent.patch("/workspace", json={"name": "Mine"})).status_code == 403
    assert (await desk.client().get("/workspace")).status_code == 401


async def test_a_name_is_one_line_that_shows_something(desk: Desk) -> None:
    admin = await administrator(desk)
    for name in ("", "   ", "\u202e", "x" * 201):
        answer = await admin.patch("/workspace", json={"name": name})
        assert answer.status_code in (400, 422), name
