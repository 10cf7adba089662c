"""What goes wrong with a server, as notices for people; never with a secret in them."""

from __future__ import annotations

import imaplib
import socket
import ssl

from imapclient.exceptions import CapabilityError, LoginError

from atum_desk.fetching import server_notices as notices
from atum_desk.fetching.models import MailServer
from atum_desk.kernel.notices import NoticeError, Sayable
from atum_desk.kernel.outgoing.dialler import NameNotFound
from atum_desk.kernel.outgoing.notices import NameUnknown
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


class ServerRefused(NoticeError):
    """The server said no to one thing; the connection stands. The notice says to what and why."""


class ConnectionBroken(NoticeError):
    """The connection cannot be used, or was never there. The notice says why."""


class SignInRefused(ConnectionBroken):
    """The server does not let us in; trying again soon would only lock the account."""


def notice_about(error: BaseException, server: MailServer, user: str = "") -> Sayable:
    """Return one sentence about what a server or the network did."""
    host, port = server.host, server.port
    match error:
        case ServerRefused() | ConnectionBroken() | OutgoingRefused():
            return error.notice
        case NameNotFound() | socket.gaierror():
            return NameUnknown(host)
        case ConnectionRefusedError():
            return notices.NothingListens(host, port)
        case ssl.SSLCertVerificationError():
            return notices.CertificateDoubted(host, clean(error.verify_message))
        case ssl.SSLError():
            reason = clean(error.reason or str(error)).replace("_", " ").lower()
            return notices.EncryptionFailed(host, port, reason)
        case TimeoutError():
            return notices.NoAnswerInTime(host, port)
        case LoginError():
            return notices.NotLetIn(host, user, clean(str(error)))
        case CapabilityError():
            return notices.CannotDoThat(host, clean(str(error)))
        case imaplib.IMAP4.error() if _is_no_imap(error):
            return notices.NoImap(host, port)
        case imaplib.IMAP4.abort():
            return notices.BrokeWith(host, clean(str(error)))
        case imaplib.IMAP4.error():
            return notices.HostRefused(host, clean(str(error)))
        case OSError():
            return notices.BrokeAt(host, port, clean(error.strerror or str(error)))
        case _:
            return notices.SaysNoImap(host, type(error).__name__)


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
