"""OAuth2 at a mail provider: the way to its consent page and back, and fresh access tokens.

Authorization code with PKCE (RFC 6749, RFC 7636); nothing a provider says is logged.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from urllib.parse import urlencode, urlsplit

import msgspec

from atum_desk.fetching import server_notices as notices
from atum_desk.fetching.error_texts import ConnectionBroken, SignInRefused, clean
from atum_desk.fetching.models import LOOPBACK
from atum_desk.kernel.notices import notice_of
from atum_desk.kernel.outgoing import web
from atum_desk.kernel.outgoing.rules import OutgoingRefused, OutgoingRules
from atum_desk.kernel.outgoing.web import WebLimits

TIMEOUT_SECONDS = 20.0
LARGEST_ANSWER_BYTES = 64 * 1024
# A token is renewed this long before it ends.
MARGIN_SECONDS = 120.0
USUAL_SECONDS = 3600.0


class OAuthClient(msgspec.Struct, frozen=True, kw_only=True):
    """Who we are at a provider; `secret` is None for a public client.

    `rules` say where its token address may lead.
    """

    token_url: str
    client_id: str
    secret: str | None
    rules: OutgoingRules

    def __repr__(self) -> str:
        """Leave the secret out."""
        return f"Client({self.client_id} at {self.token_url})"


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider answered; `refresh_token` is None when the last one stays good."""

    access_token: str
    refresh_token: str | None = None
    expires_in: float = USUAL_SECONDS

    def __repr__(self) -> str:
        """Leave the tokens out."""
        return f"Tokens(for {self.expires_in:g} s)"


def new_verifier() -> str:
    """Return a fresh secret of PKCE."""
    return secrets.token_urlsafe(48)


def authorize_address(
    authorize_url: str, *, client_id: str, scope: str, redirect_uri: str, state: str, verifier: str, user: str
) -> str:
    """Return the address of the consent page. Offline access is asked for in Google's words too."""
    digest = hashlib.sha256(verifier.encode()).digest()
    query = urlencode(
        {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "scope": scope,
            "state": state,
            "login_hint": user,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
    )
    return f"{authorize_url}{'&' if urlsplit(authorize_url).query else '?'}{query}"


async def redeem(client: OAuthClient, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """Return the tokens for the code of a consent. Raises SignInRefused or ConnectionBroken."""
    return await _ask(
        client, grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=redirect_uri
    )


async def refresh(client: OAuthClient, refresh_token: str, scope: str | None) -> Tokens:
    """Return a fresh access token. Raises SignInRefused or ConnectionBroken."""
    asked = {"scope": scope} if scope else {}
    return await _ask(client, grant_type="refresh_token", refresh_token=refresh_token, **asked)


def is_safe(url: str) -> bool:
    """Tell whether a secret may be sent there: encrypted, or to this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


async def _ask(client: OAuthClient, **form: str) -> Tokens:
    host = urlsplit(client.token_url).hostname or ""
    if not is_safe(client.token_url):
        raise SignInRefused(notices.NotEncryptedUrl(client.token_url))
    form["client_id"] = client.client_id
    if client.secret:
        form["client_secret"] = client.secret
    limits = WebLimits(seconds=TIMEOUT_SECONDS, answer_bytes=LARGEST_ANSWER_BYTES, http=host in LOOPBACK)
    try:
        answer = await web.request("POST", client.token_url, client.rules, limits, form=form)
    except OutgoingRefused as error:
        raise SignInRefused(error.notice) from None
    except OSError as error:
        raise ConnectionBroken(notices.CannotBeAsked(host, notice_of(error))) from None
    if answer.status != 200:
        told = notices.NoAccess(host, _reason(answer.body, answer.status))
        # 4xx is about us and stays; anything else may pass.
        raise (SignInRefused if 400 <= answer.status < 500 else ConnectionBroken)(told)
    try:
        return msgspec.json.decode(answer.body, type=Tokens, strict=False)
    except msgspec.MsgspecError:
        raise ConnectionBroken(notices.UnknownForm(host)) from None


class _Refusal(msgspec.Struct):
    error: str
    error_description: str = ""


def _reason(body: bytes, status: int) -> str:
    try:
        told = msgspec.json.decode(body, type=_Refusal)
    except msgspec.MsgspecError:
        return f"status {status}."
    return clean(f"{told.error} {told.error_description}").rstrip(".") + "."
