"""The values of a leaf: how the text form spells them, and which of them a field can have."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from atum_desk.conditions.models import MAX_VALUES, Leaf, Value
from atum_desk.conditions.moments import span_of
from atum_desk.conditions.operators import KEYED_KINDS, NAMED_KINDS, OPERATORS, READERS_OWN
from atum_desk.conditions.register import Field

MAX_VALUE_CHARACTERS = 200
LARGEST_NUMBER = 2**31 - 1
LARGEST_ID = 2**63 - 1
BOOLEANS = {"yes": True, "true": True, "no": False, "false": False}
_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_UTC = ZoneInfo("UTC")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")


def value_of(field: Field, text: str, *, quoted: bool = False) -> Value | None:
    """Return what a text stands for among the values of a field; None when it is none, or a name.

    What is quoted is never a number, a relative date or `me`.
    """
    match field.kind:
        case "text":
            return text
        case "words":
            return text.lstrip("-") or None
        case "tags":
            return text.lower()
        case "number" | "ticket":
            return _number(text.removeprefix("#"), LARGEST_NUMBER)
        case "boolean":
            return BOOLEANS.get(text.lower())
        case "choice" | "ranked_choice":
            return text.lower() if text.lower() in field.choices else None
        case "decimal":
            return decimal_of(text)
        case "date" | "moment":
            return text if is_moment(text) else None
    if quoted:
        return None
    if text.lower() in READERS_OWN.get(field.kind, ()):
        return text.lower()
    return None if field.kind in KEYED_KINDS else _number(text.removeprefix("#"), LARGEST_ID)


def wrong_with(leaf: Leaf, field: Field | None) -> str | None:
    """Return why a stored leaf can match nothing, in words; None when nothing is wrong with it."""
    if field is None:
        return "there is no such field any more"
    if leaf.operator not in field.operators:
        return "the field has no such operator"
    takes = OPERATORS[leaf.operator].takes
    wanted = {"nothing": (0, 0), "one": (1, 1), "many": (1, MAX_VALUES)}[takes]
    if not wanted[0] <= len(leaf.values) <= wanted[1]:
        return "it has too few or too many values"
    if not all(_is_value(field, value) for value in leaf.values):
        return "the field has no such value any more"
    if field.kind == "words" and not any(isinstance(one, str) and one[:1] != "-" for one in leaf.values):
        return "it has no word to look for"
    return None


def _is_value(field: Field, value: Value) -> bool:
    kind = field.kind
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        largest = LARGEST_NUMBER if kind in ("number", "ticket") else LARGEST_ID
        return (kind in ("number", "ticket") or kind in NAMED_KINDS - KEYED_KINDS) and 0 <= value <= largest
    if not 0 < len(value) <= MAX_VALUE_CHARACTERS or "\0" in value:
        return False
    match kind:
        case "text" | "tags" | "words" | "status" | "resolution":
            return True
        case "choice" | "ranked_choice":
            return value in field.choices
        case "decimal":
            return decimal_of(value) == value
        case "date" | "moment":
            return is_moment(value)
    return value in READERS_OWN.get(kind, ())


def decimal_of(text: str) -> str | None:
    """Return the plainest spelling of a number with decimals, None for what is none."""
    if not _DECIMAL.fullmatch(text):
        return None
    number = Decimal(text)
    return f"{number.normalize():f}" if number else "0"


def is_moment(text: str) -> bool:
    """Tell whether a text names a moment or days."""
    try:
        span_of(text, _ANY_MOMENT, _UTC)
    except ValueError:
        return False
    return True


def _number(text: str, largest: int) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    return int(text) if int(text) <= largest else None
