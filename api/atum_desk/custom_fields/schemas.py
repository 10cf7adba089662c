"""Requests and responses of custom fields."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.custom_fields.models import CustomField, Entity, FieldKind, ForRequesters, Occasion, Option

Key = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["machine"])]
OptionKey = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_]{0,59}$", examples=["hx_210"])]
Name = Annotated[str, Meta(min_length=1, max_length=100, examples=["Machine"])]
Color = Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}$", examples=["#5B9BD5"])]
Help = Annotated[str, Meta(max_length=1000)]
Pattern = Annotated[str, Meta(min_length=1, max_length=200, examples=["[A-Z]{2}-[0-9]{3}"])]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", examples=["EUR"])]
Ids = Annotated[list[Annotated[int, Meta(ge=1, le=2**63 - 1)]], Meta(max_length=100)]
Types = Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20)]
Occasions = Annotated[list[Occasion], Meta(max_length=3)]


class OptionInput(msgspec.Struct, forbid_unknown_fields=True):
    """An option to add, or what one shall be, in the order to show them in.

    Without a key it is new and its name makes one. `parent` is the key of what it lies beneath in a tree.
    """

    name: Name
    key: OptionKey | None = None
    color: Color | None = None
    parent: OptionKey | None = None
    active: bool = True


Options = Annotated[list[OptionInput], Meta(max_length=1000)]


class CustomFieldList(msgspec.Struct):
    """Every custom field in order, those out of use among them."""

    items: list[CustomField]


class NewCustomField(msgspec.Struct, forbid_unknown_fields=True):
    """A field to add behind the others; without a key its name makes one. `default` is a value as records take it."""

    entity: Entity
    name: Name
    kind: FieldKind
    key: Key | None = None
    help: Help = ""
    default: Any = None
    pattern: Pattern | None = None
    currency: Currency | None = None
    options: Options = []
    required_on: Occasions = []
    hand_over_team_ids: Ids = []
    requesters: ForRequesters = "none"
    team_ids: Ids = []
    ticket_types: Types = []


class CustomFieldChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of a field. Its key stays: scripts and saved conditions rely on it.

    Options that are left out stay as they are, behind the others.
    """

    name: Name | UnsetType = UNSET
    help: Help | UnsetType = UNSET
    default: Any | UnsetType = UNSET
    pattern: Pattern | UnsetType | None = UNSET
    currency: Currency | UnsetType | None = UNSET
    options: Options | UnsetType = UNSET
    required_on: Occasions | UnsetType = UNSET
    hand_over_team_ids: Ids | UnsetType = UNSET
    requesters: ForRequesters | UnsetType = UNSET
    team_ids: Ids | UnsetType = UNSET
    ticket_types: Types | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    version: int | None = None


class CustomFieldOrder(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of all fields of one kind of record in the order to show them in."""

    entity: Entity
    keys: Annotated[list[Key], Meta(max_length=200)]


class KindChange(msgspec.Struct, forbid_unknown_fields=True):
    """Another type for a field. With `rehearse` nothing is written.

    `values` says what becomes of values that are not converted by themselves, by what people read of
    them: a value of the new type, or null for none. Without `options` those of a choice are made of
    the values.
    """

    kind: FieldKind
    rehearse: bool = False
    options: Options | None = None
    currency: Currency | None = None
    values: Annotated[dict[str, Any], Meta(max_length=1000)] = {}
    version: int | None = None


class LostValue(msgspec.Struct):
    """A value that would be lost, how many records have it, one of them, and why."""

    value: str
    count: int
    example_id: int
    reason: str


class ConversionReport(msgspec.Struct):
    """How many values are converted, become empty as was said, and would be lost; the first of these."""

    converted: int
    cleared: int
    refused: int
    lost: list[LostValue]
    options: list[Option]
