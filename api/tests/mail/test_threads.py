"""Which ticket a mail joins: references of proven people, hints, moved messages, the staff's own mail."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from mail_desk import MAILBOX, MailDesk, letter
from proof import FAILED, answered, proven, texts

from atum_desk.mail.filing import file_mail
from atum_desk.outbox.public import reply_address
from desk import Desk
from factories import Given
from waiting import in_time, until


async def links(mail_desk: MailDesk) -> list[dict[str, Any]]:
    return await mail_desk.rows("select * from ticket_links order by id")


async def test_a_known_participant_joins_only_when_proven(trusting: MailDesk) -> None:
    await trusting.deliver(letter(message_id="<1@example.org>", Cc="carl@example.org"))
    await trusting.settled(1)
    answer = {"subject": "Re: Printer", "In_Reply_To": "<1@example.org>"}
    await trusting.deliver(proven(text="it is me", **answer))
    await trusting.deliver(proven(sender="carl@example.org", text="and me", **answer))
    await trusting.deliver(letter(text="forged", Authentication_Results=FAILED, **answer))
    await trusting.deliver(letter(text="nobody knows", **answer))
    await trusting.settled(5)
    found = await texts(trusting)
    assert sorted(found[0]) == ["It is on fire.", "and me", "it is me"]
    assert sorted(found[1:]) == [["forged"], ["nobody knows"]]
    noted = await links(trusting)
    first = await trusting.value("select min(id) from tickets")
    assert [one["other_id"] for one in noted] == [first, first]
    assert all("not proven" in one["reason"] for one in noted)


async def test_a_stranger_who_knows_the_id_gets_a_ticket_that_may_be_the_same(trusting: MailDesk) -> None:
    await trusting.deliver(letter(message_id="<1@example.org>"))
    await trusting.settled(1)
    await trusting.deliver(proven(sender="eve@example.net", text="let me in", In_Reply_To="<1@example.org>"))
    await trusting.settled(2)
    assert await texts(trusting) == [["It is on fire."], ["let me in"]]
    (link,) = await links(trusting)
    assert link["reason"] == "It answers that request, but its sender is not on it."


async def test_who_answers_a_mail_of_ours_joins_where_nobody_says_anything(trusting: MailDesk) -> None:
    await trusting.deliver(letter())
    await trusting.settled(1)
    ours = await answered(trusting)
    await trusting.deliver(letter(text="thanks", In_Reply_To=f"<{ours}>"))
    await trusting.deliver(letter(sender="eve@example.net", text="me", In_Reply_To=f"<{ours}>"))
    await trusting.deliver(letter(text="no", In_Reply_To=f"<{ours}>", Authentication_Results=FAILED))
    await trusting.settled(4)
    assert (await texts(trusting))[0] == ["It is on fire.", "thanks"]
    await trusting.rule("unknown_senders", "never")
    await trusting.deliver(letter(text="again", In_Reply_To=f"<{ours}>"))
    await trusting.settled(5)
    assert (await texts(trusting))[0] == ["It is on fire.", "thanks"]


async def test_a_message_that_moved_takes_its_answers_along(trusting: MailDesk) -> None:
    await trusting.deliver(letter())
    await trusting.deliver(letter(subject="Another"))
    await trusting.settled(2)
    first, second = (row["id"] for row in await trusting.rows("select id from tickets order by id"))
    ours = await answered(trusting)
    async with trusting.database.writing(trusting.system, "ticket.split") as work:
        moved = await work.fetchval(
            """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
               select ctx_workspace(), $1, 'reply', requester_id, 'Us', true, 'email', 'our answer' from tickets
                where id = $1 returning id""",
            second,
        )
        await work.execute("update outbox set message_id = $1", moved)
    # Both the reference and the address that was signed for the ticket it left lead to where it is now.
    address = reply_address(trusting.settings, MAILBOX, first)
    await trusting.deliver(letter(text="to the split", In_Reply_To=f"<{ours}>", to=address), to=address)
    await trusting.deliver(proven(text="by reference", In_Reply_To=f"<{ours}>"))
    await trusting.deliver(letter(text="to the old one", to=address), to=address)
    await trusting.settled(5)
    found = await texts(trusting)
    assert found[0] == ["It is on fire.", "to the old one"]
    assert sorted(found[1]) == ["It is on fire.", "by reference", "our answer", "to the split"]


async def test_answers_to_a_merged_ticket_arrive_where_it_goes_on(trusting: MailDesk, given: Given) -> None:
    await trusting.deliver(letter(message_id="<1@example.org>"))
    await trusting.deliver(letter(subject="Another"))
    await trusting.deliver(letter(subject="A third"))
    await trusting.settled(3)
    desk = Desk(trusting.database, trusting.settings, given)
    agent = await desk.administrator()
    await agent.posted("/tickets/1/merge", {"into": 2}, 200)
    await agent.posted("/tickets/2/merge", {"into": 3}, 200)
    first = await trusting.value("select id from tickets where number = 1")
    address = reply_address(trusting.settings, MAILBOX, first)
    await trusting.deliver(letter(text="signed", to=address), to=address)
    await trusting.deliver(proven(text="referred", In_Reply_To="<1@example.org>"))
    await trusting.settled(5)
    found = await texts(trusting)
    assert sorted(found[0]) == ["It is on fire.", "It is on fire.", "It is on fire.", "referred", "signed"]


THREAD_INDEX = "AdoJ9bX0f3lT0d3pQ0uY5n1Qk8m7Wg=="


async def test_exchange_without_references_only_hints(trusting: MailDesk) -> None:
    await trusting.deliver(proven(Thread_Index=THREAD_INDEX, Thread_Topic="Printer"))
    await trusting.settled(1)
    longer = "AdoJ9bX0f3lT0d3pQ0uY5n1Qk8m7WgAAAAAQ"
    await trusting.deliver(proven(subject="Completely else", text="a", Thread_Index=longer))
    await trusting.deliver(proven(subject="AW: Printer", text="b"))
    await trusting.deliver(proven(sender="eve@example.net", subject="Re: Printer", text="c"))
    await trusting.deliver(proven(subject="Printer", text="d"))
    await trusting.settled(5)
    assert sorted(await texts(trusting)) == [["It is on fire."], ["a"], ["b"], ["c"], ["d"]]
    assert {one["reason"] for one in await links(trusting)} == {
        "Outlook says that it is of the same conversation.",
        "Its subject is the answer to that request's, from somebody on it.",
    }
    assert len(await links(trusting)) == 2


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("Re: Printer [#1]", "Its subject has that request's number, from somebody on it."),
        ("Re: Another topic [#1]", "Its subject has that request's number, from somebody on it."),
        ("AW: Printer [#77]", "Its subject is the answer to that request's, from somebody on it."),
    ],
)
async def test_an_answer_to_our_mail_without_references_hints_at_its_ticket(
    trusting: MailDesk, subject: str, reason: str
) -> None:
    await trusting.deliver(proven())
    await trusting.settled(1)
    await trusting.deliver(proven(subject=subject, text="it burns again"))
    await trusting.deliver(proven(sender="eve@example.net", subject=subject, text="let me in"))
    await trusting.settled(3)
    assert await trusting.value("select count(*) from tickets") == 3
    assert [one["reason"] for one in await links(trusting)] == [reason]


async def test_two_answers_to_a_mail_that_never_came_are_possibly_the_same(trusting: MailDesk) -> None:
    def answer(sender: str, **headers: str) -> Any:
        return proven(sender=sender, subject="Re: Plan", to=f"{MAILBOX}, x@example.com", **headers)

    known = {"References": "<root@example.com> <p1@example.com>", "In_Reply_To": "<p1@example.com>"}
    await trusting.deliver(answer("kim@example.org", **known))
    await trusting.settled(1)
    later = {"References": "<root@example.com> <p2@example.com>", "In_Reply_To": "<p2@example.com>"}
    await trusting.deliver(answer("bob@example.net", **later))
    await trusting.settled(2)
    await trusting.deliver(answer("eve@example.net", In_Reply_To="<root@example.com>"))
    await trusting.settled(3)
    await trusting.deliver(answer("una@example.net", In_Reply_To="<other@example.com>"))
    await trusting.settled(4)
    tickets = [row["id"] for row in await trusting.rows("select id from tickets order by id")]
    noted = await links(trusting)
    assert [one["other_id"] for one in noted] == tickets[:2]
    assert {one["reason"] for one in noted} == {
        "It answers the same mail as a mail of that request, one that never came here."
    }


LATER_OF_A_THREAD = {
    "answers_one_mail": {"In_Reply_To": "<root@example.com>"},
    "shares_its_root": {"References": "<root@example.com> <p2@example.com>", "In_Reply_To": "<p2@example.com>"},
    "is_the_same_mail": {"message_id": "<one@example.org>", "text": "It is on fire.\n-- \nThe list"},
    "is_of_outlooks_conversation": {"Thread_Index": "AdkAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"},
}


@pytest.mark.parametrize("later", LATER_OF_A_THREAD.values(), ids=LATER_OF_A_THREAD.keys())
async def test_mails_of_a_thread_that_come_at_once_are_linked(
    trusting: MailDesk, monkeypatch: pytest.MonkeyPatch, later: dict[str, str]
) -> None:
    """The second must not be filed while what the first becomes cannot be seen yet."""
    first_is_filing, go_on = asyncio.Event(), asyncio.Event()
    settle = file_mail._settle

    async def settle_late(*given: Any) -> None:
        if not first_is_filing.is_set():
            first_is_filing.set()
            await go_on.wait()
        await settle(*given)

    async def second_is_done_or_waits() -> bool:
        return await trusting.value(
            """select exists (select from mails where state <> 'received')
                   or exists (select from pg_locks l join pg_database d on d.oid = l.database
                               where l.locktype = 'advisory' and not l.granted and d.datname = current_database())"""
        )

    monkeypatch.setattr(file_mail, "_settle", settle_late)
    first = {"message_id": "<one@example.org>", "References": "<root@example.com>"}
    await trusting.deliver(proven(**first, Thread_Index="AdkAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
    await in_time(first_is_filing.wait(), 20)
    await trusting.deliver(letter(sender="kim@example.org", **later))
    await until(second_is_done_or_waits, 20)
    go_on.set()
    await trusting.settled(2)
    (link,) = await links(trusting)
    assert link["other_id"] == await trusting.value("select min(id) from tickets")


async def test_the_same_mail_with_a_lists_footer_is_possibly_the_same(trusting: MailDesk) -> None:
    await trusting.deliver(proven(message_id="<one@example.org>"))
    await trusting.settled(1)
    footer = letter(message_id="<one@example.org>", text="It is on fire.\n-- \nThe list")
    await trusting.deliver(footer)
    await trusting.settled(2)
    (link,) = await links(trusting)
    assert link["reason"] == "The same mail came before, another way."


async def test_what_the_team_wrote_in_the_mailbox_itself_is_its_reply(trusting: MailDesk) -> None:
    await trusting.deliver(proven(message_id="<1@example.org>"))
    await trusting.settled(1)
    written = {"sender": f"Support <{MAILBOX}>", "to": "ann@example.org", "subject": "Re: Printer"}
    answer = {"In_Reply_To": "<1@example.org>", "text": "Try water."}
    await trusting.deliver(proven(**written, **answer))
    await trusting.deliver(letter(**written, **answer))
    await trusting.deliver(letter(**written, **answer, Authentication_Results=FAILED))
    await trusting.deliver(proven(**written))
    mails = await trusting.settled(5)
    assert [mail["state"] for mail in mails] == ["ticketed", "appended"] + ["refused"] * 3
    reply = (await trusting.rows("select * from messages order by id"))[1]
    assert (reply["kind"], reply["from_staff"], reply["author_verdict"]) == ("reply", True, "proven")
    assert reply["author_words"].startswith(f"Written as {MAILBOX} outside of the desk.")
    assert await trusting.value("select count(*) from outbox") == 0
    assert await trusting.value("select count(*) from participants") == 0
    changes = await trusting.rows("select actor_id from changes where command = 'ticket.reply'")
    assert [one["actor_id"] for one in changes] == [None]


async def test_a_read_receipt_becomes_no_message(trusting: MailDesk) -> None:
    await trusting.deliver(proven())
    await trusting.settled(1)
    ours = await answered(trusting)
    receipt = proven(subject="Read: Printer", In_Reply_To=f"<{ours}>")
    receipt.replace_header("Content-Type", 'multipart/report; report-type="disposition-notification"; boundary="b"')
    receipt.set_payload("--b\nContent-Type: text/plain\n\nYour message was read.\n--b--\n")
    await trusting.deliver(receipt)
    mails = await trusting.settled(2)
    assert (mails[1]["state"], mails[1]["reason"].split(":")[0]) == ("refused", "A read receipt")
    assert await texts(trusting) == [["It is on fire."]]


async def agent_and_ticket(mail_desk: MailDesk, given: Given, **staff: Any) -> tuple[Any, str, str]:
    """Return an agent, their address, and the signed address of a ticket of Ann's."""
    agent = await given.staff("Mina", **staff)
    await mail_desk.deliver(letter(Cc="carl@example.org"))
    await mail_desk.settled(1)
    ticket_id = await mail_desk.value("select id from tickets")
    address = f"agent{agent.id}@atum.localhost"
    return agent, address, reply_address(mail_desk.settings, MAILBOX, ticket_id)


