"""A status, and what it may become."""

from __future__ import annotations

from typing import Literal

import msgspec

Category = Literal["new", "open", "waiting", "on_hold", "resolved", "closed"]
CATEGORIES: tuple[Category, ...] = ("new", "open", "waiting", "on_hold", "resolved", "closed")
# A ticket of these is open, of the others it is not.
OPEN_CATEGORIES: tuple[Category, ...] = ("new", "open", "waiting", "on_hold")
PresetName = Literal["managed_intake"]
# Tickets open, are worked on, resolved and closed by themselves; each of these needs a status to take.
NEEDED_CATEGORIES: tuple[Category, ...] = ("new", "open", "resolved", "closed")


class Transition(msgspec.Struct, frozen=True):
    """A status that another may become, by key; without roles everybody may do it."""

    key: str
    role_ids: list[int] = []


class Status(msgspec.Struct, frozen=True):
    """A status and the category that decides what it means.

    One that is not `active` stays on the tickets that have it, and no ticket takes it. `color` is
    `#RRGGBB`, or null for that of its category. `next` is what it may become, in order.
    """

    id: int
    key: str
    name: str
    category: Category
    position: int
    color: str | None
    active: bool
    next: list[Transition]
    version: int


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """When resolved tickets close, and what an answer of the requester does to an ended one.

    `close_after_days`: so many days after a ticket was resolved it closes; null: never. `reopen_within_days`: so
    long after it was resolved an answer reopens it, also when it is closed by then, and later ones open a follow-up;
    0: every answer does; null: an answer reopens until the ticket is closed. `keep_assignee`: a reopened ticket goes
    back to whom it had, as long as they are active and see its team; else to the team. `resolution_required`: whoever
    resolves or closes a ticket says why, as long as there is a reason to choose. `version` is 0 for what
    nobody set.
    """

    close_after_days: int | None
    reopen_within_days: int | None
    keep_assignee: bool
    resolution_required: bool
    version: int


DEFAULT_RULES = Rules(
    close_after_days=7, reopen_within_days=None, keep_assignee=True, resolution_required=False, version=0
)


class TeamRules(Rules, frozen=True, kw_only=True):
    """The rules of a team that does not follow the workspace's."""

    team_id: int


class Resolution(msgspec.Struct, frozen=True):
    """A reason for which tickets are resolved; one that is not `active` stays on its tickets, and none takes it."""

    id: int
    key: str
    name: str
    description: str
    position: int
    active: bool
    version: int
