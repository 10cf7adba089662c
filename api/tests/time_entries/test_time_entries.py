"""Time that was worked: entered, changed, deleted, taken along by merges, and by whom."""

from __future__ import annotations

from typing import Any

import pytest

from desk import Client, Desk

MOVING = {"version": 0, "updated_at": 0, "row_version": 0}


async def opened(client: Client, **more: Any) -> int:
    ticket = await client.posted(
        "/tickets", {"subject": "Printer", "text": "It is on fire", "requester": {"email": "ann@example.org"}, **more}
    )
    number: int = ticket["number"]
    return number


async def times(client: Client, number: int) -> list[tuple[int, str]]:
    return [(one["seconds"], one["note"]) for one in (await client.got(f"/tickets/{number}/time-entries"))["items"]]


async def state_of(desk: Desk) -> list[list[dict[str, Any]]]:
    return [
        [{k: MOVING.get(k, v) for k, v in row.items()} for row in await desk.rows(f"select * from {table} order by id")]
        for table in ("tickets", "messages", "time_entries", "time_activities")
    ]


async def undo_last(client: Client) -> int:
    [change] = (await client.got("/changes", limit=1))["items"]
    undone = await client.posted(f"/changes/{change['id']}/undo", status=200)
    assert undone["change_id"] > change["id"]
    change_id: int = undone["change_id"]
    return change_id


async def test_time_is_entered_changed_and_deleted_and_each_is_taken_back(desk: Desk) -> None:
    admin = await desk.administrator()
    activity = await admin.posted("/time-activities", {"name": " On  site ", "billable": False})
    assert activity["name"] == "On site"
    number = await opened(admin)
    path = f"/tickets/{number}/time-entries"
    states = [await state_of(desk)]
    entry = await admin.posted(path, {"seconds": 90, "activity_id": activity["id"], "note": " Paper "})
    assert (entry["seconds"], entry["billable"], entry["note"], entry["activity_name"]) == (
        90,
        False,
        "Paper",
        "On site",
    )
    states.append(await state_of(desk))
    changed = await admin.patched(
        f"/time-entries/{entry['id']}", {"seconds": 600, "billable": True, "version": entry["version"]}
    )
    assert (changed["seconds"], changed["billable"], changed["note"]) == (600, True, "Paper")
    refused = await admin.patch(f"/time-entries/{entry['id']}", json={"seconds": 1, "version": entry["version"]})
    assert refused.status_code == 412
    states.append(await state_of(desk))
    assert (await admin.delete(f"/time-entries/{entry['id']}")).status_code == 204
    assert (await admin.got(path))["items"] == []
    assert (await admin.patch(f"/time-entries/{entry['id']}", json={"seconds": 1})).status_code == 404
    history = (await admin.got(f"/time-entries/{entry['id']}/history"))["items"]
    assert [one["command"] for one in history] == ["time.delete", "time.edit", "time.log"]
    assert (history[1]["old"]["seconds"], history[1]["new"]["seconds"]) == (90, 600)
    changes = (await admin.got("/changes", limit=3))["items"]
    for change, before in zip(changes, reversed(states), strict=True):
        await admin.posted(f"/changes/{change['id']}/undo", status=200)
        assert await state_of(desk) == before, change["command"]


async def test_only_ones_own_time_can_be_edited_and_undone_without_the_permission(desk: Desk) -> None:
    one, other, lead = await desk.staff(), await desk.staff(), await desk.staff("Team lead")
    number = await opened(one)
    entry = await one.posted(f"/tickets/{number}/time-entries", {"seconds": 60})
    [change] = (await one.got("/changes", limit=1))["items"]
    seen = (await other.got(f"/tickets/{number}/time-entries"))["items"][0]
    assert (seen["can_edit"], entry["can_edit"]) == (False, True)
    refused = await other.patch(f"/time-entries/{entry['id']}", json={"seconds": 61})
    assert (refused.status_code, refused.json()["code"]) == (403, "time_entry_not_yours")
    assert (await other.delete(f"/time-entries/{entry['id']}")).status_code == 403
    assert (await other.post(f"/changes/{change['id']}/undo")).status_code == 403
    assert (await lead.patched(f"/time-entries/{entry['id']}", {"seconds": 61}))["person_id"] == entry["person_id"]
    await undo_last(lead)
    await one.posted(f"/changes/{change['id']}/undo", status=200)
    assert await times(one, number) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": 0},
        {"seconds": 86_401},
        {"seconds": 1.5},
        {"seconds": 60, "note": "x" * 2_001},
        {"seconds": 60, "activity_id": 999_999},
        {"seconds": 60, "started_at": "2999-01-01T00:00:00Z"},
        {"seconds": 60, "started_at": "2026-01-01T00:00:00"},
        {"seconds": 60, "person_id": 1},
    ],
)
async def test_what_cannot_be_is_refused(shared_desk: Desk, wrong: dict[str, Any]) -> None:
    client = await shared_desk.staff()
    number = await opened(client)
    answer = await client.post(f"/tickets/{number}/time-entries", json=wrong)
    assert answer.status_code in (400, 422), answer.text
    assert await times(client, number) == []


