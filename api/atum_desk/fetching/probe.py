"""A live test of a server: each step in words, up to the first that fails."""

from __future__ import annotations

import asyncio
from typing import cast

from atum_desk.fetching import server_notices as notices
from atum_desk.fetching.connection import ImapConnection, folder_notice
from atum_desk.fetching.error_texts import ConnectionBroken, ServerRefused
from atum_desk.fetching.models import MailServer, Source
from atum_desk.fetching.schemas import ReceivingStep, ReceivingTestResult, StepName
from atum_desk.fetching.sign_in import Credentials, NewToken
from atum_desk.kernel.notices import Notice, Sayable
from atum_desk.kernel.outgoing.rules import OutgoingRules

TEST_SECONDS = 45.0
REACH_SECONDS = 8.0
ORDER: tuple[StepName, ...] = ("name", "connection", "encryption", "sign_in", "folder")


async def probe(credentials: Credentials, source: Source, rules: OutgoingRules, keep: NewToken) -> ReceivingTestResult:
    """Connect, sign in and open the folder without touching a mail."""
    steps: list[ReceivingStep] = []
    connection = ImapConnection(source.server, rules)
    try:
        async with asyncio.timeout(TEST_SECONDS):
            sign_in = await credentials.prepare(source, keep)
            mails = await asyncio.to_thread(_try, connection, source, sign_in, steps)
    except (ServerRefused, ConnectionBroken) as error:
        return _failed(steps, error.notice)
    except TimeoutError:
        return _failed(steps, notices.TookLongerThan(source.host, TEST_SECONDS))
    finally:
        connection.abort()
    return ReceivingTestResult(ok=True, steps=steps, mails=mails)


async def reach(server: MailServer, rules: OutgoingRules) -> Sayable | None:
    """Return why an IMAP server cannot be reached and encrypted, None when it can."""
    connection = ImapConnection(server, rules)
    try:
        async with asyncio.timeout(REACH_SECONDS):
            await asyncio.to_thread(_reach, connection)
    except (ServerRefused, ConnectionBroken) as error:
        return error.notice
    except TimeoutError:
        return notices.HostSilent(server.host)
    finally:
        connection.abort()
    return None


def _reach(connection: ImapConnection) -> None:
    try:
        connection.connect()
    finally:
        connection.release()


def _try(connection: ImapConnection, source: Source, sign_in: object, steps: list[ReceivingStep]) -> int:
    def tell(step: str, notice: Notice) -> None:
        steps.append(ReceivingStep(cast(StepName, step), True, notice.text, notice.ref))

    try:
        connection.connect(tell)
        assert callable(sign_in)
        sign_in(connection)
        tell("sign_in", notices.SignedInAsUser(source.username))
        folder = connection.open_folder(source.folder, read_only=True)
        tell("folder", folder_notice(source.folder, folder))
        return folder.mails
    finally:
        connection.release()


def _failed(steps: list[ReceivingStep], notice: Sayable) -> ReceivingTestResult:
    """Name the step after the last that went well as the one that failed."""
    failed = ReceivingStep(ORDER[min(len(steps), 4)], False, notice.text, notice.ref)
    return ReceivingTestResult(ok=False, steps=[*steps, failed])
