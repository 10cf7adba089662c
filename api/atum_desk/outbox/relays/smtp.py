"""One relay and what its answers mean (RFC 5321). The connections are `connections.py`."""

from __future__ import annotations

import re
import ssl
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from atum_desk.kernel.notices import Foreign, Notice, Sayable, notice_of
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.outgoing.dialler import dial
from atum_desk.kernel.outgoing.rules import PUBLIC_ONLY, OutgoingRefused, OutgoingRules, permitting
from atum_desk.outbox.relays.notices import (
    AsciiOnly,
    ConnectionEnded,
    NoSense,
    OffersNoEncryption,
    RefusedFor,
    RefusedOne,
    SenselessAnswer,
    SignInRefusedBy,
    Unreachable,
)
from atum_desk.outbox.relays.status_codes import status_in

LOOPBACK = ("localhost", "127.0.0.1", "::1")
Security = Literal["tls", "starttls", "offered", "none"]


class AnswerTimes(msgspec.Struct, frozen=True):
    """How long a relay may take to answer, in seconds.

    RFC 5321, section 4.5.3.2.6: it may take ten minutes to answer the end of the data.
    """

    command_seconds: float = 30.0
    data_seconds: float = 540.0


class Relay(msgspec.Struct, frozen=True):
    """Where outgoing mail goes. `offered` encrypts when the relay can, whoever vouches for it.

    `rules` say where a connection to it may lead.
    """

    host: str
    port: int
    security: Security = "offered"
    user: str | None = None
    password: str | None = None
    rules: OutgoingRules = PUBLIC_ONLY

    def __repr__(self) -> str:
        """Leave the password out."""
        return f"Relay({self.host}:{self.port})"


class RefusedRecipient(msgspec.Struct, frozen=True):
    """A recipient that the relay did not take, with its answer."""

    recipient: str
    code: int
    message: str

    def __str__(self) -> str:
        return f"{self.recipient}: {self.code} {self.message}"


class SendOutcome(msgspec.Struct, frozen=True):
    """What became of a hand-over.

    `deferred`: certainly not taken, try again; `rejected`: refused for good; `unknown`: the
    connection broke between the data and the answer, or the answer made no sense, so the relay may
    or may not have it. `notice` says why, `status` is the enhanced status code in it; `refused`
    are recipients that were refused though others were taken.
    """

    kind: Literal["sent", "deferred", "rejected", "unknown"]
    notice: Sayable | None = None
    status: str | None = None
    refused: tuple[RefusedRecipient, ...] = ()

    @property
    def words(self) -> str | None:
        """The notice in English."""
        return self.notice.text if self.notice else None


