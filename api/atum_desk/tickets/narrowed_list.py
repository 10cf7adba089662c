"""How a condition narrows a list: what an index or the search serves leads, the rest is asked of each ticket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from atum_desk.conditions.public import (
    WORDS,
    Condition,
    ConditionReader,
    Group,
    Leaf,
    Register,
    group,
    websearch,
    wrong_with,
)
from atum_desk.tickets.schemas import TicketFilter, Where

Filters = dict[str, Any]


def narrowed(
    wanted: TicketFilter, condition: Condition, reader: ConditionReader, register: Register, *, searches: bool = True
) -> TicketFilter:
    """Return a filter of the same list that also says the condition.

    Words that stand beside all else become the search's, unless it is not to search, and the first leaf
    of `_LEADS` the filter that the list's walk is led by, unless the list has one already.
    """
    members = list(condition.members) if isinstance(condition, Group) and condition.match == "all" else [condition]
    if searches and (words := _words_of(members)):
        member, text = words
        members.remove(member)
        wanted = msgspec.structs.replace(wanted, words=text)
    if wanted.view == "all" and Leaf("open", "is", (True,)) in members:
        members.remove(Leaf("open", "is", (True,)))
        wanted = msgspec.structs.replace(wanted, view="all_open")
    if wanted.view == "all" and Leaf("snoozed", "is", (True,)) in members:
        members.remove(Leaf("snoozed", "is", (True,)))
        wanted = msgspec.structs.replace(wanted, view="snoozed")
    if led := _lead_of(members, wanted, reader, register):
        member, filters = led
        members.remove(member)
        wanted = msgspec.structs.replace(wanted, **filters)
    where = Where(group("all", members), reader, register) if members else None
    return msgspec.structs.replace(wanted, where=where)


def _words_of(members: list[Condition]) -> tuple[Condition, str] | None:
    """Return the member whose words the search takes, and these; alternatives only where each is words alone."""
    for member in members:
        if isinstance(member, Leaf) and member.field == WORDS and member.operator == "contains":
            return member, websearch(member.values)
    for member in members:
        if isinstance(member, Group) and member.match == "any" and all(_is_words(one) for one in member.members):
            return member, " or ".join(websearch(one.values) for one in member.members if isinstance(one, Leaf))
    return None


def _is_words(member: Condition) -> bool:
    return isinstance(member, Leaf) and member.field == WORDS and member.operator == "contains"


def _lead_of(
    members: list[Condition], wanted: TicketFilter, reader: ConditionReader, register: Register
) -> tuple[Condition, Filters] | None:
    nothing = TicketFilter()
    if any(getattr(wanted, name) != getattr(nothing, name) for name in _FILTERS):
        return None
    for field, filters_of in _LEADS:
        for member in members:
            if isinstance(member, Leaf) and member.field == field and (filters := filters_of(member, reader)):
                return member, filters
    for member in members:
        if isinstance(member, Leaf) and (key := _field_key(member, reader, register)):
            return member, {"field_key": key}
    return None


def _field_key(leaf: Leaf, reader: ConditionReader, register: Register) -> str | None:
    """Return the key of the one value of a custom field that a leaf asks for, None for any other leaf."""
    field = register.by_key.get(leaf.field)
    if field is None or not field.leads or leaf.operator != "is" or len(leaf.values) != 1:
        return None
    if wrong_with(leaf, field):
        return None
    value = reader.person_id if leaf.values[0] == "me" and field.kind in ("person", "contact") else leaf.values[0]
    written = str(value).lower() if isinstance(value, bool) else str(value)
    return None if value is None else f"{field.leads}{written}"


def _ids(leaf: Leaf, reader: ConditionReader) -> list[int]:
    """Return the ids of a leaf that asks for some, and only for ids; empty for any other."""
    if leaf.operator != "is":
        return []
    ids = [reader.person_id if value == "me" else value for value in leaf.values]
    return [one for one in ids if isinstance(one, int)] if all(isinstance(one, int) for one in ids) else []


def _single(name: str) -> Callable[[Leaf, ConditionReader], Filters]:
    def filters_of(leaf: Leaf, reader: ConditionReader) -> Filters:
        ids = _ids(leaf, reader)
        return {name: ids[0]} if len(ids) == 1 and ids[0] > 0 else {}

    return filters_of


def _assignee(leaf: Leaf, reader: ConditionReader) -> Filters:
    # As lists have it: nobody is 0.
    return {"assignee_id": 0} if leaf.operator == "not_set" else _single("assignee_id")(leaf, reader)


def _starred(leaf: Leaf, _reader: ConditionReader) -> Filters:
    return {"starred": True} if leaf.operator == "is" else {}


def _tag(leaf: Leaf, _reader: ConditionReader) -> Filters:
    return {"tag": leaf.values[0]} if leaf.operator == "is" and len(leaf.values) == 1 else {}


def _team(leaf: Leaf, reader: ConditionReader) -> Filters:
    ids = _ids(leaf, reader)
    return {"team_ids": ids} if ids else {}


def _keys(name: str) -> Callable[[Leaf, ConditionReader], Filters]:
    def filters_of(leaf: Leaf, _reader: ConditionReader) -> Filters:
        return {name: list(leaf.values)} if leaf.operator == "is" else {}

    return filters_of


# What fits fewest tickets leads.
_LEADS: tuple[tuple[str, Callable[[Leaf, ConditionReader], Filters]], ...] = (
    ("starred", _starred),
    ("requester", _single("requester_id")),
    ("organization", _single("organization_id")),
    ("tags", _tag),
    ("assignee", _assignee),
    ("status", _keys("statuses")),
    ("category", _keys("categories")),
    ("team", _team),
    ("priority", _keys("priorities")),
)
_FILTERS = (
    *("requester_id", "organization_id", "tag", "field_key", "assignee_id", "starred"),
    *("statuses", "categories", "team_ids", "priorities"),
)
