"""Mail that comes in as docs/operations/mail-from-outside.md says: a relay in front, an address of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiosmtplib
import msgspec
import pytest
from mail_desk import MAILBOX, MailDesk, letter
from postfix import Postfix, missing

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.mail.receiving.listener import start_listeners
from free_ports import free_port
from suite.machine_speed import scaled

PAGE = Path(REPOSITORY / "docs/operations/mail-from-outside.md")
needs_postfix = pytest.mark.skipif(missing() is not None, reason=missing() or "")


def documented(mail_desk: MailDesk) -> str:
    """Return the lines of main.cf that the page gives, for this desk's domain and port."""
    (block,) = re.findall(r"```\n(relay_domains.*?)```", PAGE.read_text(), re.DOTALL)
    (verified,) = re.findall(r"`(smtpd_recipient_restrictions = [^`]+)`", PAGE.read_text())
    lines = block.replace("desk.example", MAILBOX.rpartition("@")[2])
    return f"{lines}{verified}\n".replace(":2525", f":{mail_desk.settings.smtp_port}")


@pytest.fixture
async def front(mail_desk: MailDesk) -> AsyncIterator[Postfix]:
    server = Postfix(next_hop=1, desk=1, more=documented(mail_desk))
    await server.start()
    yield server
    await server.stop()


async def hand_to(port: int, to: str, host: str = "127.0.0.1") -> None:
    client = aiosmtplib.SMTP(hostname=host, port=port, timeout=scaled(30))
    async with client:
        await client.sendmail("ann@example.org", [to], letter(to=to).as_bytes())


@needs_postfix
async def test_a_relay_in_front_hands_mail_over_and_refuses_what_the_desk_refuses(
    mail_desk: MailDesk, front: Postfix
) -> None:
    await hand_to(front.port, MAILBOX)
    (mail,) = await mail_desk.settled(1)
    assert mail["state"] == "ticketed"
    for stranger in (f"nobody@{MAILBOX.rpartition('@')[2]}", "ann@elsewhere.example"):
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
            await hand_to(front.port, stranger)


@needs_postfix
async def test_the_command_that_shows_that_it_works_opens_a_ticket(mail_desk: MailDesk, front: Postfix) -> None:
    [command] = re.findall(r"^printf .*sendmail .*$", PAGE.read_text(), re.MULTILINE)
    own = f"sendmail -C {front.root}/conf"
    command = command.replace("sendmail", own).replace("support@desk.example", MAILBOX)
    process = await asyncio.create_subprocess_shell(command, stdin=asyncio.subprocess.DEVNULL)
    assert await asyncio.wait_for(process.wait(), scaled(60)) == 0
    (mail,) = await mail_desk.settled(1)
    assert mail["state"] == "ticketed"


async def test_the_mail_port_has_an_address_of_its_own(mail_desk: MailDesk) -> None:
    own = msgspec.structs.replace(mail_desk.settings, smtp_bind="127.0.0.2", smtp_port=free_port(), lmtp_socket="")
    listeners = await start_listeners(msgspec.structs.replace(mail_desk.worker, settings=own))
    try:
        with pytest.raises(aiosmtplib.SMTPConnectError):
            await hand_to(own.smtp_port, MAILBOX)
        await hand_to(own.smtp_port, MAILBOX, host="127.0.0.2")
        assert (await mail_desk.settled(1))[0]["state"] == "ticketed"
    finally:
        await listeners.close()
