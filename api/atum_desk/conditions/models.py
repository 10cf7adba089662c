"""The tree of a condition: leaves `field operator values` in groups, and what bounds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

MAX_DEPTH = 5
MAX_LEAVES = 50
MAX_VALUES = 50

Value = int | bool | str
Match = Literal["all", "any", "none"]


class Leaf(msgspec.Struct, frozen=True, tag="leaf", tag_field="node"):
    """One comparison of a field, which is named by its key, with values.

    People, teams and their like are values by id, statuses and choices by key. `me`, `my-teams` and
    relative dates stay as they are written: they mean something else for each reader and moment.
    """

    field: str
    operator: str
    values: tuple[Value, ...] = ()


class Group(msgspec.Struct, frozen=True, tag="group", tag_field="node"):
    """Conditions of which all, at least one, or none must hold."""

    match: Match
    members: tuple[Condition, ...]


Condition = Leaf | Group


def leaves_of(condition: Condition) -> Iterator[Leaf]:
    """Yield the leaves from left to right."""
    if isinstance(condition, Leaf):
        yield condition
        return
    for member in condition.members:
        yield from leaves_of(member)


def depth_of(condition: Condition) -> int:
    """Return how many groups lie within each other."""
    if isinstance(condition, Leaf):
        return 0
    return 1 + max((depth_of(member) for member in condition.members), default=0)


def group(match: Match, members: list[Condition] | tuple[Condition, ...]) -> Condition:
    """Return the plainest condition that says the same: one of one is that one, groups of a kind are one group."""
    flat: list[Condition] = []
    for member in members:
        # None of (a or b) is none of a and b; none of none of a is not.
        inner = "any" if match == "none" else match
        if isinstance(member, Group) and member.match == inner:
            flat += member.members
        else:
            flat.append(member)
    if match == "none":
        if len(flat) == 1:
            return _negated(flat[0])
        return Group("none", tuple(flat))
    return flat[0] if len(flat) == 1 else Group(match, tuple(flat))


def canonical(condition: Condition) -> Condition:
    """Return the plainest condition that says the same, as the text form reads it."""
    if isinstance(condition, Leaf):
        return condition
    return group(condition.match, [canonical(member) for member in condition.members])


# Each operator and its negative one, which matches what has no value.
NEGATIVE = {"is": "is_not", "contains": "contains_not", "starts_with": "starts_with_not", "set": "not_set"}
POSITIVE = {negative: positive for positive, negative in NEGATIVE.items()}


def _negated(condition: Condition) -> Condition:
    if isinstance(condition, Leaf):
        opposite = NEGATIVE.get(condition.operator) or POSITIVE.get(condition.operator)
        if opposite:
            return msgspec.structs.replace(condition, operator=opposite)
    return Group("none", (condition,))
