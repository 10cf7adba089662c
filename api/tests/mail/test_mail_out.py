"""Replies leave through a real relay, once, whatever the relay does."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import msgspec
import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk, eventually, letter

from atum_desk.kernel import clock
from atum_desk.mail import jobs as mail_jobs
from atum_desk.mail.feature import FileMail
from atum_desk.outbox import commands
from atum_desk.outbox import jobs as outbox_jobs
from atum_desk.outbox import queries as outbox_queries
from atum_desk.outbox.feature import SendMail
from atum_desk.outbox.problems import MailNotCancellable, MailNotRetryable
from atum_desk.outbox.public import mail_of_return_path, mails_that_left
from atum_desk.outbox.send import claim_mail
from atum_desk.tickets.commands.agent_messages import answer_ticket
from atum_desk.tickets.public import CONFIRM_REQUEST, ConfirmRequest
from atum_desk.tickets.schemas import MessageInput
from factories import Given, SignedIn


@pytest.fixture
async def agent(given: Given) -> SignedIn:
    return await given.staff("Mina Farouk", role="Team lead")


async def ask(mail_desk: MailDesk, **given: str) -> int:
    """Let a mail open a ticket and return its number."""
    before = await mail_desk.value("select count(*) from mails")
    await mail_desk.deliver(letter(**given))
    await mail_desk.settled(before + 1)
    return await mail_desk.value("select max(number) from tickets")


async def reply(mail_desk: MailDesk, agent: SignedIn, number: int, **given: Any) -> int | None:
    """Answer a ticket; return the change."""
    given = {"text": "Did you turn it off and on?"} | given
    message = MessageInput(kind="reply", **given)
    added = await answer_ticket(mail_desk.database, mail_desk.settings, agent.actor, number, message)
    return added.change_id


async def run_send(mail_desk: MailDesk, outbox_id: int) -> None:
    await outbox_jobs.send(mail_desk.job, SendMail(outbox_id))


async def test_the_whole_loop_from_mail_to_answer_to_answer(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    number = await ask(mail_desk, message_id="<first@example.org>", Cc="Carl <carl@example.org>")
    await reply(mail_desk, agent, number, recipients="all")
    (row,) = await mail_desk.outbox_in("sent")
    ((envelope, mail),) = relay.taken
    assert sorted(envelope.rcpt_tos) == ["ann@example.org", "carl@example.org"]
    assert envelope.mail_from == row["envelope_from"]
    assert envelope.mail_from
    assert mail_of_return_path(mail_desk.settings, envelope.mail_from) == row["id"]
    assert row["reply_to"] == mail["Reply-To"].addresses[0].addr_spec != envelope.mail_from
    assert mail["Message-ID"] == f"<{row['mail_message_id']}>"
    assert mail["In-Reply-To"] == "<first@example.org>"
    assert mail["References"] == "<first@example.org>"
    assert mail["Subject"] == f"Re: Printer [#{number}]"
    assert mail["From"].addresses[0].addr_spec == MAILBOX
    assert "Mina Farouk" in mail["From"].addresses[0].display_name
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text
    assert html
    assert "Did you turn it off and on?" in text.get_content()
    # Carl gets a copy, and the link would let him speak for Ann.
    assert "/requests/" not in html.get_content()

    answer = EmailMessage()
    answer["From"], answer["To"] = "Carl <carl@example.org>", mail["Reply-To"]
    answer["Subject"] = mail["Subject"]
    quoted = "\n".join(f"> {line}" for line in text.get_content().splitlines())
    answer.set_content(f"Yes, twice.\n\nOn 22 Nov 2026, at 10:05, Mina wrote:\n{quoted}\n")
    await mail_desk.deliver(answer, sender="carl@example.org", to=mail["Reply-To"].addresses[0].addr_spec)
    await mail_desk.settled(2)
    last = (await mail_desk.rows("select * from messages order by id desc limit 1"))[0]
    assert (last["text"], last["author_name"], last["kind"]) == ("Yes, twice.", "Carl", "reply")
    assert "Did you turn it off" in last["quoted"]
    await reply(mail_desk, agent, number, text="Good.")
    await mail_desk.outbox_in("sent")
    ids = relay.taken[1][1]["References"].split()
    assert ids[:2] == ["<first@example.org>", f"<{row['mail_message_id']}>"]


async def test_our_own_mail_that_comes_back_is_refused(mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn) -> None:
    number = await ask(mail_desk)
    await reply(mail_desk, agent, number)
    await mail_desk.outbox_in("sent")
    _, ours = relay.taken[0]
    await mail_desk.deliver(ours.as_bytes(), sender="forwarder@example.org")
    forged = letter(sender="robot@example.org", X_Atum_Desk="1zaaaaaaaaaaaaaaaa")
    await mail_desk.deliver(forged)
    mails = await mail_desk.settled(3)
    assert (mails[1]["state"], mails[1]["reason"]) == ("refused", "Our own mail came back")
    assert mails[2]["state"] == "ticketed"


async def test_a_bounce_marks_the_mail_bounced_and_leaves_a_note(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    number = await ask(mail_desk)
    await reply(mail_desk, agent, number)
    (row,) = await mail_desk.outbox_in("sent")
    report = (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: {to}\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
        "--B\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; ann@example.org\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--B\r\n"
        "Content-Type: text/rfc822-headers\r\n\r\n"
        "Message-ID: <{id}>\r\nSubject: Re: Printer\r\n\r\n--B--\r\n"
    ).format(to=row["envelope_from"], id=row["mail_message_id"])
    await mail_desk.deliver(report.encode(), sender="", to=row["envelope_from"])
    mails = await mail_desk.settled(2)
    assert mails[1]["state"] == "appended"
    (failed,) = await mail_desk.rows("select * from outbox")
    assert failed["state"] == "bounced"
    assert "550 no such user" in failed["last_error"]
    note = (await mail_desk.rows("select * from messages order by id desc limit 1"))[0]
    assert note["kind"] == "note"
    assert "Came back from ann@example.org: 5.1.1" in note["text"]


async def test_a_held_mail_waits_and_its_undo_takes_it_back(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    mail_desk.settings = msgspec.structs.replace(mail_desk.settings, undo_send_seconds=60)
    number = await ask(mail_desk)
    change_id = await reply(mail_desk, agent, number)
    (row,) = await mail_desk.rows("select * from outbox")
    await run_send(mail_desk, row["id"])
    async with mail_desk.database.reading(agent.actor) as transaction:
        assert await mails_that_left(transaction, change_id or 0) == []
        item = await outbox_queries.get_item(transaction, row["id"])
        assert item.state == "held"
        held = await outbox_queries.list_items(transaction, "held", None, 5)
        queued = await outbox_queries.list_items(transaction, "queued", None, 5)
        assert ([one.id for one in held], queued) == ([row["id"]], [])
    assert relay.taken == []
    async with mail_desk.database.writing(agent.actor, "change.undo") as work:
        assert await work.fetch("select * from undo_change($1)", change_id) == []
    assert await mail_desk.value("select count(*) from outbox") == 0


async def test_a_mail_that_left_is_named_and_not_taken_back(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    number = await ask(mail_desk)
    change_id = await reply(mail_desk, agent, number)
    (row,) = await mail_desk.outbox_in("sent")
    async with mail_desk.database.reading(agent.actor) as transaction:
        assert await mails_that_left(transaction, change_id or 0) == [row["id"]]


async def test_a_temporary_refusal_is_tried_again_later_and_a_final_one_is_not(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    number = await ask(mail_desk)
    relay.answer_data = lambda: "451 4.2.0 greylisted, come back"
    await reply(mail_desk, agent, number)

    async def tried() -> bool:
        return await mail_desk.value("select attempts = 1 and state = 'queued' from outbox") or False

    await eventually(tried)
    (row,) = await mail_desk.rows("select *, next_attempt_at - moment() as wait from outbox")
    assert timedelta(seconds=40) < row["wait"] < timedelta(seconds=75)
    assert row["last_error"] == "451 4.2.0 greylisted, come back"
    await run_send(mail_desk, row["id"])
    assert await mail_desk.value("select attempts from outbox") == 1
    relay.answer_data = lambda: "554 5.7.1 no spam here"
    await make_due(mail_desk)
    await run_send(mail_desk, row["id"])
    (row,) = await mail_desk.rows("select * from outbox")
    assert (row["state"], row["attempts"], row["last_error"]) == ("failed", 2, "554 5.7.1 no spam here")
    with pytest.raises(MailNotCancellable):
        await commands.cancel_mail(mail_desk.database, agent.actor, row["id"])
    relay.answer_data = lambda: None
    await commands.retry_mail(mail_desk.database, agent.actor, row["id"])
    (row,) = await mail_desk.outbox_in("sent")
    assert (row["attempts"], row["last_error"], len(relay.taken)) == (3, None, 1)
    with pytest.raises(MailNotRetryable):
        await commands.retry_mail(mail_desk.database, agent.actor, row["id"])


async def test_a_refused_recipient_is_named_and_the_others_get_the_mail(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    number = await ask(mail_desk, Cc="gone@example.org")
    relay.answer_rcpt = lambda to: "550 5.1.1 unknown" if to == "gone@example.org" else None
    await reply(mail_desk, agent, number, recipients="all")
    (row,) = await mail_desk.outbox_in("sent")
    assert row["last_error"] == "Refused for gone@example.org: 550 5.1.1 unknown"
    assert relay.taken[0][0].rcpt_tos == ["ann@example.org"]


async def test_when_every_recipient_is_refused_the_mail_has_failed(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    number = await ask(mail_desk)
    relay.answer_rcpt = lambda _to: "550 5.1.1 unknown"
    await reply(mail_desk, agent, number)
    (row,) = await mail_desk.outbox_in("failed")
    assert "ann@example.org: 550" in row["last_error"]
    assert relay.taken == []


@pytest.mark.parametrize("taken_before", [True, False])
async def test_a_connection_that_breaks_after_the_data_leaves_the_mail_unknown_for_a_person(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn, taken_before: bool
) -> None:
    number = await ask(mail_desk)
    relay.hang_up_after_taking, relay.hang_up_at_data = taken_before, not taken_before
    await reply(mail_desk, agent, number)
    (row,) = await mail_desk.outbox_in("unknown")
    assert "before the relay answered" in row["last_error"]
    relay.hang_up_after_taking = relay.hang_up_at_data = False
    await run_send(mail_desk, row["id"])
    await outbox_jobs.sweep(mail_desk.worker, b"")
    await asyncio.sleep(0.3)
    assert len(relay.taken) == (1 if taken_before else 0)
    await commands.retry_mail(mail_desk.database, agent.actor, row["id"])
    await mail_desk.outbox_in("sent")


async def test_a_relay_that_is_down_is_tried_again(mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn) -> None:
    number = await ask(mail_desk)
    await relay.stop()
    await reply(mail_desk, agent, number)

    async def tried() -> bool:
        return await mail_desk.value("select attempts = 1 and state = 'queued' from outbox") or False

    await eventually(tried)
    assert "cannot be reached" in await mail_desk.value("select last_error from outbox")
    await relay.start()
    await make_due(mail_desk)
    async with mail_desk.database.connection("atum_desk_worker") as connection:
        await connection.execute("delete from jobs.pgqueuer")
    await outbox_jobs.sweep(mail_desk.worker, b"")
    await mail_desk.outbox_in("sent")


async def test_without_a_relay_mail_waits_and_leaves_once_there_is_one(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    await mail_desk.stop_jobs()
    with_relay = mail_desk.worker
    mail_desk.worker = msgspec.structs.replace(
        mail_desk.worker, settings=msgspec.structs.replace(mail_desk.settings, mail_relay="")
    )
    mail_desk.start_jobs()
    number = await ask(mail_desk)
    await reply(mail_desk, agent, number)

    async def no_job() -> bool:
        return await mail_desk.value("select count(*) from jobs.pgqueuer where entrypoint = 'outbox.send'") == 0

    await eventually(no_job)
    assert await mail_desk.value("select state = 'queued' and attempts = 0 from outbox")
    await outbox_jobs.sweep(mail_desk.worker, b"")
    assert await no_job()
    await mail_desk.stop_jobs()
    mail_desk.worker = with_relay
    mail_desk.start_jobs()
    await outbox_jobs.sweep(mail_desk.worker, b"")
    await mail_desk.outbox_in("sent")
    assert len(relay.taken) == 1


async def test_many_senders_of_one_mail_send_it_once(mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn) -> None:
    await mail_desk.stop_jobs()
    number = await ask_without_jobs(mail_desk)
    await reply(mail_desk, agent, number)
    outbox_id = await mail_desk.value("select id from outbox")
    await asyncio.gather(*(run_send(mail_desk, outbox_id) for _ in range(8)))
    mail_desk.start_jobs()
    await mail_desk.outbox_in("sent")
    assert len(relay.taken) == 1


async def test_a_mail_whose_sender_died_becomes_unknown_and_never_leaves_by_itself(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    await mail_desk.stop_jobs()
    number = await ask_without_jobs(mail_desk)
    await reply(mail_desk, agent, number)
    outbox_id = await mail_desk.value("select id from outbox")
    assert await claim_mail(mail_desk.job, outbox_id)
    mail_desk.start_jobs()
    await outbox_jobs.sweep(mail_desk.worker, b"")
    assert await mail_desk.value("select state from outbox") == "sending"
    async with mail_desk.database.writing(mail_desk.system, "test.age") as work:
        await work.execute("update outbox set claimed_at = claimed_at - interval '11 minutes'")
    await outbox_jobs.sweep(mail_desk.worker, b"")
    (row,) = await mail_desk.rows("select * from outbox")
    assert row["state"] == "unknown"
    assert "may have arrived" in row["last_error"]
    assert relay.taken == []


async def test_a_mail_is_given_up_after_three_days(mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn) -> None:
    number = await ask(mail_desk)
    relay.answer_data = lambda: "451 later"
    await reply(mail_desk, agent, number)

    async def tried() -> bool:
        return await mail_desk.value("select attempts = 1 and state = 'queued' from outbox") or False

    await eventually(tried)
    clock.move(timedelta(days=3, minutes=1))
    try:
        await run_send(mail_desk, await mail_desk.value("select id from outbox"))
        (row,) = await mail_desk.rows("select * from outbox")
    finally:
        clock.move(timedelta(0))
    assert row["state"] == "failed"
    assert "Given up after three days" in row["last_error"]


async def test_a_cancelled_mail_stays_and_can_be_sent_after_all(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    await mail_desk.stop_jobs()
    number = await ask_without_jobs(mail_desk)
    await reply(mail_desk, agent, number)
    outbox_id = await mail_desk.value("select id from outbox")
    item = await commands.cancel_mail(mail_desk.database, agent.actor, outbox_id)
    assert item.state == "cancelled"
    mail_desk.start_jobs()
    await run_send(mail_desk, outbox_id)
    assert relay.taken == []
    await commands.retry_mail(mail_desk.database, agent.actor, outbox_id)
    await mail_desk.outbox_in("sent")


async def test_a_request_from_the_portal_is_confirmed_once_with_its_link(
    mail_desk: MailDesk, relay: FakeRelay, given: Given
) -> None:
    ticket = await given.ticket("Lost key", requester_id=await given.contact("Ann", "ann@example.org"))
    async with mail_desk.database.writing(mail_desk.system, "ticket.open") as work:
        for _ in range(2):
            await work.enqueue(CONFIRM_REQUEST, ConfirmRequest(ticket_id=ticket.id))
    await mail_desk.outbox_in("sent")
    ((envelope, mail),) = relay.taken
    assert envelope.rcpt_tos == ["ann@example.org"]
    assert mail["Auto-Submitted"] == "auto-replied"
    body = mail.get_body(("plain",))
    assert body
    assert f"{mail_desk.settings.web_url}/requests/" in body.get_content()
    assert 'your request "Lost key"' in body.get_content()


async def test_mail_tickets_are_confirmed_only_when_the_workspace_wants_it_and_never_to_robots(
    mail_desk: MailDesk, relay: FakeRelay
) -> None:
    await ask(mail_desk)
    async with mail_desk.database.writing(mail_desk.system, "setting.edit") as work:
        await work.execute(
            "insert into settings (workspace_id, name, value) values ($1, 'mail.confirm_email_tickets', 'true')",
            mail_desk.workspace_id,
        )
    await ask(mail_desk, sender="list@example.org", List_Id="<l.example.org>")
    await ask(mail_desk, sender="Bea <bea@example.org>")
    await mail_desk.outbox_in("sent")
    assert [envelope.rcpt_tos for envelope, _ in relay.taken] == [["bea@example.org"]]


async def test_two_desks_that_confirm_each_other_stop_at_once(mail_desk: MailDesk, relay: FakeRelay) -> None:
    async with mail_desk.database.writing(mail_desk.system, "setting.edit") as work:
        await work.execute(
            "insert into settings (workspace_id, name, value) values ($1, 'mail.confirm_email_tickets', 'true')",
            mail_desk.workspace_id,
        )
    await ask(mail_desk, sender="desk@other.example")
    await mail_desk.outbox_in("sent")
    _, confirmation = relay.taken[0]
    theirs = letter(
        sender="desk@other.example",
        subject="We got your mail",
        Auto_Submitted="auto-replied",
        In_Reply_To=confirmation["Message-ID"],
    )
    await mail_desk.deliver(theirs, to=confirmation["Reply-To"].addresses[0].addr_spec)
    await mail_desk.settled(2)
    await asyncio.sleep(0.3)
    assert len(relay.taken) == 1


async def make_due(mail_desk: MailDesk) -> None:
    async with mail_desk.database.writing(mail_desk.system, "test.age") as work:
        await work.execute("update outbox set next_attempt_at = moment()")


async def ask_without_jobs(mail_desk: MailDesk) -> int:
    """Let a mail open a ticket while no queue runs."""
    await mail_desk.deliver(letter())
    mail_id = await mail_desk.value("select max(id) from mails")
    await mail_jobs.parse(mail_desk.job, FileMail(mail_id))
    return await mail_desk.value("select max(number) from tickets")
