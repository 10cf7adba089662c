"""Kept mail read again after the parser learned something."""

from __future__ import annotations

from typing import Any

import pytest
from mail_desk import MailDesk, letter
from proof import proven
from test_forwarding import BODY, FORMS

from atum_desk.entry.reparse import print_differences
from atum_desk.mail.public import reparse_all
from atum_desk.mime import PARSER_VERSION
from desk import Desk
from factories import Given


@pytest.fixture
async def office(trusting: MailDesk, given: Given) -> Desk:
    return Desk(trusting.database, trusting.settings, given)


async def as_an_older_parser_left_it(mail_desk: MailDesk, **columns: Any) -> None:
    """Put a message into the state that an earlier parser might have left it in."""
    async with mail_desk.database.writing(mail_desk.system, "test.age") as work:
        for name, value in columns.items():
            await work.execute(f"update messages set {name} = $1 where mail_id is not null", value)
        await work.execute("update mails set parser_version = 1")


async def test_reading_again_shows_the_difference_and_writes_it_only_when_asked(
    trusting: MailDesk, office: Desk
) -> None:
    message = letter(text="It burns.\nReally.")
    message.add_attachment(b"GIF89a", maintype="image", subtype="gif", filename="fire.gif")
    await trusting.deliver(message)
    (mail,) = await trusting.settled(1)
    assert mail["parser_version"] == PARSER_VERSION
    await as_an_older_parser_left_it(trusting, text="It b=urns.\nReally.")
    async with trusting.database.writing(trusting.system, "test.lose") as work:
        await work.execute("delete from attachments")
    lead = await office.staff("Team lead")
    path = f"/mails/{mail['id']}/reparse"
    shown = await lead.posted(path, {}, status=200)
    assert (shown["applied"], shown["parser_version"]) == (False, 1)
    found = {one["field"]: one for one in shown["differences"]}
    assert set(found) == {"text", "files"}
    assert "-It b=urns." in found["text"]["diff"]
    assert "+It burns." in found["text"]["diff"]
    assert found["files"]["parsed"] == "fire.gif"
    assert (await trusting.value("select text from messages")).startswith("It b=urns")

    answer = await lead.post(path, json={"apply": True})
    assert answer.json()["applied"]
    (stored,) = await trusting.rows("select * from messages")
    assert stored["text"] == "It burns.\nReally."
    (file,) = await trusting.rows("select * from attachments")
    assert (file["filename"], file["message_id"]) == ("fire.gif", stored["id"])
    assert (await lead.posted(path, {}, status=200))["differences"] == []
    await lead.posted(f"/changes/{answer.headers['x-change-id']}/undo", status=200)
    assert (await trusting.value("select text from messages")).startswith("It b=urns")


async def test_the_command_reads_everything_that_an_earlier_parser_read(
    trusting: MailDesk, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        await trusting.deliver(letter(text=f"mail {number}"))
    await trusting.deliver(letter(X_Spam_Flag="YES"))
    await trusting.settled(4)
    await as_an_older_parser_left_it(trusting)
    async with trusting.database.writing(trusting.system, "test.age") as work:
        await work.execute("update messages set text = 'm=20' where mail_id = (select min(id) from mails)")
    given = (trusting.settings, database_url)
    results = [one async for one in reparse_all(*given, apply=False, everything=False)]
    assert [len(one.differences) for one in results] == [1, 0, 0]
    await print_differences(*given, apply=True, everything=False)
    said = capsys.readouterr().out
    assert "-m=20" in said
    assert said.endswith("1 mails read again, 1 differ; the differences were written.\n")
    await print_differences(*given, apply=False, everything=False)
    assert capsys.readouterr().out.startswith("0 mails read again")
    await print_differences(*given, apply=False, everything=True)
    assert capsys.readouterr().out.startswith("3 mails read again, 0 differ")


async def test_what_filing_made_of_special_mail_reads_the_same_again(
    trusting: MailDesk, database_url: str, given: Given
) -> None:
    agent = await given.staff("Mina")
    sender = f"agent{agent.id}@atum.localhost"
    text = FORMS["gmail"].format(body=BODY)
    await trusting.deliver(proven(sender=sender, subject="Fwd: Drucker", text=text), sender=sender)
    original = letter(subject="Drucker", text=BODY)
    attached = proven(sender=sender, subject="Fwd: Drucker", text="See attached.")
    attached.add_attachment(original)
    await trusting.deliver(attached, sender=sender)
    shown = letter(text="with an image")
    shown.add_alternative('<p>Look <img src="cid:pic1"></p>', subtype="html")
    html = list(shown.iter_parts())[1]
    html.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<pic1>", filename="a.png")
    await trusting.deliver(shown)
    await trusting.settled(3)
    results = [one async for one in reparse_all(trusting.settings, database_url, apply=False, everything=True)]
    assert [(one.mail_id, one.differences) for one in results] == [(1, []), (2, []), (3, [])]


async def test_only_a_filed_mail_can_be_read_again(trusting: MailDesk, office: Desk) -> None:
    await trusting.deliver(letter(X_Spam_Flag="YES"))
    (mail,) = await trusting.settled(1)
    lead = await office.staff("Team lead")
    answer = await lead.post(f"/mails/{mail['id']}/reparse", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "mail_not_filed")


async def test_invitations_and_signatures_stand_on_the_message(trusting: MailDesk, office: Desk) -> None:
    message = letter(text="Please come.")
    message.add_attachment(
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Meeting\r\nDTSTART:20261201T090000Z\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n",
        maintype="text",
        subtype="calendar",
        filename="invite.ics",
    )
    await trusting.deliver(message)
    await trusting.settled(1)
    agent = await office.staff("Agent")
    ticket = await agent.got("/tickets/1")
    extras = ticket["thread"][0]["extras"]
    assert extras["invitations"][0]["summary"] == "Meeting"
    assert extras["invitations"][0]["method"] == "REQUEST"
    assert extras["signature"] is None
    await as_an_older_parser_left_it(trusting, extras=None)
    lead = await office.staff("Team lead")
    shown = await lead.posted("/mails/1/reparse", {"apply": True}, status=200)
    assert [one["field"] for one in shown["differences"]] == ["extras"]
    ticket = await agent.got("/tickets/1")
    assert ticket["thread"][0]["extras"]["invitations"][0]["summary"] == "Meeting"
