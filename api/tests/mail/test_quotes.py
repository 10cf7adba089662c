"""What a reply quotes: nothing, the last public message or all of them, and never a note."""

from __future__ import annotations

import random
from typing import Any

import pytest
from mail_desk import FakeRelay, MailDesk
from test_mail_look import parts_of
from test_mail_out import ask
from test_sending import answer, in_hours

from desk import Client

STEPS = 14


async def quote(client: Client, number: int, which: str) -> dict[str, Any]:
    told: dict[str, Any] = await client.got(f"/tickets/{number}/quote", quote=which)
    return told


async def test_a_reply_quotes_none_the_last_or_all_of_what_was_said_in_public(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client
) -> None:
    number = await ask(mail_desk, text="The requester asks")
    await answer(lead, number, text="The agent answers")
    await mail_desk.outbox_in("sent")
    for which, expected in (("none", []), ("last", ["agent"]), ("all", ["agent", "requester"])):
        await answer(lead, number, text="Once more", quote=which)
        await mail_desk.outbox_in("sent")
        text, html = parts_of(relay.taken[-1][1])
        for word in ("agent", "requester"):
            assert (f"> The {word} " in text, f"The {word} " in html) == (word in expected,) * 2, (which, text)
        number = await ask(mail_desk, text="The requester asks")
        await answer(lead, number, text="The agent answers")
        await mail_desk.outbox_in("sent")
    last = await quote(lead, number, "last")
    assert (last["messages"], "> The agent answers" in last["text"]) == (1, True)
    assert (await quote(lead, number, "all"))["messages"] == 2
    assert (await quote(lead, number, "none"))["messages"] == 0


async def test_a_note_quotes_nothing(mail_desk: MailDesk, lead: Client) -> None:
    number = await ask(mail_desk)
    refused = await lead.post(f"/tickets/{number}/messages", json={"kind": "note", "text": "Hm.", "quote": "all"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "quote"


async def step(chance: random.Random, lead: Client, number: int, word: str) -> None:
    """Let something be said on a ticket; the words of what is not for the requester begin with `secret`."""
    kind = chance.choice(["note", "note", "formatted note", "reply", "later", "split", "merge"])
    if kind == "note":
        await answer(lead, number, kind="note", text=f"secret{word} & more")
    elif kind == "formatted note":
        await answer(lead, number, kind="note", text=None, html=f"<p>a <b>secret{word}</b></p>")
    elif kind == "reply":
        await answer(lead, number, text=f"public{word}")
    elif kind == "later":
        await answer(lead, number, text=f"secret{word} not sent yet", send_at=in_hours(3))
    elif kind == "split":
        said = await answer(lead, number, kind="note", text=f"secret{word} of another matter")
        await lead.post(f"/tickets/{number}/split", json={"message_ids": [said["message"]["id"]]})
    else:
        other = await lead.posted(
            "/tickets", {"subject": "Again", "text": f"public{word}", "requester": {"email": "kim@kunden.example"}}
        )
        await answer(lead, other["number"], kind="note", text=f"secret{word} of the other")
        await lead.post(f"/tickets/{other['number']}/merge", json={"into": number})


@pytest.mark.parametrize("seed", range(5))
async def test_notes_are_never_quoted_whatever_a_thread_holds(
    mail_desk: MailDesk, relay: FakeRelay, lead: Client, seed: int
) -> None:
    chance = random.Random(seed)
    number = await ask(mail_desk, text="publicfirst asks")
    for index in range(STEPS):
        await step(chance, lead, number, f"{seed}x{index}")
        for which in ("last", "all"):
            quoted = await quote(lead, number, which)
            assert "secret" not in quoted["text"] + quoted["html"]
            assert "public" in quoted["text"]
    assert "publicfirst" in (await quote(lead, number, "all"))["text"]
    sent = await answer(lead, number, text="And now?", quote="all")
    (row,) = await mail_desk.rows("select text, html from outbox where message_id = $1", sent["message"]["id"])
    assert "publicfirst" in row["text"]
    assert "secret" not in row["text"] + (row["html"] or "")
