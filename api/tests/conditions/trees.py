"""Generated conditions over the register of tickets, with every field and operator."""

from __future__ import annotations

from typing import Any, Literal

from hypothesis import strategies as st

from atum_desk.conditions.models import Condition, Group, Leaf
from atum_desk.conditions.operators import OPERATORS, READERS_OWN
from atum_desk.conditions.public import Field, NamedValue, ValueNames
from atum_desk.tickets.register import REGISTER

MOMENTS = (
    *("now", "now-3d", "now+2h", "today", "today-7d", "yesterday", "this-week", "last-week", "this-month"),
    *("2025", "2026-02", "2026-01-01", "2026-01-15T09:30", "2026-01-15T09:30:00+02:00"),
)
# What people name things: names that look like ids or like words of the language, and two of one name.
TEAM_NAMES = (
    "Support",
    "me",
    "42",
    "my-teams",
    "none",
    'The "A", (b)',
    "Back\\slash",
    "or",
    "Zürich",
    "a:b",
    "Twin",
    "Twin",
)
NAMES = ValueNames(
    [
        *(NamedValue("team", place + 1, (name,)) for place, name in enumerate(TEAM_NAMES)),
        *(NamedValue("person", place + 1, (f"Agent {place}", f"a{place}@example.org")) for place in range(4)),
        *(NamedValue("status", key, (key, key.title())) for key in ("new", "open", "waiting")),
        *(NamedValue("resolution", key, (key, key.title())) for key in ("solved", "duplicate")),
    ]
)
SURROGATES: tuple[Literal["Cs"]] = ("Cs",)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=SURROGATES), min_size=1, max_size=12)
TERMS = TEXTS.map(lambda text: text.lstrip("-")).filter(bool)


def values_of(field: Field) -> st.SearchStrategy[Any]:
    """Return single values that a field can have."""
    match field.kind:
        case "text":
            return TEXTS
        case "tags":
            return TEXTS.map(str.lower)
        case "number" | "ticket":
            return st.integers(0, 2**31 - 1)
        case "boolean":
            return st.booleans()
        case "choice" | "ranked_choice":
            return st.sampled_from(field.choices)
        case "moment":
            return st.sampled_from(MOMENTS)
        case "status":
            return st.sampled_from(("new", "open", "waiting"))
        case "resolution":
            return st.sampled_from(("solved", "duplicate"))
    own = READERS_OWN.get(field.kind, ())
    return st.integers(0, 20) | st.sampled_from(own) if own else st.integers(0, 20)


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    """Return a leaf of any field and operator."""
    field = draw(st.sampled_from(REGISTER.fields))
    operator = draw(st.sampled_from(field.operators))
    if field.kind == "words":
        terms = draw(st.lists(TERMS, min_size=1, max_size=2, unique=True))
        excluded = draw(st.lists(TERMS.map(lambda term: f"-{term}"), max_size=1))
        return Leaf(field.key, operator, (*terms, *excluded))
    most = {"nothing": 0, "one": 1, "many": 3}[OPERATORS[operator].takes]
    values = draw(st.lists(values_of(field), min_size=min(1, most), max_size=most, unique=True))
    return Leaf(field.key, operator, tuple(values))


def conditions(leaf: st.SearchStrategy[Leaf] | None = None) -> st.SearchStrategy[Condition]:
    """Return conditions of a few leaves, at most four groups deep."""
    leaf = leaf or leaves()
    condition: st.SearchStrategy[Condition] = leaf
    for _ in range(3):
        groups = st.builds(
            Group, st.sampled_from(("all", "any", "none")), st.lists(condition, min_size=1, max_size=3).map(tuple)
        )
        condition = leaf | groups
    return condition
