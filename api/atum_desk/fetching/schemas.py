"""Requests and responses of fetching and of setting mailboxes up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from atum_desk.fetching.models import Afterwards, Existing, FetchState, Leftover, LogLine, Security, SignIn
from atum_desk.kernel.notices import NoticeRef

Host = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[^\s/@]+$", examples=["imap.example.com"])]
Port = Annotated[int, Meta(ge=1, le=65535, examples=[993])]
Username = Annotated[str, Meta(min_length=1, max_length=320, examples=["support@example.com"])]
FolderName = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00\r\n]+$", examples=["INBOX"])]
WebAddress = Annotated[str, Meta(max_length=1000, pattern=r"^https?://[^\s]+$")]
Secret = Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"^[^\x00\r\n]+$")]
PositiveId = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class ReceivingInput(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Where a mailbox's mail is fetched from.

    A secret that is left out stays as it is, unless the server or the user is another: secrets are
    sent nowhere but to whom they were given for.
    """

    active: bool = True
    host: Host
    port: Port = 993
    security: Security = "tls"
    username: Username
    sign_in: SignIn = "password"
    password: Secret | None = None
    folder: FolderName = "INBOX"
    afterwards: Afterwards = "leave"
    move_to: FolderName | None = None
    existing: Existing = "fetch"
    authorize_url: WebAddress | None = None
    token_url: WebAddress | None = None
    client_id: Annotated[str, Meta(min_length=1, max_length=500)] | None = None
    client_secret: Secret | None = None
    scope: Annotated[str, Meta(max_length=1000)] | None = None
    version: int | None = None


class ReceivingSettings(msgspec.Struct, kw_only=True):
    """Where a mailbox's mail is fetched from; of secrets only whether there is one."""

    mailbox_id: int
    active: bool
    host: str
    port: int
    security: Security
    username: str
    sign_in: SignIn
    folder: str
    afterwards: Afterwards
    move_to: str | None
    existing: Existing
    authorize_url: str | None
    token_url: str | None
    client_id: str | None
    scope: str | None
    consented_at: datetime | None
    has_password: bool
    has_client_secret: bool
    version: int


class Receiving(msgspec.Struct, kw_only=True):
    """How a mailbox's mail is fetched and how that does.

    `redirect_uri` is what a provider must be told as the way back from its consent page.
    """

    settings: ReceivingSettings | None
    state: FetchState
    leftovers: list[Leftover]
    redirect_uri: str


class ReceivingTest(ReceivingInput, kw_only=True):
    """Settings to try, saved or not; with `mailbox_id` that mailbox's secrets are used where none are given."""

    mailbox_id: PositiveId | None = None


StepName = Literal["name", "connection", "encryption", "sign_in", "folder"]


class ReceivingStep(msgspec.Struct, frozen=True):
    """One step of a test: what was tried, whether it went well, and what came of it in words."""

    step: StepName
    ok: bool
    words: str
    notice: NoticeRef | None = None


class ReceivingTestResult(msgspec.Struct, kw_only=True):
    """What a test found, step by step up to the first that failed; `mails` lie in the folder."""

    ok: bool
    steps: list[ReceivingStep]
    mails: int | None = None


class LogPage(msgspec.Struct):
    """A page of a mailbox's log, newest first."""

    items: list[LogLine]
    next_cursor: str | None


class ConsentPage(msgspec.Struct):
    """Where to agree at the provider."""

    url: str


class ConsentReturn(msgspec.Struct, forbid_unknown_fields=True):
    """What the provider sent back."""

    state: Annotated[str, Meta(min_length=20, max_length=200)]
    code: Annotated[str, Meta(min_length=1, max_length=4000)]


class Consented(msgspec.Struct):
    """The mailbox that may now be fetched."""

    mailbox_id: int


class GuessInput(msgspec.Struct, forbid_unknown_fields=True):
    """The address of a mailbox to set up."""

    address: Annotated[str, Meta(max_length=320, pattern=r"^[^@\s]+@[^@\s]+$", examples=["support@example.com"])]


SelfTestStage = Literal["queued", "sent", "arrived", "failed"]


class SelfTest(msgspec.Struct, kw_only=True):
    """How far a mail that the mailbox wrote to itself has come; `seconds` until it arrived."""

    stage: SelfTestStage
    words: str
    started_at: datetime
    seconds: float | None
    notice: NoticeRef | None = None
