"""From the text form to the tree: `status:open assignee:me -tag:vpn "exact words" (priority:high or type:task)`.

What stands side by side must all hold, `or` binds weaker, `-` negates. Words without a field are
looked for in one message; those of one group are one leaf.
"""

from __future__ import annotations

from collections.abc import Sequence

from atum_desk.conditions import notices
from atum_desk.conditions.models import (
    MAX_DEPTH,
    MAX_LEAVES,
    MAX_VALUES,
    NEGATIVE,
    Condition,
    Leaf,
    Value,
    depth_of,
    group,
    leaves_of,
)
from atum_desk.conditions.names import ValueNames
from atum_desk.conditions.operators import ANY, NAMED_KINDS, NONE, OPERATORS, READERS_OWN, Kind, operator_of_sign
from atum_desk.conditions.problems import ConditionInvalid
from atum_desk.conditions.register import Field, Register, nearest
from atum_desk.conditions.tokens import TextToken, WrittenValue, tokens_of
from atum_desk.conditions.values import BOOLEANS, MAX_VALUE_CHARACTERS, value_of

WORDS = "words"


def parse(text: str, register: Register, names: ValueNames | None = None) -> Condition | None:
    """Return the condition that a text says, None for a text without one.

    Raises ConditionInvalid, which says where, why and what may have been meant.
    """
    tokens = tokens_of(text)
    if not tokens:
        return None
    condition = _parsed(tokens, register, names or ValueNames())
    require_bounds(condition, len(text))
    return condition


def require_bounds(condition: Condition, length: int = 1) -> None:
    """Raise ConditionInvalid for a condition of too many leaves or too many groups within each other.

    `length` is that of its text, which the error points to.
    """
    if sum(1 for _ in leaves_of(condition)) > MAX_LEAVES:
        raise ConditionInvalid(notices.TooManyConditions(MAX_LEAVES), 0, length)
    if depth_of(condition) > MAX_DEPTH:
        raise ConditionInvalid(notices.NestedTooDeep(MAX_DEPTH), 0, length)


def _parsed(tokens: list[TextToken], register: Register, names: ValueNames) -> Condition:
    """Words that somebody pasted, with parentheses that mean nothing, are looked for without these."""
    try:
        return _Parser(tokens, register, names).parse()
    except ConditionInvalid:
        words = [token for token in tokens if token.kind == "word"]
        if not words or any(token.kind == "field" for token in tokens):
            raise
        return _Parser(words, register, names).parse()


def names_wanted(text: str, register: Register) -> dict[Kind, list[str]]:
    """Return the names that a text gives where ids are held, by kind. Raises ConditionInvalid."""
    wanted: dict[Kind, list[str]] = {}
    for token in tokens_of(text):
        field = register.named(token.name) if token.kind == "field" else None
        if field is None or field.kind not in NAMED_KINDS:
            continue
        for part in token.parts:
            is_presence = len(token.parts) == 1 and _is_presence(part)
            if not is_presence and value_of(field, part.text, quoted=part.quoted) is None:
                wanted.setdefault(field.kind, []).append(part.text[:MAX_VALUE_CHARACTERS])
    return wanted


