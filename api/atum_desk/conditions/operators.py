"""The kinds of fields and their operators: what belongs to a kind belongs to no field."""

from __future__ import annotations

from typing import Literal

import msgspec

from atum_desk.conditions.models import POSITIVE

Kind = Literal[
    "text",
    "number",
    "decimal",
    "date",
    "moment",
    "boolean",
    "choice",
    "ranked_choice",
    "tags",
    "status",
    "resolution",
    "team",
    "person",
    "contact",
    "organization",
    "mailbox",
    "ticket",
    "words",
]
Takes = Literal["nothing", "one", "many"]


class Operator(msgspec.Struct, frozen=True):
    """How a field is compared; `sign` stands before the value in the text form, where it needs one."""

    key: str
    sign: str
    takes: Takes


OPERATORS = {
    one.key: one
    for one in (
        Operator("is", "", "many"),
        Operator("is_not", "", "many"),
        Operator("contains", "", "many"),
        Operator("contains_not", "", "many"),
        Operator("starts_with", "^", "many"),
        Operator("starts_with_not", "^", "many"),
        Operator("above", ">", "one"),
        Operator("at_least", ">=", "one"),
        Operator("below", "<", "one"),
        Operator("at_most", "<=", "one"),
        Operator("set", "", "nothing"),
        Operator("not_set", "", "nothing"),
    )
}
_EQUALITY = ("is", "is_not")
_PRESENCE = ("set", "not_set")
_ORDER = ("above", "at_least", "below", "at_most")
OPERATORS_OF: dict[Kind, tuple[str, ...]] = {
    "text": ("contains", "contains_not", "starts_with", "starts_with_not", *_EQUALITY, *_PRESENCE),
    "number": (*_EQUALITY, *_ORDER, *_PRESENCE),
    "decimal": (*_EQUALITY, *_ORDER, *_PRESENCE),
    "date": (*_EQUALITY, *_ORDER, *_PRESENCE),
    "moment": (*_EQUALITY, *_ORDER, *_PRESENCE),
    "boolean": _EQUALITY,
    "choice": (*_EQUALITY, *_PRESENCE),
    "ranked_choice": (*_EQUALITY, *_ORDER, *_PRESENCE),
    "tags": (*_EQUALITY, *_PRESENCE),
    "status": _EQUALITY,
    "resolution": (*_EQUALITY, *_PRESENCE),
    "team": (*_EQUALITY, *_PRESENCE),
    "person": (*_EQUALITY, *_PRESENCE),
    "contact": (*_EQUALITY, *_PRESENCE),
    "organization": (*_EQUALITY, *_PRESENCE),
    "mailbox": (*_EQUALITY, *_PRESENCE),
    "ticket": (*_EQUALITY, *_PRESENCE),
    "words": ("contains", "contains_not"),
}
# Kinds whose values are rows that have a name: the text form names them, the tree holds their ids.
NAMED_KINDS: frozenset[Kind] = frozenset(
    {"status", "resolution", "team", "person", "contact", "organization", "mailbox"}
)
# Of these the tree holds a key, which stays when the name changes, instead of an id.
KEYED_KINDS: frozenset[Kind] = frozenset({"status", "resolution"})
# What a value may be instead of a name, by kind; each means something else for each reader.
READERS_OWN: dict[Kind, tuple[str, ...]] = {"person": ("me",), "contact": ("me",), "team": ("my-teams",)}
ANY, NONE = "any", "none"


def operator_of_sign(kind: Kind, sign: str) -> str | None:
    """Return the operator that a sign means for a kind; None when it has none such."""
    if sign == "":
        return "contains" if "contains" in OPERATORS_OF[kind] else "is"
    if sign == "=":
        return "is" if "is" in OPERATORS_OF[kind] else None
    found = [key for key in OPERATORS_OF[kind] if OPERATORS[key].sign == sign and key not in POSITIVE]
    return found[0] if found else None


def sign_of(kind: Kind, operator: str) -> str:
    """Return the sign that the text form writes before the value; that a leaf is negative is said before its field."""
    positive = POSITIVE.get(operator, operator)
    if positive == "is" and operator_of_sign(kind, "") == "contains":
        return "="
    return OPERATORS[positive].sign


def is_negative(operator: str) -> bool:
    """Tell whether an operator matches what has no value."""
    return operator in POSITIVE
