"""What a thread hides of a mail: history that the desk holds, and nothing that it never saw."""

from __future__ import annotations

from typing import Any

import pytest
from mail_desk import MAILBOX, MailDesk, letter

from atum_desk.mail.public import reparse_all
from atum_desk.mime import REPLY_MARKER
from atum_desk.outbox.public import reply_address

SUPPLIER = """Please see what our supplier wrote below.
Kim

From: Pat Sample <pat@supplier.example>
To: Orders <orders@kunden.example>
Subject: Contract 4711
Date: Fri, 27 Nov 2026 09:12:00 +0000

The contract number is 4711 and it ends in March.
"""
REQUEST = (
    "The printer in the hall has been on fire since eight o'clock this morning, and the paper tray\n"
    "melts. We tried the switch at the back and the one in the cellar, and neither does anything."
)
QUOTED_REQUEST = "\n".join(
    f"> {line}"
    for line in (
        "The printer in the hall has been on fire since eight",
        "o'clock this morning, and the paper tray melts. We tried",
        "the switch at the back and the one in the cellar, and neither",
        "does anything.",
    )
)


async def messages(mail_desk: MailDesk, count: int) -> list[dict[str, Any]]:
    await mail_desk.settled(count)
    return await mail_desk.rows("select * from messages order by id")


async def assert_reads_the_same(mail_desk: MailDesk, database_url: str) -> None:
    read = reparse_all(mail_desk.settings, database_url, apply=False, everything=True)
    assert [one.differences async for one in read if one.differences] == []


async def ticket_address(mail_desk: MailDesk) -> str:
    ticket_id = await mail_desk.value("select max(id) from tickets")
    return reply_address(mail_desk.settings, MAILBOX, ticket_id)


@pytest.mark.parametrize(
    "text",
    [
        SUPPLIER,
        "What does this mean?\n\nOn Fri, 27 Nov 2026 at 09:12, Pat <pat@supplier.example> wrote:\n> It ends.\n",
        "> It ends in March.\nDoes it really?\n\n-- \nKim\n+49 30 1234567\n",
    ],
)
async def test_the_first_mail_of_a_ticket_hides_nothing(mail_desk: MailDesk, database_url: str, text: str) -> None:
    await mail_desk.deliver(letter(text=text))
    (stored,) = await messages(mail_desk, 1)
    assert stored["text"] == text.strip()
    assert stored["quoted"] is None
    await assert_reads_the_same(mail_desk, database_url)


async def test_the_first_mail_shows_the_history_of_its_html(mail_desk: MailDesk, database_url: str) -> None:
    message = letter(text="see html")
    message.add_alternative(
        "<p>Is this number right?</p><div style='border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Pat &lt;"
        "pat@supplier.example&gt;<br><b>Sent:</b> Friday, 27 November 2026 09:12<br><b>To:</b> Kim<br>"
        "<b>Subject:</b> Contract</p></div><p>It is <b>4711</b>.</p>",
        subtype="html",
    )
    await mail_desk.deliver(message)
    (stored,) = await messages(mail_desk, 1)
    assert stored["text"].startswith("Is this number right?")
    assert "It is 4711." in stored["text"]
    assert "<b>4711</b>" in stored["html"]
    assert (await mail_desk.value("select preview from tickets")).startswith("Is this number right?")
    await assert_reads_the_same(mail_desk, database_url)


@pytest.mark.parametrize(
    "history",
    [
        f"On Fri, 27 Nov 2026 at 09:12, Desk wrote:\n\n{QUOTED_REQUEST}",
        f"On Fri, 27 Nov 2026 at 09:12, Desk <{MAILBOX}> wrote:\n\n> We have changed the fuse.",
        f"On Fri, 27 Nov 2026 at 09:12, Desk wrote:\n\n> {REPLY_MARKER}\n> We have changed the fuse.",
        f"From: Desk <{MAILBOX.replace('@', '+t1@')}>\nSent: today\nTo: Ann\nSubject: x\n\nWe changed the fuse.",
        "-- \nKim",
    ],
)
async def test_a_reply_hides_the_history_that_its_ticket_holds(
    mail_desk: MailDesk, database_url: str, history: str
) -> None:
    await mail_desk.deliver(letter(text=REQUEST))
    await mail_desk.settled(1)
    address = await ticket_address(mail_desk)
    await mail_desk.deliver(letter(text=f"It burns again.\n\n{history}\n", to=address), to=address)
    _, reply = await messages(mail_desk, 2)
    assert reply["text"] == "It burns again."
    assert reply["quoted"].split()[-1] == history.split()[-1]
    await assert_reads_the_same(mail_desk, database_url)


PASTED = """We get this every night:

From: root@host.example (Cron Daemon)
To: root@host.example
Subject: Cron <root@host> backup
Date: Mon, 3 Jun 2024 02:00:00 +0200

rsync: the connection was refused by the other side

Can you stop it?
"""


@pytest.mark.parametrize("text", [SUPPLIER, PASTED])
async def test_a_reply_shows_history_of_others(mail_desk: MailDesk, database_url: str, text: str) -> None:
    await mail_desk.deliver(letter(text=REQUEST))
    await mail_desk.settled(1)
    address = await ticket_address(mail_desk)
    await mail_desk.deliver(letter(text=text, to=address), to=address)
    _, reply = await messages(mail_desk, 2)
    assert reply["text"] == text.strip()
    assert reply["quoted"] is None
    await assert_reads_the_same(mail_desk, database_url)
