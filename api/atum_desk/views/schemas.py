"""Requests and responses of views."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.audiences.public import MOST_PERSONAL, MOST_SHARED, Scope
from atum_desk.conditions.public import Kind, Match, Value
from atum_desk.tickets.public import ListSort
from atum_desk.views.models import CATEGORY, MOST_COLUMNS, Density, Editors

ViewName = Annotated[str, Meta(min_length=1, max_length=100, examples=["Waiting over 3 days"])]
ConditionText = Annotated[str, Meta(max_length=1_000, examples=["status:waiting updated:<now-3d"])]
Columns = Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=MOST_COLUMNS)]
GroupBy = Annotated[str, Meta(min_length=1, max_length=60, examples=["category", "assignee", "field.location"])]
RoleIds = Annotated[list[int], Meta(max_length=50)]


class ViewLayout(msgspec.Struct):
    """What a person laid over a view; null where they take it as it is."""

    columns: list[str] | None
    sort: str | None
    grouped: bool | None
    group_by: str | None
    density: Density | None
    hidden: bool


class ViewItem(msgspec.Struct):
    """A view: its condition as text with the names of today, who sees and changes it, and how it is laid out.

    `listed_as` is what `GET /tickets?view=` takes for it. `broken` says what of the condition does not exist
    any more; such a view has no tickets. `group_by` is the field of its groups while it is
    `grouped`. `own` is what the reader laid over it.
    """

    id: int
    key: str | None
    listed_as: str
    name: str
    text: str
    broken: str | None
    scope: Scope
    owner_id: int | None
    owner_name: str | None
    team_id: int | None
    role_ids: list[int]
    editors: Editors
    columns: list[str]
    sort: str
    grouped: bool
    group_by: str
    version: int
    can_edit: bool
    own: ViewLayout


class ViewList(msgspec.Struct):
    """Every view that the reader sees, in the order that they gave them."""

    items: list[ViewItem]


class NewView(msgspec.Struct, forbid_unknown_fields=True):
    """A view to add. Without a text it holds every ticket.

    A personal view is its owner's alone, a team's is seen by the members of `team_id`, a shared one by
    everybody or by the roles in `role_ids`. `editors` says who changes it: its owner, or whoever sees it.
    """

    name: ViewName
    text: ConditionText = ""
    scope: Scope = "personal"
    team_id: int | None = None
    role_ids: RoleIds = []
    editors: Editors = "owner"
    columns: Columns = []
    sort: ListSort = "-updated_at"
    grouped: bool = False
    group_by: GroupBy = CATEGORY


class ViewChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of a view."""

    name: ViewName | UnsetType = UNSET
    text: ConditionText | UnsetType = UNSET
    scope: Scope | UnsetType = UNSET
    team_id: int | UnsetType | None = UNSET
    role_ids: RoleIds | UnsetType = UNSET
    editors: Editors | UnsetType = UNSET
    columns: Columns | UnsetType = UNSET
    sort: ListSort | UnsetType = UNSET
    grouped: bool | UnsetType = UNSET
    group_by: GroupBy | UnsetType = UNSET
    version: int | None = None


class ViewOrder(msgspec.Struct, forbid_unknown_fields=True):
    """Views in the order in which the caller wants them; those left out follow as they were."""

    ids: Annotated[list[int], Meta(max_length=MOST_PERSONAL + MOST_SHARED)]


class ViewLayoutChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to lay over a view; null takes the view's own again."""

    columns: Columns | UnsetType | None = UNSET
    sort: ListSort | UnsetType | None = UNSET
    grouped: bool | UnsetType | None = UNSET
    group_by: GroupBy | UnsetType | None = UNSET
    density: Density | UnsetType | None = UNSET
    hidden: bool | UnsetType = UNSET


class ViewCount(msgspec.Struct):
    """How many tickets a view has: so many, or at least so many where it is not `exact`.

    `slow` says that counting took too long and was given up, `broken` that the view has none because
    its condition names what does not exist any more.
    """

    id: int
    count: int
    exact: bool
    slow: bool
    broken: bool


class ViewCounts(msgspec.Struct):
    """A count for each view that the reader sees."""

    items: list[ViewCount]


class ConditionCount(msgspec.Struct):
    """How many tickets meet a condition that is not stored."""

    count: int
    exact: bool
    slow: bool


class ConditionPart(msgspec.Struct):
    """A comparison (`field` is set) or a group (`match` is set) with whether the ticket meets it.

    `depth` says within how many groups it stands. `broken` says what of a comparison does not exist any
    more; then the whole condition is met by nothing.
    """

    depth: int
    held: bool
    match: Match | None = None
    field: str | None = None
    text: str | None = None
    broken: str | None = None


class ViewExplained(msgspec.Struct):
    """Whether a ticket is in a view, and why: its condition part by part, each group before its members."""

    held: bool
    broken: bool
    parts: list[ConditionPart]


class ConditionInput(msgspec.Struct, forbid_unknown_fields=True):
    """A condition as text, or as a tree: then its text is asked for."""

    text: ConditionText | None = None
    condition: dict[str, Any] | None = None


class NamedId(msgspec.Struct):
    """What a condition holds by id, or a status by key, and what it is called."""

    kind: Kind
    value: Value
    name: str


class ConditionRead(msgspec.Struct):
    """A condition in both of its forms, null as a tree where it says nothing; and the names of what it holds by id."""

    text: str
    condition: dict[str, Any] | None
    names: list[NamedId]
