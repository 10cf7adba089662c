"""Requests and responses of checklists and their templates."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.audiences.public import Scope
from atum_desk.kernel.named_ref import NamedRef

MOST_ITEMS = 100
MOST_CHECKLISTS = 20
# Five years, as the furthest moment of a snooze.
MOST_DUE_MINUTES = 5 * 366 * 24 * 60

ChecklistName = Annotated[str, Meta(min_length=1, max_length=100, examples=["New laptop"])]
ItemText = Annotated[str, Meta(min_length=1, max_length=500, examples=["Order the docking station"])]
DueAt = Annotated[datetime, Meta(tz=True)]
DueMinutes = Annotated[int, Meta(ge=1, le=MOST_DUE_MINUTES)]


class ChecklistItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do. A ticket cannot be resolved while one that is `required` is open (`done_at` is null)."""

    id: int
    text: str
    person: NamedRef | None
    due_at: datetime | None
    required: bool
    done_at: datetime | None
    done_by: NamedRef | None
    version: int


class Checklist(msgspec.Struct, frozen=True, kw_only=True):
    """A checklist of a ticket with its items in order: at most a hundred."""

    id: int
    name: str
    version: int
    items: list[ChecklistItem]


class TicketChecklists(msgspec.Struct, frozen=True, kw_only=True):
    """The checklists of a ticket, the earliest first, with how many of all their items are done."""

    items: list[Checklist]
    done: int
    total: int
    can_edit: bool


class NewChecklistItem(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An item to add at the end of a checklist."""

    text: ItemText
    person_id: int | None = None
    due_at: DueAt | None = None
    required: bool = False


class NewChecklist(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A checklist to add: of a template, of items that are given, or both; `name` is else the template's."""

    name: ChecklistName | None = None
    template_id: int | None = None
    items: Annotated[list[NewChecklistItem], Meta(max_length=MOST_ITEMS)] = []


class ChecklistChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Another name of a checklist."""

    name: ChecklistName
    version: int | None = None


class ChecklistItemChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of an item; `place` is where it then stands, 0 being the first."""

    text: ItemText | UnsetType = UNSET
    person_id: int | UnsetType | None = UNSET
    due_at: DueAt | UnsetType | None = UNSET
    required: bool | UnsetType = UNSET
    done: bool | UnsetType = UNSET
    place: Annotated[int, Meta(ge=0, le=MOST_ITEMS)] | UnsetType = UNSET
    version: int | None = None


class TemplateItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item of a template: due so many minutes after it is added. Who does not see the ticket is left out."""

    text: ItemText
    person_id: int | None = None
    due_minutes: DueMinutes | None = None
    required: bool = False


TemplateItems = Annotated[list[TemplateItem], Meta(min_length=1, max_length=MOST_ITEMS)]


class ChecklistTemplate(msgspec.Struct, kw_only=True):
    """A template: a personal one is its owner's alone, a team's its members', a shared one everybody's."""

    id: int
    name: str
    items: list[TemplateItem]
    scope: Scope
    owner_id: int | None
    owner_name: str | None
    team_id: int | None
    version: int
    can_edit: bool = False


class ChecklistTemplatePage(msgspec.Struct):
    """Templates by name."""

    items: list[ChecklistTemplate]
    next_cursor: str | None


class NewChecklistTemplate(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A template to add."""

    name: ChecklistName
    items: TemplateItems
    scope: Scope = "personal"
    team_id: int | None = None


class ChecklistTemplateChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a template; checklists that were made of it stay as they are."""

    name: ChecklistName | UnsetType = UNSET
    items: TemplateItems | UnsetType = UNSET
    scope: Scope | UnsetType = UNSET
    team_id: int | UnsetType | None = UNSET
    version: int | None = None
