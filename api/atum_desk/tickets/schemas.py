"""Requests and responses of tickets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.conditions.public import Condition, ConditionReader, Register
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.ledger.undo_refusals import UndoRefusal
from atum_desk.kernel.notices import NoticeRef
from atum_desk.lifecycle.public import Category
from atum_desk.outbox.public import QuotedMessages
from atum_desk.tickets.fields import IN_TICKET, PROPERTIES, SETTABLE
from atum_desk.tickets.list_row import TicketFacts
from atum_desk.tickets.models import (
    LaterMessage,
    MergedTicket,
    MessageItem,
    MessageKind,
    OfferedTicket,
    OwnFieldChange,
    Relation,
    SearchMatch,
    TicketLink,
)
from atum_desk.tickets.people import Participant, RequesterRef
from atum_desk.tickets.property import change_shape, wire_shape
from atum_desk.tickets.quote_schemas import Quote
from atum_desk.tickets.register import REGISTER
from atum_desk.tickets.values import Channel, Mentions, Priority, ResolutionKey, StatusKey, Subject, Tags, TicketType

Text = Annotated[str, Meta(min_length=1, max_length=500_000, examples=["Could you reconnect once?"])]
Html = Annotated[str, Meta(min_length=1, max_length=2_000_000)]
AttachmentIds = Annotated[list[int], Meta(max_length=50)]
FieldValues = Annotated[dict[str, Any], Meta(max_length=200, examples=[{"machine": "HX-210"}])]
View = Literal["my_open", "unassigned", "all_open", "waiting", "snoozed", "recently_resolved", "all"]
# An order of lists or, of custom fields by which lists are sorted, `field.<key>` upwards and `-field.<key>` downwards.
ListSort = Annotated[
    str,
    Meta(
        pattern=r"^(-?updated_at|-?created_at|-?number|-priority|-?field\.[a-z][a-z0-9_]{0,39})$",
        examples=["-updated_at", "-priority", "field.due"],
    ),
]
Sort = Literal["-updated_at", "updated_at", "-created_at", "created_at", "-priority", "number", "-number"]


class TicketRow(TicketFacts):
    """A ticket as a list shows it; `match` says where a search found it, and is left out elsewhere.

    `fields` are the values of the custom fields that were asked for, by key, and are left out without any. `starred`:
    the reader starred it; left out where they did not.
    """

    unread: bool
    starred: Literal[True] | UnsetType = UNSET
    match: SearchMatch | UnsetType = UNSET
    fields: dict[str, Any] | UnsetType = UNSET


class CorrectedWord(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A word of a search that nothing holds, and the one instead of which it was searched for."""

    from_: str
    to: str


class TicketPage(msgspec.Struct):
    """A page of tickets; without a cursor it was the last.

    `corrected` stands in a search's answer alone, when a word was taken for a mistake of one letter.
    """

    items: list[TicketRow]
    next_cursor: str | None
    corrected: CorrectedWord | UnsetType = UNSET


class TicketCounts(msgspec.Struct):
    """How many tickets each view and team holds; 1000 means a thousand or more."""

    views: dict[str, int]
    teams: dict[str, int]


# As a choice of its own in the OpenAPI, so that a client which words changes knows every key there is.
if TYPE_CHECKING:
    PropertyKey = str
else:
    PropertyKey = Literal[tuple(one.key for one in SETTABLE.values())]


class FieldChange(msgspec.Struct):
    """One property's old and new value: a status as `{key, name}`, a team or person as `{id, name}`."""

    field: PropertyKey
    old: Any
    new: Any


class ChangeItem(msgspec.Struct, tag="change", tag_field="type"):
    """A change of properties in a thread or history."""

    id: int
    command: str
    actor: NamedRef | None
    via: str
    at: datetime
    changes: list[FieldChange]
    fields: list[OwnFieldChange]
    undo_of: int | None
    undone: bool
    can_undo: bool
    undo_refusal: UndoRefusal | None


ThreadItem = MessageItem | ChangeItem


class Can(msgspec.Struct):
    """What the actor may do with a ticket."""

    reply: bool
    note: bool
    assign: bool
    move: bool
    status: bool
    priority: bool
    tag: bool
    edit: bool
    merge: bool
    redact: bool
    undo: bool


