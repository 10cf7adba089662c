"""Signatures below replies: the most specific fits, none is repeated, and what was sent is what is kept."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from mail_desk import FakeRelay, MailDesk
from proof import proven
from test_mail_look import answered, parts_of
from test_mail_out import ask
from test_sending import answer, box, in_hours
from test_threads import agent_and_ticket

from atum_desk.kernel import clock
from desk import Client, Desk
from factories import Given

SHARED = "{{ team.name }} at {{ mailbox.address }}"


async def me(client: Client) -> dict[str, Any]:
    return (await client.got("/me"))["person"]


async def shown(client: Client, number: int) -> dict[str, Any]:
    return await client.got(f"/tickets/{number}/signature")


# ---------------------------------------------------------------- which one


async def test_the_most_specific_signature_stands_below_a_reply(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, admin: Client
) -> None:
    """A table of all sixteen: a person's before everybody's, then a mailbox's, a team's, the very language."""
    number = await ask(mail_desk)
    mailbox = await box(mail_desk)
    team = await mail_desk.value("select team_id from tickets where number = $1", number)
    person = (await me(admin))["id"]
    async with office.database.writing(office.given.system, "test.write") as work:
        await work.execute("update people set locale = 'pt-BR' where kind = 'contact'")
    # The least specific first: each that is added stands below from then on.
    order = list(product((None, person), (None, mailbox), (None, team), ("", "pt", "pt-BR")))
    for place, (of_person, of_mailbox, of_team, language) in enumerate(order):
        given = {"person_id": of_person, "mailbox_id": of_mailbox, "team_id": of_team, "language": language}
        await admin.posted("/signatures", given | {"text": f"Signature {place}"})
        assert (await shown(admin, number))["signature"]["text"] == f"Signature {place}"
    # None of these fits, however specific: another language, another mailbox's, another person's.
    await admin.posted("/signatures", {"person_id": person, "mailbox_id": mailbox, "language": "de", "text": "No"})
    mail = await answered(mail_desk, relay, admin, number)
    assert f"Signature {len(order) - 1}" in parts_of(mail)[0]


async def test_variables_are_those_of_the_reply_and_html_is_escaped(
    mail_desk: MailDesk, relay: FakeRelay, office: Desk, admin: Client, lead: Client
) -> None:
    number = await ask(mail_desk)
    who = await me(lead)
    html = "<p><b>{{ agent.name }}</b><br>{{ agent.email }}, {{ workspace.name }}<script>x()</script></p>"
    own = await lead.posted("/signatures", {"person_id": who["id"], "html": html})
    assert "script" not in own["html"]
    async with office.database.writing(office.given.system, "test.write") as work:
        await work.execute("update workspaces set name = 'Seals & <Sons>'")
    mail = await answered(mail_desk, relay, lead, number, text="It is plugged in.", quoted_messages=1)
    text, page = parts_of(mail)
    assert f"{who['name']}\n{who['email']}, Seals & <Sons>" in text
    assert f"<b>{who['name']}</b>" in page
    assert "Seals &amp; &lt;Sons&gt;" in page
    # Below what was written, above the footer and what is quoted.
    for part in (text, page):
        assert part.index("It is plugged in.") < part.index(str(who["email"])) < part.index(f"Request #{number}")
    assert text.index(f"Request #{number}") < text.index("\n>")


# ---------------------------------------------------------------- not again


async def test_no_second_signature_follows_within_a_day_nor_below_ones_own_last_reply(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    await admin.posted("/signatures", {"text": "The seal team"})
    number = await ask(mail_desk)
    assert (await shown(lead, number))["state"] == "signed"

    async def is_signed(client: Client, **given: Any) -> bool:
        mail = await answered(mail_desk, relay, client, number, **given)
        signed = ["The seal team" in part for part in parts_of(mail)]
        assert signed[0] == signed[1]
        return signed[0]

    try:
        # In the past, for sessions end when their time has come.
        clock.move(timedelta(hours=-200))
        assert await is_signed(lead)
        assert (await shown(lead, number))["state"] == "repeated"
        assert not await is_signed(lead)
        # Asked for, it stands there again; asked for not, it does not.
        assert await is_signed(lead, signature=True)
        # Somebody else has not signed yet.
        assert not await is_signed(admin, signature=False)
        assert await is_signed(admin)
        clock.move(timedelta(hours=-177))
        assert not await is_signed(lead)
        # The newest reply is one's own and unsigned, and the last signed one is too long ago.
        clock.move(timedelta(hours=-150))
        assert await is_signed(lead)
        # The newest is one's own and signed.
        clock.move(timedelta(hours=-50))
        assert not await is_signed(lead)
    finally:
        clock.move(timedelta(0))


async def test_a_reply_that_was_taken_back_signed_nothing(mail_desk: MailDesk, admin: Client) -> None:
    await admin.posted("/signatures", {"text": "The seal team"})
    number = await ask(mail_desk)
    added = await answer(admin, number, send_at=in_hours(2))
    assert (await shown(admin, number))["state"] == "repeated"
    await admin.posted(f"/changes/{added['change_id']}/undo", status=200)
    assert (await shown(admin, number))["state"] == "signed"


# ---------------------------------------------------------------- what was sent


async def test_a_message_keeps_the_signature_that_it_was_sent_with(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    signature = await admin.posted("/signatures", {"text": SHARED})
    number = await ask(mail_desk)
    written = await answer(lead, number, send_at=in_hours(3), text="First words")
    kept = written["message"]["signature"]
    assert kept["text"].endswith(await mail_desk.value("select address from mailboxes order by id limit 1"))
    await admin.patched(f"/signatures/{signature['id']}", {"text": "Another"})
    # An edit of the waiting reply keeps it, in the mail and beside the message.
    await lead.patched(f"/messages/{written['message']['id']}", {"text": "Second words"})
    (mail,) = await mail_desk.rows("select text from outbox where state = 'held'")
    assert f"Second words\n\n{kept['text']}\n" in mail["text"]
    (message,) = [m for m in (await lead.got(f"/tickets/{number}"))["thread"] if m.get("from_staff")]
    assert message["signature"] == kept
    unsigned = await answer(lead, number, signature=False)
    assert unsigned["message"]["signature"] == {"text": "", "html": None}


async def test_without_a_signature_the_layouts_stands_unless_it_is_switched_off(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client
) -> None:
    await admin.posted("/mail-layouts", {"signature": "Layout of {{agent.name}}"})
    number = await ask(mail_desk)
    assert "Layout of" in parts_of(await answered(mail_desk, relay, lead, number))[0]
    assert "Layout of" in parts_of(await answered(mail_desk, relay, lead, number))[0]
    assert "Layout of" not in parts_of(await answered(mail_desk, relay, lead, number, signature=False))[0]
    await admin.posted("/signatures", {"text": "The seal team"})
    text = parts_of(await answered(mail_desk, relay, lead, number))[0]
    assert "The seal team" in text
    assert "Layout of" not in text


# ---------------------------------------------------------------- who writes them


async def test_each_is_added_changed_deleted_and_taken_back(mail_desk: MailDesk, admin: Client) -> None:
    async def all_of_them() -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in await mail_desk.rows("select id, language, text, html from signatures")]

    states = [await all_of_them()]
    signature = await admin.posted("/signatures", {"html": "<p>Yours,</p><p>{{ agent.name }}</p>"})
    path = f"/signatures/{signature['id']}"
    states.append(await all_of_them())
    await admin.patched(path, {"language": "de", "text": "Grüße"})
    states.append(await all_of_them())
    assert states[-1][0][1:] == ("de", "Grüße", None)
    assert (await admin.patch(path, json={"text": "x", "version": 1})).status_code == 412
    assert (await admin.delete(path)).status_code == 204
    states.append(await all_of_them())
    changes = await mail_desk.rows("select id from changes where command like 'signature.%' order by id desc")
    assert len(changes) == 3
    for change, state in zip(changes, states[-2::-1], strict=True):
        await admin.posted(f"/changes/{change['id']}/undo", status=200)
        assert await all_of_them() == state


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": " \n"}, "signature_empty"),
        ({"html": "<p> </p>"}, "signature_empty"),
        ({"html": '<p>x<img src="data:image/png;base64,AAAA"></p>'}, "signature_unfit"),
        ({"text": "{{ agent.nam }}"}, "variable_unknown"),
        ({"text": "{{ agent.name | sha }}"}, "filter_unknown"),
        ({"text": "x", "team_id": 999_999}, "signature_of_nobody"),
        ({"text": "x", "mailbox_id": 999_999}, "signature_of_nobody"),
        ({"text": "x", "person_id": 999_999}, "signature_of_nobody"),
    ],
)
async def test_what_could_never_stand_below_a_reply_is_refused(
    mail_desk: MailDesk, admin: Client, given: dict[str, Any], code: str
) -> None:
    answer = await admin.post("/signatures", json=given)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await mail_desk.value("select count(*) from signatures") == 0


async def test_one_writes_ones_own_and_an_administrator_all(
    mail_desk: MailDesk, office: Desk, admin: Client, lead: Client
) -> None:
    own, other = (await me(lead))["id"], (await me(admin))["id"]
    mine = await lead.posted("/signatures", {"person_id": own, "text": "Mine"})
    assert mine["can_edit"]
    assert (await lead.post("/signatures", json={"person_id": own, "text": "Again"})).status_code == 409
    for foreign in ({"person_id": other}, {"mailbox_id": await box(mail_desk)}, {}):
        refused = await lead.post("/signatures", json=foreign | {"text": "Not mine"})
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    await admin.patched(f"/signatures/{mine['id']}", {"text": "Corrected"})
    shared = await admin.posted("/signatures", {"text": "Everybody's"})
    assert (await lead.patch(f"/signatures/{shared['id']}", json={"text": "x"})).status_code == 403
    assert (await lead.delete(f"/signatures/{shared['id']}")).status_code == 403
    listed = await lead.got("/signatures", limit=1)
    rest = await lead.got("/signatures", cursor=listed["next_cursor"])
    assert [(one["id"], one["can_edit"]) for one in listed["items"] + rest["items"]] == [
        (mine["id"], True),
        (shared["id"], False),
    ]
    assert [one["id"] for one in (await admin.got("/signatures", mine=True))["items"]] == []
    preview = await lead.posted("/signatures/preview", {"text": "{{ agent.first_name }}!"}, status=200)
    assert preview["signature"]["text"] == f"{(await me(lead))['name'].split()[0]}!"


# ---------------------------------------------------------------- mail that agents write elsewhere


async def test_a_reply_from_an_agents_own_mail_program_is_signed_as_theirs(trusting: MailDesk, given: Given) -> None:
    """The worker files it, and the signature is still that of its author."""
    agent, sender, address = await agent_and_ticket(trusting, given)
    await trusting.rule("staff_replies", "reply")
    async with trusting.database.writing(given.system, "test.write") as work:
        await work.execute(
            """insert into signatures (workspace_id, person_id, text)
               values (ctx_workspace(), $1, 'Own of {{ agent.email }}'), (ctx_workspace(), null, 'All of us')""",
            agent.id,
        )
    await trusting.deliver(proven(sender=sender, text="Try water.", to=address), to=address, sender=sender)
    await trusting.settled(2)
    (mail,) = await trusting.rows("select * from outbox")
    assert f"Try water.\n\nOwn of {sender}\n" in mail["text"]


# ---------------------------------------------------------------- the sender's name


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (None, "{agent} at {mailbox}"),
        ("agent_at_mailbox", "{agent} at {mailbox}"),
        ("mailbox", "{mailbox}"),
        ("agent", "{agent}"),
    ],
)
async def test_a_mailbox_chooses_the_name_that_its_mail_comes_from(
    mail_desk: MailDesk, relay: FakeRelay, admin: Client, lead: Client, form: str | None, expected: str
) -> None:
    await admin.posted("/mail-layouts", {"sender": "Layout"})
    name, address = (await mail_desk.rows("select name, address from mailboxes order by id limit 1"))[0].values()
    told = await admin.patched(f"/mailboxes/{await box(mail_desk)}/sending", {"sender_form": form})
    assert told["sender_form"] == form
    mail = await answered(mail_desk, relay, lead, await ask(mail_desk))
    sender = mail["From"].addresses[0]
    wanted = "Layout" if form is None else expected.format(agent=(await me(lead))["name"], mailbox=name)
    # The address stays the mailbox's, for which alone the domain's policy vouches (DMARC, RFC 7489).
    assert (sender.display_name, sender.addr_spec) == (wanted, address)
