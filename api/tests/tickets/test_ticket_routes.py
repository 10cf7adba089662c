"""Tickets through their routes: opening, answering, changing, listing, counting."""

from __future__ import annotations

from typing import Any

import pytest

from desk import Client, Desk
from factories import MadeTicket

ANN = {"name": "Ann", "email": "ann@example.org"}
NEW = {"subject": "VPN drops", "text": "Every 20 minutes.", "requester": ANN}


@pytest.fixture
async def lead(shared_desk: Desk) -> Client:
    return await shared_desk.staff("Team lead")


@pytest.fixture
async def ticket(shared_desk: Desk) -> MadeTicket:
    return await shared_desk.given.ticket()


async def answered(client: Client, number: int, **body: Any) -> dict[str, Any]:
    return await client.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "Try again.", **body})


# ---------------------------------------------------------------- opening
async def test_a_ticket_is_opened_for_a_stranger_who_becomes_a_contact(shared_desk: Desk, lead: Client) -> None:
    body = {
        **NEW,
        "requester": {"name": "Ida", "email": "Ida@New.example"},
        "tags": ["VPN", " vpn ", "Büro  Eins"],
        "priority": "high",
        "type": "incident",
        "channel": "phone",
    }
    made = await lead.posted("/tickets", body)
    assert (made["subject"], made["preview"]) == ("VPN drops", "Every 20 minutes.")
    assert made["status"] == {"key": "new", "name": "New", "category": "new", "color": None}
    assert (made["priority"], made["type"], made["channel"], made["tags"]) == (
        "high",
        "incident",
        "phone",
        ["vpn", "büro eins"],
    )
    assert (made["requester"]["name"], made["requester"]["email"]) == ("Ida", "ida@new.example")
    assert made["team"]["name"] == "Support"
    assert made["mailbox"]["address"] == "support@atum.localhost"
    assert [(i["kind"], i["from_staff"], i["author"]["name"], i["text"]) for i in made["thread"]] == [
        ("reply", False, "Ida", "Every 20 minutes.")
    ]
    again = await lead.posted("/tickets", {**body, "requester": {"email": "IDA@new.example", "name": "Other"}})
    assert again["requester"] == made["requester"]


async def test_a_note_opens_a_ticket_in_the_agents_name_and_out_of_the_requesters_sight(
    shared_desk: Desk, lead: Client
) -> None:
    made = await lead.posted("/tickets", {**NEW, "kind": "note"})
    me = (await lead.got("/me"))["person"]
    [note] = made["thread"]
    assert (note["kind"], note["from_staff"], note["author"]["id"]) == ("note", True, me["id"])
    assert made["unread"] is False
    requester = await shared_desk.requester(made["requester"]["id"])
    assert (await requester.got(f"/portal/tickets/{made['number']}"))["thread"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"requester": None}, "validation_failed"),
        ({"requester_id": 1}, "validation_failed"),
        ({"requester": None, "requester_id": 99_999}, "requester_unknown"),
        ({"team_id": 99_999}, "team_unknown"),
        ({"mailbox_id": 99_999}, "mailbox_unknown"),
        ({"assignee_id": 99_999}, "assignee_unknown"),
        ({"attachment_ids": [99_999]}, "attachment_taken"),
        ({"text": None}, "validation_failed"),
        ({"html": "<b>x</b>"}, "validation_failed"),
        ({"text": " \n "}, "validation_failed"),
        ({"text": None, "html": "<script>x</script>"}, "validation_failed"),
        ({"subject": ""}, "validation_failed"),
        ({"subject": "x" * 501}, "validation_failed"),
        ({"priority": "highest"}, "validation_failed"),
        ({"tags": ["x"] * 51}, "validation_failed"),
    ],
)
async def test_a_ticket_that_cannot_be_is_refused_and_leaves_nothing(
    shared_desk: Desk, lead: Client, change: dict[str, Any], code: str
) -> None:
    async def everything() -> list[dict[str, Any]]:
        return await shared_desk.rows(
            "select (select max(id) from tickets) t, (select max(id) from messages) m, (select last_number from ticket_counters) n"
        )

    before = await everything()
    refused = await lead.post("/tickets", json={**NEW, **change})
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
    assert [(r["m"], r["n"]) for r in await everything()] == [(r["m"], r["n"]) for r in before]


