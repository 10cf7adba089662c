"""One IMAP connection (RFC 9051); its methods block, so each is called in a thread.

Mail is only ever read with BODY.PEEK, so looking at it changes nothing on the server. Whatever
the server says that is no IMAP ends the connection, and what it sends is bounded.
"""

from __future__ import annotations

import imaplib
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, cast

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError
from imapclient.response_parser import parse_fetch_response

from atum_desk.fetching import server_notices as notices
from atum_desk.fetching.error_texts import ConnectionBroken, ServerRefused, SignInRefused, clean, notice_about
from atum_desk.fetching.models import Folder, ListedMail, MailServer
from atum_desk.kernel.notices import Notice, Sayable
from atum_desk.kernel.outgoing.dialler import checked_addresses_blocking, connect_blocking
from atum_desk.kernel.outgoing.rules import OutgoingRules

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0
# A mail above this is fetched in pieces, so that no answer is larger.
PIECE_BYTES = 4 * 1024 * 1024
# What may come beside the contents asked for.
SLACK_BYTES = 256 * 1024
MOVED_AT_ONCE = 200

# It would log every line, mail text among them.
logging.getLogger("imapclient").setLevel(logging.WARNING)

Tell = Callable[[str, Notice], None]
Leading = Callable[[Sayable], Sayable]


