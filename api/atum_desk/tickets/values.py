"""The values that properties of tickets take, as the API shows and accepts them.

The live service shows tickets too (ADR 0026): this module imports nothing but the kernel
and the categories of statuses.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from atum_desk.lifecycle.public import Category

Priority = Literal["low", "normal", "high", "urgent"]
TicketType = Literal["question", "incident", "problem", "task"]
# What opened a ticket instead of a person: a mailing list, a newsletter, a program.
Automatic = Literal["list", "newsletter", "robot"]
Channel = Literal["email", "portal", "widget", "api", "phone"]

PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
TICKET_TYPES: tuple[TicketType, ...] = get_args(TicketType)

Subject = Annotated[str, Meta(min_length=1, max_length=500, examples=["VPN drops every 20 minutes"])]
StatusKey = Annotated[str, Meta(min_length=1, max_length=40, examples=["waiting"])]
ResolutionKey = Annotated[str, Meta(min_length=1, max_length=40, examples=["duplicate"])]
Tag = Annotated[str, Meta(min_length=1, max_length=50, examples=["vpn"])]
Tags = Annotated[list[Tag], Meta(max_length=50)]
Moment = Annotated[datetime, Meta(tz=True)]
# Five years.
MOST_SNOOZED_MINUTES = 5 * 366 * 24 * 60


class ChecklistProgress(msgspec.Struct, frozen=True):
    """How many items of a ticket's checklists are done, of how many, and how many required ones are open."""

    done: int
    total: int
    required: int


class Snooze(msgspec.Struct, frozen=True):
    """That a ticket was snoozed: since when, until a moment, until its requester answers, or whichever comes first.

    `woken_at` is when it ended, and before `at` it is of an earlier snooze.
    """

    at: datetime
    until: datetime | None
    on_reply: bool
    reason: str
    woken_at: datetime | None


class SnoozeInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when to snooze a ticket: a moment, or so many minutes from when it is done; and whether an answer ends it.

    Without a moment an answer of the requester ends it.
    """

    until: Moment | None = None
    minutes: Annotated[int, Meta(ge=1, le=MOST_SNOOZED_MINUTES)] | None = None
    on_reply: bool = True
    reason: Annotated[str, Meta(max_length=500, examples=["The spare part arrives on Monday"])] = ""


class StatusRef(msgspec.Struct, frozen=True):
    """A ticket's status; `color` is `#RRGGBB`, or null for that of its category."""

    key: str
    name: str
    category: Category
    color: str | None


class ResolutionRef(msgspec.Struct, frozen=True):
    """The reason for which a ticket was resolved."""

    key: str
    name: str


class TeamRef(msgspec.Struct, frozen=True):
    """A ticket's team."""

    id: int
    name: str
    color: str


class ListedRequester(msgspec.Struct, frozen=True):
    """Who asked, and whether they are marked as a VIP."""

    id: int
    name: str
    vip: bool


class MailboxRef(msgspec.Struct, frozen=True):
    """The address a ticket's mail comes from and goes to."""

    id: int
    address: str
    name: str


def priority_number(priority: Priority) -> int:
    """Return 1 for low to 4 for urgent, as stored."""
    return PRIORITIES.index(priority) + 1


def priority_name(number: int) -> Priority:
    """Return the name of a stored priority."""
    return PRIORITIES[number - 1]


class Mentions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a note mentions, by id: members of the staff and whole teams."""

    staff_ids: Annotated[list[int], Meta(max_length=50)] = []
    team_ids: Annotated[list[int], Meta(max_length=10)] = []
