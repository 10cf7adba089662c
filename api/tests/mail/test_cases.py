"""Mail that showed a fault, as it was sent (material/cases/mail): what each became."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mail_desk import MAILBOX, MailDesk, letter

from atum_desk.kernel.config.settings import REPOSITORY

ROOT = Path(os.environ.get("ATUM_MATERIAL") or REPOSITORY.parent / "shared" / "material")
CASES = ROOT / "cases" / "mail"
needs_cases = pytest.mark.skipif(
    not CASES.is_dir(), reason=f"test material cases is not at {CASES} (set ATUM_MATERIAL)"
)
RELAY = "mx.atum.localhost"


@pytest.fixture
async def behind_relay(trusting: MailDesk) -> MailDesk:
    """A desk that believes the relay whose name the cases bear."""
    believing = msgspec.structs.replace(trusting.settings, mail_trusted_authserv=RELAY)
    trusting.settings = believing
    await trusting.stop_jobs()
    trusting.worker = msgspec.structs.replace(trusting.worker, settings=believing)
    trusting.start_jobs()
    return trusting


def case(name: str) -> bytes:
    (path,) = CASES.glob(f"{name}*.eml")
    return path.read_bytes()


async def messages(mail_desk: MailDesk) -> list[dict[str, Any]]:
    return await mail_desk.rows("select * from messages order by id")


@needs_cases
async def test_two_answers_to_a_mail_that_never_came_are_linked(behind_relay: MailDesk) -> None:
    await behind_relay.deliver(case("06-common-ancestor-1"), sender="kim@kunden.example")
    await behind_relay.settled(1)
    await behind_relay.deliver(case("06-common-ancestor-2"), sender="bob@partner.example")
    await behind_relay.settled(2)
    (link,) = await behind_relay.rows("select reason from ticket_links")
    assert "never came here" in link["reason"]


@needs_cases
async def test_exchanges_report_in_prose_is_attached_to_its_ticket(behind_relay: MailDesk) -> None:
    await behind_relay.deliver(letter(sender="Kim <kim@kunden.example>", subject="Hallo Test"))
    await behind_relay.settled(1)
    async with behind_relay.database.writing(behind_relay.system, "ticket.reply") as work:
        await work.execute("update tickets set number = 2001")
        await work.execute(
            """insert into outbox (workspace_id, ticket_id, mailbox_id, kind, mail_message_id, envelope_from, sender,
                                   recipients, subject, text, html, state, sent_at)
               select ctx_workspace(), t.id, t.mailbox_id, 'reply', 'x@y', 'x', '{}',
                      '[{"name": "Kim", "address": "kim@kunden.example"}]', 's', 't', 'h', 'sent', moment() from tickets t"""
        )
    await behind_relay.deliver(case("12-ndr-exchange"), sender="")
    mails = await behind_relay.settled(2)
    assert mails[1]["state"] == "appended"
    note = (await messages(behind_relay))[1]
    assert (note["kind"], note["from_staff"]) == ("note", False)
    assert note["text"].startswith("Came back from kim@kunden.example: 5.1.10")
    assert await behind_relay.value("select state from outbox") == "bounced"


@needs_cases
async def test_what_the_team_sent_elsewhere_joins_as_its_reply(behind_relay: MailDesk) -> None:
    first = letter(sender="Kim <kim@kunden.example>", message_id="<alt1@kunden.example>")
    await behind_relay.deliver(first)
    await behind_relay.settled(1)
    await behind_relay.deliver(case("38-sent-as-support-bcc"), sender=MAILBOX)
    await behind_relay.settled(2)
    reply = (await messages(behind_relay))[1]
    assert (reply["kind"], reply["from_staff"]) == ("reply", True)
    assert await behind_relay.value("select count(*) from outbox") == 0


@needs_cases
async def test_a_scanners_null_sender_opens_a_ticket(behind_relay: MailDesk) -> None:
    await behind_relay.rule("confirm_email_tickets", True)
    await behind_relay.deliver(case("44-null-sender"), sender="")
    (mail,) = await behind_relay.settled(1)
    assert mail["state"] == "ticketed"
    assert await behind_relay.value("select count(*) from outbox") == 0


@needs_cases
@pytest.mark.parametrize(("name", "words"), [("41-iso2022jp-nec", ("①", "株")), ("42-broken-header-fold", ())])
async def test_a_mail_reads_as_it_was_written(behind_relay: MailDesk, name: str, words: tuple[str, ...]) -> None:
    await behind_relay.deliver(case(name))
    (mail,) = await behind_relay.settled(1)
    assert mail["state"] == "ticketed"
    (message,) = await messages(behind_relay)
    shown = f"{mail['subject']} {message['text']}"
    assert "\ufffd" not in shown
    assert all(word in shown for word in words), shown
