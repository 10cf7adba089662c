"""A real Postfix as the relay: its own reports find the very mail, by the return path alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from email.parser import BytesParser

import dkim
import msgspec
import pytest
from mail_desk import MAILBOX, FakeRelay, MailDesk, eventually
from postfix import Postfix, missing
from test_mail_out import ask, make_due
from test_sending import answer, box

from atum_desk.outbox import jobs as outbox_jobs
from desk import Client, Desk
from factories import Given
from waiting import deadline

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")


@pytest.fixture
async def postfix(mail_desk: MailDesk, relay: FakeRelay) -> AsyncIterator[Postfix]:
    """A Postfix between the desk and the world; `relay` is the world's server for gone.example."""
    server = Postfix(next_hop=relay.port, desk=mail_desk.settings.smtp_port)
    await server.start()
    await mail_desk.stop_jobs()
    settings = msgspec.structs.replace(mail_desk.settings, mail_relay=f"smtp://127.0.0.1:{server.port}")
    mail_desk.worker = msgspec.structs.replace(mail_desk.worker, settings=settings)
    mail_desk.start_jobs()
    yield server
    await outbox_jobs.close_sessions()
    await server.stop()


@pytest.fixture
async def lead(mail_desk: MailDesk) -> AsyncIterator[Client]:
    given = await Given.of_first_workspace(mail_desk.database)
    async with await Desk(mail_desk.database, mail_desk.settings, given).staff("Team lead") as client:
        yield client


async def ask_for_reports(mail_desk: MailDesk) -> None:
    async with mail_desk.database.writing(mail_desk.system, "sending.edit") as work:
        await work.execute(
            "insert into mailbox_sending (workspace_id, mailbox_id, ask_delivery) values (ctx_workspace(), $1, true)",
            await box(mail_desk),
        )


async def stands(mail_desk: MailDesk, outbox_id: int, state: str) -> None:
    async def there() -> bool:
        return await mail_desk.value("select state = $2 from outbox where id = $1", outbox_id, state)

    await eventually(there, seconds=30)


async def test_a_success_report_makes_a_mail_delivered_once_all_have_it(
    mail_desk: MailDesk, postfix: Postfix, lead: Client
) -> None:
    await ask_for_reports(mail_desk)
    number = await ask(mail_desk, Cc="Carl <carl@example.org>")
    outbox_id = (await answer(lead, number, recipients="all"))["message"]["mail"]["outbox_id"]
    await stands(mail_desk, outbox_id, "delivered")
    assert (len(postfix.delivered("ann")), len(postfix.delivered("carl"))) == (1, 1)
    (row,) = await mail_desk.rows("select reports, envelope_from from outbox")
    assert {(one["recipient"], one["action"]) for one in row["reports"]} == {
        ("ann@example.org", "delivered"),
        ("carl@example.org", "delivered"),
    }
    # The reports themselves open no ticket and join none.
    assert await mail_desk.value("select count(*) from tickets") == 1
    assert await mail_desk.value("select count(*) from messages") == 2


async def test_a_failure_report_makes_a_mail_bounced_and_stops_its_address(
    mail_desk: MailDesk, relay: FakeRelay, postfix: Postfix, lead: Client
) -> None:
    number = await ask(mail_desk, sender="Bea <bea@gone.example>")
    relay.answer_rcpt = lambda to: "550 5.1.1 no such user here"
    outbox_id = (await answer(lead, number))["message"]["mail"]["outbox_id"]
    await stands(mail_desk, outbox_id, "bounced")
    mail = await lead.got(f"/outbox/{outbox_id}")
    assert mail["status_code"] == "5.1.1"
    assert mail["meaning"] == "The address does not exist."
    assert "no such user here" in mail["last_error"]
    (stopped,) = (await lead.got("/stopped-addresses"))["items"]
    assert stopped["email"] == "bea@gone.example"
    note = (await mail_desk.rows("select * from messages order by id desc limit 1"))[0]
    assert (note["kind"], "bea@gone.example" in note["text"]) == ("note", True)
    # Sent again after the stop was lifted, it is a new attempt of the same mail.
    relay.answer_rcpt = lambda _to: None
    await lead.posted(f"/stopped-addresses/{stopped['id']}/lift", status=200)
    await lead.posted(f"/outbox/{outbox_id}/retry", status=200)

    async def taken() -> bool:
        return len(relay.taken) == 1

    await eventually(taken, seconds=20)
    mail_id = await mail_desk.value("select mail_message_id from outbox")
    assert relay.taken[0][1]["Message-ID"] == f"<{mail_id}>"


