"""Hands one mail to the relay and says what became of it (RFC 5321)."""

from __future__ import annotations

import ssl
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

CONNECT_TIMEOUT_SECONDS = 30.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# RFC 5321, section 4.5.3.2.6: a server may take ten minutes to answer the end of the data.
DATA_TIMEOUT_SECONDS = 540.0


class Relay(msgspec.Struct, frozen=True):
    """Where outgoing mail goes, from `smtp://user:password@host:port` or `smtps://`."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        """Leave the password out."""
        return f"Relay({self.host}:{self.port})"


class Outcome(msgspec.Struct, frozen=True):
    """What became of a hand-over.

    `deferred`: certainly not taken, try again; `rejected`: refused for good; `unknown`: the
    connection broke between the data and the answer, so the relay may or may not have it.
    `words` say why, and for `sent` which recipients were refused.
    """

    kind: Literal["sent", "deferred", "rejected", "unknown"]
    words: str | None = None


class _Refused(msgspec.Struct, frozen=True):
    recipient: str
    code: int
    message: str

    def __str__(self) -> str:
        return f"{self.recipient}: {self.code} {self.message}"


def parse_relay(url: str) -> Relay | None:
    """Return the relay a setting names, or None when there is none."""
    if not url:
        return None
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    return Relay(
        host=parts.hostname or "", port=parts.port or (465 if tls else 25), tls=tls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )  # fmt: skip


async def hand_over(
    relay: Relay, sender: str, recipients: list[str], content: bytes, *, smtputf8: bool = False
) -> Outcome:
    """Give a mail to the relay; never raises for what a server or a network does."""
    # Encryption that is only offered protects from listeners, so any certificate will do; where a
    # password is sent, or encryption was asked for, it must be the relay's own (RFC 7435).
    client = aiosmtplib.SMTP(
        hostname=relay.host, port=relay.port, use_tls=relay.tls, start_tls=None,
        validate_certs=relay.tls or relay.user is not None, timeout=CONNECT_TIMEOUT_SECONDS,
    )  # fmt: skip
    try:
        try:
            await client.connect()
            await _sign_in(client, relay)
            refused = await _announce(client, sender, recipients, smtputf8)
        except _BEFORE_DATA as error:
            return _outcome_before_data(error)
        if len(refused) == len(recipients):
            return _all_refused(refused)
        return await _transfer(client, content, refused)
    finally:
        client.close()


_BEFORE_DATA = (aiosmtplib.SMTPException, OSError, TimeoutError, ssl.SSLError, ValueError)


async def _sign_in(client: aiosmtplib.SMTP, relay: Relay) -> None:
    if relay.user is None:
        return
    encrypted = client.transport is not None and client.transport.get_extra_info("sslcontext")
    if not encrypted and relay.host not in LOOPBACK:
        raise aiosmtplib.SMTPConnectError(
            "it offers no encryption, and a password is not sent without"
        )
    await client.login(relay.user, relay.password or "")


async def _announce(
    client: aiosmtplib.SMTP, sender: str, recipients: list[str], smtputf8: bool
) -> list[_Refused]:
    options = ["SMTPUTF8"] if smtputf8 else []
    if smtputf8 and not client.supports_extension("SMTPUTF8"):
        raise aiosmtplib.SMTPSenderRefused(
            550, "The relay takes no addresses with letters beyond ASCII.", sender
        )
    encoding = "utf-8" if smtputf8 else "ascii"
    await client.mail(sender, options=options, encoding=encoding)
    refused = []
    for recipient in recipients:
        try:
            await client.rcpt(recipient, encoding=encoding)
        except aiosmtplib.SMTPRecipientRefused as error:
            refused.append(_Refused(recipient, error.code, _one_line(error.message)))
    return refused


async def _transfer(client: aiosmtplib.SMTP, content: bytes, refused: list[_Refused]) -> Outcome:
    words = f"Refused for {'; '.join(map(str, refused))}" if refused else None
    try:
        await client.data(content, timeout=DATA_TIMEOUT_SECONDS)
    except aiosmtplib.SMTPResponseException as error:
        return _outcome_of_code(error.code, error.message)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        return Outcome(
            "unknown", f"The connection ended before the relay answered: {_one_line(str(error))}"
        )
    return Outcome("sent", words)


def _outcome_before_data(error: BaseException) -> Outcome:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        # Wrong credentials are mended by a person, and then every waiting mail can leave.
        return Outcome(
            "deferred", f"The relay refused the sign-in: {error.code} {_one_line(error.message)}"
        )
    if isinstance(error, aiosmtplib.SMTPConnectResponseError | aiosmtplib.SMTPHeloError):
        return Outcome("deferred", f"{error.code} {_one_line(error.message)}")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _outcome_of_code(error.code, error.message)
    return Outcome("deferred", f"The relay cannot be reached: {_one_line(str(error))}")


def _all_refused(refused: list[_Refused]) -> Outcome:
    words = f"Refused for {'; '.join(map(str, refused))}"
    return Outcome("rejected" if all(one.code >= 500 for one in refused) else "deferred", words)


def _outcome_of_code(code: int, message: str) -> Outcome:
    return Outcome("rejected" if code >= 500 else "deferred", f"{code} {_one_line(message)}")


def _one_line(message: str) -> str:
    return " ".join(message.split())[:500]
