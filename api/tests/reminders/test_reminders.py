"""Reminders: for oneself or a colleague, told once through kills, seen by nobody else, changed, done and undone."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from atum_desk.files.public import FileStore
from atum_desk.kernel import clock
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.notifications.consumers import consumers
from atum_desk.reminders.jobs import fire_due_reminders
from consumer_runs import running
from desk import Client, Desk
from waiting import until

MOVING = {"version": 0, "updated_at": 0}


def later(**more: int) -> str:
    return (clock.now() + timedelta(**more)).isoformat()


async def state_of(desk: Desk) -> list[dict[str, Any]]:
    rows = await desk.rows("select * from reminders order by id")
    return [{k: MOVING.get(k, v) for k, v in row.items()} for row in rows]


async def mine(client: Client, **query: Any) -> list[str]:
    return [one["note"] for one in (await client.got("/reminders", **query))["items"]]


async def fired(desk: Desk, **moved: int) -> None:
    worker = WorkerContext(database=desk.database, settings=desk.settings, files=FileStore(desk.settings.uploads))
    clock.move(timedelta(**moved))
    try:
        await asyncio.gather(*(fire_due_reminders(worker, b"") for _ in range(3)))
    finally:
        clock.move(timedelta(0))


async def test_a_reminder_is_set_changed_done_and_removed_and_each_is_taken_back(desk: Desk) -> None:
    client, ticket = await desk.administrator(), await desk.given.ticket()
    path = f"/tickets/{ticket.number}/reminders"
    states = [await state_of(desk)]
    one = await client.posted(path, {"minutes": 60, "note": " Call  back "})
    assert (one["note"], one["number"], one["person"], one["fired_at"]) == (
        "Call back",
        ticket.number,
        one["made_by"],
        None,
    )
    at = f"/reminders/{one['id']}"
    for change in ({"remind_at": later(days=2), "note": "Write"}, {"done": True}, {"done": False}):
        states.append(await state_of(desk))
        one = await client.patched(at, {**change, "version": one["version"]})
    assert await mine(client) == await mine(client, ticket=ticket.number) == ["Write"]
    assert await mine(client, done=True) == []
    stale = await client.patch(at, json={"note": "x", "version": 1})
    assert stale.status_code == 412
    states.append(await state_of(desk))
    assert (await client.delete(at)).status_code == 204
    assert (await client.patch(at, json={"note": "x"})).status_code == 404
    changes = (await client.got("/changes", limit=5))["items"]
    assert [change["command"] for change in changes] == [
        *("reminder.delete", "reminder.edit", "reminder.done", "reminder.edit", "reminder.add")
    ]
    for change, before in zip(changes, reversed(states), strict=True):
        await client.posted(f"/changes/{change['id']}/undo", status=200)
        assert await state_of(desk) == before, change["command"]


async def test_a_reminder_is_told_once_however_many_workers_look_and_again_at_another_moment(desk: Desk) -> None:
    client, ticket = await desk.administrator(), await desk.given.ticket()
    async with running(desk.database, **consumers) as runner:
        one = await client.posted(f"/tickets/{ticket.number}/reminders", {"minutes": 60, "note": "Call"})
        await fired(desk)
        assert await desk.value("select count(*) from changes where command = 'reminder.fire'") == 0
        for _ in range(2):
            await fired(desk, hours=2)
        assert await desk.value("select count(*) from changes where command = 'reminder.fire'") == 1
        await client.patched(f"/reminders/{one['id']}", {"minutes": 30})
        await fired(desk, hours=3)
        last = await desk.value("select max(id) from changes")
        await until(lambda: min(place.id for place in runner.feed.positions.values()) >= last, 30)
        await until(lambda: nothing_waits(desk), 30)
    [told] = (await client.got("/notifications"))["items"]
    assert [(item["reason"], item["excerpt"]) for item in told["items"]] == [("reminder", "Call")] * 2


async def nothing_waits(desk: Desk) -> bool:
    return await desk.value("select count(*) from waiting_changes where consumer = 'notifications'") == 0


async def test_a_colleague_is_reminded_and_nobody_else_learns_of_it(desk: Desk) -> None:
    maker, other = await desk.staff(name="Mina"), await desk.staff()
    ines = await desk.given.staff(name="Ines")
    hers, ticket = desk.client(ines), await desk.given.ticket()
    async with running(desk.database, **consumers) as runner:
        path = f"/tickets/{ticket.number}/reminders"
        one = await maker.posted(path, {"minutes": 60, "note": "Call", "person_id": ines.id})
        assert await mine(maker) == []
        assert await mine(maker, ticket=ticket.number) == await mine(hers) == ["Call"]
        assert await mine(other, ticket=ticket.number) == []
        assert (await other.patch(f"/reminders/{one['id']}", json={"done": True})).status_code == 404
        seen = [change["command"] for change in (await other.got("/changes"))["items"]]
        assert not any(command.startswith("reminder.") for command in seen)
        await fired(desk, hours=2)
        last = await desk.value("select max(id) from changes")
        await until(lambda: min(place.id for place in runner.feed.positions.values()) >= last, 30)
        await until(lambda: nothing_waits(desk), 30)
    [told] = (await hers.got("/notifications"))["items"]
    assert told["items"][0]["excerpt"] == "Mina: Call"
    assert (await maker.got("/notifications"))["items"] == []
    await hers.patched(f"/reminders/{one['id']}", {"done": True})
    assert await mine(hers) == []
    assert await mine(hers, done=True) == ["Call"]


async def test_a_reminder_of_a_merged_ticket_is_told_of_the_living_one(desk: Desk) -> None:
    client = await desk.administrator()
    source, target = await desk.given.ticket(), await desk.given.ticket()
    await client.posted(f"/tickets/{source.number}/reminders", {"minutes": 60, "note": "Call"})
    assert (await client.post(f"/tickets/{source.number}/merge", json={"into": target.number})).is_success
    assert (await client.got("/reminders"))["items"][0]["number"] == target.number
    await fired(desk, hours=2)
    assert await desk.value("select ticket_id from reminders") == target.id


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"minutes": 0},
        {"remind_at": "2020-01-01T00:00:00Z"},
        {"remind_at": "2999-01-01T00:00:00Z"},
        {"remind_at": "2030-01-01T00:00:00"},
        {"minutes": 60, "note": "x" * 501},
        {"minutes": 60, "person_id": 999_999},
    ],
)
async def test_what_cannot_be_reminded_of_is_refused(shared_desk: Desk, body: dict[str, Any]) -> None:
    client, ticket = await shared_desk.staff(), await shared_desk.given.ticket()
    answer = await client.post(f"/tickets/{ticket.number}/reminders", json=body)
    assert answer.status_code in (400, 422), answer.text
    assert await mine(client) == []


async def test_stars_are_each_persons_own_and_a_view_lists_them(desk: Desk) -> None:
    client, other = await desk.staff(), await desk.staff()
    first, second, third = [await desk.given.ticket() for _ in range(3)]
    before = await desk.value("select count(*) from changes")
    for ticket in (first, third):
        assert (await client.put(f"/tickets/{ticket.number}/star")).status_code == 204
    assert (await client.put(f"/tickets/{first.number}/star")).status_code == 204
    assert await desk.value("select count(*) from changes") == before
    assert (await client.got("/stars"))["items"] == [third.number, first.number]
    assert (await other.got("/stars"))["items"] == []
    [view] = [one for one in (await client.got("/views"))["items"] if one["text"] == "starred:me"]

    async def listed(who: Client, **query: Any) -> set[int]:
        return {row["number"] for row in (await who.got("/tickets", **query))["items"]}

    assert await listed(client, view=view["listed_as"]) == {first.number, third.number}
    assert await listed(other, view=view["listed_as"]) == set()
    assert await listed(client, view="all", q="-starred:me") == {second.number}
    assert await listed(client, view="all", q=f"starred:me number:{first.number}") == {first.number}
    page = await client.got("/tickets", view="all", q="starred:me", limit=1, sort="-number")
    more = await client.got("/tickets", view="all", q="starred:me", sort="-number", cursor=page["next_cursor"])
    assert [row["number"] for row in (*page["items"], *more["items"])] == [third.number, first.number]
    counts = await client.got("/views/counts")
    assert {one["id"]: one["count"] for one in counts["items"]}[view["id"]] == 2
    assert (await client.delete(f"/tickets/{first.number}/star")).status_code == 204
    assert (await client.got("/stars"))["items"] == [third.number]
    admin = await desk.administrator()
    assert (await admin.post(f"/tickets/{third.number}/merge", json={"into": second.number})).is_success
    assert set((await client.got("/stars"))["items"]) == {second.number, third.number}


async def test_what_is_out_of_sight_is_not_starred(desk: Desk) -> None:
    hidden = await desk.given.team("Hidden")
    stranger = await desk.staff(teams=(hidden,), sees_all_teams=False)
    ticket = await desk.given.ticket()
    for path in ("star", "reminders"):
        method = stranger.put if path == "star" else stranger.post
        answer = await method(f"/tickets/{ticket.number}/{path}", json={"minutes": 5})
        assert answer.status_code == 404, answer.text