class Ticket(wire_shape("TicketProperties", IN_TICKET)):  # type: ignore[misc]
    """One ticket with the newest part of its thread, newest items last.

    `thread_earlier` messages, up to 10,000, lie before the part; `first_message` is the first of them.
    `first_unread_id` is the first message that others wrote since the reader was here last; null for who was
    never here.

    `notices` stand in the answer to a change alone, where it gave the ticket to somebody who is away.
    """

    id: int
    requester: RequesterRef
    unread: bool
    cc: list[Participant]
    # Values of custom fields by key.
    fields: dict[str, Any]
    can: Can
    allowed_statuses: list[str]
    thread: list[ThreadItem]
    thread_cursor: str | None
    thread_earlier: int
    first_message: MessageItem | None
    first_unread_id: int | None
    notices: list[NoticeRef] | UnsetType = UNSET


class TicketLinks(msgspec.Struct):
    """Tickets that may be the same request, those merged into this one, those linked, and those to think of.

    At most 50, 50, 200 and 5. `offered` are tickets of the same requester that are near in time; nothing is done
    with them unasked.
    """

    items: list[TicketLink]
    merged: list[MergedTicket] = []
    related: list[Relation] = []
    offered: list[OfferedTicket] = []


class MergeInput(msgspec.Struct, forbid_unknown_fields=True):
    """The number of the ticket that goes on, and whether the people of this one take part in it."""

    into: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    join_people: bool = True


class SeparateInput(msgspec.Struct, forbid_unknown_fields=True):
    """Messages that came since the merge and belong to this ticket, by id."""

    message_ids: Annotated[list[int], Meta(max_length=200)] = []


class Merge(msgspec.Struct, frozen=True):
    """Where a merged ticket goes on, since when, and what has come there since, oldest first, at most 200."""

    into: MergedTicket
    at: datetime
    later: list[LaterMessage]


class HistoryPage(msgspec.Struct):
    """A ticket's changes, newest first."""

    items: list[ChangeItem]
    next_cursor: str | None


class RecipientInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who gets a mail, with the name it is addressed to."""

    address: Annotated[str, Meta(max_length=320, examples=["mina@example.com"])]
    name: Annotated[str, Meta(max_length=200)] = ""


Addresses = Annotated[list[Annotated[str, Meta(max_length=320)] | RecipientInput], Meta(max_length=500)]


class RecipientsInput(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who gets a reply: `to`, `cc` and `bcc` by address, or `recipients`; else the requester alone.

    `to` stands for itself, whatever `recipients` says; `cc` and `bcc` come on top. `all` is the
    requester and every participant. Who is named in `to` or `cc` becomes a participant. More than
    ten people need `confirm_recipients`.
    """

    recipients: Literal["requester", "all"] | None = None
    to: Addresses | None = None
    cc: Addresses | None = None
    bcc: Addresses | None = None
    confirm_recipients: bool = False


