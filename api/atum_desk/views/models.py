"""A view as it is stored, and what a person laid over it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from atum_desk.audiences.public import Scope

Editors = Literal["owner", "viewers"]
Density = Literal["cosy", "compact"]

MOST_COLUMNS = 20
# What lists are grouped by unless another field is chosen: the category of the status.
CATEGORY = "category"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `views`, with what the reader laid over it: null where they take the view as it is.

    `group_by` is the key of the field that it is grouped by while it is `grouped`.
    `condition` is the stored tree as JSON; `key` names a view that came with the product.
    """

    id: int
    key: str | None
    name: str
    condition: dict[str, Any]
    text: str
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
    own_columns: list[str] | None
    own_sort: str | None
    own_grouped: bool | None
    own_group_by: str | None
    own_density: Density | None
    own_hidden: bool
    own_position: int | None
