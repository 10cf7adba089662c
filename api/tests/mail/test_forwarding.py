"""Mail that the staff forward: the requester becomes whoever wrote the original."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from mail_desk import MAILBOX, MailDesk, letter
from proof import proven

from atum_desk.mime import find_forwarded, parse_mail
from factories import Given

BODY = "Er brennt seit heute frueh.\n\nGruss\nAnn"
FORMS = {
    "gmail": """Please take this one.

---------- Forwarded message ---------
From: Ann Example <ann@example.org>
Date: Sun, 22 Nov 2026 at 09:12
Subject: Drucker
To: Mina <mina@atum.localhost>

{body}
""",
    "outlook": """Please take this one.

________________________________
From: Ann Example <ann@example.org>
Sent: Sunday, November 22, 2026 9:12 AM
To: Mina <mina@atum.localhost>
Subject: Drucker

{body}
""",
    "outlook, German, mailto": """Please take this one.

Von: Ann Example [mailto:ann@example.org]
Gesendet: Sonntag, 22. November 2026 09:12
An: Mina
Betreff: Drucker

{body}
""",
    "thunderbird, French": """Please take this one.

-------- Message transféré --------
Sujet : 	Drucker
Date : 	Sun, 22 Nov 2026 09:12:00 +0100
De : 	Ann Example <ann@example.org>
Pour : 	mina@atum.localhost

{body}
""",
    "apple, quoted, Spanish": """Please take this one.

> Inicio del mensaje reenviado:
>
> De: Ann Example <ann@example.org>
> Asunto: Drucker
> Fecha: 22 de noviembre de 2026, 9:12:00 CET
> Para: mina@atum.localhost
>
> Er brennt seit heute frueh.
>
> Gruss
> Ann
""",
    "gmail, Polish": """Please take this one.

---------- Forwarded message ---------
Od: Ann Example <ann@example.org>
Data: niedz., 22 lis 2026 o 09:12
Temat: Drucker
Do: <mina@atum.localhost>

{body}
""",
    "outlook, Japanese": """Please take this one.

差出人: Ann Example <ann@example.org>
送信日時: 2026年11月22日 9:12
宛先: Mina <mina@atum.localhost>
件名: Drucker

