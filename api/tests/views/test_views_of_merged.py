"""Views that name a contact or an organization go on with whom it was merged into, until that is undone."""

from __future__ import annotations

from typing import Any

import pytest

from desk import Client, Desk


async def numbers_in(client: Client, view: int) -> set[int]:
    return {one["number"] for one in (await client.got("/tickets", view=view, limit=200))["items"]}


async def told_of(client: Client, view: int, ticket: int) -> tuple[Any, ...]:
    """Return what the API tells of a view: its text, whether it is broken, its count, whether a ticket is in it."""
    [item] = [one for one in (await client.got("/views"))["items"] if one["id"] == view]
    counts = {one["id"]: one["count"] for one in (await client.got("/views/counts"))["items"]}
    exactly = (await client.got(f"/views/{view}/count"))["count"]
    explained = await client.got(f"/views/{view}/explain", ticket=ticket)
    return item["text"], item["broken"], counts[view], exactly, explained["held"]


@pytest.mark.parametrize("kind", ["requester", "organization"])
async def test_a_view_follows_a_merge_and_its_undo(desk: Desk, kind: str) -> None:
    admin = await desk.administrator()
    if kind == "requester":
        source = await desk.given.contact("Ada Old", "ada@merged-view.example")
        target = await desk.given.contact("Ada New", "ada.new@merged-view.example")
        own = await desk.given.ticket(requester_id=source)
        other = await desk.given.ticket(requester_id=target)
        text, after = "requester:ada@merged-view.example", "requester:ada.new@merged-view.example"
        source_id, target_id, path = source, target, "/contacts"
    else:
        source_id = await desk.given.organization("Old works")
        target_id = await desk.given.organization("New works")
        tickets = [
            await desk.given.ticket(requester_id=await desk.given.contact(organization_id=one))
            for one in (source_id, target_id)
        ]
        own, other = tickets
        text, after, path = 'organization:"Old works"', 'organization:"New works"', "/organizations"
    view = (await admin.posted("/views", {"name": "Theirs", "text": text}))["id"]
    both = (await admin.posted("/views", {"name": "Not theirs", "text": f"-{text} number:{own.number}"}))["id"]
    before = await told_of(admin, view, own.number)
    assert before == (text, None, 1, 1, True)
    assert await numbers_in(admin, view) == {own.number}
    merged = await admin.post(f"{path}/{source_id}/merge", json={"into": target_id, "take": []})
    assert merged.status_code == 200
    assert await told_of(admin, view, own.number) == (after, None, 2, 2, True)
    assert await numbers_in(admin, view) == {own.number, other.number}
    assert await numbers_in(admin, both) == set()
    await admin.posted(f"/changes/{merged.headers['x-change-id']}/undo", status=200)
    assert await told_of(admin, view, own.number) == before
    assert await numbers_in(admin, view) == {own.number}
