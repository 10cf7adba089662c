"""Requests and responses of splitting tickets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from atum_desk.tickets.models import LaterMessage, MergedTicket
from atum_desk.tickets.values import Subject

MOST_MESSAGES = 200

MessageIds = Annotated[list[int], Meta(min_length=1, max_length=MOST_MESSAGES)]


class SplitPerson(msgspec.Struct, frozen=True):
    """Somebody of a ticket who can take part in the one split off; `wrote` when one of its messages is theirs."""

    id: int
    name: str
    email: str | None
    wrote: bool


class SplitProposal(msgspec.Struct, frozen=True):
    """What a split comes to when nothing else is said: its subject, its requester, who takes part and who could."""

    subject: str
    requester_id: int
    participant_ids: list[int]
    people: list[SplitPerson]


class SplitPreviewInput(msgspec.Struct, forbid_unknown_fields=True):
    """The messages that would become a ticket of their own, by id."""

    message_ids: MessageIds


class SplitInput(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The messages that become a ticket of their own, by id; what is left out is as `split/preview` proposes it.

    `requester_id` and `participant_ids` are people of the ticket.
    """

    message_ids: MessageIds
    subject: Subject | None = None
    requester_id: int | None = None
    participant_ids: Annotated[list[int], Meta(max_length=200)] | None = None


class UnsplitInput(msgspec.Struct, forbid_unknown_fields=True):
    """Messages that came since the split and go back as well, by id; the others stay."""

    message_ids: Annotated[list[int], Meta(max_length=MOST_MESSAGES)] = []


class SplitOrigin(msgspec.Struct, frozen=True):
    """The ticket that this one was split from, since when, how many of its messages stand here, and what came since.

    `later` is oldest first, at most 200.
    """

    origin: MergedTicket
    at: datetime
    messages: int
    later: list[LaterMessage]