{body}
""",
}
PREFIXES = {
    "outlook, German, mailto": "WG:",
    "thunderbird, French": "TR :",
    "outlook": "FW:",
    "outlook, Japanese": "FW:",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_original_is_found_in_the_forms_of_many_programs(form: str) -> None:
    subject = f"{PREFIXES.get(form, 'Fwd:')} Drucker"
    text = FORMS[form].format(body=BODY)
    found = find_forwarded(parse_mail(letter(subject=subject, text=text).as_bytes()))
    assert found is not None
    assert (found.sender.name, found.sender.address) == ("Ann Example", "ann@example.org")
    assert found.subject == "Drucker"
    assert found.text.strip() == BODY
    assert found.comment == "Please take this one."


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Drucker", "Fine.\n\nFrom: Ann <ann@example.org>\nSent: today\nTo: Mina\nSubject: Drucker\n\nold"),
        ("Fwd: Drucker", "I have nothing to add."),
        ("Fwd: Drucker", "---------- Forwarded message ---------\nFrom: Ann Example\nSubject: x\nTo: y\n\nno address"),
        ("Drucker", "On Sunday Ann <ann@example.org> wrote:\n> it burns"),
    ],
)
def test_what_forwards_nothing_is_no_forward(subject: str, text: str) -> None:
    assert find_forwarded(parse_mail(letter(subject=subject, text=text).as_bytes())) is None


async def forwarded(mail_desk: MailDesk, given: Given, message: EmailMessage) -> list[dict[str, Any]]:
    agent = await given.staff("Mina")
    sender = f"agent{agent.id}@atum.localhost"
    message.replace_header("From", f"Mina <{sender}>")
    await mail_desk.deliver(message, sender=sender)
    await mail_desk.settled(1)
    return await mail_desk.rows("select * from messages order by id")


async def requester(mail_desk: MailDesk) -> dict[str, Any]:
    (row,) = await mail_desk.rows(
        """select t.subject, a.email, p.name from tickets t join people p on p.id = t.requester_id
             join addresses a on a.person_id = p.id"""
    )
    return row


async def test_an_inline_forward_opens_the_customers_ticket_and_notes_the_comment(
    trusting: MailDesk, given: Given
) -> None:
    message = proven(sender="mina@atum.localhost", subject="Fwd: Drucker", text=FORMS["gmail"].format(body=BODY))
    message.add_attachment(b"GIF89a", maintype="image", subtype="gif", filename="fire.gif")
    first, note = await forwarded(trusting, given, message)
    assert await requester(trusting) == {"subject": "Drucker", "email": "ann@example.org", "name": "Ann Example"}
    assert (first["kind"], first["from_staff"], first["author_name"]) == ("reply", False, "Ann Example")
    assert first["text"] == "Er brennt seit heute frueh.\n\nGruss\nAnn"
    assert first["extras"]["forwarded_by"] == "Mina"
    assert (note["kind"], note["text"], note["mail_id"]) == ("note", "Please take this one.", None)
    assert await trusting.value("select count(*) from attachments where message_id = $1", first["id"]) == 1
    assert "take this" not in str(first)


async def test_an_attached_original_opens_the_ticket_with_its_own_files(trusting: MailDesk, given: Given) -> None:
    original = letter(subject="Drucker", text=BODY, message_id="<original@example.org>")
    original.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="bill.pdf")
    message = proven(sender="mina@atum.localhost", subject="Fwd: Drucker", text="See attached.")
    message.add_attachment(original)
    first, note = await forwarded(trusting, given, message)
    assert (await requester(trusting))["email"] == "ann@example.org"
    assert first["mail_message_id"] == "original@example.org"
    assert first["text"].startswith("Er brennt")
    assert note["text"] == "See attached."
    names = await trusting.rows("select filename from attachments where message_id is not null")
    assert [row["filename"] for row in names] == ["bill.pdf"]


async def test_the_balance_counts_a_forwarded_mail_once(trusting: MailDesk, given: Given, database_url: str) -> None:
    from atum_desk.mail.audit import audit_mail

    message = proven(sender="mina@atum.localhost", subject="Fwd: Drucker", text=FORMS["gmail"].format(body=BODY))
    await forwarded(trusting, given, message)
    (row,) = await audit_mail(trusting.settings, database_url)
    assert (row.received, row.ticketed, row.difference) == (1, 1, 0)


@pytest.mark.parametrize("who", ["an unproven agent", "a contact"])
async def test_only_proven_staff_may_speak_for_others(trusting: MailDesk, given: Given, who: str) -> None:
    text = FORMS["gmail"].format(body=BODY)
    if who == "a contact":
        await trusting.deliver(proven(sender="bob@example.net", subject="Fwd: Drucker", text=text))
        await trusting.settled(1)
        wanted = "bob@example.net"
    else:
        message = letter(sender="mina@atum.localhost", subject="Fwd: Drucker", text=text)
        await forwarded(trusting, given, message)
        wanted = await trusting.value("select email from addresses where email like 'agent%'")
    assert (await requester(trusting))["email"] == wanted
    assert await trusting.value("select count(*) from messages") == 1


@pytest.mark.parametrize("original", [f"Support <{MAILBOX}>", "no-reply@shop.example"])
async def test_a_forward_of_our_own_mail_or_a_robots_stays_the_agents(
    trusting: MailDesk, given: Given, original: str
) -> None:
    text = FORMS["gmail"].format(body=BODY).replace("Ann Example <ann@example.org>", original)
    message = proven(sender="mina@atum.localhost", subject="Fwd: Drucker", text=text)
    await forwarded(trusting, given, message)
    assert (await requester(trusting))["email"].startswith("agent")
