"""Requests and responses of notifications."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from atum_desk.notifications.models import Frequency, InAbsence, Reason, Ways
from atum_desk.tickets.public import StatusRef


class NotificationActor(msgspec.Struct, frozen=True):
    """Who did what somebody is told of."""

    id: int
    name: str


class NotificationItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody is told of; `actor` is null for the system.

    `excerpt` is the beginning of the message, or the item of a checklist; null where there is none or it is gone.
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
    """A ticket with what the reader was told of it, the newest first and at most twenty of them.

    Of a `muted` one only assignments and mentions are told until it is resolved.
    """

    number: int
    subject: str
    status: StatusRef
    unread: int
    muted: bool
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


Zone = Annotated[str, Meta(min_length=1, max_length=64)]


class QuietHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The times of a day, in a time zone, between which no mail and no push leaves; over midnight, too."""

    begin: time
    end: time
    zone: Zone


class DailyDigest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The time of a day, in a time zone, at which what is mailed once a day leaves."""

    at: time
    zone: Zone


class NotificationSettings(msgspec.Struct, kw_only=True):
    """How the reader is told for each reason, and when not by mail and push.

    `in_absence` says what becomes of both while the reader is away: they wait until the reader is back and
    come as one summary, go to who stands in, or leave as always. `absent_until` is set while they are away.
    """

    reasons: dict[Reason, Ways]
    quiet: QuietHours | None
    digest: DailyDigest
    push_content: bool
    in_absence: InAbsence
    absent_until: datetime | None
    version: int


class WaysChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of how one is told for a reason; what is left out stays."""

    desk: bool | msgspec.UnsetType = msgspec.UNSET
    mail: bool | msgspec.UnsetType = msgspec.UNSET
    push: bool | msgspec.UnsetType = msgspec.UNSET
    frequency: Frequency | msgspec.UnsetType = msgspec.UNSET


class NotificationChoice(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. A reason that is null is told as by default again."""

    reasons: dict[Reason, WaysChange | None] = {}
    quiet: QuietHours | msgspec.UnsetType | None = msgspec.UNSET
    digest: DailyDigest | msgspec.UnsetType = msgspec.UNSET
    push_content: bool | msgspec.UnsetType = msgspec.UNSET
    in_absence: InAbsence | msgspec.UnsetType = msgspec.UNSET


class PushBrowser(msgspec.Struct, kw_only=True):
    """A browser that shows the reader's notifications; `last_used_at` is when it last got one.

    `current` is the one that asks. While nobody is `signed_in` there, it gets none.
    """

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    signed_in: bool
    current: bool


class PushBrowserList(msgspec.Struct):
    """The key that a browser subscribes with (RFC 8292, base64url), and the browsers that have, the oldest first."""

    public_key: str
    items: list[PushBrowser]


class PushSubscription(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a browser's push service gave it: an address, and two keys in base64url (RFC 8291).

    With `renew` only a browser that the reader has subscribed is told again, after they signed in anew.
    """

    endpoint: Annotated[str, Meta(min_length=10, max_length=2000)]
    p256dh: Annotated[str, Meta(min_length=80, max_length=100)]
    auth: Annotated[str, Meta(min_length=20, max_length=40)]
    name: Annotated[str, Meta(max_length=100)] = ""
    renew: bool = False