class ImapConnection:
    """A connection to one server; use `connect`, `sign_in` and `open_folder` in this order."""

    def __init__(self, server: MailServer, rules: OutgoingRules) -> None:
        self._server = server
        self._rules = rules
        self._user = ""
        self._client: _Client | None = None

    def connect(self, tell: Tell = lambda _step, _words: None) -> None:
        """Reach the server and encrypt. `tell` hears each step that was taken."""
        server = self._server
        with self._in_words():
            addresses = checked_addresses_blocking(server.host, server.port, "imap", self._rules)
            tell("name", notices.HostIs(server.host, addresses))
            sock = connect_blocking(addresses, server.port, CONNECT_SECONDS)
            context = None if server.security == "none" else encryption()
            try:
                client = _Client(server, sock, context)
            except BaseException:
                sock.close()
                raise
            self._client = client
            client.quiet()
            tell("connection", notices.AnswersOnPort(server.port))
            if server.security == "starttls":
                client.starttls(context)
            tell("encryption", self._encryption())

    def sign_in(self, user: str, password: str) -> None:
        """Sign in with a password. Raises SignInRefused."""
        client, self._user = self._connected, user
        with self._in_words():
            # PLAIN carries any letters, LOGIN only ASCII.
            if client.has_capability("AUTH=PLAIN"):
                client.plain_login(user, password)
            else:
                client.login(user, password)

    def sign_in_with_token(self, user: str, access_token: str) -> None:
        """Sign in with an OAuth2 access token (XOAUTH2). Raises SignInRefused."""
        client, self._user = self._connected, user
        with self._in_words():
            client.oauth2_login(user, access_token)

    def open_folder(self, name: str, *, read_only: bool) -> Folder:
        """Open a folder. Raises ServerRefused when there is none of that name."""
        with self._in_words(lambda reason: notices.FolderNotOpened(name, reason)):
            told: Any = self._connected.select_folder(name, readonly=read_only)
            if b"UIDVALIDITY" not in told:
                raise ServerRefused(notices.NotNumbered(self._server.host))
            return Folder(int(told[b"UIDVALIDITY"]), int(told[b"EXISTS"]))

    def newest_uid(self) -> int:
        """Return the highest UID in the folder, 0 when it is empty."""
        with self._in_words():
            self._connected.noop()
            try:
                return max(self._fetch("*", "(UID)"), default=0)
            except ServerRefused:
                # Some servers refuse to name the last of none.
                return max(self._connected.search("ALL"), default=0)

    def list_mails(self, first: int, last: int, *, dates: bool = False) -> list[ListedMail]:
        """Return the mails with UIDs from `first` to `last`, in order."""
        what = "(UID RFC822.SIZE INTERNALDATE)" if dates else "(UID RFC822.SIZE)"
        with self._in_words():
            found = self._fetch(f"{first}:{last}", what)
            listed = [_listed(uid, told) for uid, told in found.items() if first <= uid <= last]
        return sorted(listed, key=lambda mail: mail.uid)

    def fetch_mails(self, uids: list[int], size: int) -> dict[int, bytes]:
        """Return the bytes of mails that have `size` bytes together, those that the server gave."""
        with self._in_words():
            # The size is the server's word, which Exchange is known to get wrong a little.
            found = self._fetch(_set(uids), "(BODY.PEEK[])", room=2 * size + SLACK_BYTES)
        bodies = {uid: found[uid].get(b"BODY[]") for uid in uids if uid in found}
        return {uid: body for uid, body in bodies.items() if isinstance(body, bytes)}

    def fetch_large(self, uid: int, limit: int) -> bytes | None:
        """Return a mail read in pieces; None when the server gives none of it.

        Raises ServerRefused when it has more than `limit` bytes.
        """
        content = bytearray()
        while True:
            with self._in_words():
                asked = f"(BODY.PEEK[]<{len(content)}.{PIECE_BYTES}>)"
                found = self._fetch(str(uid), asked, room=PIECE_BYTES + SLACK_BYTES).get(uid, {})
            piece = next((v for k, v in found.items() if k.startswith(b"BODY[]")), None)
            if not isinstance(piece, bytes):
                return bytes(content) if content else None
            content += piece
            if len(content) > limit:
                raise ServerRefused(notices.TooManyBytes(limit))
            if len(piece) < PIECE_BYTES:
                return bytes(content)

    def mark_seen(self, uids: list[int]) -> None:
        """Mark mails as read."""
        with self._in_words(notices.NotMarked):
            for some in _portions(uids):
                self._command("STORE", _set(some), "+FLAGS.SILENT", r"(\Seen)")

    def move(self, uids: list[int], folder: str) -> None:
        """Move mails to a folder, which is made when it is missing; those that are gone are left out."""
        client = self._connected
        with self._in_words(lambda reason: notices.NotMoved(folder, reason)):
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for some in _portions(uids):
                if client.has_capability("MOVE"):
                    client.move(some, folder)
                    continue
                client.copy(some, folder)
                self._command("STORE", _set(some), "+FLAGS.SILENT", r"(\Deleted)")
                # Without UIDPLUS an EXPUNGE would take what others marked, too.
                if client.has_capability("UIDPLUS"):
                    client.uid_expunge(some)

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself."""
        with self._in_words():
            return self._connected.has_capability("IDLE")

    def begin_idle(self) -> int:
        """Let the server tell of new mail (RFC 2177); return the socket that then becomes readable."""
        with self._in_words():
            self._connected.idle()
            return self._connected.socket().fileno()

    def heard(self) -> bool:
        """Tell whether the server said anything since, without waiting."""
        with self._in_words():
            return bool(self._connected.idle_check(timeout=0))

    def end_idle(self) -> None:
        """Speak again."""
        with self._in_words():
            self._connected.idle_done()

    def abort(self) -> None:
        """End the connection at once, under a thread that waits for it, too."""
        if self._client:
            with suppress(OSError):
                self._client.socket().shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Give its socket back, once no thread uses it any more."""
        if self._client:
            with suppress(Exception):
                self._client.shutdown()

    @property
    def _connected(self) -> _Client:
        if self._client is None:
            raise ConnectionBroken(notices.NoConnection())
        return self._client

    def _encryption(self) -> Notice:
        sock: Any = self._connected.socket()
        if not isinstance(sock, ssl.SSLSocket):
            return notices.NotEncryptedHere()
        return notices.EncryptedFor(str(sock.version()), self._server.host)

    def _fetch(self, uids: str, what: str, *, room: int = SLACK_BYTES) -> dict[int, dict[bytes, Any]]:
        """Return what the server says of mails, by UID. Each literal and their sum are bounded."""
        self._connected.room = room
        data = self._command("FETCH", uids, what)
        return parse_fetch_response(data, normalise_times=False, uid_is_key=True)

    def _command(self, *words: str) -> list[Any]:
        status, data = self._connected.uid(*words)
        if status != "OK":
            raise ServerRefused(notices.Said(self._server.host, clean(data[0] or b"no")))
        return data

    @contextmanager
    def _in_words(self, leading: Leading = lambda reason: reason) -> Iterator[None]:
        """Turn whatever goes wrong into ServerRefused, SignInRefused or ConnectionBroken, with a notice.

        `leading` puts what was being done before the reason.
        """
        try:
            yield
        except ServerRefused as error:
            raise ServerRefused(leading(error.notice)) from None
        except ConnectionBroken:
            raise
        except LoginError as error:
            broke = isinstance(error.__context__, imaplib.IMAP4.abort)
            passing = broke or "[UNAVAILABLE]" in str(error)
            told = ConnectionBroken if passing else SignInRefused
            raise told(notice_about(error, self._server, self._user)) from None
        except Exception as error:
            notice = leading(notice_about(error, self._server, self._user))
            if _is_refusal(error):
                raise ServerRefused(notice) from None
            # A garbled answer raises whatever the parser tripped over.
            raise ConnectionBroken(notice) from error


