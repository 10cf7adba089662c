"""Delivery reports and complaints: which ticket and which mail of ours they are about."""

from __future__ import annotations

from mail_desk import MAILBOX, MailDesk, letter
from proof import PROVEN, answered, proven


async def test_a_delivery_report_about_a_strangers_id_joins_nothing(trusting: MailDesk) -> None:
    await trusting.deliver(letter(message_id="<1@example.org>"))
    await trusting.settled(1)
    ours = await answered(trusting)
    for about in ("1@example.org", ours):
        await trusting.deliver(_report(about), sender="")
    mails = await trusting.settled(3)
    assert [mail["state"] for mail in mails] == ["ticketed", "refused", "appended"]
    assert await trusting.value("select state from outbox") == "bounced"


async def test_a_complaint_becomes_a_note_and_leaves_the_mail_as_sent(trusting: MailDesk) -> None:
    await trusting.deliver(letter())
    await trusting.settled(1)
    ours = await answered(trusting)
    await trusting.deliver(_complaint(ours), sender="")
    mails = await trusting.settled(2)
    assert mails[1]["state"] == "appended"
    note = (await trusting.rows("select * from messages order by id"))[1]
    assert note["kind"] == "note"
    assert note["text"].startswith("ann@example.org complained about this mail (abuse).")
    assert await trusting.value("select state from outbox") == "sent"


def _prose(*, subject: str = "Unzustellbar: Re: Printer [#1]", who: str = "ann@example.org") -> bytes:
    """Return a delivery report as Exchange writes it to people: no parts, no id of the mail."""
    return f"""From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615@example.org>
To: {MAILBOX}
Subject: {subject}
Message-ID: <{subject}.{who}@example.org>
Content-Type: text/html; charset=utf-8

<p>Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:</p>
<p><a href="mailto:{who}">{who}</a><br>Die Adresse konnte nicht gefunden werden.</p>
<p>Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by lookup'</p>
""".replace("\n", "\r\n").encode()


async def sent_to_ann(mail_desk: MailDesk) -> str:
    await mail_desk.deliver(proven())
    await mail_desk.settled(1)
    return await answered(mail_desk)


async def test_a_report_in_prose_is_a_note_on_the_ticket_whose_number_and_recipient_it_names(
    trusting: MailDesk,
) -> None:
    await sent_to_ann(trusting)
    await trusting.deliver(_prose(), sender="")
    await trusting.deliver(_prose(subject="Unzustellbar: Re: Printer [#9]"), sender="")
    await trusting.deliver(_prose(who="eve@example.org"), sender="")
    mails = await trusting.settled(4)
    assert [mail["state"] for mail in mails[1:]] == ["appended", "refused", "refused"]
    (note,) = await trusting.rows("select * from messages where mail_id is not null and kind = 'note'")
    assert note["text"].startswith("Came back from ann@example.org: 5.1.10")
    assert await trusting.value("select state from outbox") == "bounced"
    # Anybody could have written it: what it says stops no mail to her.
    assert await trusting.value("select count(*) from address_standings") == 0
    assert await trusting.value("select count(*) from tickets") == 1


async def test_a_report_that_the_recipients_domain_proves_stops_mail_to_the_address(trusting: MailDesk) -> None:
    await sent_to_ann(trusting)
    raw = f"Authentication-Results: {PROVEN}example.org\r\n".encode() + _prose()
    await trusting.deliver(raw, sender="")
    await trusting.settled(2)
    assert await trusting.value("select email from address_standings") == "ann@example.org"


async def test_a_delay_is_a_note_and_leaves_the_mail_as_sent(trusting: MailDesk) -> None:
    ours = await sent_to_ann(trusting)
    delay = _report(ours).replace(b"Action: failed", b"Action: delayed").replace(b"5.1.1", b"4.4.1")
    await trusting.deliver(delay, sender="")
    mails = await trusting.settled(2)
    assert mails[1]["state"] == "appended"
    note = (await trusting.rows("select * from messages order by id"))[1]
    assert note["text"].startswith("Not delivered to ann@example.org yet, the server tries again")
    (mail,) = await trusting.rows("select state, reports from outbox")
    assert (mail["state"], mail["reports"][0]["action"]) == ("sent", "delayed")
    await trusting.deliver(_report(ours), sender="")
    await trusting.settled(3)
    late = delay.replace(b"It could not", b"It still could not")
    await trusting.deliver(late, sender="")
    await trusting.settled(4)
    (mail,) = await trusting.rows("select state, reports from outbox")
    assert (mail["state"], [one["action"] for one in mail["reports"]]) == ("bounced", ["failed"])


def _report(message_id: str) -> bytes:
    return f"""From: MAILER-DAEMON@example.org
To: {MAILBOX}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ann@example.org
Action: failed
Status: 5.1.1
--b
Content-Type: message/rfc822

From: {MAILBOX}
Subject: s
Message-ID: <{message_id}>

t
--b--
""".replace("\n", "\r\n").encode()


def _complaint(message_id: str) -> bytes:
    return f"""From: feedback@example.org
To: {MAILBOX}
Subject: complaint about message
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Feedback/1.0
Version: 1
Original-Rcpt-To: ann@example.org
--b
Content-Type: message/rfc822

From: {MAILBOX}
Subject: s
Message-ID: <{message_id}>

t
--b--
""".replace("\n", "\r\n").encode()
