"""What is stored about fetching, and what a server's folder looks like."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from atum_desk.kernel.notices import NoticeRef

Security = Literal["tls", "starttls", "none"]
SignIn = Literal["password", "oauth2"]
Afterwards = Literal["leave", "seen", "move"]
Existing = Literal["fetch", "leave"]
FetchCondition = Literal["waiting", "connected", "failed", "off"]
LogLevel = Literal["info", "warning"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailServer(msgspec.Struct, frozen=True):
    """A server that mail is fetched from or sent through."""

    host: str
    port: int
    security: Security


class FetchedMailbox(msgspec.Struct, frozen=True):
    """A mailbox that mail is fetched for; with another `stamp` its settings are others."""

    workspace_id: int
    mailbox_id: int
    stamp: str
    asked_at: datetime | None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where a mailbox's mail is fetched from, as the fetcher reads it; secrets are sealed."""

    mailbox_id: int
    address: str
    host: str
    port: int
    security: Security
    username: str
    sign_in: SignIn
    folder: str
    afterwards: Afterwards
    move_to: str | None
    existing: Existing
    token_url: str | None
    client_id: str | None
    scope: str | None
    password: bytes | None
    client_secret: bytes | None
    refresh_token: bytes | None

    @property
    def server(self) -> MailServer:
        """The server alone."""
        return MailServer(self.host, self.port, self.security)

    @property
    def identity(self) -> str:
        """What the numbers of its mails belong to: they mean nothing elsewhere."""
        return f"{self.host.lower()} {self.username} {self.folder}"


class Progress(msgspec.Struct, kw_only=True):
    """How far a folder was read; UIDs count only together with `uid_validity` (RFC 9051, 2.3.1.1)."""

    source: str
    uid_validity: int | None
    last_uid: int
    settled_uid: int
    begun_at: datetime | None
    reread_until: int


class Leftover(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that the server holds and that could not be taken, and why."""

    uid: int
    size: int
    words: str
    attempts: int
    next_attempt_at: datetime
    notice: NoticeRef | None = None


class LogLine(msgspec.Struct, frozen=True):
    """One line of a mailbox's log, in words."""

    id: int
    at: datetime
    level: LogLevel
    words: str
    notice: NoticeRef | None = None


class FetchState(msgspec.Struct, frozen=True, kw_only=True):
    """How fetching does right now; `leftovers` mails on the server could not be taken yet."""

    state: FetchCondition
    words: str
    since: datetime | None
    looked_at: datetime | None
    fetched_at: datetime | None
    fetched: int
    leftovers: int
    notice: NoticeRef | None = None


class Folder(msgspec.Struct, frozen=True):
    """A folder that was opened: its numbering and how many mails it holds."""

    uid_validity: int
    mails: int


class ListedMail(msgspec.Struct, frozen=True):
    """A mail as the server lists it: its size is what the server says, not always the truth."""

    uid: int
    size: int
    arrived_at: datetime | None
