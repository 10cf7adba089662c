"""What may be written at a place of the text form: names of fields, then values."""

from __future__ import annotations

import msgspec

from atum_desk.conditions.operators import ANY, NONE, READERS_OWN, operator_of_sign
from atum_desk.conditions.problems import ConditionInvalid
from atum_desk.conditions.register import Field, Register
from atum_desk.conditions.tokens import TextToken, tokens_of

USUAL_MOMENTS = (
    *("today", "yesterday", "this-week", "last-week", "this-month", "last-month"),
    *("now-1h", "now-24h", "today-7d", "today-30d"),
)
_ENDS_WORD = frozenset(' \t\n()",:')


class Completion(msgspec.Struct, frozen=True):
    """What is being written: the characters from `start` to `end`, of which `prefix` is typed.

    `field` is whose value it is; None when it is the name of one of `fields`. `choices` are the values
    that the register knows; others are the names of rows.
    """

    start: int
    end: int
    prefix: str
    field: Field | None = None
    fields: tuple[Field, ...] = ()
    choices: tuple[str, ...] = ()


def complete(text: str, at: int, register: Register) -> Completion | None:
    """Return what may stand at a place (the caret, before which so many characters are), None inside of words."""
    at = min(max(at, 0), len(text))
    try:
        tokens = tokens_of(text[:at])
    except ConditionInvalid:
        return None
    end = at
    while end < len(text) and text[end] not in _ENDS_WORD:
        end += 1
    token = tokens[-1] if tokens and tokens[-1].end == at else None
    if token is None or token.kind == "open":
        return Completion(at, end, "", fields=register.fields)
    if token.kind == "field":
        return _value(token, at, end, register)
    if token.kind == "close" or (token.parts and token.parts[0].quoted):
        return None
    typed = text[token.start + token.negated : at].lower()
    # A name that begins so comes before one of which a later part does.
    matching = [field for field in register.fields if typed in field.name]
    matching.sort(key=lambda field: not field.name.startswith(typed))
    return Completion(at - len(typed), end, typed, fields=tuple(matching))


def _value(token: TextToken, at: int, end: int, register: Register) -> Completion | None:
    field = register.named(token.name)
    if field is None or field.kind in ("text", "words"):
        return None
    part = token.parts[-1] if token.parts and token.parts[-1].end == at else None
    prefix = part.text if part else ""
    choices = _choices(field, alone=len(token.parts) <= 1 and operator_of_sign(field.kind, token.sign) == "is")
    matching = tuple(choice for choice in choices if choice.startswith(prefix.lower()))
    return Completion(part.start if part else at, end, prefix, field=field, choices=matching)


def _choices(field: Field, *, alone: bool) -> tuple[str, ...]:
    if field.kind == "boolean":
        return ("yes", "no")
    if field.kind in ("date", "moment"):
        return (*USUAL_MOMENTS, *((ANY, NONE) if alone else ()))
    presence = (NONE, ANY) if alone and "set" in field.operators else ()
    return (*field.choices, *READERS_OWN.get(field.kind, ()), *presence)
