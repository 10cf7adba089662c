"""The register of fields, completions and explanations, as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from atum_desk.conditions.public import (
    OPERATORS,
    Completion,
    Condition,
    Field,
    Kind,
    Register,
    Source,
    ValueNames,
    broken_leaves,
    is_negative,
    leaves_of,
    print_text,
    sign_of,
)
from atum_desk.tickets.register import REGISTER


class FieldOperator(msgspec.Struct, frozen=True):
    """How a field is compared: `sign` stands before the value, a negative one takes a `-` before the field."""

    key: str
    sign: str
    negative: bool
    takes: Literal["nothing", "one", "many"]


class FieldItem(msgspec.Struct, frozen=True):
    """A field: what it is, how it is compared and set, and where it shows.

    `key` stays for good and is what saved conditions hold, `name` is what the text form writes.
    `permission` is what setting it needs, null when nobody sets it. `filters` are the parameters of
    `GET /tickets` that ask for it, `sorts` the orders that it leads.
    """

    key: str
    name: str
    kind: Kind
    source: Source
    operators: list[FieldOperator]
    choices: list[str]
    permission: str | None
    command: str | None
    in_list: bool
    can_group: bool
    contacts_see: bool
    filters: list[str]
    sorts: list[str]


class FieldList(msgspec.Struct, frozen=True):
    """Every field that conditions know."""

    items: list[FieldItem]


class CompletionItem(msgspec.Struct, frozen=True):
    """What may be written: a field's name or a value; `hint` tells apart what is called the same."""

    text: str
    hint: str
    field: str | None


class CompletionList(msgspec.Struct, frozen=True):
    """What may stand in place of the characters from `start` to `end`."""

    start: int
    end: int
    items: list[CompletionItem]


class LeafExplained(msgspec.Struct, frozen=True):
    """One comparison of a condition, whether the ticket meets it, and what is wrong with it, if anything."""

    text: str
    held: bool
    broken: str | None


class Explanation(msgspec.Struct, frozen=True):
    """Whether a ticket meets a condition, and each of its comparisons."""

    held: bool
    leaves: list[LeafExplained]


def present_fields(fields: Iterable[Field] = REGISTER.fields) -> FieldList:
    """Return the register as clients get it."""
    return FieldList([_present_field(field) for field in fields])


def _present_field(field: Field) -> FieldItem:
    operators = [
        FieldOperator(key, sign_of(field.kind, key), is_negative(key), OPERATORS[key].takes) for key in field.operators
    ]
    return FieldItem(
        key=field.key,
        name=field.name,
        kind=field.kind,
        source=field.source,
        operators=operators,
        choices=list(field.choices),
        permission=field.permission,
        command=field.command,
        in_list=field.in_list,
        can_group=field.can_group,
        contacts_see=field.contacts_see,
        filters=list(field.filters),
        sorts=list(field.sorts),
    )


def present_completions(completion: Completion, rows: Iterable[Mapping[str, str]], most: int) -> CompletionList:
    """Return completions: fields, or values, those of the reader first, then the names of rows."""
    if completion.field is None:
        fields = [CompletionItem(f"{field.name}:", "", field.key) for field in completion.fields]
        return CompletionList(completion.start, completion.end, fields)
    key = completion.field.key
    known = [CompletionItem(choice, "", key) for choice in completion.choices]
    named = [CompletionItem(_quoted(row["text"]), row["hint"], key) for row in rows]
    return CompletionList(completion.start, completion.end, (known + named)[:most])


def present_explanation(
    condition: Condition, held: list[bool], names: ValueNames, register: Register = REGISTER
) -> Explanation:
    """Return which leaves held; `held` has the whole condition first and then its leaves."""
    broken = broken_leaves(condition, register)
    leaves = [
        LeafExplained(print_text(leaf, register, names), held[place + 1], broken.get(place))
        for place, leaf in enumerate(leaves_of(condition))
    ]
    return Explanation(held[0], leaves)


def _quoted(text: str) -> str:
    """Return a value as the text form writes it."""
    is_plain = not any(one.isspace() or one in '(),"\\<>=^' for one in text)
    return text if is_plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
