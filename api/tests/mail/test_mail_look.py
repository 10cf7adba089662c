"""What a mailbox, and one reply, may choose of a mail: the marker, text alone, quoted messages."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from mail_desk import FakeRelay, MailDesk, letter
from test_mail_out import ask
from test_sending import answer, box, in_hours

from atum_desk.mime import REPLY_MARKER, html_to_text, strip_quote_text
from desk import Client

Parts = tuple[str, str]


async def choose(mail_desk: MailDesk, admin: Client, **given: Any) -> dict[str, Any]:
    return await admin.patched(f"/mailboxes/{await box(mail_desk)}/sending", given)


def parts_of(mail: EmailMessage) -> Parts:
    """Return the text and the HTML of a mail."""
    found = []
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        found.append(part.get_content().replace("\r\n", "\n") if part else "")
    return found[0], found[1]


async def answered(mail_desk: MailDesk, relay: FakeRelay, lead: Client, number: int, **given: Any) -> EmailMessage:
    await answer(lead, number, **given)
    await mail_desk.outbox_in("sent")
    return relay.taken[-1][1]


async def asks_again(mail_desk: MailDesk, mail: EmailMessage, text: str) -> None:
    """Let the requester answer a mail of ours."""
    before = await mail_desk.value("select count(*) from mails")
    await mail_desk.deliver(letter(text=text), to=mail["Reply-To"].addresses[0].addr_spec)
    await mail_desk.settled(before + 1)


# ---------------------------------------------------------------- the line to write above


async def test_the_first_mail_of_a_ticket_has_no_line_to_write_above_and_later_ones_do(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk)
    assert not any(REPLY_MARKER in part for part in parts_of(await answered(mail_desk, relay, lead, number)))
    second = await answered(mail_desk, relay, lead, number, text="And now?")
    assert all(REPLY_MARKER in part for part in parts_of(second))


async def test_a_mailbox_switches_the_line_off_and_undo_brings_it_back(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    number = await ask(mail_desk)
    await answered(mail_desk, relay, lead, number)
    await choose(mail_desk, admin, max_per_minute=60)
    told = await choose(mail_desk, admin, marker=False)
    assert (told["marker"], told["max_per_minute"]) == (False, 60)
    assert not any(REPLY_MARKER in part for part in parts_of(await answered(mail_desk, relay, lead, number)))
    change = await mail_desk.value("select max(id) from changes where command = 'sending.edit'")
    await admin.posted(f"/changes/{change}/undo", status=200)
    told = await admin.got(f"/mailboxes/{await box(mail_desk)}/sending")
    assert (told["marker"], told["max_per_minute"]) == (True, 60)
    again = await answered(mail_desk, relay, lead, number)
    assert all(REPLY_MARKER in part for part in parts_of(again))
    history = await mail_desk.rows(
        "select old->'marker' as was, new->'marker' as is from row_changes"
        " where table_name = 'mailbox_sending' and operation = 'U' order by change_id"
    )
    assert [tuple(row.values()) for row in history] == [(True, False), (False, True)]


async def test_an_edited_first_mail_is_still_the_first(mail_desk: MailDesk, relay: FakeRelay, lead: Client) -> None:
    number = await ask(mail_desk)
    written = await answer(lead, number)
    await mail_desk.outbox_in("sent")
    later = await answer(lead, number, send_at=in_hours(24), text="Later")
    await lead.patched(f"/messages/{later['message']['id']}", {"text": "Edited"})
    (edited,) = await mail_desk.rows("select * from outbox where state = 'held'")
    assert edited["text"].startswith(REPLY_MARKER)
    other = await ask(mail_desk)
    first = await answer(lead, other, send_at=in_hours(24))
    await lead.patched(f"/messages/{first['message']['id']}", {"text": "Edited"})
    row = (await mail_desk.rows("select * from outbox order by id desc limit 1"))[0]
    assert row["text"].startswith("Edited")
    assert written["message"]["id"] < first["message"]["id"]


# ---------------------------------------------------------------- text alone


async def test_a_mailbox_of_text_alone_sends_what_was_written_and_nothing_else(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    """As a gateway wants it that sends each answer on as a short message."""
    await admin.posted("/mail-layouts", {"intro": "Dear {{requester.first_name}},", "signature": "Your team"})
    await choose(mail_desk, admin, plain_text=True)
    number = await ask(mail_desk)
    html = "<p>Press <b>reset</b> for ten seconds.</p>"
    mail = await answered(mail_desk, relay, lead, number, text=None, html=html)
    assert mail.get_content_type() == "text/plain"
    assert parts_of(mail) == ("Press reset for ten seconds.\n", "")
    (item,) = (await lead.got("/outbox"))["items"]
    shown = await lead.got(f"/outbox/{item['id']}")
    assert (shown["html"], shown["text"]) == ("", "Press reset for ten seconds.\n")
    second = await answered(mail_desk, relay, lead, number, text="Better?")
    assert parts_of(second) == ("Better?\n", "")


async def test_one_reply_may_differ_from_its_mailbox(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    number = await ask(mail_desk)
    mail = await answered(mail_desk, relay, lead, number, text="Only this.", plain_text=True)
    assert (mail.get_content_type(), parts_of(mail)) == ("text/plain", ("Only this.\n", ""))
    await choose(mail_desk, admin, plain_text=True)
    mail = await answered(mail_desk, relay, lead, number, text="With all.", plain_text=False)
    assert mail.get_content_type() == "multipart/alternative"
    assert f"Request #{number}" in parts_of(mail)[0]


async def test_a_waiting_reply_of_text_alone_stays_so_when_it_is_edited(mail_desk: MailDesk, lead: Client) -> None:
    number = await ask(mail_desk)
    given = {"plain_text": True, "send_at": in_hours(24)}
    written = await answer(lead, number, text="First.", **given)
    await lead.patched(f"/messages/{written['message']['id']}", {"text": "  Second."})
    (row,) = await mail_desk.rows("select * from outbox")
    assert (row["plain_text"], row["text"]) == (True, "  Second.\n")


async def test_confirmations_of_a_mailbox_of_text_alone_are_text_alone(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client
) -> None:
    await choose(mail_desk, admin, plain_text=True)
    await mail_desk.rule("confirm_email_tickets", True)
    number = await ask(mail_desk)
    await mail_desk.outbox_in("sent")
    mail = relay.taken[-1][1]
    assert mail.get_content_type() == "text/plain"
    assert f"#{number}" in mail.get_content()
    assert "--------" not in mail.get_content()


# ---------------------------------------------------------------- quoted messages


async def test_nothing_is_quoted_unless_a_mailbox_says_so(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    number = await ask(mail_desk, text="It is on fire.\n  On both floors.")
    text, html = parts_of(await answered(mail_desk, relay, lead, number))
    assert "on fire" not in text + html
    await choose(mail_desk, admin, quoted_messages=2)
    text, html = parts_of(await answered(mail_desk, relay, lead, number, text="Is it out?"))
    ours, theirs = "Did you turn it off and on?", "It is on fire."
    # The newest first, each below whose it is, all of it below the answer and its footer.
    places = [text.index(one) for one in ("Is it out?", f"Request #{number}", f"> {ours}", f"> {theirs}")]
    assert places == sorted(places)
    assert "UTC, Ann Example wrote:\n> It is on fire.\n>   On both floors." in text
    assert "UTC, Mina Farouk wrote:\n> Did you turn it off and on?" in text
    assert html.count('<blockquote type="cite"') == html.count("</blockquote>") == 2
    assert html.index(ours) < html.index(theirs)
    # Whoever answers above it answers with what is new alone.
    assert strip_quote_text(f"Yes, thanks.\n\n{text}")[0] == "Yes, thanks."
    quote = text[text.index("On 20") :]
    assert strip_quote_text(f"Yes, thanks.\n\n{quote}")[0] == "Yes, thanks."


async def test_one_reply_chooses_how_many_messages_it_quotes(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    number = await ask(mail_desk, text="First question.")
    mail = await answered(mail_desk, relay, lead, number, text="First answer.", quoted_messages=1)
    assert "> First question." in parts_of(mail)[0]
    await asks_again(mail_desk, mail, "Second question.")
    text, _ = parts_of(await answered(mail_desk, relay, lead, number, text="Second.", quoted_messages=2))
    assert [line for line in text.split("\n") if line.startswith(">")] == ["> Second question.", "> First answer."]
    await choose(mail_desk, admin, quoted_messages=5)
    text, _ = parts_of(await answered(mail_desk, relay, lead, number, text="Third.", quoted_messages=0))
    assert ">" not in text
    refused = await lead.post(f"/tickets/{number}/messages", json={"kind": "reply", "text": "x", "quoted_messages": 6})
    assert refused.status_code == 422
    note = {"kind": "note", "text": "x", "quoted_messages": 1}
    assert (await lead.post(f"/tickets/{number}/messages", json=note)).status_code == 422


async def test_notes_and_what_has_not_left_are_never_quoted(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk, text="A question.")
    await lead.posted(f"/tickets/{number}/messages", {"kind": "note", "text": "Internal note."})
    await answer(lead, number, text="Scheduled answer.", send_at=in_hours(24))
    cancelled = await answer(lead, number, text="Cancelled answer.", send_at=in_hours(24))
    await lead.posted(f"/outbox/{cancelled['message']['mail']['outbox_id']}/cancel", status=200)
    await answer(lead, number, text="Now.", quoted_messages=5)
    await mail_desk.outbox_in("sent", "held", "cancelled")
    text, html = parts_of(relay.taken[-1][1])
    for hidden in ("Internal note", "Scheduled answer", "Cancelled answer"):
        assert hidden not in text + html
    assert "> A question." in text


async def test_a_mailbox_quotes_to_the_requester_and_to_nobody_elses_mail(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    await choose(mail_desk, admin, quoted_messages=1)
    number = await ask(mail_desk, text="This is my contract number.")
    supplier = await answered(mail_desk, relay, lead, number, text="Please help.", to=["help@example.net"])
    assert not any("contract number" in part for part in parts_of(supplier))
    both = await answered(mail_desk, relay, lead, number, text="We asked.", cc=["carl@example.org"])
    assert "Please help." in parts_of(both)[0].partition("We asked.")[2]
    # A reply to the requester that is turned to somebody else loses what it quoted.
    later = await answer(lead, number, text="Later.", send_at=in_hours(24))
    edit = f"/messages/{later['message']['id']}"
    await lead.patched(edit, {"text": "Later on."})
    row = (await mail_desk.rows("select * from outbox where state = 'held'"))[0]
    assert ">" in row["text"]
    await lead.patched(edit, {"to": ["help@example.net"]})
    row = (await mail_desk.rows("select * from outbox where state = 'held'"))[0]
    assert (">" in row["text"], row["quoted_messages"]) == (False, 0)


async def test_quoted_html_keeps_its_shape_and_loads_nothing(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ("Ann <ann@example.org>", "support@atum.localhost", "x")
    mail.set_content("Look: x")
    mail.add_alternative(
        '<p>Look: <b>here</b> <img src="https://tracker.example/p.gif" alt="p"></p><ul><li>one</ul>', subtype="html"
    )
    await mail_desk.deliver(mail)
    await mail_desk.settled(1)
    number = await mail_desk.value("select max(number) from tickets")
    _, html = parts_of(await answered(mail_desk, relay, lead, number, quoted_messages=1))
    quote = html[html.index("<blockquote") :]
    assert "<b>here</b>" in quote
    assert "<li>one</li>" in quote
    assert "tracker.example" not in html
    assert "wrote:" in html_to_text(html)


@pytest.mark.parametrize("kind", ["plain", "html"])
async def test_what_is_quoted_is_bounded(mail_desk: MailDesk, relay: FakeRelay, lead: Client, kind: str) -> None:
    mail = letter(text="line of text\n" * 20_000)
    if kind == "html":
        mail.add_alternative("<p>line of text</p>\n" * 20_000, subtype="html")
    await mail_desk.deliver(mail)
    await mail_desk.settled(1)
    number = await mail_desk.value("select max(number) from tickets")
    text, html = parts_of(await answered(mail_desk, relay, lead, number, quoted_messages=5))
    assert len(text) < 13_000
    assert len(html) < 30_000
    assert "> [...]" in text
    assert "[...]" in html
