"""What a workspace chose for a feature: rows of `settings`, read and changed as one struct of the feature's own.

A setting is named `family.field`. What nobody chose is the struct's default, so a new field needs no
migration. Each row has its own history, and undoing a change gives back what was chosen before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

Shape = TypeVar("Shape", bound=msgspec.Struct)


class WorkspaceSettings(Generic[Shape]):
    """The settings of one feature: a family of names, and the struct whose fields they are."""

    def __init__(self, family: str, shape: type[Shape]) -> None:
        self._prefix = f"{family}."
        self._shape = shape

    @property
    def as_object(self) -> str:
        """SQL of all that is chosen, as one object, for a statement that reads more than settings."""
        field = f"substr(s.name, {len(self._prefix) + 1})"
        return f"""(select coalesce(jsonb_object_agg({field}, s.value), '{{}}')
             from settings s where s.workspace_id = ctx_workspace() and starts_with(s.name, '{self._prefix}'))"""

    async def get(self, transaction: ReadTransaction) -> Shape:
        """Return what the workspace chose, with the defaults of what it did not."""
        rows = await transaction.fetch(
            "select name, value from settings where workspace_id = ctx_workspace() and starts_with(name, $1)",
            self._prefix,
        )
        given = {row["name"].removeprefix(self._prefix): row["value"] for row in rows}
        return msgspec.convert(given, self._shape)

    async def set(self, work: UnitOfWork, name: str, value: object) -> None:
        """Set one of them."""
        await work.execute(
            """insert into settings (workspace_id, name, value) values (ctx_workspace(), $1, $2)
               on conflict (workspace_id, name) do update set value = excluded.value""",
            self._prefix + name,
            value,
        )

    async def change(self, work: UnitOfWork, given: Mapping[str, object]) -> Shape:
        """Set those that differ, and say which in the change's summary; return all of them.

        Two people who change them at once come one after the other, so that none is lost unseen.
        """
        await work.execute(
            "select pg_advisory_xact_lock(hashtextextended('settings ' || $1, ctx_workspace()))", self._prefix
        )
        current = await self.get(work)
        moved = {name: value for name, value in given.items() if getattr(current, name) != value}
        for name, value in moved.items():
            await self.set(work, name, value)
        work.unchanged = not moved
        work.summary = {"fields": sorted(moved)}
        return msgspec.structs.replace(current, **moved)


def chosen(change: msgspec.Struct) -> dict[str, Any]:
    """Return the fields of a request that are given, by name."""
    fields = msgspec.structs.asdict(change)
    return {name: value for name, value in fields.items() if value is not msgspec.UNSET}
