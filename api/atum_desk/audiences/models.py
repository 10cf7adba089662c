"""For whom a row is, and how rows of a kind are shared."""

from __future__ import annotations

from typing import Literal

import msgspec

from atum_desk.kernel.problems import Problem

Scope = Literal["personal", "team", "shared"]

MOST_PERSONAL = 200
MOST_SHARED = 500


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """How the rows of a table are shared, which has the columns `scope`, `owner_id` and `team_id`.

    `share` is the permission to make rows for a team or for the staff. `not_in_team` and
    `too_many` are what is raised; the latter takes `limit`.
    """

    table: Literal["views", "macros", "checklist_templates"]
    share: str
    not_in_team: type[Problem]
    too_many: type[Problem]
