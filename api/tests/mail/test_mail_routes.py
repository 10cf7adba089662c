"""The HTTP routes of outbox, received mail and mailboxes."""

from __future__ import annotations

import socket

import msgspec
import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk, letter

from desk import Desk


@pytest.fixture
def office(mail_desk: MailDesk, desk: Desk) -> Desk:
    """The application on the same settings as the desk."""
    return Desk(desk.database, mail_desk.settings, desk.given)


async def open_by_mail(mail_desk: MailDesk) -> int:
    await mail_desk.deliver(letter())
    await mail_desk.settled(1)
    return await mail_desk.value("select max(number) from tickets")


async def test_the_outbox_shows_state_rendering_and_headers(
    mail_desk: MailDesk, office: Desk, relay: FakeRelay
) -> None:
    number = await open_by_mail(mail_desk)
    agent = await office.staff()
    await agent.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "Hello Ann"})
    await mail_desk.outbox_in("sent")
    page = await agent.got("/outbox")
    (item,) = page["items"]
    assert (item["state"], item["ticket_number"], item["kind"]) == ("sent", number, "reply")
    assert item["to"] == [{"name": "Ann Example", "address": "ann@example.org"}]
    assert item["from"]["address"] == MAILBOX
    assert page["counts"]["sent"] == 1
    assert (await agent.got("/outbox", state="failed"))["items"] == []
    mail = await agent.got(f"/outbox/{item['id']}")
    assert "Hello Ann" in mail["text"]
    assert "Hello Ann" in mail["html"]
    headers = dict(mail["headers"])
    _, left = relay.taken[0]
    assert headers["Message-ID"] == left["Message-ID"]
    assert headers["Subject"] == left["Subject"]


async def test_cancel_and_retry_need_the_permission_and_a_fitting_state(mail_desk: MailDesk, office: Desk) -> None:
    number = await open_by_mail(mail_desk)
    await mail_desk.stop_jobs()
    agent, lead = await office.staff(), await office.staff("Team lead")
    await agent.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "Hello"})
    (row,) = await mail_desk.rows("select id from outbox")
    path = f"/outbox/{row['id']}"
    colleague = await office.staff()
    refused = await colleague.post(f"{path}/cancel")
    assert (refused.status_code, refused.json()["permission"]) == (403, "outbox:manage")
    conflict = await lead.post(f"{path}/retry")
    assert (conflict.status_code, conflict.json()["code"]) == (409, "mail_not_retryable")
    assert (await lead.posted(f"{path}/cancel", status=200))["state"] == "cancelled"
    conflict = await lead.post(f"{path}/cancel")
    assert (conflict.status_code, conflict.json()["code"]) == (409, "mail_not_cancellable")
    assert (await lead.posted(f"{path}/retry", status=200))["state"] == "queued"
    assert (await lead.get("/outbox/999999")).json()["code"] == "outbox_mail_not_found"


async def test_received_mail_is_listed_page_by_page_and_downloaded_as_it_came(
    mail_desk: MailDesk, office: Desk
) -> None:
    raw = letter().as_bytes().replace(b"\n", b"\r\n")
    await mail_desk.deliver(raw)
    await mail_desk.deliver(letter(sender="x@example.org", Auto_Submitted="auto-replied"))
    await mail_desk.settled(2)
    lead, agent = await office.staff("Team lead"), await office.staff("Auditor")
    script = office.bearer(await office.token((await office.given.staff()).id, "ticket:note"))
    for path in ("/mails", "/mails/1", "/mails/1/raw"):
        assert (await script.get(path)).status_code == 403
    first = await lead.got("/mails", limit=1)
    second = await lead.got("/mails", limit=1, cursor=first["next_cursor"])
    assert second["next_cursor"] is None
    refused, ticketed = first["items"][0], second["items"][0]
    assert (refused["state"], refused["reason"]) == ("refused", "Automatic reply")
    assert (ticketed["state"], ticketed["mailbox"]) == ("ticketed", MAILBOX)
    assert ticketed["from"] == "Ann Example <ann@example.org>"
    assert first["counts"] == {"received": 0, "ticketed": 1, "appended": 0, "quarantined": 0, "refused": 1}
    answer = await agent.get(f"/mails/{ticketed['id']}/raw")
    assert (answer.status_code, answer.content) == (200, raw)
    assert answer.headers["content-type"].startswith("message/rfc822")
    assert answer.headers["content-disposition"].startswith("attachment")
    conflict = await lead.post(f"/mails/{ticketed['id']}/retry")
    assert conflict.json()["code"] == "mail_not_refilable"
    assert (await lead.posted(f"/mails/{refused['id']}/retry", status=200))["state"] == "received"


