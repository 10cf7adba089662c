"""In whose name a mail's message stands: only proven mail is the staff's, or acts as anybody."""

from __future__ import annotations

from typing import Any

import pytest
from mail_desk import MAILBOX, MailDesk, letter
from proof import RELAY, proven

from atum_desk.outbox.public import reply_address
from desk import Desk
from factories import Given, SignedIn


def of_agent(agent: SignedIn) -> str:
    return f"agent{agent.id}@atum.localhost"


async def signed_address(mail_desk: MailDesk) -> str:
    ticket_id = await mail_desk.value("select max(id) from tickets")
    return reply_address(mail_desk.settings, MAILBOX, ticket_id)


async def last_message(mail_desk: MailDesk) -> dict[str, Any]:
    return (await mail_desk.rows("select * from messages order by id desc limit 1"))[0]


async def actor_of(mail_desk: MailDesk, message: dict[str, Any]) -> int | None:
    return await mail_desk.value("select actor_id from changes where id = $1", message["change_id"])


def with_second_from(message: Any, second: str) -> bytes:
    return message.as_bytes().replace(b"\nTo:", f"\nFrom: {second}\nTo:".encode(), 1)


@pytest.mark.parametrize("how", ["two From fields", "failed", "unknown"])
async def test_nobody_writes_as_the_staff_without_proof(trusting: MailDesk, given: Given, how: str) -> None:
    admin = await given.staff("Mina", role="Administrator")
    await trusting.rule("staff_replies", "reply")
    await trusting.deliver(letter())
    await trusting.settled(1)
    to = await signed_address(trusting)
    sender = of_agent(admin)
    mail: Any = letter(sender=sender, text="Refund them.")
    if how == "two From fields":
        mail = with_second_from(proven(sender=sender, text="Refund them."), "ann@example.org")
    elif how == "failed":
        mail["Authentication-Results"] = f"{RELAY}; dmarc=fail (p=none) header.from=atum.localhost"
    await trusting.deliver(mail, to=to)
    await trusting.settled(2)
    message = await last_message(trusting)
    assert (message["kind"], message["from_staff"]) == ("note", False)
    assert message["author_verdict"] == ("unknown" if how == "unknown" else "failed")
    assert message["author_words"]
    assert await actor_of(trusting, message) is None
    assert await trusting.value("select count(*) from outbox") == 0
    desk = Desk(trusting.database, trusting.settings, given)
    shown = (await desk.client(admin).got("/tickets/1"))["thread"][-1]
    assert shown["author"] == {"id": None, "name": "Mina"}
    assert shown["author_check"]["claims"] is True
    check = shown["author_check"]
    assert (check["verdict"], check["words"]) == (message["author_verdict"], message["author_words"])
    assert check["notice"]["text"] == message["author_words"]


async def test_the_staff_write_in_their_own_name_when_proven(trusting: MailDesk, given: Given) -> None:
    agent = await given.staff("Mina")
    await trusting.deliver(letter())
    await trusting.settled(1)
    to = await signed_address(trusting)
    await trusting.deliver(proven(sender=of_agent(agent), text="call him"), to=to)
    await trusting.settled(2)
    note = await last_message(trusting)
    assert (note["kind"], note["from_staff"], note["author_id"]) == ("note", True, agent.id)
    assert note["author_verdict"] == "proven"
    assert await actor_of(trusting, note) == agent.id


async def test_somebody_who_left_the_staff_does_not_write_as_staff(trusting: MailDesk, given: Given) -> None:
    agent = await given.staff("Mina")
    async with trusting.database.writing(trusting.system, "person.edit") as work:
        await work.execute("update people set active = false where id = $1", agent.id)
    await trusting.deliver(letter())
    await trusting.settled(1)
    to = await signed_address(trusting)
    await trusting.deliver(proven(sender=of_agent(agent), text="still here"), to=to)
    await trusting.settled(2)
    assert (await last_message(trusting))["from_staff"] is False


async def test_a_new_request_acts_in_nobodys_name_until_it_is_proven(trusting: MailDesk, given: Given) -> None:
    admin = await given.staff("Mina", role="Administrator")
    await trusting.deliver(letter(sender=of_agent(admin), text="unknown"))
    await trusting.settled(1)
    claimed = await last_message(trusting)
    assert (claimed["author_verdict"], claimed["from_staff"]) == ("unknown", False)
    assert await actor_of(trusting, claimed) is None
    await trusting.deliver(proven(sender=of_agent(admin), text="proven", message_id="<p@x.example>"))
    await trusting.settled(2)
    assert await actor_of(trusting, await last_message(trusting)) == admin.id


async def test_a_forged_mail_of_the_staff_waits_for_a_person(trusting: MailDesk, given: Given) -> None:
    admin = await given.staff("Mina", role="Administrator")
    mail = letter(sender=of_agent(admin))
    mail["Authentication-Results"] = f"{RELAY}; dmarc=fail (p=none) header.from=atum.localhost"
    await trusting.deliver(mail)
    (held,) = await trusting.settled(1)
    assert (held["state"], held["cause"]) == ("quarantined", "forged")
    assert "of the staff" in held["reason"]


