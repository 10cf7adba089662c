"""Requests and responses of statuses."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.lifecycle.models import Category, PresetName, Resolution, Rules, Status, TeamRules, Transition

Color = Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}$", examples=["#5B9BD5"])]
StatusName = Annotated[str, Meta(min_length=1, max_length=100, examples=["Waiting for parts"])]
Transitions = Annotated[list[Transition], Meta(max_length=100)]


class StatusList(msgspec.Struct):
    """Every status in order."""

    items: list[Status]


class NewStatus(msgspec.Struct, forbid_unknown_fields=True):
    """A status to add, after the last one of its category.

    Without `next` it leads where the others of its category lead, and they and what leads to them
    lead to it.
    """

    name: StatusName
    category: Category
    color: Color | None = None
    next: Transitions | None = None


class StatusChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of a status. Its key and its category stay: tickets and scripts rely on them."""

    name: StatusName | UnsetType = UNSET
    color: Color | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    next: Transitions | UnsetType = UNSET
    version: int | None = None


class PresetChoice(msgspec.Struct, forbid_unknown_fields=True):
    """A preset to take over, and the roles that may make its restricted transitions; null: leads, administrators."""

    preset: PresetName
    role_ids: Annotated[list[int], Meta(max_length=50)] | None = None


class StatusOrder(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of all statuses in the order to show them in."""

    keys: Annotated[list[str], Meta(max_length=100)]


class RulesList(msgspec.Struct):
    """The rules of the workspace, and those of the teams that have their own, by team."""

    workspace: Rules
    teams: list[TeamRules]


class RulesChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of rules; a team without rules of its own gets the workspace's with these changes."""

    close_after_days: Annotated[int, Meta(ge=1, le=3650)] | UnsetType | None = UNSET
    reopen_within_days: Annotated[int, Meta(ge=0, le=3650)] | UnsetType | None = UNSET
    keep_assignee: bool | UnsetType = UNSET
    resolution_required: bool | UnsetType = UNSET
    version: int | None = None


ResolutionName = Annotated[str, Meta(min_length=1, max_length=100, examples=["Duplicate"])]
ResolutionText = Annotated[str, Meta(max_length=500, examples=["The same was asked in another ticket"])]


class ResolutionList(msgspec.Struct):
    """Every reason for resolving in order, those out of use among them."""

    items: list[Resolution]


class NewResolution(msgspec.Struct, forbid_unknown_fields=True):
    """A reason to add, after all others."""

    name: ResolutionName
    description: ResolutionText = ""


class ResolutionChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of a reason. Its key stays: tickets and scripts rely on it."""

    name: ResolutionName | UnsetType = UNSET
    description: ResolutionText | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    version: int | None = None


class ResolutionOrder(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of all reasons in the order to show them in."""

    keys: Annotated[list[str], Meta(max_length=100)]
