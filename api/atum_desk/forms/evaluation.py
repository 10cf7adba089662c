"""What depends on what: which fields of a form are shown and required, and what they offer, by what was filled in.

Pure functions. web/src/ui/forms/evaluation.ts does the same in the browser; both are held to the
cases of web/tests/formCases.json.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from atum_desk.conditions.public import Condition, Leaf, Value
from atum_desk.forms.models import FieldState, OfferedField, OfferedForm

# What JavaScript's \s is, so that both sides call the same texts empty.
_BLANK = re.compile("[\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]*")
# A number that both sides read as the same double.
_NUMBER = re.compile(r" *[+-]?[0-9]{1,20}(\.[0-9]{0,20})? *")
CHOICES = frozenset({"choice", "tree", "multiple_choice"})
NUMBERS = frozenset({"number", "money"})
EQUALITY = ("is", "is_not")
ORDER = ("above", "at_least", "below", "at_most")
PRESENCE = ("set", "not_set")
# A value as conditions compare it: keys, a number, or that there is something.
Comparable = list[str] | float | bool | str | None
Values = dict[str, Comparable]


def operators_of(kind: str) -> tuple[str, ...]:
    """Return the operators by which conditions of forms compare a kind of field."""
    if kind in CHOICES or kind == "boolean":
        return (*EQUALITY, *PRESENCE)
    return (*EQUALITY, *ORDER, *PRESENCE) if kind in NUMBERS or kind == "date" else PRESENCE


def is_blank(value: Any) -> bool:
    """Tell whether nothing was filled in."""
    return value is None or value == [] or (isinstance(value, str) and _BLANK.fullmatch(value) is not None)


def evaluate(form: OfferedForm, answers: Mapping[str, Any]) -> dict[str, FieldState]:
    """Return the state of each field, in order. A hidden field, or one with what it does not offer, is empty."""
    values: Values = {}
    states: dict[str, FieldState] = {}
    for section in form.sections:
        section_shown = holds(section.shown_when, values)
        for field in section.fields:
            shown = section_shown and holds(field.shown_when, values)
            required = field.required or (field.required_when is not None and holds(field.required_when, values))
            options = offered_options(field, values)
            states[field.field] = FieldState(shown, shown and required, options)
            if shown:
                values[field.field] = comparable(field, answers.get(field.field), options)
    return states


def offered_options(field: OfferedField, values: Values) -> list[str] | None:
    """Return the keys of what a field offers now, None for one that is no choice."""
    if field.kind not in CHOICES:
        return None
    known = [one.key for one in field.options if one.active]
    for narrowing in field.narrowings:
        if holds(narrowing.when, values):
            return [key for key in known if key in narrowing.options]
    return known


def comparable(field: OfferedField, value: Any, options: list[str] | None) -> Comparable:
    """Return a value as conditions compare it, None for none and for one that the field cannot have."""
    if is_blank(value):
        return None
    if options is not None:
        given = value if isinstance(value, list) else [value]
        if any(one not in options for one in given) or (field.kind != "multiple_choice" and len(given) != 1):
            return None
        return _path(field, given[0]) if field.kind == "tree" else [str(one) for one in given]
    if field.kind == "boolean":
        return value if isinstance(value, bool) else None
    if field.kind in NUMBERS:
        return _number(value)
    return value if isinstance(value, str) else True


def holds(condition: Condition | None, values: Values) -> bool:
    """Tell whether a condition holds; none holds always. What a form does not ask for is empty."""
    if condition is None:
        return True
    if isinstance(condition, Leaf):
        return _leaf_holds(condition, values.get(condition.field))
    found = (holds(member, values) for member in condition.members)
    if condition.match == "all":
        return all(found)
    return any(found) if condition.match == "any" else not any(found)


def _leaf_holds(leaf: Leaf, value: Comparable) -> bool:
    if leaf.operator in PRESENCE:
        return (value is not None) == (leaf.operator == "set")
    if leaf.operator in EQUALITY:
        return any(_is(value, one) for one in leaf.values) == (leaf.operator == "is")
    return bool(leaf.values) and _is_beyond(leaf.operator, value, leaf.values[0])


def _is(value: Comparable, wanted: Value) -> bool:
    if isinstance(value, list):
        return str(wanted) in value
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return value is not None and value == (_number(wanted) if isinstance(value, float) else wanted)


def _is_beyond(operator: str, value: Comparable, wanted: Value) -> bool:
    limit = _number(wanted) if isinstance(value, float) else wanted
    if isinstance(value, float) and isinstance(limit, float):
        order = (value > limit) - (value < limit)
    elif isinstance(value, str) and isinstance(limit, str):
        # Dates are texts that sort as they follow each other.
        order = (value > limit) - (value < limit)
    else:
        return False
    return {"above": order > 0, "at_least": order >= 0, "below": order < 0, "at_most": order <= 0}[operator]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    return float(value)


def _path(field: OfferedField, key: Any) -> list[str]:
    above = {one.key: one.parent for one in field.options}
    keys: list[str] = []
    at: str | None = key
    while at is not None and at not in keys:
        keys.insert(0, at)
        at = above.get(at)
    return keys