async def test_a_customer_does_not_pass_for_another(trusting: MailDesk, given: Given) -> None:
    bob = await given.contact("Bob", "bob@example.net")
    await trusting.deliver(proven(Cc="bob@example.net"))
    await trusting.settled(1)
    to = await signed_address(trusting)
    await trusting.deliver(letter(sender="Bob <bob@example.net>", text="I agree.", Cc="eve@evil.example"), to=to)
    await trusting.settled(2)
    message = await last_message(trusting)
    assert (message["author_id"], message["author_verdict"]) == (bob, "unknown")
    assert await actor_of(trusting, message) is None
    assert await trusting.value("select count(*) from participants") == 1, "Eve was not added"
    desk = Desk(trusting.database, trusting.settings, given)
    told = await (await desk.requester(bob)).got("/portal/tickets/1")
    assert [(one["you"], one["claimed"]) for one in told["thread"]] == [(False, False), (False, True)]
    await trusting.deliver(proven(sender="bob@example.net", text="It is me."), to=to)
    await trusting.settled(3)
    assert await actor_of(trusting, await last_message(trusting)) == bob


async def test_the_agent_who_forwards_a_mail_is_proven_and_its_writer_is_not(trusting: MailDesk, given: Given) -> None:
    agent = await given.staff("Mina")
    text = "See below.\n\n---------- Forwarded message ---------\nFrom: Kim <kim@kunden.example>\nDate: Fri, 27 Nov 2026\nSubject: Contract\nTo: Mina <mina@atum.localhost>\n\nIt ends in March.\n"
    await trusting.deliver(proven(sender=of_agent(agent), subject="Fwd: Contract", text=text))
    await trusting.settled(1)
    asked, comment = await trusting.rows("select * from messages order by id")
    assert (asked["author_verdict"], asked["from_staff"]) == ("unknown", False)
    assert "Mina forwarded it as a mail of kim@kunden.example" in asked["author_words"]
    assert (comment["author_verdict"], comment["author_id"]) == ("proven", agent.id)
    assert await actor_of(trusting, asked) == agent.id


# ---------------------------------------------------------------- Reply-To
async def test_the_requester_of_a_form_is_whom_reply_to_names(trusting: MailDesk) -> None:
    form = proven(sender="Website <wordpress@our-site.example>", Reply_To="Kunde <kunde.neu@gmx.example>")
    await trusting.deliver(form)
    await trusting.settled(1)
    (requester,) = await trusting.rows(
        "select p.name, a.email from tickets t join people p on p.id = t.requester_id join addresses a on a.person_id = p.id"
    )
    assert requester == {"name": "Kunde", "email": "kunde.neu@gmx.example"}
    message = await last_message(trusting)
    assert message["author_verdict"] == "unknown"
    assert "Named by Reply-To in a mail from wordpress@our-site.example" in message["author_words"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Reply_To": "ann@example.org"},
        {"Reply_To": "Ann@Example.org, list@lists.example"},
        {"Reply_To": MAILBOX},
        {"Reply_To": "no-reply@example.org"},
        {"Reply_To": "nobody"},
        {"Reply_To": "list@lists.example", "List_Id": "<list.lists.example>"},
        {"Reply_To": "agent"},
    ],
)
async def test_reply_to_names_nobody_else(trusting: MailDesk, given: Given, headers: dict[str, str]) -> None:
    if headers["Reply_To"] == "agent":
        headers = {"Reply_To": of_agent(await given.staff("Mina", role="Administrator"))}
    await trusting.deliver(proven(**headers))
    await trusting.settled(1)
    email = "select a.email from tickets t join addresses a on a.person_id = t.requester_id"
    assert await trusting.value(email) == "ann@example.org"


async def test_reply_to_does_not_change_who_answers_on_a_ticket(trusting: MailDesk) -> None:
    await trusting.deliver(proven(message_id="<1@example.org>"))
    await trusting.settled(1)
    answer = proven(subject="Re: Printer", text="more", In_Reply_To="<1@example.org>", Reply_To="ann@home.example")
    await trusting.deliver(answer)
    await trusting.settled(2)
    authors = await trusting.rows("select distinct author_name from messages")
    assert [one["author_name"] for one in authors] == ["Ann Example"]


# ---------------------------------------------------------------- confirmations
@pytest.mark.parametrize(
    "sender",
    [
        "no-reply@shop.example",
        "do-not-reply@shop.example",
        "donotreply@shop.example",
        "shop-noreply@shop.example",
        "noreply+4711@shop.example",
        "NICHT-ANTWORTEN@shop.example",
        "bounce+x=y@shop.example",
        "mailer-daemon@shop.example",
    ],
)
async def test_a_robots_address_gets_no_confirmation(trusting: MailDesk, sender: str) -> None:
    await trusting.rule("confirm_email_tickets", True)
    await trusting.deliver(proven(sender=sender))
    await trusting.deliver(proven(sender="reply@shop.example", message_id="<2@shop.example>"))
    await trusting.settled(2)
    sent = await trusting.outbox_in("sent")
    assert [one["recipients"][0]["address"] for one in sent] == ["reply@shop.example"]


# ---------------------------------------------------------------- addresses
async def test_a_quoted_local_part_stays_one_address(trusting: MailDesk) -> None:
    raw = letter(sender="ann@example.org").as_bytes()
    await trusting.deliver(raw.replace(b"ann@example.org", b'"odd one"@kunden.example', 1))
    await trusting.settled(1)
    email = "select a.email from tickets t join addresses a on a.person_id = t.requester_id"
    assert await trusting.value(email) == '"odd one"@kunden.example'