async def test_an_unknown_address_refused_at_once_fails_and_is_stopped(
    mail_desk: MailDesk, postfix: Postfix, lead: Client
) -> None:
    number = await ask(mail_desk, sender="nobody@example.org")
    outbox_id = (await answer(lead, number))["message"]["mail"]["outbox_id"]
    await stands(mail_desk, outbox_id, "failed")
    assert (await lead.got(f"/outbox/{outbox_id}"))["status_code"] == "5.1.1"
    assert [one["email"] for one in (await lead.got("/stopped-addresses"))["items"]] == ["nobody@example.org"]


async def test_many_mails_take_few_connections_and_arrive_signed(
    mail_desk: MailDesk, postfix: Postfix, lead: Client
) -> None:
    given = await Given.of_first_workspace(mail_desk.database)
    domain = MAILBOX.partition("@")[2]
    async with await Desk(mail_desk.database, mail_desk.settings, given).administrator() as admin:
        key = await admin.posted("/signing-keys", {"domain": domain, "selector": "s1"})
        await admin.patched(f"/signing-keys/{key['id']}", {"active": True})
    number = await ask(mail_desk)
    before = postfix.connections()
    for turn in range(30):
        await answer(lead, number, text=f"Answer {turn}")

    async def all_there() -> bool:
        return len(postfix.delivered("ann")) == 30

    await eventually(all_there, seconds=60)
    await mail_desk.outbox_in("sent")
    assert postfix.connections() - before <= 4
    record = key["record"]["value"].encode()
    for raw in postfix.delivered("ann")[:3]:
        wire = raw.replace(b"\n", b"\r\n")
        # Postfix puts its own lines on top; what was signed stands below them.
        assert dkim.verify(wire, dnsfunc=lambda name, timeout=5: record)


@pytest.mark.slow("Postfix waits between its own attempts")
async def test_a_relay_that_dies_while_mail_pours_loses_and_doubles_none(
    mail_desk: MailDesk, postfix: Postfix, lead: Client
) -> None:
    number = await ask(mail_desk)
    for round_ in range(3):
        for turn in range(6):
            await answer(lead, number, text=f"Answer {round_}.{turn}")
        await asyncio.sleep(0.03 * round_)
        await postfix.halt()
        await postfix.run()
    async with deadline(150):
        while await mail_desk.value("select count(*) from outbox where state in ('queued', 'sending')"):
            await make_due(mail_desk)
            await outbox_jobs.sweep(mail_desk.worker, b"")
            await asyncio.sleep(0.3)
    states = Counter(row["state"] for row in await mail_desk.rows("select state from outbox"))
    assert set(states) <= {"sent", "unknown"}, states
    assert states.total() == 18

    async def all_there() -> bool:
        return len(postfix.delivered("ann")) >= states["sent"]

    await eventually(all_there, seconds=40)
    ids = [BytesParser().parsebytes(raw)["Message-ID"] for raw in postfix.delivered("ann")]
    assert len(ids) == len(set(ids)), "nothing came twice"
    sent = await mail_desk.rows("select mail_message_id from outbox where state = 'sent'")
    assert {f"<{row['mail_message_id']}>" for row in sent} <= set(ids), "what is sent arrived"
