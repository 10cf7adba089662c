"""Who really gets an answer: on the wire, after mail with many people, and from rows that are broken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk, letter

from atum_desk.kernel import clock
from atum_desk.mail.filing.confirmation import confirm_request
from desk import Client, Desk
from factories import Given

CROWD = [f"crowd{n}@example.net" for n in range(199)]


@pytest.fixture
def office(mail_desk: MailDesk, given: Given) -> Desk:
    return Desk(mail_desk.database, mail_desk.settings, given)


@pytest.fixture
async def lead(office: Desk) -> Client:
    return await office.staff("Team lead")


async def ticket_from(mail_desk: MailDesk, **given: str) -> int:
    """Let a mail open a ticket and return its number."""
    await mail_desk.deliver(letter(**given))
    await mail_desk.settled(1)
    return await mail_desk.value("select max(number) from tickets")


async def sent(mail_desk: MailDesk, lead: Client, number: int, **body: Any) -> dict[str, Any]:
    """Answer, wait until the mail has left, and return the message."""
    path, body = f"/tickets/{number}/messages", {"kind": "reply", "text": "Try water.", **body}
    added = await lead.posted(path, body)
    await mail_desk.outbox_in("sent")
    return added["message"]


async def test_an_answer_to_a_mail_with_199_others_goes_to_its_sender_alone(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ticket_from(mail_desk, to=", ".join([MAILBOX, *CROWD]))
    ticket = await lead.got(f"/tickets/{number}")
    assert sorted(one["email"] for one in ticket["cc"]) == sorted(CROWD)  # nobody is cut in silence
    assert len(ticket["thread"][0]["to"]) == 200
    message = await sent(mail_desk, lead, number)
    assert [one["address"] for one in message["to"]] == ["ann@example.org"]
    assert message["cc"] == []
    ((envelope, mail),) = relay.taken
    assert envelope.rcpt_tos == ["ann@example.org"]
    assert mail["Cc"] is None
    asked = await lead.post(f"/tickets/{number}/messages", json={"kind": "reply", "text": "x", "recipients": "all"})
    assert (asked.status_code, asked.json()["count"]) == (409, 200)


async def test_who_does_not_fit_is_counted_on_the_message(mail_desk: MailDesk, lead: Client) -> None:
    many = [f"more{n}@example.net" for n in range(149)]
    number = await ticket_from(mail_desk, to=", ".join([MAILBOX, *CROWD]), Cc=", ".join(many))
    ticket = await lead.got(f"/tickets/{number}")
    message = ticket["thread"][0]
    assert (len(message["to"]), len(message["cc"]), len(ticket["cc"])) == (200, 0, 199)
    assert message["extras"]["recipients_left_out"] == 149


async def test_a_blind_copy_arrives_and_no_mail_names_it(mail_desk: MailDesk, relay: FakeRelay, lead: Client) -> None:
    number = await ticket_from(mail_desk)
    await sent(mail_desk, lead, number, cc=["Carl@example.org"], bcc=["boss@example.net"])
    ((envelope, mail),) = relay.taken
    assert sorted(envelope.rcpt_tos) == ["ann@example.org", "boss@example.net", "carl@example.org"]
    assert "boss" not in str(mail).lower()
    assert mail["Bcc"] is None
    assert "/requests/" not in mail.as_string()


@pytest.mark.parametrize("bad", ["a@b.test>", "nobody", "a b@c.test", "a@", "a@b\r\nBcc: x@y.example", "", "a@ü..test"])
async def test_a_stored_address_that_is_none_fails_in_words_and_its_page_renders(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, bad: str
) -> None:
    number = await ticket_from(mail_desk)
    path = f"/tickets/{number}/messages"
    later = (clock.now() + timedelta(hours=1)).isoformat()
    body = {"kind": "reply", "text": "x", "cc": ["carl@example.org"], "send_at": later}
    outbox_id = (await lead.posted(path, body))["message"]["mail"]["outbox_id"]
    async with mail_desk.database.writing(mail_desk.system, "test.break") as work:
        people = [{"name": "Bad\r\nName", "address": bad}]
        await work.execute("update outbox set cc = $2 where id = $1", outbox_id, people)
    await lead.patched(f"/outbox/{outbox_id}", {"send_at": None})
    (row,) = await mail_desk.outbox_in("failed", "sent")
    assert row["state"] == "failed"
    assert "is not a mail address" in row["last_error"]
    assert relay.taken == []
    page = await lead.got(f"/outbox/{outbox_id}")
    assert dict(page["headers"])["Cc"].isprintable()
    assert (await lead.got("/outbox"))["items"][0]["state"] == "failed"
    assert (await lead.got(f"/tickets/{number}"))["thread"][1]["mail"]["state"] == "failed"


@pytest.mark.parametrize("address", ['"odd one"@kunden.example', "a..b@kunden.example", "c.@kunden.example"])
async def test_whoever_wrote_from_an_unusual_address_can_be_answered_there(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, address: str
) -> None:
    raw = letter().as_bytes().replace(b"ann@example.org", address.encode(), 1)
    await mail_desk.deliver(raw)
    await mail_desk.settled(1)
    number = await mail_desk.value("select max(number) from tickets")
    refused = await lead.post(
        f"/tickets/{number}/messages", json={"kind": "reply", "text": "x", "to": [address.replace("kunden", "nobody")]}
    )
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "to")
    message = await sent(mail_desk, lead, number, to=[address], cc=["carl@example.org"])
    assert [one["address"] for one in message["to"]] == [address]
    ((envelope, mail),) = relay.taken
    assert envelope.rcpt_tos == [address, "carl@example.org"]
    assert address in mail["To"]


OWN_SPELLINGS = [
    "support@atum.localhost.",
    "support@atum\u3002localhost",
    "support@\uff41tum.localhost",
    "support+anything@atum.localhost.",
    '"support"@ATUM.localhost',
    "<mailto:support@atum.localhost>",
    "SMTP:support@atum.localhost",
]


async def test_our_own_address_gets_no_answer_however_it_is_spelled(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    raw = letter(to="TO", Cc="carl@example.org.").as_bytes()
    await mail_desk.deliver(raw.replace(b"To: TO", "To: {}".format(", ".join(OWN_SPELLINGS)).encode(), 1))
    await mail_desk.settled(1)
    number = await mail_desk.value("select max(number) from tickets")
    assert [one["email"] for one in (await lead.got(f"/tickets/{number}"))["cc"]] == ["carl@example.org"]
    await sent(mail_desk, lead, number, recipients="all")
    ((envelope, _mail),) = relay.taken
    assert sorted(envelope.rcpt_tos) == ["ann@example.org", "carl@example.org"]


@pytest.mark.parametrize("sender", ["ann@example.org.", "ann@\uff45xample.org", "Ann <smtp:ann@example.org>"])
async def test_another_spelling_of_a_domain_is_the_same_person(mail_desk: MailDesk, sender: str) -> None:
    await mail_desk.deliver(letter())
    await mail_desk.settled(1)
    await mail_desk.deliver(letter(text="more").as_bytes().replace(b"ann@example.org", sender.encode(), 1))
    await mail_desk.settled(2)
    requesters = await mail_desk.rows("select distinct requester_id from tickets")
    assert len(requesters) == 1


@pytest.mark.parametrize(
    "sender", ["<odd ann@example.org>", "ann\u200b@example.org", "=?utf-8?q?ann=E2=80=AE?=@example.org"]
)
async def test_what_is_no_address_or_hides_something_is_nobody_elses(mail_desk: MailDesk, sender: str) -> None:
    raw = letter().as_bytes().replace(b"ann@example.org", sender.encode(), 1)
    await mail_desk.deliver(raw, sender="bob@example.net")
    await mail_desk.settled(1)
    emails = await mail_desk.rows("select a.email from tickets t join addresses a on a.person_id = t.requester_id")
    assert [one["email"] for one in emails] == ["bob@example.net"]


async def test_a_requester_whose_address_became_a_mailbox_is_sent_no_confirmation(
    mail_desk: MailDesk, lead: Client, admin: Client
) -> None:
    await ticket_from(mail_desk)
    team_id = await mail_desk.value("select team_id from mailboxes where address = $1", MAILBOX)
    await admin.posted("/mailboxes", {"address": "ann@example.org", "name": "Ann", "team_id": team_id})
    ticket_id = await mail_desk.value("select max(id) from tickets")
    await confirm_request(mail_desk.job, ticket_id)
    assert await mail_desk.value("select count(*) from outbox") == 0
