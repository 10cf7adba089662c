"""What is stored of a conversation and what is read back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from atum_desk.outbox.public import MailAddress

ConversationKind = Literal["side", "forward"]


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation with others about a ticket, which its requester does not see.

    A `side` conversation has a thread of its own; what a `forward` and the answers to it say stands in the
    ticket's. `people` are those it is with; `unread` tells that somebody else wrote what the actor has not
    read; `preview` is how its newest message begins.
    """

    id: int
    kind: ConversationKind
    subject: str
    people: list[MailAddress]
    closed_at: datetime | None
    created_at: datetime
    version: int
    message_count: int
    last_message_at: datetime | None
    last_author: str | None
    preview: str
    unread: bool


class LockedConversation(msgspec.Struct, frozen=True):
    """What commands read of a conversation whose ticket they hold the lock of."""

    id: int
    ticket_id: int
    kind: ConversationKind
    subject: str
    people: list[MailAddress]
    closed_at: datetime | None
    version: int


class MailThread(msgspec.Struct, frozen=True):
    """What the next mail of a conversation answers and refers to (RFC 5322, 3.6.4); ids without brackets."""

    in_reply_to: str | None
    references: list[str]