async def test_giving_a_new_ticket_to_somebody_needs_the_permission_for_it(shared_desk: Desk) -> None:
    async with shared_desk.database.writing(shared_desk.given.system, "role.add") as work:
        await work.execute(
            "insert into roles (workspace_id, name, permissions) values (ctx_workspace(), 'Opener', '{ticket:open}') on conflict do nothing"
        )
    opener = await shared_desk.staff("Opener")
    refused = await opener.post("/tickets", json={**NEW, "assignee_id": (await shared_desk.given.staff()).id})
    assert (refused.status_code, refused.json()["permission"]) == (403, "ticket:assign")


# ---------------------------------------------------------------- answering
async def test_a_reply_opens_a_new_ticket_and_is_queued_as_mail_to_the_requester(
    shared_desk: Desk, lead: Client, ticket: MadeTicket
) -> None:
    added = await answered(lead, ticket.number, text="Try\r\nagain.")
    message, after = added["message"], added["ticket"]
    assert (message["kind"], message["text"], message["from_staff"], message["channel"]) == (
        "reply",
        "Try\nagain.",
        True,
        "email",
    )
    assert [to["address"] for to in message["to"]] == [after["requester"]["email"]]
    assert message["mail"]["state"] == "queued"
    assert (after["status"]["key"], after["message_count"], after["preview"]) == ("open", 2, "Try again.")
    assert after["first_response_at"] is not None
    assert after["thread"] == []
    outgoing = await lead.got(f"/outbox/{message['mail']['outbox_id']}")
    assert (outgoing["ticket_number"], outgoing["subject"]) == (
        ticket.number,
        f"Re: The printer is on fire [#{ticket.number}]",
    )
    assert (
        await shared_desk.value(
            "select count(*) from jobs.pgqueuer where entrypoint = 'outbox.send' and convert_from(payload, 'UTF8')::jsonb->>'outbox_id' = $1",
            str(message["mail"]["outbox_id"]),
        )
        == 1
    )
    assert message["change_id"] == added["change_id"]


async def test_a_note_stays_inside_and_moves_nothing(shared_desk: Desk, lead: Client, ticket: MadeTicket) -> None:
    before = await lead.got(f"/tickets/{ticket.number}")
    added = await answered(lead, ticket.number, kind="note", text="He is cross.")
    assert (added["message"]["mail"], added["message"]["to"], added["undo_seconds"]) == (None, [], 0)
    after = added["ticket"]
    assert (after["status"], after["preview"], after["first_response_at"]) == (
        before["status"],
        before["preview"],
        None,
    )
    assert after["version"] == before["version"]
    assert await shared_desk.value("select count(*) from outbox where ticket_id = $1", ticket.id) == 0


async def test_a_reply_with_a_status_is_one_change_and_one_undo(
    shared_desk: Desk, lead: Client, ticket: MadeTicket
) -> None:
    added = await answered(lead, ticket.number, status="resolved")
    assert added["ticket"]["status"]["key"] == "resolved"
    assert added["ticket"]["resolved_at"] is not None
    await lead.posted(f"/changes/{added['change_id']}/undo", status=200)
    after = await lead.got(f"/tickets/{ticket.number}")
    assert (after["status"]["key"], after["message_count"], after["resolved_at"]) == ("new", 1, None)


