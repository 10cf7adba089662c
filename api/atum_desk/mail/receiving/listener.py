"""The servers that take mail: SMTP on a port, LMTP on a socket (RFC 5321, RFC 2033).

250 after the data means committed. While the database is away the answer is 451, so the sender
keeps the mail; nothing of a mail's text is logged.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.overdue_jobs import count_overdue
from atum_desk.mail import queries
from atum_desk.mail.feature import FILE_MAIL
from atum_desk.mail.models import MailboxTarget
from atum_desk.mail.receiving.certificate import Certificate
from atum_desk.mail.receiving.connection import LmtpSession, SmtpSession
from atum_desk.mail.receiving.connection_limits import ConnectionLimits
from atum_desk.mail.receiving.limits import IntakeLimits
from atum_desk.mail.receiving.receive import Receiver, incoming_mails
from atum_desk.mail.receiving.traffic import intake
from atum_desk.outbox.public import mailbox_part

MAX_RECIPIENTS = 100
SESSION_TIMEOUT_SECONDS = 300.0
# Hashing more than this is noticed by other sessions, so it is done in a thread.
LARGE_BYTES = 1_000_000
REMEMBERED_SECONDS = 3.0
REMEMBERED_ADDRESSES = 10_000
BACKLOG = 512
# The name of the sockets that systemd passes (infra/systemd/atum-desk-mail.socket).
PASSED_AS = "atum-desk-mail"
# Since Python 3.13 a server that closes removes its path, which here is the service manager's.
KEEP_PATH: dict[str, Any] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}
# At the end, how long senders have to finish what they are about, and then those whose data comes.
FINISHING_SECONDS = 2.0
DATA_SECONDS = 3.0

log = structlog.get_logger()


class Addresses:
    """Whose an address is, remembered for a few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, tuple[float, MailboxTarget | None]] = OrderedDict()

    async def find(self, address: str) -> MailboxTarget | None:
        """Return the mailbox of an address, its plus part aside; Unavailable without a database."""
        key = mailbox_part(address) if "@" in address else address.strip().lower()
        known = self._known.get(key)
        if known and known[0] > time.monotonic():
            return known[1]
        async with self._database.connection("atum_desk_worker") as connection:
            target = await queries.find_target(connection, key)
        self._known[key] = (time.monotonic() + REMEMBERED_SECONDS, target)
        if len(self._known) > REMEMBERED_ADDRESSES:
            self._known.popitem(last=False)
        return target


class Handler:
    """What happens at each command of a session; aiosmtpd calls it."""

    def __init__(self, database: Database, receiver: Receiver, limits: IntakeLimits) -> None:
        self.limits = limits
        self._addresses = Addresses(database)
        self._receiver = receiver

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Announce what we can beside what the library says."""
        session.host_name = hostname
        # Nobody signs in here; the library offers it, without a way to do it, once TLS is on.
        offered = [line for line in responses if not line[4:].startswith("AUTH")]
        return [*offered[:-1], "250-PIPELINING", offered[-1]]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender; the null sender of a bounce is one too."""
        if not self.limits.may_send(_peer(session)):
            return "451 4.7.1 Too many mails from you; try again in a minute"
        # Before its data: a sender that waits here holds no memory of ours.
        await intake.admit()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient that is a mailbox of ours."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        address = _clean(address)
        target = await self._addresses.find(address)
        if target is None:
            return "550 5.1.1 There is no such mailbox here"
        _targets(envelope)[address] = target
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, then say so."""
        raw = envelope.original_content or b""
        sender = _clean(envelope.mail_from or "")
        given = ("" if sender == "<>" else sender, _targets(envelope), raw)
        large = len(raw) > LARGE_BYTES
        mails = await asyncio.to_thread(incoming_mails, *given) if large else incoming_mails(*given)
        mails = [msgspec.structs.replace(mail, **_came_from(session)) for mail in mails]
        # The sender may hang up now; what is being committed is committed all the same.
        ids = await asyncio.shield(asyncio.ensure_future(self._receiver.keep(mails)))
        log.info("mail_received", mail_ids=ids, size=len(raw))
        return f"250 2.0.0 Kept as {', '.join(map(str, ids))}"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever goes wrong on our side is temporary for the sender, who then keeps the mail."""
        log.warning("mail_session_failed", error=f"{type(error).__name__}: {error}")
        return "451 4.3.0 We cannot take mail right now; try again later"


