"""Lets a connection in, by password or by a token that is renewed in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from atum_desk.fetching import credentials, oauth
from atum_desk.fetching.connection import ImapConnection
from atum_desk.fetching.error_texts import SignInRefused
from atum_desk.fetching.models import Source
from atum_desk.fetching.server_notices import NobodyAgreed, NoPassword
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.outgoing.rules import OutgoingRules

NewToken = Callable[[bytes], Awaitable[None]]


class Credentials:
    """What signs a mailbox in; an access token is kept as long as it is good."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.secret
        self._rules = settings.outgoing_rules
        self._access_token = ""
        self._good_until = 0.0

    async def prepare(
        self, source: Source, keep: NewToken, *, password: str | None = None
    ) -> Callable[[ImapConnection], None]:
        """Return what signs a connection in, to be called in a thread.

        `keep` is given a refresh token that took the place of the last one, sealed; `password` goes
        before the stored one. Raises SignInRefused or ConnectionBroken.
        """
        if source.sign_in == "oauth2":
            token = await self._token(source, keep)
            return lambda connection: self._with_token(connection, source.username, token)
        if password is None:
            if source.password is None:
                raise SignInRefused(NoPassword())
            password = credentials.reveal(self._secret, "imap password", source.mailbox_id, source.password)
        known = password
        return lambda connection: connection.sign_in(source.username, known)

    def _with_token(self, connection: ImapConnection, user: str, token: str) -> None:
        try:
            connection.sign_in_with_token(user, token)
        except SignInRefused:
            self._good_until = 0.0
            raise

    async def _token(self, source: Source, keep: NewToken) -> str:
        if time.monotonic() < self._good_until:
            return self._access_token
        if source.refresh_token is None:
            raise SignInRefused(NobodyAgreed())
        # A provider that replaces a token takes the last one back: whoever is stopped meanwhile keeps the
        # new one first, or nobody could sign in any more.
        renewal = asyncio.create_task(self._renew(source, source.refresh_token, keep))
        try:
            return await asyncio.shield(renewal)
        except asyncio.CancelledError:
            await asyncio.wait([renewal])
            raise

    async def _renew(self, source: Source, sealed: bytes, keep: NewToken) -> str:
        known = credentials.reveal(self._secret, "oauth refresh", source.mailbox_id, sealed)
        tokens = await oauth.refresh(client_of(self._secret, source, self._rules), known, source.scope)
        self._access_token = tokens.access_token
        self._good_until = time.monotonic() + tokens.expires_in - oauth.MARGIN_SECONDS
        if tokens.refresh_token and tokens.refresh_token != known:
            await keep(credentials.close(self._secret, "oauth refresh", source.mailbox_id, tokens.refresh_token))
        return self._access_token


def client_of(secret: str, source: Source, rules: OutgoingRules) -> oauth.OAuthClient:
    """Return who we are at a mailbox's provider."""
    known = source.client_secret
    return oauth.OAuthClient(
        token_url=source.token_url or "",
        client_id=source.client_id or "",
        rules=rules,
        secret=credentials.reveal(secret, "oauth client", source.mailbox_id, known) if known else None,
    )
