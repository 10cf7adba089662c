"""What is imported: how rows of contacts and of organizations are planned and carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from atum_desk.contact_imports import plan_organizations, plan_rows
from atum_desk.contact_imports.models import ImportEntity
from atum_desk.contact_imports.permissions import CONTACT_EDIT, ORGANIZATION_EDIT


class Entity(msgspec.Struct, frozen=True):
    """A kind of record: who imports it, and what becomes of rows.

    `plan` and `carry_out` are those of `plan_rows.py` and `plan_organizations.py`; `row_column` has the record
    in a row of the import.
    """

    permission: str
    row_column: str
    keys_of: Callable[[int, list[str], list[str]], set[str]]
    plan: Callable[..., Awaitable[list[Any]]]
    carry_out: Callable[..., Awaitable[int | None]]


ENTITIES: dict[ImportEntity, Entity] = {
    "contact": Entity(
        permission=CONTACT_EDIT,
        row_column="person_id",
        keys_of=plan_rows.keys_of,
        plan=plan_rows.plan,
        carry_out=plan_rows.carry_out,
    ),
    "organization": Entity(
        permission=ORGANIZATION_EDIT,
        row_column="organization_id",
        keys_of=plan_organizations.keys_of,
        plan=plan_organizations.plan,
        carry_out=plan_organizations.carry_out,
    ),
}