async def test_html_is_made_safe_and_readable_as_text(lead: Client, ticket: MadeTicket) -> None:
    html = '<p onclick="x()">Hello <b>you</b></p><script>alert(1)</script><img src="https://spy.example/x.png">'
    message = (await answered(lead, ticket.number, text=None, html=html))["message"]
    assert "script" not in message["html"]
    assert "onclick" not in message["html"]
    assert ' src="https://spy.example' not in message["html"]
    assert message["has_remote_images"] is True
    assert "Hello you" in message["text"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "reply"}, 422, "validation_failed"),
        ({"kind": "reply", "text": "a", "html": "b"}, 422, "validation_failed"),
        ({"kind": "letter", "text": "a"}, 422, "validation_failed"),
        ({"kind": "note", "text": "\x00 "}, 422, "validation_failed"),
        ({"kind": "reply", "text": "a", "status": "nonsense"}, 422, "status_unknown"),
        ({"kind": "reply", "text": "a", "status": "new"}, 200, ""),
        ({"kind": "reply", "text": "a", "cc": ["nobody"]}, 422, "validation_failed"),
        ({"kind": "note", "text": "a", "attachment_ids": [1, 99_999]}, 422, "attachment_taken"),
    ],
)
async def test_a_message_that_cannot_be_is_refused(
    lead: Client, ticket: MadeTicket, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await lead.post(f"/tickets/{ticket.number}/messages", json=body)
    if status == 200:
        assert answer.is_success
        return
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert (await lead.got(f"/tickets/{ticket.number}"))["message_count"] == 1


# ---------------------------------------------------------------- changing
@pytest.mark.parametrize(
    ("change", "command", "field", "old", "new"),
    [
        ({"subject": "  New \n words "}, "ticket.rename", "subject", "The printer is on fire", "New words"),
        ({"priority": "urgent"}, "ticket.priority", "priority", "normal", "urgent"),
        ({"type": "problem"}, "ticket.edit", "type", "question", "problem"),
        ({"tags": ["Fire", "fire"]}, "ticket.tag", "tags", [], ["fire"]),
        (
            {"status": "waiting"},
            "ticket.status",
            "status",
            {"key": "new", "name": "New"},
            {"key": "waiting", "name": "Waiting on requester"},
        ),
    ],
)
async def test_a_property_is_changed_told_in_the_history_and_undone(
    lead: Client, ticket: MadeTicket, change: dict[str, Any], command: str, field: str, old: Any, new: Any
) -> None:
    before = await lead.got(f"/tickets/{ticket.number}")
    answer = await lead.patch(f"/tickets/{ticket.number}", json=change)
    assert answer.json()["version"] == before["version"] + 1
    [item] = (await lead.got(f"/tickets/{ticket.number}/history"))["items"]
    assert (item["command"], item["undone"], item["can_undo"]) == (command, False, True)
    assert {"field": field, "old": old, "new": new} in item["changes"]
    assert item in (await lead.got(f"/tickets/{ticket.number}"))["thread"]
    await lead.posted(f"/changes/{item['id']}/undo", status=200)
    after = await lead.got(f"/tickets/{ticket.number}")
    assert {k: v for k, v in after.items() if k not in ("version", "updated_at", "thread")} == {
        k: v for k, v in before.items() if k not in ("version", "updated_at", "thread")
    }
    undoing, undone = (await lead.got(f"/tickets/{ticket.number}/history"))["items"]
    assert (undone["undone"], undone["can_undo"], undoing["undo_of"]) == (True, False, item["id"])


async def test_a_ticket_is_assigned_moved_and_given_to_another_requester_by_name(
    shared_desk: Desk, lead: Client, ticket: MadeTicket
) -> None:
    agent, team, contact = (
        await shared_desk.given.staff("Assi"),
        await shared_desk.given.team("Movers"),
        await shared_desk.given.contact("Rika"),
    )
    await lead.patched(f"/tickets/{ticket.number}", {"assignee_id": agent.id})
    await lead.patched(f"/tickets/{ticket.number}", {"team_id": team})
    changed = await lead.patched(f"/tickets/{ticket.number}", {"requester_id": contact, "assignee_id": None})
    assert (changed["assignee"], changed["team"]["name"], changed["requester"]["name"]) == (None, "Movers", "Rika")
    told = [
        (c["field"], c["old"], c["new"])
        for i in (await lead.got(f"/tickets/{ticket.number}/history"))["items"]
        for c in i["changes"]
    ]
    assigned = {"id": agent.id, "name": "Assi"}
    assert ("assignee", None, assigned) in told
    assert ("assignee", assigned, None) in told
    assert ("team", "Support", {"id": team, "name": "Movers"}) in [
        (field, old and old["name"], new) for field, old, new in told if field == "team"
    ]
    assert any(field == "requester" and new == {"id": contact, "name": "Rika"} for field, _, new in told)


async def test_history_knows_a_renamed_status_by_its_key(desk: Desk) -> None:
    client = await desk.staff("Team lead")
    ticket = await desk.given.ticket()
    await client.patched(f"/tickets/{ticket.number}", {"status": "resolved"})
    async with desk.database.writing(desk.given.system, "settings.edit") as work:
        await work.execute("update statuses set name = 'Solved' where key = 'resolved'")
    [item] = (await client.got(f"/tickets/{ticket.number}/history"))["items"]
    [change] = [one for one in item["changes"] if one["field"] == "status"]
    assert change["new"] == {"key": "resolved", "name": "Solved"}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"assignee_id": 99_999}, 422, "assignee_unknown"),
        ({"team_id": 99_999}, 422, "team_unknown"),
        ({"requester_id": 99_999}, 422, "requester_unknown"),
        ({"status": "nonsense"}, 422, "status_unknown"),
        ({"subject": " "}, 422, "validation_failed"),
        ({"status": "new"}, 200, ""),
        ({"subject": None}, 422, "validation_failed"),
        ({"team_id": None}, 422, "validation_failed"),
        ({"tags": [""]}, 422, "validation_failed"),
    ],
)
async def test_a_change_that_cannot_be_is_refused(
    lead: Client, ticket: MadeTicket, change: dict[str, Any], status: int, code: str
) -> None:
    answer = await lead.patch(f"/tickets/{ticket.number}", json={"priority": "low", **change})
    assert answer.status_code == status, answer.text
    if code:
        assert answer.json()["code"] == code
        assert (await lead.got(f"/tickets/{ticket.number}"))["priority"] == "normal"


