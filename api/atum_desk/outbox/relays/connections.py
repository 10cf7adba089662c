"""Connections to relays: one connection carries many mails and is closed when it idles."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress

import aiosmtplib
import structlog

from atum_desk.outbox.mail_sizes import RelayLimit
from atum_desk.outbox.relays.smtp import (
    BEFORE_DATA,
    AnswerTimes,
    EnvelopedMail,
    RefusedRecipient,
    Relay,
    SendOutcome,
    all_refused,
    announce,
    begin_data,
    connect,
    outcome_before_data,
    refused_for,
    send_data,
    size_limit_of,
)

IDLE_SECONDS = 20.0
# Relays count what a connection carries; a fresh one now and then also meets their other addresses.
MAILS_PER_SESSION = 100
SESSIONS_PER_RELAY = 4

log = structlog.get_logger()


class RelayConnection:
    """An open connection to a relay."""

    def __init__(self, relay: Relay, client: aiosmtplib.SMTP) -> None:
        self.relay = relay
        self.client = client
        self.mails = 0
        self._closing: asyncio.TimerHandle | None = None

    def close_later(self, seconds: float) -> None:
        """Close it unless it is used before."""
        self._closing = asyncio.get_running_loop().call_later(seconds, self.client.close)

    def stay(self) -> None:
        """Take it back into use."""
        if self._closing:
            self._closing.cancel()

    def close(self) -> None:
        """Hang up."""
        self.stay()
        self.client.close()


class RelaySessions:
    """The open connections of this process, by relay. `opened` counts them for the log and tests."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS, patience: AnswerTimes | None = None) -> None:
        self._idle_seconds = idle_seconds
        self._patience = patience or AnswerTimes()
        self._idle: defaultdict[Relay, list[RelayConnection]] = defaultdict(list)
        self._room: defaultdict[Relay, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(SESSIONS_PER_RELAY))
        self._limits: dict[Relay, int | None] = {}
        self.opened = 0

    def room(self, relay: Relay) -> asyncio.Semaphore:
        """Return what bounds the connections to a relay; hold it before a mail is claimed."""
        return self._room[relay]

    async def hand_over(self, relay: Relay, enveloped: EnvelopedMail) -> SendOutcome:
        """Give a mail to the relay; never raises for what a server or a network does."""
        session = self._take(relay)
        if session:
            refused = await self._announced(session, enveloped)
            # A relay may close what idles at any moment: nothing was said yet, so anew is safe.
            if isinstance(refused, BaseException) and _is_lost(session, refused):
                session.close()
                session = None
        if session is None:
            try:
                session = await self._open(relay)
            except BEFORE_DATA as error:
                return outcome_before_data(error)
            refused = await self._announced(session, enveloped)
        if isinstance(refused, BaseException):
            return await self._failed(session, refused)
        if len(refused) == len(enveloped.recipients):
            await self._give_back(session, begun=True)
            return all_refused(refused)
        return await self._transfer(session, enveloped, refused)

    async def _announced(
        self, session: RelayConnection, enveloped: EnvelopedMail
    ) -> list[RefusedRecipient] | BaseException:
        try:
            return await announce(session.client, enveloped)
        except BEFORE_DATA as error:
            return error
        except BaseException:
            session.close()
            raise

    async def _transfer(
        self, session: RelayConnection, enveloped: EnvelopedMail, refused: list[RefusedRecipient]
    ) -> SendOutcome:
        try:
            try:
                await begin_data(session.client)
            except BEFORE_DATA as error:
                return await self._failed(session, error)
            outcome = await send_data(session.client, enveloped.content, self._patience)
        except BaseException:
            session.close()
            raise
        session.mails += 1
        if outcome.kind == "unknown":
            session.close()
            return outcome
        await self._give_back(session, begun=outcome.kind != "sent")
        if outcome.kind == "sent" and refused:
            return SendOutcome("sent", refused_for(refused), refused=tuple(refused))
        return outcome

    async def _failed(self, session: RelayConnection, error: BaseException) -> SendOutcome:
        """Keep the connection after a plain refusal; after anything else it may be out of step."""
        code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0
        if 400 <= code < 600 and code != 421:
            await self._give_back(session, begun=True)
        else:
            session.close()
        return outcome_before_data(error)

    def limit_of(self, relay: Relay, mailbox_id: int, name: str) -> RelayLimit | None:
        """Return what a relay announced when it was last connected to, None where it was not yet."""
        return RelayLimit(mailbox_id, name, self._limits[relay]) if relay in self._limits else None

    def _take(self, relay: Relay) -> RelayConnection | None:
        idle = self._idle[relay]
        while idle:
            session = idle.pop()
            session.stay()
            if session.client.is_connected:
                return session
            session.close()
        return None

    async def _open(self, relay: Relay) -> RelayConnection:
        client = await connect(relay, self._patience)
        self.opened += 1
        self._limits[relay] = size_limit_of(client)
        log.info("relay_session_opened", host=relay.host, port=relay.port)
        return RelayConnection(relay, client)

    async def _give_back(self, session: RelayConnection, *, begun: bool) -> None:
        """Keep a connection for the next mail; one that began a mail and sent none is reset first."""
        try:
            if begun:
                await session.client.rset()
        except (*BEFORE_DATA, asyncio.CancelledError) as error:
            session.close()
            if isinstance(error, asyncio.CancelledError):
                raise
            return
        if session.mails >= MAILS_PER_SESSION or not session.client.is_connected:
            await _quit(session)
            return
        session.close_later(self._idle_seconds)
        self._idle[session.relay].append(session)

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        sessions = [session for idle in self._idle.values() for session in idle]
        self._idle.clear()
        await asyncio.gather(*(_quit(session) for session in sessions))


async def _quit(session: RelayConnection) -> None:
    with suppress(*BEFORE_DATA):
        await session.client.quit(timeout=2)
    session.close()


def _is_lost(session: RelayConnection, error: BaseException) -> bool:
    lost = isinstance(error, aiosmtplib.SMTPServerDisconnected | OSError | TimeoutError)
    said_goodbye = isinstance(error, aiosmtplib.SMTPResponseException) and error.code == 421
    return lost or said_goodbye or not session.client.is_connected
