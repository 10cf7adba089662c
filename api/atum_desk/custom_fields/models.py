"""A custom field, its options, and which column holds the values of each kind."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Entity = Literal["ticket", "contact", "organization"]
ENTITIES: tuple[Entity, ...] = ("ticket", "contact", "organization")
FieldKind = Literal[
    "text",
    "long_text",
    "number",
    "money",
    "date",
    "moment",
    "choice",
    "multiple_choice",
    "tree",
    "boolean",
    "person",
    "contact",
    "organization",
    "url",
    "email",
    "phone",
]
Occasion = Literal["open", "resolve", "hand_over"]
ForRequesters = Literal["none", "see", "edit"]

# The column of a row of values that holds a value of the kind.
COLUMNS: dict[FieldKind, str] = {
    "text": "text_value",
    "long_text": "text_value",
    "number": "number_value",
    "money": "number_value",
    "date": "date_value",
    "moment": "moment_value",
    "choice": "options",
    "multiple_choice": "options",
    "tree": "options",
    "boolean": "boolean_value",
    "person": "person_value",
    "contact": "person_value",
    "organization": "organization_value",
    "url": "text_value",
    "email": "text_value",
    "phone": "text_value",
}
KINDS_WITH_OPTIONS: frozenset[FieldKind] = frozenset({"choice", "multiple_choice", "tree"})
KINDS_OF_TEXT: frozenset[FieldKind] = frozenset({"text", "long_text", "url", "email", "phone"})
# Rows that requesters do not see, so their names would not be shown either.
KINDS_OF_STAFF: frozenset[FieldKind] = frozenset({"person", "contact", "organization"})
MOST_LEVELS = 6


class Option(msgspec.Struct, frozen=True):
    """A value of a choice. `key` stays when it is renamed; `parent` is the key of what it lies beneath in a tree.

    One that is not `active` stays where it is and is chosen no more. `color` is `#RRGGBB`.
    """

    key: str
    name: str
    color: str | None = None
    parent: str | None = None
    active: bool = True


class CustomField(msgspec.Struct, frozen=True, kw_only=True):
    """A field that a workspace adds to tickets, contacts or organizations.

    `required_on` says when a ticket must have a value: as it is opened, before it is resolved, before it
    is handed over to one of `hand_over_team_ids` (to any, without). With `team_ids` or `ticket_types` the
    field is for tickets of these alone. One that is not `active` keeps its values and is shown nowhere.
    """

    id: int
    entity: Entity
    key: str
    name: str
    kind: FieldKind
    help: str
    default: Any
    pattern: str | None
    currency: str | None
    required_on: list[Occasion]
    hand_over_team_ids: list[int]
    requesters: ForRequesters
    team_ids: list[int]
    ticket_types: list[str]
    position: int
    active: bool
    version: int
    options: list[Option]

    @property
    def column(self) -> str:
        """The column that holds its values."""
        return COLUMNS[self.kind]

    def option(self, key: Any) -> Option | None:
        """Return an option by key."""
        return next((one for one in self.options if one.key == key), None)

    def path(self, key: str) -> list[str]:
        """Return the keys from the root of a tree to one of its options."""
        keys: list[str] = []
        option = self.option(key)
        while option is not None and option.key not in keys:
            keys.insert(0, option.key)
            option = self.option(option.parent) if option.parent else None
        return keys

    def is_for(self, team_id: int | None, ticket_type: str | None) -> bool:
        """Tell whether tickets of a team and type have it; None says nothing of either."""
        of_team = not self.team_ids or team_id is None or team_id in self.team_ids
        return of_team and (not self.ticket_types or ticket_type is None or ticket_type in self.ticket_types)