class ParticipantInput(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who shall take part in a ticket; a stranger becomes a contact."""

    email: Annotated[str, Meta(max_length=320, examples=["mina@example.com"])]
    name: Annotated[str, Meta(max_length=200)] = ""


class RequesterInput(msgspec.Struct, forbid_unknown_fields=True):
    """A requester by address; a stranger becomes a contact."""

    email: Annotated[str, Meta(max_length=320, examples=["mina@example.com"])]
    name: Annotated[str, Meta(max_length=200)] = ""


class TicketInput(msgspec.Struct, forbid_unknown_fields=True):
    """A ticket to open, with `text` or `html` as its first message.

    The message is a `reply` in the requester's own words, or a `note` of the staff; neither is sent.
    With `send` it is a reply of the acting person, which leaves as mail to the requester, `cc` and
    `bcc` from the mailbox, after the time to undo it. More than ten people need `confirm_recipients`.
    """

    subject: Subject
    text: Text | None = None
    html: Html | None = None
    requester_id: int | None = None
    requester: RequesterInput | None = None
    kind: MessageKind = "reply"
    team_id: int | None = None
    assignee_id: int | None = None
    priority: Priority = "normal"
    type: TicketType = "question"
    tags: Tags = []
    mailbox_id: int | None = None
    channel: Channel = "api"
    attachment_ids: AttachmentIds = []
    send: bool = False
    cc: Addresses | None = None
    bcc: Addresses | None = None
    signature: bool | None = None
    confirm_recipients: bool = False
    fields: FieldValues = {}


class TicketChange(change_shape("SettableProperties", PROPERTIES)):  # type: ignore[misc]
    """What to change of a ticket; null clears the assignee or a custom field, which `fields` names by key."""

    fields: FieldValues | UnsetType = UNSET
    version: int | None = None


class MessageInput(RecipientsInput, kw_only=True, forbid_unknown_fields=True):
    """A reply or a note, with `text` or `html`; `status` and, with it, `resolution` are
    set in the same change.

    A reply with `send_at` leaves at that moment, and its requester sees it from then on. `plain_text`
    and `quote` (what was said in public before) say what its mail looks like; null means as its mailbox
    says. `quoted_messages` is the same as a number, and gives way to `quote`. With
    `seen_message_id`, the newest message its author has seen, it is refused when somebody else
    added a newer one. `mentions` tells colleagues of a note, who must be able to see the ticket.
    `assign_me` says whether the author of a reply becomes the assignee of a ticket that has none; null means as
    its team says, and not where the team asks.
    """

    kind: MessageKind
    text: Text | None = None
    html: Html | None = None
    attachment_ids: AttachmentIds = []
    status: StatusKey | None = None
    resolution: ResolutionKey | None = None
    send_at: datetime | None = None
    plain_text: bool | None = None
    quoted_messages: QuotedMessages | None = None
    # null: signed, unless its author signed the ticket a while ago
    signature: bool | None = None
    quote: Quote | None = None
    seen_message_id: Annotated[int, Meta(ge=0)] | None = None
    mentions: Mentions | None = None
    assign_me: bool | None = None


class MessageEdit(RecipientsInput, kw_only=True, forbid_unknown_fields=True):
    """What a reply whose mail still waits says instead, with `text` or `html`, or who gets it instead.

    `version` is that of its mail; `send_at`, if given, changes when it leaves (null: now). What its
    mail looks like stays as it was chosen.
    """

    text: Text | None = None
    html: Html | None = None
    send_at: datetime | UnsetType | None = UNSET
    version: int | None = None


class MessageAdded(msgspec.Struct):
    """The message, its ticket (without the thread), and how long its mail can be taken back.

    The ticket is null for who may write to it and not read it.
    """

    message: MessageItem
    ticket: Ticket | None
    change_id: int | None
    undo_seconds: int


class TagList(msgspec.Struct):
    """Tags in use on recent tickets."""

    items: list[str]


class Where(msgspec.Struct, frozen=True):
    """A condition that a list's tickets meet, and who asks."""

    condition: Condition
    reader: ConditionReader
    register: Register = REGISTER


class TicketFilter(msgspec.Struct, kw_only=True):
    """What a list is narrowed to; empty means everything the actor sees."""

    view: View = "all_open"
    # a stored view, whose condition `with_condition` adds
    view_id: int | None = None
    team_ids: list[int] = []
    # None: any; 0: nobody
    assignee_id: int | None = None
    statuses: list[str] = []
    categories: list[Category] = []
    priorities: list[Priority] = []
    tag: str | None = None
    # The key of one value of a custom field, as ticket_field_keys has it.
    field_key: str | None = None
    requester_id: int | None = None
    organization_id: int | None = None
    # Only what the reader starred.
    starred: bool = False
    words: str = ""
    where: Where | None = None
    # One group of the list, as `<field>:<value>`; its condition is added as that of a stored view is.
    group: str = ""
    # Keys of custom fields whose values the rows carry.
    fields: list[str] = []
    sort: Sort = "-updated_at"
    # A custom field to sort by, as `field.<key>` or `-field.<key>`; `sort` where it is none such any more.
    field_sort: str = ""
    # A custom field of which the tickets have no value.
    without_field: int | None = None


class LinksToRevoke(msgspec.Struct, forbid_unknown_fields=True):
    """Whose links to revoke; null means the requester's."""

    person_id: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None


class LinksRevoked(msgspec.Struct):
    """How many sessions ended that had been opened by a link."""

    ended_sessions: int
