"""Requests and pages of the outbox and of how mail is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.kernel.notices import NoticeRef
from atum_desk.outbox.compose.quoted_history import MAX_QUOTED_MESSAGES
from atum_desk.outbox.models import OutboxItem, SenderForm, StoppedAddress
from atum_desk.outbox.relays.smtp import Security

Host = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9._:-]+$", examples=["smtp.example.com"])]
Port = Annotated[int, Meta(ge=1, le=65535, examples=[587])]
QuotedMessages = Annotated[
    int, Meta(ge=0, le=MAX_QUOTED_MESSAGES, description="Messages of the ticket that are quoted below an answer")
]
MaxMailBytes = Annotated[int, Meta(ge=100_000, le=10_000_000_000, examples=[25_000_000])]
MaxPerMinute = Annotated[int, Meta(ge=1, le=6000)]
Language = Annotated[str, Meta(pattern=r"^([a-z]{2}(-[A-Z]{2})?)?$", examples=["de", ""])]
Selector = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", examples=["atum1"])]
Domain = Annotated[str, Meta(pattern=r"^[^@\s/]+\.[^@\s/]+$", max_length=253, examples=["example.com"])]
Algorithm = Literal["rsa", "ed25519"]


class OutboxPage(msgspec.Struct):
    """A page of the outbox, newest first; `counts` by stored state, each up to 1000."""

    items: list[OutboxItem]
    next_cursor: str | None
    counts: dict[str, int]


class MailTiming(msgspec.Struct, forbid_unknown_fields=True):
    """When a waiting mail shall leave; null: now."""

    send_at: datetime | None
    version: int | None = None


class StandingList(msgspec.Struct):
    """Addresses that mail is not sent to, newest first, at most 500."""

    items: list[StoppedAddress]


class Sending(msgspec.Struct, kw_only=True):
    """How a mailbox sends. Without `host` the relay of the settings is used, if there is one.

    `has_password` tells that one is kept; it is never shown. `marker`: "write above this line" stands
    over answers after a ticket's first mail. `plain_text`: text alone, without layout, footer, marker
    and HTML.
    """

    mailbox_id: int
    host: str | None
    port: int | None
    security: Security
    username: str | None
    has_password: bool
    max_per_minute: int | None
    ask_delivery: bool
    marker: bool
    plain_text: bool
    quoted_messages: QuotedMessages
    # null: as the layout says, and without one the agent's name at the mailbox's
    sender_form: SenderForm | None
    # of one mail as it travels; null: as the relay announces
    max_bytes: int | None
    version: int
    fallback_host: str | None = None
    # what the relay announced when a mail was last handed over to it
    announced_max_bytes: int | None = None


class SendingChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of how a mailbox sends; null takes a part away."""

    host: Host | UnsetType | None = UNSET
    port: Port | UnsetType | None = UNSET
    security: Security | UnsetType = UNSET
    username: Annotated[str, Meta(min_length=1, max_length=320)] | UnsetType | None = UNSET
    password: Annotated[str, Meta(min_length=1, max_length=1000)] | UnsetType | None = UNSET
    max_per_minute: MaxPerMinute | UnsetType | None = UNSET
    ask_delivery: bool | UnsetType = UNSET
    marker: bool | UnsetType = UNSET
    plain_text: bool | UnsetType = UNSET
    quoted_messages: QuotedMessages | UnsetType = UNSET
    sender_form: SenderForm | UnsetType | None = UNSET
    max_bytes: MaxMailBytes | UnsetType | None = UNSET
    version: int | None = None


class SendingStep(msgspec.Struct, frozen=True):
    """One step of a connection test; `words` are its notice in English."""

    ok: bool
    words: str
    notice: NoticeRef | None = None


class SendingTest(msgspec.Struct):
    """What a connection test found; no mail was sent."""

    ok: bool
    steps: list[SendingStep]


class DnsRecord(msgspec.Struct, frozen=True):
    """A record to publish in the DNS."""

    name: str
    type: Literal["TXT"]
    value: str


class SigningKeyItem(msgspec.Struct, kw_only=True):
    """A DKIM key of a domain and the record that lets others check its signatures."""

    id: int
    domain: str
    selector: str
    algorithm: Algorithm
    active: bool
    usable: bool
    record: DnsRecord
    created_at: datetime
    version: int


class SigningKeyList(msgspec.Struct):
    """All signing keys, by domain."""

    items: list[SigningKeyItem]


class NewSigningKey(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make. It signs once it is switched on, which is for when the record is published."""

    domain: Domain
    selector: Selector
    algorithm: Algorithm = "rsa"


class SigningKeyChange(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a key signs; one key of each algorithm does, for each domain."""

    active: bool
    version: int | None = None


class LayoutItem(msgspec.Struct, kw_only=True):
    """How mail of a team (null: every team) looks in a language ("": every language)."""

    id: int
    team_id: int | None
    language: str
    sender: str
    subject: str
    intro: str
    signature: str
    footer: str
    version: int


class LayoutList(msgspec.Struct):
    """All layouts and the placeholders they may use."""

    items: list[LayoutItem]
    placeholders: list[str]


class LayoutTexts(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The texts of a layout; an empty one means the built-in."""

    sender: Annotated[str, Meta(max_length=200)] = ""
    subject: Annotated[str, Meta(max_length=500)] = ""
    intro: Annotated[str, Meta(max_length=2000)] = ""
    signature: Annotated[str, Meta(max_length=4000)] = ""
    footer: Annotated[str, Meta(max_length=2000)] = ""


class NewLayout(LayoutTexts, forbid_unknown_fields=True, kw_only=True):
    """A layout to add."""

    team_id: int | None = None
    language: Language = ""


class LayoutChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to change of a layout."""

    sender: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    subject: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET
    intro: Annotated[str, Meta(max_length=2000)] | UnsetType = UNSET
    signature: Annotated[str, Meta(max_length=4000)] | UnsetType = UNSET
    footer: Annotated[str, Meta(max_length=2000)] | UnsetType = UNSET
    version: int | None = None


class LayoutPreview(msgspec.Struct):
    """A made-up answer as its reader would see it."""

    sender: str
    subject: str
    text: str
    html: str