class EnvelopedMail(msgspec.Struct, frozen=True):
    """What is handed over: the envelope and the bytes.

    `notify` asks for a report of success as well, where the relay can (RFC 3461); `envelope_id`
    stands in such reports.
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    smtputf8: bool = False
    notify: bool = False
    envelope_id: str = ""


class NoEncryption(aiosmtplib.SMTPConnectError):
    """The relay offers no encryption and a password is not sent without."""

    notice = OffersNoEncryption()


class AddressesBeyondAscii(aiosmtplib.SMTPSenderRefused):
    """The mail has addresses that the relay cannot take (RFC 6531)."""

    notice = AsciiOnly()


# What may go wrong before the data: certainly nothing was taken.
BEFORE_DATA = (aiosmtplib.SMTPException, OSError, TimeoutError, ssl.SSLError, ValueError)
_DOT = re.compile(rb"(?m)^\.")


def parse_relay(url: str) -> Relay | None:
    """Return the relay a setting names, or None when there is none.

    Whoever set it runs the machine, so it may stand anywhere.
    """
    if not url:
        return None
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    host, port = parts.hostname or "", parts.port or (465 if tls else 25)
    return Relay(
        host=host,
        port=port,
        rules=permitting(host, port),
        security="tls" if tls else "offered",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


async def connect(relay: Relay, patience: AnswerTimes) -> aiosmtplib.SMTP:
    """Return an open connection, signed in. Raises one of BEFORE_DATA."""
    sock = await dial(relay.host, relay.port, "smtp", relay.rules, patience.command_seconds)
    # Encryption that is only offered protects from listeners, so any certificate will do; where a
    # password is sent, or encryption was asked for, it must be the relay's own (RFC 7435).
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        sock=sock,
        use_tls=relay.security == "tls",
        start_tls={"starttls": True, "none": False}.get(relay.security),
        validate_certs=relay.security in ("tls", "starttls") or relay.user is not None,
        timeout=patience.command_seconds,
    )
    try:
        await client.connect()
        await _greet(client)
        if relay.user is not None:
            await _sign_in(client, relay)
    except BaseException:
        client.close()
        # Before it has a transport the client does not close what it was given.
        sock.close()
        raise
    return client


def size_limit_of(client: aiosmtplib.SMTP) -> int | None:
    """Return how many bytes a mail may have, as the relay announced (RFC 1870); None where it names no limit."""
    announced = client.esmtp_extensions.get("size", "")
    # More digits than a size has are none.
    return int(announced) or None if announced.isascii() and announced.isdigit() and len(announced) < 16 else None


async def _greet(client: aiosmtplib.SMTP) -> None:
    if not client.is_ehlo_or_helo_needed:
        return
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


async def _sign_in(client: aiosmtplib.SMTP, relay: Relay) -> None:
    encrypted = client.transport is not None and client.transport.get_extra_info("sslcontext")
    if not encrypted and relay.host not in LOOPBACK:
        raise NoEncryption(NoEncryption.notice.text)
    await client.login(relay.user or "", relay.password or "")


async def announce(client: aiosmtplib.SMTP, enveloped: EnvelopedMail) -> list[RefusedRecipient]:
    """Name the sender and the recipients; return the refused. Raises one of BEFORE_DATA."""
    if enveloped.smtputf8 and not client.supports_extension("SMTPUTF8"):
        raise AddressesBeyondAscii(550, AddressesBeyondAscii.notice.text, enveloped.sender)
    notify = enveloped.notify and client.supports_extension("dsn")
    options = ["SMTPUTF8"] if enveloped.smtputf8 else []
    if notify:
        options += ["RET=HDRS", f"ENVID={enveloped.envelope_id}"]
    encoding = "utf-8" if enveloped.smtputf8 else "ascii"
    await client.mail(enveloped.sender, options=options, encoding=encoding)
    refused = []
    for recipient in enveloped.recipients:
        try:
            wanted = ["NOTIFY=SUCCESS,FAILURE"] if notify else []
            await client.rcpt(recipient, options=wanted, encoding=encoding)
        except aiosmtplib.SMTPRecipientRefused as error:
            refused.append(RefusedRecipient(recipient, error.code, one_line(error.message)))
            if error.code == 421 or not 400 <= error.code < 600:
                raise
    return refused


async def begin_data(client: aiosmtplib.SMTP) -> None:
    """Ask to send the data. Raises one of BEFORE_DATA: without an end of data nothing is taken."""
    answer = await client.execute_command(b"DATA")
    if answer.code != 354:
        raise aiosmtplib.SMTPDataError(answer.code, answer.message)


async def send_data(client: aiosmtplib.SMTP, content: bytes, patience: AnswerTimes) -> SendOutcome:
    """Send the data and its end. From here on a broken connection leaves the mail unknown."""
    protocol = client.protocol
    try:
        if protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        ended = content if content.endswith(b"\r\n") else content + b"\r\n"
        protocol.write(_DOT.sub(b"..", ended) + b".\r\n")
        answer = await protocol.read_response(timeout=patience.data_seconds)
    except aiosmtplib.SMTPResponseException as error:
        return _senseless(error.code, error.message)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        return SendOutcome("unknown", ConnectionEnded(one_line(str(error))))
    return outcome_of_end(answer.code, answer.message)


def outcome_of_end(code: int, message: str) -> SendOutcome:
    """Return what the answer to the end of the data means.

    Code and enhanced status must agree on whether the mail was taken; an answer that was damaged on
    its way is no answer, and nobody may send the mail again on its word.
    """
    status = status_in(message)
    if not 200 <= code < 600 or 300 <= code < 400:
        return _senseless(code, message)
    if status is not None and (code < 300) != (status[0] == "2"):
        return _senseless(code, message)
    return SendOutcome("sent") if code < 300 else outcome_of_code(code, message)


def _senseless(code: int, message: str) -> SendOutcome:
    return SendOutcome("unknown", SenselessAnswer(_answer(code, message) if code > 0 else one_line(message)))


def outcome_before_data(error: BaseException) -> SendOutcome:
    """Return what a failure before the data means: nothing was taken."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        # Wrong credentials are mended by a person, and then every waiting mail can leave.
        return SendOutcome("deferred", SignInRefusedBy(_answer(error.code, error.message)), status_in(error.message))
    if isinstance(error, AddressesBeyondAscii):
        return SendOutcome("rejected", error.notice)
    greeted = isinstance(error, aiosmtplib.SMTPConnectResponseError | aiosmtplib.SMTPHeloError)
    if greeted and isinstance(error, aiosmtplib.SMTPResponseException) and 400 <= error.code < 600:
        return SendOutcome("deferred", Foreign(_answer(error.code, error.message)))
    if isinstance(error, aiosmtplib.SMTPResponseException) and 400 <= error.code < 600:
        return outcome_of_code(error.code, error.message)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        # What is no answer of a mail server is nobody's to read.
        return SendOutcome("deferred", NoSense())
    if isinstance(error, OutgoingRefused):
        return SendOutcome("deferred", notice_of(error))
    return SendOutcome("deferred", Unreachable(reason_of(error)))


def all_refused(refused: list[RefusedRecipient]) -> SendOutcome:
    """Return what it means that nobody was taken."""
    kind: Literal["rejected", "deferred"] = "rejected" if all(one.code >= 500 for one in refused) else "deferred"
    return SendOutcome(kind, refused_for(refused), status_in(refused[0].message), tuple(refused))


def refused_for(refused: list[RefusedRecipient]) -> Sayable:
    """Return who was refused, and in which words."""
    return RefusedFor([RefusedOne(one.recipient, f"{one.code} {one.message}") for one in refused])


def outcome_of_code(code: int, message: str) -> SendOutcome:
    """Return what a refusal means, by the class of its code."""
    kind: Literal["rejected", "deferred"] = "rejected" if code >= 500 else "deferred"
    return SendOutcome(kind, Foreign(_answer(code, message)), status_in(message))


def reason_of(error: BaseException) -> Sayable:
    """Return why there is no connection, without the library's words around it."""
    if isinstance(told := getattr(error, "notice", None), Notice):
        return told
    wrapped = isinstance(error, aiosmtplib.SMTPConnectError) and error.__cause__ is not None
    cause = error.__cause__ if wrapped else error
    if isinstance(told := getattr(cause, "notice", None), Notice):
        return told
    return Foreign(one_line(str(cause)) or type(cause).__name__)


def _answer(code: int, message: str) -> str:
    return f"{code} {one_line(message)}"


def one_line(message: str) -> str:
    """Return an answer on one line of bounded length."""
    return clean_line(message)[:500]
