"""From the tree to one SQL expression over a row of `tickets t`; values are parameters.

Inside, what has no value makes a comparison null. Groups of `all` and `any` keep it, and a negation
asks `is not true`: so a negative operator matches what has none. A condition with a broken leaf is false.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from atum_desk.conditions.models import MAX_DEPTH, MAX_LEAVES, POSITIVE, Condition, Leaf, Value, depth_of, leaves_of
from atum_desk.conditions.moments import span_of
from atum_desk.conditions.operators import is_negative
from atum_desk.conditions.register import Field, Register
from atum_desk.conditions.values import wrong_with

# Takes a value of a statement and returns its place there, such as `$3`.
AddValue = Callable[[Any], str]

_SIGNS = {"above": ">", "at_least": ">=", "below": "<", "at_most": "<="}
_JOINS = {"all": " and ", "any": " or ", "none": " or "}


class ConditionReader(msgspec.Struct, frozen=True):
    """Who asks, when and where: what `me`, `today` and their like mean. `now` is aware."""

    person_id: int | None
    now: datetime
    zone: ZoneInfo


def broken_leaves(condition: Condition, register: Register) -> dict[int, str]:
    """Return what is wrong with leaves, by their places from left to right; empty when nothing is."""
    wrong = {
        place: reason
        for place, leaf in enumerate(leaves_of(condition))
        if (reason := wrong_with(leaf, register.by_key.get(leaf.field)))
    }
    if depth_of(condition) > MAX_DEPTH or sum(1 for _ in leaves_of(condition)) > MAX_LEAVES:
        wrong.setdefault(0, "the condition is larger than allowed")
    return wrong


def compile_condition(condition: Condition, register: Register, reader: ConditionReader, add: AddValue) -> str:
    """Return the expression; it is true where the condition holds, and false or null elsewhere.

    A condition with a broken leaf holds nowhere, whatever the rest says.
    """
    if broken_leaves(condition, register):
        return "false"
    return _Compiler(register, reader, add).compile(condition)


class _Compiler:
    def __init__(self, register: Register, reader: ConditionReader, add: AddValue) -> None:
        self._register = register
        self._reader = reader
        self._add = add

    def compile(self, condition: Condition) -> str:
        if isinstance(condition, Leaf):
            return self._leaf(condition)
        members = [f"({self.compile(member)})" for member in condition.members]
        if not members:
            return "false" if condition.match == "any" else "true"
        joined = _JOINS[condition.match].join(members)
        return f"({joined}) is not true" if condition.match == "none" else joined

    def _leaf(self, leaf: Leaf) -> str:
        field = self._register.by_key[leaf.field]
        operator = POSITIVE.get(leaf.operator, leaf.operator)
        test = field.within.replace("{test}", f"({self._test(field, operator, leaf.values)})")
        return f"({test}) is not true" if is_negative(leaf.operator) else test

    def _test(self, field: Field, operator: str, values: tuple[Value, ...]) -> str:
        if operator == "set":
            return _presence(field)
        match field.kind:
            case "text":
                return self._text(field, operator, [str(value) for value in values])
            case "words":
                return f"{field.sql} @@ websearch_to_tsquery('simple', {self._add(websearch(values))}::text)"
            case "moment":
                return self._moment(field, operator, [str(value) for value in values])
            case "date":
                return self._date(field, operator, [str(value) for value in values])
            case "decimal":
                return self._compared(field, operator, [Decimal(str(value)) for value in values], "numeric")
            case "tags":
                return f"{field.sql} && {self._add([str(value) for value in values])}::text[]"
            case "boolean":
                return f"{field.sql} = any({self._add(list(values))}::boolean[])"
            case "choice":
                return f"{field.sql} = any({self._add(list(values))}::text[])"
            case "status" | "resolution":
                found = field.lookup.replace("{values}", self._add(list(values)))
                return f"{field.sql} = any({found})"
            case "number" | "ticket":
                return self._compared(field, operator, list(values))
            case "ranked_choice":
                return self._compared(field, operator, [field.choices.index(str(value)) + 1 for value in values])
        return self._reference(field, values)

    def _compared(self, field: Field, operator: str, numbers: list[Any], type_: str = "int") -> str:
        if operator == "is":
            return f"{field.sql} = any({self._add(numbers)}::{type_}[])"
        return f"{field.sql} {_SIGNS[operator]} {self._add(numbers[0])}::{type_}"

    def _text(self, field: Field, operator: str, texts: list[str]) -> str:
        if operator == "is":
            return f"lower({field.sql}) = any(select lower(x) from unnest({self._add(texts)}::text[]) x)"
        before = "%" if operator == "contains" else ""
        patterns = [f"{before}{_escaped(text)}%" for text in texts]
        return f"{field.sql} ilike any({self._add(patterns)}::text[])"

    def _moment(self, field: Field, operator: str, texts: list[str]) -> str:
        spans = [span_of(text, self._reader.now, self._reader.zone) for text in texts]
        return self._within(field, operator, spans, "timestamptz")

    def _date(self, field: Field, operator: str, texts: list[str]) -> str:
        """A date is compared with the reader's days; a moment stands for the day it is in."""
        spans = [_days_of(*span_of(text, self._reader.now, self._reader.zone), self._reader.zone) for text in texts]
        return self._within(field, operator, spans, "date")

    def _within(self, field: Field, operator: str, spans: Sequence[tuple[Any, Any]], type_: str) -> str:
        if operator == "is":
            ranges = [
                f"{field.sql} >= {self._add(start)}::{type_} and {field.sql} < {self._add(end)}::{type_}"
                for start, end in spans
            ]
            return " or ".join(f"({one})" for one in ranges)
        [(start, end)] = spans
        sign, bound = {"above": (">=", end), "at_least": (">=", start), "below": ("<", start), "at_most": ("<", end)}[
            operator
        ]
        return f"{field.sql} {sign} {self._add(bound)}::{type_}"

    def _reference(self, field: Field, values: tuple[Value, ...]) -> str:
        ids: list[Value] = [value for value in values if isinstance(value, int)]
        if "me" in values and self._reader.person_id is not None:
            ids.append(self._reader.person_id)
        tests = [f"{field.sql} = any({self._add(ids)}::bigint[])"]
        if "my-teams" in values:
            own = field.readers_own.replace("{me}", self._add(self._reader.person_id))
            tests.append(f"{field.sql} = any({own})")
        return " or ".join(f"({test})" for test in tests)


def _days_of(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first day of a span and the one after its last, as they are in a zone."""
    first, after = start.astimezone(zone), end.astimezone(zone)
    ends_at_midnight = after.time() == time.min and after > first
    return first.date(), after.date() if ends_at_midnight else after.date() + timedelta(days=1)


def websearch(terms: tuple[Value, ...]) -> str:
    """Return the terms of a leaf of words as PostgreSQL's websearch_to_tsquery reads them."""
    return " ".join(_websearch_term(str(term)) for term in terms)


def _websearch_term(term: str) -> str:
    excluded = term.startswith("-")
    word = (term[1:] if excluded else term).replace('"', " ")
    plain = not any(one.isspace() for one in word) and word.lower() != "or" and not word.startswith("-")
    return ("-" if excluded else "") + (word if plain else f'"{word}"')


def _presence(field: Field) -> str:
    if field.kind == "text":
        return f"{field.sql} <> ''"
    return f"cardinality({field.sql}) > 0" if field.kind == "tags" else f"{field.sql} is not null"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
