"""Requests and responses of bulk runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from atum_desk.conditions.public import MAX_CHARACTERS
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.notices import NoticeRef
from atum_desk.templates.public import MOST_CHARACTERS
from atum_desk.tickets.public import MissingCounts, MissingValues, Tags, TicketChange

# So many tickets one run takes.
MOST_TICKETS = 50_000
# So many numbers one request names; more come by a search.
MOST_NUMBERS = 10_000

Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Ids = Annotated[str, Meta(max_length=2_000)]
RunKind = Literal["edit", "tag", "undo", "outbound"]
RunState = Literal["waiting", "collecting", "running", "done", "cancelled", "failed"]


class BulkSearch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A list of tickets, as `GET /tickets` is asked for it: its parameters, by their names there."""

    view: Annotated[str, Meta(max_length=40)] = "all_open"
    team_id: Ids | None = None
    assignee_id: Annotated[str, Meta(max_length=20)] | None = None
    status: Ids | None = None
    category: Ids | None = None
    priority: Ids | None = None
    tag: Annotated[str, Meta(max_length=50)] | None = None
    requester_id: int | None = None
    organization_id: int | None = None
    q: Annotated[str, Meta(max_length=MAX_CHARACTERS)] = ""
    zone: Annotated[str, Meta(max_length=60)] = "UTC"


class BulkMessage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A note or a reply to the requester of each ticket; the text is a Liquid template (docs/bulk.md)."""

    kind: Literal["note", "reply"]
    text: Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]


class BulkActions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is done to each ticket: what `PATCH /tickets/{number}` takes, tags, a template's checklist and a message.

    `where_missing` is set of those tickets alone that need it for the change and have no value of it.
    """

    set: TicketChange = TicketChange()
    add_tags: Tags = []
    remove_tags: Tags = []
    where_missing: MissingValues = msgspec.field(default_factory=MissingValues)
    checklist_template_id: int | None = None
    message: BulkMessage | None = None


class BulkRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Some tickets, by number or as the whole result of a search, and what is done to each."""

    numbers: Annotated[list[Number], Meta(min_length=1, max_length=MOST_NUMBERS)] | None = None
    search: BulkSearch | None = None
    actions: BulkActions


class BulkSample(msgspec.Struct):
    """One of the tickets, and the message that it would get; `problem` where the text cannot be filled in."""

    number: int
    subject: str
    requester: str
    text: str | None
    problem: dict[str, Any] | None = None


class BulkPreview(msgspec.Struct):
    """What a request would come to now: how many tickets it takes (`most` or more are too many), and the first few.

    `missing`: what some of them lack for it, which `where_missing` gives; without it they are refused.
    `notices` say that whoever gets the tickets is away.
    """

    count: int
    most: int
    samples: list[BulkSample]
    variables: list[str]
    missing: MissingCounts
    notices: list[NoticeRef]


class BulkRefused(msgspec.Struct):
    """A ticket that was left alone, and why; somebody who got none has an `address`, and `number` is their place."""

    number: int
    problem: dict[str, Any]
    address: str | None = None


class BulkRun(msgspec.Struct, kw_only=True):
    """A bulk run: what was asked, how far it is, and what became of it.

    `refused_items` are the first of those refused. `mail_at`: until then no mail of its replies leaves,
    so an undo takes them back, too. `notices` stand in the answer that begins it: whoever gets the tickets is away.
    """

    id: int
    kind: RunKind
    state: RunState
    asked_by: NamedRef
    request: dict[str, Any]
    cancel_asked: bool
    total: int
    changed: int
    unchanged: int
    refused: int
    problem: dict[str, Any] | None
    undo_of: int | None
    undone_by: int | None
    mail_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    can_undo: bool
    refused_items: list[BulkRefused] = []
    notices: list[NoticeRef] | msgspec.UnsetType = msgspec.UNSET


class BulkRunPage(msgspec.Struct):
    """Bulk runs, newest first."""

    items: list[BulkRun]
    next_cursor: str | None


class BulkItem(msgspec.Struct):
    """What became of one ticket of a run.

    Of a run that opens tickets: of the person at an `address`, whose place in the list `number` is, and
    the ticket that was `opened` for them.
    """

    number: int
    state: Literal["waiting", "changed", "unchanged", "refused"]
    change_id: int | None
    problem: dict[str, Any] | None
    address: str | None
    opened: int | None


class BulkItemPage(msgspec.Struct):
    """Tickets of a run by number."""

    items: list[BulkItem]
    next_cursor: str | None