async def test_a_retired_activity_stays_on_its_entries_and_is_refused_for_new_ones(desk: Desk) -> None:
    admin = await desk.administrator()
    number = await opened(admin)
    path = f"/tickets/{number}/time-entries"
    activity = await admin.posted("/time-activities", {"name": "Travel"})
    assert (await admin.post("/time-activities", json={"name": "TRAVEL"})).status_code == 409
    entry = await admin.posted(path, {"seconds": 60, "activity_id": activity["id"]})
    await admin.patched(f"/time-activities/{activity['id']}", {"retired": True})
    assert (await admin.post(path, json={"seconds": 60, "activity_id": activity["id"]})).status_code == 422
    same = {"seconds": 120, "activity_id": activity["id"]}
    assert (await admin.patched(f"/time-entries/{entry['id']}", same))["activity_name"] == "Travel"


async def test_a_merge_takes_time_along_and_its_undo_redo_and_separation_are_exact(desk: Desk) -> None:
    client = await desk.administrator()
    first, second, third = [await opened(client, subject=name) for name in "abc"]
    for number in (first, second, third):
        await client.posted(f"/tickets/{number}/time-entries", {"seconds": number, "note": str(number)})
    before = await state_of(desk)
    await client.posted(f"/tickets/{first}/merge", {"into": second}, status=200)
    assert {note for _, note in await times(client, second)} == {str(first), str(second)}
    merged = await state_of(desk)
    undo = await undo_last(client)
    assert await state_of(desk) == before
    await client.posted(f"/changes/{undo}/undo", status=200)
    assert await state_of(desk) == merged
    # What was entered on the closed number is time of the ticket that goes on.
    late = await client.posted(f"/tickets/{first}/time-entries", {"seconds": 5, "note": "late"})
    assert late["number"] == second
    await client.posted(f"/tickets/{second}/merge", {"into": third}, status=200)
    assert len(await times(client, third)) == 4
    await client.posted(f"/tickets/{second}/separate", {}, status=200)
    assert {note for _, note in await times(client, second)} == {str(first), str(second), "late"}
    await client.posted(f"/tickets/{first}/separate", {}, status=200)
    assert [await times(client, number) for number in (first, third)] == [[(first, str(first))], [(third, str(third))]]


async def test_a_merge_can_be_undone_after_time_that_it_moved_was_deleted(desk: Desk) -> None:
    client = await desk.administrator()
    first, second = await opened(client), await opened(client)
    entry = await client.posted(f"/tickets/{first}/time-entries", {"seconds": 60})
    await client.posted(f"/tickets/{first}/merge", {"into": second}, status=200)
    [merge] = (await client.got("/changes", limit=1))["items"]
    await client.delete(f"/time-entries/{entry['id']}")
    await client.posted(f"/changes/{merge['id']}/undo", status=200)
    assert await times(client, first) == await times(client, second) == []


async def test_time_of_a_ticket_out_of_sight_does_not_exist(desk: Desk) -> None:
    hidden = await desk.given.team("Hidden")
    admin = await desk.administrator()
    number = await opened(admin, team_id=hidden)
    entry = await admin.posted(f"/tickets/{number}/time-entries", {"seconds": 60})
    outside = await desk.staff("Team lead", teams=(await desk.given.first_team(),), sees_all_teams=False)
    for answer in (
        await outside.get(f"/tickets/{number}/time-entries"),
        await outside.post(f"/tickets/{number}/time-entries", json={"seconds": 1}),
        await outside.patch(f"/time-entries/{entry['id']}", json={"seconds": 1}),
        await outside.delete(f"/time-entries/{entry['id']}"),
        await outside.get(f"/time-entries/{entry['id']}/history"),
        await outside.put(f"/tickets/{number}/timer", json={"running": True}),
    ):
        assert answer.status_code == 404
