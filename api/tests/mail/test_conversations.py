"""Forwarded messages and side conversations over real SMTP: answers come back, and the requester hears nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk, letter
from proof import proven

from atum_desk.mail.filing.facts import FACTS
from desk import Client, Desk
from factories import Given

PARTS = "parts@supplier.example"
SIGNED = re.compile(r"support\+\S+?@atum\.localhost", re.IGNORECASE)


async def asked(mail_desk: MailDesk, **given: str) -> int:
    """Let Ann's mail open a ticket and return its number."""
    before = await mail_desk.value("select count(*) from mails where state <> 'received'")
    await mail_desk.deliver(letter(text="The pump leaks. My number is SECRET-77.", **given))
    await mail_desk.settled(before + 1)
    number: int = await mail_desk.value("select max(number) from tickets")
    return number


async def left(mail_desk: MailDesk, relay: FakeRelay) -> tuple[Any, Any]:
    """Wait until all mail has left and return the newest."""
    await mail_desk.outbox_in("sent")
    return relay.taken[-1]


async def started(lead: Client, number: int, **more: Any) -> dict[str, Any]:
    body = {"subject": "Spare part", "text": "Can you deliver by Friday?", "to": [PARTS], **more}
    sent: dict[str, Any] = await lead.posted(f"/tickets/{number}/conversations", body)
    return sent


def signed_of(mail: Any) -> str:
    """Return the signed address that answers to a mail go to."""
    found = SIGNED.search(str(mail["Reply-To"]))
    assert found
    return found.group()


async def answer(mail_desk: MailDesk, mail: Any, *, to: str | None = None, **given: Any) -> list[dict[str, Any]]:
    """Let the supplier answer a mail that left, at its Reply-To unless `to` says where; return all mails."""
    before = await mail_desk.value("select count(*) from mails where state <> 'received'")
    reply_to = to or signed_of(mail)
    usual = {"sender": f"Supplier <{PARTS}>", "subject": f"Re: {mail['Subject']}", "text": "Friday is fine."}
    made = letter(**(usual | {"to": reply_to, "In_Reply_To": mail["Message-ID"]} | given))
    await mail_desk.deliver(made, sender=given.get("sender", PARTS).rpartition("<")[2].strip(">"), to=reply_to)
    return await mail_desk.settled(before + 1)


async def people_on(lead: Client, number: int) -> tuple[str, list[str]]:
    ticket = await lead.got(f"/tickets/{number}")
    return ticket["requester"]["email"], [one["email"] for one in ticket["cc"]]


async def test_a_forward_carries_the_message_and_its_answer_comes_back_as_an_internal_one_of_a_third_person(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await asked(mail_desk)
    question = (await lead.got(f"/tickets/{number}"))["thread"][0]
    sent = await lead.posted(
        f"/tickets/{number}/forward", {"message_id": question["id"], "text": "Can you help?", "to": [PARTS]}
    )
    assert sent["conversation"]["kind"] == "forward"
    envelope, mail = await left(mail_desk, relay)
    assert envelope.rcpt_tos == [PARTS]
    said = mail.get_body(("plain",)).get_content()
    assert said.index("Can you help?") < said.index("Forwarded message") < said.index("The pump leaks.")
    assert "ann@example.org" in said
    assert mail["Subject"] == f"Fwd: Printer [#{number}]"
    assert mail["References"] is None
    assert mail["In-Reply-To"] is None
    await answer(mail_desk, mail)
    ticket = await lead.got(f"/tickets/{number}")
    first, forwarded, answered = ticket["thread"]
    assert (forwarded["kind"], forwarded["extras"]["forwarded"]) == ("note", [first["id"]])
    assert [one["address"] for one in forwarded["to"]] == [PARTS]
    assert (answered["kind"], answered["from_staff"], answered["text"]) == ("note", False, "Friday is fine.")
    assert answered["conversation_id"] == sent["conversation"]["id"] == forwarded["conversation_id"]
    assert ticket["requester"]["email"] == "ann@example.org"
    assert ticket["cc"] == []
    assert ticket["unread"]
    # Nothing went to the requester by itself.
    assert [envelope.rcpt_tos for envelope, _mail in relay.taken] == [[PARTS]]


async def test_what_a_stranger_is_forwarded_holds_no_address_that_speaks_for_the_requester(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await asked(mail_desk)
    await lead.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "We look at it."})
    _envelope, reply = await left(mail_desk, relay)
    signed = signed_of(reply)
    text = f"Write to {signed} please."
    await answer(mail_desk, reply, sender="Ann Example <ann@example.org>", text=text)
    ticket = await lead.got(f"/tickets/{number}")
    assert ticket["thread"][-1]["kind"] == "reply"
    await lead.posted(f"/tickets/{number}/forward", {"to": [PARTS], "text": ""})
    _envelope, mail = await left(mail_desk, relay)
    raw = mail.get_body(("plain",)).get_content() + mail.get_body(("html",)).get_content()
    assert raw.count("Write to support@atum.localhost please.") == 2
    assert "We look at it." in raw
    assert "/requests/" not in raw
    assert SIGNED.search(raw) is None
    # Nor do its headers lead into the thread that we have with the requester.
    assert mail["References"] is None
    assert reply["Message-ID"] not in mail.as_string()