class _Parser:
    def __init__(self, tokens: Sequence[TextToken], register: Register, names: ValueNames) -> None:
        self._tokens = tokens
        self._register = register
        self._names = names
        self._at = 0
        self._open: list[TextToken] = []

    def parse(self) -> Condition:
        condition = self._either()
        if token := self._peek():
            raise ConditionInvalid(notices.NotOpened(), token.start)
        return condition

    def _peek(self) -> TextToken | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self) -> TextToken:
        self._at += 1
        return self._tokens[self._at - 1]

    def _either(self) -> Condition:
        members = [self._together()]
        while (token := self._peek()) and token.kind == "or":
            self._take()
            members.append(self._together())
        return group("any", members)

    def _together(self) -> Condition:
        members: list[Condition | None] = []
        terms: list[str] = []
        excluded: list[str] = []
        first = -1
        while (token := self._peek()) and token.kind not in ("or", "close"):
            self._take()
            if token.kind == "word":
                _require_length(token.parts[0])
                # A hyphen alone, or before a word in quotation marks, says nothing.
                term = token.parts[0].text.lstrip("-")
                if not term:
                    continue
                first = len(members) if first < 0 and not token.negated else first
                (excluded if token.negated else terms).append(term)
                members.append(None)
            else:
                members.append(self._parenthesis(token) if token.kind == "open" else self._leaf(token))
        if not members:
            self._refuse_nothing()
        if len(terms) + len(excluded) > MAX_VALUES:
            raise ConditionInvalid(notices.TooManyTerms(MAX_VALUES), 0)
        return group("all", _with_words(members, terms, excluded, first))

    def _refuse_nothing(self) -> None:
        at = token.start if (token := self._peek()) else self._tokens[self._at - 1].end if self._at else 0
        raise ConditionInvalid(notices.SomethingMissing(), at)

    def _parenthesis(self, opening: TextToken) -> Condition:
        if len(self._open) >= 2 * MAX_DEPTH:
            raise ConditionInvalid(notices.NestedTooDeep(MAX_DEPTH), opening.start)
        self._open.append(opening)
        inner = self._either()
        token = self._peek()
        if token is None or token.kind != "close":
            raise ConditionInvalid(notices.NotClosed(), opening.start, opening.end - opening.start)
        self._take()
        self._open.pop()
        return group("none", [inner]) if opening.negated else inner

    def _leaf(self, token: TextToken) -> Condition:
        field = self._register.named(token.name)
        start = token.start + token.negated
        if field is None:
            raise ConditionInvalid(
                notices.UnknownField(token.name), start, len(token.name), self._register.nearest(token.name)
            )
        if not token.parts or not token.parts[-1].text:
            raise ConditionInvalid(notices.NeedsValue(token.name), token.end)
        if len(token.parts) == 1 and _is_presence(token.parts[0]) and not token.sign and "set" in field.operators:
            leaf = Leaf(field.key, "set" if token.parts[0].text.lower() == ANY else "not_set")
            return group("none", [leaf]) if token.negated else leaf
        operator = operator_of_sign(field.kind, token.sign)
        if operator is None:
            raise ConditionInvalid(notices.NotComparable(token.name, token.sign), start, len(token.name) + 1)
        if OPERATORS[operator].takes == "one" and len(token.parts) > 1:
            raise ConditionInvalid(notices.TakesOneValue(), token.parts[1].start, len(token.parts[1].text))
        values = tuple(dict.fromkeys(value for part in token.parts for value in self._values(field, part)))
        if len(values) > MAX_VALUES:
            raise ConditionInvalid(notices.TooManyValues(MAX_VALUES), start, token.end - start)
        if field.kind == "words" and token.negated:
            return Leaf(field.key, NEGATIVE[operator], values)
        leaf = Leaf(field.key, operator, values)
        return group("none", [leaf]) if token.negated else leaf

    def _values(self, field: Field, part: WrittenValue) -> list[Value]:
        _require_length(part)
        value = value_of(field, part.text, quoted=part.quoted)
        if value is not None:
            return [value]
        if field.kind in NAMED_KINDS and (found := self._names.called(field.kind, part.text)):
            return found
        raise ConditionInvalid(
            notices.NoSuchValue(part.text, field.name), part.start, part.end - part.start, self._meant(field, part)
        )

    def _meant(self, field: Field, part: WrittenValue) -> str | None:
        known = [*field.choices, *READERS_OWN.get(field.kind, ()), *self._names.of_kind(field.kind)]
        return nearest(part.text, [*known, *(BOOLEANS if field.kind == "boolean" else ())])


def _with_words(members: list[Condition | None], terms: list[str], excluded: list[str], first: int) -> list[Condition]:
    """Put the words of a group where its first word stands; without one that must occur, each is a leaf."""
    found: list[Condition] = []
    left_out = iter(excluded)
    for place, member in enumerate(members):
        if member is not None:
            found.append(member)
        elif terms and place == first:
            found.append(Leaf(WORDS, "contains", (*terms, *(f"-{term}" for term in excluded))))
        elif not terms:
            found.append(Leaf(WORDS, "contains_not", (next(left_out),)))
    return found


def _require_length(part: WrittenValue) -> None:
    if len(part.text) > MAX_VALUE_CHARACTERS:
        raise ConditionInvalid(notices.ValueTooLong(MAX_VALUE_CHARACTERS), part.start, part.end - part.start)


def _is_presence(part: WrittenValue) -> bool:
    return not part.quoted and part.text.lower() in (ANY, NONE)
