"""What goes wrong with a server, in words for people; never with a secret in them."""

from __future__ import annotations

import imaplib
import socket
import ssl

from imapclient.exceptions import CapabilityError, LoginError

from atum_desk.fetching.models import MailServer
from atum_desk.kernel.outgoing.dialler import NameNotFound
from atum_desk.kernel.outgoing.rules import OutgoingRefused

MOST_CHARACTERS = 300
# How imaplib begins to quote a line that it did not understand.
_QUOTES = (
    "unexpected response",
    "unexpected tagged response",
    "unterminated line",
    "got more than",
    "not IMAP4 compliant",
)


class ServerRefused(Exception):
    """The server said no to one thing; the connection stands. The words say to what and why."""


class ConnectionBroken(Exception):
    """The connection cannot be used, or was never there. The words say why."""


class SignInRefused(ConnectionBroken):
    """The server does not let us in; trying again soon would only lock the account."""


def words_of(error: BaseException, server: MailServer, user: str = "") -> str:
    """Return one sentence about what a server or the network did."""
    host, place = server.host, f"{server.host}, port {server.port}"
    match error:
        case ServerRefused() | ConnectionBroken():
            return str(error)
        case OutgoingRefused():
            return str(error)
        case NameNotFound() | socket.gaierror():
            return f"The name {host} cannot be found."
        case ConnectionRefusedError():
            return f"Nothing listens on {place}."
        case ssl.SSLCertVerificationError():
            return f"The certificate of {host} cannot be trusted: {clean(error.verify_message)}."
        case ssl.SSLError():
            reason = clean(error.reason or str(error)).replace("_", " ").lower()
            return f"Encryption with {place} failed: {reason}."
        case TimeoutError():
            return f"{place} does not answer in time."
        case LoginError():
            return f"{host} does not let {user} in: {clean(str(error))}"
        case CapabilityError():
            return f"{host} cannot do that: {clean(str(error))}"
        case imaplib.IMAP4.error() if _is_no_imap(error):
            return f"{place} does not speak IMAP."
        case imaplib.IMAP4.abort():
            return f"The connection to {host} broke: {clean(str(error))}"
        case imaplib.IMAP4.error():
            return f"{host} refused: {clean(str(error))}"
        case OSError():
            return f"The connection to {place} broke: {clean(error.strerror or str(error))}."
        case _:
            return f"{host} says what is no IMAP: {type(error).__name__}."


def _is_no_imap(error: BaseException) -> bool:
    """Tell whether the error quotes what is no answer of an IMAP server; nobody may read that here."""
    return any(words in str(error) for words in _QUOTES)


def clean(text: str | bytes) -> str:
    """Return a server's text as one short line without control characters."""
    told = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    # imaplib shows bytes as Python writes them
    if told.startswith(("b'", 'b"')) and told[-1:] == told[1]:
        told = told[2:-1]
    plain = "".join(c if c.isprintable() else " " for c in told)
    return " ".join(plain.split())[:MOST_CHARACTERS]


def count(number: int, what: str) -> str:
    """Return "1 mail" or "2 mails"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def megabytes(size: int) -> str:
    """Return a size for people."""
    return f"{size / 1_048_576:.1f} MB"
