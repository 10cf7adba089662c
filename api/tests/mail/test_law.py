"""The conservation law over generated histories: every mail is in exactly one place."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from email.message import EmailMessage

import pytest
from house import MAILBOX, House, letter

from atum_desk.mail.audit import audit_mail
from atum_desk.outbox.public import reply_address

MAILS = 80
PEOPLE = [f"p{n}@example.org" for n in range(6)]


def a_mail(
    chance: random.Random, house: House, sent: list[EmailMessage]
) -> tuple[EmailMessage | bytes, str]:
    """Return some mail and its envelope sender: new, an answer, a copy, a robot's, or rubbish."""
    sender = chance.choice(PEOPLE)
    kind = chance.choice(
        ["new", "new", "reply", "reply", "signed", "copy", "robot", "ours", "rubbish", "bounce"]
    )
    earlier = chance.choice(sent)["Message-ID"] if sent else "<none@example.org>"
    given = {"sender": sender, "text": f"text {chance.random()}", "Cc": chance.choice(PEOPLE)}
    if kind == "copy" and sent:
        return chance.choice(sent), sender
    if kind == "reply":
        return letter(**given, In_Reply_To=earlier), sender
    if kind == "signed":
        address = reply_address(house.settings, MAILBOX, chance.randint(1, 12))
        return letter(**given, to=address), sender
    if kind == "robot":
        return letter(**given, Auto_Submitted="auto-replied", In_Reply_To=earlier), ""
    if kind == "ours":
        return letter(sender=MAILBOX), sender
    if kind == "rubbish":
        return chance.randbytes(chance.randint(0, 400)).replace(b"\n.", b"\n:"), ""
    if kind == "bounce":
        return letter(sender="MAILER-DAEMON@example.org", subject="Undelivered Mail Returned to Sender",
                      Content_Description="Notification"), ""  # fmt: skip
    return letter(**given), sender


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_received_is_ticketed_and_appended_and_quarantined_and_refused(
    house: House, database_url: str, seed: int
) -> None:
    chance = random.Random(seed)
    sent: list[EmailMessage] = []
    for _ in range(MAILS // 8):
        some = [a_mail(chance, house, sent) for _ in range(8)]
        await asyncio.gather(*(house.deliver(mail, sender=sender) for mail, sender in some))
        sent += [mail for mail, _ in some if isinstance(mail, EmailMessage)]
    mails = await house.settled(MAILS)
    assert len(mails) == MAILS
    states = Counter(mail["state"] for mail in mails)
    assert set(states) == {"ticketed", "appended", "quarantined", "refused"}
    assert {mail["attempts"] for mail in mails} == {0}
    (row,) = await audit_mail(house.settings, database_url)
    assert row.received == MAILS == row.ticketed + row.appended + row.quarantined + row.refused
    assert (row.waiting, row.astray) == (0, 0)
    assert all(
        (mail["reason"] is None) == (mail["state"] in ("ticketed", "appended")) for mail in mails
    )
    messages = await house.rows(
        "select m.ticket_id, m.mail_id, a.ticket_id as filed from messages m join mails a on a.id = m.mail_id"
    )
    assert all(one["ticket_id"] == one["filed"] for one in messages)
    assert (
        len(messages)
        == states["ticketed"] + states["appended"]
        == await house.value("select count(*) from messages")
    )
    assert states["ticketed"] == await house.value("select count(*) from tickets")
    numbers = [
        ticket["number"] for ticket in await house.rows("select number from tickets order by 1")
    ]
    assert numbers == list(range(1, len(numbers) + 1))
