"""Mail in by real SMTP becomes tickets and messages."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from mail_desk import MAILBOX, MailDesk, letter

from atum_desk.kernel.jobs.handlers import RetryLater
from atum_desk.mail import commands
from atum_desk.mail import jobs as mail_jobs
from atum_desk.mail.feature import FileMail
from atum_desk.mail.filing import file_mail
from atum_desk.outbox.public import reply_address
from atum_desk.sandbox import pool
from atum_desk.sandbox.limits import TaskLimits
from factories import Given


async def test_new_mail_opens_a_ticket_with_its_text_sender_and_files(mail_desk: MailDesk) -> None:
    message = letter(sender="Ann Example <Ann@Example.org>", subject="Broken printer", text="It burns.")
    message.add_attachment(b"%PDF-1.4 fake", maintype="application", subtype="pdf", filename="bill.pdf")
    answer = await mail_desk.deliver(message)
    assert answer.startswith("2.0.0 Kept as ")
    (mail,) = await mail_desk.settled(1)
    assert mail["state"] == "ticketed"
    (ticket,) = await mail_desk.rows("select * from tickets")
    assert (ticket["subject"], ticket["channel"], ticket["category"]) == ("Broken printer", "email", "new")
    (stored,) = await mail_desk.rows("select * from messages")
    assert stored["text"] == "It burns."
    assert stored["mail_id"] == mail["id"]
    assert stored["author_name"] == "Ann Example"
    (person,) = await mail_desk.rows("select * from addresses where email = 'ann@example.org'")
    assert person["person_id"] == ticket["requester_id"] == stored["author_id"]
    (file,) = await mail_desk.rows("select * from attachments")
    assert (file["filename"], file["message_id"]) == ("bill.pdf", stored["id"])
    assert await mail_desk.files.get(file["sha256"]) == b"%PDF-1.4 fake"


async def test_images_shown_by_the_html_point_at_their_attachments(mail_desk: MailDesk) -> None:
    message = letter()
    message.add_alternative('<p>Look <img src="cid:pic1"> <script>x()</script></p>', subtype="html")
    html_part = list(message.iter_parts())[1]
    assert isinstance(html_part, EmailMessage)
    html_part.add_related(b"\x89PNG fake", maintype="image", subtype="png", cid="<pic1>", filename="a.png")
    await mail_desk.deliver(message)
    await mail_desk.settled(1)
    (file,) = await mail_desk.rows("select * from attachments")
    html = await mail_desk.value("select html from messages")
    assert file["inline"]
    assert f"/api/v1/attachments/{file['id']}?inline=1" in html
    assert "script" not in html


async def test_the_raw_mail_is_kept_byte_for_byte(mail_desk: MailDesk) -> None:
    raw = b"From: ann@example.org\r\nSubject: raw\r\n\r\nline\r\n..dot\r\n\x80\xff\x00end\r\n"
    await mail_desk.deliver(raw)
    await mail_desk.settled(1)
    assert await mail_desk.value("select raw from mail_sources") == raw


async def test_a_reply_to_the_signed_address_joins_its_ticket_whoever_sends_it(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter())
    await mail_desk.settled(1)
    (ticket,) = await mail_desk.rows("select * from tickets")
    address = reply_address(mail_desk.settings, MAILBOX, ticket["id"]).upper()
    await mail_desk.deliver(letter(sender="bob@example.net", to=address, subject="Other"), to=address)
    mails = await mail_desk.settled(2)
    assert [mail["state"] for mail in mails] == ["ticketed", "appended"]
    messages = await mail_desk.rows("select * from messages order by id")
    assert [one["ticket_id"] for one in messages] == [ticket["id"]] * 2
    assert messages[1]["author_name"] == "bob@example.net"
    assert not messages[1]["from_staff"]


async def test_a_forged_reply_address_opens_a_ticket_of_its_own(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter())
    await mail_desk.settled(1)
    await mail_desk.deliver(letter(sender="bob@example.net"), to="support+1zaaaaaaaaaaaaaaaa@atum.localhost")
    await mail_desk.settled(2)
    assert await mail_desk.value("select count(*) from tickets") == 2


async def test_references_join_only_for_people_who_are_on_the_ticket(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter(message_id="<first@example.org>", Cc="carl@example.org"))
    await mail_desk.settled(1)
    same = {"subject": "Re: Printer", "In_Reply_To": "<first@example.org>"}
    await mail_desk.deliver(letter(text="I add", **same))
    await mail_desk.deliver(letter(sender="carl@example.org", text="me too", **same))
    await mail_desk.deliver(letter(sender="eve@example.net", text="let me in", **same))
    await mail_desk.settled(4)
    threads = await mail_desk.rows(
        "select ticket_id, array_agg(text order by text) as texts from messages group by 1 order by 1"
    )
    assert [thread["texts"] for thread in threads] == [["I add", "It is on fire.", "me too"], ["let me in"]]


async def test_an_equal_subject_alone_never_joins(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter(subject="Re: Printer [#1]"))
    await mail_desk.deliver(letter(subject="Re: Printer [#1]"))
    await mail_desk.settled(2)
    assert await mail_desk.value("select count(*) from tickets") == 2


async def test_an_answer_that_overtakes_its_first_mail_waits_for_it(mail_desk: MailDesk) -> None:
    await mail_desk.stop_jobs()
    await mail_desk.deliver(letter(message_id="<first@example.org>"))
    await mail_desk.deliver(letter(text="and smoke", In_Reply_To="<first@example.org>"))
    _first, second = await mail_desk.rows("select id from mails order by id")
    with pytest.raises(RetryLater):
        await mail_jobs.parse(mail_desk.job, FileMail(second["id"]))
    mail_desk.start_jobs()
    mails = await mail_desk.settled(2)
    assert [mail["state"] for mail in mails] == ["ticketed", "appended"]


async def test_other_recipients_become_participants_and_we_do_not(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(
        letter(
            to=f"{MAILBOX}, Boss <boss@example.org>, support+x@atum.localhost",
            Cc="ann@example.org, Carl <carl@example.org>, no-reply@example.org, not-an-address",
        )
    )
    await mail_desk.settled(1)
    rows = await mail_desk.rows("select email from participants join addresses using (person_id) order by email")
    assert [row["email"] for row in rows] == ["boss@example.org", "carl@example.org"]


async def test_mail_that_names_the_staff_on_a_ticket_becomes_a_note(mail_desk: MailDesk, given: Given) -> None:
    agent = await given.staff("Mina")
    await mail_desk.deliver(letter())
    await mail_desk.settled(1)
    (ticket,) = await mail_desk.rows("select id from tickets")
    sender = f"agent{agent.id}@atum.localhost"
    address = reply_address(mail_desk.settings, MAILBOX, ticket["id"])
    await mail_desk.deliver(letter(sender=sender, text="call him"), to=address, sender=sender)
    await mail_desk.settled(2)
    note = (await mail_desk.rows("select * from messages order by id"))[1]
    assert (note["kind"], note["from_staff"], note["author_id"]) == ("note", False, agent.id)


@pytest.mark.parametrize(("category", "expected"), [("resolved", "open"), ("waiting", "open"), ("new", "new")])
async def test_a_requesters_reply_reopens_but_an_automatic_one_does_not(
    mail_desk: MailDesk, category: str, expected: str
) -> None:
    await mail_desk.deliver(letter(message_id="<first@example.org>"))
    await mail_desk.settled(1)
    await _set_status(mail_desk, category)
    answer = {"In_Reply_To": "<first@example.org>", "Auto_Submitted": "auto-replied"}
    await mail_desk.deliver(letter(text="I am away", **answer))
    await mail_desk.settled(2)
    assert await mail_desk.value("select category from tickets") == category
    assert await mail_desk.value("select count(*) from messages") == 2
    answer.pop("Auto_Submitted")
    await mail_desk.deliver(letter(text="It burns again", **answer))
    await mail_desk.settled(3)
    assert await mail_desk.value("select category from tickets") == expected


async def test_a_reply_to_a_closed_ticket_opens_a_follow_up(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter(message_id="<first@example.org>"))
    await mail_desk.settled(1)
    await _set_status(mail_desk, "closed")
    await mail_desk.deliver(letter(text="Again!", In_Reply_To="<first@example.org>"))
    mails = await mail_desk.settled(2)
    old, new = await mail_desk.rows("select * from tickets order by id")
    assert new["follow_up_of_id"] == old["id"]
    assert (mails[1]["state"], mails[1]["ticket_id"]) == ("ticketed", new["id"])


async def test_automatic_answers_without_a_ticket_are_refused_and_kept(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter(Auto_Submitted="auto-replied"))
    await mail_desk.deliver(letter(subject="Re: Printer"), sender="")
    await mail_desk.deliver(letter(subject="Automatische Antwort: Printer"), sender="")
    mails = await mail_desk.settled(3)
    assert [(mail["state"], mail["reason"]) for mail in mails] == [("refused", "Automatic reply")] * 3
    assert await mail_desk.value("select count(*) from mail_sources") == 3
    assert await mail_desk.value("select count(*) from people where kind = 'contact'") == 0


async def test_mail_through_a_list_or_from_a_monitor_opens_a_ticket(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter(List_Id="<support.example.org>", Precedence="list"))
    await mail_desk.deliver(letter(sender="monitor@example.org", Auto_Submitted="auto-generated"))
    mails = await mail_desk.settled(2)
    assert [mail["state"] for mail in mails] == ["ticketed", "ticketed"]
    assert await mail_desk.value("select count(*) from outbox") == 0


async def test_a_null_sender_that_answers_nothing_opens_a_ticket_and_is_told_nothing(mail_desk: MailDesk) -> None:
    await mail_desk.rule("confirm_email_tickets", True)
    await mail_desk.deliver(letter(sender="scanner@example.org", subject="Scan to Mail"), sender="")
    await mail_desk.deliver(letter(subject="Disk almost full", Return_Path="<>"))
    await mail_desk.deliver(letter(sender="postmaster@example.org", subject="Our new relay"))
    mails = await mail_desk.settled(3)
    assert [mail["state"] for mail in mails] == ["ticketed"] * 3
    assert await mail_desk.value("select count(*) from outbox") == 0


async def test_mail_that_claims_to_be_from_our_own_mailbox_is_refused(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter(sender=f"Support <{MAILBOX.upper()}>"))
    (mail,) = await mail_desk.settled(1)
    assert (mail["state"], mail["ticket_id"]) == ("refused", None)
    assert "own mailboxes" in mail["reason"]


async def test_a_mail_without_any_sender_is_quarantined_and_can_be_read(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(b"Subject: who am I\r\n\r\nhello\r\n", sender="")
    (mail,) = await mail_desk.settled(1)
    assert (mail["state"], mail["subject"]) == ("quarantined", "who am I")
    assert "no sender" in mail["reason"]


async def test_a_mail_that_cannot_be_filed_is_quarantined_at_the_third_time_and_can_be_retried(
    mail_desk: MailDesk, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await given.staff(role="Team lead")
    monkeypatch.setattr(mail_jobs, "RETRY_SECONDS", 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(file_mail, "ReadMail", lambda _raw: 1 / 0)
        await mail_desk.deliver(letter())
        (mail,) = await mail_desk.settled(1)
    assert (mail["state"], mail["attempts"]) == ("quarantined", 3)
    assert "ZeroDivisionError" in mail["reason"]
    item = await commands.retry_mail(mail_desk.database, lead.actor, mail["id"])
    assert item.state == "received"
    (mail,) = await mail_desk.settled(1)
    assert mail["state"] == "ticketed"


async def test_a_mail_whose_reading_is_ended_three_times_is_set_aside_and_others_are_filed(
    mail_desk: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limits(size: int) -> TaskLimits:
        return TaskLimits(20, 0.05 if size > 100_000 else 20, 1_000_000_000)

    monkeypatch.setattr(mail_jobs, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(pool, "limits_for", limits)
    hostile = letter(subject="hostile")
    hostile.add_alternative("<li>x" * 300_000, subtype="html")
    await mail_desk.deliver(hostile)
    await mail_desk.deliver(letter(subject="harmless"))
    mails = {mail["subject"]: mail for mail in await mail_desk.settled(2)}
    assert mails["harmless"]["state"] == "ticketed"
    (held,) = [mail for subject, mail in mails.items() if subject != "harmless"]
    assert (held["state"], held["cause"], held["attempts"]) == ("quarantined", "failed", 3)
    assert held["reason"].startswith("Reading it took longer than")


async def test_the_same_mail_twice_is_one_message(mail_desk: MailDesk) -> None:
    message = letter().as_bytes()
    await mail_desk.stop_jobs()
    for number in range(6):
        await mail_desk.deliver(f"Received: hop {number}\r\n".encode() + message)
    mail_desk.start_jobs()
    mails = await mail_desk.settled(6)
    assert sorted(mail["state"] for mail in mails) == ["refused"] * 5 + ["ticketed"]
    (kept,) = [mail["id"] for mail in mails if mail["state"] == "ticketed"]
    assert {mail["reason"] for mail in mails if mail["reason"]} == {f"Duplicate of mail {kept}"}
    assert await mail_desk.value("select count(*) from messages") == 1


async def test_many_mails_of_one_thread_and_of_one_new_person_at_once_all_arrive(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter(message_id="<first@example.org>"))
    await mail_desk.settled(1)
    await mail_desk.stop_jobs()
    people = ", ".join(f"p{n}@example.org" for n in range(8))
    for number in range(15):
        await mail_desk.deliver(letter(text=f"reply {number}", In_Reply_To="<first@example.org>", Cc=people))
        await mail_desk.deliver(letter(sender="new@example.org", text=f"new {number}", Cc=people))
    mail_desk.start_jobs()
    mails = await mail_desk.settled(31)
    assert sorted({(mail["state"], mail["attempts"]) for mail in mails}) == [("appended", 0), ("ticketed", 0)]
    assert await mail_desk.value("select message_count from tickets order by id limit 1") == 16
    numbers = [row["number"] for row in await mail_desk.rows("select number from tickets order by 1")]
    assert numbers == list(range(1, 17))
    assert await mail_desk.value("select count(*) from addresses where email = 'new@example.org'") == 1


async def _set_status(mail_desk: MailDesk, category: str) -> None:
    async with mail_desk.database.writing(mail_desk.system, "ticket.status") as work:
        await work.execute(
            """update tickets t set status_id = s.id, category = s.category from statuses s
                where s.category = $1 and s.workspace_id = t.workspace_id and s.key = $1""",
            category,
        )
