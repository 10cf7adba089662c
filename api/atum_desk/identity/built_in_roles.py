"""Built-in roles get the permissions that a release adds, and keep what somebody made of them.

A role remembers in `offered` which permissions it was ever given by a release. What is declared for
it and was never offered is added once; what an administrator took away or added stays (ADR 0036).
"""

from __future__ import annotations

from typing import TypedDict

import msgspec

from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.feature import declared

ROLES = "select id, name, built_in, permissions, offered from roles order by id"


class RoleOffers(msgspec.Struct, frozen=True):
    """A role, the permissions that it holds, and those that releases ever gave it."""

    id: int
    name: str
    built_in: bool
    permissions: list[str]
    offered: list[str]

    @property
    def missing(self) -> list[str]:
        """The permissions of this release that the role was never offered."""
        if not self.built_in:
            return []
        return [name for name in declared.permissions_of(self.name) if name not in self.offered]

    @property
    def retired(self) -> list[str]:
        """What it holds of permissions that open nothing any more."""
        return [name for name in declared.retired_permissions() if name in self.permissions]

    @property
    def is_due(self) -> bool:
        """Whether a renewal changes it."""
        return bool(self.missing or self.retired)


class Renewal(TypedDict):
    """What a renewal did to a role, as its change tells it."""

    added: list[str]
    removed: list[str]


async def renew_built_in_roles(database: Database) -> None:
    """Give the built-in roles of every workspace what they were never offered, each as one change.

    Permissions that open nothing any more leave every role, also one of the administrators' own:
    nobody could otherwise be given it by somebody whose role lost them. Where nothing is due, no
    change is written.
    """
    async for actor in for_each_workspace(database, "cli"):
        async with database.reading(actor) as transaction:
            if not await _list_due(transaction):
                continue
        async with database.writing(actor, "role.renew") as work:
            renewed = {role.name: await _renew(work, role) for role in await _list_due(work, lock=True)}
            work.summary = {"roles": renewed}
            work.unchanged = not renewed


async def _list_due(transaction: ReadTransaction, *, lock: bool = False) -> list[RoleOffers]:
    rows = await transaction.fetch(f"{ROLES} for update" if lock else ROLES)
    return [role for role in (RoleOffers(**row) for row in rows) if role.is_due]


async def _renew(work: UnitOfWork, role: RoleOffers) -> Renewal:
    added = [name for name in role.missing if name not in role.permissions]
    held = [name for name in role.permissions if name not in role.retired]
    await work.execute(
        "update roles set permissions = $2, offered = $3 where id = $1",
        role.id,
        [*held, *added],
        [*role.offered, *role.missing],
    )
    return Renewal(added=added, removed=role.retired)
