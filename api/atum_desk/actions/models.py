"""The typed actions, as they are stored and sent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from atum_desk.templates.public import MOST_CHARACTERS
from atum_desk.tickets.public import MOST_SNOOZED_MINUTES, Tags

MOST_ACTIONS = 20
Template = Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]


class _Action(msgspec.Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    pass


class SetField(_Action, frozen=True, kw_only=True, tag="set"):
    """Set a field to what `PATCH /tickets/{number}` takes for it; null clears it. Custom fields are `field.<key>`."""

    field: Annotated[str, Meta(min_length=1, max_length=60, examples=["priority", "field.product"])]
    value: Any = None


class SetStatus(_Action, frozen=True, kw_only=True, tag="status"):
    """Give the ticket a status, by its key."""

    status: Annotated[str, Meta(min_length=1, max_length=40)]


class Assign(_Action, frozen=True, kw_only=True, tag="assign"):
    """Assign the ticket to whoever acts, to nobody, or to a person or a team by `id`."""

    to: Literal["me", "nobody", "person", "team"]
    id: int | None = None


class AddTags(_Action, frozen=True, kw_only=True, tag="add_tags"):
    """Add tags; those that the ticket has already stay as they are."""

    tags: Tags


class RemoveTags(_Action, frozen=True, kw_only=True, tag="remove_tags"):
    """Remove tags, where the ticket has them."""

    tags: Tags


class SnoozeTicket(_Action, frozen=True, kw_only=True, tag="snooze"):
    """Snooze the ticket for so many minutes from when it is done; without them until its requester answers."""

    minutes: Annotated[int, Meta(ge=1, le=MOST_SNOOZED_MINUTES)] | None = None
    on_reply: bool = True
    reason: Annotated[str, Meta(max_length=500)] = ""


class AddChecklist(_Action, frozen=True, kw_only=True, tag="checklist"):
    """Add the checklist of a template, which whoever acts must see."""

    template_id: int


class WriteNote(_Action, frozen=True, kw_only=True, tag="note"):
    """Add a note for the staff; `text` has variables."""

    text: Template


class WriteReply(_Action, frozen=True, kw_only=True, tag="reply"):
    """Write to the requester, held for undo as every reply is; `text` has variables."""

    text: Template


Action = SetField | SetStatus | Assign | AddTags | RemoveTags | SnoozeTicket | AddChecklist | WriteNote | WriteReply
Actions = Annotated[list[Action], Meta(max_length=MOST_ACTIONS)]