async def test_a_ticket_goes_only_to_who_sees_its_team(shared_desk: Desk, lead: Client, ticket: MadeTicket) -> None:
    stranger = await shared_desk.given.staff(sees_all_teams=False)
    contact = await shared_desk.given.contact()
    for person_id in (stranger.id, contact):
        answer = await lead.patch(f"/tickets/{ticket.number}", json={"assignee_id": person_id})
        assert answer.json()["code"] == "assignee_unknown"
    member = await shared_desk.given.staff(teams=(await shared_desk.given.first_team(),), sees_all_teams=False)
    assert (await lead.patched(f"/tickets/{ticket.number}", {"assignee_id": member.id}))["assignee"]["id"] == member.id


async def test_the_lifecycle_is_enforced_and_the_allowed_statuses_are_named(lead: Client, ticket: MadeTicket) -> None:
    path = f"/tickets/{ticket.number}"
    await lead.patched(path, {"status": "closed"})
    closed = await lead.got(path)
    assert (closed["allowed_statuses"], closed["resolved_at"] is not None, closed["closed_at"] is not None) == (
        [],
        True,
        True,
    )
    refused = await lead.patch(path, json={"status": "open"})
    assert (refused.status_code, refused.json()["code"], refused.json()["allowed"]) == (409, "transition_forbidden", [])
    assert (refused.json()["current"], refused.json()["wanted"]) == ("closed", "open")
    with_reply = await lead.post(f"{path}/messages", json={"kind": "reply", "text": "a", "status": "waiting"})
    assert with_reply.json()["code"] == "transition_forbidden"
    assert (await lead.got(path))["message_count"] == 1


async def test_reopening_clears_when_it_was_resolved(lead: Client, ticket: MadeTicket) -> None:
    path = f"/tickets/{ticket.number}"
    assert (await lead.patched(path, {"status": "resolved"}))["resolved_at"] is not None
    assert (await lead.patched(path, {"status": "open"}))["resolved_at"] is None
    back = await lead.patch(path, json={"status": "new"})
    assert back.json()["code"] == "transition_forbidden"
    assert "waiting" in back.json()["allowed"]


async def test_nothing_to_change_is_no_change(shared_desk: Desk, lead: Client, ticket: MadeTicket) -> None:
    before = await shared_desk.value("select max(id) from changes")
    same: list[dict[str, object]] = [
        {},
        {"priority": "normal"},
        {"tags": []},
        {"status": "new", "subject": "The printer is on fire"},
    ]
    for body in same:
        answer = await lead.patch(f"/tickets/{ticket.number}", json=body)
        assert (answer.status_code, answer.headers.get("x-change-id")) == (200, None)
    assert await shared_desk.value("select max(id) from changes") == before


async def test_a_lost_update_is_refused(lead: Client, ticket: MadeTicket) -> None:
    path = f"/tickets/{ticket.number}"
    seen = (await lead.got(path))["version"]
    await lead.patched(path, {"priority": "high"}, headers={"If-Match": f'"{seen}"'})
    stale = await lead.patch(path, json={"priority": "low"}, headers={"If-Match": f'"{seen}"'})
    assert (stale.status_code, stale.json()["code"], stale.json()["current_version"]) == (
        412,
        "version_conflict",
        seen + 1,
    )
    await answered(lead, ticket.number, kind="note")
    assert (await lead.patched(path, {"priority": "low", "version": seen + 1}))["priority"] == "low"


# ---------------------------------------------------------------- many at once
async def test_many_tickets_change_as_one_and_are_undone_as_one(shared_desk: Desk, lead: Client) -> None:
    made = [await shared_desk.given.ticket() for _ in range(3)]
    await lead.patched(f"/tickets/{made[2].number}", {"status": "closed"})
    numbers = [t.number for t in made]
    done = await lead.posted(
        "/tickets/bulk",
        {"numbers": [*numbers, 99_999, numbers[0]], "set": {"status": "waiting"}, "add_tags": ["Late"]},
        status=200,
    )
    assert sorted(done["updated"]) == sorted(numbers[:2])
    assert {r["number"]: r["problem"]["code"] for r in done["refused"]} == {
        numbers[2]: "transition_forbidden",
        99_999: "ticket_not_found",
    }
    assert [(await lead.got(f"/tickets/{n}"))["tags"] for n in numbers] == [["late"], ["late"], []]
    await lead.posted(f"/changes/{done['change_id']}/undo", status=200)
    assert [(await lead.got(f"/tickets/{n}"))["status"]["key"] for n in numbers] == ["new", "new", "closed"]


