"""Views, counts and explanations, as the API shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from atum_desk.conditions.public import Condition, Group, Register, parse, print_text
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.tickets.public import Counted, Known, decoded
from atum_desk.views.commands import may_edit
from atum_desk.views.models import CATEGORY, View
from atum_desk.views.schemas import (
    ConditionPart,
    ConditionRead,
    NamedId,
    ViewCount,
    ViewExplained,
    ViewItem,
    ViewLayout,
)
from atum_desk.views.seed import BUILT_IN


def present_view(view: View, known: Known, actor: Actor | SystemActor) -> ViewItem:
    """Return a view as the actor gets it, its text with the names of today."""
    condition = decoded(view.condition)
    broken = known.broken(condition)
    layout = ViewLayout(
        view.own_columns, view.own_sort, view.own_grouped, view.own_group_by, view.own_density, view.own_hidden
    )
    fields = {name: getattr(view, name) for name in ViewItem.__struct_fields__ if hasattr(view, name)}
    if not _may_group(view.group_by, known.register):
        fields |= {"grouped": False, "group_by": CATEGORY}
    if layout.group_by and not _may_group(layout.group_by, known.register):
        layout.group_by = None
    return ViewItem(
        **fields
        | {
            "listed_as": _listed_as(view, condition, known.register),
            # What is gone has no name any more: what was written then says more than its id.
            "text": view.text if broken else print_text(known.living(condition), known.register, known.names),
            "broken": next(iter(broken.values()), None),
            "can_edit": may_edit(actor, view),
            "own": layout,
        }
    )


def _may_group(key: str, register: Register) -> bool:
    """A field may have gone out of use, or become one of several values, since a view was grouped by it."""
    field = register.by_key.get(key)
    return field is not None and field.can_group


def _listed_as(view: View, condition: Condition, register: Register) -> str:
    """A view that came with the product keeps its name in addresses as long as it says the same."""
    built_in = BUILT_IN.get(view.key or "")
    return view.key if view.key and built_in and parse(built_in[1], register) == condition else str(view.id)


def present_count(view: View, counted: Counted) -> ViewCount:
    """Return the count of a view."""
    return ViewCount(view.id, counted.count, counted.exact, counted.slow, counted.broken)


def present_condition(condition: Condition | None, text: str, known: Known) -> ConditionRead:
    """Return a condition in both of its forms."""
    names = [
        NamedId(kind, value, name)
        for kind, value in sorted(known.exists, key=str)
        if (name := known.names.name_of(kind, value)) is not None
    ]
    tree: dict[str, Any] | None = None if condition is None else msgspec.to_builtins(condition)
    return ConditionRead(text, tree, names)


def parts_of(condition: Condition, depth: int = 0) -> Iterator[tuple[Condition, int]]:
    """Yield a condition and all that are within it, each before its members, and within how many groups it stands."""
    yield condition, depth
    if isinstance(condition, Group):
        for member in condition.members:
            yield from parts_of(member, depth + 1)


def present_explanation(condition: Condition, held: list[bool], known: Known) -> ViewExplained:
    """Return a condition part by part; `held` is that of each of `parts_of`, in their order.

    What is broken is met by no ticket, and so is a condition with such a part.
    """
    broken = known.broken(condition)
    parts: list[ConditionPart] = []
    place = 0
    for (one, depth), is_held in zip(parts_of(condition), held, strict=True):
        if isinstance(one, Group):
            parts.append(ConditionPart(depth, is_held, match=one.match))
            continue
        wrong = broken.get(place)
        place += 1
        text = print_text(one, known.register, known.names)
        parts.append(ConditionPart(depth, is_held and wrong is None, field=one.field, text=text, broken=wrong))
    return ViewExplained(held=parts[0].held and not broken, broken=bool(broken), parts=parts)
