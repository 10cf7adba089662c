"""A list in groups, as the API answers it."""

from __future__ import annotations

import msgspec

from atum_desk.lifecycle.public import Category


class TicketGroup(msgspec.Struct):
    """The tickets of a list that have one value of the field that it is grouped by.

    `group` is what `GET /tickets?group=` takes for it. `value` is an id or a key, null for the tickets without
    one; `name` and `color` are those of the person, team, status and so on, null for choices, whose words are
    known by their keys. There are `count` tickets, or at least so many where it is not `exact`.
    """

    group: str
    value: str | None
    name: str | None
    color: str | None
    category: Category | None
    count: int
    exact: bool


class TicketGroups(msgspec.Struct):
    """A list in groups by the field `by`; not `complete` when there may be further groups beside these."""

    by: str
    items: list[TicketGroup]
    complete: bool