async def test_tags_are_added_and_removed_beside_those_a_ticket_has(
    shared_desk: Desk, lead: Client, ticket: MadeTicket
) -> None:
    path = f"/tickets/{ticket.number}"
    await lead.patched(path, {"tags": ["one", "two"]})
    await lead.posted(
        "/tickets/bulk", {"numbers": [ticket.number], "add_tags": ["Three"], "remove_tags": ["ONE"]}, status=200
    )
    assert (await lead.got(path))["tags"] == ["two", "three"]
    many = [f"t{n}" for n in range(49)]
    refused = await lead.posted("/tickets/bulk", {"numbers": [ticket.number], "add_tags": many}, status=200)
    assert refused["refused"][0]["problem"]["code"] == "validation_failed"
    assert (await lead.got(path))["tags"] == ["two", "three"]


async def test_a_bulk_change_asks_for_every_permission_first(shared_desk: Desk, ticket: MadeTicket) -> None:
    agent = await shared_desk.given.staff()
    editor = shared_desk.bearer(await shared_desk.token(agent.id, "ticket:edit"))
    for body, permission in (
        ({"set": {"status": "open"}}, "ticket:status"),
        ({"add_tags": ["x"]}, "ticket:tag"),
        ({"set": {"team_id": 1}}, "ticket:move"),
    ):
        refused = await editor.post("/tickets/bulk", json={"numbers": [ticket.number], **body})
        assert (refused.status_code, refused.json()["permission"]) == (403, permission)


async def test_the_summary_of_a_bulk_change_names_no_ticket(shared_desk: Desk, lead: Client) -> None:
    hidden = await shared_desk.given.ticket(team_id=await shared_desk.given.team())
    shown = await shared_desk.given.ticket()
    done = await lead.posted(
        "/tickets/bulk", {"numbers": [hidden.number, shown.number], "set": {"priority": "low"}}, status=200
    )
    restricted = await shared_desk.staff(teams=(await shared_desk.given.first_team(),), sees_all_teams=False)
    told = [c for c in (await restricted.got("/changes", limit=200))["items"] if c["id"] == done["change_id"]]
    assert [c["summary"] for c in told] == [{"fields": ["priority"]}]


# ---------------------------------------------------------------- reading
async def test_unread_is_each_persons_own(shared_desk: Desk, lead: Client) -> None:
    other = await shared_desk.staff()
    path = f"/tickets/{(await other.posted('/tickets', NEW))['number']}"
    assert (await lead.got(path))["unread"] is True
    assert (await lead.post(f"{path}/read")).status_code == 204
    assert (await lead.got(path))["unread"] is False
    assert (await other.got(path))["unread"] is True


async def test_a_long_thread_is_read_page_by_page_without_gaps(desk: Desk) -> None:
    client, made = await desk.staff(), await desk.given.ticket()
    for number in range(120):
        async with desk.database.writing(desk.given.system, "ticket.reply") as work:
            await work.execute(
                """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
                   select workspace_id, id, 'reply', requester_id, 'x', false, 'email', $2 from tickets where id = $1""",
                made.id,
                f"message {number}",
            )
            work.ticket_id = made.id
    page = await client.got(f"/tickets/{made.number}")
    texts, cursor = [i["text"] for i in page["thread"]], page["thread_cursor"]
    while cursor:
        page = await client.got(f"/tickets/{made.number}/thread", before=cursor)
        texts, cursor = [i["text"] for i in page["items"]] + texts, page["next_cursor"]
    assert texts == ["Please help.", *(f"message {n}" for n in range(120))]


async def test_the_history_is_read_page_by_page(lead: Client, ticket: MadeTicket) -> None:
    for number in range(7):
        await lead.patched(f"/tickets/{ticket.number}", {"subject": f"Subject {number}"})
    read, cursor = [], None
    while True:
        page = await lead.got(f"/tickets/{ticket.number}/history", limit=3, **({"cursor": cursor} if cursor else {}))
        read += [c["new"] for i in page["items"] for c in i["changes"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert read == [f"Subject {n}" for n in reversed(range(7))]


async def test_statuses_are_listed_in_order(lead: Client) -> None:
    items = (await lead.got("/statuses"))["items"]
    assert [s["key"] for s in items] == ["new", "open", "waiting", "on_hold", "resolved", "closed", "cancelled"]
