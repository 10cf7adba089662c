"""Whom a change is told, why, and once: the consumer, the inbox and what marks it as read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from atum_desk.notifications.consumers import consumers
from consumer_runs import running
from desk import Client, Desk
from waiting import until

TICKET = {"subject": "Printer", "text": "It is on fire", "requester": {"email": "ann@example.org"}}


@asynccontextmanager
async def told(desk: Desk) -> AsyncIterator[None]:
    """Run the consumer, and leave when everything that was done within was handled."""
    async with running(desk.database, **consumers) as runner:
        yield
        last = await desk.value("select max(id) from changes")
        await until(lambda: min(place.id for place in runner.feed.positions.values()) >= last, 30)
        await until(lambda: nothing_waits(desk), 30)


async def nothing_waits(desk: Desk) -> bool:
    return await desk.value("select count(*) from waiting_changes where consumer = 'notifications'") == 0


async def opened(client: Client, **more: Any) -> int:
    number: int = (await client.posted("/tickets", {**TICKET, **more}))["number"]
    return number


async def my_id(client: Client) -> int:
    person_id: int = (await client.got("/me"))["person"]["id"]
    return person_id


async def reasons(client: Client) -> list[str]:
    """What somebody was told, the oldest first."""
    page = await client.got("/notifications")
    items = [one for ticket in page["items"] for one in ticket["items"]]
    return [one["reason"] for one in sorted(items, key=lambda one: one["id"])]


async def noted(client: Client, number: int, text: str = "A note", **more: Any) -> dict[str, Any]:
    added: dict[str, Any] = await client.posted(f"/tickets/{number}/messages", {"kind": "note", "text": text, **more})
    return added


async def answered(desk: Desk, number: int) -> None:
    """Let the requester answer."""
    async with desk.database.writing(desk.given.system, "ticket.reply") as work:
        work.ticket_id = await work.fetchval(
            """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
               select workspace_id, id, 'reply', requester_id, 'Ann', false, 'email', 'Still on fire'
                 from tickets where number = $1 returning ticket_id""",
            number,
        )


async def test_each_reason_is_told_to_whom_it_concerns_and_never_to_who_did_it(desk: Desk) -> None:
    actor = await desk.staff("Agent", name="Actor")
    ines, otto, fred = [await desk.staff("Agent", name=name) for name in ("Ines", "Otto", "Fred")]
    team = await desk.given.team("Network")
    member = await desk.staff("Agent", name="Mina", teams=(team,))
    async with told(desk):
        number = await opened(actor)
        await fred.put(f"/tickets/{number}/followers/me")
        await actor.patched(f"/tickets/{number}", {"assignee_id": await my_id(ines)})
        await answered(desk, number)
        await noted(actor, number, mentions={"staff_ids": [await my_id(otto), await my_id(actor)]})
        other = await opened(actor)
        await actor.patched(f"/tickets/{other}", {"team_id": team})
    assert await reasons(ines) == ["assigned", "replied", "followed"]
    assert await reasons(otto) == ["mentioned"]
    assert await reasons(fred) == ["followed", "followed", "followed"]
    assert await reasons(member) == ["team"]
    assert await reasons(actor) == []


async def test_one_change_is_told_once_for_the_strongest_reason(desk: Desk) -> None:
    team = await desk.given.team("Network")
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent", name="Ines", teams=(team,))
    async with told(desk):
        number = await opened(actor, assignee_id=await my_id(ines))
        await ines.put(f"/tickets/{number}/followers/me")
        # A mention, a follower, an assignee and a member of the team at once.
        await noted(actor, number, mentions={"staff_ids": [await my_id(ines)], "team_ids": [team]}, status="waiting")
    assert await reasons(ines) == ["assigned", "mentioned"]


async def test_nobody_is_told_of_what_they_do_not_see(desk: Desk) -> None:
    actor = await desk.staff("Agent")
    own, elsewhere = await desk.given.first_team(), await desk.given.team("Elsewhere")
    narrow = await desk.staff("Agent", name="Narrow", teams=(own,), sees_all_teams=False)
    async with told(desk):
        number = await opened(actor, team_id=own)
        await narrow.put(f"/tickets/{number}/followers/me")
        await noted(actor, number)
    assert await reasons(narrow) == ["followed"]
    assert (await narrow.got("/notifications"))["unread"] == 1
    async with told(desk):
        await actor.patched(f"/tickets/{number}", {"team_id": elsewhere})
        await noted(actor, number, "A secret")
    page = await narrow.got("/notifications")
    assert (page["items"], page["unread"]) == ([], 0)
    assert await desk.value("select count(*) from notifications where person_id = $1", await my_id(narrow)) == 0


async def test_an_undo_takes_back_what_nobody_read_and_doing_it_again_tells_again(desk: Desk) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    async with told(desk):
        number = await opened(actor)
        await actor.patched(f"/tickets/{number}", {"assignee_id": await my_id(ines)})
        added = await noted(actor, number)
    assert await reasons(ines) == ["assigned", "followed"]
    async with told(desk):
        undone = await actor.posted(f"/changes/{added['change_id']}/undo", None, 200)
    assert await reasons(ines) == ["assigned"]
    assert (await ines.got("/notifications"))["unread"] == 1
    async with told(desk):
        await actor.posted(f"/changes/{undone['change_id']}/undo", None, 200)
    assert await reasons(ines) == ["assigned", "followed"]


async def test_opening_the_ticket_reads_what_was_told_of_it(desk: Desk) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    async with told(desk):
        for _ in range(2):
            number = await opened(actor, assignee_id=await my_id(ines))
    assert (await ines.got("/notifications"))["unread"] == 2
    await ines.post(f"/tickets/{number}/read")
    page = await ines.got("/notifications")
    assert page["unread"] == 1
    assert [(one["number"] == number, one["unread"]) for one in page["items"]] == [(True, 0), (False, 1)]
    assert [one["number"] for one in (await ines.got("/notifications", unread=True))["items"]] == [number - 1]


async def test_notifications_are_marked_one_by_one_by_ticket_and_all(desk: Desk) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    async with told(desk):
        numbers = [await opened(actor, assignee_id=await my_id(ines)) for _ in range(3)]
        await noted(actor, numbers[0])
    page = await ines.got("/notifications")
    first = next(one for one in page["items"] if one["number"] == numbers[0])["items"][0]["id"]
    for path, marks, unread in (
        ("read", {"ids": [first]}, 3),
        ("read", {"tickets": [numbers[0]]}, 2),
        ("unread", {"tickets": [numbers[0]]}, 4),
        ("read", {"all": True}, 0),
    ):
        assert await ines.posted(f"/notifications/{path}", marks, 200) == {"unread": unread}
    assert (await ines.post("/notifications/read", json={})).status_code == 422
    # Somebody else's are not there to be marked.
    assert await actor.posted("/notifications/unread", {"ids": [first]}, 200) == {"unread": 0}
    assert (await ines.got("/notifications"))["unread"] == 0


async def test_the_list_is_paged_by_ticket(desk: Desk) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    async with told(desk):
        numbers = [await opened(actor, assignee_id=await my_id(ines)) for _ in range(5)]
    seen, cursor = [], None
    while True:
        page = await ines.got("/notifications", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [one["number"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == numbers[::-1]


async def test_each_reason_is_turned_off_and_comes_back(desk: Desk) -> None:
    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    off = {"assigned": {"desk": False, "mail": False}}
    saved = await ines.patched("/notifications/settings", {"reasons": off})
    assert saved["reasons"]["assigned"] == {"desk": False, "mail": False, "push": True, "frequency": "at_once"}
    assert saved["reasons"]["mentioned"] == {"desk": True, "mail": True, "push": True, "frequency": "at_once"}
    async with told(desk):
        number = await opened(actor, assignee_id=await my_id(ines))
    assert await reasons(ines) == []
    change_id = await desk.value("select max(id) from changes where command = 'notifications.prefer'")
    assert (await ines.post(f"/changes/{change_id}/undo")).status_code == 200
    async with told(desk):
        await actor.patched(f"/tickets/{number}", {"assignee_id": None})
        await actor.patched(f"/tickets/{number}", {"assignee_id": await my_id(ines)})
    assert await reasons(ines) == ["assigned"]


@pytest.mark.parametrize("zone", ["Nowhere/Else", "'; drop"])
async def test_quiet_hours_have_a_zone_that_there_is(desk: Desk, zone: str) -> None:
    ines = await desk.staff("Agent")
    quiet = {"begin": "18:30:00", "end": "07:30:00", "zone": zone}
    refused = await ines.patch("/notifications/settings", json={"quiet": quiet})
    assert (refused.status_code, refused.json()["code"]) == (422, "zone_unknown")
    kept = await ines.patched("/notifications/settings", {"quiet": quiet | {"zone": "Europe/Lisbon"}})
    assert kept["quiet"] == quiet | {"zone": "Europe/Lisbon"}
    assert (await ines.patched("/notifications/settings", {"quiet": None}))["quiet"] is None


async def test_what_is_old_or_too_much_is_deleted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from atum_desk.kernel.jobs.handlers import WorkerContext
    from atum_desk.notifications import jobs

    actor, ines = await desk.staff("Agent"), await desk.staff("Agent")
    async with told(desk):
        for _ in range(4):
            await opened(actor, assignee_id=await my_id(ines))
    async with desk.database.marking(desk.given.system) as transaction:
        await transaction.execute(
            """update notifications set read_at = moment() - interval '31 days'
                where id = (select min(id) from notifications)"""
        )
    worker = WorkerContext(database=desk.database, settings=None, files=None)  # type: ignore[arg-type]
    await jobs.prune(worker, b"")
    assert await desk.value("select count(*) from notifications") == 3
    monkeypatch.setattr(jobs, "MOST_OF_PERSON", 2)
    await jobs.prune(worker, b"")
    assert await desk.value("select count(*) from notifications") == 2
