"""Requests and responses of notifications."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from atum_desk.notifications.models import Reason, Ways
from atum_desk.tickets.public import StatusRef


class NotificationActor(msgspec.Struct, frozen=True):
    """Who did what somebody is told of."""

    id: int
    name: str


class NotificationItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody is told of; `actor` is null for the system.

    `excerpt` is the beginning of the message, null where there is none or it is gone.
    """

    id: int
    reason: Reason
    actor: NotificationActor | None
    change_id: int
    message_id: int | None
    message_kind: Literal["reply", "note"] | None
    excerpt: str | None
    created_at: datetime
    read: bool


class NotifiedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket with what the reader was told of it, the newest first and at most twenty of them."""

    number: int
    subject: str
    status: StatusRef
    unread: int
    items: list[NotificationItem]


class NotificationPage(msgspec.Struct):
    """Tickets that the reader was told of, the last told first; `unread` counts all notifications, up to 100."""

    items: list[NotifiedTicket]
    unread: int
    next_cursor: str | None


class NotificationMarks(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to mark: single notifications, all of some tickets (by number), or everything."""

    ids: Annotated[list[int], Meta(max_length=200)] = []
    tickets: Annotated[list[int], Meta(max_length=200)] = []
    all: bool = False


class InboxCount(msgspec.Struct):
    """How many notifications are unread, up to 100."""

    unread: int


class QuietHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The times of a day, in a time zone, between which no mail of notifications leaves; over midnight, too."""

    begin: time
    end: time
    zone: Annotated[str, Meta(min_length=1, max_length=64)]


class NotificationSettings(msgspec.Struct, kw_only=True):
    """How the reader is told for each reason, and when not by mail."""

    reasons: dict[Reason, Ways]
    quiet: QuietHours | None
    version: int


class NotificationChoice(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. A reason that is null is told as by default again."""

    reasons: dict[Reason, Ways | None] = {}
    quiet: QuietHours | msgspec.UnsetType | None = msgspec.UNSET
