"""What people do with mail that has not left, what it leaves with, and the states it may move through."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import asyncpg
import dkim
import msgspec
import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk, eventually
from test_mail_out import ask, ask_without_jobs, run_send

from atum_desk.kernel import clock
from atum_desk.mail.audit import audit_lines, audit_mail, audit_sent
from atum_desk.outbox import jobs as outbox_jobs
from atum_desk.outbox.models import MAIL_STATES
from desk import Client, Desk


async def answer(client: Client, number: int, **given: Any) -> dict[str, Any]:
    body = {"kind": "reply", "text": "Did you turn it off and on?"} | given
    return await client.posted(f"/tickets/{number}/messages", body)


def in_hours(hours: float) -> str:
    return (clock.now() + timedelta(hours=hours)).isoformat()


async def box(mail_desk: MailDesk) -> int:
    return await mail_desk.value("select id from mailboxes order by id limit 1")


# ---------------------------------------------------------------- waiting


async def test_how_long_replies_wait_is_each_persons_own_choice(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, lead: Client
) -> None:
    number = await ask(mail_desk)
    assert (await answer(lead, number))["undo_seconds"] == mail_desk.settings.undo_send_seconds
    me = await lead.patched("/me", {"undo_send_seconds": 45})
    assert me["settings"]["undo_send_seconds"] == 45
    assert me["settings"]["undo_send_chosen"]
    added = await answer(lead, number)
    assert (added["undo_seconds"], added["message"]["mail"]["state"]) == (45, "held")
    async with await office.staff("Team lead") as other:
        assert (await answer(other, number))["undo_seconds"] == mail_desk.settings.undo_send_seconds
    me = await lead.patched("/me", {"undo_send_seconds": None})
    assert not me["settings"]["undo_send_chosen"]
    assert (await lead.patch("/me", json={"undo_send_seconds": 61})).status_code == 422


async def test_a_scheduled_reply_leaves_at_its_moment_and_is_seen_by_nobody_outside_before(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, lead: Client
) -> None:
    number = await ask(mail_desk)
    requester = await mail_desk.value("select requester_id from tickets where number = $1", number)
    added = await answer(lead, number, send_at=in_hours(14), text="Good morning")
    mail = added["message"]["mail"]
    assert (mail["state"], mail["attempts"]) == ("held", 0)
    await run_send(mail_desk, mail["outbox_id"])
    assert relay.taken == []
    async with await office.requester(requester) as ann:
        path = f"/portal/tickets/{number}"
        assert "Good morning" not in str(await ann.got(path))
        clock.move(timedelta(hours=14, seconds=5))
        try:
            await run_send(mail_desk, mail["outbox_id"])
            assert "Good morning" in str(await ann.got(path))
        finally:
            clock.move(timedelta(0))
        # Sent is seen, whatever the clock says.
        assert "Good morning" in str(await ann.got(path))
    assert len(relay.taken) == 1
    assert await mail_desk.value("select state from outbox where id = $1", mail["outbox_id"]) == "sent"


async def test_a_scheduled_reply_is_timed_anew_sent_now_or_cancelled(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk)
    mail = (await answer(lead, number, send_at=in_hours(2)))["message"]["mail"]
    path = f"/outbox/{mail['outbox_id']}"
    later = in_hours(5)
    moved = await lead.patched(path, {"send_at": later, "version": mail["version"]})
    assert moved["state"] == "held"
    stale = await lead.patch(path, json={"send_at": None, "version": mail["version"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    for wrong in (in_hours(-1), in_hours(24 * 400), "2030-01-01T09:00:00"):
        refused = await lead.patch(path, json={"send_at": wrong})
        assert refused.status_code in (400, 422), wrong
    assert (await lead.patched(path, {"send_at": None}))["state"] == "queued"
    await mail_desk.outbox_in("sent")
    gone = await lead.patch(path, json={"send_at": in_hours(1)})
    assert (gone.status_code, gone.json()["code"]) == (409, "mail_not_waiting")
    second = (await answer(lead, number, send_at=in_hours(2)))["message"]["mail"]
    cancelled = await lead.posted(f"/outbox/{second['outbox_id']}/cancel", status=200)
    assert cancelled["state"] == "cancelled"
    assert len(relay.taken) == 1
    note = await lead.post(f"/tickets/{number}/messages", json={"kind": "note", "text": "x", "send_at": in_hours(1)})
    assert note.status_code == 422


async def test_a_cancelled_reply_stays_unseen_outside_until_it_is_sent_after_all(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, lead: Client
) -> None:
    number = await ask(mail_desk)
    requester = await mail_desk.value("select requester_id from tickets where number = $1", number)
    mail = (await answer(lead, number, send_at=in_hours(2), text="Never mind"))["message"]["mail"]
    await lead.posted(f"/outbox/{mail['outbox_id']}/cancel", status=200)
    async with await office.requester(requester) as ann:
        assert "Never mind" not in str(await ann.got(f"/portal/tickets/{number}"))
        await lead.posted(f"/outbox/{mail['outbox_id']}/retry", status=200)
        await mail_desk.outbox_in("sent")
        assert "Never mind" in str(await ann.got(f"/portal/tickets/{number}"))


async def test_a_waiting_reply_is_edited_with_its_mail_and_history_keeps_what_it_said(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, lead: Client
) -> None:
    number = await ask(mail_desk)
    message = (await answer(lead, number, send_at=in_hours(2), text="It is broken."))["message"]
    path, version = f"/messages/{message['id']}", message["mail"]["version"]
    async with await office.staff() as colleague:
        refused = await colleague.patch(path, json={"text": "Mine now"})
        assert refused.json()["permission"] == "outbox:manage"
    edited = await lead.patch(path, json={"text": "It is repaired.", "version": version})
    assert edited.status_code == 200, edited.text
    assert edited.json()["message"]["text"] == "It is repaired."
    (row,) = await mail_desk.rows("select * from outbox")
    assert "It is repaired." in row["text"]
    assert "It is repaired." in row["html"]
    assert "It is broken." not in row["text"] + row["html"]
    assert await mail_desk.value("select preview from tickets where number = $1", number) == "It is repaired."
    stale = await lead.patch(path, json={"text": "Or not", "version": version})
    assert stale.status_code == 412
    told = await mail_desk.rows(
        """select r.old->>'text' as old, r.new->>'text' as new from row_changes r join changes c on c.id = r.change_id
            where c.command = 'ticket.edit_reply' and r.table_name = 'messages'"""
    )
    assert told == [{"old": "It is broken.", "new": "It is repaired."}]
    change_id = edited.json()["change_id"]
    assert (await lead.post(f"/changes/{change_id}/undo")).status_code == 200
    (row,) = await mail_desk.rows("select * from outbox")
    assert "It is broken." in row["text"]
    thread = (await lead.got(f"/tickets/{number}"))["thread"]
    current = next(item for item in thread if item.get("id") == message["id"] and "mail" in item)
    again = await lead.patched(
        path, {"text": "Repaired indeed.", "version": current["mail"]["version"], "send_at": None}
    )
    await mail_desk.outbox_in("sent")
    assert "Repaired indeed." in relay.taken[0][1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    # What has left stays as it left, also by undo.
    refused = await lead.post(f"/changes/{again['change_id']}/undo")
    assert (refused.status_code, "has left" in refused.json()["detail"]) == (409, True)
    refused = await lead.patch(path, json={"text": "Too late"})
    assert (refused.status_code, refused.json()["code"]) == (409, "mail_not_waiting")


# ---------------------------------------------------------------- states and balance


async def test_the_database_lets_a_mail_move_by_permitted_moves_only(mail_desk: MailDesk, lead: Client) -> None:
    await mail_desk.stop_jobs()
    number = await ask_without_jobs(mail_desk)
    outbox_id = (await answer(lead, number))["message"]["mail"]["outbox_id"]
    arrows = {tuple(one.split(">")) for one in await mail_desk.value("select outbox_arrows()")}
    for start in MAIL_STATES:
        for end in MAIL_STATES:
            allowed = start == end or (start, end) in arrows
            assert await moves(mail_desk, outbox_id, start, end) is allowed, (start, end)


async def moves(mail_desk: MailDesk, outbox_id: int, start: str, end: str) -> bool:
    """Tell whether a row that stands in `start` may become `end`; nothing is kept of the try."""
    try:
        async with mail_desk.database.writing(mail_desk.system, "test.move") as work:
            work.unchanged = True
            await stand(work, outbox_id, start)
            await work.execute("update outbox set state = $2 where id = $1", outbox_id, end)
    except asyncpg.CheckViolationError:
        return False
    return True


async def stand(work: Any, outbox_id: int, state: str) -> None:
    """Bring a queued row to a state by ways that are allowed."""
    ways = {
        "held": ["held"],
        "queued": [],
        "sending": ["sending"],
        "sent": ["sending", "sent"],
        "delivered": ["sending", "sent", "delivered"],
        "bounced": ["sending", "sent", "bounced"],
        "failed": ["sending", "failed"],
        "unknown": ["sending", "unknown"],
        "cancelled": ["cancelled"],
    }
    for step in ways[state]:
        await work.execute("update outbox set state = $2 where id = $1", outbox_id, step)


async def test_what_left_can_neither_be_rewritten_nor_removed(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk)
    await answer(lead, number)
    await mail_desk.outbox_in("sent")
    for statement in ("update outbox set text = 'forged'", "update outbox set recipients = '[]'", "delete from outbox"):
        with pytest.raises(asyncpg.CheckViolationError, match=r"stays in the outbox|stays as it left"):
            async with mail_desk.database.writing(mail_desk.system, "test.forge") as work:
                await work.execute(statement)


async def test_the_audit_counts_every_mail_in_one_state_and_finds_what_is_outside_of_it(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, database_url: str
) -> None:
    number = await ask(mail_desk)
    for _ in range(3):
        await answer(lead, number)
    await mail_desk.outbox_in("sent")
    relay.answer_rcpt = lambda _to: "550 5.7.1 no"
    await answer(lead, number)
    await answer(lead, number, send_at=in_hours(2))
    await mail_desk.outbox_in("sent", "failed", "held")
    (row,) = await audit_sent(mail_desk.settings, database_url)
    assert (row.mailbox, row.written, row.sent, row.failed, row.held, row.astray) == (MAILBOX, 5, 3, 1, 1, 0)
    assert row.holds
    lines = audit_lines(await audit_mail(mail_desk.settings, database_url), [row])
    assert lines[-1] == "The balance is right: nothing is lost."
    async with mail_desk.database.writing(mail_desk.system, "test.break") as work:
        await work.execute(
            "update outbox set sent_at = null where state = 'sent' and id = (select min(id) from outbox)"
        )
    (row,) = await audit_sent(mail_desk.settings, database_url)
    assert (row.astray, row.holds) == (1, False)
    assert audit_lines([], [row])[-1] == f"The balance is wrong for {MAILBOX}."


async def test_a_mail_of_unknown_fate_waits_for_a_person_who_knows(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk)
    relay.hang_up_after_taking = True
    mail = (await answer(lead, number))["message"]["mail"]
    await mail_desk.outbox_in("unknown")
    path = f"/outbox/{mail['outbox_id']}"
    assert (await lead.posted(f"{path}/arrived", status=200))["state"] == "delivered"
    refused = await lead.post(f"{path}/arrived")
    assert (refused.status_code, refused.json()["code"]) == (409, "mail_not_unknown")
    assert (await lead.post(f"{path}/retry")).status_code == 409
    await outbox_jobs.sweep(mail_desk.worker, b"")
    await asyncio.sleep(0.2)
    assert len(relay.taken) == 1


# ---------------------------------------------------------------- relays


async def test_a_mailbox_sends_through_its_own_relay_and_its_password_is_seen_nowhere(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, admin: Client, lead: Client
) -> None:
    number = await ask(mail_desk)
    own = FakeRelay()
    await own.start()
    try:
        path = f"/mailboxes/{await box(mail_desk)}/sending"
        body = {
            "host": "127.0.0.1",
            "port": own.port,
            "security": "offered",
            "username": "desk",
            "password": "hunter2-hunter2",
            "max_per_minute": 500,
        }
        told = await admin.patched(path, body)
        assert (told["has_password"], "password" in told, told["host"]) == (True, False, "127.0.0.1")
        assert "hunter2" not in str(await admin.got(path))
        stored = await mail_desk.rows("select password from mailbox_sending")
        assert b"hunter2" not in stored[0]["password"]
        history = await mail_desk.value("select coalesce(string_agg(new::text, ''), '') from row_changes")
        assert "hunter2" not in history
        assert "password" not in await mail_desk.value(
            "select coalesce(string_agg(new::text, ''), '') from row_changes where table_name = 'mailbox_sending'"
        )
        # The password was for that relay: it does not go along to another.
        moved = await admin.patched(path, {"host": "localhost", "version": told["version"]})
        assert not moved["has_password"]
        await admin.patched(path, {"host": "127.0.0.1", "username": None})
        await answer(lead, number)
        await mail_desk.outbox_in("sent")
        assert (len(own.taken), len(relay.taken)) == (1, 0)
        refused = await admin.patch(path, json={"max_per_minute": 5, "version": 1})
        assert refused.status_code == 412
        refused = await lead.patch(path, json={"max_per_minute": 5})
        assert refused.json()["permission"] == "settings:mailboxes:edit"
        refused = await admin.patch(path, json={"username": "desk", "security": "none"})
        assert refused.status_code == 422
        await admin.patched(path, {"host": None})
        await answer(lead, number)
        await mail_desk.outbox_in("sent")
        assert (len(own.taken), len(relay.taken)) == (1, 1)
    finally:
        await own.stop()


async def test_a_relay_is_tried_live_and_the_trouble_is_said_in_words(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client
) -> None:
    path = f"/mailboxes/{await box(mail_desk)}/sending/test"
    here = {"host": "127.0.0.1", "port": relay.port, "security": "offered"}
    found = await admin.posted(path, here, status=200)
    assert found["ok"], found
    assert found["steps"][0]["words"] == f"Connected to 127.0.0.1, port {relay.port}."
    assert "Not encrypted" in found["steps"][1]["words"]
    for change, words in (
        ({"port": 1}, "cannot be reached"),
        ({"security": "tls"}, "does not speak TLS here"),
        ({"security": "starttls"}, "cannot be reached"),
        ({"username": "x", "password": "y"}, "refused the sign-in"),
    ):
        found = await admin.posted(path, here | change, status=200)
        assert not found["ok"], change
        assert len(found["steps"]) == 1
        assert words in found["steps"][0]["words"] or change == {"security": "starttls"} or change.get("username"), (
            found
        )
    assert relay.taken == []


async def test_a_mailbox_sends_no_more_in_a_minute_than_it_may(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    await admin.patched(f"/mailboxes/{await box(mail_desk)}/sending", {"max_per_minute": 2})
    number = await ask(mail_desk)
    for _ in range(5):
        await answer(lead, number)

    async def two_left() -> bool:
        return await mail_desk.value("select count(*) = 2 from outbox where state = 'sent'") or False

    await eventually(two_left)
    await asyncio.sleep(0.5)
    assert len(relay.taken) == 2
    assert await mail_desk.value("select count(*) from outbox where state = 'queued' and attempts = 0") == 3
    async with mail_desk.database.writing(mail_desk.system, "test.age") as work:
        await work.execute(
            "update outbox set attempted_at = attempted_at - interval '61 seconds' where attempted_at is not null"
        )
    waiting = await mail_desk.rows("select id from outbox where state = 'queued' order by id")
    await asyncio.gather(*(run_or_wait(mail_desk, row["id"]) for row in waiting))
    assert len(relay.taken) == 4


async def run_or_wait(mail_desk: MailDesk, outbox_id: int) -> None:
    from atum_desk.kernel.jobs.handlers import RetryLater

    try:
        await run_send(mail_desk, outbox_id)
    except RetryLater:
        return


# ---------------------------------------------------------------- signatures


@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
async def test_mail_is_signed_with_the_domains_key_once_it_is_switched_on(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client, algorithm: str
) -> None:
    number = await ask(mail_desk)
    domain = MAILBOX.partition("@")[2]
    key = await admin.posted("/signing-keys", {"domain": domain, "selector": "s1", "algorithm": algorithm})
    assert key["record"]["name"] == f"s1._domainkey.{domain}"
    await answer(lead, number)
    await mail_desk.outbox_in("sent")
    assert "DKIM-Signature" not in relay.taken[0][1]
    await admin.patched(f"/signing-keys/{key['id']}", {"active": True})
    await answer(lead, number, text="Grüße, signed.\n.leading dot")
    await mail_desk.outbox_in("sent")
    envelope, mail = relay.taken[1]
    raw = envelope.original_content or b""

    def dns(name: bytes, timeout: int = 5) -> bytes:
        assert name.decode().rstrip(".") == key["record"]["name"]
        return key["record"]["value"].encode()

    assert dkim.verify(raw, dnsfunc=dns)
    assert not dkim.verify(raw.replace(b"Subject: Re:", b"Subject: No:"), dnsfunc=dns)
    assert f"d={domain}" in mail["DKIM-Signature"]
    secret = await mail_desk.value("select private_key from dkim_keys")
    assert b"PRIVATE KEY" not in secret
    history = await mail_desk.value("select string_agg(new::text, '') from row_changes where table_name = 'dkim_keys'")
    assert "private_key" not in history
    assert (await admin.delete(f"/signing-keys/{key['id']}")).status_code == 204
    assert (await admin.got("/signing-keys"))["items"] == []


async def test_a_key_is_made_for_a_mailboxs_domain_only_and_one_signs_at_a_time(
    mail_desk: MailDesk, admin: Client
) -> None:
    other = await admin.post("/signing-keys", json={"domain": "elsewhere.example", "selector": "s1"})
    assert other.status_code == 422
    domain = MAILBOX.partition("@")[2]
    made = [
        await admin.posted("/signing-keys", {"domain": domain, "selector": name, "algorithm": "ed25519"})
        for name in ("s1", "s2")
    ]
    again = await admin.post("/signing-keys", json={"domain": domain, "selector": "s1"})
    assert again.status_code == 409
    for key in made:
        await admin.patched(f"/signing-keys/{key['id']}", {"active": True})
    assert [key["active"] for key in (await admin.got("/signing-keys"))["items"]] == [False, True]


# ---------------------------------------------------------------- layouts


async def test_a_teams_layout_in_the_requesters_language_dresses_its_mail(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, admin: Client, lead: Client
) -> None:
    number = await ask(mail_desk)
    team = await mail_desk.value("select team_id from tickets where number = $1", number)
    await admin.posted("/mail-layouts", {"intro": "Hello {{requester.first_name}},", "sender": "{{team.name}}"})
    await admin.posted(
        "/mail-layouts",
        {
            "team_id": team,
            "language": "de",
            "intro": "Hallo {{requester.first_name}},",
            "signature": "{{agent.name}}\n{{mailbox.address}}",
            "footer": "Anfrage {{ticket.number}}: {{link}}",
            "sender": "{{agent.first_name}} von {{team.name}}",
            "subject": "AW: {{ticket.subject}} #{{ticket.number}}",
        },
    )
    await answer(lead, number)
    await mail_desk.outbox_in("sent")
    mail = relay.taken[0][1]
    assert mail["From"].addresses[0].display_name == "Support"
    assert "Hello Ann," in plain(mail)
    async with mail_desk.database.writing(mail_desk.system, "contact.edit") as work:
        await work.execute("update people set locale = 'de-AT' where kind = 'contact'")
    await answer(lead, number, text="Ist er aus & an?")
    await mail_desk.outbox_in("sent")
    mail = relay.taken[1][1]
    assert mail["From"].addresses[0].display_name == "Mina von Support"
    assert mail["Subject"] == f"AW: Printer #{number}"
    text = plain(mail)
    assert text.index("Hallo Ann,") < text.index("Ist er aus & an?") < text.index("Mina Farouk\n" + MAILBOX)
    assert f"Anfrage {number}: {mail_desk.settings.web_url}/requests/" in text


async def test_placeholders_are_put_in_once_escaped_and_unknown_ones_refused(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    number = await ask(mail_desk, subject="<b>{{agent.name}}</b>")
    refused = await admin.post("/mail-layouts", json={"intro": "{{ secret.key }}"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "intro")
    assert "agent.name" in refused.json()["errors"][0]["message"]
    made = await admin.posted("/mail-layouts", {"intro": "About {{ticket.subject}}", "signature": "{% for x in y %}"})
    await answer(lead, number)
    await mail_desk.outbox_in("sent")
    body = relay.taken[0][1].get_body(("html",))
    assert body
    page = body.get_content()
    assert "About &lt;b&gt;{{agent.name}}&lt;/b&gt;" in page
    assert "{% for x in y %}" in page
    preview = await admin.posted("/mail-layouts/preview", {"intro": "Hi {{requester.first_name}}!"}, status=200)
    assert "Hi Sam!" in preview["text"]
    assert preview["sender"] == "Ann Lee at Support"
    edited = await admin.patched(f"/mail-layouts/{made['id']}", {"intro": "", "version": made["version"]})
    assert edited["intro"] == ""
    change = await admin.patch(f"/mail-layouts/{made['id']}", json={"intro": "x"})
    assert (await admin.post(f"/changes/{change.headers['x-change-id']}/undo")).status_code == 200
    again = await admin.post("/mail-layouts", json={})
    assert again.status_code == 409
    assert (await admin.delete(f"/mail-layouts/{made['id']}")).status_code == 204


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return body.get_content().replace("\r\n", "\n")


# ---------------------------------------------------------------- addresses that are gone


async def test_a_refused_address_is_written_to_no_more_until_somebody_lifts_that(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, lead: Client
) -> None:
    number = await ask(mail_desk, Cc="Carl <carl@example.org>")
    relay.answer_rcpt = lambda to: "550 5.1.1 no such user" if to.startswith("ann@") else None
    await answer(lead, number, recipients="all")
    (row,) = await mail_desk.outbox_in("sent")
    assert "5.1.1" in row["last_error"]
    (stopped,) = (await lead.got("/stopped-addresses"))["items"]
    assert (stopped["email"], stopped["status"]) == ("ann@example.org", "5.1.1")
    shown = await lead.got(f"/tickets/{number}")
    assert [one["email"] for one in shown["requester"]["stopped"]] == ["ann@example.org"]
    refused = await lead.post(f"/tickets/{number}/messages", json={"kind": "reply", "text": "Hello?"})
    assert (refused.status_code, refused.json()["code"]) == (409, "address_stopped")
    assert "ann@example.org" in refused.json()["detail"]
    assert await mail_desk.value("select count(*) from outbox") == 1
    relay.answer_rcpt = lambda _to: None
    lifted = await lead.posted(f"/stopped-addresses/{stopped['id']}/lift", status=200)
    assert lifted["email"] == "ann@example.org"
    await answer(lead, number, recipients="all")
    await mail_desk.outbox_in("sent")
    assert sorted(relay.taken[-1][0].rcpt_tos) == ["ann@example.org", "carl@example.org"]


async def test_mail_that_waited_while_its_address_was_stopped_is_not_sent_there(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk)
    mail = (await answer(lead, number, send_at=in_hours(1)))["message"]["mail"]
    async with mail_desk.database.writing(mail_desk.system, "standing.mark") as work:
        await work.execute(
            "insert into address_standings (workspace_id, email, words) values (ctx_workspace(), 'ann@example.org', '550 gone')"
        )
    await lead.patched(f"/outbox/{mail['outbox_id']}", {"send_at": None})
    (row,) = await mail_desk.outbox_in("failed")
    assert row["last_error"].startswith("Not sent, because mail came back before. ann@example.org")
    assert relay.taken == []


async def test_without_a_relay_a_held_mail_waits_as_queued_once_its_time_has_come(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk)
    await mail_desk.stop_jobs()
    mail_desk.worker = msgspec.structs.replace(
        mail_desk.worker, settings=msgspec.structs.replace(mail_desk.settings, mail_relay="")
    )
    mail = (await answer(lead, number, send_at=in_hours(1)))["message"]["mail"]
    async with mail_desk.database.writing(mail_desk.system, "test.age") as work:
        await work.execute("update outbox set held_until = moment() - interval '1 second'")
    await run_send(mail_desk, mail["outbox_id"])
    assert await mail_desk.value("select state from outbox") == "queued"