class Listeners:
    """The running servers."""

    def __init__(
        self,
        receiver: Receiver,
        connections: ConnectionLimits,
        servers: list[asyncio.Server],
        socket: Path | None,
        database: Database,
    ) -> None:
        self._receiver = receiver
        self._connections = connections
        self._servers = servers
        self._socket = socket
        self._watching = asyncio.create_task(_watch(database), name="mail-watch")

    async def close(self) -> None:
        """Take no more connections and end those there are; what was acknowledged is committed.

        On a socket that systemd passed, who connects from now on waits for the next worker.
        """
        for server in self._servers:
            server.close()
        await self._finish_sessions()
        self._watching.cancel()
        with suppress(asyncio.CancelledError):
            await self._watching
        await self._receiver.close()
        if self._socket:
            self._socket.unlink(missing_ok=True)

    async def _finish_sessions(self) -> None:
        """Let senders finish, then tell those left to come again (RFC 5321, 3.8)."""
        # What was accepted in this turn of the loop has no session before the next.
        await asyncio.sleep(0)
        await self._connections.emptied(FINISHING_SECONDS)
        self._connections.end_idle()
        await self._connections.emptied(DATA_SECONDS)


async def start_listeners(worker: WorkerContext, passed: Sequence[socket.socket] = ()) -> Listeners:
    """Listen for mail as the settings say, on sockets that were passed where there are any.

    Raises OSError when a port or socket is taken, SettingError when the certificate cannot be used.
    """
    settings = worker.settings
    receiver = Receiver(worker.database)
    limits = IntakeLimits(settings.mail_max_bytes, settings.trusted_relays)
    handler = Handler(worker.database, receiver, limits)
    options = _session_options(settings)
    certificate = Certificate(settings.smtp_certificate, settings.smtp_key)
    servers: list[asyncio.Server] = []
    own_socket = None
    if settings.smtp_port:
        servers += await _listen_on_port(
            settings,
            [one for one in passed if one.family != socket.AF_UNIX],
            lambda: SmtpSession(handler, **options, tls_context=certificate.context()),
        )
    if settings.lmtp_socket:
        unix = [one for one in passed if one.family == socket.AF_UNIX]
        own_socket = None if unix else Path(settings.lmtp_socket)
        servers += await _listen_on_path(settings.lmtp_socket, unix, lambda: LmtpSession(handler, **options))
    receiver.start()
    return Listeners(receiver, limits.connections, servers, own_socket, worker.database)


async def _listen_on_port(
    settings: Settings, passed: Sequence[socket.socket], session: Callable[[], SmtpSession]
) -> list[asyncio.Server]:
    loop = asyncio.get_running_loop()
    if not passed:
        address, port = settings.smtp_address, settings.smtp_port
        return [await loop.create_server(session, address, port, backlog=BACKLOG)]
    if any(one.getsockname()[1] != settings.smtp_port for one in passed):
        places = [one.getsockname()[:2] for one in passed]
        log.warning("mail_port_of_old_settings", listens=places, port=settings.smtp_port)
    return [await loop.create_server(session, sock=one, backlog=BACKLOG) for one in passed]


async def _listen_on_path(
    path: str, passed: Sequence[socket.socket], session: Callable[[], LmtpSession]
) -> list[asyncio.Server]:
    loop = asyncio.get_running_loop()
    if passed:
        return [await loop.create_unix_server(session, sock=one, backlog=BACKLOG, **KEEP_PATH) for one in passed]
    _remove_left_socket(path)
    return [await loop.create_unix_server(session, path)]


def _remove_left_socket(path: str) -> None:
    """Remove what a worker that was killed has left: it would refuse the name for ever."""
    with suppress(FileNotFoundError):
        Path(path).unlink()


async def _watch(database: Database) -> None:
    """Know how far behind filing is, so that taking mail keeps its pace."""

    async def count_waiting(most: int) -> int:
        async with database.connection("atum_desk_worker") as connection:
            return await count_overdue(connection, FILE_MAIL, most)

    await intake.watch(count_waiting)


def _session_options(settings: Settings) -> dict[str, Any]:
    return {
        "data_size_limit": settings.mail_max_bytes,
        "enable_SMTPUTF8": True,
        "hostname": settings.mail_address.rpartition("@")[2],
        "ident": "ATUM DESK",
        "timeout": SESSION_TIMEOUT_SECONDS,
        "auth_exclude_mechanism": ["LOGIN", "PLAIN"],
        "loop": asyncio.get_running_loop(),
    }


def _targets(envelope: Envelope) -> dict[str, MailboxTarget]:
    return envelope.__dict__.setdefault("targets", {})


def _came_from(session: Session) -> dict[str, str | None]:
    """Return who handed a mail over; a Unix socket has no address."""
    peer = session.peer[0] if isinstance(session.peer, tuple) else None
    return {"peer": str(peer)[:100] if peer else None, "helo": _clean(session.host_name or "")[:255]}


def _clean(address: str) -> str:
    return address.encode("utf-8", "replace").decode().replace("\0", "")[:1000]


def _peer(session: Session) -> str:
    return str(session.peer[0]) if session.peer else "local"
