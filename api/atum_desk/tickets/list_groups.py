"""Groups of a list: a field and one of its values, and the condition that says the same."""

from __future__ import annotations

from atum_desk.conditions.public import KEYED_KINDS, Condition, Field, Leaf, Register, Value, group, wrong_with
from atum_desk.tickets.problems import GroupUnknown

_BY_KEY = KEYED_KINDS | {"choice", "ranked_choice"}


def grouping_field(register: Register, key: str) -> Field:
    """Return the field of a key by which lists are grouped. Raises GroupUnknown."""
    field = register.by_key.get(key)
    if field is None or not field.can_group:
        raise GroupUnknown(group=key)
    return field


def group_key(field: Field, value: str | None) -> str:
    """Return how a group is named in addresses; without a value, that of the tickets that have none."""
    return f"{field.key}:{value or ''}"


def condition_of_group(named: str, register: Register) -> Condition:
    """Return the condition of a group as `group_key` names it. Raises GroupUnknown."""
    key, _, value = named.partition(":")
    field = grouping_field(register, key)
    if not value:
        return _without_value(field)
    leaf = Leaf(key, "is", (_value_of(field, value, named),))
    if wrong_with(leaf, field):
        raise GroupUnknown(group=named)
    return leaf


def within_group(condition: Condition | None, named: str, register: Register) -> Condition | None:
    """Return a list's condition narrowed to one of its groups; without a group as it is. Raises GroupUnknown."""
    if not named:
        return condition
    leaf = condition_of_group(named, register)
    return leaf if condition is None else group("all", [condition, leaf])


def _without_value(field: Field) -> Condition:
    if "not_set" in field.operators:
        return Leaf(field.key, "not_set")
    # The negative of an operator is met by what has no value.
    if field.kind == "boolean":
        return group("all", [Leaf(field.key, "is_not", (True,)), Leaf(field.key, "is_not", (False,))])
    return group("any", [])


def _value_of(field: Field, value: str, named: str) -> Value:
    if field.kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if field.kind in _BY_KEY:
        return value
    if value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    raise GroupUnknown(group=named)
