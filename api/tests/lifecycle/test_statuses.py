"""Statuses of a workspace's own: added, changed, put out of use, ordered, and who may move a ticket where."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from atum_desk.files.public import FileStore
from atum_desk.kernel import clock
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.lifecycle.commands import new_key
from atum_desk.tickets.jobs import close_resolved
from atum_desk.tickets.public import NewMessage, append_message
from desk import Client, Desk
from factories import MadeTicket

EVERYWHERE = ("open", "waiting", "on_hold", "resolved", "closed", "cancelled")


async def statuses_of(client: Client) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in (await client.got("/statuses"))["items"]}


def without_versions(statuses: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {key: one | {"version": 0} for key, one in statuses.items()}


async def allowed_for(client: Client, ticket: MadeTicket) -> list[str]:
    return (await client.got(f"/tickets/{ticket.number}"))["allowed_statuses"]


async def undo_last(client: Client) -> None:
    [newest] = (await client.got("/changes", limit=1))["items"]
    await client.posted(f"/changes/{newest['id']}/undo", status=200)


async def status_of(desk: Desk, ticket: MadeTicket) -> str:
    return await desk.value(
        "select s.key from tickets t join statuses s on s.id = t.status_id where t.id = $1", ticket.id
    )


async def requester_of(desk: Desk, ticket: MadeTicket) -> int:
    return await desk.value("select requester_id from tickets where id = $1", ticket.id)


async def requester_answers(desk: Desk, ticket: MadeTicket) -> None:
    async with desk.database.writing(desk.given.system, "ticket.reply") as work:
        message = NewMessage(
            kind="reply",
            text="Still broken.",
            author_id=await requester_of(desk, ticket),
            author_name="R",
            from_staff=False,
            channel="email",
        )
        await append_message(work, ticket.id, message)


async def test_a_new_status_leads_where_its_category_does_and_is_taken_and_undone(desk: Desk) -> None:
    admin, ticket = await desk.administrator(), await desk.given.ticket()
    before = await statuses_of(admin)
    added = await admin.posted("/statuses", {"name": "Waiting for parts", "category": "waiting", "color": "#d9824b"})
    assert (added["key"], added["color"], added["active"]) == ("waiting_for_parts", "#D9824B", True)
    assert {one["key"] for one in added["next"]} == {*EVERYWHERE}
    now = await statuses_of(admin)
    assert list(now) == ["new", "open", "waiting", "waiting_for_parts", "on_hold", "resolved", "closed", "cancelled"]
    assert "waiting_for_parts" in await allowed_for(admin, ticket)
    await admin.patched(f"/tickets/{ticket.number}", {"status": "waiting_for_parts"})
    refused = await admin.post(f"/tickets/{ticket.number}/messages", json={"kind": "note", "text": "x", "status": "no"})
    assert refused.json()["code"] == "status_unknown"
    [addition] = [c for c in (await admin.got("/changes", limit=20))["items"] if c["command"] == "status.add"]
    # While a ticket has it, the status cannot be taken away.
    refused = await admin.post(f"/changes/{addition['id']}/undo")
    assert refused.status_code == 409, refused.text
    await requester_answers(desk, ticket)
    assert await status_of(desk, ticket) == "open"
    await admin.posted(f"/changes/{addition['id']}/undo", status=200)
    assert without_versions(await statuses_of(admin)) == without_versions(before)


async def test_an_addition_is_undone_whole(desk: Desk) -> None:
    admin = await desk.administrator()
    before = await statuses_of(admin)
    await admin.posted("/statuses", {"name": "Escalated", "category": "open"})
    await undo_last(admin)
    after = await statuses_of(admin)
    assert without_versions(after) == without_versions(before)


async def test_a_status_out_of_use_stays_on_its_tickets_and_no_other_takes_it(desk: Desk) -> None:
    admin = await desk.administrator()
    has_it, other = await desk.given.ticket(), await desk.given.ticket()
    await admin.patched(f"/tickets/{has_it.number}", {"status": "on_hold"})
    changed = await admin.patched("/statuses/on_hold", {"active": False})
    assert changed["active"] is False
    assert await status_of(desk, has_it) == "on_hold"
    assert "on_hold" not in await allowed_for(admin, other)
    refused = await admin.patch(f"/tickets/{other.number}", json={"status": "on_hold"})
    assert (refused.status_code, refused.json()["code"]) == (409, "transition_forbidden")
    await admin.patched(f"/tickets/{has_it.number}", {"status": "open"})
    await undo_last(admin)
    assert await status_of(desk, has_it) == "on_hold"


@pytest.mark.parametrize("key", ["new", "open", "resolved"])
async def test_the_last_status_of_a_category_that_tickets_need_stays_in_use(desk: Desk, key: str) -> None:
    admin = await desk.administrator()
    refused = await admin.patch(f"/statuses/{key}", json={"active": False})
    assert (refused.status_code, refused.json()["code"]) == (409, "status_needed")
    await admin.posted("/statuses", {"name": f"Other {key}", "category": key})
    await admin.patched(f"/statuses/{key}", {"active": False})
    ticket = await desk.given.ticket()
    opened = await admin.posted(
        "/tickets", {"subject": "After it", "requester": {"email": "someone@kunden.example"}, "text": "It is so."}
    )
    if key == "new":
        assert opened["status"]["key"] == "other_new"
    if key == "open":
        await requester_answers_waiting(desk, admin, ticket)
        assert await status_of(desk, ticket) == "other_open"


async def requester_answers_waiting(desk: Desk, admin: Client, ticket: MadeTicket) -> None:
    await admin.patched(f"/tickets/{ticket.number}", {"status": "waiting"})
    await requester_answers(desk, ticket)


async def test_a_transition_of_some_roles_is_refused_to_others_with_what_they_may(desk: Desk) -> None:
    admin, agent, lead = await desk.administrator(), await desk.staff(), await desk.staff("Team lead")
    roles = {one["name"]: one["id"] for one in (await admin.got("/roles"))["items"]}
    wanted = [{"key": "open", "role_ids": [roles["Team lead"], roles["Administrator"]]}, {"key": "cancelled"}]
    changed = await admin.patched("/statuses/new", {"next": wanted})
    assert changed["next"] == [
        {"key": "open", "role_ids": sorted([roles["Team lead"], roles["Administrator"]])},
        {"key": "cancelled", "role_ids": []},
    ]
    ticket = await desk.given.ticket()
    assert await allowed_for(agent, ticket) == ["cancelled"]
    assert await allowed_for(lead, ticket) == ["open", "cancelled"]
    refused = await agent.patch(f"/tickets/{ticket.number}", json={"status": "open"})
    assert refused.status_code == 409
    assert refused.json()["allowed"] == ["cancelled"]
    # A reply takes a new ticket to Open by itself, which is no way round.
    await agent.posted(
        f"/tickets/{ticket.number}/messages", {"kind": "reply", "text": "Hello.", "recipients": "requester"}
    )
    assert await status_of(desk, ticket) == "new"
    await lead.patched(f"/tickets/{ticket.number}", {"status": "open"})
    await undo_last(lead)
    await lead.posted(
        f"/tickets/{ticket.number}/messages", {"kind": "reply", "text": "Hello.", "recipients": "requester"}
    )
    assert await status_of(desk, ticket) == "open"


async def test_the_server_and_the_portal_make_no_transition_of_some_roles(desk: Desk) -> None:
    admin = await desk.administrator()
    roles = {one["name"]: one["id"] for one in (await admin.got("/roles"))["items"]}
    only = [roles["Administrator"]]
    await admin.patched("/statuses/open", {"next": [{"key": "resolved", "role_ids": only}, {"key": "waiting"}]})
    ticket = await desk.given.ticket()
    await admin.patched(f"/tickets/{ticket.number}", {"status": "open"})
    requester = await desk.requester(await requester_of(desk, ticket))
    shown = await requester.got(f"/portal/tickets/{ticket.number}")
    assert shown["can"]["resolve"] is False
    refused = await requester.post(f"/portal/tickets/{ticket.number}/resolve")
    assert refused.status_code == 409
    await admin.patched("/statuses/resolved", {"next": [{"key": "closed", "role_ids": only}, {"key": "open"}]})
    clock.move(timedelta(days=-8))
    try:
        await admin.patched(f"/tickets/{ticket.number}", {"status": "resolved"})
    finally:
        clock.move(timedelta(0))
    worker = WorkerContext(database=desk.database, settings=desk.settings, files=FileStore(desk.settings.uploads))
    await close_resolved(worker, b"")
    assert await status_of(desk, ticket) == "resolved"
    await admin.patched("/statuses/resolved", {"next": [{"key": "cancelled"}, {"key": "open"}]})
    await close_resolved(worker, b"")
    assert await status_of(desk, ticket) == "cancelled"


async def test_the_order_is_whole_or_refused(desk: Desk) -> None:
    admin = await desk.administrator()
    keys = list(await statuses_of(admin))
    turned = [*keys[1:], keys[0]]
    answer = await admin.put("/statuses/order", json={"keys": turned})
    assert [one["key"] for one in answer.json()["items"]] == turned
    for wrong, said in ((turned[1:], turned[0]), ([*turned, "moon"], "moon"), ([*turned, turned[0]], "twice")):
        refused = await admin.put("/statuses/order", json={"keys": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "order_incomplete")
        assert said in refused.json()["detail"]
    await undo_last(admin)
    assert list(await statuses_of(admin)) == keys


async def test_two_who_edit_a_status_meet_the_version(desk: Desk) -> None:
    admin = await desk.administrator()
    seen = (await statuses_of(admin))["waiting"]
    await admin.patched("/statuses/waiting", {"next": [{"key": "open"}], "version": seen["version"]})
    refused = await admin.patch("/statuses/waiting", json={"name": "Pending", "version": seen["version"]})
    assert refused.status_code == 412
    renamed = await admin.patched("/statuses/waiting", {"name": "Pending"})
    assert (renamed["name"], renamed["key"]) == ("Pending", "waiting")
    twice = await admin.patch("/statuses/open", json={"name": "pending"})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_exists")


async def test_what_is_not_there_is_said(desk: Desk) -> None:
    admin, agent = await desk.administrator(), await desk.staff()
    assert (await admin.patch("/statuses/moon", json={"active": False})).status_code == 404
    assert (await admin.patch("/statuses/new", json={"next": [{"key": "moon"}]})).json()["code"] == "status_not_found"
    unknown = await admin.patch("/statuses/new", json={"next": [{"key": "open", "role_ids": [987654321]}]})
    assert unknown.json()["code"] == "role_unknown"
    for answer in (
        await agent.post("/statuses", json={"name": "Mine", "category": "open"}),
        await agent.patch("/statuses/new", json={"name": "Mine"}),
        await agent.put("/statuses/order", json={"keys": []}),
    ):
        assert (answer.status_code, answer.json()["permission"]) == (403, "settings:statuses:edit")


@pytest.mark.parametrize(
    ("name", "known", "key"),
    [
        ("Waiting for parts", set(), "waiting_for_parts"),
        ("Prüfung läuft", set(), "prufung_lauft"),
        ("قيد الانتظار", set(), "status"),
        ("قيد الانتظار", {"status", "status_2"}, "status_3"),
        ("2nd level", set(), "status_2nd_level"),
        ("x" * 100, set(), "x" * 36),
        ("Open", {"open"}, "open_2"),
    ],
)
def test_a_key_says_the_name_and_is_new(name: str, known: set[str], key: str) -> None:
    assert new_key(name, known) == key


async def test_lists_tickets_and_the_portal_tell_the_colour_of_a_status(desk: Desk) -> None:
    contact = await desk.given.contact()
    ticket = await desk.given.ticket(requester_id=contact)
    admin, agent, requester = await desk.administrator(), await desk.staff(), await desk.requester(contact)
    for color in (None, "#5B9BD5"):
        await admin.patched("/statuses/new", {"color": color})
        wanted = {"key": "new", "name": "New", "category": "new", "color": color}
        [row] = (await agent.got("/tickets", view="all"))["items"]
        assert row["status"] == wanted
        assert (await agent.got(f"/tickets/{ticket.number}"))["status"] == wanted
        assert (await requester.got(f"/portal/tickets/{ticket.number}"))["status"] == wanted


async def test_a_refused_transition_names_the_allowed_statuses_at_every_door(desk: Desk) -> None:
    """Scripts get keys, people names: those of this workspace, not what a status was called at first."""
    admin, agent = await desk.administrator(), await desk.staff()
    await admin.patched("/statuses/open", {"name": "In hand", "next": [{"key": "waiting"}, {"key": "on_hold"}]})
    ticket = await desk.given.ticket()
    path = f"/tickets/{ticket.number}"
    await agent.patched(path, {"status": "open"})
    assert (await agent.got(path))["allowed_statuses"] == ["waiting", "on_hold"]
    answers = [
        (await agent.patch(path, json={"status": "closed"})).json(),
        (await agent.post(f"{path}/messages", json={"kind": "note", "text": "So.", "status": "closed"})).json(),
        (await agent.posted("/tickets/bulk", {"numbers": [ticket.number], "set": {"status": "closed"}}, status=200))[
            "refused"
        ][0]["problem"],
    ]
    for answer in answers:
        assert (answer["code"], answer["allowed"]) == ("transition_forbidden", ["waiting", "on_hold"])
        assert answer["detail"] == (
            "A ticket that is In hand cannot become Closed; it can become: Waiting on requester, On hold."
        )
