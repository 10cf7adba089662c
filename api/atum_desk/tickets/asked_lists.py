"""The list that query parameters ask for, for every route that takes them."""

from __future__ import annotations

import re
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec

from atum_desk.conditions.public import Group
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.kernel.field_notices import NotAmong
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.tickets.list_groups import within_group
from atum_desk.tickets.narrowed_list import narrowed
from atum_desk.tickets.notices import NoAssigneeFilter
from atum_desk.tickets.queries.conditions import parse_condition, reader_of
from atum_desk.tickets.queries.fields import register_for, register_of
from atum_desk.tickets.queries.view_lists import condition_in_view
from atum_desk.tickets.schemas import Sort, TicketFilter, View

_FIELD_SORT = re.compile(r"-?field\.[a-z][a-z0-9_]{0,39}")
# Alternatives of which there is none.
NOTHING = Group("any", ())


def assignee_of(text: str | None, actor: Actor) -> int | None:
    """Return the assignee that a parameter asks for: None is any, 0 is nobody. Raises ValidationFailed."""
    if text is None or text == "":
        return None
    if text == "me":
        return actor.person_id
    if text == "none":
        return 0
    if text.isascii() and text.isdigit() and 0 < len(text) < 19 and int(text) > 0:
        return int(text)
    raise ValidationFailed.of("assignee_id", NoAssigneeFilter())


def sort_of(text: str | None) -> tuple[Sort | None, str]:
    """Return the order that a parameter names and, where it is one by a custom field, its text.

    Raises ValidationFailed for what is neither.
    """
    if not text:
        return None, ""
    for name in get_args(Sort):
        if text == name:
            return name, ""
    if _FIELD_SORT.fullmatch(text):
        return None, text
    raise ValidationFailed.of("sort", NotAmong([*get_args(Sort), "field.<key>", "-field.<key>"]))


def view_of(text: str) -> tuple[View, int | None]:
    """Return the view that a parameter names and, where it is a stored one, its id.

    Raises ValidationFailed for what is neither an id nor a name.
    """
    for name in get_args(View):
        if text == name:
            return name, None
    if text.isascii() and text.isdigit() and len(text) < 19:
        return "all", int(text)
    raise ValidationFailed.of("view", NotAmong(list(get_args(View))))


async def with_condition(
    transaction: ReadTransaction,
    actor: Actor | SystemActor,
    wanted: TicketFilter,
    text: str,
    zone: ZoneInfo,
    *,
    in_own_order: bool = False,
) -> TicketFilter:
    """Return a list that is also narrowed by the condition of a text, and by that of its stored view.

    A view whose condition is broken has no tickets; `in_own_order` asks for the view's order as well. Raises
    ConditionInvalid, ViewNotFound, GroupUnknown.
    """
    if wanted.view_id is not None:
        register = await register_of(transaction)
        condition, own_sort = await condition_in_view(transaction, register, wanted.view_id, text)
        condition = condition or NOTHING
        if in_own_order:
            named, field_sort = sort_of(own_sort)
            wanted = msgspec.structs.replace(wanted, sort=named or wanted.sort, field_sort=field_sort)
    else:
        register = await register_for(transaction, text + wanted.group)
        condition, _ = await parse_condition(transaction, text, register)
    condition = within_group(condition, wanted.group, register)
    return wanted if condition is None else narrowed(wanted, condition, reader_of(actor, zone), register)
