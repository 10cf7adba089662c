"""A ticket whose first message staff write to the requester: it leaves as mail and is answered."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk

from desk import Client, Desk

ANN = {"name": "Ann Example", "email": "ann@example.org"}
NEW = {"subject": "Your new badge", "text": "It lies at the desk.", "requester": ANN, "send": True}


async def opened(lead: Client, **given: Any) -> dict[str, Any]:
    return await lead.posted("/tickets", {**NEW, **given})


async def left(mail_desk: MailDesk, relay: FakeRelay) -> EmailMessage:
    """Wait until the mail has left, and return it."""
    await mail_desk.outbox_in("sent")
    return relay.taken[-1][1]


async def refused(mail_desk: MailDesk, lead: Client, **given: Any) -> dict[str, str]:
    """Return the errors of a ticket that is refused and leaves nothing, by field."""
    counted = "select (select count(*) from tickets) + (select count(*) from outbox)"
    before = await mail_desk.value(counted)
    answer = await lead.post("/tickets", json={**NEW, **given})
    assert answer.status_code == 422, answer.text
    assert await mail_desk.value(counted) == before
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def test_the_first_message_leaves_and_the_answer_to_it_joins_the_ticket(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    made = await opened(lead)
    number = made["number"]
    assert made["status"]["category"] == "open"
    assert made["first_response_at"]
    [message] = made["thread"]
    assert (message["kind"], message["from_staff"], message["author"]["name"]) == ("reply", True, "Mina Farouk")
    assert message["to"] == [{"name": "Ann Example", "address": "ann@example.org"}]
    mail = await left(mail_desk, relay)
    ((envelope, _),) = relay.taken
    assert envelope.rcpt_tos == ["ann@example.org"]
    # It answers nothing, so it does not say "Re:" and refers to nothing.
    assert mail["Subject"] == f"Your new badge [#{number}]"
    assert (mail["In-Reply-To"], mail["References"]) == (None, None)
    assert mail["From"].addresses[0].addr_spec == MAILBOX
    answer = EmailMessage()
    answer["From"], answer["To"] = "Ann <ann@example.org>", mail["Reply-To"]
    answer["Subject"], answer["In-Reply-To"] = f"AW: {mail['Subject']}", mail["Message-ID"]
    answer.set_content("Thanks, I fetch it today.")
    await mail_desk.deliver(answer, to=mail["Reply-To"].addresses[0].addr_spec)
    await mail_desk.settled(1)
    thread = (await lead.got(f"/tickets/{number}"))["thread"]
    assert [one["from_staff"] for one in thread if one["type"] == "message"] == [True, False]
    assert await mail_desk.value("select count(*) from tickets") == 1
    await lead.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "Until six."})
    await mail_desk.outbox_in("sent")
    later = relay.taken[-1][1]
    assert later["Subject"] == f"Re: Your new badge [#{number}]"
    assert later["References"].split()[0] == mail["Message-ID"]


async def test_who_is_named_in_cc_gets_it_and_takes_part_and_a_blind_copy_is_in_no_header(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    made = await opened(lead, cc=["Carl@example.org"], bcc=["boss@example.net"])
    mail = await left(mail_desk, relay)
    assert sorted(relay.taken[0][0].rcpt_tos) == ["ann@example.org", "boss@example.net", "carl@example.org"]
    assert (mail["Cc"].addresses[0].addr_spec, mail["Bcc"]) == ("carl@example.org", None)
    assert [one["email"] for one in made["cc"]] == ["carl@example.org"]
    assert [one["address"] for one in made["thread"][0]["bcc"]] == ["boss@example.net"]


async def test_undo_while_it_is_held_takes_mail_and_ticket_back(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, office: Desk
) -> None:
    await lead.patched("/me", {"undo_send_seconds": 60})
    await office.given.contact("Ann Example", ANN["email"])
    answer = await lead.post("/tickets", json=NEW)
    made = answer.json()
    assert made["thread"][0]["mail"]["state"] == "held"
    requester = await office.requester(made["requester"]["id"])
    assert (await requester.got(f"/portal/tickets/{made['number']}"))["thread"] == []
    await lead.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    assert (await lead.get(f"/tickets/{made['number']}")).status_code == 404
    states = await mail_desk.rows("select state from outbox")
    assert [row["state"] for row in states] in ([], ["cancelled"])
    assert relay.taken == []


async def test_a_mail_that_left_cannot_be_undone(mail_desk: MailDesk, relay: FakeRelay, lead: Client) -> None:
    answer = await lead.post("/tickets", json=NEW)
    await left(mail_desk, relay)
    late = await lead.post(f"/changes/{answer.headers['x-change-id']}/undo")
    assert (late.status_code, late.json()["code"]) == (409, "not_undoable")
    assert (await lead.get(f"/tickets/{answer.json()['number']}")).status_code == 200


async def test_the_same_request_again_sends_nothing_again(mail_desk: MailDesk, relay: FakeRelay, lead: Client) -> None:
    key = {"Idempotency-Key": "first-mail-0123456789"}
    first = await lead.post("/tickets", json=NEW, headers=key)
    again = await lead.post("/tickets", json=NEW, headers=key)
    assert first.json()["number"] == again.json()["number"]
    await left(mail_desk, relay)
    assert await mail_desk.value("select count(*) from outbox") == 1


async def test_it_leaves_from_the_mailbox_that_was_chosen_and_joins_its_team(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, admin: Client, office: Desk
) -> None:
    team = await office.given.team("Badges")
    box = await admin.posted("/mailboxes", {"address": "badges@atum.localhost", "name": "Badges", "team_id": team})
    made = await opened(lead, mailbox_id=box["id"])
    assert (made["team"]["name"], made["mailbox"]["address"]) == ("Badges", "badges@atum.localhost")
    mail = await left(mail_desk, relay)
    assert mail["From"].addresses[0].addr_spec == "badges@atum.localhost"


async def test_what_is_changed_while_it_waits_is_still_no_answer(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    await lead.patched("/me", {"undo_send_seconds": 60})
    made = await opened(lead)
    await lead.patched(f"/messages/{made['thread'][0]['id']}", {"text": "At the gate."})
    outbox_id = made["thread"][0]["mail"]["outbox_id"]
    await lead.patched(f"/outbox/{outbox_id}", {"send_at": None})
    mail = await left(mail_desk, relay)
    assert mail["Subject"] == f"Your new badge [#{made['number']}]"
    plain = mail.get_body(("plain",))
    assert plain
    assert "At the gate." in plain.get_content()


async def test_what_cannot_be_sent_is_said_by_its_field_and_leaves_nothing(
    mail_desk: MailDesk, lead: Client, admin: Client, office: Desk
) -> None:
    mute = await office.given.contact("Walk-in")
    async with mail_desk.database.writing(mail_desk.system, "contact.edit") as work:
        await work.execute("delete from addresses where person_id = $1", mute)
    told = await refused(mail_desk, lead, requester=None, requester_id=mute)
    assert "no mail address" in told["requester_id"]
    told = await refused(mail_desk, lead, requester={"email": MAILBOX, "name": ""})
    assert "address of this desk" in told["email"]
    assert "never sent" in (await refused(mail_desk, lead, kind="note"))["send"]
    assert "set `send`" in (await refused(mail_desk, lead, send=False, cc=["carl@example.org"]))["cc"]
    assert "cc" in (await refused(mail_desk, lead, cc=["nobody"]))
    box = (await admin.got("/mailboxes"))["items"][0]
    await admin.patched(f"/mailboxes/{box['id']}", {"active": False})
    told = await refused(mail_desk, lead, team_id=await office.given.first_team())
    assert "no mailbox is active" in told["mailbox_id"]


async def test_more_than_ten_people_are_asked_about_first(mail_desk: MailDesk, lead: Client) -> None:
    crowd = [f"crowd{n}@example.net" for n in range(11)]
    asked = await lead.post("/tickets", json={**NEW, "cc": crowd})
    assert (asked.status_code, asked.json()["code"]) == (409, "many_recipients")
    assert await mail_desk.value("select count(*) from tickets") == 0
    await opened(lead, cc=crowd, confirm_recipients=True)


async def test_it_takes_the_permission_to_reply(mail_desk: MailDesk, office: Desk) -> None:
    async with mail_desk.database.reading(mail_desk.system) as transaction:
        person = await transaction.fetchval("select min(id) from people where kind = 'staff'")
    script = office.bearer(await office.token(person, "ticket:open", "ticket:read", "ticket:note"))
    answer = await script.post("/tickets", json=NEW)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")
    assert (await script.post("/tickets", json={**NEW, "send": False})).status_code == 201


@pytest.mark.parametrize("kind", ["reply", "note"])
async def test_without_send_nothing_leaves_and_the_ticket_is_new_as_before(
    mail_desk: MailDesk, lead: Client, kind: str
) -> None:
    made = await opened(lead, send=False, kind=kind)
    assert made["status"]["category"] == "new"
    assert made["first_response_at"] is None
    assert await mail_desk.value("select count(*) from outbox") == 0
