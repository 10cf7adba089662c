"""The register of fields: what can be compared, and where its value is found in SQL."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Literal

import msgspec

from atum_desk.conditions.operators import OPERATORS_OF, Kind

Source = Literal["ticket", "requester", "organization", "messages"]
# Kinds whose values a list may be grouped by.
GROUPED_KINDS: frozenset[Kind] = frozenset(
    (
        "boolean",
        "choice",
        "ranked_choice",
        "status",
        "resolution",
        "team",
        "person",
        "contact",
        "organization",
        "mailbox",
    )
)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a ticket, of its requester, of its organization or of its messages.

    `key` is what saved conditions name, `name` what people write. `sql` is the value in a row of
    `tickets t`, or in a row of another table that `within` looks for: an expression with `{test}` in
    it, which is true where such a row exists. `choices` are the values of a kind of choices, in order.
    `lookup` is the SQL of the stored values of the keys `{values}`, and `readers_own` of those that are
    the reader's, a person's id `{me}`; both are arrays.
    `permission` and `command` say what setting it needs and is; None when nobody sets it.
    `filter` names the query parameter of a list that asks for it, `sorts` the orders that it leads.
    """

    key: str
    name: str
    kind: Kind
    sql: str
    within: str = "{test}"
    source: Source = "ticket"
    choices: tuple[str, ...] = ()
    lookup: str = ""
    readers_own: str = ""
    permission: str | None = None
    command: str | None = None
    in_list: bool = False
    sorts: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    contacts_see: bool = False
    # What the keys of lists that it leads begin with, for a field whose values have such keys.
    leads: str = ""
    # Whether one ticket may have several values.
    several: bool = False

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators of its kind."""
        return OPERATORS_OF[self.kind]

    @property
    def can_group(self) -> bool:
        """Whether a list may be grouped by it: each ticket has one value or none, and tickets share values."""
        return self.kind in GROUPED_KINDS and not self.several

    @property
    def value_sql(self) -> str:
        """The value in a row of `tickets t`, null without one, of a field of which a ticket has one value."""
        within = self.within.replace("(select true", f"(select {self.sql}", 1)
        return self.sql if self.within == "{test}" else within.format(test="true")


class Register:
    """Fields by key and by name."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields = tuple(fields)
        self.by_key = {field.key: field for field in self.fields}
        self.by_name = {field.name: field for field in self.fields}

    def named(self, name: str) -> Field | None:
        """Return the field that people write so, or that has this key."""
        return self.by_name.get(name) or self.by_key.get(name)

    def nearest(self, name: str) -> str | None:
        """Return the known name that looks most like this one."""
        return nearest(name, [*self.by_name, *self.by_key])


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like this one, if any does."""
    by_lower: dict[str, str] = {}
    for one in known:
        by_lower.setdefault(one.lower(), one)
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.5)
    return by_lower[found[0]] if found else None
