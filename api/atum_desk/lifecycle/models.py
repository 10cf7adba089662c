"""A status, and what it may become."""

from __future__ import annotations

from typing import Literal

import msgspec

Category = Literal["new", "open", "waiting", "on_hold", "resolved", "closed"]
CATEGORIES: tuple[Category, ...] = ("new", "open", "waiting", "on_hold", "resolved", "closed")
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
