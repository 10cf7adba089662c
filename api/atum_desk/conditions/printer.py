"""From the tree to the text form, which parses to the same tree."""

from __future__ import annotations

import re

from atum_desk.conditions.models import POSITIVE, Condition, Group, Leaf, Value, canonical
from atum_desk.conditions.names import ValueNames
from atum_desk.conditions.operators import ANY, NAMED_KINDS, NONE, READERS_OWN, is_negative, sign_of
from atum_desk.conditions.parser import WORDS
from atum_desk.conditions.register import Field, Register
from atum_desk.conditions.values import value_of

_BARE_WORD = re.compile(r"[^\s()\",:\-\\<>=^][^\s()\",:\\]*")
_BARE_VALUE = re.compile(r"[^\s()\",\\<>=^][^\s()\",\\]*")


def print_text(condition: Condition, register: Register, names: ValueNames | None = None) -> str:
    """Return the text of a condition; what `names` does not know is written by its id."""
    return _Printer(register, names or ValueNames()).write(canonical(condition))


class _Printer:
    def __init__(self, register: Register, names: ValueNames) -> None:
        self._register = register
        self._names = names

    def write(self, condition: Condition) -> str:
        if isinstance(condition, Leaf):
            return self._leaf(condition)
        if condition.match == "none":
            inside = self._inside(condition)
            is_comparison = len(condition.members) == 1 and isinstance(condition.members[0], Leaf)
            return f"-{inside}" if is_comparison else f"-({inside})"
        if condition.match == "any":
            return " or ".join(self._member(member, "any") for member in condition.members)
        return self._together(condition)

    def _inside(self, condition: Group) -> str:
        """The members of a `none`: more than one are alternatives."""
        if len(condition.members) == 1:
            return self.write(condition.members[0])
        return " or ".join(self._member(member, "any") for member in condition.members)

    def _member(self, member: Condition, match: str) -> str:
        """A member in parentheses where it would be read otherwise without."""
        loose = isinstance(member, Group) and (member.match == "any" if match == "all" else member.match == match)
        return f"({self.write(member)})" if loose else self.write(member)

    def _together(self, condition: Group) -> str:
        """Words of different leaves would be taken for one, so all leaves of words but the first stand apart."""
        written = []
        has_words = any(_is_words(member, "contains") for member in condition.members)
        is_first = True
        for member in condition.members:
            text = self._member(member, "all")
            if _is_words(member, "contains"):
                written.append(text if is_first else f"({text})")
                is_first = False
            elif has_words and _is_words(member, "contains_not") and not text.startswith("-("):
                written.append(f"-({text[1:]})")
            else:
                written.append(text)
        return " ".join(written)

    def _leaf(self, leaf: Leaf) -> str:
        minus = "-" if is_negative(leaf.operator) else ""
        if leaf.field == WORDS:
            text = " ".join(_term(str(value)) for value in leaf.values)
            return f"-({text})" if minus and len(leaf.values) > 1 else f"{minus}{text}"
        field = self._register.by_key.get(leaf.field)
        name = field.name if field else leaf.field
        positive = POSITIVE.get(leaf.operator, leaf.operator)
        if positive == "set":
            return f"{name}:{NONE if minus else ANY}"
        sign = sign_of(field.kind, leaf.operator) if field else ""
        return f"{minus}{name}:{sign}{','.join(self._value(field, value) for value in leaf.values)}"

    def _value(self, field: Field | None, value: Value) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if field is None or field.kind not in NAMED_KINDS:
            return _quoted_value(str(value))
        if value in READERS_OWN.get(field.kind, ()):
            return str(value)
        name = self._names.name_of(field.kind, value)
        if name is None:
            return f"{value}"
        # A name that looks like an id, or like somebody's own, is told apart by its quotation marks.
        plain = value_of(field, name) is None
        return _quoted_value(name) if plain else _quote(name)


def _is_words(member: Condition, operator: str) -> bool:
    return isinstance(member, Leaf) and member.field == WORDS and member.operator == operator


def _term(term: str) -> str:
    excluded = term.startswith("-")
    word = term[1:] if excluded else term
    plain = _BARE_WORD.fullmatch(word) and word.lower() != "or"
    return ("-" if excluded else "") + (word if plain else _quote(word))


def _quoted_value(text: str) -> str:
    return text if _BARE_VALUE.fullmatch(text) and text.lower() not in (ANY, NONE) else _quote(text)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
