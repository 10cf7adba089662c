"""What programs, lists and newsletters send is told apart, sent away by one change, and refused from then on if asked."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from mail_desk import MAILBOX, MailDesk, letter

from atum_desk.mail.dismissals import Dismissal, dismiss_ticket, get_origin
from atum_desk.mail.filing.classify import automatic_kind, list_id_of
from atum_desk.mail.problems import NoSenderToBlock
from atum_desk.mime import parse_mail
from desk import Desk
from factories import Given, SignedIn

KINDS: list[tuple[str, dict[str, str], str, str | None]] = [
    ("a person", {}, "ann@example.org", None),
    ("a list that takes mail", {"List-Post": "<mailto:dev@lists.example.org>"}, "ann@example.org", "list"),
    ("a list by its name", {"List-Id": "Dev <dev.lists.example.org>"}, "ann@example.org", "list"),
    ("a list that says so by precedence", {"Precedence": "list"}, "ann@example.org", "list"),
    (
        "an announcement list",
        {"List-Id": "<news.example.org>", "List-Post": "NO", "List-Unsubscribe": "<https://example.org/u>"},
        "news@example.org",
        "newsletter",
    ),
    ("what is left by a click", {"List-Unsubscribe": "<https://example.org/u>"}, "news@example.org", "newsletter"),
    ("bulk mail", {"Precedence": "bulk"}, "shop@example.org", "newsletter"),
    ("what counts complaints", {"Feedback-ID": "1:2:3:shop"}, "shop@example.org", "newsletter"),
    ("a program", {"Auto-Submitted": "auto-generated"}, "monitor@example.org", "robot"),
    ("an address that takes no answers", {}, "no-reply@example.org", "robot"),
    ("a person whose program says so", {"Auto-Submitted": "no"}, "ann@example.org", None),
]


def mail_with(headers: dict[str, str], sender: str) -> EmailMessage:
    mail = letter(sender=sender)
    for name, value in headers.items():
        del mail[name]
        mail[name] = value
    return mail


@pytest.mark.parametrize(("what", "headers", "sender", "kind"), KINDS, ids=[one[0] for one in KINDS])
def test_who_wrote_instead_of_a_person_is_told_by_the_headers(
    what: str, headers: dict[str, str], sender: str, kind: str | None
) -> None:
    parsed = parse_mail(mail_with(headers, sender).as_bytes())
    assert automatic_kind(parsed, sender, sender) == kind
    assert automatic_kind(parsed, sender, "") == (kind or "robot")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Example News <News.Example.org>", "news.example.org"),
        ("<abc123.list-id.mcsv.net> ", "abc123.list-id.mcsv.net"),
        ("news.example.org", "news.example.org"),
        ("<no dots here>", None),
        ("", None),
        ("<" + "a" * 400 + ".example>", None),
    ],
)
def test_a_list_is_known_by_its_id(written: str, read: str | None) -> None:
    assert list_id_of(parse_mail(mail_with({"List-Id": written}, "ann@example.org").as_bytes())) == read


@pytest.fixture
async def agent(given: Given) -> SignedIn:
    return await given.staff("Mina Farouk", role="Agent")


NEWS = {"List-Id": "Shop <news.shop.example>", "List-Unsubscribe": "<https://shop.example/u>"}


async def news(mail_desk: MailDesk, place: int) -> int:
    """Let a newsletter arrive and return the number of the newest ticket."""
    named = {"Message-ID": f"<n{place}@shop.example>", "Subject": f"Offer {place}"}
    mail = mail_with(NEWS | named, "news@shop.example")
    await mail_desk.deliver(mail, sender="news@shop.example")
    await mail_desk.settled(place)
    return await mail_desk.value("select max(number) from tickets")


async def shown(mail_desk: MailDesk, number: int) -> dict[str, Any]:
    [row] = await mail_desk.rows(
        "select t.automatic, s.key as status from tickets t join statuses s on s.id = t.status_id where t.number = $1",
        number,
    )
    return row


async def test_a_newsletter_is_sent_away_with_a_rule_for_its_list_and_one_undo_takes_back_both(
    mail_desk: MailDesk, agent: SignedIn, office: Desk
) -> None:
    number = await news(mail_desk, 1)
    assert await shown(mail_desk, number) == {"automatic": "newsletter", "status": "new"}
    async with mail_desk.database.reading(agent.actor) as transaction:
        origin = await get_origin(transaction, number)
    assert (origin.address, origin.domain, origin.list_id, origin.blocked) == (
        "news@shop.example",
        "shop.example",
        "news.shop.example",
        [],
    )
    done = await dismiss_ticket(mail_desk.database, agent.actor, number, Dismissal(block="list"))
    assert (done.status, done.blocked) == ("cancelled", "news.shop.example")
    assert (await shown(mail_desk, number))["status"] == "cancelled"
    # What the list sends next is refused, whoever it is from.
    assert await news(mail_desk, 2) == number
    [refused] = await mail_desk.rows("select state, reason from mails order by id desc limit 1")
    assert (refused["state"], "the list news.shop.example" in refused["reason"]) == ("refused", True)
    change_id = await mail_desk.value("select max(id) from changes where command = 'ticket.dismiss'")
    await office.client(agent).posted(f"/changes/{change_id}/undo", status=200)
    assert (await shown(mail_desk, number))["status"] == "new"
    assert await mail_desk.value("select count(*) from mail_blocks") == 0
    assert await news(mail_desk, 3) == number + 1


async def test_what_did_not_come_by_mail_has_no_sender_to_refuse(
    mail_desk: MailDesk, given: Given, agent: SignedIn
) -> None:
    ticket = await given.ticket()
    with pytest.raises(NoSenderToBlock):
        await dismiss_ticket(mail_desk.database, agent.actor, ticket.number, Dismissal(block="address"))
    done = await dismiss_ticket(mail_desk.database, agent.actor, ticket.number, Dismissal())
    assert (done.status, done.blocked) == ("cancelled", None)


async def test_a_form_that_names_who_asked_is_a_persons(mail_desk: MailDesk) -> None:
    mail = mail_with({"Auto-Submitted": "auto-generated", "Reply-To": "Carl <carl@example.org>"}, "form@example.org")
    await mail_desk.deliver(mail, sender="form@example.org", to=MAILBOX)
    await mail_desk.settled(1)
    assert await mail_desk.value("select automatic from tickets order by id desc limit 1") is None