class _Client(IMAPClient):  # type: ignore[misc]
    """The library's client on a connection that stands, with a bound on what is read.

    Its IDLE overhears nothing.
    """

    room = SLACK_BYTES

    def __init__(self, server: MailServer, sock: socket.socket, context: ssl.SSLContext | None) -> None:
        self._given = sock
        super().__init__(
            server.host,
            server.port,
            ssl=server.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )

    def quiet(self) -> None:
        """Keep no record of what was said; notice a peer that vanished."""
        self._imap.debug = 0
        self.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def uid(self, *words: str) -> tuple[str, list[Any]]:
        """Send a UID command and return its status and data."""
        return self._imap.uid(*words)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802
        given = self._given
        if self.ssl:
            given = self.ssl_context.wrap_socket(given, server_hostname=self.host)
        imap: Any = _OnSocket(given, self.host, self.port)
        read = imap.read

        def read_within_bounds(size: int) -> bytes:
            self.room -= size
            if self.room < 0:
                raise imaplib.IMAP4.abort(f"it sends {size} bytes more than it announced")
            return read(size)

        imap.read = read_within_bounds
        return cast(imaplib.IMAP4, imap)

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> Any:
        # What came along with the answer to IDLE lies in the buffer already, where a poll of the
        # socket does not see it: mail would wait for the next word of the server.
        return True if timeout == 0 else super()._poll_socket(sock, timeout)


class _OnSocket(imaplib.IMAP4):
    """The standard library's client on a connection that stands."""

    def __init__(self, given: socket.socket, host: str, port: int) -> None:
        self._given = given
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._given


def encryption() -> ssl.SSLContext:
    """Return how connections to mail servers are encrypted: certificates are checked."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_refusal(error: Exception) -> bool:
    """Tell whether the server answered NO or BAD; any other error leaves the connection in doubt."""
    if not isinstance(error, imaplib.IMAP4.error) or isinstance(error, imaplib.IMAP4.abort):
        return False
    return " failed: " in str(error) or "command error: BAD" in str(error)


def _listed(uid: int, told: dict[bytes, Any]) -> ListedMail:
    arrived = told.get(b"INTERNALDATE")
    return ListedMail(uid, int(told.get(b"RFC822.SIZE") or 0), arrived if isinstance(arrived, datetime) else None)


def _set(uids: list[int]) -> str:
    return ",".join(map(str, uids))


def _portions(uids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(uids), MOVED_AT_ONCE):
        yield uids[start : start + MOVED_AT_ONCE]


def folder_notice(name: str, folder: Folder) -> Notice:
    """Return what a folder that was opened holds."""
    return notices.FolderHoldsOne(name) if folder.mails == 1 else notices.FolderHolds(name, folder.mails)