async def test_a_proven_agent_answers_from_their_own_mail_program(trusting: MailDesk, given: Given) -> None:
    agent, sender, address = await agent_and_ticket(trusting, given)
    await trusting.rule("staff_replies", "reply")
    message = proven(sender=sender, text="Try water.", to=f"{address}, carl@example.org")
    await trusting.deliver(message, to=address, sender=sender)
    await trusting.settled(2)
    reply = (await trusting.rows("select * from messages order by id"))[1]
    assert (reply["kind"], reply["from_staff"], reply["author_id"]) == ("reply", True, agent.id)
    (mail,) = await trusting.rows("select * from outbox")
    assert [one["address"] for one in mail["recipients"]] == ["ann@example.org"]
    assert mail["cc"] == []  # the agent's own mail went to Carl already
    assert "Try water." in mail["text"]
    assert mail["message_id"] == reply["id"]
    assert await trusting.value("select category from tickets") == "open"


async def test_an_agents_mail_goes_to_the_requester_and_to_nobody_it_did_not_name(
    trusting: MailDesk, given: Given
) -> None:
    _agent, sender, address = await agent_and_ticket(trusting, given)
    await trusting.rule("staff_replies", "reply")
    message = proven(sender=sender, text="Try water.", to=f"{address}, dora@example.net")
    await trusting.deliver(message, to=address, sender=sender)
    await trusting.settled(2)
    reply = (await trusting.rows("select * from messages order by id"))[1]
    got_it = [one["address"] for one in (*reply["recipients"], *reply["cc"])]
    assert got_it == ["ann@example.org", "dora@example.net"]
    (mail,) = await trusting.rows("select * from outbox")
    assert [one["address"] for one in mail["recipients"]] == ["ann@example.org"]
    assert (mail["cc"], mail["bcc"]) == ([], [])
    assert "/requests/" in mail["text"]


