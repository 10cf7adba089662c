"""Requesters without an account: asking, following a link, files, answering, resolving."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import msgspec
import pytest

from atum_desk.http.rate_limits import LIMITS
from atum_desk.http.session_cookies import CONTACT_COOKIE
from atum_desk.kernel import clock
from atum_desk.kernel.signed_tokens import sign
from atum_desk.tickets.links import PURPOSE
from atum_desk.tickets.public import request_link
from desk import Client, Desk

ASK = {"name": "Ann", "email": "Ann@Asking.example", "subject": "VPN drops", "text": "Every 20 minutes."}


async def asked(desk: Desk, **change: Any) -> dict[str, Any]:
    """Ask as a stranger; return the ticket that came of it."""
    told = await desk.client().posted("/portal/tickets", {**ASK, **change}, status=202)
    assert told == {"number": told["number"], "sent_to": change.get("email", ASK["email"])}
    ticket = (await desk.rows("select * from tickets order by id desc limit 1"))[0]
    assert told["number"] == ticket["number"]
    return ticket


async def jobs(desk: Desk, entrypoint: str) -> list[dict[str, Any]]:
    rows = await desk.rows("select payload from jobs.pgqueuer where entrypoint = $1 order by id", entrypoint)
    return [msgspec.json.decode(row["payload"]) for row in rows]


def token_for(desk: Desk, ticket_id: int, person_id: int) -> str:
    return request_link(desk.settings, ticket_id, person_id, 0).rpartition("/requests/")[2]


async def follow(desk: Desk, ticket: dict[str, Any]) -> Client:
    browser = desk.client()
    await browser.posted(
        "/portal/session", {"token": token_for(desk, ticket["id"], ticket["requester_id"])}, status=200
    )
    return browser


# ---------------------------------------------------------------- asking
async def test_a_stranger_asks_and_only_the_mail_tells_where_the_request_is(shared_desk: Desk) -> None:
    answer = await shared_desk.client().post("/portal/tickets", json=ASK)
    assert answer.status_code == 202
    ticket = (await shared_desk.rows("select * from tickets order by id desc limit 1"))[0]
    assert answer.json() == {"number": ticket["number"], "sent_to": "Ann@Asking.example"}
    assert (ticket["subject"], ticket["channel"], ticket["category"]) == ("VPN drops", "portal", "new")
    assert (await jobs(shared_desk, "mail.confirm"))[-1] == {
        "workspace_id": shared_desk.given.workspace_id,
        "ticket_id": ticket["id"],
    }
    change = (await shared_desk.rows("select * from changes where ticket_id = $1", ticket["id"]))[0]
    assert (change["via"], change["actor_id"], change["public"]) == ("link", None, True)
    again = await asked(shared_desk, email="ann@asking.example", name="Somebody else")
    assert again["requester_id"] == ticket["requester_id"]
    assert await shared_desk.value("select name from people where id = $1", ticket["requester_id"]) == "Ann"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "x" * 320 + "@y.example"}, "email"),
        ({"name": ""}, "name"),
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 501}, "subject"),
        ({"text": " \x00\n"}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"attachment_ids": ["short"]}, "attachment_ids"),
        ({"attachment_ids": [7]}, "attachment_ids"),
        ({"unknown": 1}, "unknown"),
    ],
)
async def test_a_request_that_cannot_be_is_refused_by_field(
    shared_desk: Desk, change: dict[str, Any], field: str
) -> None:
    before = await shared_desk.value("select count(*) from tickets")
    answer = await shared_desk.client().post("/portal/tickets", json={**ASK, **change})
    assert answer.status_code == 422
    assert field in answer.json()["detail"]
    assert await shared_desk.value("select count(*) from tickets") == before


async def test_asking_is_slowed_by_address_and_by_mail_address(desk: Desk) -> None:
    client = desk.client(ip="203.0.113.7")
    for number in range(LIMITS["portal_ticket_ip"].amount):
        assert (
            await client.post("/portal/tickets", json={**ASK, "email": f"n{number}@example.org"})
        ).status_code == 202
    limited = await client.post("/portal/tickets", json={**ASK, "email": "last@example.org"})
    assert (limited.status_code, limited.json()["code"]) == (429, "rate_limited")
    for _ in range(LIMITS["portal_ticket_email"].amount):
        assert (await desk.client().post("/portal/tickets", json=ASK)).status_code == 202
    assert (await desk.client().post("/portal/tickets", json={**ASK, "email": "ANN@asking.example "})).status_code in (
        422,
        429,
    )
    assert (await desk.client().post("/portal/tickets", json=ASK)).status_code == 429


async def test_without_a_mailbox_the_asker_is_told(desk: Desk) -> None:
    async with desk.database.writing(desk.given.system, "mailbox.edit") as work:
        await work.execute("update mailboxes set active = false")
    answer = await desk.client().post("/portal/tickets", json=ASK)
    assert (answer.status_code, answer.json()["code"]) == (503, "no_mailbox")
    assert await desk.value("select count(*) from people where kind = 'contact'") == 0


async def test_whose_portal_it_is_is_told_to_everybody(shared_desk: Desk) -> None:
    home = await shared_desk.client().got("/portal")
    assert (home["workspace_name"], home["signed_in"], home["name"]) == ("Support", False, None)
    contact = await shared_desk.requester(await shared_desk.given.contact("Ida"))
    assert ((await contact.got("/portal"))["signed_in"], (await contact.got("/portal"))["name"]) == (True, "Ida")
    assert (await shared_desk.bearer("atum_c_nonsense").got("/portal"))["signed_in"] is False


# ---------------------------------------------------------------- the link
async def test_the_link_opens_its_request_and_sets_a_cookie_scripts_cannot_read(shared_desk: Desk) -> None:
    ticket = await asked(shared_desk, email="link@asking.example")
    browser = shared_desk.client()
    answer = await browser.post(
        "/portal/session", json={"token": token_for(shared_desk, ticket["id"], ticket["requester_id"])}
    )
    assert (answer.status_code, answer.json()) == (200, {"ticket_number": ticket["number"]})
    morsel = SimpleCookie(answer.headers["set-cookie"])[CONTACT_COOKIE]
    assert (morsel["httponly"], morsel["samesite"].lower(), morsel["path"]) == (True, "lax", "/")
    shown = await browser.got(f"/portal/tickets/{ticket['number']}")
    assert (shown["subject"], shown["requester_name"], shown["mine"]) == ("VPN drops", "Ann", True)
    assert [(m["text"], m["you"], m["from_staff"]) for m in shown["thread"]] == [("Every 20 minutes.", True, False)]
    assert shown["can"] == {"reply": True, "resolve": True, "reopen": False, "follow_up": False}
    assert [t["number"] for t in (await browser.got("/portal/tickets"))["items"]] == [ticket["number"]]


async def test_a_link_that_is_not_ours_opens_nothing(shared_desk: Desk) -> None:
    ticket = await asked(shared_desk, email="forged@asking.example")
    ticket_id, person_id = ticket["id"], ticket["requester_id"]
    right = token_for(shared_desk, ticket_id, person_id)
    others = await shared_desk.given.contact()
    settings = shared_desk.settings
    stolen_mac = right.partition("z")[2]
    reply_token = sign(settings.secret, "reply", ticket_id)
    for token in (
        right[:-1] + ("a" if right[-1] != "a" else "b"),
        f"{ticket_id}x{others}z{stolen_mac}",
        f"{ticket_id + 1}x{person_id}z{stolen_mac}",
        sign("another secret of some length", PURPOSE, ticket_id, person_id),
        sign(settings.secret, "reply address", ticket_id, person_id),
        sign(settings.secret, PURPOSE, ticket_id),
        sign(settings.secret, PURPOSE, ticket_id, person_id, 1),
        reply_token,
        f"0{right}",
        f"{right}é",
        f"{ticket_id}x{person_id}zééééééééé",
        f"{ticket_id}x{person_id}z",
        "z" * 50,
        "9" * 60 + "x1z" + stolen_mac,
        "-1x1zaaaaaaaaaaaa",
        "\x00" * 20,
        "²x³zaaaaaaaaaaaaaa",
    ):
        answer = await shared_desk.client().post("/portal/session", json={"token": token})
        assert (answer.status_code, answer.json().get("code")) in ((404, "link_invalid"), (422, "validation_failed")), (
            token
        )
        assert "set-cookie" not in answer.headers
    assert (await shared_desk.client().post("/portal/session", json={"token": right.upper()})).status_code == 200


async def test_a_link_dies_with_its_request_its_person_or_their_part_in_it(desk: Desk) -> None:
    admin = await desk.administrator()
    undone, inactive, given_away = [await asked(desk, email=f"{n}@asking.example") for n in range(3)]
    change_id = await desk.value("select id from changes where ticket_id = $1", undone["id"])
    await admin.posted(f"/changes/{change_id}/undo", status=200)
    async with desk.database.writing(desk.given.system, "person.edit") as work:
        await work.execute("update people set active = false where id = $1", inactive["requester_id"])
    await admin.patched(f"/tickets/{given_away['number']}", {"requester_id": await desk.given.contact()})
    for ticket in (undone, inactive, given_away):
        token = token_for(desk, ticket["id"], ticket["requester_id"])
        answer = await desk.client().post("/portal/session", json={"token": token})
        assert (answer.status_code, answer.json()["code"]) == (404, "link_invalid")
        assert "set-cookie" not in answer.headers


async def test_a_links_session_ends_after_thirty_days(desk: Desk) -> None:
    browser = await follow(desk, await asked(desk))
    clock.move(timedelta(days=29))
    try:
        assert (await browser.get("/portal/tickets")).status_code == 200
        clock.move(timedelta(days=31))
        assert (await browser.get("/portal/tickets")).status_code == 401
    finally:
        clock.move(timedelta(0))


# ---------------------------------------------------------------- files
async def upload(desk: Desk, name: str = "a.txt") -> dict[str, Any]:
    return await desk.client().posted("/portal/attachments", files={"file": (name, name.encode(), "text/plain")})


async def test_files_go_to_the_request_that_names_their_tokens(shared_desk: Desk) -> None:
    files = [await upload(shared_desk, f"{n}.txt") for n in range(2)]
    ticket = await asked(shared_desk, email="files@asking.example", attachment_ids=[f["token"] for f in files])
    browser = await follow(shared_desk, ticket)
    [message] = (await browser.got(f"/portal/tickets/{ticket['number']}"))["thread"]
    assert [a["filename"] for a in message["attachments"]] == ["0.txt", "1.txt"]
    assert message["attachments"][0]["url"] == f"/api/v1/portal/attachments/{files[0]['id']}"
    assert (await browser.get(f"/portal/attachments/{files[0]['id']}")).content == b"0.txt"
    more = await upload(shared_desk, "more.txt")
    shown = await browser.posted(
        f"/portal/tickets/{ticket['number']}/messages", {"text": "and", "attachment_ids": [more["token"]]}
    )
    assert [a["filename"] for a in shown["thread"][-1]["attachments"]] == ["more.txt"]


async def test_a_file_needs_its_token_and_is_claimed_once(shared_desk: Desk) -> None:
    file, others = await upload(shared_desk), await upload(shared_desk)
    agent = await shared_desk.staff()
    staffs = await agent.posted("/attachments", files={"file": ("s.txt", b"staff")})
    for claim in (str(file["id"]).rjust(20, "0"), "x" * 32, file["token"][:-1] + "!"):
        answer = await shared_desk.client().post(
            "/portal/tickets", json={**ASK, "email": "claim.one@asking.example", "attachment_ids": [claim]}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "upload_unknown")
    await asked(shared_desk, email="claim@asking.example", attachment_ids=[file["token"], file["token"]])
    twice = await shared_desk.client().post(
        "/portal/tickets", json={**ASK, "email": "claim.two@asking.example", "attachment_ids": [file["token"]]}
    )
    assert twice.json()["code"] == "upload_unknown"
    one_of_two = await shared_desk.client().post(
        "/portal/tickets",
        json={**ASK, "email": "claim.three@asking.example", "attachment_ids": [others["token"], "y" * 32]},
    )
    assert one_of_two.json()["code"] == "upload_unknown"
    assert await shared_desk.value(
        "select message_id is null and claim_hash is not null from attachments where id = $1", others["id"]
    )
    stolen = await agent.post(
        "/tickets/1/messages", json={"kind": "note", "text": "x", "attachment_ids": [others["id"]]}
    )
    assert stolen.status_code in (404, 422)
    contact = await shared_desk.requester(await shared_desk.given.contact())
    for attachment in (file, others, staffs):
        assert (await contact.get(f"/portal/attachments/{attachment['id']}")).status_code == 404


# ---------------------------------------------------------------- answering
@pytest.mark.parametrize(
    ("status", "becomes"),
    [("new", "new"), ("open", "open"), ("waiting", "open"), ("on_hold", "open"), ("resolved", "open")],
)
async def test_a_reply_wakes_what_waited_or_was_resolved(shared_desk: Desk, status: str, becomes: str) -> None:
    contact_id = await shared_desk.given.contact("Replying")
    ticket = await shared_desk.given.ticket(requester_id=contact_id)
    agent = await shared_desk.staff()
    if status != "new":
        await agent.patched(f"/tickets/{ticket.number}", {"status": status})
    requester = await shared_desk.requester(contact_id)
    shown = await requester.posted(f"/portal/tickets/{ticket.number}/messages", {"text": "It is\r\nback."})
    assert (shown["status"]["key"], shown["thread"][-1]["text"], shown["thread"][-1]["you"]) == (
        becomes,
        "It is\nback.",
        True,
    )
    seen = await agent.got(f"/tickets/{ticket.number}")
    assert (seen["status"]["key"], seen["preview"], seen["unread"], seen["resolved_at"]) == (
        becomes,
        "It is back.",
        True,
        None,
    )
    assert [i["from_staff"] for i in seen["thread"] if i["type"] == "message"] == [False, False]


@pytest.mark.parametrize("status", ["closed", "cancelled"])
async def test_a_reply_to_a_closed_request_opens_a_linked_one_whose_link_is_mailed(desk: Desk, status: str) -> None:
    contact_id, copied = await desk.given.contact("Late"), await desk.given.contact("Copied")
    ticket = await desk.given.ticket(requester_id=contact_id, cc_ids=(copied,))
    agent = await desk.staff()
    await agent.patched(f"/tickets/{ticket.number}", {"status": status, "tags": ["vpn"]})
    link = await desk.requester(contact_id, only_ticket_id=ticket.id)
    await link.posted(f"/portal/tickets/{ticket.number}/messages", {"text": "Not done at all."})
    old = await agent.got(f"/tickets/{ticket.number}")
    assert (old["status"]["key"], old["message_count"]) == (status, 1)
    new = await agent.got(f"/tickets/{ticket.number + 1}")
    assert (new["follow_up_of"], new["subject"], new["status"]["key"], new["tags"]) == (
        ticket.number,
        old["subject"],
        "new",
        ["vpn"],
    )
    assert new["requester"]["id"] == contact_id
    assert [i["text"] for i in new["thread"] if i["type"] == "message"] == ["Not done at all."]
    assert (await jobs(desk, "mail.confirm"))[-1]["ticket_id"] == new["id"]


@pytest.mark.parametrize(
    ("status", "code"),
    [("new", 200), ("open", 200), ("waiting", 200), ("on_hold", 200), ("resolved", 200), ("closed", 200)],
)
async def test_a_requester_says_that_it_works_now(shared_desk: Desk, status: str, code: int) -> None:
    contact_id = await shared_desk.given.contact()
    ticket = await shared_desk.given.ticket(requester_id=contact_id)
    agent = await shared_desk.staff()
    if status != "new":
        await agent.patched(f"/tickets/{ticket.number}", {"status": status})
    requester = await shared_desk.requester(contact_id)
    before = await shared_desk.value("select count(*) from changes")
    shown = await requester.posted(f"/portal/tickets/{ticket.number}/resolve", status=code)
    assert shown["status"]["key"] == ("closed" if status == "closed" else "resolved")
    # What is closed stays so, and an answer begins a new request.
    assert (shown["can"]["reopen"], shown["can"]["follow_up"]) == (status != "closed", status == "closed")
    assert shown["can"]["resolve"] is False
    changed = await shared_desk.value("select count(*) from changes") - before
    assert changed == (0 if status in ("resolved", "closed") else 1)
    assert (await agent.got(f"/tickets/{ticket.number}"))["resolved_at"] is not None


async def test_a_workflow_that_forbids_it_holds_for_requesters_too(desk: Desk) -> None:
    contact_id = await desk.given.contact()
    ticket = await desk.given.ticket(requester_id=contact_id)
    async with desk.database.writing(desk.given.system, "settings.edit") as work:
        await work.execute(
            "delete from status_transitions where to_id = (select id from statuses where key = 'resolved')"
        )
    requester = await desk.requester(contact_id)
    assert (await requester.got(f"/portal/tickets/{ticket.number}"))["can"]["resolve"] is False
    refused = await requester.post(f"/portal/tickets/{ticket.number}/resolve")
    assert (refused.status_code, refused.json()["code"]) == (409, "transition_forbidden")


async def test_requests_are_listed_page_by_page_last_changed_first(shared_desk: Desk) -> None:
    contact_id = await shared_desk.given.contact()
    numbers = [(await shared_desk.given.ticket(requester_id=contact_id)).number for _ in range(5)]
    requester = await shared_desk.requester(contact_id)
    await requester.posted(f"/portal/tickets/{numbers[0]}/messages", {"text": "up"})
    read: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = await requester.got("/portal/tickets", limit=2, **cursor)
        read += [t["number"] for t in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert read == [numbers[0], *reversed(numbers[1:])]


async def test_an_answer_of_the_staff_is_shown_safe_and_with_its_pictures_at_the_portals_door(
    shared_desk: Desk,
) -> None:
    contact_id = await shared_desk.given.contact()
    ticket = await shared_desk.given.ticket(requester_id=contact_id)
    agent = await shared_desk.staff("Agent", name="Agnes")
    html = "<p>Hello</p><script>x()</script>"
    await agent.posted(f"/tickets/{ticket.number}/messages", {"kind": "reply", "html": html})
    await agent.posted(f"/tickets/{ticket.number}/messages", {"kind": "note", "text": "secret"})
    async with shared_desk.database.writing(shared_desk.given.system, "ticket.reply") as work:
        await work.execute(
            """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text, html)
               select workspace_id, id, 'reply', requester_id, 'x', false, 'email', 'x', '<img src="/api/v1/attachments/7?inline=1">' from tickets where id = $1""",
            ticket.id,
        )
        work.ticket_id = ticket.id
    shown = await (await shared_desk.requester(contact_id)).got(f"/portal/tickets/{ticket.number}")
    assert [(m["from_staff"], m["you"]) for m in shown["thread"]] == [(False, True), (True, False), (False, True)]
    assert (shown["thread"][1]["author_name"], shown["thread"][1]["html"]) == ("Agnes", "<p>Hello</p>")
    assert shown["thread"][2]["html"] == '<img src="/api/v1/portal/attachments/7?inline=1">'


# ---------------------------------------------------------------- in whose name
async def test_a_request_is_its_authors_once_the_link_was_followed(desk: Desk) -> None:
    ticket = await asked(desk)
    agent = await desk.staff()
    first = (await agent.got(f"/tickets/{ticket['number']}"))["thread"][0]
    assert first["author"] == {"id": None, "name": "Ann"}
    assert first["author_check"]["verdict"] == "unknown"
    browser = await follow(desk, ticket)
    shown = (await browser.got(f"/portal/tickets/{ticket['number']}"))["thread"][0]
    assert (shown["you"], shown["claimed"]) == (True, False)
    proven = (await agent.got(f"/tickets/{ticket['number']}"))["thread"][0]
    assert proven["author"]["id"] == ticket["requester_id"]
    assert proven["author_check"]["verdict"] == "proven"
    (change,) = await desk.rows("select * from changes where command = 'ticket.confirm_author'")
    assert (change["actor_id"], change["ticket_id"]) == (ticket["requester_id"], ticket["id"])
    await follow(desk, ticket)
    assert await desk.value("select count(*) from changes where command = 'ticket.confirm_author'") == 1


async def test_nobody_asks_in_the_name_of_the_staff(desk: Desk) -> None:
    admin = await desk.given.staff("Mina", role="Administrator")
    tickets = await desk.value("select count(*) from tickets")
    address = f" Agent{admin.id}@ATUM.localhost"
    answer = await desk.client().post("/portal/tickets", json={**ASK, "email": address.strip()})
    assert (answer.status_code, answer.json()["code"]) == (422, "staff_address")
    assert await desk.value("select count(*) from tickets") == tickets


@pytest.mark.parametrize("email", ["support@atum.localhost", "Support+2zabcdefghijklmnop@atum.localhost"])
async def test_an_address_of_the_desk_asks_nothing(desk: Desk, email: str) -> None:
    answer = await desk.client().post("/portal/tickets", json={**ASK, "email": email})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "email")
    assert await desk.value("select count(*) from addresses where email like 'support%'") == 0


async def test_a_contact_confirms_nothing_but_their_own(desk: Desk) -> None:
    ticket = await asked(desk)
    other = await desk.given.contact("Bob", "bob@asking.example")
    async with desk.database.writing(desk.given.system, "participant.add") as work:
        await work.execute(
            "insert into participants (workspace_id, ticket_id, person_id) values (ctx_workspace(), $1, $2)",
            ticket["id"],
            other,
        )
    token = token_for(desk, ticket["id"], other)
    await desk.client().posted("/portal/session", {"token": token}, status=200)
    verdict = "select author_verdict from messages where ticket_id = $1"
    assert await desk.value(verdict, ticket["id"]) == "unknown"
