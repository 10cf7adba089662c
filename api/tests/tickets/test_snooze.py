"""Snoozing: what is snoozed leaves the lists of open work, wakes once at its moment or with an answer, and is undone whole."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

import bulk_runs
from atum_desk.files.public import FileStore
from atum_desk.kernel import clock
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.tickets.jobs import wake_due
from atum_desk.tickets.public import NewMessage, append_message
from desk import Client, Desk
from factories import MadeTicket

LISTS = ("my_open", "unassigned", "all_open", "snoozed", "all")


def later(**more: int) -> str:
    return (clock.now() + timedelta(**more)).isoformat()


async def listed(client: Client, **query: Any) -> dict[str, list[int]]:
    """The numbers in each list."""
    return {
        name: [row["number"] for row in (await client.got("/tickets", view=name, **query))["items"]] for name in LISTS
    }


async def is_snoozed(client: Client, ticket: MadeTicket) -> bool:
    return [row["number"] for row in (await client.got("/tickets", view="snoozed"))["items"]] == [ticket.number]


async def work_of_the_clock(desk: Desk, **moved: int) -> None:
    """Let the worker look for what is due after so long."""
    worker = WorkerContext(database=desk.database, settings=desk.settings, files=FileStore(desk.settings.uploads))
    clock.move(timedelta(**moved))
    try:
        await wake_due(worker, b"")
    finally:
        clock.move(timedelta(0))


async def answered(desk: Desk, ticket: MadeTicket, contact: int, *, automatic: bool = False) -> None:
    async with desk.database.writing(desk.given.system, "ticket.reply") as work:
        message = NewMessage(
            kind="reply", text="Here I am.", author_id=contact, author_name="C", from_staff=False, channel="email"
        )
        message.automatic = automatic
        await append_message(work, ticket.id, message)


async def undo(client: Client, command: str, status: int = 200) -> dict[str, Any]:
    found = [one for one in (await client.got("/changes", limit=20))["items"] if one["command"] == command]
    answer = await client.post(f"/changes/{found[0]['id']}/undo")
    assert answer.status_code == status, answer.text
    return answer.json()


async def count_of(desk: Desk, command: str) -> int:
    return await desk.value("select count(*) from changes where command = $1", command)


async def test_a_snoozed_ticket_leaves_the_lists_of_open_work_and_its_wake_brings_it_back(desk: Desk) -> None:
    client, ticket = await desk.administrator(), await desk.given.ticket()
    before = await listed(client)
    shown = await client.posted(
        f"/tickets/{ticket.number}/snooze", {"until": later(days=3), "reason": "The part arrives\n on Monday"}, 200
    )
    assert (shown["snooze"]["reason"], shown["snooze"]["on_reply"]) == ("The part arrives on Monday", True)
    assert shown["snooze"]["woken_at"] is None
    assert shown["status"]["key"] == "new"
    asleep = await listed(client)
    assert asleep == before | {"unassigned": [], "all_open": [], "snoozed": [ticket.number]}
    team = shown["team"]["id"]
    counts = await client.got("/tickets/counts")
    assert (counts["views"]["all_open"], counts["views"]["snoozed"], counts["teams"][str(team)]) == (0, 1, 0)
    [view] = [one for one in (await client.got("/views"))["items"] if one["name"] == "Snoozed"]
    assert view["listed_as"] == "snoozed"
    by_text = {
        text: [row["number"] for row in (await client.got("/tickets", view="all", q=text))["items"]]
        for text in ("open:yes", "snoozed:yes", "snoozed:no", "snoozed_until:<now+4d", "snoozed_until:none")
    }
    number = [ticket.number]
    assert by_text == {
        "open:yes": [],
        "snoozed:yes": number,
        "snoozed:no": [],
        "snoozed_until:<now+4d": number,
        "snoozed_until:none": [],
    }
    woken = await client.delete(f"/tickets/{ticket.number}/snooze")
    assert woken.status_code == 200
    assert woken.json()["snooze"]["woken_at"] is not None
    assert await listed(client) == before
    again = await client.delete(f"/tickets/{ticket.number}/snooze")
    assert again.status_code == 200
    assert await count_of(desk, "ticket.wake") == 1


async def test_it_wakes_exactly_once_however_many_workers_look(desk: Desk) -> None:
    client = await desk.administrator()
    tickets = [await desk.given.ticket() for _ in range(5)]
    for ticket in tickets:
        await client.posted(f"/tickets/{ticket.number}/snooze", {"minutes": 60}, 200)
    await work_of_the_clock(desk, minutes=59)
    assert await count_of(desk, "ticket.wake_due") == 0
    await asyncio.gather(*(work_of_the_clock(desk, minutes=61) for _ in range(4)))
    await work_of_the_clock(desk, minutes=62)
    assert await count_of(desk, "ticket.wake_due") == 5
    woken = await desk.rows("select distinct ticket_id from changes where command = 'ticket.wake_due'")
    assert {row["ticket_id"] for row in woken} == {ticket.id for ticket in tickets}
    assert (await listed(client))["snoozed"] == []


async def test_who_has_it_sees_that_it_woke_until_they_open_it(desk: Desk) -> None:
    admin, ticket = await desk.administrator(), await desk.given.ticket()
    agent, other = await desk.staff(), await desk.staff()
    me = (await agent.got("/me"))["person"]["id"]
    path = f"/tickets/{ticket.number}"
    await admin.patched(path, {"assignee_id": me})
    for client in (admin, agent, other):
        assert (await client.post(f"{path}/read")).status_code == 204
    await admin.posted(f"{path}/snooze", {"minutes": 5}, 200)
    await work_of_the_clock(desk, minutes=6)

    async def unread(client: Client) -> list[bool]:
        rows = (await client.got("/tickets", view="all"))["items"]
        asked = (await client.got("/tickets", view="all", q="unread:yes"))["items"]
        assert [row["unread"] for row in rows] == [bool(asked)]
        return [row["unread"] for row in rows]

    # The worker's clock was ahead: so is the moment at which they read it.
    assert (await unread(agent), await unread(other)) == ([True], [False])
    clock.move(timedelta(minutes=10))
    try:
        assert (await agent.post(f"{path}/read")).status_code == 204
        assert await unread(agent) == [False]
    finally:
        clock.move(timedelta(0))


async def test_an_answer_wakes_it_unless_it_sleeps_through_answers_and_a_robot_does_not(desk: Desk) -> None:
    client, contact = await desk.administrator(), await desk.given.contact()
    ticket = await desk.given.ticket(requester_id=contact)
    path = f"/tickets/{ticket.number}/snooze"
    await client.posted(path, {}, 200)
    await work_of_the_clock(desk, days=300)
    assert await is_snoozed(client, ticket)
    await answered(desk, ticket, contact, automatic=True)
    assert await is_snoozed(client, ticket)
    await client.posted(f"/tickets/{ticket.number}/messages", {"kind": "reply", "text": "Still there?"})
    assert await is_snoozed(client, ticket)
    await answered(desk, ticket, contact)
    assert not await is_snoozed(client, ticket)
    await client.posted(path, {"until": later(days=1), "on_reply": False}, 200)
    await answered(desk, ticket, contact)
    assert await is_snoozed(client, ticket)
    await work_of_the_clock(desk, days=2)
    assert not await is_snoozed(client, ticket)


@pytest.mark.parametrize("way", ["reply", "moment"])
async def test_an_assignee_who_left_is_not_who_it_wakes_to(desk: Desk, way: str) -> None:
    admin, contact = await desk.administrator(), await desk.given.contact()
    ticket = await desk.given.ticket(requester_id=contact)
    agent = await desk.given.staff()
    path = f"/tickets/{ticket.number}"
    await admin.patched(path, {"assignee_id": agent.id})
    await admin.posted(f"{path}/snooze", {"until": later(days=1)}, 200)
    async with desk.database.writing(desk.given.system, "test.write") as work:
        await work.execute("update people set active = false where id = $1", agent.id)
    if way == "reply":
        await answered(desk, ticket, contact)
    else:
        await work_of_the_clock(desk, days=2)
    shown = await admin.got(path)
    assert (shown["assignee"], shown["snooze"]["woken_at"] is not None) == (None, True)
    assert (await listed(admin))["unassigned"] == [ticket.number]


async def test_a_snooze_is_undone_also_after_its_end_and_a_wake_by_hand_too(desk: Desk) -> None:
    client, ticket = await desk.administrator(), await desk.given.ticket()
    path = f"/tickets/{ticket.number}"
    await client.posted(f"{path}/snooze", {"minutes": 30}, 200)
    await undo(client, "ticket.snooze")
    assert (await client.got(path))["snooze"] is None
    await client.posted(f"{path}/snooze", {"minutes": 30}, 200)
    await client.delete(f"{path}/snooze")
    await undo(client, "ticket.wake")
    assert await is_snoozed(client, ticket)
    await work_of_the_clock(desk, minutes=31)
    refused = await undo(client, "ticket.wake_due", 409)
    assert "snooze it again" in refused["detail"]
    await undo(client, "ticket.snooze")
    assert (await client.got(path))["snooze"] is None
    assert not await is_snoozed(client, ticket)


async def test_a_second_snooze_is_undone_to_the_first_one(desk: Desk) -> None:
    client, ticket = await desk.administrator(), await desk.given.ticket()
    path = f"/tickets/{ticket.number}"
    await client.posted(f"{path}/snooze", {"minutes": 30, "reason": "first"}, 200)
    await client.posted(f"{path}/snooze", {"minutes": 60, "reason": "second"}, 200)
    await undo(client, "ticket.snooze")
    assert (await client.got(path))["snooze"]["reason"] == "first"
    await work_of_the_clock(desk, minutes=31)
    assert not await is_snoozed(client, ticket)
    await client.posted(f"{path}/snooze", {"minutes": 90, "reason": "third"}, 200)
    assert await is_snoozed(client, ticket)


async def test_resolving_ends_it_and_what_is_resolved_is_not_snoozed(desk: Desk) -> None:
    client, ticket = await desk.administrator(), await desk.given.ticket()
    path = f"/tickets/{ticket.number}"
    await client.posted(f"{path}/snooze", {"minutes": 30}, 200)
    await client.patched(path, {"status": "resolved"})
    assert not await is_snoozed(client, ticket)
    answer = await client.post(f"{path}/snooze", json={"minutes": 30})
    assert (answer.status_code, answer.json()["code"]) == (422, "snooze_of_ended")
    await undo(client, "ticket.status")
    assert await is_snoozed(client, ticket)
    both = await client.patch(path, json={"status": "resolved", "snooze": {"minutes": 30}})
    assert (both.status_code, both.json()["code"]) == (422, "snooze_of_ended")
    await client.patched(path, {"status": "resolved"})
    await client.patched(path, {"status": "open", "snooze": {"minutes": 30}})
    assert await is_snoozed(client, ticket)


@pytest.mark.parametrize(
    "given", [{"on_reply": False}, {"until": "2001-01-01T00:00:00Z"}, {"until": "2999-01-01T00:00:00Z"}]
)
async def test_what_would_never_wake_or_has_passed_is_refused(shared_desk: Desk, given: dict[str, Any]) -> None:
    client, ticket = await shared_desk.staff(), await shared_desk.given.ticket()
    answer = await client.post(f"/tickets/{ticket.number}/snooze", json=given)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert answer.json()["errors"][0]["field"] == "snooze.until"


async def test_a_macro_and_a_bulk_run_snooze_in_one_vocabulary(desk: Desk) -> None:
    client = await desk.administrator()
    tickets = [await desk.given.ticket() for _ in range(2)]
    actions = [{"do": "status", "status": "waiting"}, {"do": "snooze", "minutes": 60, "reason": "asked"}]
    macro = await client.posted("/macros", {"name": "Ask and snooze", "actions": actions, "scope": "shared"})
    applied = await client.posted(f"/tickets/{tickets[0].number}/macros/{macro['id']}", {}, 200)
    assert (applied["ticket"]["snooze"]["reason"], applied["ticket"]["status"]["key"]) == ("asked", "waiting")
    run = await bulk_runs.begun(
        client, {"set": {"snooze": {"minutes": 60}}}, numbers=[ticket.number for ticket in tickets]
    )
    assert bulk_runs.counts(await bulk_runs.done(desk, client, run))[:2] == ("done", 2)
    assert sorted((await listed(client))["snoozed"]) == sorted(ticket.number for ticket in tickets)
    run = await bulk_runs.begun(client, {"set": {"snooze": None}}, numbers=[ticket.number for ticket in tickets])
    assert bulk_runs.counts(await bulk_runs.done(desk, client, run))[:2] == ("done", 2)
    assert (await listed(client))["snoozed"] == []
    refused = await client.post(
        "/macros", json={"name": "Never", "actions": [{"do": "snooze", "on_reply": False}], "scope": "shared"}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "action_value_unfit")


async def test_history_says_until_when_and_why(desk: Desk) -> None:
    client, ticket = await desk.administrator(), await desk.given.ticket()
    path = f"/tickets/{ticket.number}"
    until = later(days=2)
    await client.posted(f"{path}/snooze", {"until": until, "reason": "Parts"}, 200)
    await client.delete(f"{path}/snooze")
    items = (await client.got(f"{path}/history"))["items"]
    [woken, began] = [one["changes"][0] for one in items if one["changes"]]
    assert (began["field"], began["new"]["reason"], began["old"]) == ("snooze", "Parts", None)
    assert (woken["field"], list(woken["new"])) == ("snooze", ["woken_at"])