async def test_a_side_conversation_has_a_thread_of_its_own_and_quotes_nothing(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await asked(mail_desk)
    conversation = (await started(lead, number))["conversation"]
    _envelope, mail = await left(mail_desk, relay)
    assert "SECRET-77" not in mail.as_string()
    assert "pump" not in mail.as_string()
    assert "ann@" not in mail.as_string().lower()
    assert mail["Subject"] == f"Spare part [#{number}]"
    await answer(mail_desk, mail)
    path = f"/tickets/{number}/conversations/{conversation['id']}"
    thread = await lead.got(path)
    assert [(one["from_staff"], one["text"]) for one in thread["messages"]] == [
        (True, "Can you deliver by Friday?"),
        (False, "Friday is fine."),
    ]
    assert thread["conversation"]["unread"]
    assert (await lead.post(f"{path}/read")).status_code == 204
    ((listed),) = (await lead.got(f"/tickets/{number}/conversations"))["items"]
    assert (listed["unread"], listed["message_count"], listed["last_author"]) == (False, 2, "Supplier")
    ticket = await lead.got(f"/tickets/{number}")
    assert [one["text"][:13] for one in ticket["thread"]] == ["The pump leak"]
    assert (ticket["status"]["category"], ticket["cc"]) == ("new", [])
    await lead.posted(f"{path}/messages", {"text": "Thank you."})
    envelope, second = await left(mail_desk, relay)
    assert envelope.rcpt_tos == [PARTS]
    assert mail["Message-ID"] in second["References"]
    assert second["In-Reply-To"] not in (None, mail["Message-ID"])
    assert second["Subject"] == f"Re: Spare part [#{number}]"
    assert second["Reply-To"] == mail["Reply-To"]


async def test_mail_to_the_requester_never_refers_to_mail_to_others(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await asked(mail_desk)
    await started(lead, number)
    _envelope, aside = await left(mail_desk, relay)
    await answer(mail_desk, aside)
    await lead.posted(f"/tickets/{number}/messages", {"kind": "reply", "text": "It comes.", "quoted_messages": 5})
    envelope, reply = await left(mail_desk, relay)
    assert envelope.rcpt_tos == ["ann@example.org"]
    assert aside["Message-ID"] not in reply.as_string()
    assert "Friday" not in reply.as_string()
    assert len(reply["References"].split()) == 1


@pytest.mark.parametrize("to", [MAILBOX, None], ids=["by References alone", "by the signed address"])
async def test_an_answer_finds_its_conversation(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, to: str | None
) -> None:
    number = await asked(mail_desk)
    conversation = (await started(lead, number))["conversation"]
    _envelope, mail = await left(mail_desk, relay)
    headers = {"In_Reply_To": mail["Message-ID"]} if to else {"In_Reply_To": "<unknown@supplier.example>"}
    *_, filed = await answer(mail_desk, mail, to=to, **headers)
    assert filed["state"] == "appended"
    thread = await lead.got(f"/tickets/{number}/conversations/{conversation['id']}")
    assert thread["messages"][-1]["text"] == "Friday is fine."
    assert await people_on(lead, number) == ("ann@example.org", [])


async def test_a_reference_alone_lets_nobody_in_whom_the_conversation_is_not_with(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await asked(mail_desk)
    conversation = (await started(lead, number))["conversation"]
    _envelope, mail = await left(mail_desk, relay)
    *_, filed = await answer(mail_desk, mail, to=MAILBOX, sender="Eve <eve@elsewhere.example>")
    assert filed["state"] == "ticketed"
    thread = await lead.got(f"/tickets/{number}/conversations/{conversation['id']}")
    assert len(thread["messages"]) == 1
    assert len((await lead.got(f"/tickets/{number}"))["thread"]) == 1


async def test_without_proof_a_reference_joins_no_conversation(trusting: MailDesk, relay: FakeRelay) -> None:
    await trusting.rule("unknown_senders", "never")
    office = Desk(trusting.database, trusting.settings, await Given.of_first_workspace(trusting.database))
    lead = await office.staff("Team lead")
    number = await asked(trusting)
    conversation = (await started(lead, number))["conversation"]
    _envelope, mail = await left(trusting, relay)
    for made in (letter, proven):
        before = await trusting.value("select count(*) from mails where state <> 'received'")
        sender = f"Supplier <{PARTS}>"
        await trusting.deliver(made(sender=sender, text=made.__name__, In_Reply_To=mail["Message-ID"]), sender=PARTS)
        await trusting.settled(before + 1)
    thread = await lead.got(f"/tickets/{number}/conversations/{conversation['id']}")
    assert [one["text"] for one in thread["messages"][1:]] == ["proven"]


async def test_whom_an_answer_copies_takes_part_in_nothing(mail_desk: MailDesk, relay: FakeRelay, lead: Client) -> None:
    number = await asked(mail_desk)
    await started(lead, number)
    _envelope, mail = await left(mail_desk, relay)
    await answer(mail_desk, mail, Cc="boss@supplier.example, ann@example.org")
    assert await people_on(lead, number) == ("ann@example.org", [])
    assert await mail_desk.value("select count(*) from participants") == 0
    assert len(relay.taken) == 1


async def test_a_program_that_answers_the_return_path_is_heard_in_the_conversation_alone(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await asked(mail_desk)
    sent = await started(lead, number)
    path = f"/tickets/{number}/conversations/{sent['conversation']['id']}"
    envelope, mail = await left(mail_desk, relay)
    await lead.patched(path, {"closed": True})
    absent = {"Auto_Submitted": "auto-replied", "text": "I am away.", "In_Reply_To": "<none@supplier.example>"}
    await answer(mail_desk, mail, to=envelope.mail_from, **absent)
    thread = await lead.got(path)
    assert thread["messages"][-1]["text"] == "I am away."
    # Nobody said anything, so it stays closed; a person's answer opens it.
    assert thread["conversation"]["closed_at"] is not None
    assert len((await lead.got(f"/tickets/{number}"))["thread"]) == 1
    await answer(mail_desk, mail)
    assert (await lead.got(path))["conversation"]["closed_at"] is None


async def test_a_mail_that_comes_back_is_told_in_the_conversation(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await asked(mail_desk)
    sent = await started(lead, number)
    envelope, _mail = await left(mail_desk, relay)
    report = (
        "From: MAILER-DAEMON@supplier.example\r\nTo: x\r\nSubject: failed\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.supplier.example\r\n\r\nFinal-Recipient: rfc822; {PARTS}\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b--\r\n"
    )
    before = await mail_desk.value("select count(*) from mails where state <> 'received'")
    await mail_desk.deliver(report.encode(), sender="", to=envelope.mail_from)
    await mail_desk.settled(before + 1)
    thread = await lead.got(f"/tickets/{number}/conversations/{sent['conversation']['id']}")
    assert "5.1.1" in thread["messages"][-1]["text"]
    assert thread["messages"][0]["mail"]["state"] == "bounced"
    assert len((await lead.got(f"/tickets/{number}"))["thread"]) == 1


async def test_what_is_chosen_goes_along_and_a_note_never_does(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    raw = letter(text="See the photo. SECRET-77")
    raw.add_attachment(b"\x89PNG\r\n\x1a\nphoto", maintype="image", subtype="png", filename="pump.png")
    raw.add_attachment(b"private", maintype="text", subtype="plain", filename="private.txt")
    await mail_desk.deliver(raw)
    await mail_desk.settled(1)
    number = await mail_desk.value("select max(number) from tickets")
    question = (await lead.got(f"/tickets/{number}"))["thread"][0]
    photo, _private = question["attachments"]
    note = (await lead.posted(f"/tickets/{number}/messages", {"kind": "note", "text": "He is rude."}))["message"]
    refused = await lead.post(f"/tickets/{number}/forward", json={"to": [PARTS], "message_id": note["id"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing_to_forward")
    await started(lead, number, message_ids=[question["id"]], file_ids=[photo["id"]])
    _envelope, mail = await left(mail_desk, relay)
    assert "SECRET-77" in mail.get_body(("plain",)).get_content()
    assert "rude" not in mail.as_string()
    assert [one.get_filename() for one in mail.iter_attachments()] == ["pump.png"]
    await lead.posted(f"/tickets/{number}/forward", {"to": [PARTS]})
    _envelope, whole = await left(mail_desk, relay)
    assert sorted(one.get_filename() for one in whole.iter_attachments()) == ["private.txt", "pump.png"]
    assert "rude" not in whole.as_string()


async def test_a_held_forward_is_taken_back_whole_and_one_that_left_is_not(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await asked(mail_desk)
    await lead.patched("/me", {"undo_send_seconds": 60})
    sent = await lead.posted(f"/tickets/{number}/forward", {"to": [PARTS], "text": "Please help."})
    assert sent["undo_seconds"] == 60
    assert (await lead.post(f"/changes/{sent['change_id']}/undo")).status_code == 200
    assert (await lead.got(f"/tickets/{number}/conversations"))["items"] == []
    assert len((await lead.got(f"/tickets/{number}"))["thread"]) == 1
    assert await mail_desk.value("select count(*) from outbox where state <> 'cancelled'") == 0
    again = await started(lead, number)
    await lead.patched(f"/outbox/{again['message']['mail']['outbox_id']}", {"send_at": None})
    await mail_desk.outbox_in("sent", "cancelled")
    refused = await lead.post(f"/changes/{again['change_id']}/undo")
    assert refused.status_code == 409
    assert len(relay.taken) == 1


def test_the_facts_of_a_mail_are_still_one_statement() -> None:
    assert FACTS.count("from conversations") == 2