@pytest.mark.parametrize(
    "why", ["the rule is off", "not proven", "automatic", "no permission", "another team", "command"]
)
async def test_an_agents_mail_is_a_note_unless_all_speaks_for_a_reply(
    trusting: MailDesk, given: Given, why: str
) -> None:
    staff: dict[str, Any] = {"role": "Auditor"} if why == "no permission" else {}
    if why == "another team":
        staff = {"teams": (await given.team(),), "sees_all_teams": False}
    _agent, sender, address = await agent_and_ticket(trusting, given, **staff)
    if why != "the rule is off":
        await trusting.rule("staff_replies", "reply")
    text, more = "look at this", {}
    if why == "command":
        await trusting.rule("note_commands", True)
        text = "#note\nlook at this"
    if why == "automatic":
        more = {"Auto_Submitted": "auto-replied"}
    make = letter if why == "not proven" else proven
    await trusting.deliver(make(sender=sender, text=text, to=address, **more), to=address, sender=sender)
    await trusting.settled(2)
    note = (await trusting.rows("select * from messages order by id"))[1]
    assert (note["kind"], note["text"]) == ("note", "look at this")
    assert await trusting.value("select count(*) from outbox") == 0


async def test_note_commands_are_plain_text_by_default(trusting: MailDesk, given: Given) -> None:
    _agent, sender, address = await agent_and_ticket(trusting, given)
    await trusting.rule("staff_replies", "reply")
    await trusting.deliver(proven(sender=sender, text="#note\nhello", to=address), to=address, sender=sender)
    await trusting.settled(2)
    reply = (await trusting.rows("select * from messages order by id"))[1]
    assert (reply["kind"], reply["text"]) == ("reply", "#note\nhello")
