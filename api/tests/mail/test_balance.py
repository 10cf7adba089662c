"""The balance over generated histories: every mail is in exactly one place."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from email.message import EmailMessage

import asyncpg
import pytest
from mail_desk import MAILBOX, MailDesk, letter

from atum_desk.mail.audit import audit_lines, audit_mail
from atum_desk.outbox.public import reply_address
from desk import Desk
from factories import Given

MAILS = 80
PEOPLE = [f"p{n}@example.org" for n in range(6)]


def a_mail(chance: random.Random, mail_desk: MailDesk, sent: list[EmailMessage]) -> tuple[EmailMessage | bytes, str]:
    """Return some mail and its envelope sender: new, an answer, a copy, a robot's, or rubbish."""
    sender = chance.choice(PEOPLE)
    kind = chance.choice(["new", "new", "reply", "reply", "signed", "copy", "robot", "ours", "rubbish", "bounce"])
    earlier = chance.choice(sent)["Message-ID"] if sent else "<none@example.org>"
    given = {"sender": sender, "text": f"text {chance.random()}", "Cc": chance.choice(PEOPLE)}
    if kind == "copy" and sent:
        return chance.choice(sent), sender
    if kind == "reply":
        return letter(**given, In_Reply_To=earlier), sender
    if kind == "signed":
        address = reply_address(mail_desk.settings, MAILBOX, chance.randint(1, 12))
        return letter(**given, to=address), sender
    if kind == "robot":
        return letter(**given, Auto_Submitted="auto-replied", In_Reply_To=earlier), ""
    if kind == "ours":
        return letter(sender=MAILBOX), sender
    if kind == "rubbish":
        return chance.randbytes(chance.randint(0, 400)).replace(b"\n.", b"\n:"), ""
    if kind == "bounce":
        return letter(
            sender="MAILER-DAEMON@example.org",
            subject="Undelivered Mail Returned to Sender",
            Content_Description="Notification",
        ), ""
    return letter(**given), sender


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_received_is_ticketed_and_appended_and_quarantined_and_refused(
    mail_desk: MailDesk, database_url: str, seed: int
) -> None:
    chance = random.Random(seed)
    sent: list[EmailMessage] = []
    for _ in range(MAILS // 8):
        some = [a_mail(chance, mail_desk, sent) for _ in range(8)]
        await asyncio.gather(*(mail_desk.deliver(mail, sender=sender) for mail, sender in some))
        sent += [mail for mail, _ in some if isinstance(mail, EmailMessage)]
    mails = await mail_desk.settled(MAILS)
    assert len(mails) == MAILS
    states = Counter(mail["state"] for mail in mails)
    assert set(states) == {"ticketed", "appended", "quarantined", "refused"}
    assert {mail["attempts"] for mail in mails} == {0}
    (row,) = await audit_mail(mail_desk.settings, database_url)
    assert row.received == MAILS == row.ticketed + row.appended + row.quarantined + row.refused
    assert (row.waiting, row.astray) == (0, 0)
    assert all((mail["reason"] is None) == (mail["state"] in ("ticketed", "appended")) for mail in mails)
    messages = await mail_desk.rows(
        "select m.ticket_id, m.mail_id, a.ticket_id as filed from messages m join mails a on a.id = m.mail_id"
    )
    assert all(one["ticket_id"] == one["filed"] for one in messages)
    assert (
        len(messages)
        == states["ticketed"] + states["appended"]
        == await mail_desk.value("select count(*) from messages")
    )
    assert states["ticketed"] == await mail_desk.value("select count(*) from tickets")
    numbers = [ticket["number"] for ticket in await mail_desk.rows("select number from tickets order by 1")]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_the_balance_by_mailbox_and_day_is_shown_and_a_vanished_mail_is_a_difference(
    mail_desk: MailDesk, given: Given, database_url: str
) -> None:
    desk = Desk(mail_desk.database, mail_desk.settings, given)
    lead = await desk.staff("Team lead")
    await mail_desk.deliver(letter())
    await mail_desk.deliver(letter(Auto_Submitted="auto-replied"))
    await mail_desk.deliver(letter(sender="x@example.org", X_Spam_Flag="YES"))
    await mail_desk.settled(3)
    async with mail_desk.database.writing(mail_desk.system, "test.age") as work:
        await work.execute("update mails set received_at = received_at - interval '3 days' where state = 'refused'")
    told = await lead.got("/mail/balance")
    (today,) = told["items"][:1]
    assert today["mailbox"] == MAILBOX
    assert (today["ticketed"], today["quarantined"], today["refused"]) == (1, 1, 0)
    # The ledger saw it come today: a moment that was changed afterwards is a difference too.
    assert not told["holds"]
    async with mail_desk.database.writing(mail_desk.system, "test.age") as work:
        await work.execute("update mails set received_at = received_at + interval '3 days' where state = 'refused'")
    told = await lead.got("/mail/balance", days=1)
    (line,) = told["items"]
    assert (told["holds"], line["received"], line["difference"]) == (True, 3, 0)
    assert await lead.got("/mail/law", days=1) == told, "the address of the release before"

    owner = await asyncpg.connect(database_url)
    try:
        for damage, missed in (
            ("delete from atum.messages where mail_id is not null", 1),
            ("delete from atum.mail_sources where mail_id in (select id from atum.mails where state = 'refused')", 2),
            ("delete from atum.mail_sources; delete from atum.mails where state = 'quarantined'", 4),
        ):
            # As a careless administrator would, past every trigger.
            await owner.execute(f"set session_replication_role = replica; {damage}")
            told = await lead.got("/mail/balance")
            assert (told["holds"], told["items"][0]["difference"]) == (False, missed)
    finally:
        await owner.close()
    rows = await audit_mail(mail_desk.settings, database_url)
    assert [row.holds for row in rows] == [False]
    assert audit_lines(rows)[-1] == f"The balance is wrong for {MAILBOX}."


async def test_mail_of_teams_that_somebody_does_not_see_is_not_counted_for_them(
    mail_desk: MailDesk, given: Given
) -> None:
    desk = Desk(mail_desk.database, mail_desk.settings, given)
    await mail_desk.deliver(letter())
    await mail_desk.settled(1)
    outsider = await desk.staff("Administrator", teams=(await given.team(),), sees_all_teams=False)
    assert (await outsider.got("/mail/balance"))["items"] == []
