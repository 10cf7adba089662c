"""What a member of the staff answers to a mail that notified them: a reply as the workspace says, or always a note."""

from __future__ import annotations

import pytest
from mail_desk import MailDesk
from proof import proven
from test_threads import agent_and_ticket

from atum_desk.outbox.public import MailAddress, OutgoingMail, queue_mail
from factories import Given


@pytest.mark.parametrize(("staff_only", "kind"), [(False, "reply"), (True, "note")])
async def test_an_answer_to_what_told_of_a_note_never_reaches_the_requester(
    trusting: MailDesk, given: Given, staff_only: bool, kind: str
) -> None:
    agent, sender, address = await agent_and_ticket(trusting, given)
    await trusting.rule("staff_replies", "reply")
    told = await notified(trusting, given, agent.id, sender, staff_only=staff_only)
    message = proven(sender=sender, text="Try water.", to=address, In_Reply_To=f"<{told}>")
    await trusting.deliver(message, to=address, sender=sender)
    await trusting.settled(2)
    answer = (await trusting.rows("select * from messages order by id"))[1]
    assert (answer["kind"], answer["author_id"], answer["text"]) == (kind, agent.id, "Try water.")
    left = await trusting.value("select count(*) from outbox where notified_id is null")
    assert left == (0 if staff_only else 1)


async def notified(desk: MailDesk, given: Given, person_id: int, email: str, *, staff_only: bool) -> str:
    """Queue a mail that notifies somebody of the ticket, and return its Message-ID."""
    async with given.database.writing(given.system, "notifications.mail") as work:
        outbox_id = await queue_mail(
            work,
            desk.settings,
            OutgoingMail(
                mailbox_id=await work.fetchval("select min(id) from mailboxes"),
                kind="reply",
                recipients=[MailAddress("Mina", email)],
                subject="Printer",
                text="Somebody mentioned you",
                ticket_id=await work.fetchval("select id from tickets"),
                notified_id=person_id,
                staff_only=staff_only,
                marker=True,
                hold_seconds=3600,
            ),
        )
        message_id: str = await work.fetchval("select mail_message_id from outbox where id = $1", outbox_id)
    return message_id
