"""A condition evaluated in plain Python, for tests alone: what the SQL of the register must agree with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from atum_desk.conditions.models import NEGATIVE, POSITIVE, Condition, Leaf
from atum_desk.conditions.moments import span_of
from atum_desk.conditions.public import ConditionReader, Field, Register

# The values that a ticket has, by the key of the field; those of messages are their words.
Facts = Mapping[str, list[Any]]


def holds(condition: Condition, facts: Facts, register: Register, reader: ConditionReader, own_teams: set[int]) -> bool:
    """Tell whether a ticket with these values meets a condition."""
    if not isinstance(condition, Leaf):
        held = [holds(member, facts, register, reader, own_teams) for member in condition.members]
        return {"all": all(held), "any": any(held), "none": not any(held)}[condition.match]
    field = register.by_key[condition.field]
    positive = POSITIVE.get(condition.operator, condition.operator)
    values = facts[field.key]
    if positive == "set":
        held_one = any(value not in (None, "", []) for value in values)
    else:
        held_one = any(
            _fits(field, positive, value, list(condition.values), reader, own_teams)
            for value in values
            if value is not None
        )
    return not held_one if condition.operator in NEGATIVE.values() else held_one


def _fits(
    field: Field, operator: str, value: Any, wanted: list[Any], reader: ConditionReader, own_teams: set[int]
) -> bool:
    match field.kind:
        case "text":
            lowered = [one.lower() for one in wanted]
            text = value.lower()
            return any(
                {"contains": one in text, "starts_with": text.startswith(one), "is": text == one}[operator]
                for one in lowered
            )
        case "words":
            return all((term[1:] not in value) if term.startswith("-") else (term in value) for term in wanted)
        case "moment":
            return any(_in_time(operator, value, one, reader) for one in wanted)
        case "tags":
            return bool(set(value) & set(wanted))
        case "number" | "ticket":
            return _ordered(operator, value, wanted)
        case "ranked_choice":
            return _ordered(operator, value, [field.choices.index(one) + 1 for one in wanted])
        case "team":
            ids = {one for one in wanted if one != "my-teams"} | (own_teams if "my-teams" in wanted else set())
            return value in ids
    return value in [reader.person_id if one == "me" else one for one in wanted]


def _ordered(operator: str, value: int, wanted: list[int]) -> bool:
    first = wanted[0]
    return {
        "is": value in wanted,
        "above": value > first,
        "at_least": value >= first,
        "below": value < first,
        "at_most": value <= first,
    }[operator]


def _in_time(operator: str, value: datetime, wanted: str, reader: ConditionReader) -> bool:
    start, end = span_of(wanted, reader.now, reader.zone)
    return {
        "is": start <= value < end,
        "above": value >= end,
        "at_least": value >= start,
        "below": value < start,
        "at_most": value < end,
    }[operator]