async def test_mail_of_a_team_one_does_not_see_is_not_there(mail_desk: MailDesk, office: Desk) -> None:
    await open_by_mail(mail_desk)
    (mail,) = await mail_desk.rows("select id from mails")
    other = await office.given.team()
    outsider = office.client(await office.given.staff(teams=(other,), sees_all_teams=False))
    assert (await outsider.get(f"/mails/{mail['id']}/raw")).status_code == 404


async def test_mailboxes_are_added_changed_and_take_mail(mail_desk: MailDesk, office: Desk) -> None:
    admin, agent = await office.staff("Administrator"), await office.staff()
    team_id = await office.given.first_team()
    new = {"address": "Sales@Atum.Localhost", "name": "Sales", "team_id": team_id}
    assert (await agent.post("/mailboxes", json=new)).status_code == 403
    box = await admin.posted("/mailboxes", new)
    assert box["address"] == "sales@atum.localhost"
    assert (await admin.post("/mailboxes", json=new)).json()["code"] == "already_exists"
    bad = await admin.post("/mailboxes", json=new | {"address": "a+b@atum.localhost"})
    assert bad.status_code in (400, 422)
    lost = await admin.post("/mailboxes", json=new | {"address": "x@y.z", "team_id": 999_999})
    assert lost.json()["code"] == "team_unknown"
    await mail_desk.deliver(letter(to="sales@atum.localhost"), to="sales@atum.localhost")
    await mail_desk.settled(1)
    assert await mail_desk.value("select mailbox_id from tickets") == box["id"]
    path = f"/mailboxes/{box['id']}"
    stale = await admin.patch(path, json={"name": "S"}, headers={"If-Match": '"99"'})
    assert stale.json()["code"] == "version_conflict"
    changed = await admin.patched(path, {"name": "Sales desk", "active": False})
    assert (changed["name"], changed["active"], changed["version"]) == ("Sales desk", False, 2)
    listed = await agent.got("/mailboxes")
    assert [one["address"] for one in listed["items"]] == ["sales@atum.localhost", MAILBOX]


async def test_the_mail_status_tells_what_is_set_up_and_running(mail_desk: MailDesk, office: Desk) -> None:
    agent = await office.staff()
    status = await agent.got("/mail/status")
    assert status == {
        "relay_configured": True,
        "relay_host": "127.0.0.1",
        "smtp_port": mail_desk.settings.smtp_port,
        "smtp_running": True,
    }
    await mail_desk.stop()
    assert not (await agent.got("/mail/status"))["smtp_running"]
    bare = Desk(office.database, msgspec.structs.replace(mail_desk.settings, mail_relay=""), office.given)
    status = await (await bare.staff()).got("/mail/status")
    assert (status["relay_configured"], status["relay_host"]) == (False, None)


async def test_a_mail_port_that_is_open_and_greets_nobody_does_not_run(mail_desk: MailDesk, office: Desk) -> None:
    await mail_desk.stop()
    agent = await office.staff()
    with socket.create_server(("127.0.0.1", mail_desk.settings.smtp_port)):
        assert not (await agent.got("/mail/status"))["smtp_running"]
