"""An answer carries on the references of the mail that it answers (RFC 5322, 3.6.4)."""

from __future__ import annotations

from mail_desk import FakeRelay, MailDesk, letter
from test_mail_out import ask
from test_sending import answer

from atum_desk.mail.filing.messages import references_to_carry
from atum_desk.mime import parse_mail
from atum_desk.outbox.public import MAX_REFERENCES
from desk import Client


async def references_of_answer(mail_desk: MailDesk, relay: FakeRelay, lead: Client, number: int) -> list[str]:
    await answer(lead, number)
    await mail_desk.outbox_in("sent")
    return relay.taken[-1][1]["References"].split()


async def test_an_answer_to_a_mail_within_a_thread_continues_that_thread(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    """The requester asked us by answering mails among colleagues that we never saw."""
    number = await ask(
        mail_desk,
        message_id="<third@example.org>",
        References="<first@example.org> <second@example.org>",
        In_Reply_To="<second@example.org>",
    )
    thread = ["<first@example.org>", "<second@example.org>", "<third@example.org>"]
    assert await references_of_answer(mail_desk, relay, lead, number) == thread
    mail = relay.taken[-1][1]
    assert mail["In-Reply-To"] == "<third@example.org>"
    # Their program adds our mail, and a branch of a colleague that we did not see either.
    again = letter(
        message_id="<sixth@example.org>", References=" ".join([*thread, mail["Message-ID"], "<fifth@example.org>"])
    )
    await mail_desk.deliver(again, to=mail["Reply-To"].addresses[0].addr_spec)
    await mail_desk.settled(2)
    ids = await references_of_answer(mail_desk, relay, lead, number)
    assert ids == [*thread, mail["Message-ID"], "<fifth@example.org>", "<sixth@example.org>"]


async def test_a_mail_that_only_says_what_it_answers_is_answered_with_that(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk, message_id="<b@example.org>", In_Reply_To="<a@example.org>")
    ids = await references_of_answer(mail_desk, relay, lead, number)
    assert ids == ["<a@example.org>", "<b@example.org>"]


async def test_a_long_thread_keeps_its_root_and_its_newest_mails(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    old = [f"<old{n}@example.org>" for n in range(60)]
    number = await ask(mail_desk, message_id="<now@example.org>", References=" ".join(old))
    ids = await references_of_answer(mail_desk, relay, lead, number)
    assert len(ids) == MAX_REFERENCES
    assert ids[0] == old[0]
    assert ids[-3:] == [*old[-2:], "<now@example.org>"]


def test_ids_that_cannot_stand_in_a_header_are_not_carried_on() -> None:
    raw = (
        "Message-ID: <self@example.org>\r\nReferences: <a@example.org> <gr\u00fc\u00dfe@example.org>"
        f" <{'x' * 950}@example.org> <b@example.org> <self@example.org>\r\n\r\nhello"
    )
    mail = parse_mail(raw.encode())
    assert references_to_carry(mail) == ["a@example.org", "b@example.org"]
    two = parse_mail(b"In-Reply-To: <a@example.org> <b@example.org>\r\n\r\nhello")
    assert references_to_carry(two) == []
